"""考勤异常日报: a grade's list of a school day as it was known at its hour; a zero report (零报告) says so."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from guanai.calendar import at
from guanai.model.attendance import AttendanceException
from guanai.model.base import Record, key
from guanai.rules.attendance import CheckState, CheckStatus, check_status
from guanai.rules.daylist import DailyLine, daily_list
from guanai.rules.derived import shown
from guanai.rules.handover import homeroom_on


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine(Record):
    """How the checks of one class went."""

    class_id: str = key("班级", "")
    expected: int | None = key("应到")
    present: int | None = key("实到")
    done: str | None = key("已查")
    missed: str | None = key("未查")
    exceptions: int = key("异常", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionLine(Record):
    """One child that a check missed."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    kind: str = key("类型", "")
    missed_at: datetime | None = key("发现时间")
    reason: str | None = key("原因")
    contacted_at: datetime | None = key("首次联系")
    contact: str | None = key("联系方式")
    result: str | None = key("结果")
    reported_at: datetime | None = key("报备时间")
    follower: str | None = key("追踪人")
    returned_at: datetime | None = key("返校时间")


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReport(ViewRecord):
    """A grade's list of a day."""

    day: date | None = key("日期")
    known_at: datetime | None = key("统计时间")
    verdict: str = key("结论", "")
    classes: tuple[ClassLine, ...] = key("各班", ())
    lines: tuple[ExceptionLine, ...] = key("异常", ())


def _build(gathered: Gathered, unit: str, period: Period) -> DailyReport:
    day, using, book = period.begins, gathered.figures, gathered.book
    known_at = at(day, using.list_at)
    class_ids = classes_of(unit, gathered)
    found = daily_list(book, unit, class_ids, known_at, using)
    lines = shown(found.lines, gathered.opened)
    statuses = {each: check_status(book, each, day, known_at, using) for each in class_ids}
    return DailyReport(
        **frame(unit, period, gathered),
        day=day,
        known_at=known_at,
        verdict=_verdict(len(lines), len(found.unchecked)),
        classes=tuple(
            _class_line(each, statuses[each], sum(line.class_id == each for line in lines))
            for each in class_ids
        ),
        lines=tuple(_line(gathered, line) for line in lines),
    )


VIEW: Final = View(
    "attendance-daily", "考勤异常日报", "考勤日报", (Unit.GRADE,), Length.DAY, DailyReport, _build
)


def _verdict(count: int, unchecked: int) -> str:
    open_ = f"另有 {unchecked} 次核查没有记录，没有记录不等于全到。" if unchecked else ""
    if count:
        return f"异常 {count} 人。{open_}"
    return (open_ and f"已查的班级没有异常。{open_}") or "零报告：当日各次核查都已完成，没有异常。"


def _class_line(class_id: str, statuses: tuple[CheckStatus, ...], count: int) -> ClassLine:
    made = [each.check for each in statuses if each.check is not None]
    return ClassLine(
        class_id=class_id,
        expected=max((check.expected for check in made), default=None),
        present=min((check.present for check in made), default=None),
        done="、".join(each.slot for each in statuses if each.state is CheckState.DONE) or None,
        missed="、".join(each.slot for each in statuses if each.state is CheckState.MISSED) or None,
        exceptions=count,
    )


def _line(gathered: Gathered, line: DailyLine) -> ExceptionLine:
    written = [
        each
        for each in gathered.book.of_class(line.class_id, line.missed_at.date())
        if each.student == line.student
    ]
    first = written[0] if written else AttendanceException()
    told = next((each for each in written if each.contacted_at == line.contacted_at), first)
    names = {"reason", "contacted", "contact_result"}
    hidden = {"contacted": "contact", "contact_result": "result", "reason": "reason"}
    return ExceptionLine(
        hidden=frozenset(hidden[name] for name in names & first.hidden),
        class_id=line.class_id,
        student=line.student,
        kind=f"{line.kind} {first.late_minutes} 分钟" if first.late_minutes else line.kind,
        missed_at=line.missed_at,
        reason=first.reason,
        contacted_at=line.contacted_at,
        contact="，".join(filter(None, (told.contact_mode, told.contacted))) or None,
        result=line.result,
        reported_at=line.reported_at,
        follower=first.author or homeroom_on(gathered.staff, line.class_id, line.missed_at.date()) or None,
        returned_at=line.returned_at,
    )
