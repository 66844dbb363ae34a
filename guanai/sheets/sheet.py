"""One sheet as bytes: every text stays text, headers stand still, and it prints on A4 with the headers on each page."""

import errno
import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from generators.docx.package import compressed, packed
from generators.text import ems

_LINE: Final = Side(style="thin", color="FF7F7F7F")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TITLE: Final = Font(name="宋体", size=16, bold=True)
_HEAD: Final = Font(name="宋体", size=10.5, bold=True)
_BODY: Final = Font(name="宋体", size=10.5)
_SHADE: Final = PatternFill("solid", fgColor="FFEDEDED")
_LOCKED: Final = PatternFill("solid", fgColor="FFF5F5F5")
_WRAP: Final = Alignment(vertical="center", wrap_text=True)
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT: Final = "@"
_A4: Final = 9
_LONGEST: Final = 32_767
_FEWEST_FOR_WIDE: Final = 8
#: Characters that an upright sheet of paper holds side by side, and those of one on its side, printed half as large.
_UPRIGHT: Final = 90
_WIDEST: Final = 300
#: A column grows with its text up to so many characters.
_ROOMY: Final = 28
#: More rows than these standing still would leave no room for the list on a screen.
_STILL_ROWS: Final = 8
#: Height of a line of a cell, and the greatest height of a row that Excel knows.
_POINTS_PER_LINE: Final = 15.0
_HIGHEST: Final = 409.0
#: What a program might take for the beginning of a formula.
_RISKY: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t")


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a sheet.

    Attributes:
        label: its header.
        width: in characters.
        is_hidden: kept for the way back, not shown.
        is_fixed: edits in it are not taken back; it is shaded.
    """

    label: str
    width: float = 12
    is_hidden: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as a sheet.

    Attributes:
        name: on its tab.
        title: above the headers.
        heads: its columns.
        rows: their cells: text, numbers, or None; numbers stay numbers.
        note: below the list, "" for none.
        facts: what a hidden sheet tells of this one, for the way back.
    """

    name: str
    title: str
    heads: tuple[Head, ...]
    rows: Sequence[Sequence[str | float | None]]
    note: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())


#: Row of the headers as Excel counts it.
HEADER_ROW: Final = 2
#: Name of the hidden sheet.
FACTS: Final = "guanai"


def write_sheet(sheet: Sheet, *, on: date) -> bytes:
    """Return the workbook; equal input gives equal bytes.

    Args:
        sheet: what to write.
        on: the date it speaks of, the only one in the file.
    """
    book = Workbook()
    page: Any = book.active
    _fill(page, sheet)
    hide_facts(book, sheet.facts)
    return finished(book, on)


def hide_facts(book: Workbook, facts: Sequence[tuple[str, str]]) -> None:
    """Add the hidden sheet that tells what a ledger is; nothing where there is nothing to tell."""
    if not facts:
        return
    hidden = book.create_sheet(FACTS)
    hidden.sheet_state = "veryHidden"
    for number, pair in enumerate(facts, 1):
        for column, text in enumerate(pair, 1):
            put_text(hidden.cell(number, column), text)


def put_text(cell: Any, text: str) -> None:
    """Put a text into a cell that no program takes for a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    cell.data_type = "s"
    cell.number_format = _TEXT
    if text.startswith(_RISKY):
        cell.quotePrefix = True


def finished(book: Workbook, on: date) -> bytes:
    """Return a workbook as bytes in which nothing tells when or on which machine it was made.

    Raises:
        OSError: the disk is full.
    """
    book.properties.creator = "guanai"
    book.properties.created = datetime.combine(on, time())
    made = io.BytesIO()
    try:
        book.save(made)  # by way of a file on the disk
    except SerialisationError as error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
    stamp = f"{on.isoformat()}T00:00:00Z"
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    head, _, rest = parts[core].decode().partition("<dcterms:modified")
    before, _, after = rest.partition(">")
    _, _, end = after.partition("<")
    parts[core] = f"{head}<dcterms:modified{before}>{stamp}<{end}".encode()
    return packed([compressed(name, data) for name, data in parts.items()])


def set_for_print(  # noqa: PLR0913 -- one argument a fact of the page
    page: Any, *, head: tuple[int, int], columns: int, is_wide: bool, sheets_wide: int = 1, beside: str = ""
) -> None:
    """Set a page for A4: as wide as the paper, the headers on every sheet, page numbers at the foot.

    Args:
        page: the sheet.
        head: first and last row that repeat on every sheet of paper and stand still on the screen; 0, 0 for none.
        columns: number of columns.
        is_wide: lay the paper on its side.
        sheets_wide: sheets of paper side by side, where one would make the print too small to read.
        beside: columns that repeat on each of these, such as ``D:E``; "" for none.
    """
    page.page_setup.paperSize = _A4
    page.page_setup.orientation = "landscape" if is_wide else "portrait"
    page.page_setup.fitToWidth = sheets_wide
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom = 0.6, 0.75
    # Below the lower margin there has to be room for the foot, or its lower half is cut off.
    page.page_margins.header = page.page_margins.footer = 0.35
    page.oddFooter.right.text = "第 &P 页，共 &N 页"
    first, last = head
    if last:
        page.print_title_rows = f"{first}:{last}"
    if 0 < last <= _STILL_ROWS:
        page.freeze_panes = page.cell(last + 1, 1)
    if beside:
        page.print_title_cols = beside
    page.print_area = f"A1:{get_column_letter(columns)}{max(page.max_row, 1)}"


def _fill(page: Any, sheet: Sheet) -> None:
    page.title = sheet.name[:31]
    shown = [place for place, head in enumerate(sheet.heads, 1) if not head.is_hidden]
    put_text(page.cell(1, shown[0]), sheet.title)
    page.cell(1, shown[0]).font = _TITLE
    page.cell(1, shown[0]).alignment = Alignment(horizontal="center", vertical="center")
    page.merge_cells(start_row=1, end_row=1, start_column=shown[0], end_column=shown[-1])
    page.row_dimensions[1].height = 30
    for place, head in enumerate(sheet.heads, 1):
        _headed(page, place, head)
    widths = _widths(sheet)
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(sheet.rows, HEADER_ROW + 1):
        for place, value in enumerate(row, 1):
            _put(page.cell(number, place), value, sheet.heads[place - 1])
        lines = max((_lines(row[place - 1], widths[place - 1]) for place in shown), default=1)
        if lines > 1:  # some programs do not make a row higher by themselves
            page.row_dimensions[number].height = height_of(lines)
    if sheet.note:
        put_text(page.cell(HEADER_ROW + len(sheet.rows) + 2, shown[0]), sheet.note)
    room = sum(widths[place - 1] for place in shown)
    sheets_wide = sheets_side_by_side(room)
    names = [place for place in shown if sheet.heads[place - 1].is_fixed]
    set_for_print(
        page,
        head=(1, HEADER_ROW),
        columns=len(sheet.heads),
        is_wide=room > _UPRIGHT or len(shown) > _FEWEST_FOR_WIDE,
        sheets_wide=sheets_wide,
        beside=f"{get_column_letter(names[0])}:{get_column_letter(names[-1])}"
        if names and sheets_wide > 1
        else "",
    )
    if sheets_wide > 1:
        page.cell(1, shown[0]).alignment = Alignment(horizontal="left", vertical="center")
    last = get_column_letter(len(sheet.heads))
    page.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + max(len(sheet.rows), 1)}"
    page.freeze_panes = page.cell(HEADER_ROW + 1, names[-1] + 1 if names else shown[0])


def _widths(sheet: Sheet) -> list[float]:
    """Return the widths of the columns: as wide as asked for, wider where its longest text wants it, up to a limit."""
    longest = [0] * len(sheet.heads)
    for row in sheet.rows:
        for place, value in enumerate(row):
            if value and (signs := signs_of(str(value)) + 2) > longest[place]:
                longest[place] = signs
    return [max(head.width, min(signs, _ROOMY)) for head, signs in zip(sheet.heads, longest, strict=True)]


def sheets_side_by_side(signs: float) -> int:
    """Return how many sheets of paper on their side hold a list of a width in characters, printed large enough to read."""
    return max(-(-int(signs) // _WIDEST), 1)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width in characters."""
    room = max(int(width) - 1, 1)
    return sum(max(-(-signs_of(line) // room), 1) for line in text.split("\n"))


def height_of(lines: int, least: float = 0) -> float:
    """Return the height in points of a row with so many lines; a workbook may not ask for more than Excel can show."""
    return min(max(lines * _POINTS_PER_LINE, least), _HIGHEST)


def dress(cell: Any, *, is_head: bool = False) -> None:
    """Give a cell the looks of a list: small type that wraps, in a box; a header is bold on grey."""
    cell.font, cell.alignment, cell.border = (_HEAD, _CENTRE, _BOX) if is_head else (_BODY, _WRAP, _BOX)
    if is_head:
        cell.fill = _SHADE


def signs_of(text: str) -> int:
    """Return how wide the longest line of a text is, in characters of the usual width; a Chinese one takes two."""
    return max(
        (len(line) if line.isascii() else round(2 * ems(line)) for line in text.split("\n")), default=0
    )


def _lines(value: str | float | None, width: float) -> int:
    return lines_of(str(value), width) if value else 1


def _headed(page: Any, place: int, head: Head) -> None:
    cell = page.cell(HEADER_ROW, place)
    put_text(cell, head.label)
    dress(cell, is_head=True)
    page.column_dimensions[get_column_letter(place)].hidden = head.is_hidden


def _put(cell: Any, value: str | float | None, head: Head) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    else:
        if value:
            put_text(cell, str(value))
        cell.number_format = _TEXT  # what is typed into an empty cell is text too
    dress(cell)
    if head.is_fixed:
        cell.fill = _LOCKED
