"""Sections as bands: labels beside the words of `fill`; without words, empty cells to write in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from generators.document import Align, Cell, Face, Paragraph, Role, Run
from generators.form import bands
from generators.form.bands import Band
from generators.form.fill import EntriesWords, EntryWords, GridWords, ListWords, SectionWords
from generators.form.language import (
    LINE_MM,
    Absent,
    Column,
    Entries,
    Grid,
    GridCell,
    ListTable,
    Section,
    Signatures,
)
from generators.form.paths import Template
from generators.form.values import Words
from generators.wording import HIDDEN_WORDS

_DAY: Final = "　　　　年　　月　　日"
_NONE: Final = Run("无")
_HIDDEN: Final = Run(HIDDEN_WORDS, muted=True)

#: Least heights of filled rows, so that short ones do not look crushed.
_GRID_MM: Final = 8.0
_ROW_MM: Final = 7.0
_SIGNATURE_MM: Final = 24.0

#: A line of the small type of cells is about so high, to push a signature to the foot, and a sign so wide.
_TYPE_LINE_MM: Final = 5.0
_SIGN_MM: Final = 3.8

#: A blank table up to this height stays on one page.
_WHOLE_MM: Final = 120.0

#: A row with no cell longer than this stays on one page.
_SHORT_SIGNS: Final = 120


def bands_of(section: Section, words: SectionWords, width_mm: float) -> list[Band]:
    """Return the rows of a grid, list or long items; none where all of it is missing or hidden."""
    made: Iterable[Band] = ()
    match section, words:
        case Grid(), GridWords() | None:
            made = _grid(section, words, width_mm)
        case ListTable(), ListWords() | None:
            made = _table(section, words, width_mm)
        case Entries(), EntriesWords() | None:
            made = _entries(section, words, width_mm)
    return list(made)


def remark(section: Section, words: SectionWords) -> Run | None:
    """Return what follows the heading of a section without rows: that it is empty, or hidden."""
    match section, words:
        case Grid(), GridWords() if _is_all_hidden(section, words):
            return _HIDDEN
        case Grid(dense=True), GridWords() if not any(lines for row in words.rows for lines in row):
            return _NONE
        case _, ListWords(is_hidden=True) | EntriesWords(is_hidden=True):
            return _HIDDEN
        case ListTable() | Entries(), ListWords(rows=()) | EntriesWords(entries=()):
            return _NONE if section.absent is Absent.NONE else None
    return None


def signatures(section: Signatures, width_mm: float) -> Band:
    """Return the row in which people sign."""
    width = width_mm / len(section.roles)
    cells = tuple((width, _signature(role)) for role in section.roles)
    return Band(cells, _SIGNATURE_MM, splits=False)


def _is_all_hidden(grid: Grid, words: GridWords) -> bool:
    """Tell whether a titled grid holds nothing but hidden values; then its heading says so once."""
    found = [line for row in words.rows for lines in row for line in lines]
    return bool(grid.title and found) and all(run.muted for line in found for run in line)


def _grid(grid: Grid, words: GridWords | None, width_mm: float) -> Iterator[Band]:
    if words and _is_all_hidden(grid, words):
        return
    pair_mm = width_mm / grid.pairs
    for place, row in enumerate(grid.rows):
        filled = words.rows[place] if words else ((),) * len(row)
        cells = list(zip(row, filled, strict=True))
        if words and grid.dense:
            cells = [(cell, lines) for cell, lines in cells if lines]
        if cells:
            yield _grid_band(cells, grid, pair_mm, blank=words is None)


def _grid_band(
    cells: Sequence[tuple[GridCell, tuple[Words, ...]]], grid: Grid, pair_mm: float, *, blank: bool
) -> Band:
    taken = 0
    made: list[tuple[float, Cell]] = []
    for place, (cell, lines) in enumerate(cells, 1):
        span = cell.span if place < len(cells) else grid.pairs - taken
        taken += span
        room_mm = span * pair_mm
        if cell.label:
            made.append((grid.label_mm, bands.label(cell.label)))
            room_mm -= grid.label_mm
        made.append((room_mm, _grid_value(cell, lines, blank=blank)))
    heights = [_height(cell, blank=blank) for cell, _ in cells]
    return Band(tuple(made), max(heights), splits=_may_split(line for _, lines in cells for line in lines))


def _grid_value(cell: GridCell, lines: tuple[Words, ...], *, blank: bool) -> Cell:
    if blank and cell.options:
        lines = ((Run("　".join(f"□{option}" for option in cell.options)),),)
    made = bands.value(lines)
    if cell.signed is None:
        return made
    above = 0 if lines else int(_height(cell, blank=blank) / _TYPE_LINE_MM) - 2
    empty = (Paragraph(Role.CELL, ()),) * above  # none where it is negative
    signature = Paragraph(Role.CELL, (Run(f"{cell.signed or '签字'}：　　　　{_DAY}"),), Align.RIGHT)
    return replace(made, paragraphs=(*(made.paragraphs if lines else ()), *empty, signature))


def _height(cell: GridCell, *, blank: bool) -> float:
    if blank:
        return max(cell.height_mm, LINE_MM)
    return max(cell.height_mm, _GRID_MM) if cell.is_open else _GRID_MM


def _table(section: ListTable, words: ListWords | None, width_mm: float) -> Iterator[Band]:
    header = Band(tuple((column.width_mm, bands.label(column.label)) for column in section.columns), _ROW_MM)
    header = replace(header, splits=False, keep=True)
    if words is None:
        yield from _blank_table(section, header)
    elif words.rows:
        rows = [_row(section, row) for row in words.rows]
        yield header
        yield from rows[:-2]
        yield from _together(rows[-2:])  # the last one does not begin a page by itself
    elif not section.title and (told := remark(section, words)):
        yield header
        yield _alone(told, width_mm)


def _blank_table(section: ListTable, header: Band) -> Iterator[Band]:
    row = Band(tuple(_column(column, ()) for column in section.columns), section.row_mm, splits=False)
    rows = [header, *[row] * section.blank_rows]
    yield from _together(rows) if section.blank_rows * section.row_mm <= _WHOLE_MM else rows


def _alone(told: Run, width_mm: float) -> Band:
    """Return a row that says why there is no other."""
    return Band(((width_mm, bands.value(((told,),), Align.CENTER)),), _ROW_MM)


def _row(section: ListTable, words: tuple[Words, ...]) -> Band:
    cells = tuple(_column(column, found) for column, found in zip(section.columns, words, strict=True))
    return Band(cells, _ROW_MM, splits=_may_split(words))


def _column(column: Column, words: Words) -> tuple[float, Cell]:
    return column.width_mm, bands.value((words,) if words else (), column.align)


def _entries(section: Entries, words: EntriesWords | None, width_mm: float) -> Iterator[Band]:
    if words is None:
        for _ in range(section.blank_rows):
            yield from _entry(section, None, width_mm)
        return
    for entry in words.entries:
        yield from _entry(section, entry, width_mm)
    if not words.entries and not section.title and (told := remark(section, words)):
        yield _alone(told, width_mm)


def _entry(section: Entries, words: EntryWords | None, width_mm: float) -> Iterator[Band]:
    head = words.head if words else _labels(section.head, width_mm)
    shaded = replace(bands.value((tuple(replace(run, face=Face.HEI) for run in head),)), shaded=True)
    body: list[Band] = []
    for place, inner in enumerate(section.sections):
        found = words.sections[place] if words else None
        rows = bands_of(inner, found, width_mm)
        told = remark(inner, found)
        title = inner.title if isinstance(inner, Grid | ListTable | Entries) else ""
        if title and (rows or told):
            line = (Run(title), *((Run("　"), told) if told else ()))
            body.append(Band(((width_mm, bands.value((line,))),), splits=False, keep=bool(rows)))
        body.extend(rows)
    yield Band(((width_mm, shaded),), _ROW_MM if words else LINE_MM, splits=False, keep=bool(body))
    # The last line does not begin a page by itself; a small blank block stays whole.
    is_whole = words is None and sum(row.height_mm for row in body) <= _WHOLE_MM
    loose = 0 if is_whole else max(len(body) - 2, 0)
    yield from body[:loose]
    yield from _together(body[loose:])


def _together(rows: Sequence[Band]) -> Iterator[Band]:
    """Hold rows on one page."""
    yield from (replace(row, keep=True) for row in rows[:-1])
    yield from rows[-1:]


def _labels(template: Template, width_mm: float) -> Words:
    """Return the labels of a head line, spread over the line to write between them."""
    labels = [f"{path.label}：" for path in template.paths()]
    room = max(int((width_mm / _SIGN_MM - len("".join(labels))) / len(labels)) - 1, 1)
    return (Run("".join(f"{label}{'　' * room}" for label in labels)),)


def _may_split(lines: Iterable[Words]) -> bool:
    return any(sum(len(run.text) for run in line) > _SHORT_SIGNS for line in lines)


def _signature(role: str) -> Cell:
    empty = Paragraph(Role.CELL, ())
    return Cell(
        (
            Paragraph(Role.CELL, (Run(f"{role}（签字）："),), Align.LEFT),
            empty,
            empty,
            Paragraph(Role.CELL, (Run(_DAY),), Align.RIGHT),
        )
    )
