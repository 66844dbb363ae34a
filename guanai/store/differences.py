"""What differs between two redacted views of one record, field by field and entry by entry; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from guanai.model.base import ABSENT, HIDDEN
from guanai.schema import Field
from guanai.yamlfile import Path

#: The key that names an entry.
ID_KEY: Final = "编号"


class Turn(Enum):
    """What happened to a value."""

    SET = "set"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Holder:
    """An entry that a path leads through.

    Attributes:
        field: the list.
        entry: the entry as the later view shows it, as the earlier one where it is gone.
    """

    field: Field
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs.

    Attributes:
        path: from the record's root; an entry by its 编号, by its place in a list without them.
        field: what the schema says of the value; of an entry, its list.
        turn: a value set (also emptied or first filled), an entry added or removed.
        before: the earlier value, `ABSENT` where there was none.
        after: the later value, `ABSENT` where there is none.
        holders: the entries on the way, outermost first.
        beside: for an entry, the others that its list had before.
    """

    path: Path
    field: Field
    turn: Turn
    before: Any
    after: Any
    holders: tuple[Holder, ...] = ()
    beside: tuple[Mapping[str, Any], ...] = ()


def differences(
    shape: Field, before: Mapping[str, Any], after: Mapping[str, Any], *, veiled: frozenset[str] = frozenset()
) -> tuple[Difference, ...]:
    """Return what a reader sees change from one view of a record to the next, in the order of the schema.

    A value that either view hides never differs; a list that is hidden counts as empty, as its entries are what
    is hidden of it. Another order alone is no difference.

    Args:
        shape: the record's fields.
        before: the earlier view, empty for a record that was not there.
        after: the later view.
        veiled: 编号 of entries to leave out of both.
    """
    if before == after and not veiled:
        return ()
    return tuple(_Comparison(veiled).mapping(shape, before, after, (), ()))


def hidden_entries(whole: Any, shown: Any) -> frozenset[str]:
    """Return the 编号 of the entries that a view leaves out of a whole record."""
    return frozenset(_ids(whole)) - frozenset(_ids(shown))


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            if isinstance(each, dict | list):
                yield from _ids(each)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                found = item.get(ID_KEY)
                if isinstance(found, str):
                    yield found
                yield from _ids(item)


_Holders = tuple[Holder, ...]
#: An entry and its place in its list.
_Placed = tuple[int, Mapping[str, Any]]


class _Comparison:
    """Walks two views side by side."""

    def __init__(self, veiled: frozenset[str]) -> None:
        self._veiled = veiled

    def mapping(
        self, shape: Field, old: Mapping[str, Any], new: Mapping[str, Any], path: Path, holders: _Holders
    ) -> Iterator[Difference]:
        keys = dict.fromkeys([*old, *new]) if shape.is_open else shape.children
        for key in keys:
            field = shape.child(key)
            if field is not None and key != ID_KEY:
                yield from self._value(
                    field, old.get(key, ABSENT), new.get(key, ABSENT), (*path, key), holders
                )

    def _value(self, field: Field, old: Any, new: Any, path: Path, holders: _Holders) -> Iterator[Difference]:
        if field.type == "array" and _may_be(list, old) and _may_be(list, new):
            yield from self._list(field, _filled(list, old), _filled(list, new), path, holders)
        elif old is HIDDEN or new is HIDDEN or old == new:
            return
        elif field.type == "object" and _may_be(dict, old) and _may_be(dict, new):
            yield from self.mapping(field, _filled(dict, old), _filled(dict, new), path, holders)
        else:
            yield Difference(path, field, Turn.SET, _or_absent(old), _or_absent(new), holders)

    def _list(
        self, field: Field, old: list[Any], new: list[Any], path: Path, holders: _Holders
    ) -> Iterator[Difference]:
        if field.item is None or field.item.type != "object":
            if sorted(map(str, old)) != sorted(map(str, new)):
                yield Difference(path, field, Turn.SET, old or ABSENT, new or ABSENT, holders)
            return
        before, after = self._open(old), self._open(new)
        for left, right in _pairs(before, after):
            place, entry = right or left or (0, {})
            found = (*path, entry[ID_KEY] if isinstance(entry.get(ID_KEY), str) else place)
            within = (*holders, Holder(field, entry))
            if left and right:
                yield from self.mapping(field.item, left[1], right[1], found, within)
            elif left:
                yield Difference(found, field, Turn.REMOVED, entry, ABSENT, within, _without(before, entry))
            else:
                yield Difference(found, field, Turn.ADDED, ABSENT, entry, within, _without(before, entry))

    def _open(self, items: list[Any]) -> list[tuple[int, Mapping[str, Any]]]:
        return [
            (place, item)
            for place, item in enumerate(items)
            if isinstance(item, dict) and item.get(ID_KEY) not in self._veiled
        ]


def _without(entries: Sequence[_Placed], entry: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(each for _, each in entries if each is not entry)


def _may_be(kind: type, value: Any) -> bool:
    """Tell whether a value is of a kind, or is not there to be seen."""
    return isinstance(value, kind) or value is ABSENT or value is HIDDEN or value is None


def _filled(kind: type, value: Any) -> Any:
    return value if isinstance(value, kind) else kind()


def _or_absent(value: Any) -> Any:
    return ABSENT if value is None else value


def _pairs(
    before: Sequence[_Placed], after: Sequence[_Placed]
) -> Iterator[tuple[_Placed | None, _Placed | None]]:
    """Yield which entry became which: those that stayed, those that went, those that came.

    Of entries without 编号 equal ones stay first, then those most of which is the same.
    """
    left = dict(enumerate(before))
    matched = _same(before, after, left)
    for mine, (_, new) in enumerate(after):
        if mine not in matched and ID_KEY not in new:
            theirs = next((at for at in left if _is_alike(left[at][1], new)), None)
            if theirs is not None:
                matched[mine] = theirs
                del left[theirs]
    yield from ((before[matched[mine]], placed) for mine, placed in enumerate(after) if mine in matched)
    yield from ((before[at], None) for at in sorted(left))
    yield from ((None, placed) for mine, placed in enumerate(after) if mine not in matched)


def _same(before: Sequence[_Placed], after: Sequence[_Placed], left: dict[int, _Placed]) -> dict[int, int]:
    """Return the places of the entries with the same 编号, or without one with the same content."""
    known: dict[str, list[int]] = {}
    for at, (_, old) in enumerate(before):
        known.setdefault(_name(old), []).append(at)
    matched: dict[int, int] = {}
    for mine, (_, new) in enumerate(after):
        theirs = known.get(_name(new))
        if theirs:
            matched[mine] = theirs.pop(0)
            del left[matched[mine]]
    return matched


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry[ID_KEY]) if ID_KEY in entry else repr(entry)


def _is_alike(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    if ID_KEY in old or next(iter(old), None) != next(iter(new), None):
        return False
    same = sum(1 for key in new if key in old and old[key] == new[key])
    return same * 2 >= max(len(old), len(new))
