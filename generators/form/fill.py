"""Fills a form: a record as one edition may see it becomes the words each place of the form prints, and no more.

What stands here is all that `layout` gets of a record. A change that the form does not print, a hidden one or
one in somebody else's file therefore leaves it as it was. What a form asks for is the same for every record: each
section is made into a function once, and called for each record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from generators.context import Context
from generators.form.derived import OF_SCHOOL, View
from generators.form.items import chooser, lister
from generators.form.language import (
    Column,
    Entries,
    Form,
    Grid,
    GridCell,
    Items,
    ListTable,
    Prose,
    Section,
)
from generators.form.paths import Template, day_of
from generators.form.telling import ALL_HIDDEN, Teller, Words, teller
from generators.naming import record_name
from guanai.errors import NotFound
from guanai.model.base import Record, maker
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
        NothingToPrint: the form is not for such records, or has a sheet an item and the record holds none.
    """
    filler = _filler(form)
    if record is None:
        return FormInputs("", filler.school(View(context, on, None)))
    view = View(_naming_itself(record, context), on, record)
    subject = record_name(record)
    heads = _heads(form, record, view, item)
    if item is not None:
        subject = f"{subject}-{item}"
    return FormInputs(subject, filler.school(view), tuple(filler.sheet(head, seen) for head, seen in heads))


def suits(form: Form, record: Record, context: Context, on: date) -> bool:
    """Tell whether a form is for a record: it is one of those it is limited to, with something to print."""
    view = View(context, on, record)
    return _is_for(form, record, view) and (form.each is None or bool(lister(form.each)(record, view)))


def item_ids(form: Form, record: Record, context: Context, on: date) -> tuple[str, ...]:
    """Return the 编号 of the items of which a form makes a sheet each, in its order; none for one sheet a record."""
    view = View(context, on, record)
    if form.each is None or not _is_for(form, record, view):
        return ()
    found = (getattr(each, "id", None) for each, _ in lister(form.each)(record, view) or ())
    return tuple(each for each in found if each)


def _is_for(form: Form, record: Record, view: View) -> bool:
    is_chosen = chooser(form.only)
    return is_chosen is None or is_chosen(record, view)


def _heads(form: Form, record: Record, view: View, item: str | None) -> list[tuple[Record, View]]:
    """Return what each sheet is about: the record, or the items of a form that has a sheet an item."""
    if not _is_for(form, record, view):
        raise NothingToPrint(form.title, record_name(record), item)
    if form.each is None:
        return [(record, view)]
    found = lister(form.each)(record, view) or []
    if item is not None:
        found = [(each, seen) for each, seen in found if getattr(each, "id", None) == item]
    if not found:
        raise NothingToPrint(form.title, record_name(record), item)
    # The sheet of an item speaks of the item's day: the child was in another class then, in another term.
    return [(each, seen._replace(on=day_of(each) or view.on)) for each, seen in found]


def _naming_itself(record: Record, context: Context) -> Context:
    """A child's own paper names the child wherever it is mentioned."""
    if not isinstance(record, Student) or "name" in record.hidden or record.id in context.children:
        return context
    return replace(context, children={**context.children, record.id: record.name})


_Fill = Callable[[Record, View], SectionWords]
_CellWords = tuple[Words, ...]
_Lines = Callable[[Record, View], _CellWords]


_grid_words, _list_words, _entry_words = maker(GridWords), maker(ListWords), maker(EntryWords)


@dataclass(frozen=True, slots=True)
class _Filler:
    """What one form asks for.

    Attributes:
        own_words: words of the school that stand in a blank form's own text.
        head: tell the pieces of the line above.
        sections: fill the sections.
    """

    own_words: tuple[str, ...]
    head: tuple[Teller, ...]
    sections: tuple[_Fill, ...]

    def school(self, view: View) -> dict[str, str]:
        return {word: OF_SCHOOL[word](view) for word in self.own_words}

    def sheet(self, item: Record, view: View) -> SheetWords:
        head = tuple([tell(item, view) for tell in self.head])
        return SheetWords(head, tuple([fill(item, view) for fill in self.sections]))


@cache
def _filler(form: Form) -> _Filler:
    texts = [*form.head, *(section.text for section in form.sections if isinstance(section, Prose))]
    used = {path.derived for text in texts for path in text.paths()}
    return _Filler(
        own_words=tuple(word for word in OF_SCHOOL if word in used),
        head=tuple(teller(piece, whole=True) for piece in form.head),
        sections=tuple(_section(section) for section in form.sections),
    )


def _section(section: Section) -> _Fill:
    if isinstance(section, Grid):
        return _grid(section)
    if isinstance(section, ListTable):
        return _table(section)
    if isinstance(section, Entries):
        return _entries(section)
    return _prose(section) if isinstance(section, Prose) else lambda _item, _view: None


def _prose(section: Prose) -> _Fill:
    return teller(section.text, whole=True)


def _grid(section: Grid) -> _Fill:
    is_narrow = section.pairs >= _NARROW_PAIRS
    rows = [_grid_row(row, is_narrow=is_narrow) for row in section.rows]
    return lambda item, view: _grid_words(tuple([row(item, view) for row in rows]))


def _grid_row(
    row: tuple[GridCell, ...], *, is_narrow: bool
) -> Callable[[Record, View], tuple[_CellWords, ...]]:
    cells = [_cell(cell, is_narrow=is_narrow) for cell in row]
    if len(cells) > 1:
        return lambda item, view: tuple([lines(item, view) for lines in cells])
    (lines,) = cells
    return lambda item, view: (lines(item, view),)


def _cell(cell: GridCell, *, is_narrow: bool) -> _Lines:
    if cell.lines is not None:
        return _item_lines(*cell.lines, is_narrow=is_narrow)
    if cell.value is None:
        return lambda _item, _view: ()
    tell = teller(cell.value, is_narrow=is_narrow)
    return lambda item, view: (told,) if (told := tell(item, view)) else ()


def _item_lines(items: Items, template: Template, *, is_narrow: bool) -> _Lines:
    listed, tell = lister(items), teller(template, is_narrow=is_narrow)

    def lines(item: Record, view: View) -> tuple[Words, ...]:
        found = listed(item, view)
        return (ALL_HIDDEN,) if found is None else tuple([tell(each, seen) for each, seen in found])

    return lines


def _table(section: ListTable) -> _Fill:
    listed = lister(section.items)
    columns = [_column(column) for column in section.columns]

    def fill(item: Record, view: View) -> ListWords:
        found = listed(item, view)
        if found is None:
            return ListWords(is_hidden=True)
        rows = [tuple([tell(each, seen) for tell in columns]) for each, seen in found]
        return _list_words(tuple(rows))

    return fill


def _column(column: Column) -> Teller:
    return teller(column.value, is_narrow=True) if column.value else lambda _item, _view: ""


def _entries(section: Entries) -> _Fill:
    listed, head = lister(section.items), teller(section.head, is_narrow=True)
    sections = [_section(inner) for inner in section.sections]

    def fill(item: Record, view: View) -> EntriesWords:
        found = listed(item, view)
        if found is None:
            return EntriesWords(is_hidden=True)
        entries = [
            _entry_words(head(each, seen), tuple([inner(each, seen) for inner in sections]))
            for each, seen in found
        ]
        return EntriesWords(tuple(entries))

    return fill
