"""Facts: what the rules know of a school, put together from the rows of its records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, TypeVar

from guanai.calendar import SchoolCalendar
from guanai.model.attendance import Attendance, AttendanceException, Check
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.rules.attendance import Register, register
from guanai.rules.children import (
    ChildFacts,
    Ground,
    Happening,
    Helper,
    Level,
    Sight,
    Stay,
    child_facts,
    happening,
)
from guanai.rules.deed_rows import JOINT, Deed
from guanai.rules.derived import Opened
from guanai.rules.resolutions import Resolution, resolutions
from guanai.rules.rows import extract

__all__ = [
    "ChildFacts",
    "Facts",
    "Ground",
    "Happening",
    "Helper",
    "Level",
    "Rows",
    "Stay",
    "assemble",
    "extract",
    "retold",
]

#: Rows as `extract` made them: kind of record → one for each record.
Rows = Mapping[str, Iterable[Mapping[str, Any]]]

_Made = TypeVar("_Made")


def _kept_first(kept: dict[Any, Any], key: Any, make: Callable[[], _Made]) -> _Made:
    """Return what is kept under a key, made where there is nothing; of two made at once by two requests one serves both."""
    if key not in kept:
        kept.setdefault(key, make())
    made: _Made = kept[key]
    return made


@dataclass(frozen=True, slots=True)
class Screened:
    """A class's screening of a term: when it was finished (ISO, "" if not) and whose family was ticked off."""

    finished: str
    by: str
    students: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules know of a school at one moment of its records.

    Attributes:
        policies: those that lie in the school's records, in order of their ids.
        children: by id.
        deeds: what the school did, by evidence word, oldest first.
        screenings: by class and term.
        attendance: rows of the months, by class and month (``2026-11``); `book` reads them.
        resolutions: what meetings decided, oldest meeting first.
    """

    school: School
    staff: Staff
    calendar: SchoolCalendar
    policies: tuple[Policy, ...]
    children: Mapping[str, ChildFacts]
    deeds: Mapping[str, Sequence[Happening]]
    screenings: Mapping[tuple[str, str], Screened]
    attendance: Mapping[tuple[str, str], Mapping[str, Any]]
    resolutions: tuple[Resolution, ...] = ()
    _kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    #: What hangs on school, staff, calendar and policies alone; facts that have these in common share it.
    _common: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: Any, make: Callable[[], _Made]) -> _Made:
        """Return what ``make`` gives, worked out at the first call for a key and kept with these facts."""
        return _kept_first(self._kept, key, make)

    def at(self, now: datetime, key: Any, make: Callable[[], _Made]) -> _Made:
        """Return the same as `once`, of what holds at an instant; only that of the instant asked for last is kept."""
        held: tuple[datetime, dict[Any, Any]] | None = self._kept.get("at")
        if held is None or held[0] is not now:  # an equal one has not taken part in what was worked out
            held = self._kept["at"] = (now, {})
        if key not in held[1]:
            held[1][key] = make()
        made: _Made = held[1][key]
        return made

    def of_some(self, children: Iterable[str]) -> "Facts":
        """Return the same school with some of its children alone, in this order."""
        some = {each: self.children[each] for each in children}
        return replace(self, children=some, _kept={("register",): self.book})

    def for_all(self, key: Any, make: Callable[[], _Made]) -> _Made:
        """Return the same as `once`, of what no child has a part in: facts of the same school and people share it."""
        return _kept_first(self._common, key, make)

    @property
    def book(self) -> Register:
        """The register of all months; checks are read class by class, when they are asked for."""
        return self.once(("register",), lambda: _book(self.attendance))

    def members(self, class_id: str, day: date) -> tuple[ChildFacts, ...]:
        """Return the children of a class on a day."""
        found = self.once(("classes",), lambda: _by_class(self.children.values()))
        return tuple(child for stay, child in found.get(class_id, ()) if day in stay.days)

    def classes(self, day: date) -> tuple[str, ...]:
        """Return the classes that have children on a day, in order."""

        def make() -> tuple[str, ...]:
            found = self.once(("classes",), lambda: _by_class(self.children.values()))
            return tuple(sorted(each for each in found if any(day in stay.days for stay, _ in found[each])))

        return self.once(("classes", day), make)


def assemble(  # noqa: PLR0913 - the parts of a school
    rows: Rows,
    *,
    school: School,
    staff: Staff,
    calendar: SchoolCalendar,
    policies: Iterable[Policy],
    labels: frozenset[str] | None = None,
    reader: str = "",
    opened: Opened | None = None,
    common: dict[Any, Any] | None = None,
) -> Facts:
    """Return the facts of a school.

    Args:
        rows: what `extract` returned for the records, by kind.
        school: the school's record.
        staff: the staff's record.
        calendar: its school days.
        policies: those in its records; one that is not adopted yet binds as well, it lies there to be used.
        labels: what the reader holds; whatever needs more leaves no trace. None holds everything.
        reader: a staff id, who sees what they wrote. "" for none.
        opened: what the reader holds for each child, in place of ``labels``; a child left out is closed. The rows
            of meetings, activities and decisions are then those that the reader may know of.
        common: what facts with the same school, staff, calendar and policies have worked out already.
    """
    sight = Sight(labels, reader)
    deeds, children = _placed(rows, sight, _Sights(sight, opened, reader), opened)
    return Facts(
        school=school,
        staff=staff,
        calendar=calendar,
        policies=tuple(sorted(policies, key=lambda policy: policy.id)),
        children=children,
        deeds={word: sorted(found, key=lambda each: each.at) for word, found in deeds.items()},
        screenings={
            (row["class"], row["term"]): Screened(
                row["finished"], row["by"], frozenset(line[0] for line in row["lines"])
            )
            for row in rows.get("screening", ())
        },
        attendance={(row["class"], row["month"]): row for row in rows.get("attendance", ())},
        resolutions=_resolutions(rows.get("meeting", ()), sight),
        _common={} if common is None else common,
    )


def retold(facts: Facts, rows: Rows, *, reader: str = "", opened: Opened | None = None) -> Facts:
    """Return facts of some of their children alone, read anew; all else is as before.

    Args:
        facts: those before the change.
        rows: the children, and all other rows that name one of them.
        reader: a staff id, as for `assemble`.
        opened: what the reader holds for each child: of these children the same labels as before.
    """
    sight = Sight(None, reader)
    _, children = _placed(rows, sight, _Sights(sight, opened, reader), opened)
    return replace(facts, children=children, _kept={("register",): facts.book})


def _placed(
    rows: Rows, sight: Sight, sights: "_Sights", opened: Opened | None
) -> tuple[dict[str, list[Happening]], dict[str, ChildFacts]]:
    """Return the school's deeds by evidence word, and its children with those that name them."""
    extra: dict[str, list[list[Any]]] = {}
    deeds: dict[str, list[Happening]] = {}
    for kind in ("meeting", "activity", "decision"):
        for row in rows.get(kind, ()):
            if row and sight.of(row["deed"]):
                _place(row, sights, deeds, extra)
    for row in rows.get("counseling", ()):
        extra.setdefault(row["child"], []).extend(
            [*deed, row["id"]] for deed in row["deeds"] if sights.of(row["child"]).of(deed)
        )
    return deeds, {
        row["id"]: child_facts(row, extra.get(row["id"], ()), sights.of(row["id"]))
        for row in rows.get("student", ())
        if opened is None or row["id"] in opened
    }


class _Sights:
    """What a reader may know, child by child."""

    def __init__(self, usual: Sight, opened: Opened | None, reader: str) -> None:
        self._usual = usual
        self._opened = opened
        self._reader = reader
        self._made: dict[frozenset[str], Sight] = {}

    def of(self, child: str) -> Sight:
        if self._opened is None:
            return self._usual
        labels = self._opened.get(child, frozenset())
        if labels not in self._made:
            self._made[labels] = Sight(labels, self._reader)
        return self._made[labels]


def _resolutions(meetings: Iterable[Mapping[str, Any]], sight: Sight) -> tuple[Resolution, ...]:
    found = [
        each
        for row in meetings
        if row and sight.of(row["deed"])
        for each in resolutions(row)
        if sight.holds(JOINT.join(each.labels))
    ]
    return tuple(sorted(found, key=lambda each: (each.since, each.meeting, each.id)))


def _place(
    row: Mapping[str, Any],
    sights: _Sights,
    deeds: dict[str, list[Happening]],
    extra: dict[str, list[list[Any]]],
) -> None:
    students = [each for each in row["students"] if sights.of(each).holds(row["student_labels"])]
    # Without a name that the reader may know it is still about those children, and not about the whole class.
    named = tuple(students) or (("",) if row["students"] else ())
    made = happening([*row["deed"], row["id"]], tuple(row["scopes"]), named)
    deeds.setdefault(made.evidence, []).append(made)
    told = [*Deed(*row["deed"])._replace(needs=row["student_labels"]), row["id"]]
    for student in students:
        extra.setdefault(student, []).append(told)


class _Checks(Mapping[tuple[str, date], Mapping[str, Check]]):
    """The checks of each class and day; a class's month is read when one of its days is asked for."""

    def __init__(self, months: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self._months = months
        self._read: dict[tuple[str, str], dict[date, dict[str, Check]]] = {}

    def __getitem__(self, place: tuple[str, date]) -> Mapping[str, Check]:
        class_id, day = place
        return self._month((class_id, f"{day:%Y-%m}"))[day]

    def __iter__(self) -> Iterator[tuple[str, date]]:
        return ((place[0], day) for place in self._months for day in self._month(place))

    def __len__(self) -> int:
        return sum(len(self._month(place)) for place in self._months)

    def _month(self, place: tuple[str, str]) -> dict[date, dict[str, Check]]:
        if place not in self._read:
            found = self._read[place] = {}
            for day, slot, clock, expected, present in self._months.get(place, {}).get("checks", ()):
                on = date.fromisoformat(day)
                found.setdefault(on, {})[slot] = Check(
                    dated_on=on,
                    slot=slot,
                    at=time.fromisoformat(clock) if clock else None,
                    expected=expected,
                    present=present,
                )
        return self._read[place]


def _book(months: Mapping[tuple[str, str], Mapping[str, Any]]) -> Register:
    whole = register(
        Attendance(
            class_id=row["class"],
            exceptions=tuple(map(AttendanceException.from_mapping, row["exceptions"])),
        )
        for row in months.values()
        if row["exceptions"]
    )
    return replace(whole, checks=_Checks(months))


def _by_class(children: Iterable[ChildFacts]) -> dict[str, list[tuple[Stay, ChildFacts]]]:
    found: dict[str, list[tuple[Stay, ChildFacts]]] = {}
    for child in children:
        for stay in child.stays:
            found.setdefault(stay.class_id, []).append((stay, child))
    return found
