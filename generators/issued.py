"""The papers that have a number (文号), as policies, decisions and meetings keep it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.person import Storage
from guanai.model.policy import Policy

#: A number as it is drawn: 禾中〔2026〕11号.
_NUMBER: Final = re.compile(r"(.+)〔([0-9]{4})〕([1-9][0-9]*)号")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register.

    Attributes:
        number: 文号.
        dated_on: day on the paper; of minutes, which are dated when they are signed, the day of the meeting.
        name: of the paper or the record.
        paper: what the record calls the paper (文书.类别), "" where the record itself is the paper.
        about: id of what the paper is about, or of the record.
        record: id of the record that keeps the number.
        signature: 签字, "" where the record has none.
        storage: where the signed paper lies.
    """

    number: str
    dated_on: date | None
    name: str
    paper: str
    about: str
    record: str
    signature: str = ""
    storage: Storage | None = None


def parts(number: str) -> tuple[str, int, int] | None:
    """Return 发文代字, year and serial of a number, None for one of another shape.

    >>> parts("禾中〔2026〕11号")
    ('禾中', 2026, 11)
    """
    found = _NUMBER.fullmatch(number)
    return (found[1], int(found[2]), int(found[3])) if found else None


def register(
    policies: Iterable[Policy], decisions: Iterable[SchoolDecision], meetings: Iterable[Meeting]
) -> tuple[Line, ...]:
    """Return the papers by year and serial; numbers of another shape come first."""
    found = (*_policies(policies), *_decisions(decisions), *_meetings(meetings))
    return tuple(sorted(found, key=lambda line: (*(parts(line.number) or ("", 0, 0))[1:], line.number)))


def _policies(policies: Iterable[Policy]) -> Iterator[Line]:
    for policy in policies:
        held = policy.adoption
        if held and held.number:
            yield Line(held.number, held.dated_on, policy.name, "", policy.id, policy.id)


def _decisions(decisions: Iterable[SchoolDecision]) -> Iterator[Line]:
    for made in decisions:
        if made.number:
            paper = made.paper
            yield Line(
                made.number,
                made.dated_on,
                made.name,
                (paper.kind if paper else None) or "",
                (paper.subject if paper else None) or made.id,
                made.id,
                made.signature or "",
                made.storage,
            )


def _meetings(meetings: Iterable[Meeting]) -> Iterator[Line]:
    for held in meetings:
        if held.number:
            day = held.at.date() if held.at else None
            yield Line(
                held.number, day, f"{held.name}纪要", "", held.id, held.id, held.signature or "", held.storage
            )
