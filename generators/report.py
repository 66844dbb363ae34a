"""A report (报告) of figures: sentences and tables worked out from the records, and gaps for what a person has to say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators import official
from generators.document import Align, Block, Cell, Document, Layout, Paragraph, Role, Row, Run, Table
from generators.official import GAP, paragraph
from generators.sheet import sheet
from guanai.figures import han


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the words of its head, of its rows, and each column's share of the width."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part.

    Attributes:
        heading: without its number.
        lines: sentences drafted from the records.
        grid: a table below them.
        note: small print below the table.
        open: what a person still has to write, as a request; "" where nothing is.
    """

    heading: str
    lines: tuple[str, ...] = ()
    grid: Grid | None = None
    note: str = ""
    open: str = ""


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """What a report prints.

    Attributes:
        id: of the view, "" for a blank paper.
        school: full name.
        issuing_code: 发文代字.
        period: its name, ``2026年第四季度``.
        name: what is reported, ``…报告``.
        addressee: 主送机关.
        parts: in order.
    """

    id: str
    school: str
    issuing_code: str
    period: str
    name: str
    addressee: str
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        """What the report is called, without the school."""
        return f"{self.period}{self.name}"


def build(given: ReportInputs, *, kind: str, on: date, blank: bool = False) -> Document:
    """Return the report, a draft until it has a number; a blank one keeps the headings.

    Args:
        given: what it prints.
        kind: slug of the paper.
        on: the day it is made for.
        blank: leave gaps for the hand.
    """
    return Document(
        kind=kind,
        subject="blank" if blank else given.id,
        title=given.title,
        layout=Layout.OFFICIAL,
        blocks=tuple(_blocks(given, on, blank=blank)),
        on=on,
        blank=blank,
    )


def _blocks(given: ReportInputs, on: date, *, blank: bool) -> Iterator[Block]:
    number = official.paper_number(None, given.issuing_code, on.year, blank=blank)
    day = official.paper_date(None, on.year, blank=blank)
    yield from official.head(given.school or GAP, number, _title(given))
    yield paragraph(Role.ADDRESSEE, f"{given.addressee}：")
    for place, part in enumerate(given.parts, 1):
        yield from _part(part, f"{han(place)}、{part.heading}", blank=blank)
    signer, dated = official.sign_off(given.school or GAP, day)
    yield Paragraph(signer.role, signer.runs, keep=True)
    yield dated
    yield from official.imprint(given.school or GAP, day)


def _title(given: ReportInputs) -> str:
    """Return the title, broken where the sense allows it; three lines where two are too short."""
    first = official.broken_title(f"{given.school}{given.title}")
    for lines in (first, f"{given.school}\n{given.title}"):
        if all(map(official.fits_title, lines.split("\n"))):
            return lines
    return f"{given.school}\n{given.period}\n{given.name}"


def _part(part: Part, heading: str, *, blank: bool) -> Iterator[Block]:
    yield paragraph(Role.H1, heading, keep=True)
    lines: Sequence[str] = (_LONG_GAP,) if blank and not part.open else () if blank else part.lines
    for line in lines:
        yield paragraph(Role.BODY, line, keep=part.grid is not None)
    if part.grid is not None:
        yield _table(part.grid, blank=blank)
        if part.note and not blank:
            yield paragraph(Role.NOTE, part.note)
    if part.open:
        yield Paragraph(Role.BODY, (Run(f"（{part.open}）", muted=True),), keep=True)
        yield paragraph(Role.BODY, _LONG_GAP)


#: Rows of a blank table.
_BLANK_ROWS: Final = 4
#: Room for a sentence, which stays on one line.
_LONG_GAP: Final = f"〔{'　' * 22}〕"


def _table(grid: Grid, *, blank: bool) -> Table:
    width_mm = sheet(Layout.OFFICIAL).text_width_mm
    widths = [round(width_mm * share / sum(grid.shares), 1) for share in grid.shares]
    widths[-1] = round(width_mm - sum(widths[:-1]), 1)
    rows = ((),) * _BLANK_ROWS if blank else grid.rows
    body = [_row(row or ("",) * len(grid.head)) for row in rows]
    return Table(tuple(widths), (_head(grid.head), *body), header_rows=1)


def _head(words: Iterable[str]) -> Row:
    cells = (Cell((Paragraph(Role.CELL_LABEL, (Run(word),)),), shaded=True) for word in words)
    return Row(tuple(cells), 8, splits=False, keep=True)


def _row(words: Sequence[str]) -> Row:
    """Return a row: the first cell is a name, the rest are figures."""
    cells = [
        Cell((Paragraph(Role.CELL, (Run(word),) if word else (), Align.CENTER if place else Align.LEFT),))
        for place, word in enumerate(words)
    ]
    return Row(tuple(cells), 8, splits=False)
