"""劝返: the clock and the stages of bringing a child back to school, from the trigger to the closed account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from guanai.calendar import SHANGHAI, at, day_begins, day_ends
from guanai.model.decision import SchoolDecision
from guanai.model.trail import Persuasion, Step
from guanai.rules.clock import Deadline, Timeliness, day_of, due_after
from guanai.rules.derived import labels_of
from guanai.rules.enrolment import Status
from guanai.rules.levels import ORDER, Level, LevelRule, Rules
from guanai.rules.truancy import Known, Tracking, tracking, triggers


class Stage(StrEnum):
    """Where a persuasion stands."""

    TRIGGERED = "已触发"
    FIRST = "一级劝返"
    SECOND = "二级劝返"
    PROMISED = "承诺返校"
    REPORTED = "已上报"
    RETURNED = "已返校"
    STABLE = "稳定就读"
    CLOSED = "销号"


#: What the record's 状态 says at each stage.
STATUS: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        stage: {
            Stage.REPORTED: "已上报",
            Stage.RETURNED: "已返校",
            Stage.STABLE: "稳定就读",
            Stage.CLOSED: "销号",
        }.get(stage, "进行中")
        for stage in Stage
    }
)


@dataclass(frozen=True, slots=True)
class Task:
    """A level that is due, or was."""

    rule: LevelRule
    deadline: Deadline
    step: str | None

    def state(self, now: datetime) -> Timeliness:
        """Return how it stands at an instant."""
        return self.deadline.state(now)


@dataclass(frozen=True, slots=True)
class Account:
    """A persuasion as it stands at an instant.

    Attributes:
        case: id of the record.
        tasks: the levels that have fallen due so far, lowest first.
        promised_on: the day the family promised, while it is still to come.
        tracking: since the return, None before it.
        may_close: whether the account can be closed today.
    """

    student: str
    case: str
    stage: Stage
    tasks: tuple[Task, ...]
    promised_on: date | None
    tracking: Tracking | None
    may_close: bool

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it."""
        return labels_of("student", "劝返", "状态") | labels_of("attendance", "异常", "类型")

    @property
    def status(self) -> str:
        """What 状态 of the record ought to say."""
        return STATUS[self.stage]

    def next_task(self, now: datetime) -> Task | None:
        """Return the level to be done now, None where there is none."""
        return next((task for task in self.tasks if task.state(now) is not Timeliness.DONE), None)


def account(  # noqa: PLR0913 - a case, what is known of it, and by which rules
    student: str,
    case: Persuasion,
    known: Known,
    rules: Rules,
    *,
    status: Status | None = None,
    papers: Iterable[SchoolDecision] = (),
) -> Account:
    """Return how a persuasion stands.

    Args:
        student: id of the child.
        case: one of its 劝返.
        known: what is known, and when.
        rules: the policy's figures.
        status: the child's state of 学籍 today.
        papers: decisions; a written report (书面报告) on the child fulfils level 3.
    """
    now = known.now
    steps = sorted((step for step in case.steps if step.at and step.at <= now), key=_at)
    returned = case.returned_on if case.returned_on and day_begins(case.returned_on) <= now else None
    reports = sorted(_reports(student, case, papers, now))
    walk = _Walk(known, rules, steps, returned, reports)
    tasks, promised = walk.tasks(triggered_at(student, case, known, rules))
    kept = tracking(student, known, returned_on=returned, needed=rules.stable_days) if returned else None
    highest = max([Level(step.level) for step in steps], key=ORDER.index, default=None)
    stage = _stage(case, Level.THIRD if reports else highest, promised, kept, now)
    is_settled = (kept is not None and kept.stable_on is not None) or status in _LEFT_FOR_GOOD
    return Account(
        student,
        case.id or "",
        stage,
        tasks,
        promised,
        kept,
        may_close=is_settled and stage is not Stage.CLOSED,
    )


def triggered_at(student: str, case: Persuasion, known: Known, rules: Rules) -> datetime:
    """Return the instant at which the clock of a recorded persuasion began.

    It is what completed the trigger on the recorded day; where the attendance does not show it, the day's first call
    to the family, or else eight in the morning.
    """
    day = case.triggered_on or known.today
    since = min(case.absent_since or day, day)
    for made in triggers(student, known, days=rules.trigger_days, results=rules.trigger_results, since=since):
        if day_of(made.at) == day:
            return made.at
    called = [each.contacted_at for each in known.book.of_child(student, day, day) if each.contacted_at]
    return min((each for each in called if day_of(each) == day), default=at(day, _MORNING))


def open_cases(cases: Iterable[Persuasion], on: date) -> tuple[Persuasion, ...]:
    """Return the persuasions that have begun and are not closed on a day."""
    return tuple(
        case
        for case in cases
        if case.triggered_on is not None
        and case.triggered_on <= on
        and (case.closed_on is None or case.closed_on > on)
    )


_MORNING: Final = time(8)
_NEVER: Final = datetime.max.replace(tzinfo=SHANGHAI)
_STAGES: Final = MappingProxyType({Level.FIRST: Stage.FIRST, Level.SECOND: Stage.SECOND})
_LEFT_FOR_GOOD: Final = frozenset({Status.TRANSFERRED_OUT, Status.GRADUATED, Status.DECEASED})


def _at(step: Step) -> datetime:
    return step.at or _NEVER


def _reports(
    student: str, case: Persuasion, papers: Iterable[SchoolDecision], now: datetime
) -> list[datetime]:
    return [
        day_begins(each.dated_on)
        for each in papers
        if each.paper is not None
        and each.paper.kind == "书面报告"
        and student in (each.paper.subject, *each.students)
        and each.dated_on is not None
        and case.triggered_on is not None
        and case.triggered_on <= each.dated_on
        and day_begins(each.dated_on) <= now
    ]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the levels in order; each begins when the one before has failed."""

    known: Known
    rules: Rules
    steps: Sequence[Step]
    returned: date | None
    reports: Sequence[datetime]

    def tasks(self, begun: datetime) -> tuple[tuple[Task, ...], date | None]:
        """Return the levels due so far, and a promise that still holds."""
        found: list[Task] = []
        since: datetime | None = begun
        for level, following in zip(ORDER, (*ORDER[1:], None), strict=True):
            if since is None or self._is_settled(since):
                break
            found.append(self._task(level, since))
            since, promised = self._failure(level, following)
            if promised is not None:
                return tuple(found), promised
        return tuple(found), None

    def _is_settled(self, since: datetime) -> bool:
        return self.returned is not None and day_begins(self.returned) <= since

    def _task(self, level: Level, since: datetime) -> Task:
        rule = self.rules.levels[level]
        made = [step for step in self.steps if ORDER.index(Level(step.level)) >= ORDER.index(level)]
        done = [_at(step) for step in made]
        if level is Level.THIRD:
            done += self.reports
        if self.returned is not None:
            done.append(day_begins(self.returned))
        done_at = max(min(done), since) if done else None
        first = made[0].id if made else None
        return Task(rule, Deadline(since, due_after(since, rule.limit, self.known.calendar), done_at), first)

    def _failure(self, level: Level, following: Level | None) -> tuple[datetime | None, date | None]:
        """Return when a level failed, None where it has not, and a promise still open."""
        failed: datetime | None = None
        for step in self.steps:
            if step.level != level:
                continue
            if step.promised_on is None:
                failed = failed or _at(step)
            elif failed is None or following is None or self._in_time(step, failed, following):
                end = day_ends(step.promised_on)
                if self.known.now <= end and (self.returned is None or self.returned > step.promised_on):
                    return None, step.promised_on
                # A promise that was kept ends the matter by the return itself.
                failed = end
        return failed, None

    def _in_time(self, step: Step, failed: datetime, following: Level) -> bool:
        due = due_after(failed, self.rules.levels[following].limit, self.known.calendar)
        return due is None or _at(step) <= due


def _stage(
    case: Persuasion, highest: Level | None, promised: date | None, kept: Tracking | None, now: datetime
) -> Stage:
    if case.closed_on is not None and day_begins(case.closed_on) <= now:
        return Stage.CLOSED
    if kept is not None:
        return Stage.STABLE if kept.stable_on is not None else Stage.RETURNED
    if highest is Level.THIRD:
        return Stage.REPORTED
    if promised is not None:
        return Stage.PROMISED
    return _STAGES[highest] if highest else Stage.TRIGGERED
