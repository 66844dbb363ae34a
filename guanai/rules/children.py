"""What the rules know of one child, read from its rows and cut to what one reader may know."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

from guanai.calendar import Span
from guanai.model.student import Enrolment
from guanai.model.trail import Persuasion
from guanai.rules.deed_rows import JOINT, Row, at_of, by_of, evidence_of, needs_of, until_of
from guanai.rules.enrolment import EXPECTED

_FOREVER: Final = date.max
#: So many different courses of a child through its classes are remembered.
_KEPT: Final = 8192


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done and may count as evidence.

    Attributes:
        evidence: the word under which a duty asks for it (佐证).
        record: id of the record it stands in.
        item: its 编号 in there, "" for the record itself.
        at: ISO day or instant.
        until: ISO day up to which it stands; equal to ``at`` for what is over at once.
        by: staff who did it.
        filled: keys that hold something.
        note: 学科, 学期 or 等级, where it has one.
        labels: what a reader needs to know of it.
        scopes: class, grade or other scope, of a record of the school.
        students: children it names, of a record of the school.
    """

    evidence: str
    record: str
    item: str
    at: str
    until: str
    by: tuple[str, ...]
    filled: frozenset[str]
    note: str
    labels: frozenset[str]
    scopes: tuple[str, ...] = ()
    students: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """Days on which a child belongs to a class, whatever its state in between."""

    class_id: str
    days: Span


@dataclass(frozen=True, slots=True)
class Level:
    """Days on which a warning level stands."""

    level: str
    days: Span
    item: str
    owner: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ground:
    """Days on which a circumstance (情形) holds."""

    word: str
    days: Span
    item: str
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Helper:
    """Days on which somebody helps the child (帮扶责任人)."""

    staff: str
    duty: str
    subject: str
    days: Span
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What rules know of one child.

    Attributes:
        stays: in a class, in order; states in which no child is expected at school leave gaps.
        attention: 关注等级, the ISO day of the screening, labels; None where there is none.
        tests: ISO day, kind, subject, 编号, grade in words, share of the full score or None; oldest first.
        deeds: rows of what was done, by evidence word, oldest first; `done` reads them.
        enrolments: 学籍 as it is written.
        seat: 座号 in the class of now, 0 where none is written; lists of a class go by it.
    """

    id: str
    stays: tuple[Stay, ...]
    levels: tuple[Level, ...]
    grounds: tuple[Ground, ...]
    helpers: tuple[Helper, ...]
    attention: tuple[str, str, frozenset[str]] | None
    tests: tuple[Sequence[Any], ...]
    persuasions: tuple[Persuasion, ...]
    deeds: Mapping[str, Sequence[Sequence[Any]]]
    enrolments: tuple[Enrolment, ...] = ()
    seat: int = 0

    def stay_on(self, day: date) -> Stay | None:
        """Return where the child belongs on a day."""
        return next((stay for stay in self.stays if day in stay.days), None)

    def level_on(self, day: date) -> Level | None:
        """Return the level that stands on a day."""
        return next((level for level in self.levels if day in level.days), None)

    def done(self, evidence: str, since: str = "", *, standing: bool = False) -> Iterator[Happening]:
        """Yield what was done, oldest first.

        Args:
            evidence: the word.
            since: ISO day; earlier things are left out.
            standing: keep what began earlier and still stands on ``since``.
        """
        found = self.deeds.get(evidence, ())
        first = 0 if standing else bisect_left(found, since, key=at_of)
        for place in range(first, len(found)):
            if until_of(found[place]) >= since:
                yield happening(found[place])


class Sight:
    """What one reader may know."""

    def __init__(self, labels: frozenset[str] | None, reader: str) -> None:
        """``labels``: None holds everything; ``reader``: a staff id, "" for none."""
        self._labels = labels
        self._reader = reader
        self.is_full = labels is None

    def holds(self, needed: str) -> bool:
        """Tell whether labels, joined as rows join them, are all held."""
        return self._labels is None or _set(needed) <= self._labels

    def of(self, deed: Row) -> bool:
        """Tell whether a deed's row may be known: by its labels, or to whoever did it."""
        return self.holds(needs_of(deed)) or (bool(self._reader) and self._reader in by_of(deed).split(JOINT))


def child_facts(row: Mapping[str, Any], extra: Sequence[list[Any]], sight: Sight) -> ChildFacts:
    """Return the facts of a child.

    Args:
        row: what `rows.extract` made of its record.
        extra: deeds that stand in other records, each with that record's id at its end.
        sight: what may be known.
    """
    deeds: dict[str, list[Row]] = {}
    for deed in row["deeds"] if sight.is_full else filter(sight.of, row["deeds"]):
        deeds.setdefault(evidence_of(deed), []).append([*deed, row["id"]])
    for deed in extra:
        deeds.setdefault(evidence_of(deed), []).append(deed)
    if extra:
        for found in deeds.values():
            found.sort(key=at_of)
    attention = row["attention"]
    stays = tuple(map(tuple, row["stays"]))
    return ChildFacts(
        id=row["id"],
        stays=_stays(stays),
        levels=_levels([each for each in row["levels"] if sight.holds(each[-1])]),
        grounds=tuple(
            Ground(word, _span(since, until), item, _set(labels))
            for word, since, until, item, labels in row["grounds"]
            if sight.holds(labels)
        ),
        helpers=tuple(
            Helper(who, duty, subject, _span(since, until), _set(labels))
            for who, duty, subject, since, until, labels in row["helpers"]
            if sight.holds(labels)
        ),
        attention=(attention[0], attention[1], _set(attention[2]))
        if attention and sight.holds(attention[2])
        else None,
        tests=tuple(sorted(row["tests"], key=lambda test: str(test[0]))),
        persuasions=tuple(map(Persuasion.from_mapping, row["persuasions"]))
        if sight.holds("关爱/教学")
        else (),
        deeds=deeds,
        enrolments=_enrolments(stays, tuple(row["destinations"]), is_open=sight.holds("关爱/教学")),
        seat=row["seat"],
    )


# The children of a class came and went on the same days: what these say is worked out once for all of them.
@lru_cache(maxsize=_KEPT)
def _enrolments(
    stays: tuple[tuple[str, ...], ...], destinations: tuple[str, ...], *, is_open: bool
) -> tuple[Enrolment, ...]:
    return tuple(
        Enrolment(
            class_id=class_id,
            status=status,
            since=date.fromisoformat(since) if since else None,
            until=date.fromisoformat(until) if until else None,
            destination_check=(destination or None) if is_open else None,
        )
        for (class_id, status, since, until), destination in zip(stays, destinations, strict=True)
    )


@lru_cache(maxsize=_KEPT)
def _stays(rows: tuple[tuple[str, ...], ...]) -> tuple[Stay, ...]:
    made: list[Stay] = []
    for place, (class_id, status, since, until) in enumerate(rows):
        following = rows[place + 1][2] if place + 1 < len(rows) else ""
        days = _span(since, until)
        if following and date.fromisoformat(following) <= days.ends:
            # A stay that nobody ended ends where the next one begins.
            days = Span(days.begins, date.fromordinal(date.fromisoformat(following).toordinal() - 1))
        if status not in EXPECTED or days.ends < days.begins:
            continue
        if (
            made
            and made[-1].class_id == class_id
            and made[-1].days.ends.toordinal() + 1 == days.begins.toordinal()
        ):
            made[-1] = Stay(class_id, Span(made[-1].days.begins, days.ends))
        else:
            made.append(Stay(class_id, days))
    return tuple(made)


def _levels(rows: Sequence[Sequence[str]]) -> tuple[Level, ...]:
    found = sorted(rows, key=lambda row: row[0])
    made: list[Level] = []
    for place, (since, level, item, owner, labels) in enumerate(found):
        begins = date.fromisoformat(since)
        later = date.fromisoformat(found[place + 1][0]) if place + 1 < len(found) else None
        if level == "解除" or later == begins:
            continue
        ends = date.fromordinal(later.toordinal() - 1) if later else _FOREVER
        if made and made[-1].level == level and made[-1].days.ends.toordinal() + 1 == begins.toordinal():
            # Confirmed, not changed: the level stands since it was first given.
            made[-1] = Level(
                level, Span(made[-1].days.begins, ends), item, owner or made[-1].owner, _set(labels)
            )
        else:
            made.append(Level(level, Span(begins, ends), item, owner, _set(labels)))
    return tuple(made)


@lru_cache(maxsize=_KEPT)
def _span(since: str, until: str) -> Span:
    return Span(
        date.fromisoformat(since) if since else date.min, date.fromisoformat(until) if until else _FOREVER
    )


def happening(row: Row, scopes: tuple[str, ...] = (), students: tuple[str, ...] = ()) -> Happening:
    """Return what a row tells; at its end stands the id of its record."""
    evidence, at, until, item, by, filled, note, labels, record = row
    return Happening(
        evidence, record, item, at, until, _parts(by), _set(filled), note, _set(labels), scopes, students
    )


@cache
def _set(joined: str) -> frozenset[str]:
    return frozenset(joined.split(JOINT)) if joined else frozenset()


@cache
def _parts(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(JOINT)) if joined else ()
