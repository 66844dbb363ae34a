"""The attendance of a class and a month (考勤月表): day by day, and child by child where a check missed someone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from generators.context import Context
from generators.naming import record_name
from guanai.model.attendance import Attendance, AttendanceException, Check
from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceDay(Record):
    """One day: how many should be there, how many each check found, and what was noted of the others.

    A check that was not written down is empty, never taken for full.
    """

    dated_on: date | None = key("日期")
    expected: int | None = key("应到")
    reading: int | None = key("晨读实到")
    exercise: int | None = key("课间操实到")
    leaving: int | None = key("放学前实到")
    exceptions: str | None = key("异常")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceChild(Record):
    """How often a month's checks missed a child, by what it was; None where it never was."""

    student: str = key("学生", "")
    late: int | None = key("迟到")
    early: int | None = key("早退")
    absent: int | None = key("未请假缺勤")
    sick: int | None = key("病假")
    leave: int | None = key("事假")
    reasons: tuple[str, ...] = key("原因", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceMonth(Record):
    """A class's month with its sums."""

    id: str = key("编号", "")
    class_id: str = key("班级", "")
    term: str = key("学期", "")
    month: str = key("月份", "")
    checked_days: int | None = key("核查天数")
    exception_count: int | None = key("异常次数")
    days: tuple[AttendanceDay, ...] = key("每日", ())
    children: tuple[AttendanceChild, ...] = key("学生合计", ())


def summed(attendance: Attendance, _context: Context, _on: date) -> AttendanceMonth:
    """Return a month with its sums; what the edition hides of it stays hidden."""
    unseen = attendance.hidden & {"checks", "exceptions"}
    derived = {"checked_days", "exception_count", "days", "children"}
    year, _, month = attendance.month.partition("-")
    return AttendanceMonth(
        hidden=attendance.hidden - unseen | (derived if unseen else set()),
        id=record_name(attendance),
        class_id=attendance.class_id,
        term=attendance.term,
        month=f"{year}年{int(month)}月" if month else attendance.month,
        checked_days=None if unseen else len({check.dated_on for check in attendance.checks}),
        exception_count=None if unseen else len(attendance.exceptions),
        days=() if unseen else tuple(_days(attendance)),
        children=() if unseen else tuple(_children(attendance.exceptions)),
    )


def _days(attendance: Attendance) -> Iterator[AttendanceDay]:
    found = {check.dated_on for check in attendance.checks} | {
        each.dated_on for each in attendance.exceptions
    }
    for day in sorted(each for each in found if each):
        checks = {check.slot: check for check in attendance.checks if check.dated_on == day}
        yield AttendanceDay(
            dated_on=day,
            expected=max((check.expected for check in checks.values()), default=None),
            reading=_present(checks.get("晨读")),
            exercise=_present(checks.get("课间操")),
            leaving=_present(checks.get("放学前")),
            exceptions=_told([each for each in attendance.exceptions if each.dated_on == day]) or None,
        )


def _told(exceptions: list[AttendanceException]) -> str:
    """Return who was not there, each child and kind once with the checks: 某某病假（晨读、课间操）."""
    slots: dict[tuple[str, str], list[str]] = {}
    for each in exceptions:
        slots.setdefault((each.student, each.kind), []).append(each.slot)
    return "；".join(f"@{student} {kind}（{'、'.join(found)}）" for (student, kind), found in slots.items())


def _present(check: Check | None) -> int | None:
    return check.present if check else None


def _children(exceptions: tuple[AttendanceException, ...]) -> Iterator[AttendanceChild]:
    """Yield the children in the order in which they were first missed: nobody is ranked."""
    for student in dict.fromkeys(each.student for each in exceptions):
        own = [each for each in exceptions if each.student == student]
        counts = Counter(each.kind for each in own)
        is_hidden = any("reason" in each.hidden for each in own)
        yield AttendanceChild(
            hidden=frozenset({"reasons"}) if is_hidden else frozenset(),
            student=student,
            late=counts["迟到"] or None,
            early=counts["早退"] or None,
            absent=counts["未请假缺勤"] or None,
            sick=counts["病假"] or None,
            leave=counts["事假"] or None,
            reasons=() if is_hidden else tuple(dict.fromkeys(each.reason for each in own if each.reason)),
        )
