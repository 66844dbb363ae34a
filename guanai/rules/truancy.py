"""Days missed without leave: the run of them that starts a persuasion (劝返), and the run without them after it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from guanai.calendar import SchoolCalendar, at
from guanai.model.attendance import AttendanceException
from guanai.rules.attendance import ON_LEAVE, Absence, Figures, Register, absences
from guanai.rules.clock import day_of
from guanai.rules.derived import labels_of
from guanai.rules.enrolment import ABSENT

UNREACHED: Final = "失联"
REFUSING: Final = "监护人不配合"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a persuasion.

    Attributes:
        at: when the last condition was met: the check or the call of the day, to the minute.
        days: the school days missed up to then, in order.
        result: what the call of that day brought; 失联 where nobody called in time.
        is_called: whether a call is recorded.
        evidence: ids of the exceptions.
    """

    student: str
    at: datetime
    days: tuple[date, ...]
    result: str
    is_called: bool
    evidence: tuple[str, ...]

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it."""
        return labels_of("attendance", "异常", "联系结果") | labels_of("student", "劝返")

    @property
    def reason(self) -> str:
        """Why, in words that name nobody."""
        called = "" if self.is_called else "，未见联系家长的记录"
        return (
            f"{self.days[0]} 起连续 {len(self.days)} 个上课日第一次核查未到{_RESULTS[self.result]}{called}。"
        )


_RESULTS: Final = {
    UNREACHED: "，联系不上监护人",
    REFUSING: "，监护人不配合",
    "已知去向": "，去向已知",
}


@dataclass(frozen=True, slots=True)
class Tracking:
    """How a child who came back stays.

    Attributes:
        days: school days in a row without unexcused absence, up to the last one that counts.
        needed: how many make it stable.
        stable_on: the day that completed them, None so far.
        relapses: days missed without leave since the return.
    """

    days: int
    needed: int
    stable_on: date | None
    relapses: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at an instant; nothing later is looked at.

    Attributes:
        book: the attendance.
        calendar: the school days.
        using: the figures of attendance.
        now: the instant.
        class_of: tells the class in which a child (id) is counted on a day, None where it is not expected.
    """

    book: Register
    calendar: SchoolCalendar
    using: Figures
    now: datetime
    class_of: Callable[[str, date], str | None]

    @property
    def today(self) -> date:
        """The day of the instant."""
        return day_of(self.now)

    def days_since(self, day: date) -> tuple[date, ...]:
        """Return the school days from a day to today; what lies before the oldest calendar is left out."""
        oldest = self.calendar.covered[0].begins if self.calendar.covered else day
        return self.calendar.school_days(max(day, oldest), self.today)


class _Day(Enum):
    AWAY = 1
    UNKNOWN = 2  # nobody counted the class, or the child belonged to none
    HERE = 3


def triggers(
    student: str, known: Known, *, days: int, results: Collection[str], since: date
) -> tuple[Trigger, ...]:
    """Return what would have started a persuasion, one for each run of days, oldest first.

    A day counts when the first check made that day missed the child without leave and it did not come later; a day
    on which the class was not counted neither counts nor ends the run, and a holiday is no day at all.

    Args:
        student: id of the child.
        known: what is known, and when.
        days: school days in a row that are needed (触发天数).
        results: what the call must have brought (触发条件); empty for absence alone.
        since: first day to look at.
    """
    if len(set(days_away(student, known.book, since, known.today))) < days:
        return ()
    found: list[Trigger] = []
    run: list[Absence] = []
    is_open = True
    for day in known.days_since(since):
        kind, absence = _kind(student, known, day)
        if kind is _Day.HERE:
            run, is_open = [], True
        elif absence is not None:
            run.append(absence)
            if is_open and len(run) >= days and (made := _trigger(student, run, results, known.now)):
                found.append(made)
                is_open = False
    return tuple(found)


def tracking(student: str, known: Known, *, returned_on: date, needed: int) -> Tracking:
    """Return how a child stays after its return; the day of the return is the first.

    A day missed counts at once, today as a day without absence only when the last check is written down.
    """
    run, stable_on = 0, None
    relapses: list[date] = []
    for day in known.days_since(returned_on):
        class_id = known.class_of(student, day)
        if class_id is None:
            continue
        missed = (each for each in known.book.of_child(student, day, day) if _is_away(each))
        if any(_is_told(known, class_id, each) for each in missed):
            relapses.append(day)
            run, stable_on = 0, None
        elif _is_counted(known, class_id, day):
            run += 1
            stable_on = stable_on or (day if run == needed else None)
    return Tracking(run, needed, stable_on, tuple(relapses))


def days_away(student: str, book: Register, since: date, until: date) -> Iterator[date]:
    """Yield the days on which any check missed a child without leave."""
    yield from dict.fromkeys(
        each.dated_on for each in book.of_child(student, since, until) if each.dated_on and _is_away(each)
    )


def _is_away(each: AttendanceException) -> bool:
    return each.kind == ABSENT and each.contact_result != ON_LEAVE


def _is_counted(known: Known, class_id: str, day: date) -> bool:
    checks = known.book.checks_of(class_id, day)
    return bool(checks) if day < known.today else known.using.slots[-1] in checks


def _is_told(known: Known, class_id: str, each: AttendanceException) -> bool:
    """Tell whether the check that an exception stands in has been made by now."""
    day = known.today
    if each.dated_on != day:
        return True
    check = known.book.checks_of(class_id, day).get(each.slot)
    return check is not None and (check.at is None or at(day, check.at) <= known.now)


def _kind(student: str, known: Known, day: date) -> tuple[_Day, Absence | None]:
    class_id = known.class_of(student, day)
    if class_id is None:
        return _Day.UNKNOWN, None
    made = known.book.checks_of(class_id, day)
    slots = [slot for slot in known.using.slots if slot in made]
    first = slots[0] if slots else known.using.slots[0]
    for absence in absences(known.book, student, day, day, known.using):
        missed = absence.exceptions[0]
        if missed.kind == ABSENT and missed.slot == first and absence.missed_at <= known.now:
            is_here = absence.is_excused or absence.returned_at is not None
            return (_Day.HERE, None) if is_here else (_Day.AWAY, absence)
    return (_Day.HERE if slots else _Day.UNKNOWN), None


def _trigger(student: str, run: list[Absence], results: Collection[str], now: datetime) -> Trigger | None:
    last = run[-1]
    called_at = last.contact.done_at
    is_called = last.result is not None
    # Who did not call in time cannot say that the family was reached.
    at = last.contact.due_at if not is_called else max(last.missed_at, called_at or last.missed_at)
    result = last.result or UNREACHED
    if not results:
        at = last.missed_at
    elif result not in results:
        return None
    if at is None or at > now:
        return None
    evidence = tuple(each.id for absence in run for each in absence.exceptions if each.id)
    return Trigger(student, at, tuple(absence.day for absence in run), result, is_called, evidence)
