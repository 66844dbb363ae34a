"""Figures of attendance over a month or a term, of a child and of a class."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from guanai.model.attendance import AttendanceException
from guanai.rules.attendance import LATE, LEFT_EARLY, ON_LEAVE, Figures, Register, is_late
from guanai.rules.enrolment import ABSENT, LEAVE


@dataclass(frozen=True, slots=True)
class Tally:
    """Exceptions of a child or a class over a stretch of days.

    Attributes:
        late: times late beyond the threshold.
        left_early: times gone before the end.
        absent_days: days missed without leave.
        leave_days: days missed with leave or illness.
        expected: sum of 应到 over the checks; 0 for a child.
        present: sum of 实到 over the checks; 0 for a child.
    """

    late: int = 0
    left_early: int = 0
    absent_days: int = 0
    leave_days: int = 0
    expected: int = 0
    present: int = 0

    @property
    def rate(self) -> float | None:
        """Attendance rate of a class's checks, None where none was made."""
        return self.present / self.expected if self.expected else None


def tally(exceptions: Iterable[AttendanceException], using: Figures) -> Tally:
    """Return a child's figures over the days of its exceptions."""
    late = early = 0
    absent: set[date] = set()
    leave: set[date] = set()
    for each in exceptions:
        if each.dated_on is None:
            continue
        late += each.kind == LATE and is_late(each, using)
        early += each.kind == LEFT_EARLY
        if each.kind == ABSENT:
            (leave if each.contact_result == ON_LEAVE else absent).add(each.dated_on)
        elif each.kind in LEAVE:
            leave.add(each.dated_on)
    return Tally(late, early, len(absent - leave), len(leave))


def class_tally(book: Register, class_id: str, days: Sequence[date], using: Figures) -> Tally:
    """Return a class's figures over some days: the sum of its children's, and the rate of its checks."""
    wanted = frozenset(days)
    parts = [
        tally([each for where, each in found if where == class_id and each.dated_on in wanted], using)
        for found in (book.exceptions[student] for student in _members(book, class_id, days))
    ]
    checks = [check for day in days for check in book.checks_of(class_id, day).values()]
    return Tally(
        sum(part.late for part in parts),
        sum(part.left_early for part in parts),
        sum(part.absent_days for part in parts),
        sum(part.leave_days for part in parts),
        sum(check.expected for check in checks),
        sum(check.present for check in checks),
    )


def _members(book: Register, class_id: str, days: Sequence[date]) -> dict[str, None]:
    return dict.fromkeys(student for day in days for student in book.missed.get((class_id, day), ()))
