"""How often each field of a kind of record is filled: what nobody fills in may be asked of nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanai.errors import GuanaiError
from guanai.model.base import HIDDEN
from guanai.schema import Field, Schemas
from guanai.store.snapshot import Snapshot
from guanai.workspace.editions import Edition
from guanai.workspace.register import Reader

#: Keys of a field from the record down, without places in lists.
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A field and how often it is filled.

    Attributes:
        keys: its keys from the record down.
        filled: how many of the places where it may stand hold something.
        places: how many there are; of a field in a list one for each item.
        is_required: whether it may not be left out.
    """

    keys: Keys
    filled: int
    places: int
    is_required: bool

    @property
    def share(self) -> float:
        """The filled part, from 0 to 1."""
        return self.filled / self.places if self.places else 0.0


def field_use(snapshot: Snapshot, schemas: Schemas, reader: Edition, kind: str) -> tuple[Use, ...]:
    """Return the use of all fields of a kind that a person may see, in schema order.

    A record that the person may not open, and a field that is hidden in it, count nowhere.

    Args:
        snapshot: the records.
        schemas: those of the installed program.
        reader: whose view is counted.
        kind: the kind of record.
    """
    return used(schemas.record(kind), _views(snapshot, reader, kind))


def used(shape: Field, views: Iterator[Mapping[str, Any]]) -> tuple[Use, ...]:
    """Return the use of the fields of a shape in some redacted records."""
    tally = {keys: [0, 0] for keys, _ in _fields(shape, ())}
    for view in views:
        _count(shape, view, (), tally)
    required = dict(_fields(shape, ()))
    return tuple(
        Use(keys, filled, places, required[keys]) for keys, (filled, places) in tally.items() if places
    )


def _views(snapshot: Snapshot, reader: Reader, kind: str) -> Iterator[Mapping[str, Any]]:
    for record_id in snapshot.ids(kind):
        try:
            yield reader.record(kind, record_id)
        except GuanaiError:
            continue  # out of this person's sight, or faulty


def _fields(shape: Field, above: Keys) -> Iterator[tuple[Keys, bool]]:
    for key, field in shape.children.items():
        keys = (*above, key)
        yield keys, key in shape.required
        inner = field.item if field.type == "array" else field
        if inner is not None and not inner.is_open:
            yield from _fields(inner, keys)


def _count(shape: Field, value: Any, above: Keys, tally: dict[Keys, list[int]]) -> None:
    if not isinstance(value, Mapping):
        return
    for key, field in shape.children.items():
        held = value.get(key)
        if held is HIDDEN:
            continue
        keys = (*above, key)
        counted = tally[keys]
        counted[1] += 1
        counted[0] += held not in (None, "", [], {})
        inner = field.item if field.type == "array" else field
        if inner is None or inner.is_open:
            continue
        for each in held if isinstance(held, list) else (held,):
            _count(inner, each, keys, tally)
