"""年级预警台账 and 周风险清单: the children with a level, what moved it, what was done and what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered, day_before
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from guanai.model.base import Record, key
from guanai.model.care import WarningDecision
from guanai.model.student import Student
from guanai.rules.clock import day_of
from guanai.rules.duties import Occurrence, State
from guanai.rules.posts import Posts
from guanai.rules.supervision import owner_of, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnedChild(Record):
    """A child that has a level, or had one in the term."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    circumstances: str | None = key("情形")
    level: str = key("等级", "")
    decided_on: date | None = key("定级日期")
    reason: str | None = key("触发与理由")
    owner: str | None = key("责任人")
    course: str | None = key("变化")
    deeds: str | None = key("帮扶措施")
    supervised_on: date | None = key("督办日期")
    review_on: date | None = key("复评日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(ViewRecord):
    """The ledger of a grade or the school."""

    verdict: str = key("结论", "")
    children: tuple[WarnedChild, ...] = key("台账", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLine(Record):
    """A child in the list of the week."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    before: str = key("上周等级", "")
    after: str = key("本周等级", "")
    why: str | None = key("变化原因")
    news: str | None = key("新发事项")
    deeds: str | None = key("已采取措施")
    owner: str | None = key("责任人")
    following: str | None = key("下周安排")
    due_on: date | None = key("时限")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskList(ViewRecord):
    """A grade's list of a week."""

    verdict: str = key("结论", "")
    lines: tuple[RiskLine, ...] = key("清单", ())


def owner(gathered: Gathered, child: Student, decision: WarningDecision, on: date) -> str | None:
    """Return the staff id of who answers for a level."""
    posts = gathered.once("posts", lambda: Posts(gathered.staff, gathered.school))
    return decision.owner or owner_of(decision.level, of.class_of(child, on), posts, on) or None


def why(decision: WarningDecision) -> str:
    """Return what led to a decision: its triggers and its reason."""
    return "；".join(filter(None, ("、".join(decision.triggers), decision.reason.rstrip("。；"))))


def _ledger(gathered: Gathered, unit: str, period: Period) -> Ledger:
    until = period.until(gathered.on)
    lines = tuple(
        _warned(gathered, child, period.begins, until)
        for child in gathered.members(classes_of(unit, gathered), until)
        if standing(child.warnings, until) or of.decisions(child, period.begins, until)
    )
    counts = {level: sum(line.level == level for line in lines) for level in ("红", "黄", "绿")}
    ended = sum(line.level == of.NO_LEVEL for line in lines)
    told = of.tally({**{f"{level}色": count for level, count in counts.items()}, "本期解除": ended})
    return Ledger(**frame(unit, period, gathered), verdict=told or "没有预警学生", children=lines)


def _warned(gathered: Gathered, child: Student, since: date, until: date) -> WarnedChild:
    last = standing(child.warnings, until) or of.decisions(child, since, until)[-1]
    done = of.entries(child, since, until)
    supervised = [day_of(each.at) for each in done if each.kind == "督办" and each.at]
    return WarnedChild(
        hidden=frozenset(of.veiled(child, circumstances="circumstances", deeds="entries")),
        class_id=of.class_of(child, until),
        student=child.id,
        circumstances=of.words(child, until) or None,
        level=of.level(child, until),
        decided_on=last.dated_on,
        reason=why(last) or None,
        owner=owner(gathered, child, last, until),
        course=of.course(child, since, until) or None,
        deeds=of.counted(each for each in done if each.kind != "督办") or None,
        supervised_on=max(supervised, default=None),
        review_on=last.review_on,
    )


def _weekly(gathered: Gathered, unit: str, period: Period) -> RiskList:
    until = period.until(gathered.on)
    lines = tuple(
        line
        for child in gathered.members(classes_of(unit, gathered), until)
        if (line := _risk(gathered, child, period, until)) is not None
    )
    moved = sum(line.before != line.after for line in lines)
    verdict = (
        f"列入 {len(lines)} 人，其中等级有变化的 {moved} 人。" if lines else "零报告：本周没有要列入的学生。"
    )
    return RiskList(**frame(unit, period, gathered), verdict=verdict, lines=lines)


def _risk(gathered: Gathered, child: Student, period: Period, until: date) -> RiskLine | None:
    before, after = of.level(child, day_before(period.begins)), of.level(child, until)
    news = [sign.text for sign in gathered.signs(child.id, until) if period.begins <= sign.since <= until]
    if before == after == of.NO_LEVEL and not news:
        return None
    changed = of.decisions(child, period.begins, until)
    last = standing(child.warnings, until) or (changed[-1] if changed else None)
    done = of.entries(child, period.begins, until)
    following = tuple(_following(gathered, child, last, until))
    return RiskLine(
        hidden=frozenset(of.veiled(child, deeds="entries", before="warnings", after="warnings")),
        class_id=of.class_of(child, until),
        student=child.id,
        before=before,
        after=after,
        why="；".join(filter(None, map(why, changed))) or None,
        news="；".join(news) or None,
        deeds=of.counted(done) or None,
        owner=owner(gathered, child, last, until) if last else None,
        following="；".join(dict.fromkeys(text for _, text in following)) or None,
        due_on=min((day for day, _ in following), default=None),
    )


def _following(
    gathered: Gathered, child: Student, last: WarningDecision | None, until: date
) -> Iterator[tuple[date, str]]:
    """Yield what is agreed or due in the week that follows, with its day."""
    since, end = until + timedelta(days=1), until + timedelta(days=7)
    for each in of.entries(child, date.min, until):
        if each.next_on and since <= each.next_on <= end:
            yield each.next_on, f"{each.kind}后的跟进"
    if last is not None and last.review_on and since <= last.review_on <= end:
        yield last.review_on, "等级复评"
    for title, due, _, state in open_duties(gathered, child.id, until):
        if state == State.OVERDUE:
            yield end, f"补做：{title}"
        elif due <= end:
            yield due, title if due > until else f"{title}（当日到期）"


def open_duties(gathered: Gathered, student: str, until: date) -> tuple[tuple[str, date, str, str], ...]:
    """Return the duties about a child that are open on a day: title, last day, owner, state."""
    found = [
        (_named(each), day_of(each.due), each.owners[0] if each.owners else "", str(each.state))
        for each in gathered.occurrences(until, until)
        if each.student == student and each.state in (State.OPEN, State.OVERDUE)
    ]
    return tuple(dict.fromkeys(found))


def _named(duty: Occurrence) -> str:
    """Return what a duty asks for: what a meeting decided in its own words, which carry the labels of the turn itself."""
    return f"{duty.title}：{duty.because.rstrip('。；;')}" if duty.source else duty.title


LEDGER: Final = View(
    "warning-ledger", "年级预警台账", "预警台账", (Unit.GRADE, Unit.SCHOOL), Length.TERM, Ledger, _ledger
)
WEEKLY: Final = View("weekly-risk", "周风险清单", "周风险", (Unit.GRADE,), Length.WEEK, RiskList, _weekly)
