"""What a view is made of: a school's records as one edition may see them, and what rules derive from them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from guanai.calendar import SchoolCalendar, instant
from guanai.grades import grade_of, rung
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.screening import Screening
from guanai.model.staff import Staff
from guanai.model.student import Enrolment, Student
from guanai.model.taxonomy import Category
from guanai.model.trail import Persuasion
from guanai.rules import agenda, persuasion, signs, warning
from guanai.rules.agenda import LevelShift
from guanai.rules.attendance import Figures, Register, figures_of, register
from guanai.rules.derived import Opened, shown
from guanai.rules.duties import Occurrence, duties_between
from guanai.rules.enrolment import ON_ROLL, Enrolled, Status
from guanai.rules.facts import Facts
from guanai.rules.levels import Rules, rules_of
from guanai.rules.persuasion import Account
from guanai.rules.signs import Sign
from guanai.rules.truancy import Known, tracking
from guanai.rules.warning import Proposal

#: The unit that is the whole school, as records write it.
SCHOOL: Final = "全校"
#: A child without a seat comes after those who have one.
_NO_SEAT: Final = 999

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A school as one edition may see it on a day.

    Attributes:
        on: the day; nothing later is told.
        taxonomies: categories by the taxonomy's name.
        children: files by id, cut to this edition; a child out of its reach is not there.
        attendance: a class and a month each, likewise cut; so are the following.
        facts: what the rules know of **all** records. Whatever is derived of it is held against `opened` before it
            is told; only counts fit to be published may be made of it as it is.
        opened: the labels held for each child, and under "" those held over the school.
    """

    school: School
    staff: Staff
    on: date
    calendar: SchoolCalendar
    policies: tuple[Policy, ...]
    taxonomies: Mapping[str, tuple[Category, ...]]
    children: Mapping[str, Student]
    attendance: Collection[Attendance]
    screenings: Collection[Screening]
    meetings: Collection[Meeting]
    activities: Collection[Activity]
    decisions: Collection[SchoolDecision]
    facts: Facts
    opened: Opened
    _kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Any, make: Callable[[], _Made]) -> _Made:
        """Return what ``make`` gives, worked out at the first call for a key."""
        if key not in self._kept:
            self._kept[key] = make()
        made: _Made = self._kept[key]
        return made

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the school, the youngest grade first."""
        return self.once(
            "classes", lambda: tuple(sorted((each.id for each in self.school.classes), key=rung))
        )

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of the school, in order."""
        return tuple(dict.fromkeys(map(grade_of, self.classes)))

    @property
    def figures(self) -> Figures:
        """The figures of attendance."""
        return self.once("figures", lambda: figures_of(self.policies))

    @property
    def rules(self) -> Rules:
        """The figures of persuasion."""
        return self.once("rules", lambda: rules_of(self.policies))

    @property
    def taxonomy(self) -> tuple[Category, ...]:
        """The categories the school has adopted."""
        return self.taxonomies.get(self.school.taxonomy or "十类", ())

    @property
    def book(self) -> Register:
        """The attendance this edition may see."""
        return self.once("book", lambda: register(self.attendance))

    def now(self, until: date) -> datetime:
        """Return the last instant of which anything is told of the days up to one."""
        return instant(min(until, self.on))

    def members(self, classes: Iterable[str], day: date) -> tuple[Student, ...]:
        """Return the children on the roll of some classes on a day, class by class, by seat."""
        wanted = set(classes)
        found = [
            (rung(place.class_id), facts.seat or _NO_SEAT, student)
            for student, facts in self.facts.children.items()
            if (place := place_of(facts, day)) is not None
            and place.class_id in wanted
            and place.status in ON_ROLL
        ]
        return self._files(student for *_, student in sorted(found))

    def ever(self, classes: Iterable[str], since: date, until: date) -> tuple[Student, ...]:
        """Return the children who belonged to some classes on one of some days, those who left too, as ``members``."""
        wanted = set(classes)
        found = [
            (rung(place.class_id), facts.seat or _NO_SEAT, student)
            for student, facts in self.facts.children.items()
            if (place := place_of(facts, until)) is not None
            and place.class_id in wanted
            and (place.status in ON_ROLL or (place.since is not None and place.since >= since))
        ]
        return self._files(student for *_, student in sorted(found))

    def _files(self, students: Iterable[str]) -> tuple[Student, ...]:
        """Return the files this edition may open; only these are read."""
        return tuple(self.children[student] for student in students if self.opened.get(student))

    def occurrences(self, since: date, until: date) -> tuple[Occurrence, ...]:
        """Return the duties of some days as they stand on the last of them."""

        def make() -> tuple[Occurrence, ...]:
            found = duties_between(self.facts, since, until, self.now(until))
            return shown(found, self.opened)

        return self.once(("duties", since, until), make)

    def signs(self, student: str, until: date) -> tuple[Sign, ...]:
        """Return the signs of a child that stand on a day."""
        facts = self.facts.children.get(student)
        if facts is None:
            return ()
        found = signs.signs(facts, self._known(until), self.rules)
        return shown(found, self.opened)

    def proposals(self, children: Iterable[Student], until: date) -> Iterator[Proposal]:
        """Yield the levels that the rules put forward."""
        for child in children:
            made = warning.propose(
                self.facts.children[child.id],
                self.signs(child.id, until),
                min(until, self.on),
                self.rules.thresholds,
            )
            if made is not None:
                yield from shown([made], self.opened)

    def shifts(self, children: Iterable[Student], since: date, until: date) -> tuple[LevelShift, ...]:
        """Return the levels that changed after one day and up to another."""
        facts = [self.facts.children[child.id] for child in children]
        return shown(agenda.shifts(facts, since, min(until, self.on)), self.opened)

    def accounts(self, child: Student, until: date) -> tuple[Account, ...]:
        """Return a child's persuasions that have begun by a day."""
        known, day = self._known(until), min(until, self.on)
        place = place_of(child, day)
        found = [
            persuasion.account(
                child.id,
                case,
                known,
                self.rules,
                status=Status(place.status) if place else None,
                papers=self.decisions,
            )
            for case in child.persuasions
            if case.triggered_on is not None and case.triggered_on <= day
        ]
        return shown(found, self.opened)

    def stable_on(self, student: str, case: Persuasion, until: date) -> date | None:
        """Return the day on which a child's return became stable, None so far; not held against `opened`."""
        if case.returned_on is None or case.returned_on > min(until, self.on):
            return None
        needed = self.rules.stable_days
        return tracking(student, self._known(until), returned_on=case.returned_on, needed=needed).stable_on

    def term_begins(self, day: date) -> date:
        """Return the first day of the term that a day lies in; in a vacation, of the term before it."""
        begun = [term.begins for term in self.calendar.terms if term.begins <= day]
        return max(begun, default=day)

    def _known(self, until: date) -> Known:
        return self.once(("known", min(until, self.on)), lambda: self._make_known(until))

    def _make_known(self, until: date) -> Known:
        children = self.facts.children

        def class_of(student: str, day: date) -> str | None:
            stay = children[student].stay_on(day) if student in children else None
            return stay.class_id if stay else None

        return Known(self.facts.book, self.calendar, self.figures, self.now(until), class_of)


def place_of(child: Enrolled, day: date) -> Enrolment | None:
    """Return the last stay of a child that has begun by a day, None before the first and where it is hidden."""
    begun = [stay for stay in child.enrolments if stay.since is None or stay.since <= day]
    return max(begun, key=lambda stay: stay.since or date.min, default=None)


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)
