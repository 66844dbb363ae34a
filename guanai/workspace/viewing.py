"""What an edition gathers of the records for its views; a child's file is read when a view first asks for it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Final, TypeVar

from generators.papers import Paper
from generators.views import (
    SCHOOL,
    Gathered,
    Length,
    NoTerm,
    Period,
    Unit,
    View,
    period_at,
    period_of,
    periods_within,
    subject_id,
)
from guanai.access import FULL
from guanai.calendar import SchoolCalendar
from guanai.ids import STUDENT_ID
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import Record
from guanai.model.calendar import Calendar
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.screening import Screening
from guanai.model.student import Student
from guanai.paths import kind_of, name_of
from guanai.rules.facts import Facts
from guanai.store.snapshot import Snapshot
from guanai.workspace.editions import Edition
from guanai.workspace.watch.vigil import View as FullView

#: Kinds whose rows the rules read.
_KINDS: Final = ("student", "attendance", "screening", "meeting", "activity", "decision", "counseling")

#: Returns the full view of the records on a day, as the duties have it.
Look = Callable[[date], FullView]
_Record = TypeVar("_Record", bound=Record)


def facts_of(snapshot: Snapshot, look: Look, on: date) -> Facts:
    """Return what the rules know of all records: what was gathered for the duties is not read again.

    Args:
        snapshot: the records.
        look: where the duties of the same records come from.
        on: the day.

    Raises:
        FaultyRecord: one of them has problems; a ledger without its child would be untrue.
    """
    seen = look(on)
    for path in seen.frame.gathered.faults:
        kind = kind_of(path)
        if kind in _KINDS:
            snapshot.mapping(kind, name_of(path))
    return seen.facts


def gather(edition: Edition, snapshot: Snapshot, facts: Facts, on: date) -> Gathered:
    """Return a school as an edition may see it; what is in its parts is read when a view asks for them.

    Args:
        edition: whose view.
        snapshot: the records.
        facts: what `facts_of` returned for them.
        on: the day.
    """
    opened = _Opened(edition, snapshot)
    return Gathered(
        school=snapshot.school,
        staff=facts.staff,
        on=on,
        calendar=facts.calendar,
        policies=facts.policies,
        taxonomies=edition.context.taxonomies,
        children=_Files(edition, opened),
        attendance=_Records(edition, snapshot, "attendance", Attendance),
        screenings=_Records(edition, snapshot, "screening", Screening),
        meetings=_Records(edition, snapshot, "meeting", Meeting),
        activities=_Records(edition, snapshot, "activity", Activity),
        decisions=_Records(edition, snapshot, "decision", SchoolDecision),
        facts=facts,
        opened=opened,
    )


class Viewing:
    """The views of one snapshot: what each edition gathers is kept, of the last few editions."""

    def __init__(self, snapshot: Snapshot, look: Look) -> None:
        """Take the records.

        Args:
            snapshot: the records.
            look: where the duties of the same records come from.
        """
        self._snapshot = snapshot
        self._look = look
        self._facts: Facts | None = None
        self._kept: dict[tuple[str, date], Gathered] = {}

    @cached_property
    def _calendar(self) -> SchoolCalendar:
        return _calendar(self._snapshot)

    def gathered(self, edition: Edition, on: date) -> Gathered:
        """Return what an edition gathers on a day."""
        key = (edition.staff, on)
        if key not in self._kept:
            while len(self._kept) >= _EDITIONS_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = gather(edition, self._snapshot, self.facts(on), on)
        return self._kept[key]

    def facts(self, on: date) -> Facts:
        """Return what the rules know of all records; the same for every day, worked out once.

        Raises:
            FaultyRecord: one of them has problems.
        """
        if self._facts is None:
            self._facts = facts_of(self._snapshot, self._look, on)
        return self._facts

    def labels(self, view: View, unit: str, edition: Edition) -> frozenset[str] | None:
        """Return what an edition holds over a unit, None for nothing at all.

        Raises:
            RecordNotFound: there is no such child.
        """
        if view.is_aggregate:
            verdict = edition.counts()
            return verdict.labels if verdict.allowed else None
        if STUDENT_ID.fullmatch(unit):
            self._snapshot.path("student", unit)  # who is not there is told so
            decision = edition.decision("student", unit)
            return decision.labels if decision.allowed else None
        if unit in self._snapshot.staff:
            return FULL if edition.staff in ("", unit) else None
        return edition.reach("" if unit == SCHOOL else unit) or None

    def subjects(
        self, paper: Paper, view: View, edition: Edition, on: date, term: str = ""
    ) -> tuple[str, ...]:
        """Return the ids of the papers an edition may have: of the period of a day, or of all of a term's so far."""
        gathered = self.gathered(edition, on)
        periods = _periods(view, gathered, term)
        return tuple(
            subject_id(unit, period)
            for unit in _units(view, gathered)
            if (held := self.labels(view, unit, edition)) is not None and paper.clearance <= held
            for period in periods
            if view.wants is None or view.wants(gathered, unit, period)
        )

    def is_of_term(self, kind: str, record_id: str, term: str) -> bool:
        """Tell whether a record belongs to a term; those that do not belong to any always do.

        Raises:
            NoTerm: the calendar has no such term.
        """
        span = period_of(Length.TERM, term, self._calendar).span
        if kind == "decision":
            return date.fromisoformat(self._snapshot.mapping(kind, record_id)["日期"]) in span
        return kind not in _BY_TERM or term in self._snapshot.path(kind, record_id).split("/")


#: Editions whose gathered records are kept; one at a time is printed.
_EDITIONS_KEPT: Final = 3
#: Kinds that lie in folders of their terms.
_BY_TERM: Final = frozenset({"meeting", "activity", "screening", "attendance"})


def _periods(view: View, gathered: Gathered, term: str) -> tuple[Period, ...]:
    calendar, on = gathered.calendar, gathered.on
    if not term:
        try:
            return (period_at(view.length, on, calendar),)
        except NoTerm:
            return ()
    span = period_of(Length.TERM, term, calendar).span
    return periods_within(view.length, span.begins, min(span.ends, on), calendar)


def _units(view: View, gathered: Gathered) -> tuple[str, ...]:
    units: Mapping[Unit, Callable[[], tuple[str, ...]]] = {
        Unit.SCHOOL: lambda: (SCHOOL,),
        Unit.GRADE: lambda: gathered.grades,
        Unit.CLASS: lambda: gathered.classes,
        Unit.CHILD: lambda: tuple(gathered.children),
        Unit.STAFF: lambda: tuple(person.id for person in gathered.staff.people),
    }
    return tuple(each for unit in view.units for each in units[unit]())


class _Opened(Mapping[str, frozenset[str]]):
    """The labels an edition holds for each child, and under "" those over the school."""

    def __init__(self, edition: Edition, snapshot: Snapshot) -> None:
        self._edition = edition
        self._ids = snapshot.ids("student")
        self._known: dict[str, frozenset[str]] = {"": edition.reach("") or frozenset()}

    def __getitem__(self, student: str) -> frozenset[str]:
        if student not in self._known:
            if student not in self._ids:
                raise KeyError(student)
            decision = self._edition.decision("student", student)
            self._known[student] = decision.labels if decision.allowed else frozenset()
        return self._known[student]

    def __iter__(self) -> Iterator[str]:
        return iter(("", *self._ids))

    def __len__(self) -> int:
        return len(self._ids) + 1


class _Files(Mapping[str, Student]):
    """The files an edition may open, each cut to it when it is first asked for."""

    def __init__(self, edition: Edition, opened: _Opened) -> None:
        self._edition = edition
        self._opened = opened
        self._read: dict[str, Student] = {}

    def __getitem__(self, student: str) -> Student:
        if student not in self._read:
            labels = self._opened[student]
            if not labels:
                raise KeyError(student)
            self._read[student] = Student.from_mapping(self._edition.record("student", student, labels))
        return self._read[student]

    def __iter__(self) -> Iterator[str]:
        return (student for student in self._opened if student and self._opened[student])

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Records(Collection[_Record]):
    """The records of a kind that an edition may open, each cut to it; read when a view first asks for them."""

    def __init__(self, edition: Edition, snapshot: Snapshot, kind: str, model: type[_Record]) -> None:
        self._edition = edition
        self._ids = snapshot.ids(kind)
        self._kind = kind
        self._model = model

    @cached_property
    def _held(self) -> tuple[_Record, ...]:
        verdicts = ((each, self._edition.decision(self._kind, each)) for each in self._ids)
        return tuple(
            self._model.from_mapping(self._edition.record(self._kind, each, verdict.labels))
            for each, verdict in verdicts
            if verdict.allowed
        )

    def __contains__(self, record: object) -> bool:
        return record in self._held

    def __iter__(self) -> Iterator[_Record]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def _calendar(snapshot: Snapshot) -> SchoolCalendar:
    found = (snapshot.mapping("calendar", each) for each in snapshot.ids("calendar"))
    return SchoolCalendar([Calendar.from_mapping(each) for each in found])
