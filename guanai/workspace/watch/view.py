"""What one person may know of a school at one moment of its records, and the duties that follow from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

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


class Asked(NamedTuple):
    """A question: first and last day, and the instant whose states are told."""

    since: date
    until: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """What was worked out of the children of a class, or of one duty of the whole school.

    A school day has dozens of instants at which something of one class may change, and nothing of the others.

    Attributes:
        at: the instant whose states are told.
        stands_until: the instant from which something may have changed.
        found: by child; under "" what is about no single one.
    """

    at: datetime
    stands_until: datetime
    found: ByChild

    def holds(self, at: datetime) -> bool:
        """Tell whether it is true of an instant."""
        return self.at == at or self.at < at < self.stands_until

    def joined(self, later: "Part") -> "Part":
        """Return this part with other children of a later instant, until which it holds."""
        stands = min(self.stands_until, later.stands_until)
        return Part(later.at, stands, {**self.found, **later.found})

    def without(self, children: AbstractSet[str]) -> "Part":
        """Return what is left of it when the records of some children have changed."""
        if self.found.keys().isdisjoint(children):
            return self
        left = {each: made for each, made in self.found.items() if each not in children}
        return replace(self, found=left)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was worked out for some days.

    Attributes:
        since: first day.
        until: last day.
        single: about single children, by their class.
        whole: about classes, grades and the school, by the duty's id.
        lacking: the children whose records changed since; what was worked out about them is left out.
        told: everything, in order; None where it is to be put together.
    """

    since: date
    until: date
    single: Mapping[str, Part]
    whole: Mapping[str, Part]
    lacking: frozenset[str] = frozenset()
    told: tuple[Occurrence, ...] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that it is made of."""
        return (*self.single.values(), *self.whole.values())

    def is_of(self, since: date, until: date) -> bool:
        """Tell whether it is about some days."""
        return (self.since, self.until) == (since, until)

    def holds(self, at: datetime) -> bool:
        """Tell whether all of it is there and true of an instant."""
        return self.told is not None and all(part.holds(at) for part in self.parts)

    def without(self, children: AbstractSet[str]) -> "Answer":
        """Return what is left of it when the records of some children have changed."""
        single = {unit: part.without(children) for unit, part in self.single.items()}
        return replace(self, single=single, whole={}, lacking=self.lacking | children, told=None)


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
        asked = Asked(since, until, instant(on))
        known = next((each for each in self.answers if each.is_of(since, until)), None)
        if known is None or not known.holds(asked.at):
            made = self._answered(asked, known)
            self.answers[:] = [made, *(each for each in self.answers if each is not known)][:_QUESTIONS]
            known = made
        return known.told or ()

    def _answered(self, asked: Asked, known: Answer | None) -> Answer:
        """Return a whole answer; what a known one holds is not worked out again."""
        made = Answer(
            asked.since,
            asked.until,
            {unit: self._of_class(asked, known, unit) for unit in self._by_class},
            {
                each: self._of_plan(asked, known, plan)
                for each, plan in self._plans.items()
                if _is_whole(plan)
            },
        )
        found = chain.from_iterable(chain.from_iterable(part.found.values()) for part in made.parts)
        return replace(made, told=in_order(each for each in found if self._sees(each)))

    def _of_class(self, asked: Asked, known: Answer | None, unit: str) -> Part:
        """Return the duties about the children of a class."""
        children = self._by_class[unit]
        held = known.single.get(unit) if known else None
        if known is None or held is None or not held.holds(asked.at):
            return self._of_children(asked, children)
        lacking = [each for each in children if each in known.lacking]
        return held.joined(self._of_children(asked, lacking)) if lacking else held

    def _of_children(self, asked: Asked, children: Sequence[str]) -> Part:
        return _worked_out(self.facts.of_some(children), asked, lambda plan: not _is_whole(plan))

    def _of_plan(self, asked: Asked, known: Answer | None, plan: Plan) -> Part:
        """Return the turns of a duty that is about classes, grades or the school."""
        held = known.whole.get(plan.id) if known else None
        if held is not None and held.holds(asked.at):
            return held
        return _worked_out(self.facts, asked, lambda each: each.id == plan.id)

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
    def _by_class(self) -> Mapping[str, Sequence[str]]:
        """The children of each class, in the order of their records; under "" those of none."""
        found: dict[str, list[str]] = {}
        for child in self.facts.children:
            found.setdefault(self.class_of(child), []).append(child)
        return found

    @cached_property
    def _plans(self) -> Mapping[str, Plan]:
        return {plan.id: plan for plan in plans_of(self.facts)}


def _worked_out(facts: Facts, asked: Asked, only: Callable[[Plan], bool]) -> Part:
    """Return some duties, and until when what they say is true."""
    now = Moment.of(asked.at)
    found: dict[str, list[Occurrence]] = {}
    is_fixed = True
    for each in duties_between(facts, asked.since, asked.until, now, only=only):
        found.setdefault(each.student, []).append(each)
        is_fixed = is_fixed and not isinstance(each.due, Moment)  # none is due just when it is asked for
    return Part(asked.at, now.stands_until if is_fixed else asked.at, found)


def _is_whole(plan: Plan) -> bool:
    """Tell whether a duty is worked out over the school at once, not child by child."""
    return is_of_units(plan) or plan.rhythm in (Rhythm.DECISION, Rhythm.HANDOVER)
