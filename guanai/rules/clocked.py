"""Duties that run on a clock of their own: the call when a child is missed (R10, R11) and bringing it back (R36-R40).

What starts, stops and fails these clocks is known to `guanai.rules.attendance` and `guanai.rules.persuasion`; here
it becomes turns of a duty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from guanai.calendar import day_begins, day_ends
from guanai.figures import Limit, Unit
from guanai.model.attendance import AttendanceException
from guanai.model.decision import IssuedPaper, SchoolDecision
from guanai.model.trail import Persuasion
from guanai.rules.attendance import Absence, Figures, absences, figures_of
from guanai.rules.clock import Deadline, due_after
from guanai.rules.enrolment import ABSENT
from guanai.rules.evidence import Findings, Proof
from guanai.rules.facts import ChildFacts, Facts
from guanai.rules.levels import Level, Rules, rules_of
from guanai.rules.persuasion import Account, account
from guanai.rules.plans import Plan
from guanai.rules.truancy import Known, Trigger, triggers
from guanai.rules.windows import Window

#: Which level of persuasion a duty asks for, by its evidence.
_LEVEL: Final = {"劝返.一级": Level.FIRST, "劝返.二级": Level.SECOND, "劝返.三级": Level.THIRD}
#: A persuasion that begins so many days after a trigger answers it.
_ANSWER_DAYS: Final = timedelta(days=14)
#: So many days back a run of missed days may have begun.
_LOOK_BACK: Final = timedelta(days=45)
_REPORT: Final = "文书.书面报告"
_KEYS: Final = {
    "联系时间": "contacted_at",
    "联系方式": "contact_mode",
    "联系结果": "contact_result",
    "报备时间": "reported_at",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One turn of a duty that runs on a clock of its own.

    Attributes:
        class_id: "" where the child is in no class that day.
        because: what started the clock, in words that name nobody.
        is_timed: the hour matters.
    """

    student: str
    class_id: str
    opens_at: datetime
    window: Window
    findings: Findings
    labels: frozenset[str]
    because: str
    is_timed: bool = True


def missed(facts: Facts, plan: Plan, since: date, until: date, now: datetime) -> Iterator[Case]:
    """Yield a turn for each time that a check of some days missed a child without leave."""
    first, last = max(since, plan.since), min(until, now.date())
    if plan.limit is None or first > last:
        return
    is_call = "考勤.联系" in plan.evidence
    using = _using(facts)
    using = replace(using, contact_within=plan.limit) if is_call else replace(using, report_within=plan.limit)
    book = facts.book
    for student in facts.children:
        if student in book.exceptions and book.of_child(student, first, last):
            for absence in absences(book, student, first, last, using):
                if absence.missed_at <= now:
                    yield _missed(plan, absence, now, is_call=is_call)


def persuaded(facts: Facts, plan: Plan, since: date, until: date, now: datetime) -> Iterator[Case]:
    """Yield the turns of a level of persuasion, or of the time after a return, that touch some days."""
    rules = facts.for_all(("persuasion",), lambda: rules_of(facts.policies))
    level = next((_LEVEL[word] for word in plan.evidence if word in _LEVEL), None)
    for child in facts.children.values():
        for told in accounts_of(facts, child, rules, now):
            made = _stable(facts, child, told) if level is None else _level(child, told, level, now)
            if made is not None and made.window.holds(since, until) and made.window.due.date() >= plan.since:
                yield made
    if level is Level.FIRST:
        for made in _unanswered(facts, rules, now):
            if made.window.holds(since, until) and made.window.due.date() >= plan.since:
                yield made


def _missed(plan: Plan, absence: Absence, now: datetime, *, is_call: bool) -> Case:
    clock = absence.contact if is_call else absence.report
    proofs = [
        Proof(
            f"{absence.class_id}/{absence.day:%Y-%m}",
            each.id or "",
            plan.evidence[0],
            moment,
            has_time=True,
            labels=plan.labels,
        )
        for each in absence.exceptions
        if (moment := _told(each, plan, is_call=is_call)) is not None and moment <= now
    ]
    proofs.sort(key=lambda each: each.at)
    done = [proofs[0].at] if proofs else []
    due = clock.due_at or clock.since
    if absence.returned_at is not None and absence.returned_at <= min(due, now):
        done.append(absence.returned_at)
    if not is_call and absence.is_excused and (called := absence.contact.done_at) and called <= now:
        # The call found out that there is leave: there is nothing left to report.
        done.append(called)
    window = Window(absence.day, max(absence.day, due.date()), due, absence.day)
    return Case(
        absence.student,
        absence.class_id,
        clock.since,
        window,
        Findings(tuple(proofs), 1, min(len(done), 1), min(done, default=None)),
        # What came of the call decides whether there is anything to report.
        absence.labels if is_call else absence.labels | absence.result_labels,
        f"{absence.exceptions[0].slot}核查未到",
    )


def _told(each: AttendanceException, plan: Plan, *, is_call: bool) -> datetime | None:
    asked = plan.assignment.duty.fields
    if any(getattr(each, _KEYS[key]) is None for key in asked if key in _KEYS):
        return None
    return each.contacted_at if is_call else each.reported_at


def accounts_of(facts: Facts, child: ChildFacts, rules: Rules, now: datetime) -> Sequence[Account]:
    """Return how the persuasions of a child stand at an instant that have begun by then."""
    if not child.persuasions:
        return ()

    def make() -> tuple[Account, ...]:
        papers = _papers(facts)
        return tuple(
            account(child.id, case, _known(facts, now), rules, papers=papers)
            for case in child.persuasions
            if case.triggered_on is not None and day_begins(case.triggered_on) <= now
        )

    return facts.at(now, ("accounts", child.id), make)


def _level(child: ChildFacts, told: Account, level: Level, now: datetime) -> Case | None:
    task = next((task for task in told.tasks if task.rule.level is level), None)
    if task is None or task.deadline.since > now:
        return None
    case = next(each for each in child.persuasions if (each.id or "") == told.case)
    proofs = tuple(
        Proof(child.id, step.id or "", f"劝返.{step.level}", step.at, has_time=True, labels=told.labels)
        for step in case.steps
        if step.level == level and step.at is not None and step.at <= now
    )
    return _clocked(
        child, task.deadline, proofs, now, labels=told.labels, because=case.trigger and "劝返已触发"
    )


def _clocked(  # noqa: PLR0913 - the parts of a turn
    child: ChildFacts,
    clock: Deadline,
    proofs: tuple[Proof, ...],
    now: datetime,
    *,
    labels: frozenset[str],
    because: str,
) -> Case:
    due = clock.due_at or now
    done = clock.done_at if clock.done_at is not None and clock.done_at <= now else None
    day = clock.since.date()
    # As long as it is not done it stays on the list.
    window = Window(day, max(due, done or now).date(), due, day)
    found = Findings(proofs, 1, int(done is not None), done)
    stay = child.stay_on(day) or (child.stays[-1] if child.stays else None)
    return Case(
        child.id,
        stay.class_id if stay else "",
        clock.since,
        window,
        found,
        labels,
        because,
        is_timed=due != day_ends(due.date()),
    )


def _stable(facts: Facts, child: ChildFacts, told: Account) -> Case | None:
    kept = told.tracking
    case = next(each for each in child.persuasions if (each.id or "") == told.case)
    if kept is None or case.returned_on is None:
        return None
    calendar = facts.calendar
    begins = calendar.at_or_after(case.returned_on)
    if kept.relapses:
        begins = calendar.add_school_days(kept.relapses[-1], 1)
    due = (
        due_after(day_begins(begins), Limit(kept.needed - 1, Unit.SCHOOL_DAY), calendar)
        if kept.needed > 1
        else day_ends(begins)
    )
    done = day_begins(kept.stable_on) if kept.stable_on else None
    last = due or day_ends(calendar.covered[-1].ends)
    window = Window(case.returned_on, max(last.date(), kept.stable_on or last.date()), last, case.returned_on)
    stay = child.stay_on(case.returned_on)
    return Case(
        child.id,
        stay.class_id if stay else "",
        day_begins(case.returned_on),
        window,
        Findings((), kept.needed, min(kept.days, kept.needed), done),
        told.labels,
        "复学后跟踪",
        is_timed=False,
    )


def _unanswered(facts: Facts, rules: Rules, now: datetime) -> Iterator[Case]:
    first = now.date() - _LOOK_BACK
    known = _known(facts, now)
    for student, child in facts.children.items():
        found = known.book.exceptions.get(student, ())
        days = {each.dated_on for _, each in found if each.kind == ABSENT}
        if len(days) < rules.trigger_days:
            continue
        for made in triggers(
            student, known, days=rules.trigger_days, results=rules.trigger_results, since=first
        ):
            if not any(_answers(case, made) for case in child.persuasions):
                due = due_after(made.at, rules.levels[Level.FIRST].limit, facts.calendar)
                clock = Deadline(made.at, due, _returned(known, student, made))
                yield _clocked(child, clock, (), now, labels=made.labels, because=made.reason)


def _answers(case: Persuasion, made: Trigger) -> bool:
    if case.triggered_on is None:
        return False
    last = made.at.date() + _ANSWER_DAYS
    is_open = case.triggered_on <= made.at.date() and (case.returned_on or date.max) > made.days[0]
    return is_open or made.days[0] <= case.triggered_on <= last


def _returned(known: Known, student: str, made: Trigger) -> datetime | None:
    """Return when the child was first counted again: nobody need be fetched who is there."""
    for day in known.days_since(made.at.date() + timedelta(days=1)):
        class_id = known.class_of(student, day)
        counted = class_id is not None and bool(known.book.checks_of(class_id, day))
        if counted and not any(each.kind == ABSENT for each in known.book.of_child(student, day, day)):
            return day_begins(day)
    return None


def _known(facts: Facts, now: datetime) -> Known:
    def class_of(student: str, day: date) -> str | None:
        child = facts.children.get(student)
        stay = child.stay_on(day) if child else None
        return stay.class_id if stay else None

    return Known(facts.book, facts.calendar, _using(facts), now, class_of)


def _using(facts: Facts) -> Figures:
    return facts.for_all(("figures",), lambda: figures_of(facts.policies))


def _papers(facts: Facts) -> tuple[SchoolDecision, ...]:
    return tuple(
        SchoolDecision(
            id=each.record,
            dated_on=date.fromisoformat(each.at[:10]),
            paper=IssuedPaper(kind="书面报告", subject=next(iter(each.scopes), None)),
            students=each.students,
        )
        for each in facts.deeds.get(_REPORT, ())
    )
