"""One record's new text: the change refined, permitted, merged onto what is there, its new items numbered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanai.access import Powers, permits, permits_new, refine
from guanai.access.spots import ID, value_at
from guanai.errors import Invalid
from guanai.model.base import ABSENT
from guanai.saving.request import NotPermitted
from guanai.schema import Field, Schemas
from guanai.schema.numbering import missing_numbers
from guanai.store.merge import Clash, merge_changes
from guanai.yamlfile import Add, Change, Delete, applied, dump, edit, load
from guanai.yamlfile.changes import apply
from guanai.yamlfile.nodes import identical


@dataclass(frozen=True, slots=True)
class Patched:
    """A record as it would be.

    Attributes:
        text: its text; where there are clashes, not to be used.
        data: what the text holds.
        mine: the older state with the change, as the clashes mean it.
        clashes: what a person has to choose.
        given: 编号 of the items that are new.
    """

    text: str
    data: Any
    mine: Any
    clashes: tuple[Clash, ...]
    given: tuple[str, ...]


class Standing(Invalid):
    """A record that is there already cannot be changed before it is mended."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} 现在就有问题，改好之前不能保存；请让管理记录的人运行 guanai check。")


def sound(schemas: Schemas, kind: str, raw: bytes, path: str) -> Mapping[str, Any]:
    """Return what a record holds that is to be changed.

    Raises:
        Standing: it cannot be read or does not fit its schema.
    """
    data = load(raw, path).data
    if not isinstance(data, dict) or not schemas.is_valid(kind, data):
        raise Standing(path)
    return data


def patched(  # noqa: PLR0913 -- one argument a fact of the save
    kind: str,
    shape: Field,
    *,
    changes: Sequence[Change],
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    text: str,
    powers: Powers,
) -> Patched:
    """Return a record after a change.

    The change is asked for twice: on what its writer saw, and on what is there now.

    Args:
        kind: the record's kind.
        shape: its fields.
        changes: as sent.
        base: the whole record that they were made on.
        theirs: the whole record as it is now.
        text: its text as it is now.
        powers: what the person may do with it.

    Raises:
        NotPermitted: a field is out of the person's reach.
        NoSuchPlace, Unwritable: a change does not fit the record.
    """
    fine = refine(shape, changes, base, powers)
    refusals = permits(kind, shape, fine, base, powers)
    fine = tuple(_unnumbered(change, theirs) for change in fine if not _is_there(change, theirs))
    if not refusals and not identical(base, theirs):
        refusals = permits(kind, shape, _remaining(fine, theirs), theirs, powers)
    if refusals:
        raise NotPermitted(refusals)
    if base is theirs:
        return _numbered(text, fine, base, shape)
    merged = merge_changes(base, fine, text, shape)
    if merged.clashes:
        return Patched(merged.text, theirs, applied(base, fine), merged.clashes, ())
    return _numbered(merged.text, (), load(merged.text.encode(), "").data, shape, before=theirs)


def sketched(
    kind: str, shape: Field, *, changes: Sequence[Change], now: Mapping[str, Any], powers: Powers
) -> Any:
    """Return the data of a record after a change of what is there now, as `patched` would, without its text.

    Raises:
        NotPermitted, NoSuchPlace, Unwritable: as `patched`.
    """
    fine = refine(shape, changes, now, powers)
    refusals = permits(kind, shape, fine, now, powers)
    if refusals:
        raise NotPermitted(refusals)
    data = applied(now, [_unnumbered(change, now) for change in fine if not _is_there(change, now)])
    return apply(data, tuple(missing_numbers(shape, data)))


def created(kind: str, shape: Field, data: Mapping[str, Any], powers: Powers) -> Patched:
    """Return a new record.

    Raises:
        NotPermitted: the person may not make it.
    """
    refusals = permits_new(kind, shape, data, powers)
    if refusals:
        raise NotPermitted(refusals)
    return _numbered(dump(data, shape), (), data, shape, before={})


def _numbered(text: str, changes: Sequence[Change], now: Any, shape: Field, *, before: Any = None) -> Patched:
    """Return a record after changes, its new items numbered; the text is gone through once for both.

    Args:
        text: the record's text before the changes.
        changes: in order.
        now: what the text holds.
        shape: the record's fields.
        before: the record whose items are not new; ``now`` by default.
    """
    data = applied(now, changes)
    missing = tuple(missing_numbers(shape, data))
    text = edit(text, (*changes, *missing), shape)
    data = applied(data, missing)
    given = _numbers(data) - _numbers(now if before is None else before)
    return Patched(text, data, data, (), tuple(sorted(given)))


def _numbers(data: Any) -> set[str]:
    """Return the 编号 of a record and of everything in it."""
    found, left = set(), [data]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            if ID in each:
                found.add(str(each[ID]))
            left += each.values()
        elif isinstance(each, list):
            left += each
    return found


def _is_there(change: Change, theirs: Any) -> bool:
    """Whether the very item that is to be added is there: the same save, sent again when its answer was lost."""
    if not isinstance(change, Add) or not isinstance(change.value, Mapping) or ID not in change.value:
        return False
    items = value_at(theirs, change.path)
    return isinstance(items, list) and any(identical(dict(change.value), item) for item in items)


def _unnumbered(change: Change, theirs: Any) -> Change:
    """Return an addition without a 编号 that something else has already; it gets a new one."""
    if (
        isinstance(change, Add)
        and isinstance(change.value, Mapping)
        and ID in change.value
        and change.value[ID] in _numbers(theirs)
    ):
        return Add(change.path, {key: value for key, value in change.value.items() if key != ID})
    return change


def _remaining(changes: Sequence[Change], theirs: Any) -> tuple[Change, ...]:
    """Return the changes of items that are still there; what became of the others the merge tells."""
    return tuple(change for change in changes if not _is_gone(change, theirs))


def _is_gone(change: Change, theirs: Any) -> bool:
    places = range(1, len(change.path) + (0 if isinstance(change, Add) else 1))
    items = [depth for depth in places if isinstance(value_at(theirs, change.path[: depth - 1]), list)]
    if any(value_at(theirs, change.path[:depth]) is ABSENT for depth in items):
        return True
    parents = [change.path[:depth] for depth in range(1, len(change.path))]
    is_lost = any(value_at(theirs, parent) is ABSENT for parent in parents)
    return isinstance(change, Delete) and (is_lost or value_at(theirs, change.path) is ABSENT)
