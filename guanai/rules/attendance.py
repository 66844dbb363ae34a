"""考勤: three checks a day in every class, and the clocks that start when one of them misses a child."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from guanai import figures
from guanai.calendar import at, day_ends
from guanai.clauses import assignments
from guanai.figures import Limit, Unit
from guanai.model.attendance import Attendance, AttendanceException, Check
from guanai.model.policy import Duty, Policy
from guanai.rules.clock import Deadline
from guanai.rules.derived import labels_of
from guanai.rules.enrolment import ABSENT

LATE: Final = "迟到"
LEFT_EARLY: Final = "早退"

_ONE_HOUR: Final = Limit(1, Unit.HOUR)
_TWO_HOURS: Final = Limit(2, Unit.HOUR)
_FIVE: Final = time(17)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of attendance as the adopted policy has them.

    Attributes:
        slots: the checks of a day, in order (节点).
        threshold_minutes: from more than so many minutes on, lateness is an exception (门槛).
        contact_within: how soon the family is called (期限).
        report_within: how soon the grade head knows (期限).
        list_at: when the grade's list of the day is made (时刻).
    """

    slots: tuple[str, ...] = ("晨读", "课间操", "放学前")
    threshold_minutes: int = 30
    contact_within: Limit = _ONE_HOUR
    report_within: Limit = _TWO_HOURS
    list_at: time = _FIVE


class CheckState(StrEnum):
    """How a check stands."""

    NOT_YET = "待查"
    DONE = "已查"
    MISSED = "未查"


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """One check of one class and day; ``check`` is None as long as nobody wrote it down."""

    class_id: str
    day: date
    slot: str
    state: CheckState
    check: Check | None

    @property
    def is_zero_report(self) -> bool:
        """Whether the check was made and everybody was there."""
        return self.check is not None and self.check.present >= self.check.expected


@dataclass(frozen=True, slots=True)
class Absence:
    """A child that a check missed without leave, and the two clocks that started with it.

    Attributes:
        missed_at: the instant of the check that missed the child.
        exceptions: what the checks of that day recorded of it, in order.
        contact: the call to the family.
        report: word to the grade head.
        result: 联系结果, None before the family was called.
        returned_at: when the child came, None if it did not that day.
        is_excused: the call found out that there is leave.
    """

    student: str
    class_id: str
    day: date
    missed_at: datetime
    exceptions: tuple[AttendanceException, ...]
    contact: Deadline
    report: Deadline
    result: str | None
    returned_at: datetime | None
    is_excused: bool

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see that the child was missed; `result` needs `result_labels`."""
        return labels_of("attendance", "异常", "类型")

    @property
    def result_labels(self) -> frozenset[str]:
        """What a reader needs to see what came of the call."""
        return labels_of("attendance", "异常", "联系结果")


@dataclass(frozen=True, slots=True)
class Register:
    """Every check and exception of some months, found by class and day and by child.

    Attributes:
        checks: of each class and day, by slot.
        exceptions: of each child, with the class, oldest first.
        missed: the children that any check of a class and day missed, in the order written.
    """

    checks: Mapping[tuple[str, date], Mapping[str, Check]]
    exceptions: Mapping[str, tuple[tuple[str, AttendanceException], ...]]
    missed: Mapping[tuple[str, date], tuple[str, ...]]

    def checks_of(self, class_id: str, day: date) -> Mapping[str, Check]:
        """Return the checks of a class and day by their slot."""
        return self.checks.get((class_id, day), {})

    def of_child(self, student: str, since: date, until: date) -> tuple[AttendanceException, ...]:
        """Return a child's exceptions of some days, in order, whatever class it was in."""
        return tuple(
            each
            for _, each in self.exceptions.get(student, ())
            if each.dated_on is not None and since <= each.dated_on <= until
        )

    def of_class(self, class_id: str, day: date) -> tuple[AttendanceException, ...]:
        """Return a class's exceptions of a day."""
        return tuple(
            each
            for student in self.missed.get((class_id, day), ())
            for where, each in self.exceptions[student]
            if where == class_id and each.dated_on == day
        )


def figures_of(policies: Iterable[Policy]) -> Figures:
    """Return the figures of the first adopted policy that has each; what none has keeps the source's figure."""
    duties = [assignment.duty for policy in reversed(tuple(policies)) for assignment in assignments(policy)]
    found: dict[str, Duty] = {}
    for duty in duties:
        for evidence in duty.evidence:
            found[evidence] = duty if _fits(evidence, duty) else found.get(evidence, duty)
    made = Figures()
    check, call, word = (found.get(name) for name in ("考勤.核查", "考勤.联系", "考勤.报备"))
    lists = next((duty for duty in reversed(duties) if duty.threshold), None)
    return Figures(
        slots=(check.checkpoints if check else ()) or made.slots,
        threshold_minutes=figures.read_minutes(lists.threshold)
        if lists and lists.threshold
        else made.threshold_minutes,
        contact_within=figures.read_limit(call.limit) if call and call.limit else made.contact_within,
        report_within=figures.read_limit(word.limit) if word and word.limit else made.report_within,
        list_at=figures.read_time(lists.time) if lists and lists.time else made.list_at,
    )


def register(records: Iterable[Attendance]) -> Register:
    """Return the months of attendance as a register; a later line of the same check replaces the earlier."""
    checks: dict[tuple[str, date], dict[str, Check]] = {}
    exceptions: dict[str, list[tuple[str, AttendanceException]]] = {}
    missed: dict[tuple[str, date], dict[str, None]] = {}
    for record in records:
        for check in record.checks:
            if check.dated_on is not None:
                checks.setdefault((record.class_id, check.dated_on), {})[check.slot] = check
        for each in record.exceptions:
            if each.dated_on is not None:
                exceptions.setdefault(each.student, []).append((record.class_id, each))
                missed.setdefault((record.class_id, each.dated_on), {})[each.student] = None
    return Register(
        checks,
        {student: tuple(sorted(found, key=_when)) for student, found in exceptions.items()},
        {place: tuple(found) for place, found in missed.items()},
    )


def check_status(
    book: Register, class_id: str, day: date, now: datetime, using: Figures
) -> tuple[CheckStatus, ...]:
    """Return how the checks of a class and school day stand at an instant.

    A check that nobody wrote down counts as missed once a later one was made, or when the day's list is due.
    """
    made = book.checks_of(class_id, day)
    done = [slot in made and _check_at(made[slot], day) <= now for slot in using.slots]
    is_over = now >= at(day, using.list_at)
    return tuple(
        CheckStatus(
            class_id,
            day,
            slot,
            CheckState.DONE
            if done[place]
            else CheckState.MISSED
            if is_over or any(done[place:])
            else CheckState.NOT_YET,
            made[slot] if done[place] else None,
        )
        for place, slot in enumerate(using.slots)
    )


def absences(book: Register, student: str, since: date, until: date, using: Figures) -> tuple[Absence, ...]:
    """Return the times a child was missed without leave, each with its clocks; oldest first."""
    spells: list[list[tuple[str, AttendanceException]]] = []
    for class_id, each in book.exceptions.get(student, ()):
        if each.dated_on is None or not since <= each.dated_on <= until or not _counts(each, using):
            continue
        if spells and _continues(spells[-1][-1][1], each):
            spells[-1].append((class_id, each))
        else:
            spells.append([(class_id, each)])
    return tuple(_absence(book, spell, using) for spell in spells)


def is_late(each: AttendanceException, using: Figures) -> bool:
    """Tell whether a line of lateness (迟到) is an exception; without minutes the teacher meant it to be one."""
    return each.late_minutes is None or each.late_minutes > using.threshold_minutes


#: 联系结果 that says there is leave after all.
ON_LEAVE: Final = "请假"
_ORDER: Final = {"晨读": 0, "课间操": 1, "放学前": 2}
#: When a check is thought to have been made if its line has no time: the morning one before lessons begin.
_USUAL: Final = {"晨读": time(8), "课间操": time(10), "放学前": time(16, 30)}


def _fits(evidence: str, duty: Duty) -> bool:
    return bool(duty.checkpoints) if evidence == "考勤.核查" else bool(duty.limit)


def _when(item: tuple[str, AttendanceException]) -> tuple[date, int]:
    return item[1].dated_on or date.min, _ORDER.get(item[1].slot, len(_ORDER))


def _counts(each: AttendanceException, using: Figures) -> bool:
    if each.kind == LATE:
        return is_late(each, using)
    return each.kind in (ABSENT, LEFT_EARLY)


def _continues(before: AttendanceException, after: AttendanceException) -> bool:
    return before.dated_on == after.dated_on and before.returned_at is None


def _check_at(check: Check, day: date) -> datetime:
    return at(day, check.at or _USUAL.get(check.slot, time(8)))


def _missed_at(book: Register, class_id: str, each: AttendanceException) -> datetime:
    day = each.dated_on or date.min
    check = book.checks_of(class_id, day).get(each.slot)
    return at(day, check.at if check and check.at else _USUAL.get(each.slot, time(8)))


def _absence(book: Register, spell: Sequence[tuple[str, AttendanceException]], using: Figures) -> Absence:
    class_id, first = spell[0]
    found = tuple(each for _, each in spell)
    missed_at = _missed_at(book, class_id, first)
    told = [each for each in found if each.contacted_at is not None]
    called_at = min((each.contacted_at for each in told if each.contacted_at), default=None)
    reported_at = min((each.reported_at for each in found if each.reported_at), default=None)
    returned_at = next((each.returned_at for each in found if each.returned_at), None)
    result = next((each.contact_result for each in reversed(found) if each.contact_result), None)
    return Absence(
        first.student,
        class_id,
        first.dated_on or date.min,
        missed_at,
        found,
        _clock(missed_at, using.contact_within, called_at, returned_at),
        _clock(missed_at, using.report_within, reported_at, returned_at),
        result,
        returned_at,
        result == ON_LEAVE,
    )


def _clock(since: datetime, limit: Limit, done: datetime | None, returned: datetime | None) -> Deadline:
    due = _due(since, limit)
    # A child who stands in the door in time need not be looked for any more.
    settled = returned if returned is not None and returned <= due else None
    known = [each for each in (done, settled) if each is not None]
    return Deadline(since, due, min(known) if known else None)


def _due(since: datetime, limit: Limit) -> datetime:
    minutes = {Unit.MINUTE: 1, Unit.HOUR: 60}.get(limit.unit)
    if minutes is None:
        return day_ends(since.date() + timedelta(days=limit.amount))
    return since + timedelta(minutes=limit.amount * minutes)
