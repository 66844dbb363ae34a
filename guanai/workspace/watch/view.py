"""What one person may know of a school at one moment of its records, and the duties that follow from it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Final

from guanai.calendar import instant
from guanai.rules.derived import Derived, Opened, visible
from guanai.rules.duties import Occurrence, duties_between, in_order, is_of_units, plans_of
from guanai.rules.facts import Facts
from guanai.rules.moment import Moment
from guanai.rules.plans import Plan, Rhythm
from guanai.workspace.watch.gathering import Frame
from guanai.workspace.watch.sight import PersonSight

#: So many answers to each person are remembered.
_QUESTIONS: Final = 4
_TEACHING: Final = "教学"

#: What was worked out about each child, by its id.
ByChild = Mapping[str, Sequence[Occurrence]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was worked out for some days at an instant, and goes on being true until another.

    Attributes:
        since: first day.
        until: last day.
        at: the instant whose states are told.
        stands_until: the instant from which something may have changed.
        single: about single children.
        lacking: the children whose records changed since; what was worked out about them is left out.
        told: everything, in order; None where it is to be put together.
    """

    since: date
    until: date
    at: datetime
    stands_until: datetime
    single: ByChild
    lacking: frozenset[str] = frozenset()
    told: tuple[Occurrence, ...] | None = None

    def holds(self, since: date, until: date, at: datetime) -> bool:
        """Tell whether it answers a question."""
        is_then = self.at == at or self.at < at < self.stands_until
        return is_then and (self.since, self.until) == (since, until)

    def without(self, children: AbstractSet[str]) -> "Answer":
        """Return what is left of it when the records of some children have changed."""
        single = {each: made for each, made in self.single.items() if each not in children}
        return replace(self, single=single, lacking=self.lacking | children, told=None)


@dataclass(frozen=True)
class View:
    """What one person may know of a school at one moment of its records.

    Attributes:
        staff: whose view, "" for the shell's full edition.
        facts: what lies within the labels; the rest leaves no trace in it.
        opened: labels by child; None opens everything.
        unreadable: how many records could not be read and are left out; for the full edition alone, else 0 or 1.
    """

    staff: str
    on: date
    facts: Facts
    opened: Opened | None
    frame: Frame
    sight: PersonSight | None
    unreadable: int
    answers: list[Answer] = field(default_factory=list, repr=False)

    def duties(self, on: date | datetime) -> tuple[Occurrence, ...]:
        """Return every duty whose window holds a day or that is due on it, done ones too."""
        day = instant(on).date()
        return self.duties_between(day, day, on)

    def duties_between(self, since: date, until: date, on: date | datetime) -> tuple[Occurrence, ...]:
        """Return the duties that touch some days, as they stand at an instant, in order of their last instant."""
        at = instant(on)
        known = next((each for each in self.answers if each.holds(since, until, at)), None)
        if known is None or known.told is None:
            made = self._answered(since, until, at, known)
            self.answers[:] = [made, *(each for each in self.answers if each is not known)][:_QUESTIONS]
            known = made
        return known.told or ()

    def _answered(self, since: date, until: date, at: datetime, known: Answer | None) -> Answer:
        """Return a whole answer; what a known one holds is not worked out again."""
        now = Moment.of(at)
        facts = self.facts if known is None else self.facts.of_some(known.lacking)
        single = {**(known.single if known else {}), **_by_child(facts, since, until, now)}
        whole = duties_between(self.facts, since, until, now, only=_is_whole)
        told = in_order(each for each in (*chain(*single.values()), *whole) if self._sees(each))
        is_fixed = not any(
            isinstance(each.due, Moment) for each in told
        )  # none is due just when it is asked for
        stands = min(now.stands_until, known.stands_until) if known else now.stands_until
        return Answer(since, until, at, stands if is_fixed else at, single, told=told)

    def known_to(self, who: str, found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
        """Return those duties of this view that somebody else may know of, in order.

        Whom a meeting named in what lies beyond their labels is told, as on their own page, that there is something to do
        and by when, and not a word of what or of whom.

        Raises:
            UnknownStaff: nobody has that id.
        """
        wanted = tuple(found)
        sight = PersonSight(who, self.frame.staff, self.frame.access, self.on)
        concerned = {each.student for each in wanted}
        opened = sight.opened(row for row in self.frame.gathered.of("student") if row["id"] in concerned)
        told = (each if sight.is_told(each, opened) else self.veiled(each, who) for each in wanted)
        return tuple({each.id: each for each in told if each is not None}.values())

    def veiled(self, made: Occurrence, who: str = "") -> Occurrence | None:
        """Return what a meeting decided without a word of what or of whom: as one is told who may know no more.

        Args:
            made: a duty of this view.
            who: who is told, "" for any of those the meeting named.

        Returns:
            None for a duty of another kind, and for somebody whom the meeting did not name.
        """
        found = next((each for each in self.facts.resolutions if each.id == made.source), None)
        if not made.source or found is None or not (who in found.owners if who else found.owners):
            return None
        class_id = found.scope if "-" in found.scope else ""
        return replace(
            made, subject=found.scope, class_id=class_id, student="", proofs=(), because=found.cover,
            labels=frozenset(),
        )  # fmt: skip

    def shows(self, value: Derived) -> bool:
        """Tell whether the person may know of a value that was worked out."""
        return self.opened is None or visible(value, self.opened)

    def name(self, student: str) -> str:
        """Return a child's name, "" where the person may not know it."""
        held = None if self.opened is None else self.opened.get(student, frozenset())
        return self.frame.gathered.names.get(student, "") if held is None or _TEACHING in held else ""

    def holds(self, student: str, labels: frozenset[str]) -> bool:
        """Tell whether the person holds labels over a child."""
        return self.opened is None or labels <= self.opened.get(student, frozenset())

    def class_of(self, student: str) -> str:
        """Return the class of a child on the view's day, "" for none."""
        child = self.facts.children.get(student)
        stay = child.stay_on(self.on) if child else None
        return stay.class_id if stay else ""

    def reaches(self, unit: str, labels: frozenset[str] = frozenset()) -> bool:
        """Tell whether the person holds labels, or any at all, over a whole class, grade or the school (全校)."""
        if self.sight is None:
            return True
        held = self.sight.unit(unit)
        return bool(held) and labels <= held

    @property
    def covers_school(self) -> bool:
        """Whether the view reaches over the whole school."""
        return self.opened is None or bool(self.opened.get(""))

    def _sees(self, made: Occurrence) -> bool:
        if self.sight is None or self.opened is None:
            return True
        return self.sight.sees(made, self._plans[made.duty], self.opened)

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        return {plan.id: plan for plan in plans_of(self.facts)}


def _by_child(facts: Facts, since: date, until: date, now: datetime) -> dict[str, list[Occurrence]]:
    """Return the duties about single children."""
    found: dict[str, list[Occurrence]] = {}
    for each in duties_between(facts, since, until, now, only=lambda plan: not _is_whole(plan)):
        found.setdefault(each.student, []).append(each)
    return found


def _is_whole(plan: Plan) -> bool:
    """Tell whether a duty is worked out over the school at once, not child by child."""
    return is_of_units(plan) or plan.rhythm in (Rhythm.DECISION, Rhythm.HANDOVER)
