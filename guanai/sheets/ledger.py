"""Ledgers that go out to Excel and come back: the roster of children, or one list of their files, a row an item."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from guanai.errors import Usage
from guanai.model.base import HIDDEN
from guanai.schema import Field
from guanai.sheets.reader import Grid, Line
from guanai.sheets.sheet import FACTS, Head
from guanai.sheets.values import show_value

#: Hidden columns: child, version of the file, item (of a roster: the main guardian).
CHILD: Final = "学生编号"
VERSION: Final = "版本"
ITEM: Final = "条目"
HIDDEN_HEADS: Final = (CHILD, VERSION, ITEM)
#: What a roster calls itself.
ROSTER: Final = "花名册"
#: Columns that only tell who is meant.
CLASS: Final = "所在班级"
NAME: Final = "学生"
_FORMAT: Final = "1"
_GUARDIANS: Final = ("家庭", "监护人")
_SKIPPED: Final = frozenset({"编号", "学籍", "建档", "心理"})
_LONG: Final = frozenset({"note"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of a ledger.

    Attributes:
        label: its header.
        path: keys of the field from the child's record, or from the item.
        field: the field.
        is_guardians: a field of the main guardian.
        is_needed: the record cannot do without it.
    """

    label: str
    path: tuple[str, ...]
    field: Field
    is_guardians: bool = False
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger that has come back.

    Attributes:
        title: list it holds, or 花名册.
        list_key: key of the list, "" for the roster.
        grid: its sheet.
        header: its row of headers.
        slots: the columns that are taken back, by place.
        hidden: places of the columns that tell child, version and item.
        facts: what its hidden sheet tells.
    """

    title: str
    list_key: str
    grid: Grid
    header: Line
    slots: Mapping[int, Slot]
    hidden: Mapping[str, int]
    facts: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows below the headers that name a child."""
        return tuple(
            line
            for line in self.grid.lines
            if line.number > self.header.number
            and (line.cell(self.hidden[CHILD]).text or self._is_filled(line))
        )

    def _is_filled(self, line: Line) -> bool:
        """Whether somebody has written a new row; a note below the list fills one cell."""
        return sum(1 for place in self.slots if line.cell(place).text) > 1


class UnknownList(Usage):
    """No list of a child's file has that name."""

    def __init__(self, name: str, lists: Iterable[str]) -> None:
        super().__init__(f"没有叫“{name}”的台账；可用的有：{'、'.join(lists)}。")


def ledger_lists(shape: Field) -> tuple[str, ...]:
    """Return the lists of a child's file that can be a ledger."""
    return tuple(
        key
        for key, child in shape.children.items()
        if child.type == "array" and child.id_rule is not None and key != "学籍"
    )


def roster_slots(shape: Field) -> tuple[Slot, ...]:
    """Return the columns of the roster: all single values of a child's file, and of the main guardian."""
    own = [*_slots(shape, ())]
    guardian = shape.at(_GUARDIANS)
    item = guardian.item if guardian is not None else None
    inner = (
        []
        if item is None
        else [
            Slot(f"监护人·{key}", (key,), child, is_guardians=True, is_needed=key in item.required)
            for key, child in item.children.items()
            if child.type not in ("array", "object") and key not in ("编号", "起", "止")
        ]
    )
    return (*own, *inner)


def list_slots(shape: Field, key: str) -> tuple[Slot, ...]:
    """Return the columns of the ledger of one list.

    Raises:
        UnknownList: the child's file has no such list.
    """
    if key not in ledger_lists(shape):
        raise UnknownList(key, ledger_lists(shape))
    item = shape.children[key].item
    return tuple(_slots(item, ())) if item is not None else ()


def _slots(shape: Field, before: tuple[str, ...]) -> Iterator[Slot]:
    for key, child in shape.children.items():
        path = (*before, key)
        if key in _SKIPPED and not before:
            continue
        if child.type == "object" and child.children:
            yield from _slots(child, path)
        elif child.type != "object" and (
            child.type != "array" or (child.item is not None and child.item.type == "string")
        ):
            yield Slot("·".join(path), path, child, is_needed=key in shape.required)


def heads(slots: Iterable[Slot], is_filled: Mapping[str, bool]) -> tuple[Head, ...]:
    """Return the columns of a ledger's sheet: what identifies a row, who is meant, then the fields.

    Args:
        slots: the fields.
        is_filled: whether any row has something in a column, by label; an empty one is narrow.
    """
    fixed = (Head(CLASS, 12, is_fixed=True), Head(NAME, 12, is_fixed=True))
    return (
        *(Head(each, 8, is_hidden=True) for each in HIDDEN_HEADS),
        *fixed,
        *(Head(slot.label, _width(slot) if is_filled.get(slot.label) else 9) for slot in slots),
    )


def _width(slot: Slot) -> float:
    if slot.field.definition in _LONG:
        return 36
    return 20 if slot.field.definition == "text" or "号" in slot.label else 13


def cell_of(owner: Mapping[str, Any] | None, slot: Slot) -> str | float | None:
    """Return one cell: figures as numbers, all else as text, None for nothing.

    Args:
        owner: the item of a list, of a roster the child's record or for its own columns the main guardian; None for
            no guardian.
        slot: the column.
    """
    value = value_at(owner, slot.path)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return show_value(value) or None


def value_at(data: Any, path: tuple[str, ...]) -> Any:
    """Return what stands at a path of mappings, None for nothing, `HIDDEN` below what is hidden."""
    for key in path:
        if data is HIDDEN:
            return HIDDEN
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def main_guardian(view: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the guardian whom a roster shows: the main one, else the first; None where none is seen."""
    found = value_at(view, _GUARDIANS)
    if not isinstance(found, list) or not found:
        return None
    current = [each for each in found if "止" not in each] or found
    chosen: Mapping[str, Any] = next((each for each in current if each.get("主要监护人") is True), current[0])
    return chosen


def facts_of(title: str, list_key: str, staff: str, on: str) -> tuple[tuple[str, str], ...]:
    """Return what the hidden sheet tells of a ledger."""
    return (("guanai", _FORMAT), ("台账", title), ("列表", list_key), ("版本人", staff), ("日期", on))


def ledger_of(grids: Iterable[Grid], shape: Field) -> Ledger | None:
    """Return the ledger that a workbook is, None for any other workbook."""
    grids = tuple(grids)
    told = next((dict(_pair(line) for line in grid.lines) for grid in grids if grid.title == FACTS), None)
    if told is None or told.get("guanai") != _FORMAT:
        return None
    list_key = told.get("列表", "")
    slots = {slot.label: slot for slot in (list_slots(shape, list_key) if list_key else roster_slots(shape))}
    for grid in grids:
        for line in grid.lines:
            heads_here = {cell.text: place for place, cell in enumerate(line.cells) if cell.text}
            if CHILD in heads_here and VERSION in heads_here and ITEM in heads_here and grid.title != FACTS:
                places = {place: slots[label] for label, place in heads_here.items() if label in slots}
                hidden: dict[str, int] = {
                    label: heads_here[label] for label in (*HIDDEN_HEADS, CLASS, NAME) if label in heads_here
                }
                return Ledger(told.get("台账", ""), list_key, grid, line, places, hidden, tuple(told.items()))
    return None


def _pair(line: Line) -> tuple[str, str]:
    return line.cell(0).text, line.cell(1).text
