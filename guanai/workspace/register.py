"""The papers that have a number (文号), as far as an edition may see the records that keep it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol, TypeVar

from generators.context import Issue
from generators.issued import Line, register
from guanai.errors import Forbidden, Invalid, NotFound
from guanai.model.base import Record
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.policy import Policy

_Kind = TypeVar("_Kind", bound=Record)


class Reader(Protocol):
    """An edition of the records."""

    def record(self, kind: str, record_id: str, labels: frozenset[str] | None = None) -> dict[str, Any]:
        """Return a record redacted for this edition."""


class Shelf(Protocol):
    """The records at one moment."""

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of a kind's records."""


class Register:
    """The papers issued."""

    def __init__(self, shelf: Shelf, reader: Reader) -> None:
        """``reader``: whose view; what it may not see is not there."""
        self._shelf = shelf
        self._reader = reader

    def lines(self) -> tuple[Line, ...]:
        """Return the papers by year and serial."""
        return register(
            self._all("policy", Policy), self._all("decision", SchoolDecision), self._all("meeting", Meeting)
        )

    def issued(self) -> Mapping[tuple[str, str], Issue]:
        """Return the numbers of papers that are no records, by what decisions call them and what they are about."""
        return _Lazy(self)

    def papers(self) -> dict[tuple[str, str], Issue]:
        """Return what `issued` looks up."""
        lines = register((), self._all("decision", SchoolDecision), ())
        return {(line.paper, line.about): Issue(line.number, line.dated_on) for line in lines if line.paper}

    def _all(self, kind: str, model: type[_Kind]) -> Iterator[_Kind]:
        for record_id in self._shelf.ids(kind):
            try:
                yield model.from_mapping(self._reader.record(kind, record_id))
            except (Forbidden, NotFound, Invalid):
                continue  # out of sight, or faulty: check tells of that


class _Lazy(Mapping[tuple[str, str], Issue]):
    """Reads the decisions when the first number is looked up: most papers never ask."""

    def __init__(self, register: Register) -> None:
        self._register = register

    @cached_property
    def _known(self) -> dict[tuple[str, str], Issue]:
        return self._register.papers()

    def __getitem__(self, key: tuple[str, str]) -> Issue:
        return self._known[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
