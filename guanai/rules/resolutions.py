"""Resolutions: what meetings decided, by whom and by when it is to be done (会议 决定)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final

from guanai.calendar import day_begins, instant
from guanai.rules.deed_rows import JOINT, ResolutionRow, at_of


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

    @property
    def cover(self) -> str:
        """How it is called to who may not read it: 9月3日会议的决定. The meeting's id tells the day already."""
        return f"{self.since.month}月{self.since.day}日会议的决定"


def resolutions(row: Mapping[str, Any]) -> Iterator[Resolution]:
    """Yield what a meeting decided.

    Args:
        row: what `rows.extract` made of the meeting.
    """
    since = instant(datetime.fromisoformat(at_of(row["deed"])))
    scope = next(iter(row["scopes"]), "全校")
    for each in map(ResolutionRow._make, row.get("decisions", ())):
        yield Resolution(
            each.item,
            row["id"],
            scope,
            each.matter,
            _parts(each.owners),
            _parts(each.students),
            since,
            _day(each.due),
            _day(each.done),
            each.outcome,
            frozenset(_parts(each.labels)),
        )


def parties(resolution: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return owners, children and labels of the row of a resolution."""
    owners, students, labels = _parties_of(resolution)
    return _parts(owners), _parts(students), frozenset(_parts(labels))


# As with a deed, the row stays the list it was read as: whoever looks asks it of every meeting.
_parties_of: Final = itemgetter(
    *(ResolutionRow._fields.index(key) for key in ("owners", "students", "labels"))
)


def cut(resolution: Sequence[str], students: Sequence[str]) -> ResolutionRow:
    """Return the row of a resolution about fewer children."""
    return ResolutionRow._make(resolution)._replace(students=JOINT.join(students))


def veiled(resolution: Sequence[str]) -> ResolutionRow:
    """Return the row of a resolution without a word of what was decided: there is something to do, and by when."""
    return ResolutionRow._make(resolution)._replace(matter="", students="", outcome="", labels="")


def done_at(resolution: Resolution) -> datetime | None:
    """Return when it was done; what was done on the day of the meeting was done after it."""
    return max(resolution.since, day_begins(resolution.done_on)) if resolution.done_on else None


def _parts(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(JOINT)) if joined else ()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
