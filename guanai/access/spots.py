"""Places in a record as access sees them: which labels guard a path, and whose words stand there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from guanai.access.raw import items_of
from guanai.model.base import ABSENT, HIDDEN
from guanai.schema import Field
from guanai.yamlfile import NoSuchPlace, Path

CONFIDENTIALITY: Final = "密级"
#: Keys that name an item's writer; everyone sees, and may change, what they wrote themselves.
WRITERS: Final = ("记录人", "撰写人", "制定人")
ID: Final = "编号"
#: What a meeting decided, whom it named for it, and what these note of it, whatever else of it they may see (ours).
DECISIONS: Final = "决定"
OWNERS: Final = "责任人"
OUTCOME: Final = ("完成", "结果")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in one record.

    Attributes:
        path: from the root.
        field: what the schema says of it; None for an unknown key.
        value: what stands there, `ABSENT` for nothing.
        labels: what a reader of the place needs, all of them.
        is_own: it lies in an item that the person wrote, or is the outcome of what the person was named for.
        is_shown: the person may see it.
        is_item: it is a list item.
    """

    path: Path
    field: Field | None
    value: Any
    labels: frozenset[str]
    is_own: bool
    is_shown: bool
    is_item: bool


def spot_at(shape: Field, data: Any, path: Path, staff: str, sees: frozenset[str]) -> Spot:
    """Return a place of a record.

    Args:
        shape: the record's fields.
        data: the whole record.
        path: the place; list items by 编号 or by number.
        staff: the person who asks.
        sees: the labels that person reads with.

    Raises:
        NoSuchPlace: there is no such list item, or none that this person may know of: the same words for both.
    """
    here = Spot(path[:0], shape, data, shape.clearance, is_own=False, is_shown=True, is_item=False)
    for depth in range(len(path)):
        here = _step(here, path[: depth + 1], staff, sees)
    return here


def _step(here: Spot, path: Path, staff: str, sees: frozenset[str]) -> Spot:
    field, step = here.field, path[-1]
    is_item = field is not None and field.type == "array"
    inner = None if field is None else field.item if is_item else field.child(step)
    value = _item(here, path) if is_item else _child(here.value, step)
    labels = here.labels | (inner.clearance if inner else frozenset())
    is_own = here.is_own
    if is_item and inner is not None:
        labels |= item_labels(inner, value)
        is_own = is_own or is_written_by(value, staff)
    else:
        is_own = is_own or (step in OUTCOME and is_entrusted(here.path, here.value, staff))
    is_shown = is_own or labels <= sees
    if is_item and not is_shown and not is_entrusted(path, value, staff):
        raise NoSuchPlace(path)
    return Spot(path, inner, value, labels, is_own, is_shown, is_item)


def _item(here: Spot, path: Path) -> Any:
    items = here.value if isinstance(here.value, list) else []
    step = path[-1]
    if isinstance(step, int):
        # By number only where nobody could be told how many there are out of their sight.
        if 0 <= step < len(items) and here.field is not None and here.field.id_rule is None:
            return items[step]
        raise NoSuchPlace(path)
    found = [item for item in items if isinstance(item, Mapping) and item.get(ID) == step]
    if not found:
        raise NoSuchPlace(path)
    return found[0]


def _child(holder: Any, step: str | int) -> Any:
    return holder.get(step, ABSENT) if isinstance(holder, Mapping) else ABSENT


def value_at(data: Any, path: Path) -> Any:
    """Return what stands at a path of a record or of a redacted view: `ABSENT` for nothing, `HIDDEN` below a mark."""
    for step in path:
        if data is HIDDEN:
            return HIDDEN
        if isinstance(data, Mapping):
            data = data.get(step, ABSENT)
        elif isinstance(data, list) and isinstance(step, int):
            data = data[step] if 0 <= step < len(data) else ABSENT
        elif isinstance(data, list):
            found = [item for item in data if isinstance(item, Mapping) and item.get(ID) == step]
            data = found[0] if found else ABSENT
        else:
            return ABSENT
    return data


def is_written_by(item: Any, staff: str) -> bool:
    """Tell whether a list item names a person as its writer."""
    return bool(staff) and isinstance(item, Mapping) and any(item.get(key) == staff for key in WRITERS)


def entrusted(data: Mapping[str, Any], staff: str) -> Iterator[Mapping[str, Any]]:
    """Yield what a meeting decided with a person named for it."""
    yield from (each for each in items_of(data, DECISIONS) if is_entrusted((DECISIONS, ID), each, staff))


def is_entrusted(path: Path, item: Any, staff: str) -> bool:
    """Tell whether what stands at a place is what a meeting decided with a person named for it."""
    is_decision = len(path) == 2 and path[0] == DECISIONS and isinstance(item, Mapping)
    owners = item.get(OWNERS) if is_decision else None
    return bool(staff) and isinstance(owners, list) and staff in owners


def item_labels(shape: Field, item: Any) -> frozenset[str]:
    """Return the labels that hide a whole list item: its 密级, and those of what it says it is."""
    if not isinstance(item, Mapping):
        return word_labels(shape, item)
    labels = frozenset({item[CONFIDENTIALITY]}) if isinstance(item.get(CONFIDENTIALITY), str) else frozenset()
    for key, child in shape.children.items():
        if child.is_kind:
            labels |= word_labels(child, item.get(key))
    return labels


def word_labels(field: Field, word: Any) -> frozenset[str]:
    """Return the labels of one word of a closed list, none for anything else."""
    value = field.values.get(word) if isinstance(word, str) else None
    return value.clearance if value else frozenset()


def value_labels(field: Field | None, value: Any) -> frozenset[str]:
    """Return all labels that a value carries by itself, whatever stands above it."""
    labels: frozenset[str] = frozenset()
    if field is None:
        return labels
    if isinstance(value, Mapping):
        labels |= item_labels(field, value)
        for key, each in value.items():
            child = field.child(key)
            labels |= (child.clearance if child else frozenset()) | value_labels(child, each)
        return labels
    if isinstance(value, list):
        return labels.union(
            *(
                (field.item.clearance if field.item else labels) | value_labels(field.item, each)
                for each in value
            )
        )
    return word_labels(field, value)


def shape_labels(field: Field | None) -> frozenset[str]:
    """Return every label that a field's parts may carry, filled or not."""
    if field is None:
        return frozenset()
    parts = [*field.children.values(), *((field.item,) if field.item else ())]
    return frozenset[str]().union(*(part.clearance | shape_labels(part) for part in parts))
