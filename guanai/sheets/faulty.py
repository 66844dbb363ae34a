"""The rows that were not taken, as a workbook to mend and bring again: the reason stands in the row."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from guanai.sheets.ledger import HIDDEN_HEADS
from guanai.sheets.proposals import Fault
from guanai.sheets.reader import Grid, Line, column_name
from guanai.sheets.sheet import (
    dress,
    finished,
    height_of,
    hide_facts,
    lines_of,
    put_text,
    set_for_print,
    sheets_side_by_side,
)

#: Header of the column with the reasons; a later import leaves it out.
REASON: Final = "未导入的原因"
_MARK: Final = PatternFill("solid", fgColor="FFFFD9D9")
_RED: Final = Font(name="宋体", size=10.5, color="FFC00000")
#: The only date in such a file: it speaks of no day.
_NO_DAY: Final = date(2000, 1, 1)
#: Widths of the column with the reasons and of the others, in characters.
_WIDTH: Final = 52
_USUAL: Final = 16


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
    # What only tells a ledger's rows apart stays hidden, as it was when the ledger went out.
    own = HIDDEN_HEADS if facts else ()
    named = next((line for line in lines if line.number == header), None)
    hidden = [named is not None and named.cell(place).text in own for place in range(columns)]
    book = Workbook()
    page = book.active
    assert page is not None  # noqa: S101 -- a new workbook has a sheet
    page.title = grid.title[:31]
    for number, line in enumerate(lines, 1):
        _put(page, number, line, told.get(line.number, []), hidden, is_head=line.number == header)
    page.column_dimensions["A"].width = _WIDTH
    for place, is_hidden in enumerate(hidden, 2):
        column = page.column_dimensions[get_column_letter(place)]
        column.width, column.hidden = _USUAL, is_hidden
    room = _WIDTH + _USUAL * hidden.count(False)
    sheets_wide = sheets_side_by_side(room)
    beside = "A:A" if sheets_wide > 1 else ""
    set_for_print(
        page, head=(1, 1), columns=columns + 1, is_wide=True, sheets_wide=sheets_wide, beside=beside
    )
    hide_facts(book, facts)
    return finished(book, _NO_DAY)


def sentence_of(fault: Fault) -> str:
    """Return where and why in one line: 第 12 行 D 列（证件号码）：…."""
    place = f" {column_name(fault.column)} 列" if fault.column >= 0 else ""
    return f"第 {fault.line} 行{place}{f'（{fault.label}）' if fault.label else ''}：{fault.reason}"


def _put(  # noqa: PLR0913 -- one argument a fact of the row
    page: Any, number: int, line: Line, faults: Sequence[Fault], hidden: Sequence[bool], *, is_head: bool
) -> None:
    reason = REASON if is_head else "；".join(map(_sentence, faults))
    texts = [reason, *(line.cell(place).text for place in range(len(hidden)))]
    at_fault = {each.column for each in faults}
    for place, text in enumerate(texts):
        cell = page.cell(number, place + 1)
        put_text(cell, text)
        dress(cell, is_head=is_head)
        if place - 1 in at_fault:
            cell.fill = _MARK
    if not is_head:
        page.cell(number, 1).font = _RED
    shown = (text for text, is_hidden in zip(texts[1:], hidden, strict=True) if not is_hidden)
    lines = max(lines_of(reason, _WIDTH), *(lines_of(text, _USUAL) for text in shown), 1)
    page.row_dimensions[number].height = height_of(lines)


def _sentence(fault: Fault) -> str:
    return f"原第 {fault.line} 行{f'，{fault.label}' if fault.label else ''}：{fault.reason}"
