"""研判会: the agenda drafted from what changed and what is overdue, and the tasks its decisions become."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from guanai.calendar import day_begins, day_ends
from guanai.model.meeting import Meeting
from guanai.rules.clock import Deadline, Timeliness, day_of
from guanai.rules.derived import labels_of
from guanai.rules.facts import ChildFacts
from guanai.rules.persuasion import Account
from guanai.rules.resolutions import Resolution, done_at
from guanai.rules.warning import LEVELS, Proposal


@dataclass(frozen=True, slots=True)
class Task:
    """One owner's part of what a meeting decided.

    Attributes:
        id: id of the decision.
        meeting: id of the meeting.
        matter: what is to be done.
        owner: staff id.
        students: ids of the children it is about.
        deadline: from the meeting to the last second of its day; without a day it never becomes overdue.
        outcome: what came of it.
        labels: what a reader needs to see it.
    """

    id: str
    meeting: str
    matter: str
    owner: str
    students: tuple[str, ...]
    deadline: Deadline
    outcome: str | None
    labels: frozenset[str]

    @property
    def due_on(self) -> date | None:
        """The day by which it is to be done."""
        return None if self.deadline.due_at is None else day_of(self.deadline.due_at)

    def state(self, now: datetime) -> Timeliness:
        """Return how it stands at an instant."""
        return self.deadline.state(now)


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A line under an item: text with children as ``@S…``, who reads on sees names where they may.

    Attributes:
        labels: what a reader needs to see it.
    """

    text: str
    students: tuple[str, ...]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """An item of the agenda; its title names nobody and may go to guests, its lines may not."""

    title: str
    lines: tuple[AgendaLine, ...]


class Overdue(Protocol):
    """What the agenda asks of an overdue duty."""

    @property
    def title(self) -> str:
        """The duty, as the policy calls it."""

    @property
    def subject(self) -> str:
        """Id of the child, class or grade, or 全校."""

    @property
    def class_id(self) -> str:
        """The child's class, or the class; empty for a grade and the school."""

    @property
    def students(self) -> Collection[str]:
        """The child it is about, empty for a duty of a class, grade or school."""

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it."""


@dataclass(frozen=True, slots=True)
class LevelShift:
    """A level that changed."""

    student: str
    before: str
    after: str
    on: date
    labels: frozenset[str]

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)


def tasks(meetings: Iterable[Meeting]) -> tuple[Task, ...]:
    """Return the tasks of all decisions, one for each owner, by their day; those without a day last."""
    found = [task for meeting in meetings for task in _tasks(meeting)]
    return tuple(sorted(found, key=lambda task: (task.due_on or date.max, task.meeting, task.id, task.owner)))


def tasks_of(resolutions: Iterable[Resolution]) -> tuple[Task, ...]:
    """Return the tasks of resolutions, as `tasks` does of the minutes themselves."""
    return tuple(
        Task(
            each.id,
            each.meeting,
            each.matter,
            owner,
            each.students,
            Deadline(each.since, day_ends(each.due_on) if each.due_on else None, done_at(each)),
            each.outcome or None,
            each.labels,
        )
        for each in resolutions
        for owner in each.owners
    )


def shifts(children: Iterable[ChildFacts], since: date, until: date) -> tuple[LevelShift, ...]:
    """Return the levels that changed after one day and up to another, risen ones first."""
    found = [shift for child in children for shift in _shifts(child, since, until)]
    return tuple(sorted(found, key=lambda each: (_rank(each.before) - _rank(each.after), each.student)))


def draft(  # noqa: PLR0913 - the items of an agenda
    *,
    changed: Iterable[LevelShift],
    proposed: Iterable[Proposal],
    running: Iterable[Account],
    overdue: Iterable[Overdue],
    before: Iterable[Task],
    now: datetime,
) -> tuple[AgendaItem, ...]:
    """Return the agenda of a meeting; an item without lines is left out, but for the last.

    What the reader may not see is left out before: a line tells how many there are.

    Args:
        changed: levels since the meeting before.
        proposed: levels that the rules put forward.
        running: persuasions that are not closed.
        overdue: duties, grouped by duty and unit and never by person.
        before: tasks of earlier meetings.
        now: the instant.
    """
    items = (
        AgendaItem("上次会议决定的办理情况", _open_tasks(before, now)),
        AgendaItem("预警等级的变化", tuple(_shift_line(each) for each in changed)),
        AgendaItem("等级调整的建议", tuple(_proposal_line(each) for each in proposed)),
        AgendaItem("劝返进展", tuple(_account_line(each, now) for each in running)),
        AgendaItem("逾期职责与补救", _overdue_lines(overdue)),
    )
    return (*(item for item in items if item.lines), AgendaItem("下阶段安排", ()))


def titles(items: Iterable[AgendaItem]) -> tuple[str, ...]:
    """Return the agenda as guests may read it: titles alone, without a count."""
    return tuple(item.title for item in items)


_DAY: Final = timedelta(days=1)


def _tasks(meeting: Meeting) -> Iterable[Task]:
    base = labels_of("meeting", "决定")
    for decision in meeting.decisions:
        own = {decision.confidentiality} if decision.confidentiality else set()
        since = meeting.at or day_begins(decision.due_on or date.min)
        due = day_ends(decision.due_on) if decision.due_on else None
        done = max(since, day_begins(decision.done_on)) if decision.done_on else None
        for owner in dict.fromkeys(decision.owners):
            yield Task(
                decision.id or "",
                meeting.id,
                decision.matter,
                owner,
                decision.students,
                Deadline(since, due, done),
                decision.outcome,
                base | own,
            )


def _shifts(child: ChildFacts, since: date, until: date) -> Iterable[LevelShift]:
    labels = labels_of("student", "预警", "等级")
    first, last = child.level_on(since), child.level_on(until)
    before = first.level if first else LEVELS[0]
    after = last.level if last else LEVELS[0]
    if before != after:
        ended = max((level.days.ends for level in child.levels if level.days.ends < until), default=since)
        yield LevelShift(child.id, before, after, last.days.begins if last else ended + _DAY, labels)


def _rank(level: str) -> int:
    return LEVELS.index(level)


def _shift_line(each: LevelShift) -> AgendaLine:
    before = "未列级" if each.before == LEVELS[0] else f"{each.before}色"
    after = "解除" if each.after == LEVELS[0] else f"{each.after}色"
    return AgendaLine(f"@{each.student}：由{before}改为{after}。", (each.student,), each.labels)


def _proposal_line(each: Proposal) -> AgendaLine:
    reasons = "；".join(sign.text for sign in each.signs) or "近期没有需要关注的迹象"
    level = "解除" if each.level == LEVELS[0] else f"列为{each.level}色"
    return AgendaLine(f"@{each.student}：建议{level}。依据：{reasons}。", (each.student,), each.labels)


def _account_line(each: Account, now: datetime) -> AgendaLine:
    task = each.next_task(now)
    then = ""
    if task is not None and task.deadline.due_at is not None:
        word = "已逾期" if task.state(now) is Timeliness.OVERDUE else "期限"
        then = f"，下一步{task.rule.level}劝返，{word} {task.deadline.due_at:%Y-%m-%d %H:%M}"
    kept = f"，返校后已稳定 {each.tracking.days} 个上课日" if each.tracking else ""
    if each.tracking and each.tracking.relapses:
        kept += f"，其间又有 {len(each.tracking.relapses)} 天无故缺勤"
    closing = "，可以销号" if each.may_close else ""
    return AgendaLine(f"@{each.student}：{each.stage}{kept}{closing}{then}。", (each.student,), each.labels)


def _open_tasks(found: Iterable[Task], now: datetime) -> tuple[AgendaLine, ...]:
    lines: dict[tuple[str, str], AgendaLine] = {}
    for task in found:
        state = task.state(now)
        if state is Timeliness.DONE or task.deadline.since > now:
            continue
        day = f"（期限 {task.due_on}，{state}）" if task.due_on else f"（{state}）"
        lines[task.meeting, task.id] = AgendaLine(
            f"{task.matter.rstrip('。；;')}{day}", task.students, task.labels
        )
    return tuple(lines.values())


def _overdue_lines(found: Iterable[Overdue]) -> tuple[AgendaLine, ...]:
    groups: dict[tuple[str, str], list[Overdue]] = {}
    for each in found:
        groups.setdefault((each.title, each.class_id or each.subject), []).append(each)
    return tuple(_overdue_line(title, unit, groups[title, unit]) for title, unit in sorted(groups))


def _overdue_line(title: str, unit: str, found: Sequence[Overdue]) -> AgendaLine:
    students = Counter(student for each in found for student in each.students)
    labels = frozenset[str]().union(*(each.labels for each in found))
    whom = f"：{'、'.join(f'@{student}' for student in students)}" if students else ""
    return AgendaLine(f"{unit}“{title}”{len(found)} 项{whom}。", tuple(students), labels)
