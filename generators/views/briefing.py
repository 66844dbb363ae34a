"""月研判会会前材料: the agenda drafted from what changed and what is overdue, and how the month went."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered, day_before
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from guanai.grades import class_name, grade_name
from guanai.model.base import Record, key
from guanai.model.student import Student
from guanai.rules import agenda
from guanai.rules.clock import day_of
from guanai.rules.derived import shown
from guanai.rules.duties import State
from guanai.rules.enrolment import AWAY, Status, status_on
from guanai.rules.persuasion import Stage
from guanai.rules.tally import class_tally

#: The kind of meeting the material is for.
_MEETING: Final = "月研判会"

# An id of a child holds neither.
_CLASS = re.compile(r"\b[PJ][0-9]{4}-[0-9]{2}\b", re.ASCII)
_GRADE = re.compile(r"\b[PJ][0-9]{4}\b(?!-)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Record):
    """A line under an item."""

    text: str = key("内容", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """An item of the agenda."""

    title: str = key("议题", "")
    lines: tuple[Line, ...] = key("材料", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(Record):
    """A count at the end of this month and of the one before."""

    name: str = key("项目", "")
    before: int = key("上月", 0)
    now: int = key("本月", 0)
    change: str = key("增减", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing(ViewRecord):
    """The material of a meeting."""

    since: date | None = key("起")
    items: tuple[Item, ...] = key("议程", ())
    trends: tuple[Trend, ...] = key("趋势", ())


def _build(gathered: Gathered, unit: str, period: Period) -> Briefing:
    until = period.until(gathered.on)
    since = _since(gathered, period)
    children = gathered.members(classes_of(unit, gathered), until)
    items = agenda.draft(
        changed=gathered.shifts(children, since, until),
        proposed=gathered.proposals(children, until),
        running=[
            each
            for child in children
            for each in gathered.accounts(child, until)
            if each.stage is not Stage.CLOSED
        ],
        # What meetings decided stands under the first item already, in its own words.
        overdue=[
            each
            for each in gathered.occurrences(since, until)
            if each.state is State.OVERDUE and not each.source
        ],
        before=shown(
            agenda.tasks(each for each in gathered.meetings if _is_past(each.at, until)), gathered.opened
        ),
        now=gathered.now(until),
    )
    return Briefing(
        **frame(unit, period, gathered),
        since=since,
        items=tuple(
            Item(title=each.title, lines=tuple(Line(text=_read(gathered, line.text)) for line in each.lines))
            for each in items
        ),
        trends=tuple(_trends(gathered, classes_of(unit, gathered), period, until)),
    )


VIEW: Final = View(
    "monthly-briefing",
    "月研判会会前材料",
    "会前材料",
    (Unit.SCHOOL, Unit.GRADE),
    Length.MONTH,
    Briefing,
    _build,
)


def _is_past(at: datetime | None, until: date) -> bool:
    return at is not None and day_of(at) <= until


def _since(gathered: Gathered, period: Period) -> date:
    """Return the day of the last such meeting before this month, else the last day of the month before."""
    held = [
        day_of(each.at)
        for each in gathered.meetings
        if each.kind == _MEETING and each.at and day_of(each.at) < period.begins
    ]
    last = max(held, default=day_before(period.begins))
    return max(last, gathered.term_begins(period.until(gathered.on)))


def _trends(gathered: Gathered, class_ids: tuple[str, ...], period: Period, until: date) -> Iterator[Trend]:
    last = day_before(period.begins)
    first = last.replace(day=1)
    now, then = gathered.members(class_ids, until), gathered.members(class_ids, last)
    for level in ("红", "黄", "绿"):
        yield _trend(f"{level}色预警（人）", _levels(then, level, last), _levels(now, level, until))
    yield _trend("疑似辍学、辍学（人）", _away(then, last), _away(now, until))
    yield _trend("在办的劝返（人）", _open(gathered, then, last), _open(gathered, now, until))
    before = [
        class_tally(gathered.book, each, _days(gathered, first, last), gathered.figures) for each in class_ids
    ]
    after = [
        class_tally(gathered.book, each, _days(gathered, period.begins, until), gathered.figures)
        for each in class_ids
    ]
    yield _trend("无故缺勤（人天）", sum(t.absent_days for t in before), sum(t.absent_days for t in after))
    yield _trend(
        "迟到、早退（次）",
        sum(t.late + t.left_early for t in before),
        sum(t.late + t.left_early for t in after),
    )


def _trend(name: str, before: int, now: int) -> Trend:
    change = now - before
    return Trend(name=name, before=before, now=now, change=f"{change:+d}" if change else "持平")


def _levels(children: tuple[Student, ...], level: str, on: date) -> int:
    return sum(of.level(child, on) == level for child in children)


def _away(children: tuple[Student, ...], on: date) -> int:
    return sum((status_on(child, on) or Status.ENROLLED) in AWAY for child in children)


def _open(gathered: Gathered, children: tuple[Student, ...], on: date) -> int:
    return sum(
        any(each.stage is not Stage.CLOSED for each in gathered.accounts(child, on)) for child in children
    )


def _days(gathered: Gathered, since: date, until: date) -> tuple[date, ...]:
    covered = gathered.calendar.covered
    oldest = covered[0].begins if covered else since
    return gathered.calendar.school_days(max(since, oldest), until)


def _read(gathered: Gathered, text: str) -> str:
    """Return a line with the names of classes and grades in place of their ids."""
    system = gathered.school.system or "六三制"
    named = _CLASS.sub(lambda found: class_name(found[0], gathered.on, system), text)
    return _GRADE.sub(lambda found: grade_name(found[0], gathered.on, system), named).rstrip("。")
