"""One row of a sheet read into values by column; what does not fit is told, cell by cell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guanai.schema import Field
from guanai.sheets.classes import Classes
from guanai.sheets.headers import Layout
from guanai.sheets.kinds import OF_A_CATEGORY
from guanai.sheets.proposals import Fault
from guanai.sheets.reader import Line
from guanai.sheets.values import BadCell, day, field_through, is_nothing, narrow, plain_number, read_value

#: Years and months of entry, perhaps with the day: 202409, 2024-9, 2024年9月1日.
_ENTRY: Final = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})月?|([0-9]{2}))")
_NAMING: Final = ("学生编号", "姓名", "学籍号", "证件号码")
_SEVERAL: Final = frozenset({"类别", "帮扶责任人"})


@dataclass(slots=True)
class Row:
    """What a row says.

    Attributes:
        line: its number.
        told: who it speaks of, as text: 学生编号, 姓名, 学籍号, 证件号码.
        class_id: the class it names, "" for none.
        values: what its cells hold, by key of the column.
        scores: marks by subject, where subjects have columns of their own.
        faults: what does not fit.
        columns: place and header of each column that has a value, by key.
    """

    line: int
    told: dict[str, str] = field(default_factory=dict)
    class_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    columns: dict[str, tuple[int, str]] = field(default_factory=dict)

    def fault(self, key: str, reason: str) -> None:
        """Note why a column's cell, or for "" the row, cannot be taken."""
        place, label = self.columns.get(key, (-1, ""))
        self.faults.append(Fault(self.line, place, label, reason))

    def has_fault(self, keys: Iterable[str]) -> bool:
        """Whether one of these columns has a cell that cannot be taken."""
        return bool(
            {each.column for each in self.faults} & {self.columns.get(key, (-2, ""))[0] for key in keys}
        )


class RowReader:
    """Reads the rows of one sheet."""

    def __init__(self, layout: Layout, shape: Field, classes: Classes, given: Mapping[str, str]) -> None:
        """``shape``: fields of the record that rows go into; ``given``: cells that hold for all rows."""
        self._layout = layout
        self._shape = shape
        self._classes = classes
        self._given = {**layout.kind.defaults, **given}

    def rows(self) -> Iterator[Row]:
        """Yield each row."""
        for line in self._layout.lines:
            yield self._row(line)

    def _row(self, line: Line) -> Row:
        row = Row(line.number)
        texts = dict(self._texts(line, row))
        for key in _NAMING:
            if key in texts:
                self._try(row, key, lambda key=key: row.told.update({key: _told(key, texts[key])}))
        if "班级" in texts:
            self._try(
                row,
                "班级",
                lambda: setattr(row, "class_id", self._classes.find(texts["班级"], texts.get("年级", ""))),
            )
        for key, text in texts.items():
            column = self._layout.kind.columns[key]
            where = field_through(self._shape, column.path) if column.path else None
            if where is not None and not row.has_fault((key,)):
                self._take(row, key, where, text)
            elif key == "入学日期":
                self._try(row, key, lambda text=text: row.values.update({"入学日期": _entry(text)}))
            elif key == "学生状态":
                row.values[key] = text
        self._scored(line, row)
        for group in self._layout.kind.needed:
            is_told = any(key in texts for key in group) or bool(row.scores)
            if not is_told and not row.has_fault(group):
                row.fault(next((key for key in group if key in row.columns), ""), f"缺少{'或'.join(group)}")
        return row

    def _texts(self, line: Line, row: Row) -> Iterator[tuple[str, str]]:
        """Yield what the row says by key, and note where each column stands.

        What is given for the whole sheet of a category counts only where the row has one.
        """
        standing: set[str] = set()
        for place, column in self._layout.columns.items():
            cell = line.cell(place)
            row.columns[column.key] = (place, self._layout.header.cell(place).text)
            if cell.fault:
                row.fault(column.key, cell.fault)
                standing.add(column.key)
            elif not is_nothing(cell.text):
                standing.add(column.key)
                yield column.key, cell.text
        of_none = frozenset() if "类别" in standing | self._given.keys() else OF_A_CATEGORY
        yield from ((key, text) for key, text in self._given.items() if key not in standing | of_none)

    def _take(self, row: Row, key: str, where: Field, text: str) -> None:
        if key in _SEVERAL:
            parts = [part for part in _parts(text) if not is_nothing(part)]
            self._try(row, key, lambda: row.values.update({key: [read_value(where, part) for part in parts]}))
        else:
            self._try(row, key, lambda: row.values.update({key: read_value(where, text)}))

    def _scored(self, line: Line, row: Row) -> None:
        field = field_through(self._shape, ("成绩", "分数"))
        for place, subject in self._layout.subjects.items():
            cell = line.cell(place)
            row.columns[subject] = (place, self._layout.header.cell(place).text or subject)
            if cell.fault:
                row.fault(subject, cell.fault)
            elif field is not None and not is_nothing(cell.text):
                self._try(
                    row,
                    subject,
                    lambda cell=cell, subject=subject: row.scores.update(
                        {subject: read_value(field, cell.text)}
                    ),
                )

    @staticmethod
    def _try(row: Row, key: str, read: Any) -> None:
        try:
            read()
        except BadCell as error:
            row.fault(key, str(error))


def _told(key: str, text: str) -> str:
    return text if key == "姓名" else plain_number(text)


def _entry(text: str) -> str:
    """Return the day of an entry month such as 202409 or 2024-09."""
    found = _ENTRY.fullmatch(narrow(text).replace(" ", ""))
    return day(f"{found[1]}-{found[2] or found[3]}-01") if found else day(text)


def _parts(text: str) -> list[str]:
    for sign in "，,;；/\n 　":
        text = text.replace(sign, "、")
    return text.split("、")
