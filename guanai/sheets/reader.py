"""A workbook as rows of text: what each cell shows, and why one cannot be taken as it is."""

import io
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter

from guanai.errors import Invalid
from guanai.sheets.safety import HarmfulWorkbook, require_harmless
from guanai.yamlfile.characters import is_refused_value

#: Most rows and columns of one sheet, most sheets, longest cell.
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 256
_MOST_SHEETS: Final = 40
_LONGEST: Final = 5_000
#: So many digits of a number Excel keeps; from here on it has dropped the last ones.
_DIGITS: Final = 15
_EXACT: Final = 10**_DIGITS
#: Stands behind what was not given back whole; a cell with it is refused, so that nobody takes the rest for all.
_CUT: Final = "…〔后面的没有了〕"
_BROKEN: Final = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    SyntaxError,
    AssertionError,
    zipfile.BadZipFile,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: what it shows, without blanks at its ends; dates as 2026-11-20, times as 2026-11-20T16:40.
        fault: why it cannot be imported, "" for a cell that can.
    """

    text: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row; ``number`` as Excel counts it, from 1."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(cell.text or cell.fault for cell in self.cells)

    def cell(self, column: int) -> Cell:
        """Return a cell by its column from 0; one beyond the row's end is empty."""
        return self.cells[column] if column < len(self.cells) else _EMPTY


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; rows without anything in them are left out.

    Attributes:
        title: name on its tab.
        lines: its rows.
        is_hidden: whether people see the tab.
    """

    title: str
    lines: tuple[Line, ...]
    is_hidden: bool = False


_EMPTY: Final = Cell()


class TooLarge(Invalid):
    """A sheet with more rows or columns than a school has."""

    def __init__(self, title: str, what: str, most: int) -> None:
        super().__init__(f"工作表“{title}”超过 {most} {what}；请删去没有用的{what}，或分成几个文件。")


def read_workbook(raw: bytes) -> tuple[Grid, ...]:
    """Return the sheets of a workbook. Formulas are neither worked out nor believed: they are faults.

    Raises:
        HarmfulWorkbook: it is no workbook, or one that is not opened.
        TooLarge: a sheet has too many rows or columns.
    """
    require_harmless(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it does not know of a sheet's looks is nothing to us
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            try:
                if len(book.worksheets) > _MOST_SHEETS:
                    raise TooLarge("整个文件", "张工作表", _MOST_SHEETS)
                return tuple(_grid(sheet) for sheet in book.worksheets)
            finally:
                book.close()
    except _BROKEN as error:
        raise HarmfulWorkbook("文件已损坏，或不是 .xlsx") from error


def column_name(column: int) -> str:
    """Return a column's letters; ``column`` counts from 0."""
    return str(get_column_letter(column + 1))


def _grid(sheet: Any) -> Grid:
    lines = []
    for number, row in enumerate(_rows(sheet), 1):
        cells = tuple(_cell(each) for each in row)
        filled = max((at for at, cell in enumerate(cells, 1) if cell.text or cell.fault), default=0)
        if filled > MOST_COLUMNS:
            raise TooLarge(sheet.title, "列", MOST_COLUMNS)
        if filled:
            if number > MOST_ROWS:
                raise TooLarge(sheet.title, "行", MOST_ROWS)
            lines.append(Line(number, cells[:filled]))
    return Grid(sheet.title, tuple(lines), is_hidden=sheet.sheet_state != "visible")


def _rows(sheet: Any) -> Iterable[Iterable[Any]]:
    sheet.reset_dimensions()  # what a file says of its size may be a lie
    # To the very end: what stands far below or far to the right, behind a gap, must not be left out unseen.
    rows: Iterable[Iterable[Any]] = sheet.iter_rows()
    return rows


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return _EMPTY
    if cell.data_type == "f":
        return Cell("", "是公式，程序不计算公式；请复制后“选择性粘贴为数值”")
    if cell.data_type == "e":
        return Cell("", f"是出错的单元格（{value}）；请改正")
    if isinstance(value, bool):
        return Cell("是" if value else "否")
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return Cell(_moment(value))
    return _text(str(value))


def _number(value: float) -> Cell:
    if abs(value) >= _EXACT:
        # What a float shows behind its exact digits, nobody has typed. Excel cuts them off, it does not round.
        digits = str(abs(value)) if isinstance(value, int) else f"{abs(value):.14e}".replace(".", "")
        return Cell(
            f"{digits[:_DIGITS]}{_CUT}", "被存成了数字，后面几位已经丢失；请把这一列设成“文本”，重新填写"
        )
    return Cell(str(int(value)) if value == int(value) else repr(value))


def _moment(value: date | time) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value.isoformat(timespec="minutes")


def _text(value: str) -> Cell:
    text = (
        value.replace("_x000D_\n", "\n").replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u3000\u00a0")
    )
    if is_refused_value(text):
        return Cell("", "含有看不见的控制字符；请重新输入")
    if text.endswith(_CUT):
        return Cell(text, "没有写全（末尾有“〔后面的没有了〕”）；请照原件重新填写")
    if len(text) > _LONGEST:
        return Cell(f"{text[:40]}{_CUT}", f"超过 {_LONGEST} 字；请缩短")
    return Cell(text)
