"""考勤异常日报: a grade's list of a day, of what was known at its hour and nothing that came later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from guanai.rules.attendance import (
    ON_LEAVE,
    Absence,
    CheckState,
    Figures,
    Register,
    absences,
    check_status,
)
from guanai.rules.clock import day_of
from guanai.rules.derived import labels_of


@dataclass(frozen=True, slots=True)
class DailyLine:
    """One child on a grade's list of the day."""

    student: str
    class_id: str
    kind: str
    missed_at: datetime
    contacted_at: datetime | None
    result: str | None
    reported_at: datetime | None
    returned_at: datetime | None

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see the line with the result of the call."""
        return labels_of("attendance", "异常", "联系结果")


@dataclass(frozen=True, slots=True)
class DailyList:
    """A grade's list of a day (考勤异常日报), as far as it was known at ``known_at``.

    Attributes:
        unchecked: classes and slots of which nobody had written anything.
    """

    grade_id: str
    day: date
    known_at: datetime
    lines: tuple[DailyLine, ...]
    unchecked: tuple[tuple[str, str], ...]

    @property
    def is_zero_report(self) -> bool:
        """Whether every check was made and there is nothing to tell."""
        return not self.lines and not self.unchecked


def daily_list(
    book: Register, grade_id: str, class_ids: Sequence[str], known_at: datetime, using: Figures
) -> DailyList:
    """Return a grade's list of a school day with what was known at an instant and nothing that came later.

    Args:
        book: the register.
        grade_id: the grade.
        class_ids: its classes.
        known_at: the hour of the list (`Figures.list_at`) on its day, or any other instant of that day.
        using: the figures.
    """
    day = day_of(known_at)
    unchecked = tuple(
        (class_id, status.slot)
        for class_id in class_ids
        for status in check_status(book, class_id, day, known_at, using)
        if status.state is CheckState.MISSED
    )
    lines = [
        line
        for class_id in class_ids
        for student in book.missed.get((class_id, day), ())
        for absence in absences(book, student, day, day, using)
        if absence.class_id == class_id and (line := _line(absence, known_at)) is not None
    ]
    lines.sort(key=lambda line: (line.class_id, line.missed_at, line.student))
    return DailyList(grade_id, day, known_at, tuple(lines), unchecked)


def _line(absence: Absence, moment: datetime) -> DailyLine | None:
    if absence.missed_at > moment:
        return None

    def known(instant: datetime | None) -> datetime | None:
        return instant if instant is not None and instant <= moment else None

    told = [
        each
        for each in absence.exceptions
        if each.contacted_at is not None and each.contacted_at <= moment and each.contact_result
    ]
    reported = [each.reported_at for each in absence.exceptions if known(each.reported_at)]
    result = told[-1].contact_result if told else None
    if result == ON_LEAVE:
        return None
    return DailyLine(
        absence.student,
        absence.class_id,
        absence.exceptions[0].kind,
        absence.missed_at,
        told[0].contacted_at if told else None,
        result,
        reported[0] if reported else None,
        known(absence.returned_at),
    )
