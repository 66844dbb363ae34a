"""The duty engine: from a school's facts and a day to what is due of whom, about whom, by when, and how it stands.

Reads no clock: the day or instant is an argument. Asked twice, it says the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from guanai.calendar import day_begins, instant
from guanai.grades import grade_of
from guanai.rules.clocked import Case, missed, persuaded
from guanai.rules.events import events
from guanai.rules.evidence import SCHOOL, Findings, Proof, for_child, for_unit
from guanai.rules.facts import ChildFacts, Facts
from guanai.rules.house import with_house_rules
from guanai.rules.housework import Turn, handed, resolved
from guanai.rules.occurrence import Occurrence, in_order
from guanai.rules.plans import Plan, Rhythm, plans
from guanai.rules.posts import Ownership, Posts
from guanai.rules.states import State, state_of
from guanai.rules.subjects import Reason, Stretch, close_families, concerned, in_classes, stretches
from guanai.rules.thresholds import thresholds_of
from guanai.rules.windows import Window, clipped, event_window, vacation_windows, windows

__all__ = [
    "Occurrence",
    "Proof",
    "State",
    "duties",
    "duties_between",
    "in_order",
    "is_of_units",
    "plans_of",
]

_CLASS: Final = "班级"
_GRADE: Final = "年级"
#: The turns of so many spans of days are remembered.
_SPANS: Final = 8
_UNITS: Final = frozenset({_CLASS, _GRADE, "学校"})
_PAIRED: Final = "结对学生"
#: Evidence of whoever a level's decision names (预警 责任人).
_SUPERVISION: Final = "督办"
#: Roles whose duty nobody else can do for them: the evidence must show them there.
_IN_PERSON: Final = frozenset({"心理健康教师"})


def duties(facts: Facts, on: date | datetime) -> tuple[Occurrence, ...]:
    """Return every duty whose window holds a day or that is due on it, done ones too, in order of their last instant.

    Args:
        facts: the school, as the reader may know it.
        on: an instant, or a day, which stands for its last second.

    Raises:
        NoCalendar: no calendar speaks of the day.
    """
    now = instant(on)
    return duties_between(facts, now.date(), now.date(), now)


def duties_between(
    facts: Facts,
    since: date,
    until: date,
    on: date | datetime,
    only: Callable[[Plan], bool] = lambda _: True,
) -> tuple[Occurrence, ...]:
    """Return every duty whose window holds, or that is due on, any of some days, as it stands at an instant.

    Args:
        facts: the school, as the reader may know it.
        since: first day.
        until: last day; may lie after ``on``.
        on: the instant whose states are told, or a day, which stands for its last second.
        only: picks the duties to look at.

    Raises:
        NoCalendar: no calendar speaks of the days.
    """
    facts.calendar.is_school_day(since)
    engine = _Engine(facts, since, until, instant(on))
    return in_order(each for plan in plans_of(facts) if only(plan) for each in engine.of(plan))


def is_of_units(plan: Plan) -> bool:
    """Tell whether a duty is about classes, grades or the school, and not about single children.

    What a meeting decided is asked of the whole: it may be about several children, or about none.
    """
    is_of_a_child = plan.rhythm in (Rhythm.EVENT, Rhythm.ABSENCE, Rhythm.PERSUASION)
    return not is_of_a_child and (plan.subject in _UNITS or plan.subject == "全体学生")


def plans_of(facts: Facts) -> tuple[Plan, ...]:
    """Return the duties of the school's policies and of the house rules, made ready once."""
    return facts.for_all(("plans",), lambda: plans(with_house_rules(facts.policies)))


class _Engine:
    """One question to the facts: some days, and the instant at which they are looked at."""

    def __init__(self, facts: Facts, since: date, until: date, now: datetime) -> None:
        self._facts = facts
        self._since = since
        self._until = until
        self._now = now
        self._posts = facts.for_all(("posts",), lambda: Posts(facts.staff, facts.school))
        self._known = _known_turns(facts, since, until)

    def of(self, plan: Plan) -> Iterator[Occurrence]:
        asked = (self._facts, plan, self._since, self._until, self._now)
        if plan.rhythm is Rhythm.ABSENCE:
            return self._clocked(plan, missed(*asked))
        if plan.rhythm is Rhythm.PERSUASION:
            return self._clocked(plan, persuaded(*asked))
        if plan.rhythm is Rhythm.EVENT:
            return self._events(plan)
        if plan.rhythm is Rhythm.DECISION:
            return self._housework(plan, resolved(*asked, self._posts))
        if plan.rhythm is Rhythm.HANDOVER:
            return self._housework(plan, handed(*asked, self._posts))
        return self._turns(plan)

    def _turns(self, plan: Plan) -> Iterator[Occurrence]:
        turns, rest = self._known.get(plan.id) or self._windows(plan)
        if is_of_units(plan):
            for window in turns:
                yield from self._units(plan, window)
            return
        if not turns and not rest:
            return
        for child, stays in in_classes(self._facts, plan):
            yield from self._child(plan, child, stays, turns)
            if rest and (near := close_families(child)):
                yield from self._child(plan, child, stretches(child, near), rest)

    def _windows(self, plan: Plan) -> "_Turns":
        """Return the turns of a duty on these days, in term and in the vacations."""
        asked = (plan, self._facts.calendar, self._since, self._until)
        has_rest = plan.reaches_families and not is_of_units(plan)
        found = self._known[plan.id] = (windows(*asked), vacation_windows(*asked) if has_rest else ())
        return found

    def _units(self, plan: Plan, window: Window) -> Iterator[Occurrence]:
        day = self._day(window)
        for unit in self._unit_ids(plan, day):
            found = for_unit(self._facts, plan, unit, window, self._now)
            if plan.evidence[:1] == ("总结",) and not self._has_files(unit, window.closes):
                continue
            owned = self._posts.owners(plan.owners, unit, day)
            yield self._made(plan, window, found, owned, _About(unit, unit if "-" in unit else ""))

    def _unit_ids(self, plan: Plan, day: date) -> tuple[str, ...]:
        if plan.subject == _CLASS:
            return self._facts.classes(day)
        if plan.subject == _GRADE:
            return tuple(sorted({grade_of(each) for each in self._facts.classes(day)}))
        return (SCHOOL,)

    def _has_files(self, class_id: str, day: date) -> bool:
        return any(child.grounds or child.levels for child in self._facts.members(class_id, day))

    def _child(
        self, plan: Plan, child: ChildFacts, stays: Iterable[Stretch], turns: Iterable[Window]
    ) -> Iterator[Occurrence]:
        calendar = self._facts.calendar
        for class_id, days, reason in stays:
            for turn in turns:
                if days.ends < turn.opens or days.begins > turn.closes:
                    continue
                window = clipped(turn, days, calendar)
                if window is not None and window.holds(self._since, self._until):
                    yield from self._of_child(plan, child, class_id, window, reason)

    def _of_child(
        self, plan: Plan, child: ChildFacts, class_id: str, window: Window, reason: Reason
    ) -> Iterator[Occurrence]:
        owned = self._ownership(plan, child, class_id, window, reason)
        found = for_child(
            self._facts, plan, child, class_id, window, self._now, self._wanted(plan, owned, reason)
        )
        if window.is_cut and found.done_at is None and self._now > window.due:
            # The child left or moved on, or the reason ended, while there was still time.
            return
        yield self._made(plan, window, found, owned, _About(child.id, class_id, child.id, reason.labels))

    def _ownership(
        self, plan: Plan, child: ChildFacts, class_id: str, window: Window, reason: Reason
    ) -> Ownership:
        if reason.owner and (plan.subject == _PAIRED or _SUPERVISION in plan.evidence):
            return Ownership((reason.owner,))
        return self._posts.owners_for(plan.owners, plan.evidence, child, class_id, self._day(window))

    @staticmethod
    def _wanted(plan: Plan, owned: Ownership, reason: Reason) -> tuple[str, ...]:
        if plan.subject == _PAIRED:
            return (reason.owner,)
        return owned.staff if plan.owners[0] in _IN_PERSON and not owned.is_vacant else ()

    def _events(self, plan: Plan) -> Iterator[Occurrence]:
        facts = self._facts
        first = facts.calendar.covered[0].begins
        using = facts.for_all(("thresholds",), lambda: thresholds_of(facts.policies))
        for child, reasons in concerned(facts, plan):
            for event in events(child, plan, max(plan.since, first), self._until, using):
                window = event_window(plan, facts.calendar, event.at)
                stay = child.stay_on(event.at.date())
                if window is None or stay is None or not window.holds(self._since, self._until):
                    continue
                reason = next((each for each in reasons if event.at.date() in each.days), None)
                if reason is None:
                    continue
                owned = self._ownership(plan, child, stay.class_id, window, reason)
                found = for_child(facts, plan, child, stay.class_id, window, self._now, ())
                about = _About(child.id, stay.class_id, child.id, reason.labels | event.labels, event.what)
                yield self._made(plan, window, found, owned, about)

    def _clocked(self, plan: Plan, cases: Iterable[Case]) -> Iterator[Occurrence]:
        for case in cases:
            owned = self._posts.owners(plan.owners, case.class_id or SCHOOL, self._day(case.window))
            about = _About(
                case.student, case.class_id, case.student, case.labels, case.because, is_timed=case.is_timed
            )
            yield self._made(plan, case.window, case.findings, owned, about, opens=case.opens_at)

    def _housework(self, plan: Plan, turns: Iterable[Turn]) -> Iterator[Occurrence]:
        for turn in turns:
            about = _About(
                turn.subject, turn.class_id, turn.student, turn.labels, turn.because,
                source=turn.source, is_soft=turn.is_soft,
            )  # fmt: skip
            yield self._made(plan, turn.window, turn.findings, turn.owned, about, opens=turn.opens_at)

    def _day(self, window: Window) -> date:
        return min(max(self._now.date(), window.opens), window.closes)

    def _made(  # noqa: PLR0913 - the parts of an occurrence
        self,
        plan: Plan,
        window: Window,
        found: Findings,
        owned: Ownership,
        about: "_About",
        *,
        opens: datetime | None = None,
    ) -> Occurrence:
        opened = opens or day_begins(window.opens)
        is_soft = plan.is_soft or about.is_soft
        # A meeting's own words carry their own labels: what it left to somebody may be more open than its minutes.
        known = about.labels if about.source else plan.labels | about.labels
        return Occurrence(
            duty=plan.id,
            provisions=plan.provisions,
            title=plan.assignment.duty.id,
            owners=owned.staff,
            is_vacant=owned.is_vacant,
            subject=about.subject,
            class_id=about.class_id,
            student=about.student,
            opens=opened,
            closes=window.closes,
            due=window.due,
            is_timed=about.is_timed or plan.clock is not None,
            state=state_of(window, found.done_at, self._now, is_soft=is_soft),
            is_soft=is_soft,
            is_late=found.done_at is not None and found.done_at > window.due and not is_soft,
            needed=found.needed,
            found=found.found,
            proofs=found.proofs,
            because=about.because,
            labels=known.union(*(each.labels for each in found.proofs)),
            source=about.source,
        )


#: Of a duty: its turns in term, and those in the vacations.
_Turns = tuple[tuple[Window, ...], tuple[Window, ...]]


def _known_turns(facts: Facts, since: date, until: date) -> dict[str, _Turns]:
    """Return the turns on some days that were worked out before, by duty: they hang on policies and calendar alone.

    They are asked for anew for each few children whose records changed.
    """
    spans: dict[tuple[date, date], dict[str, _Turns]] = facts.for_all(("turns",), dict)
    found = spans.setdefault((since, until), {})
    for each in list(spans)[:-_SPANS]:
        spans.pop(each, None)
    return found


@dataclass(frozen=True, slots=True)
class _About:
    subject: str
    class_id: str
    student: str = ""
    labels: frozenset[str] = frozenset()
    because: str = ""
    is_timed: bool = False
    source: str = ""
    is_soft: bool = False
