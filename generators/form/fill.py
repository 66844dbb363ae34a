"""Fills a form: a record as one edition may see it becomes the words each place of the form prints, and no more.

What stands here is all that `layout` gets of a record. A change that the form does not print, a hidden one or
one in somebody else's file therefore leaves it as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Final

from generators import wording
from generators.context import Context
from generators.form.derived import OF_SCHOOL, View
from generators.form.language import (
    Choice,
    Entries,
    Form,
    Grid,
    GridCell,
    Items,
    ListTable,
    Order,
    Period,
    Prose,
    Section,
)
from generators.form.paths import Path, day_of, is_current
from generators.form.values import ALL_HIDDEN, Words, along, start, walk, words
from guanai.errors import NotFound
from guanai.model.base import Record
from guanai.model.student import Student

#: From so many pairs in a row, dates are written short.
_NARROW_PAIRS: Final = 3


@dataclass(frozen=True, slots=True)
class GridWords:
    """Words of a grid, row by row; a cell over a list holds one line for each item."""

    rows: tuple[tuple[tuple[Words, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class ListWords:
    """Words of a list's rows; ``is_hidden`` where the edition hides the whole list."""

    rows: tuple[tuple[Words, ...], ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class EntryWords:
    """Words of one long item."""

    head: Words
    sections: "tuple[SectionWords, ...]"


@dataclass(frozen=True, slots=True)
class EntriesWords:
    """Words of long items."""

    entries: tuple[EntryWords, ...] = ()
    is_hidden: bool = False


#: None for sections that hold no words of the record.
SectionWords = GridWords | ListWords | EntriesWords | Words | None


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Words of one sheet."""

    head: tuple[Words, ...]
    sections: tuple[SectionWords, ...]


@dataclass(frozen=True, slots=True)
class FormInputs:
    """All that a form takes from the records.

    Attributes:
        subject: the record's id, with ``-item`` where one item was asked for; "" without a record.
        school: words that a blank form prints too.
        sheets: one, or one for each item of a form that has a sheet an item.
    """

    subject: str
    school: Mapping[str, str]
    sheets: tuple[SheetWords, ...] = ()


class NothingToPrint(NotFound):
    """A record holds no item that a form could print."""

    def __init__(self, title: str, record: str, item: str | None) -> None:
        wanted = f"编号 {item} 的记录" if item else "记录"
        super().__init__(f"{record} 里没有可以印成《{title}》的{wanted}；请核对编号、类型和查看权限。")


def inputs(
    form: Form, record: Record | None, context: Context, on: date, *, item: str | None = None
) -> FormInputs:
    """Return what a form prints of a record.

    Args:
        form: the form.
        record: redacted; None for a blank form with the school's name on it.
        context: names and labels of the edition.
        on: the day the form speaks of.
        item: 编号 of the one item wanted of a form that has a sheet an item; None for all.

    Raises:
        NothingToPrint: the form has a sheet an item, and the record holds none for it.
    """
    if record is None:
        view = View(context, on, None)
        return FormInputs("", _school(form, view))
    view = View(_naming_itself(record, context), on, record)
    subject = str(getattr(record, "id", ""))
    heads = _heads(form, record, view, item)
    if item is not None:
        subject = f"{subject}-{item}"
    sheets = tuple(_sheet(form, head, seen) for head, seen in heads)
    return FormInputs(subject, _school(form, view), sheets)


def _school(form: Form, view: View) -> dict[str, str]:
    """Return the school's words that stand in a blank form's own text."""
    texts = [*form.head, *(section.text for section in form.sections if isinstance(section, Prose))]
    used = {path.derived for text in texts for path in text.paths()}
    return {word: tell(view) for word, tell in OF_SCHOOL.items() if word in used}


def _heads(form: Form, record: Record, view: View, item: str | None) -> list[tuple[Record, View]]:
    """Return what each sheet is about: the record, or the items of a form that has a sheet an item."""
    if form.each is None:
        return [(record, view)]
    found = _items(form.each, record, view) or []
    if item is not None:
        found = [(each, seen) for each, seen in found if getattr(each, "id", None) == item]
    if not found:
        raise NothingToPrint(form.title, str(getattr(record, "id", "")), item)
    return found


def _naming_itself(record: Record, context: Context) -> Context:
    """A child's own paper names the child wherever it is mentioned."""
    if not isinstance(record, Student) or "name" in record.hidden or record.id in context.children:
        return context
    return replace(context, children={**context.children, record.id: record.name})


def _sheet(form: Form, head: Record, view: View) -> SheetWords:
    pieces = tuple(words(piece, head, view, whole=True) for piece in form.head)
    return SheetWords(pieces, tuple(_section(section, head, view) for section in form.sections))


def _section(section: Section, item: Record, view: View) -> SectionWords:
    if isinstance(section, Grid):
        seen = replace(view, is_narrow=section.pairs >= _NARROW_PAIRS)
        return GridWords(tuple(tuple(_cell(cell, item, seen) for cell in row) for row in section.rows))
    if isinstance(section, ListTable):
        return _table(section, item, view)
    if isinstance(section, Entries):
        return _entries(section, item, view)
    return words(section.text, item, view, whole=True) if isinstance(section, Prose) else None


def _cell(cell: GridCell, item: Record, view: View) -> tuple[Words, ...]:
    if cell.lines is None:
        found = words(cell.value, item, view) if cell.value else ()
        return (found,) if found else ()
    items, template = cell.lines
    listed = _items(items, item, view)
    if listed is None:
        return (ALL_HIDDEN,)
    return tuple(words(template, each, seen) for each, seen in listed)


def _table(section: ListTable, item: Record, view: View) -> ListWords:
    listed = _items(section.items, item, view)
    if listed is None:
        return ListWords(is_hidden=True)
    return ListWords(tuple(_table_row(section, each, replace(seen, is_narrow=True)) for each, seen in listed))


def _table_row(section: ListTable, item: Record, view: View) -> tuple[Words, ...]:
    return tuple(words(column.value, item, view) if column.value else () for column in section.columns)


def _entries(section: Entries, item: Record, view: View) -> EntriesWords:
    listed = _items(section.items, item, view)
    if listed is None:
        return EntriesWords(is_hidden=True)
    return EntriesWords(tuple(_entry(section, each, seen) for each, seen in listed))


def _entry(section: Entries, item: Record, view: View) -> EntryWords:
    head = words(section.head, item, replace(view, is_narrow=True))
    return EntryWords(head, tuple(_section(inner, item, view) for inner in section.sections))


# -- items ---------------------------------------------------------------------------------------------------------
def _items(items: Items, item: Record, view: View) -> list[tuple[Record, View]] | None:
    """Return the items a form takes, in its order, each with its view; None where the edition hides the list."""
    *way, last = items.path.steps
    owners, is_hidden = along(way, start(items.path, item, view), view.on)
    taken: list[tuple[Record, View]] = []
    for owner in owners:
        if not isinstance(owner, Record):
            continue
        held = replace(view, owner=owner)
        found, is_hidden_here = along((last,), owner, view.on)
        is_hidden = is_hidden or is_hidden_here
        taken.extend((each, held) for each in found if isinstance(each, Record))
    if is_hidden and not taken:
        return None
    chosen = [(each, held) for each, held in taken if _is_chosen(items.choice, each, held)]
    ordered = _ordered(items.order, chosen) if items.order else chosen
    return [(each, replace(held, place=place)) for place, (each, held) in enumerate(ordered, 1)]


def _ordered(order: Order, items: list[tuple[Record, View]]) -> list[tuple[Record, View]]:
    keyed = [(_sortable(order.by, item, view), (item, view)) for item, view in items]
    known = sorted(
        ((key, pair) for key, pair in keyed if key is not None), key=itemgetter(0), reverse=order.descending
    )
    return [pair for _, pair in known] + [pair for key, pair in keyed if key is None]


def _sortable(path: Path, item: Record, view: View) -> str | None:
    """Return a value to sort by; dates and instants sort as their text does, numbers are padded."""
    found, _ = walk(path, item, view)
    if not found:
        return None
    value = found[0]
    return f"{value:020.4f}" if isinstance(value, int | float) else str(value)


def _is_chosen(choice: Choice, item: Record, view: View) -> bool:
    if choice.current and not is_current(item, view.on):
        return False
    if choice.period and not _in_period(choice.period, day_of(item), view.on):
        return False
    return all(
        any(_plain(value) in wanted for value in walk(path, item, view)[0]) for path, wanted in choice.fields
    )


def _plain(value: object) -> str:
    return wording.yes_no(value) if isinstance(value, bool) else str(value)


def _in_period(period: Period, day: date | None, on: date) -> bool:
    if day is None:
        return False
    if period is Period.MONTH:
        return (day.year, day.month) == (on.year, on.month)
    term, now = wording.term_of(day), wording.term_of(on)
    return term == now if period is Period.TERM else term[:9] == now[:9]
