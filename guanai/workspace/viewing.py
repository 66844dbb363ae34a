"""What an edition gathers of the records for its views; a child's file is read when a view first asks for it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from generators.views import Gathered
from guanai.calendar import SchoolCalendar
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import Record
from guanai.model.calendar import Calendar
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.policy import Policy
from guanai.model.screening import Screening
from guanai.model.staff import Staff
from guanai.model.student import Student
from guanai.rules.facts import Facts, assemble, extract
from guanai.store.snapshot import Snapshot
from guanai.workspace.editions import Edition

#: Kinds whose rows the rules read.
_KINDS: Final = ("student", "attendance", "screening", "meeting", "activity", "decision", "counseling")

_Record = TypeVar("_Record", bound=Record)


def facts_of(snapshot: Snapshot) -> Facts:
    """Return what the rules know of all records.

    Raises:
        FaultyRecord: one of them has problems; a ledger without its child would be untrue.
    """
    rows = {
        kind: [extract(kind, snapshot.mapping(kind, each)) for each in snapshot.ids(kind)] for kind in _KINDS
    }
    return assemble(
        rows,
        school=snapshot.school,
        staff=Staff(people=tuple(snapshot.staff.values())),
        calendar=_calendar(snapshot),
        policies=_policies(snapshot),
    )


def gather(edition: Edition, snapshot: Snapshot, facts: Facts, on: date) -> Gathered:
    """Return a school as an edition may see it.

    Args:
        edition: whose view.
        snapshot: the records.
        facts: what `facts_of` returned for them.
        on: the day.

    Raises:
        Withheld, FaultyRecord: a record has problems.
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
        attendance=_all(edition, snapshot, "attendance", Attendance),
        screenings=_all(edition, snapshot, "screening", Screening),
        meetings=_all(edition, snapshot, "meeting", Meeting),
        activities=_all(edition, snapshot, "activity", Activity),
        decisions=_all(edition, snapshot, "decision", SchoolDecision),
        facts=facts,
        opened=opened,
    )


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


def _all(
    edition: Edition, snapshot: Snapshot, kind: str, model: type[_Record]
) -> tuple[_Record, ...]:
    found: list[_Record] = []
    for each in snapshot.ids(kind):
        decision = edition.decision(kind, each)
        if decision.allowed:
            found.append(model.from_mapping(edition.record(kind, each, decision.labels)))
    return tuple(found)


def _calendar(snapshot: Snapshot) -> SchoolCalendar:
    return SchoolCalendar([Calendar.from_mapping(each) for each in _whole(snapshot, "calendar")])


def _policies(snapshot: Snapshot) -> Iterator[Policy]:
    return (Policy.from_mapping(each) for each in _whole(snapshot, "policy"))


def _whole(snapshot: Snapshot, kind: str) -> Iterator[Mapping[str, Any]]:
    return (snapshot.mapping(kind, each) for each in snapshot.ids(kind))
