"""What one person may know of a school at one moment of its records, and the duties that follow from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Final

from guanai.calendar import instant
from guanai.rules.derived import Derived, Opened, visible
from guanai.rules.duties import Occurrence, duties_between, in_order, is_of_units, plans_of
from guanai.rules.facts import Facts
from guanai.rules.plans import Plan, Rhythm
from guanai.workspace.watch.gathering import Frame
from guanai.workspace.watch.sight import PersonSight

#: So many questions of each person are remembered.
_QUESTIONS: Final = 4
_TEACHING: Final = "教学"

#: First day, last day, the instant whose states are told.
Question = tuple[date, date, datetime]
#: What was worked out about each child, by its id.
ByChild = dict[str, list[Occurrence]]


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
    _answers: dict[Question, ByChild] = field(default_factory=dict, repr=False)
    _told: dict[Question, tuple[Occurrence, ...]] = field(default_factory=dict, repr=False)

    def duties(self, on: date | datetime) -> tuple[Occurrence, ...]:
        """Return every duty whose window holds a day or that is due on it, done ones too."""
        day = instant(on).date()
        return self.duties_between(day, day, on)

    def duties_between(self, since: date, until: date, on: date | datetime) -> tuple[Occurrence, ...]:
        """Return the duties that touch some days, as they stand at an instant, in order of their last instant."""
        question = (since, until, instant(on))
        told = self._told.get(question)
        if told is not None:
            return told
        if question not in self._answers:
            while len(self._answers) >= _QUESTIONS:
                del self._answers[next(iter(self._answers))]
            self._answers[question] = asked(self.facts, question)
        single = (each for made in self._answers[question].values() for each in made)
        whole = duties_between(self.facts, *question, only=_is_whole)
        told = in_order(each for each in (*single, *whole) if self._sees(each))
        while len(self._told) >= _QUESTIONS:
            self._told.pop(next(iter(self._told)), None)
        self._told[question] = told
        return told

    @property
    def answers(self) -> Mapping[Question, ByChild]:
        """What was worked out about single children, by question, the newest last."""
        return self._answers

    def known_to(self, who: str, found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
        """Return those duties of this view that somebody else may know of, in order.

        Raises:
            UnknownPerson: nobody has that id.
        """
        wanted = tuple(found)
        sight = PersonSight(who, self.frame.staff, self.frame.access, self.on)
        concerned = {each.student for each in wanted}
        opened = sight.opened(row for row in self.frame.gathered.of("student") if row["id"] in concerned)
        return tuple(each for each in wanted if sight.is_told(each, opened))

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


def asked(facts: Facts, question: Question) -> ByChild:
    """Return the duties about single children, as they stand at a question, by child."""
    found: ByChild = {}
    for each in duties_between(facts, *question, only=lambda plan: not _is_whole(plan)):
        found.setdefault(each.student, []).append(each)
    return found


def _is_whole(plan: Plan) -> bool:
    """Tell whether a duty is worked out over the school at once, not child by child."""
    return is_of_units(plan) or plan.rhythm in (Rhythm.DECISION, Rhythm.HANDOVER)
