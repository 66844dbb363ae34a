"""The watch over a workspace: its facts as one person may know them, and the duties that follow; only what changed is worked out anew."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from guanai.calendar import instant
from guanai.model.access import Access
from guanai.paths import kind_of
from guanai.rules.derived import Derived, Opened, visible
from guanai.rules.duties import Occurrence, duties_between, in_order, is_of_units, plans_of
from guanai.rules.facts import ChildFacts, Facts, assemble
from guanai.rules.plans import Plan, Rhythm
from guanai.store.sources import Source
from guanai.workspace.watch.gathering import Frame, Gathered, Gathering
from guanai.workspace.watch.sight import PersonSight

#: So many people's views, and so many questions of each, are remembered: one (about 1 MB of a school of 3,000) for
#: each person who is likely to be looking at the same time.
_VIEWS: Final = 256
_QUESTIONS: Final = 4
#: A change of any other record may concern everybody.
_NARROW: Final = frozenset({"student", "counseling", "attendance", "screening"})
_SHARED: Final = ("meeting", "activity", "decision")
_TEACHING: Final = "教学"

#: First day, last day, the instant whose states are told.
_Question = tuple[date, date, datetime]
#: What was worked out about each child, by its id.
_ByChild = dict[str, list[Occurrence]]


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
    _answers: dict[_Question, _ByChild] = field(default_factory=dict, repr=False)
    _told: dict[_Question, tuple[Occurrence, ...]] = field(default_factory=dict, repr=False)

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
            self._answers[question] = _asked(self.facts, question)
        single = (each for made in self._answers[question].values() for each in made)
        whole = duties_between(self.facts, *question, only=_is_whole)
        told = in_order(each for each in (*single, *whole) if self._sees(each))
        while len(self._told) >= _QUESTIONS:
            self._told.pop(next(iter(self._told)), None)
        self._told[question] = told
        return told

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


class Vigil:
    """Looks at a workspace as often as it is asked to, remembering what it worked out."""

    def __init__(self, gathering: Gathering) -> None:
        """``gathering``: where the rows come from."""
        self._gathering = gathering
        self._views: dict[tuple[str, date], View] = {}

    def look(self, *, staff: str = "", on: date, source: Source | None = None) -> View:
        """Return what a person may know on a day.

        Args:
            staff: a staff id, "" for the shell's full edition.
            on: the day whose posts decide.
            source: where the records are read from; None for the work tree.

        Raises:
            UnknownPerson: nobody has that id.
            FaultyRecord, RecordNotFound: the school, its staff, a calendar or a policy cannot be read.
        """
        gathered = self._gathering.gather(source)
        before = self._views.pop((staff, on), None)
        view = _renewed(before, gathered) if before else None
        view = view or _view(gathered, staff, on)
        while len(self._views) >= _VIEWS:
            del self._views[next(iter(self._views))]
        self._views[staff, on] = view
        return view


def _view(gathered: Gathered, staff: str, on: date) -> View:
    frame = Frame(gathered)
    access: Access | None = frame.access if staff else None
    sight = PersonSight(staff, frame.staff, access, on) if access is not None else None
    return _made(frame, staff, on, sight, list(gathered.of("student")))


def _made(  # noqa: PLR0913 - whose view, and of what
    frame: Frame,
    staff: str,
    on: date,
    sight: PersonSight | None,
    children: Iterable[Mapping[str, Any]],
    held: Opened | None = None,
) -> View:
    """Return a view of some children; ``held``: what is held for the others, who count where they are named."""
    gathered, rows = frame.gathered, list(children)
    opened = {**(held or {}), **sight.opened(rows)} if sight else None
    facts = assemble(
        {"student": rows, **_beside(gathered, sight, opened)},
        school=frame.school,
        staff=frame.staff,
        calendar=frame.calendar,
        policies=frame.policies,
        reader=staff,
        opened=opened,
    )
    count = len(gathered.faults)
    return View(staff, on, facts, opened, frame, sight, min(count, 1) if staff else count)


def _beside(
    gathered: Gathered, sight: PersonSight | None, opened: Opened | None
) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of everything but the children, as far as they may be known."""
    found = {kind: list(gathered.of(kind)) for kind in ("counseling", "screening", "attendance", *_SHARED)}
    if sight is None or opened is None:
        return found
    for kind in _SHARED:
        found[kind] = [row for row in found[kind] if sight.knows(row, opened)]
    found["meeting"] = _minutes(found["meeting"], sight, opened)
    found["screening"] = [row for row in found["screening"] if sight.unit(row["class"])]
    found["attendance"] = [
        {**row, "exceptions": [each for each in row["exceptions"] if each["学生"] in opened]}
        for row in found["attendance"]
    ]
    return found


def _minutes(
    meetings: Iterable[Mapping[str, Any]], sight: PersonSight | None, opened: Opened | None
) -> list[Mapping[str, Any]]:
    """Return the rows of meetings with what was decided there cut to a person."""
    if sight is None or opened is None:
        return list(meetings)
    known = (row for row in meetings if sight.knows(row, opened))
    return [{**row, "decisions": sight.resolutions(row, opened)} for row in known]


def _renewed(before: View, gathered: Gathered) -> View | None:
    """Return a view with what changed since worked out anew; None where everybody may be concerned."""
    old = before.frame.gathered
    if gathered is old:
        return before
    changed = [path for path, _ in set(old.blobs.items()) ^ set(gathered.blobs.items())]
    if not changed and old.faults == gathered.faults:
        return before
    kinds = {path: kind_of(path) or "" for path in changed}
    if not _NARROW.issuperset(kinds.values()):
        return None
    concerned = _concerned(before.facts, (old, gathered), kinds)
    rows = [row for row in gathered.of("student") if row["id"] in concerned]
    frame = _Reframed(gathered, before.frame)
    held = {each: labels for each, labels in (before.opened or {}).items() if each not in concerned}
    part = _made(frame, before.staff, before.on, before.sight, rows, held)
    facts = replace(part.facts, children=_in_turn(gathered, concerned, before.facts, part.facts), _kept={})
    # Worked out from what all of them share.
    if "attendance" not in kinds.values() and _same_children(before.opened, part.opened, concerned):
        part.facts.once(("register",), lambda: before.facts.book)
    facts.once(("register",), lambda: part.facts.book)
    facts.once(("plans",), lambda: plans_of(before.facts))
    part.facts.once(("plans",), lambda: plans_of(before.facts))
    answers = {
        question: {
            **{each: made for each, made in known.items() if each not in concerned},
            **_asked(part.facts, question),
        }
        for question, known in before._answers.items()  # noqa: SLF001 - a view renews another
    }
    return replace(part, facts=facts, _answers=answers, _told={})


def _same_children(before: Opened | None, after: Opened | None, concerned: set[str]) -> bool:
    """Tell whether the same of these children are open as before."""
    return before is None or after is None or before.keys() & concerned == after.keys() & concerned


def _in_turn(gathered: Gathered, concerned: set[str], old: Facts, new: Facts) -> dict[str, ChildFacts]:
    """Return the children in the order of their records: where two things tie, the order decides what is told."""
    found: dict[str, ChildFacts] = {}
    for row in gathered.of("student"):
        child = (new if row["id"] in concerned else old).children.get(row["id"])
        if child is not None:
            found[child.id] = child
    return found


class _Reframed(Frame):
    """The frame of records that have not changed."""

    def __init__(self, gathered: Gathered, before: Frame) -> None:
        super().__init__(gathered)
        for name in ("school", "staff", "access", "calendar", "policies"):
            if name in vars(before):
                vars(self)[name] = vars(before)[name]


def _concerned(facts: Facts, moments: Iterable[Gathered], changed: Mapping[str, str]) -> set[str]:
    """Return the children whose duties may have changed with these records, before or after."""
    found: set[str] = set()
    for gathered in moments:
        for path, kind in changed.items():
            row = gathered.rows.get(kind, {}).get(path)
            if row:
                found.update(_CONCERNED[kind](facts, row))
    return found


def _of_attendance(facts: Facts, row: Mapping[str, Any]) -> Iterable[str]:
    yield from (each["学生"] for each in row["exceptions"])
    yield from (
        child.id
        for child in facts.children.values()
        if any(stay.class_id == row["class"] for stay in child.stays)
    )


_CONCERNED: Final[Mapping[str, Callable[[Facts, Mapping[str, Any]], Iterable[str]]]] = {
    "student": lambda _, row: (row["id"],),
    "counseling": lambda _, row: (row["child"],),
    "attendance": _of_attendance,
    "screening": lambda _, __: (),
}


def _asked(facts: Facts, question: _Question) -> _ByChild:
    found: _ByChild = {}
    for each in duties_between(facts, *question, only=lambda plan: not _is_whole(plan)):
        found.setdefault(each.student, []).append(each)
    return found


def _is_whole(plan: Plan) -> bool:
    """Tell whether a duty is worked out over the school at once, not child by child."""
    return is_of_units(plan) or plan.rhythm in (Rhythm.DECISION, Rhythm.HANDOVER)
