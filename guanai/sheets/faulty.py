"""The rows that were not taken, as a workbook to mend and bring again: the reason stands in the row."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from guanai.sheets.proposals import Fault
from guanai.sheets.reader import Grid, column_name
from guanai.sheets.sheet import finished, hide_facts, put_text, set_for_print

#: Header of the column with the reasons; a later import leaves it out.
REASON: Final = "未导入的原因"
_MARK: Final = PatternFill("solid", fgColor="FFFFD9D9")
_RED: Final = Font(color="FFC00000")
#: The only date in such a file: it speaks of no day.
_NO_DAY: Final = date(2000, 1, 1)
_WIDTH: Final = 60.0


def faulty_workbook(
    grid: Grid, header: int, faults: Sequence[Fault], facts: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return the header and the rows with faults, the reason in front of each; a cell at fault is coloured.

    Args:
        grid: the sheet as it came.
        header: number of its row of headers.
        faults: why rows were not taken.
        facts: of a ledger what its hidden sheet tells, so that the mended rows are known again.
    """
    told: dict[int, list[Fault]] = {}
    for fault in faults:
        told.setdefault(fault.line, []).append(fault)
    lines = [line for line in grid.lines if line.number == header or line.number in told]
    columns = max((len(line.cells) for line in lines), default=0)
    book = Workbook()
    page = book.active
    assert page is not None  # noqa: S101 -- a new workbook has a sheet
    page.title = grid.title[:31]
    for number, line in enumerate(lines, 1):
        mine = told.get(line.number, [])
        text = REASON if line.number == header else "；".join(_sentence(each) for each in mine)
        put_text(page.cell(number, 1), text)
        page.cell(number, 1).font = _RED
        at_fault = {each.column for each in mine}
        for place in range(columns):
            cell = page.cell(number, place + 2)
            put_text(cell, line.cell(place).text)
            if place in at_fault:
                cell.fill = _MARK
    page.column_dimensions["A"].width = _WIDTH
    for place in range(columns):
        page.column_dimensions[get_column_letter(place + 2)].width = 16
    set_for_print(page, header_row=1, columns=columns + 1, is_wide=True)
    hide_facts(book, facts)
    return finished(book, _NO_DAY)


def sentence_of(fault: Fault) -> str:
    """Return where and why in one line: 第 12 行 D 列（证件号码）：…."""
    place = f" {column_name(fault.column)} 列" if fault.column >= 0 else ""
    return f"第 {fault.line} 行{place}{f'（{fault.label}）' if fault.label else ''}：{fault.reason}"


def _sentence(fault: Fault) -> str:
    return f"原第 {fault.line} 行{f'，{fault.label}' if fault.label else ''}：{fault.reason}"
