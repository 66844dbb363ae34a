"""What an audience sees: records redacted for it, names it may know, in the order of class lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Protocol

from generators.citations import load_citations
from generators.context import Context
from guanai.access import Action, child_of, decide_record, redact
from guanai.errors import GuanaiError
from guanai.grades import grade_of
from guanai.model.school import School
from guanai.model.staff import StaffMember
from guanai.pages.audiences import SCHOOL, Audience, Roll
from guanai.schema import Schemas, load_taxonomies

_NO_SEAT: Final = 10_000


class Records(Protocol):
    """The records at one moment; `guanai.store.snapshot.Snapshot` is one."""

    @property
    def school(self) -> School:
        """The school's record."""

    @property
    def staff(self) -> Mapping[str, StaffMember]:
        """The staff by id."""

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of a kind's records."""

    def mapping(self, kind: str, record_id: str) -> Mapping[str, Any]:
        """Return a whole record; raises `GuanaiError` for one with faults."""


def roll_of(records: Records, *, on: date) -> Roll:
    """Return who is where on a day; a record with faults is left out until it is mended."""
    children = {}
    for record_id in records.ids("student"):
        data = sound(records, "student", record_id)
        if data is not None:
            children[record_id] = child_of(data, on)
    listed = {each.id for each in records.school.classes}
    return Roll(
        tuple(sorted(listed | {each.class_id for each in children.values() if each.class_id})), children
    )


def sound(records: Records, kind: str, record_id: str) -> Mapping[str, Any] | None:
    """Return a record, None for one that cannot be used."""
    try:
        return records.mapping(kind, record_id)
    except GuanaiError:
        return None


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as an audience sees it.

    Attributes:
        id: the record's id.
        kind: its kind.
        class_id: the child's class of the day, or the last one; "" for other records.
        data: redacted.
    """

    id: str
    kind: str
    class_id: str
    data: Mapping[str, Any]


class View:
    """The records as one audience sees them."""

    def __init__(
        self, audience: Audience, records: Records, roll: Roll, schemas: Schemas, *, on: date
    ) -> None:
        """Look at records.

        Args:
            audience: who looks.
            records: all of them.
            roll: who is where on that day.
            schemas: those of the program.
            on: the day. It decides which class a child is in and what classes are called, and is never printed.
        """
        self.audience = audience
        self.roll = roll
        self.on = on
        self.schemas = schemas
        self._records = records

    @property
    def unit(self) -> str:
        """The unit looked at."""
        return self.audience.unit

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes of the unit; for one child its class."""
        if self.audience.is_of_one_child:
            child = self.roll.children.get(self.unit)
            return (child.class_id,) if child else ()
        return tuple(each for each in self.roll.classes if self.unit in (SCHOOL, grade_of(each), each))

    @cached_property
    def children(self) -> tuple[Seen, ...]:
        """The unit's children that may be seen, by class, seat and id."""
        found = [seen for record_id in self._members() if (seen := self._seen("student", record_id))]
        return tuple(sorted(found, key=lambda each: (each.class_id, _seat(each), each.id)))

    def of_kind(self, kind: str) -> tuple[Seen, ...]:
        """Return the records of a kind that may be seen and are of this unit; by id, newest first.

        Not for children's files. What is of the whole school is so of every class, as far as it is seen.
        """
        wanted = {self.unit, SCHOOL, *self.classes}
        found = (
            self._seen(kind, record_id)
            for record_id in self._records.ids(kind)
            if self.unit == SCHOOL or self._scope(kind, record_id) in wanted
        )
        return tuple(sorted(filter(None, found), key=lambda each: each.id, reverse=True))

    def whole(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield id and content of each record of the unit, whole: for counts that look at labels themselves."""
        ids = self._members() if kind == "student" else iter(self._records.ids(kind))
        for record_id in ids:
            data = sound(self._records, kind, record_id)
            if data is not None:
                yield record_id, data

    @cached_property
    def context(self) -> Context:
        """The look-ups of these pages; only children of the unit have names."""
        return Context(
            school=self._records.school,
            staff=self._records.staff,
            taxonomies=load_taxonomies(),
            citations=load_citations(),
            children={each.id: str(each.data["姓名"]) for each in self.children},
        )

    def class_name(self, class_id: str) -> str:
        """Return what a class is called."""
        return self.context.class_name(class_id, self.on) if class_id else "未编班"

    @cached_property
    def unit_name(self) -> str:
        """What the unit is called; for one child its name."""
        if self.unit == SCHOOL:
            return self._records.school.name or SCHOOL
        if self.audience.is_of_one_child:
            return self.context.child_name(self.unit)
        if "-" in self.unit:
            return self.class_name(self.unit)
        return self.context.grade_name(self.unit, self.on)

    def _members(self) -> Iterator[str]:
        wanted = frozenset(self.classes)
        for child in self.roll.children.values():
            is_in = child.id == self.unit if self.audience.is_of_one_child else child.class_id in wanted
            if is_in or (self.unit == SCHOOL and not child.class_id):
                yield child.id

    def _scope(self, kind: str, record_id: str) -> str:
        data = sound(self._records, kind, record_id) or {}
        unit = data.get("班级")
        return unit if isinstance(unit, str) else str(data.get("范围", SCHOOL))

    def _seen(self, kind: str, record_id: str) -> Seen | None:
        data = sound(self._records, kind, record_id)
        if data is None:
            return None
        asking, rules = self.audience.actor, self.audience.access
        verdict = decide_record(asking, Action.SEE, kind, data, rules, on=self.on)
        if not verdict.allowed:
            return None
        class_id = self.roll.children[record_id].class_id if kind == "student" else ""
        return Seen(record_id, kind, class_id, redact(self.schemas.record(kind), data, verdict.labels))


def _seat(each: Seen) -> int:
    stays = each.data.get("学籍")
    seats = [stay.get("座号") for stay in stays if stay.get("座号")] if isinstance(stays, list) else []
    return seats[-1] if seats and isinstance(seats[-1], int) else _NO_SEAT
