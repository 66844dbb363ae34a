"""What a form file may say: sections, cells, columns, signatures; all as data, checked when it is read.

A form and the parts for which something is prepared once are equal to themselves alone (``eq=False``): what was
prepared is then found without comparing whole forms.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from generators.document import Align, Layout
from generators.form.paths import Path, Template
from guanai.model.base import Record

#: Width of a label beside its value, where the form says nothing.
LABEL_MM: Final = 24.0

#: Height of an empty line for handwriting.
LINE_MM: Final = 9.0


class Absent(StrEnum):
    """What stands for a list without items."""

    NONE = "写无"
    LEAVE_OUT = "省略"
    LINES = "留行"  # empty rows to write in, as on the blank form


class Period(StrEnum):
    """A stretch of time around the day a form speaks of."""

    MONTH = "本月"
    TERM = "本学期"
    YEAR = "本学年"


@dataclass(frozen=True, slots=True)
class Order:
    """The order (排序) of a list; items without the value come last."""

    by: Path
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items of a list are taken (只取).

    Attributes:
        fields: each path and the values of which it must hold one.
        given: paths that must have a value (有).
        period: the items' day lies in this stretch.
        current: only items in force on the day.
    """

    fields: tuple[tuple[Path, frozenset[str]], ...] = ()
    given: tuple[Path, ...] = ()
    period: Period | None = None
    current: bool = False


#: Nothing is asked of an item.
EVERY: Final = Choice()


@dataclass(frozen=True, slots=True)
class Items:
    """A list of the record and what of it is shown, in which order."""

    path: Path
    choice: Choice = EVERY
    order: Order | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GridCell:
    """A label (栏目) and its value.

    Attributes:
        label: what is printed; "" gives the whole width to the value.
        value: None for a cell that is only ever filled by hand.
        span: how many label and value pairs wide it is (占列); the last of a row takes what is left.
        height_mm: room for handwriting (高) on a blank form.
        is_open: keeps that room on a filled form too (留白): opinions, seals, forms of one page.
        options: words to tick on a blank form (选项).
        lines: how each item of a list reads on its own line (每项); ``value`` then names the list.
        signed: who signs at the foot of the cell (签字), "" for a bare signature line, None for none.
    """

    label: str
    value: Template | None
    span: int = 1
    height_mm: float = 0
    is_open: bool = False
    options: tuple[str, ...] = ()
    lines: "tuple[Items, Template] | None" = None
    signed: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Pairs of label and value (格).

    Attributes:
        title: heading, "" for none.
        pairs: label and value pairs in a row (每行).
        label_mm: width of a label (栏宽).
        rows: the cells.
        dense: rows without any value are left out of a filled form (省空).
    """

    title: str
    pairs: int
    label_mm: float
    rows: tuple[tuple[GridCell, ...], ...]
    dense: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; ``value`` None is filled by hand."""

    label: str
    value: Template | None
    width_mm: float
    align: Align


@dataclass(frozen=True, slots=True, eq=False)
class ListTable:
    """A list as a table (表) with a header that repeats on each page."""

    title: str
    items: Items
    columns: tuple[Column, ...]
    absent: Absent = Absent.NONE
    blank_rows: int = 5
    row_mm: float = LINE_MM


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Long items (逐条): each a shaded head line and sections of its own."""

    title: str
    items: Items
    head: Template
    sections: "tuple[Section, ...]"
    absent: Absent = Absent.NONE
    blank_rows: int = 1


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph with values in it (文字)."""

    title: str
    text: Template


@dataclass(frozen=True, slots=True)
class Signatures:
    """The foot (签字): who signs, each with room for a date."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """The next section begins a new page (换页)."""


Section = Grid | ListTable | Entries | Prose | Signatures | Turn


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form.

    Attributes:
        kind: ASCII slug, also the stem of its file.
        title: printed and listed.
        subject: kind of record it is about: student, meeting, roster …
        record: class of the record that fills it.
        clearance: labels a reader needs at least (密级).
        layout: the sheet.
        each: one sheet for each of these items (逐项); None for one sheet a record.
        only: which records it is for (限于); every one where nothing is asked of them.
        head: pieces of the line above (表头).
        sections: the content.
        notes: small print at the end (注).
        numbered: headings carry 一、二、三、 (节号).
    """

    kind: str
    title: str
    subject: str
    record: type[Record]
    clearance: frozenset[str]
    layout: Layout
    sections: tuple[Section, ...]
    each: Items | None = None
    only: Choice = EVERY
    head: tuple[Template, ...] = ()
    notes: tuple[str, ...] = ()
    numbered: bool = False
