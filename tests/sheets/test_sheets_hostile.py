"""A workbook made to harm is not opened; what looks like a formula stays text, coming in and going out."""

import errno
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from guanai.sheets.reader import MOST_COLUMNS, MOST_ROWS, TooLarge, read_workbook
from guanai.sheets.safety import HarmfulWorkbook
from guanai.sheets.sheet import Head, Sheet, write_sheet

Make = Callable[[Sequence[Sequence[Any]]], bytes]
_RISKY = ("=1+1", "+1", "-1", "@x", "＝1", "＋1", "\t=1", '=HYPERLINK("x")', "=cmd|' /C calc'!A0")


def _with(raw: bytes, **parts: bytes) -> bytes:
    made = io.BytesIO(raw)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("xl/vbaProject.bin", "宏"),
        ("xl/macrosheets/sheet1.xml", "宏"),
        ("xl/externalLinks/externalLink1.xml", "外部链接"),
        ("xl/connections.xml", "外部链接"),
        ("xl/embeddings/oleObject1.bin", "嵌入"),
        ("xl/activeX/activeX1.xml", "嵌入"),
    ],
)
def test_what_runs_or_reaches_out_is_refused(sheet: Make, name: str, reason: str) -> None:
    with pytest.raises(HarmfulWorkbook, match=reason):
        read_workbook(_with(sheet([["姓名"], ["某"]]), **{name: b"<x/>"}))


def test_bombs_are_refused_by_what_they_really_hold(sheet: Make) -> None:
    with pytest.raises(HarmfulWorkbook, match="过大"):
        read_workbook(_with(sheet([["姓名"]]), x_dot_xml=b"0" * (100 * 2**20)))
    with pytest.raises(HarmfulWorkbook, match="文档类型"):
        read_workbook(_with(sheet([["姓名"]]), x_dot_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))


@pytest.mark.parametrize(
    "inner",
    [
        b"<row>" + b"<c/>" * 500_000 + b"</row>",
        (b"<row>" + b"<c/>" * 300_000) * 2 + b"</row>" * 2,
        (b'<row xmlns="x">' + b"<c/>" * 300_000 + b"</row>") * 2,
        b"<!--<row>-->".join([b"<row>", b"<c/>" * 300_000, b"<c/>" * 300_000, b"</row>"]),
    ],
)
def test_a_small_file_of_millions_of_cells_in_one_row_is_refused_before_it_fills_the_memory(
    sheet: Make, inner: bytes
) -> None:
    with zipfile.ZipFile(io.BytesIO(sheet([["姓名"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", inner + b"</sheetData>")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
    with pytest.raises(HarmfulWorkbook, match="过大"):
        read_workbook(made.getvalue())


def test_a_full_sheet_of_a_large_school_is_no_bomb(sheet: Make) -> None:
    (grid,) = read_workbook(sheet([["甲"] * 45 for _ in range(2_300)]))
    assert len(grid.lines) == 2_300


@pytest.mark.parametrize(
    "raw", [b"", b"PK", b"\xd0\xcf\x11\xe0" + b"0" * 600, b"name,class\n", b"PK\x05\x06" + b"\0" * 18]
)
def test_what_is_no_workbook_is_told_in_plain_words(raw: bytes) -> None:
    with pytest.raises(HarmfulWorkbook, match=r"另存为 \.xlsx"):
        read_workbook(raw)


def test_a_sheet_without_end_is_refused(sheet: Make) -> None:
    with pytest.raises(TooLarge, match="行"):
        read_workbook(sheet([["x"]] * (MOST_ROWS + 1)))
    with pytest.raises(TooLarge, match="列"):
        read_workbook(sheet([["x"] * (MOST_COLUMNS + 1)]))


def test_a_lie_about_its_size_costs_nothing(sheet: Make) -> None:
    with zipfile.ZipFile(io.BytesIO(sheet([["姓名"], ["某"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    page = "xl/worksheets/sheet1.xml"
    parts[page] = parts[page].replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert len(read_workbook(made.getvalue())[0].lines) == 2


def test_formulas_errors_and_numbers_that_lost_digits_are_faults_not_values(sheet: Make) -> None:
    (grid,) = read_workbook(
        sheet([["=1+1", "#N/A", 990101201205271739, 12.0, "  x　", date(2026, 3, 1), True]])
    )
    texts = [cell.text for cell in grid.lines[0].cells]
    faults = [bool(cell.fault) for cell in grid.lines[0].cells]
    assert faults == [True, True, True, False, False, False, False]
    assert texts[3:] == ["12", "x", "2026-03-01", "是"]


def test_what_looks_like_a_formula_stays_text_in_every_reader() -> None:
    heads = (Head("编号"), Head("内容"))
    rows = [("990101201205271739", risky) for risky in _RISKY]
    raw = write_sheet(Sheet("表", "=标题", heads, rows), on=date(2026, 11, 20))
    page = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert page is not None
    for row, risky in zip(page.iter_rows(min_row=3, max_col=2), _RISKY, strict=False):
        assert [cell.data_type for cell in row] == ["s", "s"]
        assert (row[0].value, row[1].value) == ("990101201205271739", risky)
        assert row[1].number_format == "@"
        assert row[1].quotePrefix
    back = read_workbook(raw)[0]
    assert [line.cell(1).text for line in back.lines[2:]] == [risky.strip() for risky in _RISKY]
    assert not any(cell.fault for line in back.lines for cell in line.cells)


def test_a_ledger_prints_on_a4_with_its_headers_on_each_page() -> None:
    heads = (Head("隐", is_hidden=True), *(Head(f"栏{number}", 12) for number in range(12)))
    raw = write_sheet(Sheet("表", "标题", heads, [["x"] * 13] * 90), on=date(2026, 11, 20))
    page = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert page is not None
    assert (page.freeze_panes, page.print_title_rows) == ("B3", "$1:$2")
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.column_dimensions["A"].hidden


def test_equal_input_gives_equal_bytes() -> None:
    sheet = Sheet("表", "标题", (Head("栏"),), [["x"]], facts=(("guanai", "1"),))
    assert write_sheet(sheet, on=date(2026, 11, 20)) == write_sheet(sheet, on=date(2026, 11, 20))


def test_a_full_disk_is_told_as_such() -> None:
    code = (
        "import resource, openpyxl, datetime\n"
        "from guanai.sheets.sheet import finished\n"
        "book = openpyxl.Workbook()\n"
        "for row in range(500): book.active.append(['甲'] * 40)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: finished(book, datetime.date(2026, 11, 20))\n"
        "except OSError as error: print(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() in {str(errno.ENOSPC), str(errno.EFBIG)}


@pytest.mark.parametrize(("row", "column", "what"), [(30_000, 1, "行"), (1_048_576, 1, "行"), (2, 300, "列")])
def test_what_stands_far_away_behind_a_gap_is_not_left_out(row: int, column: int, what: str) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["姓名"])
    sheet.append(["甲"])
    sheet.cell(row, column, "乙")
    raw = io.BytesIO()
    book.save(raw)
    with pytest.raises(TooLarge, match=what):
        read_workbook(raw.getvalue())
