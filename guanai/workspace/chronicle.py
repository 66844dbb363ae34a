"""Tells one person what became of a record: who changed what, when and why, and how it was on a day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from heapq import merge
from itertools import islice
from typing import Any
from unicodedata import normalize

from guanai.access.redact import plain
from guanai.calendar import SHANGHAI
from guanai.errors import NotFound, Usage
from guanai.paths import kind_of, path_of
from guanai.schema import Field
from guanai.store.differences import Difference, differences
from guanai.store.git import Commit
from guanai.store.git.process import PROGRAM
from guanai.store.history import Asker, History, Step
from guanai.store.note import Action
from guanai.store.sentences import Names, sentence
from guanai.store.snapshot import RecordNotFound, Snapshot
from guanai.workspace.editions import Edition, Refused

_ATTENDANCE = "records/attendance"
_BY_LETTER = {"S": "student", "Y": "counseling", "D": "decision"}


class UnknownField(Usage):
    """A field that the record's schema does not have."""

    def __init__(self, field: str, title: str, near: Sequence[str]) -> None:
        meant = f"；是不是 {'、'.join(near)}" if near else ""
        super().__init__(f"{title}没有“{field}”这个栏目{meant}。栏目写成 家庭.住址 或 预警.等级 的样子。")


class NotYet(NotFound):
    """On that day the record was not there, or not for this person."""

    def __init__(self, record_id: str, day: date) -> None:
        super().__init__(f"{day} 结束时还没有 {record_id} 的记录；请换一个晚一些的日期。")


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words, and as data.

    Attributes:
        path: keys from the record's root, entries by their 编号.
        words: what happened, without who and when.
        before: the earlier value, None for nothing.
        after: the later one.
    """

    path: tuple[str | int, ...]
    words: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """What one save did to a record, as one person may know it.

    Attributes:
        commit: id, to be used with `guanai undo`.
        when: instant, in China's time.
        who: names of those who saved.
        staff: their ids, "" where git itself was used.
        action: what kind of change, "" where git itself was used.
        reason: one of the closed list, "" where git itself was used.
        changes: at least one.
    """

    commit: str
    when: datetime
    who: str
    staff: str
    action: str
    reason: str
    changes: tuple[Told, ...]


class Chronicle:
    """The past of a workspace's records for one person."""

    def __init__(self, history: History, snapshot: Snapshot, edition: Edition, *, on: date) -> None:
        """Take the parts.

        Args:
            history: of the repositories; what it read for others is not read again.
            snapshot: the records of today; they decide who may see.
            edition: of the person who asks.
            on: today, for dates without their year.
        """
        self._snapshot = snapshot
        self._edition = edition
        self._on = on
        self.history = history

    def events(
        self, record_id: str, *, field: str = "", limit: int = 0, with_attendance: bool = False
    ) -> Iterator[Event]:
        """Yield what happened to a record, newest first.

        Args:
            record_id: the record.
            field: only this one: 家庭.住址, 预警.等级 or 预警.W20261023-M4TR.等级; "" for all.
            limit: at most so many; 0: all.
            with_attendance: what class registers say of a child, too.

        Raises:
            RecordNotFound, Refused: there is none, or none for this person.
            UnknownField: the schema has no such field.
        """
        path = self._path(record_id)
        shape = self.history.schemas.record(kind_of(path) or "")
        keys = _keys(shape, field, self.history.schemas.title(kind_of(path) or "")) if field else ()
        asker = self.asker(path, record_id)
        sources = [self.history.steps(path, asker, field=keys)]
        if with_attendance and kind_of(path) == "student" and not field:
            sources += [self._registered(each, record_id, asker) for each in self._registers(path)]
        steps = merge(*sources, key=lambda step: step.commit.when, reverse=True)
        found = (self._event(step, is_filtered=bool(field)) for step in steps)
        return islice(found, limit) if limit else found

    def as_of(self, record_id: str, day: date) -> tuple[str, Commit, dict[str, Any]]:
        """Return a record's kind, the commit in force at the end of a day, and what the person sees of it.

        Raises:
            RecordNotFound, Refused: there is none, or none for this person.
            NotYet: it began later.
        """
        path = self._path(record_id)
        evening = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI) - timedelta(seconds=1)
        found = self.history.as_of(path, self.asker(path, record_id), evening)
        if found is None:
            raise NotYet(record_id, day)
        return kind_of(path) or "", *found

    def step(self, record_id: str, commit: str) -> Step | None:
        """Return what one commit did to a record, None where it did nothing that this person may see.

        Raises:
            RecordNotFound, Refused: there is no such record, or none for this person.
        """
        path = self._path(record_id)
        found = next(
            self.history.steps(path, self.asker(path, record_id), until=commit, limit=1),
            None,
        )
        return found if found is not None and found.commit.id == commit else None

    def told(self, step: Step) -> Event:
        """Return a step in words."""
        return self._event(step, is_filtered=False)

    def between(self, record_id: str, earlier: date, later: date) -> tuple[Told, ...]:
        """Return what differs between a record at the end of one day and at the end of another, in words.

        Raises:
            RecordNotFound, Refused: there is no such record, or none for this person.
            NotYet: it began after one of the days.
        """
        kind, _, before = self.as_of(record_id, earlier)
        _, _, after = self.as_of(record_id, later)
        return tuple(
            self._one(each, later) for each in differences(self.history.schemas.record(kind), before, after)
        )

    def recent(self, *, limit: int, with_attendance: bool = False) -> Iterator[tuple[Commit, str]]:
        """Yield the newest commits of the whole workspace with the name of who made them; for the full edition."""
        logs = [repository.log() for repository in self.history.pair.all]
        newest = merge(*logs, key=lambda commit: commit.when, reverse=True)
        chosen = (each for each in newest if with_attendance or each.action != Action.ATTENDANCE)
        return ((commit, self.name(commit)) for commit in islice(chosen, limit))

    def asker(self, path: str, record_id: str) -> Asker:
        """Return what the person may see of a record today.

        Raises:
            Refused: nothing.
        """
        if not self._edition.staff:
            return Asker()
        decision = self._edition.decision(kind_of(path) or "", record_id)
        if not decision.allowed:
            raise Refused(record_id, decision.reason)
        return Asker(decision.labels, self._edition.staff)

    def name(self, commit: Commit) -> str:
        """Return who made a commit: names of today by staff id, else what git was told."""
        if not commit.staff:
            return "程序" if commit.author == PROGRAM else commit.author
        people = self._names.staff
        return "、".join(people.get(each, commit.author) for each in commit.staff.split("、"))

    @property
    def _names(self) -> Names:
        context = self._edition.context
        staff = {person.id: person.name for person in context.staff.values()}
        return Names(staff, context.children)

    def _path(self, record_id: str) -> str:
        try:
            return self._snapshot.path(self._snapshot.find(record_id), record_id)
        except RecordNotFound:
            path = _former_path(record_id)
            if self._edition.staff or not path or self.history.last(path, Asker()) is None:
                raise
            return path

    def _registers(self, path: str) -> list[str]:
        """Return the attendance files of all classes that a child's file names."""
        main = self.history.pair.main
        whole = self.history.whole(main.head(), path) or {}
        classes = {str(stay.get("班级")) for stay in whole.get("学籍", []) if isinstance(stay, dict)}
        return [each for each in main.blobs(main.head(), _ATTENDANCE) if each.split("/")[-2] in classes]

    def _registered(self, path: str, child: str, asker: Asker) -> Iterator[Step]:
        for step in self.history.steps(path, asker):
            found = tuple(
                each
                for each in step.differences
                if each.holders and each.holders[0].entry.get("学生") == child
            )
            if found:
                yield Step(step.commit, path, found)

    def _event(self, step: Step, *, is_filtered: bool) -> Event:
        commit = step.commit
        return Event(
            commit=commit.id,
            when=commit.when,
            who=self.name(commit),
            staff=commit.staff,
            action=commit.action,
            reason=commit.reason,
            changes=tuple(self._told(step, is_filtered=is_filtered)),
        )

    def _told(self, step: Step, *, is_filtered: bool) -> Iterator[Told]:
        title = self.history.schemas.title(kind_of(step.path) or "")
        if step.is_unreadable:
            yield Told((), f"提交的{title}有错，读不出来", None, None)
        elif step.is_gone:
            yield Told((), f"删去 整份{title}", None, None)
        elif step.is_new and not is_filtered:
            yield Told(
                (), f"{'导入' if step.commit.action == Action.IMPORT else '新建'} 这份{title}", None, None
            )
        else:
            day = step.commit.when.date()
            yield from (self._one(each, day) for each in step.differences)

    def _one(self, difference: Difference, day: date) -> Told:
        # Years are left out of dates of the year in which it happened, as whoever saved would have said it.
        words = sentence(difference, self._names, on=day)
        return Told(difference.path, words, plain(difference.before), plain(difference.after))


def _former_path(record_id: str) -> str:
    kind = _BY_LETTER.get(record_id[:1], "")
    path = path_of(kind, record_id) if kind else ""
    return path if kind_of(path) == kind else ""


def _keys(shape: Field, field: str, title: str) -> tuple[str, ...]:
    """Return a field that a person named as keys; also 家庭住址 in one word."""
    keys = tuple(part for part in re.split("[./]", normalize("NFKC", field)) if part)
    if keys and _is_there(shape, keys):
        return keys
    known = dict(_all_keys(shape, ()))
    if field in known:
        return known[field]
    near = [".".join(known[each]) for each in get_close_matches("".join(keys), known, 3, 0.5)]
    raise UnknownField(field, title, near)


def _is_there(shape: Field, keys: Sequence[str]) -> bool:
    found: Field | None = shape
    for key in keys:
        while found is not None and found.type == "array" and not _is_entry(key):
            found = found.item
        if found is None:
            return False
        found = found.item if found.type == "array" else found.child(key)
    return found is not None


def _is_entry(key: str) -> bool:
    return key.isascii()


def _all_keys(shape: Field, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, field in shape.children.items():
        yield "".join((*path, key)), (*path, key)
        yield from _all_keys(field, (*path, key))
    if shape.item is not None:
        yield from _all_keys(shape.item, path)
