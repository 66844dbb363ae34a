"""One person's view of the records: every document and page is made from an edition, never from a record."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeVar

from generators.citations import load_citations
from generators.context import Context, Issue, YearOfAccess
from guanai.access import (
    FULL,
    Action,
    Actor,
    Child,
    Decision,
    actor_on,
    child_of,
    decide,
    decide_counts,
    decide_record,
    redact,
)
from guanai.access.actor import UnknownStaff
from guanai.errors import Forbidden, NotFound
from guanai.schema import Schemas, load_taxonomies
from guanai.store.snapshot import FaultyRecord, Snapshot
from guanai.workspace.register import Register

__all__ = ["Edition", "Refused", "Withheld", "child_of"]

_Found = TypeVar("_Found")

#: The verdict of the shell, where who has the files has everything.
_WHOLE: Final = Decision(allowed=True, reason="命令行的完整版本", labels=FULL)


class Refused(Forbidden):
    """A person may not see a record."""

    def __init__(self, record_id: str, reason: str) -> None:
        super().__init__(f"{record_id}：{reason}确有需要时，请向校长或分管副校长申请。")


class Withheld(Forbidden):
    """A record with faults, of which a person may not even be told what they are."""

    def __init__(self, record_id: str) -> None:
        super().__init__(f"{record_id}：这份记录有问题，改好之前打不开；请让管理记录的人运行 guanai check。")


class Edition:
    """The records as one person may see them on a day; without a person, the shell's full edition."""

    def __init__(
        self,
        snapshot: Snapshot,
        schemas: Schemas,
        *,
        staff: str,
        on: date,
        accesses: Mapping[int, YearOfAccess] | None = None,
    ) -> None:
        """Take the posts that a person holds on a day; ``accesses``: the log in figures, by year.

        Raises:
            UnknownStaff: ``staff`` is neither "" nor an id of staff.yml.
        """
        self._snapshot = snapshot
        self._schemas = schemas
        self._on = on
        self._accesses = {} if accesses is None else accesses
        self.staff = staff
        self._actor = self._found(staff) if staff else None
        self._known: dict[Hashable, Any] = {}

    @property
    def on(self) -> date:
        """The day whose posts decide."""
        return self._on

    def once(self, key: Hashable, make: Callable[[], _Found]) -> _Found:
        """Return what follows from these records, the person's posts and the day alone, worked out the first time.

        Args:
            key: what it is.
            make: works it out; what it raises is not remembered.
        """
        try:
            found: _Found = self._known[key]
        except KeyError:
            found = self._known[key] = make()
        return found

    def decision(self, kind: str, record_id: str) -> Decision:
        """Return the verdict on one record, with the labels it opens."""
        if self._actor is None:
            return _WHOLE
        data = self._mapping(kind, record_id)
        return decide_record(self._actor, Action.SEE, kind, data, self._snapshot.access, on=self._on)

    def reach(self, unit: str) -> frozenset[str] | None:
        """Return the labels held over a whole class or grade, "" for the school; None for who holds no post at all."""
        if self._actor is None:
            return FULL
        if not self._actor.posts:
            return None
        return decide(self._actor, Action.SEE, Child("", unit), self._snapshot.access, on=self._on).labels

    def counts(self) -> Decision:
        """Return the verdict on the counts of the whole school, with the labels held over all of it."""
        if self._actor is None:
            return _WHOLE
        return decide_counts(self._actor, self._snapshot.access, on=self._on)

    def record(self, kind: str, record_id: str, labels: frozenset[str] | None = None) -> dict[str, Any]:
        """Return a record redacted for this edition.

        Args:
            kind: the record's kind.
            record_id: its id.
            labels: use these instead of today's verdict (to make an earlier document again).

        Raises:
            Refused: nothing of the record may be seen.
        """
        if labels is None:
            decision = self.decision(kind, record_id)
            if not decision.allowed:
                raise Refused(record_id, decision.reason)
            labels = decision.labels
        data = self._mapping(kind, record_id)
        return redact(self._schemas.record(kind), data, labels, reader=self.staff)

    @cached_property
    def context(self) -> Context:
        """The look-ups of this edition's documents."""
        return Context(
            school=self._snapshot.school,
            staff=self._snapshot.staff,
            taxonomies=load_taxonomies(),
            citations=load_citations(),
            children=_Children(self, self._snapshot),
            issued=Register(self._snapshot, self).issued(),
            accesses=self._accesses,
        )

    def numbered(self, paper: str, about: str, issue: Issue) -> "Edition":
        """Return this edition as it will be once a paper has its number.

        Args:
            paper: what the decision will call it (文书.类别).
            about: id of what it is about.
            issue: its number and day.
        """
        made = copy(self)
        issued = {**self.context.issued, (paper, about): issue}
        vars(made).update(context=replace(self.context, issued=issued), _known={})
        return made

    def _mapping(self, kind: str, record_id: str) -> Mapping[str, Any]:
        # What is wrong with a record quotes it: only the full edition may read that.
        try:
            return self._snapshot.mapping(kind, record_id)
        except FaultyRecord:
            if self._actor is None:
                raise
            raise Withheld(record_id) from None

    def _found(self, staff: str) -> Actor:
        person = self._snapshot.staff.get(staff)
        if person is None:
            raise UnknownStaff(staff)
        return actor_on(person, self._on)


class _Children(Mapping[str, str]):
    """Names of the children this edition may know, looked up one by one when a text mentions them."""

    def __init__(self, edition: Edition, snapshot: Snapshot) -> None:
        self._edition = edition
        self._snapshot = snapshot

    def __getitem__(self, student_id: str) -> str:
        try:
            allowed = self._edition.decision("student", student_id).allowed
        except (NotFound, Withheld):
            raise KeyError(student_id) from None
        if not allowed:
            raise KeyError(student_id)
        return str(self._snapshot.mapping("student", student_id)["姓名"])

    def __iter__(self) -> Iterator[str]:
        return (each for each in self._snapshot.ids("student") if each in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
