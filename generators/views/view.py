"""A view: a record that nobody wrote, worked out of many for one unit and one period."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from generators.views.gathered import SCHOOL, Gathered
from generators.views.period import Length, Period, period_of
from guanai.errors import NotFound
from guanai.grades import grade_of
from guanai.ids import STUDENT_ID
from guanai.model.base import Record, key

#: How the school is written in a paper's id.
WHOLE_SCHOOL: Final = "school"


class Unit(StrEnum):
    """Whom a view speaks of."""

    CHILD = "child"
    CLASS = "class"
    GRADE = "grade"
    SCHOOL = "school"
    STAFF = "staff"


class NoSubject(NotFound):
    """An id that is not ``UNIT.PERIOD``, or not of a unit for which the paper is made."""

    def __init__(self, title: str, text: str, units: Iterable[Unit]) -> None:
        shapes = "、".join(_SHAPES[unit] for unit in units)
        super().__init__(f"“{text}”不能出《{title}》；写成“单位.时间”，单位是{shapes}，如 {_EXAMPLE}。")


class NothingToTell(NotFound):
    """A unit and period for which a view has nothing to say."""

    def __init__(self, title: str, unit: str, period: Period, why: str) -> None:
        super().__init__(f"{unit} {period.name}没有可以印成《{title}》的内容：{why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRecord(Record):
    """What every view holds.

    Attributes:
        id: ``UNIT.PERIOD``.
        unit: id of a child, class or grade, staff id, or 全校.
        period: its name in Chinese.
        known_on: the last day of which anything is told.
    """

    id: str = key("编号", "")
    unit: str = key("单位", "")
    period: str = key("期间", "")
    known_on: date | None = key("截止")


@dataclass(frozen=True, slots=True)
class View:
    """A kind of derived record.

    Attributes:
        kind: slug of the paper.
        title: of the paper.
        word: what a form writes under 对象 to be about it.
        units: whom it may speak of, the usual one first.
        length: of its period.
        record: class of what `build` returns.
        build: works it out, from the edition alone; pure.
        wants: the children of whom ``--all`` makes one; for other units all are.
        is_aggregate: holds counts alone, small ones kept back: made of all records whoever reads it.
    """

    kind: str
    title: str
    word: str
    units: tuple[Unit, ...]
    length: Length
    record: type[Record]
    build: Callable[[Gathered, str, Period], Record]
    wants: Callable[[Gathered, str, Period], bool] | None = None
    is_aggregate: bool = False

    def subject(self, text: str, gathered: Gathered) -> tuple[str, Period]:
        """Return the unit and period of an id such as ``J2024-03.2026-11``; a unit alone means the period of today.

        Raises:
            NoSubject: the unit is none for this view.
            BadPeriod, NoTerm: the period is none for it.
        """
        unit, _, period = text.partition(".")
        if unit_of(unit, gathered) not in self.units:
            raise NoSubject(self.title, text, self.units)
        named = SCHOOL if unit == WHOLE_SCHOOL else unit
        return named, period_of(self.length, period or f"{gathered.on}", gathered.calendar)


def subject_id(unit: str, period: Period) -> str:
    """Return the id of a paper about a unit and a period."""
    return f"{WHOLE_SCHOOL if unit == SCHOOL else unit}.{period.id}"


def unit_of(text: str, gathered: Gathered) -> Unit | None:
    """Tell which kind of unit an id names, None for none of this school's."""
    if text == WHOLE_SCHOOL:
        return Unit.SCHOOL
    if STUDENT_ID.fullmatch(text):
        return Unit.CHILD
    if text in gathered.classes:
        return Unit.CLASS
    if text in gathered.grades:
        return Unit.GRADE
    return Unit.STAFF if any(person.id == text for person in gathered.staff.people) else None


def frame(unit: str, period: Period, gathered: Gathered) -> dict[str, Any]:
    """Return the fields every view begins with."""
    return {
        "id": subject_id(unit, period),
        "unit": unit,
        "period": period.name,
        "known_on": period.until(gathered.on),
    }


def classes_of(unit: str, gathered: Gathered) -> tuple[str, ...]:
    """Return the classes of a class, a grade or the school, in order."""
    if unit == SCHOOL:
        return gathered.classes
    return tuple(each for each in gathered.classes if unit in (each, grade_of(each)))


_SHAPES: Final = {
    Unit.CHILD: "学生编号",
    Unit.CLASS: "班级",
    Unit.GRADE: "年级",
    Unit.SCHOOL: "全校（school）",
    Unit.STAFF: "教职工编号",
}
_EXAMPLE: Final = "J2024-03.2026-11、J2024.2026-11-20、school.2026-2027-1"
