"""What a sheet looks like on paper: heads where they belong, rows as high as their text, a foot that is not cut off."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from generators.document import Cell, Document, Layout, Paragraph, Role, Row, Run, Stamp, Table
from guanai.sheets.faulty import faulty_workbook
from guanai.sheets.ledger import HIDDEN_HEADS
from guanai.sheets.papers import write_paper
from guanai.sheets.proposals import Fault
from guanai.sheets.reader import read_workbook
from guanai.sheets.sheet import Head, Sheet, write_sheet

_ON = date(2026, 11, 20)
_STAMP = Stamp("sample", "x", _ON, (), "", "0", "00", "00", "AAAA-BBBB")
_LONG = "近期情绪低落，独来独往；到校和学业都有好转，经研判下调等级，继续由班主任每周联系。" * 3


def _table(rows: int, *, header_rows: int = 1) -> Table:
    row = Row((Cell((Paragraph(Role.CELL, (Run("甲"),)),)), Cell((Paragraph(Role.CELL, (Run("乙"),)),))))
    return Table((80, 85), (row,) * (rows + header_rows), header_rows)


def _paper(*tables: Table) -> Any:
    title = Paragraph(Role.FORM_TITLE, (Run("样表"),))
    document = Document("sample", "x", "样表", Layout.FORM, (title, *tables), _ON)
    return openpyxl.load_workbook(io.BytesIO(write_paper(document, _STAMP))).active


def _list(heads: tuple[Head, ...], *rows: tuple[str, ...]) -> Any:
    raw = write_sheet(Sheet("表", "标题", heads, rows), on=_ON)
    return openpyxl.load_workbook(io.BytesIO(raw)).active


@pytest.mark.parametrize(
    ("tables", "repeated", "still"),
    [
        ((_table(60),), "$1:$2", "A3"),
        ((_table(1, header_rows=0), _table(60)), "$1:$3", "A4"),
        # The head of the second list, and not what stands above it, nor that of the first.
        ((_table(30), _table(60)), "$33:$33", None),
        ((_table(60), _table(3)), "$63:$63", None),
        # The last table has no head: the one before it would stand above rows that are not its own.
        ((_table(60), _table(2, header_rows=0)), None, None),
    ],
)
def test_a_paper_repeats_the_head_of_its_last_list_and_no_whole_page_stands_still(
    tables: tuple[Table, ...], repeated: str | None, still: str | None
) -> None:
    page = _paper(*tables)
    assert (page.print_title_rows, page.freeze_panes) == (repeated, still)


def test_the_foot_has_room_below_the_list() -> None:
    for page in (_paper(_table(3)), _list((Head("栏"),), ("x",))):
        assert page.page_margins.footer + 0.3 <= page.page_margins.bottom
        assert not page.oddFooter.center.text


def test_a_row_is_as_high_as_its_longest_text_but_what_is_hidden_does_not_count() -> None:
    heads = (Head("隐", 8, is_hidden=True), Head("栏", 12), Head("说明", 36))
    page = _list(heads, ("0" * 200, "短", "短"), ("0", "短", _LONG))
    assert page.row_dimensions[3].height is None
    assert page.row_dimensions[4].height >= 15 * len(_LONG) * 2 / 36


def test_no_row_is_higher_than_a_workbook_may_say() -> None:
    page = _list((Head("说明", 36),), (_LONG * 40,))
    assert page.row_dimensions[3].height == 409


def test_a_column_grows_with_its_text_up_to_a_limit() -> None:
    page = _list((Head("编号", 9), Head("说明", 9), Head("空", 9)), ("M20261023-9GFU", _LONG, ""))
    widths = [page.column_dimensions[letter].width for letter in "ABC"]
    assert widths[0] >= len("M20261023-9GFU")
    assert widths[0] < widths[1] < 36
    assert widths[2] == 9


@pytest.mark.parametrize(("columns", "sheets", "beside"), [(12, 1, None), (60, 3, "$A:$A")])
def test_a_list_too_wide_for_one_sheet_goes_on_more_with_the_names_on_each(
    columns: int, sheets: int, beside: str | None
) -> None:
    heads = (Head("学生", 12, is_fixed=True), *(Head(f"栏{number}", 13) for number in range(columns)))
    page = _list(heads, ("甲",) * (columns + 1))
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (sheets, 0)
    assert page.print_title_cols == beside
    assert page.freeze_panes == "B3"


@pytest.mark.parametrize(("facts", "hides"), [((), False), ((("guanai", "1"),), True)])
def test_rows_that_come_back_are_a_list_to_read_with_what_a_ledger_hid_still_hidden(
    facts: tuple[tuple[str, str], ...], *, hides: bool
) -> None:
    heads = (*HIDDEN_HEADS, "等级")
    raw = write_sheet(Sheet("表", "标题", tuple(map(Head, heads)), [("a", "0" * 90, "c", "蓝")]), on=_ON)
    (grid,) = read_workbook(raw)
    made = faulty_workbook(grid, 2, [Fault(3, 3, "等级", _LONG)], facts)
    page = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert page.cell(1, 1).font.bold
    assert page.cell(2, 1).alignment.wrap_text
    assert float(page.row_dimensions[2].height or 0) >= 15 * len(_LONG) * 2 / 52
    assert page.cell(2, 5).fill.fgColor.rgb == "FFFFD9D9"
    assert [page.column_dimensions[letter].hidden for letter in "BCDE"] == [hides, hides, hides, False]
