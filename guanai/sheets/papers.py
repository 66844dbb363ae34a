"""A ledger in the layout of its form: the tables of a document as a sheet with the same columns, spans and headers."""

from collections.abc import Iterable
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from generators.document import Align, Document, Layout, Paragraph, Role, Stamp, Table
from generators.sheet import sheet as paper_of
from generators.stamp import foot
from guanai.sheets.sheet import finished, height_of, put_text, set_for_print

#: Width of a column of one character in millimetres, as Excel measures it in the default font.
_MM_PER_SIGN: Final = 1.9
_LINE: Final = Side(style="thin", color="FF404040")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE: Final = PatternFill("solid", fgColor="FFEDEDED")
_TITLES: Final = frozenset({Role.TITLE, Role.FORM_TITLE, Role.MARK})
_LABELS: Final = frozenset({Role.CELL_LABEL, Role.SECTION, Role.H1, Role.FORM_TITLE, Role.TITLE})
_PLACES: Final = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}
_NEAR_MM: Final = 0.6
#: Up to so many rows above a list repeat with its head: title, school, sums.
_ABOVE: Final = 6
#: Heights of lines outside the tables.
_TITLE_POINTS: Final = 30.0
_LINE_POINTS: Final = 20.0


def write_paper(document: Document, stamp: Stamp) -> bytes:
    """Return a document as a workbook of one sheet; it goes out only, edits in it are not taken back.

    Args:
        document: a form or ledger.
        stamp: where it comes from; its short form stands at the foot of each page.
    """
    book = Workbook()
    page: Any = book.active
    page.title = "".join(sign for sign in document.title if sign not in "[]:*?/\\'")[:31] or "表"
    edges = _edges(document)
    for place in range(len(edges) - 1):
        page.column_dimensions[get_column_letter(place + 1)].width = max(
            (edges[place + 1] - edges[place]) / _MM_PER_SIGN, 0.8
        )
    head = _Filler(page, edges).fill(document)
    is_wide = document.layout is Layout.FORM_WIDE
    set_for_print(page, head=head, columns=len(edges) - 1, is_wide=is_wide)
    page.oddFooter.left.text = foot(document, stamp).replace("&", "&&")
    return finished(book, document.on)


def _edges(document: Document) -> list[float]:
    """Return where any column of any table begins or ends, in millimetres from the left."""
    found = {0.0, paper_of(document.layout).text_width_mm}
    for block in document.blocks:
        if isinstance(block, Table):
            at = 0.0
            for width in block.widths_mm:
                at += width
                found.add(round(at, 2))
    edges: list[float] = []
    for each in sorted(found):
        if not edges or each - edges[-1] > _NEAR_MM:
            edges.append(each)
    return edges


class _Filler:
    """Puts blocks onto a page, one below the other."""

    def __init__(self, page: Any, edges: list[float]) -> None:
        self._page = page
        self._edges = edges
        self._row = 1

    def fill(self, document: Document) -> tuple[int, int]:
        """Fill the page; return the first and the last row that repeat on every sheet, 0 and 0 for none.

        These are the head of the last table, and what stands above it where that is little: a head in front of it
        would repeat above rows of another table.
        """
        head = (0, 0)
        for block in document.blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Table):
                begins = self._row
                self._table(block)
                last = begins + block.header_rows - 1
                head = (
                    (1 if last <= _ABOVE else begins, last) if block.header_rows and block.ruled else (0, 0)
                )
        return head

    def _paragraph(self, block: Paragraph) -> None:
        if block.text.strip():
            self._put(block.text.replace("\t", "　　"), 0, len(self._edges) - 2, 1, (block,), is_ruled=False)
            lines = self._lines(block.text, 0, len(self._edges) - 2)
            self._page.row_dimensions[self._row].height = (
                _TITLE_POINTS if block.role in _TITLES else height_of(lines, _LINE_POINTS)
            )
            self._row += 1

    def _table(self, table: Table) -> None:
        starts = [0.0]
        for width in table.widths_mm:
            starts.append(starts[-1] + width)
        covered: dict[tuple[int, int], bool] = {}
        for number, row in enumerate(table.rows):
            column = lines = 0
            for cell in row.cells:
                while covered.get((number, column)):
                    column += 1
                for down in range(cell.rows):
                    covered |= {(number + down, column + right): True for right in range(cell.columns)}
                first, last = self._at(starts[column]), self._at(starts[column + cell.columns]) - 1
                text = "\n".join(paragraph.text for paragraph in cell.paragraphs)
                self._put(
                    text, first, last, cell.rows, cell.paragraphs, is_ruled=table.ruled, shaded=cell.shaded
                )
                lines = max(lines, self._lines(text, first, last) if cell.rows == 1 else 1)
                column += cell.columns
            self._page.row_dimensions[self._row].height = height_of(lines, max(row.height_mm * 72 / 25.4, 18))
            self._row += 1

    def _put(  # noqa: PLR0913 -- one argument a fact of the cell
        self, text: str, first: int, last: int, rows: int, paragraphs: Iterable[Paragraph], *, is_ruled: bool,
        shaded: bool = False,
    ) -> None:  # fmt: skip
        page, last = self._page, max(last, first)
        cell = page.cell(self._row, first + 1)
        told = next(iter(paragraphs), None)
        role = told.role if told is not None else Role.CELL
        put_text(cell, text)
        cell.font = Font(name="宋体", size=16 if role in _TITLES else 10.5, bold=role in _LABELS)
        place = _PLACES.get(told.align) if told is not None and told.align else None
        centre = role in _TITLES or role is Role.CELL_LABEL
        cell.alignment = Alignment(
            horizontal=place or ("center" if centre else None), vertical="center", wrap_text=True
        )
        if is_ruled:
            for down in range(rows):
                for right in range(first, last + 1):
                    page.cell(self._row + down, right + 1).border = _BOX
        if shaded or role is Role.CELL_LABEL:
            cell.fill = _SHADE
        if rows > 1 or last > first:
            page.merge_cells(
                start_row=self._row, end_row=self._row + rows - 1, start_column=first + 1, end_column=last + 1
            )

    def _at(self, edge: float) -> int:
        return min(range(len(self._edges)), key=lambda place: abs(self._edges[place] - edge))

    def _lines(self, text: str, first: int, last: int) -> int:
        """Return how many lines a text takes: merged cells do not grow by themselves."""
        signs = max((self._edges[last + 1] - self._edges[first]) / _MM_PER_SIGN / 2 - 0.5, 1)
        return sum(max(-(-len(part) // int(max(signs, 1))), 1) for part in text.split("\n"))
