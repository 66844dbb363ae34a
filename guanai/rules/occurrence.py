"""An occurrence: one duty in one of its turns, about whom, of whom, by when, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guanai.calendar import day_begins
from guanai.rules.evidence import Proof
from guanai.rules.states import State


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One duty, for one child, class, grade or the school, in one of its turns.

    Attributes:
        duty: ``policy/clause.duty``.
        provisions: what it carries out, such as ``C05``.
        title: name of the duty as the clause has it.
        owners: staff ids; the first answers for it.
        is_vacant: nobody holds the post; the first one stands in.
        subject: id of a child, a class or a grade, or ``全校``.
        class_id: class of the child, or the class itself; "" for a grade and the school.
        student: id of the child, "" for a duty about no single one.
        opens: the instant it opens.
        closes: last day on which it is of interest.
        due: its last instant.
        is_timed: the hour of ``due`` matters, not only the day.
        state: in exactly one of five.
        is_soft: reminds only.
        is_late: it was done, but after ``due``.
        needed: how many times it is wanted in this turn.
        found: how many there are.
        proofs: what was found, oldest first.
        because: what called for it, where something happened; "" otherwise.
        labels: every label of what it was worked out from.
        source: 编号 of the resolution of a meeting that it carries out, "" for a duty of a policy.
    """

    duty: str
    provisions: tuple[str, ...]
    title: str
    owners: tuple[str, ...]
    is_vacant: bool
    subject: str
    class_id: str
    student: str
    opens: datetime
    closes: date
    due: datetime
    is_timed: bool
    state: State
    is_soft: bool
    is_late: bool
    needed: int
    found: int
    proofs: tuple[Proof, ...]
    because: str
    labels: frozenset[str]
    source: str = ""

    @property
    def id(self) -> str:
        """Name of this turn: the same as long as the records about it stay the same; never a child's name."""
        turn = f"{self.duty}@{self.subject}@{self.opens:%Y%m%dT%H%M}"
        return f"{turn}@{self.source}" if self.source else turn

    @property
    def students(self) -> tuple[str, ...]:
        """The child it speaks of, if it speaks of one."""
        return (self.student,) if self.student else ()

    @property
    def reminded(self) -> tuple[str, ...]:
        """Staff ids that are told of it: whoever answers first, but everybody whom a meeting named."""
        return self.owners if self.source else self.owners[:1]

    def as_json(self) -> dict[str, Any]:
        """Return the machine face of ``due --json``."""
        return {
            "id": self.id,
            "duty": self.duty,
            "provision": self.provisions[0] if self.provisions else "",
            "provisions": list(self.provisions),
            "title": self.title,
            "owner": self.owners[0] if self.owners else "",
            "owners": list(self.owners),
            "subject": self.subject,
            "class": self.class_id,
            "opens": _written(self.opens, is_timed=self.opens != day_begins(self.opens.date())),
            "due": _written(self.due, is_timed=self.is_timed),
            "state": str(self.state),
            "late": self.is_late,
            "needed": self.needed,
            "found": self.found,
            "evidence": [
                {
                    "record": each.record,
                    "item": each.item,
                    "kind": each.evidence,
                    "at": _written(each.at, is_timed=each.has_time),
                }
                for each in self.proofs
            ],
            "because": self.because,
        }


def in_order(found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Return duties by their last instant, in one order only."""
    return tuple(sorted(found, key=lambda each: (each.due, each.duty, each.subject, each.opens)))


def _written(moment: datetime, *, is_timed: bool) -> str:
    return moment.isoformat(timespec="minutes") if is_timed else moment.date().isoformat()
