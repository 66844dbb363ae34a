"""One person's duties of a week on one sheet (我的一周), to print and tick off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.document import Align, Block, Cell, Document, Layout, Paragraph, Role, Row, Run, Table
from generators.sheet import sheet
from generators.text import ems
from generators.wording import long_date

KIND: Final = "my-week"
_TITLE: Final = "我的一周"
_WEEKDAYS: Final = "一二三四五六日"
_HEADS: Final = ("期限", "事项", "对象", "进度", "完成")
#: In millimetres; the third column takes what is left.
_WIDTHS: Final = (36.0, 32.0, 0.0, 22.0, 14.0)
#: What one sheet holds besides title and notes, in lines of the table.
_LINES: Final = 34
#: Characters of 10.5 point on a line of a column, per millimetre.
_EMS_PER_MM: Final = 1 / 3.8
_NONE: Final = "这一周没有要做的事。"


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the sheet: one duty for one or several children, classes or the school.

    Attributes:
        due: last day.
        clock: the hour, "" where only the day counts.
        title: name of the duty.
        subjects: names to print, in order.
        found: how many are there of the ``needed``.
        is_overdue: the day has passed.
        is_soft: a reminder, without a last day.
    """

    due: date
    clock: str
    title: str
    subjects: tuple[str, ...]
    needed: int
    found: int
    is_overdue: bool
    is_soft: bool


@dataclass(frozen=True, slots=True)
class MyWeekInputs:
    """What the sheet prints.

    Attributes:
        staff: id of the person.
        name: of the person.
        school: full name.
        since: Monday.
        until: Sunday.
        tasks: the most urgent first.
        done: how many duties of the week are done already.
    """

    staff: str
    name: str
    school: str
    since: date
    until: date
    tasks: tuple[Task, ...]
    done: int


def build(inputs: MyWeekInputs, *, on: date) -> Document:
    """Return the sheet; what does not fit on one page is counted below the table, the least urgent first to go."""
    shown = list(_fitting(inputs.tasks))
    blocks: list[Block] = [
        Paragraph(Role.FORM_TITLE, (Run(_TITLE),)),
        Paragraph(
            Role.FORM_HEAD,
            (Run(inputs.school), Run("\t"), Run(inputs.name), Run("\t"), Run(_span(inputs))),
        ),
        _table(shown) if shown else Paragraph(Role.FLUSH, (Run(_NONE),)),
        *(Paragraph(Role.NOTE, (Run(note),)) for note in _notes(inputs, len(shown))),
    ]
    return Document(KIND, f"{inputs.staff}-{inputs.since}", _TITLE, Layout.FORM, tuple(blocks), on)


def _span(inputs: MyWeekInputs) -> str:
    return f"{long_date(inputs.since)}—{inputs.until.month}月{inputs.until.day}日"


def _fitting(tasks: Sequence[Task]) -> Iterator[Task]:
    room = _LINES
    for task in tasks:
        room -= max(_lines(task.title, _WIDTHS[1]), _lines("、".join(task.subjects), _subject_mm()))
        if room < 0:
            return
        yield task


def _lines(text: str, width_mm: float) -> int:
    return max(1, -(-int(ems(text) * 10) // int(width_mm * _EMS_PER_MM * 10)))


def _subject_mm() -> float:
    return sheet(Layout.FORM).text_width_mm - sum(_WIDTHS)


def _table(tasks: Sequence[Task]) -> Table:
    widths = tuple(width or _subject_mm() for width in _WIDTHS)
    head = Row(tuple(Cell((Paragraph(Role.CELL_LABEL, (Run(word),)),), shaded=True) for word in _HEADS))
    return Table(widths, (head, *map(_row, tasks)), header_rows=1)


def _row(task: Task) -> Row:
    progress = f"{task.found}/{task.needed}" if task.needed > 1 else ""
    words = (_due(task), task.title, "、".join(task.subjects), progress, "□")
    cells = tuple(
        Cell((Paragraph(Role.CELL, (Run(word, bold=task.is_overdue and place == 0),), _align(place)),))
        for place, word in enumerate(words)
    )
    return Row(cells, splits=False)


def _align(place: int) -> Align:
    return Align.LEFT if place in (1, 2) else Align.CENTER


def _due(task: Task) -> str:
    if task.is_soft:
        return "适时"
    day = f"{task.due.month}月{task.due.day}日"
    if task.is_overdue:
        return f"{day}（逾期）"
    return f"{day} {task.clock}" if task.clock else f"{day} 周{_WEEKDAYS[task.due.weekday()]}"


def _notes(inputs: MyWeekInputs, shown: int) -> Iterator[str]:
    if rest := len(inputs.tasks) - shown:
        yield f"另有 {rest} 项没有印在这一页，全部见 guanai due --who {inputs.staff}。"
    if inputs.done:
        yield f"本周已完成 {inputs.done} 项。"
    yield "含学生信息，请妥善保管，用后销毁。"
