"""One sheet as bytes: every text stays text, headers stand still, and it prints on A4 with the headers on each page."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from generators.docx.package import compressed, packed

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
    """Return a workbook as bytes in which nothing tells when or on which machine it was made."""
    book.properties.creator = "guanai"
    book.properties.created = datetime.combine(on, time())
    made = io.BytesIO()
    book.save(made)
    stamp = f"{on.isoformat()}T00:00:00Z"
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    head, _, rest = parts[core].decode().partition("<dcterms:modified")
    before, _, after = rest.partition(">")
    _, _, end = after.partition("<")
    parts[core] = f"{head}<dcterms:modified{before}>{stamp}<{end}".encode()
    return packed([compressed(name, data) for name, data in parts.items()])


def set_for_print(page: Any, *, header_row: int, columns: int, is_wide: bool) -> None:
    """Set a page for A4: as wide as the paper, the headers on every sheet, page numbers at the foot."""
    page.page_setup.paperSize = _A4
    page.page_setup.orientation = "landscape" if is_wide else "portrait"
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.6
    page.oddFooter.center.text = "第 &P 页，共 &N 页"
    if header_row:
        page.print_title_rows = f"1:{header_row}"
        page.freeze_panes = page.cell(header_row + 1, 1)
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
    for number, row in enumerate(sheet.rows, HEADER_ROW + 1):
        for place, value in enumerate(row, 1):
            _put(page.cell(number, place), value, sheet.heads[place - 1])
    if sheet.note:
        put_text(page.cell(HEADER_ROW + len(sheet.rows) + 2, shown[0]), sheet.note)
    is_wide = (
        sum(head.width for head in sheet.heads if not head.is_hidden) > 90 or len(shown) > _FEWEST_FOR_WIDE
    )
    set_for_print(page, header_row=HEADER_ROW, columns=len(sheet.heads), is_wide=is_wide)
    last = get_column_letter(len(sheet.heads))
    page.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + max(len(sheet.rows), 1)}"
    page.freeze_panes = page.cell(HEADER_ROW + 1, shown[0])


def _headed(page: Any, place: int, head: Head) -> None:
    cell = page.cell(HEADER_ROW, place)
    put_text(cell, head.label)
    cell.font, cell.fill, cell.alignment, cell.border = _HEAD, _SHADE, _CENTRE, _BOX
    column = page.column_dimensions[get_column_letter(place)]
    column.width, column.hidden = head.width, head.is_hidden


def _put(cell: Any, value: str | float | None, head: Head) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    else:
        if value:
            put_text(cell, str(value))
        cell.number_format = _TEXT  # what is typed into an empty cell is text too
    cell.font, cell.alignment, cell.border = _BODY, _WRAP, _BOX
    if head.is_fixed:
        cell.fill = _LOCKED
