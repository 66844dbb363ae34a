"""学期总结 and 班主任工作总结: what a class's records add up to, and a line for each child; the rest is for a person to write."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, frame
from guanai.model.base import Record, key
from guanai.model.student import Student
from guanai.model.trail import Entry
from guanai.rules.clock import day_of
from guanai.rules.handover import homeroom_on
from guanai.rules.tally import class_tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied(Record):
    """A count of the work done."""

    name: str = key("项目", "")
    count: int = key("次数", 0)
    students: int | None = key("涉及学生")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLine(Record):
    """What the records say of one special-care student."""

    student: str = key("学生", "")
    category: str | None = key("类别")
    level: str | None = key("等级")
    course: str | None = key("变化")
    deeds: str | None = key("帮扶")
    plans: str | None = key("计划目标")
    summary: str | None = key("本期总结")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSummary(ViewRecord):
    """A class's term or year."""

    homeroom: str | None = key("班主任")
    size: int = key("学生数", 0)
    special: int = key("特殊学生数", 0)
    by_category: str | None = key("类别人数")
    levels: str | None = key("等级人数")
    attendance: str | None = key("考勤")
    work: tuple[Tallied, ...] = key("工作", ())
    children: tuple[ChildLine, ...] = key("逐生", ())


def summarise(gathered: Gathered, unit: str, period: Period) -> ClassSummary:
    """Return what the records of a class add up to in a period."""
    since, until = period.begins, period.until(gathered.on)
    members = gathered.members([unit], until)
    special = [child for child in members if of.is_special(child, until) or of.decisions(child, since, until)]
    levels = Counter(of.level(child, until) for child in special)
    return ClassSummary(
        **frame(unit, period, gathered),
        homeroom=homeroom_on(gathered.staff, unit, until) or None,
        size=len(members),
        special=len(special),
        by_category=of.tally(of.by_category(gathered, special, until)) or None,
        levels=of.tally({f"{level}色": levels[level] for level in ("红", "黄", "绿")}) or "没有列级学生",
        attendance=_attendance(gathered, unit, since, until),
        work=(*_entries(members, since, until), *_gatherings(gathered, unit, since, until)),
        children=tuple(_line(gathered, child, period, until) for child in special),
    )


def _attendance(gathered: Gathered, unit: str, since: date, until: date) -> str | None:
    calendar = gathered.calendar
    oldest = calendar.covered[0].begins if calendar.covered else since
    days = calendar.school_days(max(since, oldest), until)
    found = class_tally(gathered.book, unit, days, gathered.figures)
    if found.rate is None:
        return None
    counts = {"迟到": found.late, "早退": found.left_early, "无故缺勤（人天）": found.absent_days}
    # Rounded down: what is not whole never prints as 100%.
    rate = f"出勤率 {int(found.rate * 1000) / 10:g}%"
    return "，".join(filter(None, (rate, of.tally(counts))))


def _entries(members: Iterable[Student], since: date, until: date) -> tuple[Tallied, ...]:
    found: list[tuple[str, Entry]] = [
        (child.id, each) for child in members for each in of.entries(child, since, until)
    ]
    kinds = Counter(each.kind for _, each in found)
    return tuple(
        Tallied(name=kind, count=kinds[kind], students=len({who for who, each in found if each.kind == kind}))
        for kind, _ in kinds.most_common()
    )


def _gatherings(gathered: Gathered, unit: str, since: date, until: date) -> tuple[Tallied, ...]:
    meetings = Counter(
        each.kind
        for each in gathered.meetings
        if each.scope == unit and each.at and since <= day_of(each.at) <= until
    )
    activities = Counter(
        each.kind
        for each in gathered.activities
        if each.scope == unit and each.at and since <= day_of(each.at) <= until
    )
    return tuple(Tallied(name=name, count=count) for name, count in {**meetings, **activities}.items())


def _line(gathered: Gathered, child: Student, period: Period, until: date) -> ChildLine:
    since = period.begins
    veiled = of.veiled(
        child,
        category="circumstances",
        level="warnings",
        course="warnings",
        deeds="entries",
        plans="plans",
        summary="summaries",
    )
    return ChildLine(
        hidden=frozenset(veiled),
        student=child.id,
        category=of.listed(of.categories(child, gathered.taxonomy, until)) or of.words(child, until) or None,
        level=of.level(child, until),
        course=of.course(child, since, until) or None,
        deeds=of.counted(of.entries(child, since, until)) or None,
        plans=_goals(child, since, until) or None,
        summary=_summary(child, period) or None,
    )


def _goals(child: Student, since: date, until: date) -> str:
    goals = [
        goal
        for plan in child.plans
        if (plan.since or plan.dated_on or since) <= until and (plan.until is None or plan.until >= since)
        for goal in plan.goals
    ]
    counts = Counter(goal.outcome or "未评价" for goal in goals)
    return f"目标 {len(goals)} 项：{of.tally(counts)}" if goals else ""


def _summary(child: Student, period: Period) -> str:
    # The year's summary lists both terms.
    found = [each for each in child.summaries if each.term.startswith(period.id)]
    return "\n".join("；".join(filter(None, (each.content.rstrip("。"), each.results))) for each in found)


TERM: Final = View(
    "term-summary", "学期总结", "学期总结", (Unit.CLASS,), Length.TERM, ClassSummary, summarise
)
YEAR: Final = View(
    "homeroom-summary",
    "班主任工作总结",
    "班主任工作总结",
    (Unit.CLASS,),
    Length.YEAR,
    ClassSummary,
    summarise,
)
