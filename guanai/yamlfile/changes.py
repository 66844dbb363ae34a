"""Changes to a record as data: what a form, a merge or an import wants done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guanai.yamlfile.drafts import draft
from guanai.yamlfile.nodes import plain_data
from guanai.yamlfile.paths import ID_KEY, Path, item_place
from guanai.yamlfile.refusals import NoSuchPlace, Unwritable

# The record stands under this key while it is changed, so that its root is a place like any other.
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Set:
    """Put a value at a place; missing mappings on the way are made, list items must be there."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Add:
    """Append a value to the list at a place; a missing list is made."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a key or list item; a mapping or list that it leaves empty goes too."""

    path: Path


Change = Set | Add | Delete


def applied(data: Any, changes: Sequence[Change]) -> Any:
    """Return the data after the changes, one after the other; the data given stay as they are.

    Raises:
        NoSuchPlace: a path leads nowhere.
        Unwritable: a value may stand in no record.
    """
    return apply(copied(data), changes)


def apply(data: Any, changes: Sequence[Change]) -> Any:
    """Change data in place and return them, or what a change of the whole put in their stead.

    Every mapping and list that a change only passes through stays the same object. Raises as `applied` does.
    """
    whole: dict[str, Any] = {_WHOLE: data}
    for change in changes:
        path = (_WHOLE, *change.path)
        if isinstance(change, Delete):
            _delete(whole, path)
        elif isinstance(change, Add):
            _add(whole, path, plain_data(draft(change.value, (*change.path, 0))))
        else:
            holder = _holder(whole, path)
            holder[_key(holder, path)] = plain_data(draft(change.value, change.path))
    return whole[_WHOLE]


def copied(data: Any) -> Any:
    """Return a copy that shares no mapping and no list."""
    if isinstance(data, dict):
        return {key: copied(value) for key, value in data.items()}
    return [copied(value) for value in data] if isinstance(data, list) else data


def _add(whole: Any, path: Path, value: object) -> None:
    holder = _holder(whole, path)
    key = _key(holder, path)
    if isinstance(holder, dict) and holder.get(key) is None:
        holder[key] = []
    if not isinstance(holder[key], list):
        raise NoSuchPlace(path[1:])
    holder[key].append(value)


def _delete(whole: Any, path: Path) -> None:
    trail, keys = [whole], []
    for depth in range(len(path)):
        keys.append(_key(trail[-1], path[: depth + 1]))
        if isinstance(trail[-1], dict) and keys[-1] not in trail[-1]:
            raise NoSuchPlace(path[1:])
        trail.append(trail[-1][keys[-1]])
    if len(path) == 1:
        raise Unwritable((), "不能删去整份记录的内容")
    for holder, key in zip(trail[-2:0:-1], keys[:0:-1], strict=True):
        del holder[key]
        if holder:
            return


def _holder(whole: Any, path: Path) -> Any:
    """Return the mapping or list that a path's last step speaks of, making missing mappings on the way."""
    found = whole
    for depth in range(1, len(path)):
        key = _key(found, path[:depth])
        if isinstance(found, dict) and found.get(key) is None:
            found[key] = {}
        found = found[key]
    return found


def _key(holder: object, path: Path) -> Any:
    """Return what a path's last step is called in its mapping or list."""
    if isinstance(holder, dict):
        return str(path[-1])
    if isinstance(holder, list):
        ids = [item.get(ID_KEY) if isinstance(item, dict) else None for item in holder]
        place = item_place(ids, path[-1])
        if place is not None:
            return place
    raise NoSuchPlace(path[1:])
