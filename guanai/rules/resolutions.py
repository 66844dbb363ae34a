"""Resolutions: what meetings decided, by whom and by when it is to be done (会议 决定)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guanai.calendar import SHANGHAI, day_begins
from guanai.rules.deed_rows import JOINT, at_of


@dataclass(frozen=True, slots=True)
class Resolution:
    """One thing that a meeting decided.

    Attributes:
        id: 编号 in the minutes.
        meeting: id of the meeting.
        scope: class, grade or 全校, as the meeting had it.
        matter: what is to be done; "" where the reader may know only that there is something to do.
        owners: staff ids.
        students: the children it is about.
        since: when the meeting was.
        due_on: None where the minutes name no day.
        done_on: None as long as it is not done.
        labels: what a reader needs to know of it.
    """

    id: str
    meeting: str
    scope: str
    matter: str
    owners: tuple[str, ...]
    students: tuple[str, ...]
    since: datetime
    due_on: date | None
    done_on: date | None
    outcome: str
    labels: frozenset[str]


def resolutions(row: Mapping[str, Any]) -> Iterator[Resolution]:
    """Yield what a meeting decided.

    Args:
        row: what `rows.extract` made of the meeting.
    """
    when = datetime.fromisoformat(at_of(row["deed"]))
    since = when.astimezone(SHANGHAI) if when.tzinfo else when.replace(tzinfo=SHANGHAI)
    scope = next(iter(row["scopes"]), "全校")
    for item, matter, owners, due, students, done, outcome, labels in row.get("decisions", ()):
        yield Resolution(
            item,
            row["id"],
            scope,
            matter,
            _parts(owners),
            _parts(students),
            since,
            _day(due),
            _day(done),
            outcome,
            frozenset(_parts(labels)),
        )


def parties(resolution: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return owners, children and labels of the row of a resolution."""
    _, _, owners, _, students, _, _, labels = resolution
    return _parts(owners), _parts(students), frozenset(_parts(labels))


def cut(resolution: Sequence[str], students: Sequence[str]) -> list[str]:
    """Return the row of a resolution about fewer children."""
    item, matter, owners, due, _, *rest = resolution
    return [item, matter, owners, due, JOINT.join(students), *rest]


def veiled(resolution: Sequence[str]) -> list[str]:
    """Return the row of a resolution without a word of what was decided: there is something to do, and by when."""
    item, _, owners, due, _, done, *_ = resolution
    return [item, "", owners, due, "", done, "", ""]


def done_at(resolution: Resolution) -> datetime | None:
    """Return when it was done; what was done on the day of the meeting was done after it."""
    return max(resolution.since, day_begins(resolution.done_on)) if resolution.done_on else None


def _parts(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(JOINT)) if joined else ()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
