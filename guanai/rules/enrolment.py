"""学籍: which state a child is in on a day, which class it sits in, which steps are allowed."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from guanai.model.student import Enrolment


class Enrolled(Protocol):
    """Whoever has a 学籍: a child's file, or the facts of it."""

    @property
    def id(self) -> str:
        """The child's id."""

    @property
    def enrolments(self) -> Sequence[Enrolment]:
        """The stays, oldest first."""


_Child = TypeVar("_Child", bound=Enrolled)


class Status(StrEnum):
    """The states of 学籍."""

    ENROLLED = "在籍"
    SUSPENDED = "休学"
    RESUMED = "复学"
    TRANSFERRED_OUT = "转出"
    TRANSFERRED_IN = "转入"
    GRADUATED = "毕业"
    SUSPECTED_DROPOUT = "疑似辍学"
    DROPPED_OUT = "辍学"
    DECEASED = "死亡"


#: States in which a child is counted at every check; a suspected dropout still is, until the school knows more.
EXPECTED: Final = frozenset(
    {Status.ENROLLED, Status.RESUMED, Status.TRANSFERRED_IN, Status.SUSPECTED_DROPOUT}
)
#: States in which a child belongs to the school, in class or not.
ON_ROLL: Final = EXPECTED | {Status.SUSPENDED, Status.DROPPED_OUT}
#: The child stayed away from compulsory education.
AWAY: Final = frozenset({Status.SUSPECTED_DROPOUT, Status.DROPPED_OUT})

_FROM_CLASS: Final = frozenset(
    {
        Status.ENROLLED,
        Status.SUSPENDED,
        Status.TRANSFERRED_OUT,
        Status.GRADUATED,
        Status.SUSPECTED_DROPOUT,
        Status.DECEASED,
    }
)
#: What may follow a state. A dropout is first suspected; nobody leaves the roll from 毕业 or 死亡.
STEPS: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        Status.ENROLLED: _FROM_CLASS,
        Status.RESUMED: _FROM_CLASS,
        Status.TRANSFERRED_IN: _FROM_CLASS,
        Status.SUSPENDED: frozenset(
            {
                Status.SUSPENDED,
                Status.RESUMED,
                Status.TRANSFERRED_OUT,
                Status.SUSPECTED_DROPOUT,
                Status.DECEASED,
            }
        ),
        # A transfer whose destination could not be confirmed may turn out to be none.
        Status.TRANSFERRED_OUT: frozenset({Status.TRANSFERRED_IN, Status.SUSPECTED_DROPOUT}),
        Status.SUSPECTED_DROPOUT: frozenset(
            {
                Status.RESUMED,
                Status.ENROLLED,
                Status.SUSPENDED,
                Status.TRANSFERRED_OUT,
                Status.DROPPED_OUT,
                Status.DECEASED,
            }
        ),
        Status.DROPPED_OUT: frozenset({Status.RESUMED, Status.TRANSFERRED_OUT, Status.DECEASED}),
        Status.GRADUATED: frozenset(),
        Status.DECEASED: frozenset(),
    }
)
#: How a file may begin: when a school starts to keep files, some of its children are on leave or already gone.
FIRST: Final = frozenset(Status) - {Status.GRADUATED, Status.DECEASED}


def stay_on(student: Enrolled, on: date) -> Enrolment | None:
    """Return the stay in force on a day: the last one begun that has not ended, None before the first or in a gap."""
    found = None
    for stay in student.enrolments:
        if stay.since is not None and stay.since <= on and (stay.until is None or on <= stay.until):
            found = stay
    return found


def status_on(student: Enrolled, on: date) -> Status | None:
    """Return a child's state on a day, None where the file says nothing of it."""
    stay = stay_on(student, on)
    return None if stay is None else Status(stay.status)


def class_on(student: Enrolled, on: date) -> str | None:
    """Return the class in which a child is counted on a day, None where it is not expected at school."""
    stay = stay_on(student, on)
    return stay.class_id if stay is not None and stay.status in EXPECTED else None


def members(students: Iterable[_Child], class_id: str, on: date) -> tuple[_Child, ...]:
    """Return the children counted in a class on a day."""
    return tuple(student for student in students if class_on(student, on) == class_id)


def missteps(states: Sequence[Status]) -> Iterator[tuple[int, str]]:
    """Yield the places, from 0, of states that cannot stand where they stand, each with what could.

    Args:
        states: of a child's stays, oldest first.
    """
    if states and states[0] not in FIRST:
        yield 0, f"学籍的第一条不能是“{states[0]}”；请先写在校时的一条，再另添一条“{states[0]}”。"
    for place, (before, after) in enumerate(pairwise(states), 1):
        if not may_follow(before, after):
            ways = f"可以是{_listed(STEPS[before])}" if STEPS[before] else f"“{before}”是最后一种状态"
            yield place, f"“{before}”之后不能直接是“{after}”，{ways}，请核对。"


def may_follow(before: Status, after: Status) -> bool:
    """Tell whether one state may follow another.

    >>> may_follow(Status.ENROLLED, Status.DROPPED_OUT)
    False
    """
    return after in STEPS[before]


#: The kinds of exception with leave, and the one without.
LEAVE: Final = frozenset({"病假", "事假"})
ABSENT: Final = "未请假缺勤"


def _listed(states: Container[Status]) -> str:
    return "、".join(status for status in Status if status in states)
