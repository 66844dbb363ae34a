"""督办单: a level that somebody answers for, and matters that meetings decided; what is done, what is still open."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import NothingToTell, Unit, View, ViewRecord, frame
from generators.views.warning import open_duties, owner, why
from guanai.model.base import Record, key
from guanai.model.trail import Entry
from guanai.rules.agenda import tasks
from guanai.rules.clock import Timeliness, day_of
from guanai.rules.derived import shown
from guanai.rules.supervision import OWNER_ROLES, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDuty(Record):
    """A duty that is not done yet."""

    title: str = key("事项", "")
    owner: str | None = key("责任人")
    due_on: date | None = key("期限")
    state: str = key("情况", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised(Record):
    """One record of supervision (督办)."""

    at: datetime | None = key("时间")
    author: str = key("记录人", "")
    content: str = key("内容", "")
    outcome: str | None = key("措施与效果")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(ViewRecord):
    """The slip of a child that has a level."""

    class_id: str = key("班级", "")
    level: str = key("等级", "")
    decided_on: date | None = key("定级日期")
    owner: str | None = key("督办人")
    post: str | None = key("督办职务")
    helpers: tuple[str, ...] = key("承办人", ())
    circumstances: str | None = key("情形")
    reason: str | None = key("督办事由")
    review_on: date | None = key("复评日期")
    deeds: str | None = key("已做工作")
    duties: tuple[OpenDuty, ...] = key("待办事项", ())
    supervised: tuple[Supervised, ...] = key("督办记录", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter(Record):
    """A matter that a meeting decided."""

    matter: str = key("事项", "")
    owners: tuple[str, ...] = key("责任人", ())
    students: tuple[str, ...] = key("涉及学生", ())
    meeting: str = key("会议", "")
    held_on: date | None = key("会议日期")
    due_on: date | None = key("期限")
    done_on: date | None = key("完成")
    outcome: str | None = key("结果")
    state: str = key("情况", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters(ViewRecord):
    """What meetings decided and was open in a month."""

    verdict: str = key("结论", "")
    matters: tuple[Matter, ...] = key("事项", ())


def _slip(gathered: Gathered, unit: str, period: Period) -> Slip:
    child, until = gathered.children[unit], period.until(gathered.on)
    last = standing(child.warnings, until)
    if last is None:
        raise NothingToTell("督办单", unit, period, "这名学生当日没有预警等级，或者您看不到等级。")
    done, answers = of.entries(child, period.begins, until), owner(gathered, child, last, until)
    helpers = of.helpers(child, until)
    return Slip(
        **frame(unit, period, gathered),
        hidden=frozenset(of.veiled(child, circumstances="circumstances", deeds="entries")),
        class_id=of.class_of(child, until),
        level=last.level,
        decided_on=last.dated_on,
        owner=answers,
        post=OWNER_ROLES.get(last.level),
        # Who presses for it is often a helper too; the slip goes to the others.
        helpers=tuple(each for each in helpers if each != answers) or helpers,
        circumstances=of.words(child, until) or None,
        reason=why(last) or None,
        review_on=last.review_on,
        deeds=of.counted(each for each in done if each.kind != "督办") or None,
        duties=tuple(
            OpenDuty(title=title, due_on=due, owner=who or None, state=state)
            for title, due, who, state in open_duties(gathered, unit, until)
        ),
        supervised=tuple(_supervised(each) for each in done if each.kind == "督办"),
    )


def _supervised(each: Entry) -> Supervised:
    outcome = "；".join(filter(None, (each.agreement, each.effect)))
    return Supervised(at=each.at, author=each.author, content=each.content, outcome=outcome or None)


def _has_level(gathered: Gathered, unit: str, period: Period) -> bool:
    facts = gathered.facts.children.get(unit)
    return facts is not None and facts.level_on(period.until(gathered.on)) is not None


def _matters(gathered: Gathered, unit: str, period: Period) -> Matters:
    until = period.until(gathered.on)
    now = gathered.now(until)
    held = {each.id: each for each in gathered.meetings if each.at and day_of(each.at) <= until}
    open_ = [
        each
        for each in shown(tasks(held.values()), gathered.opened)
        if each.deadline.done_at is None or day_of(each.deadline.done_at) >= period.begins
    ]
    found = []
    for place in dict.fromkeys((each.meeting, each.id) for each in open_):
        own = [each for each in open_ if (each.meeting, each.id) == place]
        task, state = own[0], own[0].state(now)
        meeting, done = held[task.meeting], task.deadline.done_at
        found.append(
            Matter(
                matter=task.matter,
                owners=tuple(each.owner for each in own),
                students=task.students,
                meeting=meeting.name,
                held_on=day_of(meeting.at) if meeting.at else None,
                due_on=task.due_on,
                done_on=day_of(done) if done and state is Timeliness.DONE else None,
                outcome=task.outcome if state is Timeliness.DONE else None,
                state=str(state),
            )
        )
    late = sum(each.state == Timeliness.OVERDUE for each in found)
    verdict = f"共 {len(found)} 项，其中逾期 {late} 项。" if found else "没有要督办的事项。"
    return Matters(**frame(unit, period, gathered), verdict=verdict, matters=tuple(found))


SLIP: Final = View(
    "supervision-slip", "督办单", "督办单", (Unit.CHILD,), Length.TERM, Slip, _slip, wants=_has_level
)
MATTERS: Final = View(
    "supervision-matters", "督办事项单", "督办事项", (Unit.SCHOOL,), Length.MONTH, Matters, _matters
)
