"""Sections as bands: labels beside the words of `fill`; without words, empty cells to write in."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from generators.document import Align, Cell, Paragraph, Role, Run
from generators.form import bands
from generators.form.bands import Band, Content
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
from generators.form.telling import Words, runs
from generators.wording import HIDDEN_WORDS

_DAY: Final = "　　　　年　　月　　日"
_SEALED: Final = "（盖章）"
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


class Part(NamedTuple):
    """Rows of a section that stand in one table; the first ``header_rows`` repeat on each page."""

    rows: list[Band]
    header_rows: int = 0


def parts_of(section: Section, words: SectionWords, width_mm: float) -> list[Part]:
    """Return the tables of a grid, list or long items; none where all of it is missing or hidden.

    A list inside a long item is a table of its own, or its head would not repeat on the next page.
    """
    match section, words:
        case Grid(), GridWords() | None:
            rows, header_rows = list(_grid(section, words, width_mm)), 0
        case ListTable(), ListWords() | None:
            rows, header_rows = list(_table(section, words, width_mm)), 1
        case Entries(), EntriesWords() | None:
            return _entries(section, words, width_mm)
        case _:
            return []
    return [Part(rows, header_rows)] if rows else []


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


@cache
def signatures(section: Signatures, width_mm: float) -> Band:
    """Return the row in which people sign."""
    width = width_mm / len(section.roles)
    cells = tuple((width, _signature(role)) for role in section.roles)
    return Band(cells, _SIGNATURE_MM, splits=False)


def _is_all_hidden(grid: Grid, words: GridWords) -> bool:
    """Tell whether a titled grid holds nothing but hidden values; then its heading says so once."""
    if not grid.title:
        return False
    found = [line for row in words.rows for lines in row for line in lines]
    return bool(found) and all(run.muted for line in found for run in runs(line))


def _grid(grid: Grid, words: GridWords | None, width_mm: float) -> Iterator[Band]:
    if words is None:
        for row in grid.rows:
            yield _grid_band(row, [_options(cell) for cell in row], grid, width_mm, blank=True)
    elif not _is_all_hidden(grid, words):
        for row, found in zip(grid.rows, words.rows, strict=True):
            if all(found) or not grid.dense:
                yield _grid_band(row, found, grid, width_mm)
            elif any(found):
                cells = tuple([cell for cell, lines in zip(row, found, strict=True) if lines])
                yield _grid_band(cells, [lines for lines in found if lines], grid, width_mm)


def _options(cell: GridCell) -> tuple[Words, ...]:
    """Return the words to tick on a blank form."""
    return ("　".join(f"{option}□" for option in cell.options),) if cell.options else ()


class _RowShape(NamedTuple):
    """What is the same in all rows that show the same cells of a grid.

    Attributes:
        labels: width and label before each value; None for a value that takes the whole room.
        rooms_mm: widths of the values.
        height_mm: least height.
        blank_mm: likewise on a blank form.
    """

    labels: tuple[tuple[float, Cell] | None, ...]
    rooms_mm: tuple[float, ...]
    height_mm: float
    blank_mm: float


@cache
def _row_shape(cells: tuple[GridCell, ...], grid: Grid, width_mm: float) -> _RowShape:
    spans = [cell.span for cell in cells[:-1]]
    spans.append(grid.pairs - sum(spans))
    pair_mm = width_mm / grid.pairs
    return _RowShape(
        labels=tuple((grid.label_mm, bands.label(cell.label)) if cell.label else None for cell in cells),
        rooms_mm=tuple(
            span * pair_mm - (grid.label_mm if cell.label else 0)
            for span, cell in zip(spans, cells, strict=True)
        ),
        height_mm=max(_height(cell, blank=False) for cell in cells),
        blank_mm=max(_height(cell, blank=True) for cell in cells),
    )


def _grid_band(
    cells: tuple[GridCell, ...],
    found: Sequence[tuple[Words, ...]],
    grid: Grid,
    width_mm: float,
    *,
    blank: bool = False,
) -> Band:
    labels, rooms_mm, height_mm, blank_mm = _row_shape(cells, grid, width_mm)
    made: list[tuple[float, Content]] = []
    splits = False
    for place, lines in enumerate(found):  # this loop runs for each value of a form
        if label := labels[place]:
            made.append(label)
        cell = cells[place]
        value = bands.value(lines) if cell.signed is None else _signed(cell, lines, blank=blank)
        made.append((rooms_mm[place], value))
        splits = splits or _may_split(lines)
    return Band(tuple(made), blank_mm if blank else height_mm, splits)


def _signed(cell: GridCell, lines: tuple[Words, ...], *, blank: bool) -> tuple[Paragraph, ...]:
    """Return a value with a line below it for who signs, at the foot where there is no value."""
    above = 0 if lines else int(_height(cell, blank=blank) / _TYPE_LINE_MM) - 2
    empty = (Paragraph(Role.CELL, ()),) * above  # none where it is negative
    signature = Paragraph(Role.CELL, (Run(f"{cell.signed or '签字'}：　　　　{_DAY}"),), Align.RIGHT)
    return (*(bands.value(lines) if lines else ()), *empty, signature)


def _height(cell: GridCell, *, blank: bool) -> float:
    if blank:
        return max(cell.height_mm, LINE_MM)
    return max(cell.height_mm, _GRID_MM) if cell.is_open else _GRID_MM


def _table(section: ListTable, words: ListWords | None, width_mm: float) -> Iterator[Band]:
    if words is None:
        yield from _blank_table(section)
    elif words.rows:
        rows = [_row(section, row) for row in words.rows]
        yield _header(section)
        yield from rows[:-2]
        yield from _together(rows[-2:])  # the last one does not begin a page by itself
    elif section.absent is Absent.LINES and not words.is_hidden:
        yield from _blank_table(section)
    elif not section.title and (told := remark(section, words)):
        yield _header(section)
        yield _alone(told, width_mm)


@cache
def _header(section: ListTable) -> Band:
    labels = tuple((column.width_mm, bands.label(column.label)) for column in section.columns)
    return Band(labels, _ROW_MM, splits=False, keep=True)


def _blank_table(section: ListTable) -> Iterator[Band]:
    empty = tuple((column.width_mm, bands.value((), column.align)) for column in section.columns)
    row = Band(empty, section.row_mm, splits=False)
    rows = [_header(section), *[row] * section.blank_rows]
    # What has no heading of its own goes on from the table above, and so may be parted.
    is_whole = bool(section.title) and section.blank_rows * section.row_mm <= _WHOLE_MM
    yield from _together(rows) if is_whole else rows


def _alone(told: Run, width_mm: float) -> Band:
    """Return a row that says why there is no other."""
    return Band(((width_mm, bands.remark((told,), Align.CENTER)),), _ROW_MM)


def _row(section: ListTable, words: tuple[Words, ...]) -> Band:
    cells = []
    for place, column in enumerate(section.columns):
        found = words[place]
        cells.append((column.width_mm, bands.value((found,) if found else (), column.align)))
    return Band(tuple(cells), _row_mm(section), _may_split(words))


@cache
def _row_mm(section: ListTable) -> float:
    """Return the least height of a filled row: who still has to sign in it, or to write, has room for that."""
    return section.row_mm if any(map(_is_for_the_hand, section.columns)) else _ROW_MM


def _is_for_the_hand(column: Column) -> bool:
    return column.value is None or column.label.endswith("签字")


def _entries(section: Entries, words: EntriesWords | None, width_mm: float) -> list[Part]:
    if words is None:
        blanks = [_blank_entry(section, width_mm)] * section.blank_rows
        return [Part([row for rows in blanks for row in rows])] if blanks else []
    if not words.entries and not section.title and (told := remark(section, words)):
        return [Part([_alone(told, width_mm)])]
    parts: list[Part] = []
    for entry in words.entries:
        for part in _entry(section, entry, width_mm):
            if parts and not (part.header_rows or parts[-1].header_rows):
                parts[-1].rows.extend(part.rows)
            else:
                parts.append(part)
    return parts


def _entry(section: Entries, words: EntryWords, width_mm: float) -> Iterator[Part]:
    """Divide a long item at its lists; where nothing else stands above one, the head of the item repeats with it."""
    head = Band(((width_mm, bands.head(words.head)),), _ROW_MM, splits=False)
    rows = [head]
    for inner, found in zip(section.sections, words.sections, strict=True):
        titled, below = _inner(inner, found, width_mm)
        if not (isinstance(inner, ListTable) and below):
            rows += [*titled, *below]
            continue
        if rows and rows != [head]:
            yield Part(_bound(rows))
            rows = []
        top = [row._replace(keep=True) for row in (*rows, *titled)]
        yield Part([*top, *below], len(top) + 1)
        rows = []
    if rows:
        yield Part(_bound(rows))


def _bound(rows: Sequence[Band]) -> list[Band]:
    """Hold the first row on the page of the second, and the last two together: none begins or ends a page alone."""
    last = len(rows) - 1
    kept = {0, last - 1}
    return [
        row._replace(keep=True) if place in kept and place < last else row for place, row in enumerate(rows)
    ]


def _blank_entry(section: Entries, width_mm: float) -> list[Band]:
    """Return a long item to write in; a small one stays whole."""
    rows = [Band(((width_mm, bands.head(_labels(section.head, width_mm))),), LINE_MM, splits=False)]
    for inner in section.sections:
        titled, below = _inner(inner, None, width_mm)
        rows += [*titled, *below]
    is_whole = sum(row.height_mm for row in rows[1:]) <= _WHOLE_MM
    return list(_together(rows)) if is_whole else _bound(rows)


def _inner(inner: Section, words: SectionWords, width_mm: float) -> tuple[list[Band], list[Band]]:
    """Return the title of a section inside a long item, and its rows."""
    rows = [row for part in parts_of(inner, words, width_mm) for row in part.rows]
    title = getattr(inner, "title", "")
    titled = _inner_title(title, remark(inner, words), width_mm, has_rows=bool(rows)) if title else ()
    return list(titled), rows


def _inner_title(title: str, told: Run | None, width_mm: float, *, has_rows: bool) -> Iterator[Band]:
    if has_rows or told:
        line = (Run(title), *((Run("　"), told) if told else ()))
        yield Band(((width_mm, bands.remark(line)),), splits=False, keep=has_rows)


def _together(rows: Sequence[Band]) -> Iterator[Band]:
    """Hold rows on one page."""
    for row in rows[:-1]:
        yield Band(row.cells, row.height_mm, row.splits, keep=True)
    yield from rows[-1:]


def _labels(template: Template, width_mm: float) -> Words:
    """Return the labels of a head line, spread over the line to write between them."""
    labels = [f"{path.label}：" for path in template.paths()]
    room = max(int((width_mm / _SIGN_MM - len("".join(labels))) / len(labels)) - 1, 1)
    return "".join(f"{label}{'　' * room}" for label in labels)


def _may_split(lines: Sequence[Words]) -> bool:
    return max(map(len, lines), default=0) > _SHORT_SIGNS


def _signature(role: str) -> Cell:
    asked = "：" if role.endswith(_SEALED) else "（签字）："
    empty = Paragraph(Role.CELL, ())
    return Cell(
        (
            Paragraph(Role.CELL, (Run(f"{role}{asked}"),), Align.LEFT),
            empty,
            empty,
            Paragraph(Role.CELL, (Run(_DAY),), Align.RIGHT),
        )
    )
