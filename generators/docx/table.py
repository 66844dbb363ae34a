"""Tables as WordprocessingML text: fixed widths in twips that add up, spans both ways, rows that stay whole."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from math import ceil
from typing import Final

from generators.document import Align, Cell, Face, Paragraph, Role, Row, Table
from generators.docx.paragraph import CLOSED, NO_WORDS, Typesetter, opened, written
from generators.looks import Look
from generators.text import ems
from guanai.errors import Invalid

_TWIPS_PER_MM: Final = 1440 / 25.4
_TWIPS_PER_PT: Final = 20

#: Rules in eighths of a point: 1 pt around, half a point between.
_RULES: Final = (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))
#: Between a cell's edge and its text, in twips.
_ABOVE, _BESIDE = 40, 85
_MARGINS: Final = (("top", _ABOVE), ("left", _BESIDE), ("bottom", _ABOVE), ("right", _BESIDE))
#: A line in multiples of its size, in the tallest of the typefaces that may stand in for ours.
_TALLEST_LINE: Final = 1.5
_SHADE: Final = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
_NOTHING: Final = (Paragraph(Role.CELL, ()),)
_CLOSED: Final = f"{CLOSED}</w:tc>".encode()


#: First column of a cell that reaches down → rows it still covers, columns it is wide.
_Covered = dict[int, tuple[int, int]]


class TableShapeError(Invalid):
    """The cells of a table do not fit its columns and rows."""

    def __init__(self, row: int, columns: int) -> None:
        super().__init__(f"表格第 {row} 行的格子与 {columns} 栏对不上，请检查各格占的栏数和行数。")


def table_xml(table: Table, setter: Typesetter, room_mm: float, *, keep: bool = False) -> bytes:
    """Return a table.

    Args:
        table: what to set; one wider than the sheet is narrowed in proportion.
        setter: sets what stands in the cells.
        room_mm: width between the margins.
        keep: hold the last row on the page of the block below, even where it does not say so itself.

    Raises:
        TableShapeError: cells and columns do not agree.
    """
    widths = _widths(table.widths_mm, room_mm)
    out = [_table_opening(widths, ruled=table.ruled)]
    rows = _Rows(widths, setter)
    last = len(table.rows)
    is_opening = True
    for number, row in enumerate(table.rows, 1):
        is_head = number <= table.header_rows
        is_whole, height_mm = is_head or not row.splits, row.height_mm
        if is_opening and is_whole and not is_head and number < last:
            # LibreOffice drops all that follows where the first rows fit on a page by a hair and may not split. So they
            # may; but it leaves a row whole that is told to be as high as its text.
            is_whole, height_mm = False, max(height_mm, _text_mm(row, widths, setter.looks))
        is_opening = is_opening and (is_head or row.keep)
        out.append(_row_opening(height_mm, is_whole, is_head))
        rows.set(row, out, number, keep=row.keep or (is_head if number < last else keep))
        out.append(b"</w:tr>")
    rows.require_closed(last)
    out.append(b"</w:tbl>")
    return b"".join(out)


class _Rows:
    """Sets row after row and remembers which columns are covered from above."""

    __slots__ = ("_covered", "_edges", "_openings", "_setter")

    def __init__(self, widths: tuple[int, ...], setter: Typesetter) -> None:
        self._edges = [*accumulate(widths, initial=0)]
        self._setter = setter
        self._openings = _openings(setter)
        self._covered: _Covered = {}

    def set(self, row: Row, out: list[bytes], number: int, *, keep: bool) -> None:
        """Set one row; those that are covered from above appear as continued cells, as the format wants it."""
        edges, above = self._edges, self._covered
        below: _Covered = {}
        column, count = 0, len(edges) - 1
        for cell in row.cells:
            while column in above:
                column = self._continue(column, above, below, out)
            right = column + cell.columns
            if right > count:
                raise TableShapeError(number, count)
            if cell.rows > 1:
                below[column] = (cell.rows - 1, cell.columns)
            out += self._cell(cell, edges[right] - edges[column], keep)
            column = right
        while column in above:
            column = self._continue(column, above, below, out)
        if column != count or above:
            raise TableShapeError(number, count)
        self._covered = below

    def _cell(self, cell: Cell, width: int, keep: bool) -> tuple[bytes, ...]:  # noqa: FBT001 - called for each cell
        """Set a cell; the usual one holds one run, and what stands before its words is made once and kept."""
        paragraphs = cell.paragraphs or _NOTHING
        first = paragraphs[0]
        runs = first.runs
        if len(paragraphs) > 1 or len(runs) > 1 or cell.rows > 1 or self._setter.is_narrow:
            set_ones = [self._setter.paragraph(each, keep=keep).encode() for each in paragraphs]
            return (_cell_opening(width, cell).encode(), *set_ones, b"</w:tc>")
        run = runs[0] if runs else NO_WORDS
        kept = keep or first.keep
        key = (width, cell.columns, cell.shaded, first.role, first.align, kept, run.face, run.bold, run.muted)
        opening = self._openings.get(key)
        if opening is None:
            text = f"{_cell_opening(width, cell)}{self._setter.opening(first, run, keep=kept)}"
            opening = self._openings[key] = text.encode()
        words = run.text
        return opening, (words if words.isalnum() else written(words)).encode(), _CLOSED

    def require_closed(self, last: int) -> None:
        """Raise if a cell reaches below the last row."""
        if self._covered:
            raise TableShapeError(last, len(self._edges) - 1)

    def _continue(
        self,
        column: int,
        above: _Covered,
        below: _Covered,
        out: list[bytes],
    ) -> int:
        rows, columns = above.pop(column)
        if rows > 1:
            below[column] = (rows - 1, columns)
        right = column + columns
        out.append(_continued(self._edges[right] - self._edges[column], columns))
        return right


def _text_mm(row: Row, widths: Sequence[int], looks: Mapping[Role, Look]) -> float:
    """Return how high the text of a row stands at most; cells that reach further down are left out."""
    edges = [*accumulate(widths, initial=0)]
    highest, column = 0.0, 0
    for cell in row.cells:
        right = min(column + cell.columns, len(widths))
        room_pt = (edges[right] - edges[column] - 2 * _BESIDE) / _TWIPS_PER_PT
        if cell.rows == 1:
            highest = max(
                highest, sum(_paragraph_pt(each, looks[each.role], room_pt) for each in cell.paragraphs)
            )
        column = right
    return (highest * _TWIPS_PER_PT + 2 * _ABOVE) / _TWIPS_PER_MM


def _paragraph_pt(paragraph: Paragraph, look: Look, room_pt: float) -> float:
    lines = sum(max(1, ceil(ems(line) * look.size_pt / room_pt)) for line in paragraph.text.split("\n"))
    return (
        lines * (look.pitch_pt or look.size_pt * look.leading * _TALLEST_LINE)
        + look.before_pt
        + look.after_pt
    )


@cache
def _widths(widths_mm: tuple[float, ...], room_mm: float) -> tuple[int, ...]:
    narrowing = min(1, room_mm / sum(widths_mm))
    return tuple(round(width * narrowing * _TWIPS_PER_MM) for width in widths_mm)


@lru_cache(maxsize=512)
def _table_opening(widths: tuple[int, ...], *, ruled: bool) -> bytes:
    """Return what stands before the rows; borders and margins are spelled out, no program falls back on its own."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{weight}" w:space="0" w:color="auto"/>'
        if ruled
        else f'<w:{side} w:val="nil"/>'
        for side, weight in _RULES
    )
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in _MARGINS)
    opening = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
    return opening.encode()


@cache
def _row_opening(height_mm: float, is_whole: bool, is_head: bool) -> bytes:  # noqa: FBT001 - cached by position
    height = (
        f'<w:trHeight w:val="{round(height_mm * _TWIPS_PER_MM)}" w:hRule="atLeast"/>' if height_mm else ""
    )
    parts = f"{'<w:cantSplit/>' if is_whole else ''}{height}{'<w:tblHeader/>' if is_head else ''}"
    return (f"<w:tr><w:trPr>{parts}</w:trPr>" if parts else "<w:tr>").encode()


@cache
def _continued(width: int, columns: int) -> bytes:
    place = _cell_opening(width, Cell((), columns), merge="continue")
    return f"{place}{opened(Role.CELL)}</w:p></w:tc>".encode()


def _cell_opening(width: int, cell: Cell, merge: str = "") -> str:
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    merge = "restart" if cell.rows > 1 else merge
    down = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{down}{_SHADE if cell.shaded else ""}'
        '<w:vAlign w:val="center"/></w:tcPr>'
    )


#: What stands before the words of a cell: its width and looks, then those of its paragraph and run.
_Openings = dict[tuple[int, int, bool, Role, Align | None, bool, Face | None, bool, bool], bytes]


@cache
def _openings(_: Typesetter) -> _Openings:
    """Return the openings one typesetter has made so far."""
    return {}
