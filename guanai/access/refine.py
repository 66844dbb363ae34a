"""Coarse changes made as fine as the fields: a patch speaks of what its writer saw, and of nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guanai.access.powers import Powers
from guanai.access.redact import HIDDEN_NOTICE, redact
from guanai.access.spots import ID, shape_labels, spot_at, value_at
from guanai.errors import NotFound
from guanai.model.base import ABSENT, HIDDEN
from guanai.schema import Field
from guanai.schema.wording import readable
from guanai.yamlfile import Add, Change, Delete, NoSuchPlace, Path, Set
from guanai.yamlfile.changes import apply, copied
from guanai.yamlfile.nodes import identical


def refine(
    shape: Field, changes: Sequence[Change], before: Mapping[str, Any], powers: Powers
) -> tuple[Change, ...]:
    """Return the same changes, each of one field or list item.

    A mapping or list that is put in place of another is held against what the person was shown of the old one: what
    is the same stays, what was hidden stays, items are told apart by 编号. What cannot be made finer is handed on.

    Args:
        shape: the record's fields.
        changes: in order.
        before: the whole record that the person was shown a part of.
        powers: what the person may do with it.

    Raises:
        NoSuchPlace, NoSuchField, Unwritable: a change does not fit the record.
    """
    state: Any = copied(dict(before))
    fine: list[Change] = []
    for change in changes:
        spot = spot_at(shape, state, change.path, powers.staff, powers.sees or frozenset())
        if spot.field is None or (isinstance(change, Add) and spot.field.type != "array"):
            raise NoSuchField(change.path)
        if not spot.is_shown:
            # Not even tried: whether it can be done would tell what stands there. It will be refused.
            fine += () if _is_mark(change) else (change,)
            continue
        parts = list(_parts(shape, change, state, powers))
        state = apply(state, parts)
        fine += parts
    return tuple(fine)


class NoSuchField(NotFound):
    """A change speaks of a field that the schema does not have."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"没有“{readable(path)}”这一栏，或不能这样改；请对照别的记录核对栏目的名称。")


def _is_mark(change: Change) -> bool:
    return isinstance(change, Set) and (change.value is HIDDEN or change.value == HIDDEN_NOTICE)


def _parts(shape: Field, change: Change, state: Any, powers: Powers) -> Iterator[Change]:
    field = shape.at(change.path)
    is_coarse = isinstance(change, Set) and isinstance(change.value, Mapping | list)
    if isinstance(change, Add) or field is None or not (is_coarse or isinstance(change, Delete)):
        yield change
        return
    view = redact(shape, state, powers.sees or frozenset(), reader=powers.staff)
    shown = value_at(view, change.path)
    sees = powers.sees or frozenset()
    if isinstance(change, Set):
        yield from _set(field, change.path, shown, change.value, sees)
    elif shown is ABSENT or (change.path and _is_item(shape, change.path)):
        yield change
    else:
        yield from _gone(field, change.path, shown, sees)


def _is_item(shape: Field, path: Path) -> bool:
    parent = shape.at(path[:-1])
    return parent is not None and parent.type == "array"


def _set(field: Field | None, path: Path, shown: Any, new: Any, sees: frozenset[str]) -> Iterator[Change]:
    if new is HIDDEN or new == HIDDEN_NOTICE or identical(shown, new):
        return
    if field is not None and isinstance(new, Mapping) and isinstance(shown, Mapping):
        yield from _mapping(field, path, shown, new, sees)
    elif field is not None and isinstance(new, list) and _is_keyed(field, shown, new):
        yield from _list(field, path, shown, new, sees)
    elif path:
        yield Set(path, new)
    else:
        raise NoSuchPlace(path)


def _mapping(
    field: Field, path: Path, shown: Mapping[str, Any], new: Mapping[str, Any], sees: frozenset[str]
) -> Iterator[Change]:
    for key, value in new.items():
        yield from _set(field.child(key), (*path, key), shown.get(key, ABSENT), value, sees)
    for key, value in shown.items():
        if key not in new:
            yield from _gone(field.child(key), (*path, key), value, sees)


def _is_keyed(field: Field, shown: Any, new: list[Any]) -> bool:
    if not all(isinstance(item, Mapping) for item in new):
        return False
    if field.id_rule is not None:
        return True
    old = shown if isinstance(shown, list) else []
    return bool(old) and all(isinstance(item, Mapping) and item.get(ID) for item in (*old, *new))


def _list(field: Field, path: Path, shown: Any, new: list[Any], sees: frozenset[str]) -> Iterator[Change]:
    old = {str(item.get(ID)): item for item in shown} if isinstance(shown, list) else {}
    kept = {str(item[ID]) for item in new if ID in item}
    for item in new:
        name = str(item.get(ID, ""))
        if name in old and field.item is not None:
            yield from _mapping(field.item, (*path, name), old[name], item, sees)
    for name in old:
        if name not in kept:
            yield Delete((*path, name))
    for item in new:
        if str(item.get(ID, "")) not in old:
            yield Add(path, dict(item))


def _gone(field: Field | None, path: Path, shown: Any, sees: frozenset[str]) -> Iterator[Change]:
    """Delete what was shown of a place: all of it where nothing in it could have been hidden."""
    if shown is HIDDEN or field is None:
        return
    if shape_labels(field) <= sees and not isinstance(shown, list):
        yield Delete(path)
    elif isinstance(shown, Mapping):
        for key, value in shown.items():
            yield from _gone(field.child(key), (*path, key), value, sees)
    elif isinstance(shown, list) and all(isinstance(item, Mapping) and item.get(ID) for item in shown):
        for item in shown:
            yield Delete((*path, item[ID]))
    else:
        yield Delete(path)
