"""The past of one record as one person may know it: every change, field by field, from git's commits.

A change is the difference of two redacted revisions. What a later revision hides from the asker is hidden in the
earlier ones too: an entry whose 密级 was raised does not come back from the past.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from guanai.access import FULL, redact
from guanai.paths import kind_of
from guanai.schema import Field, Schemas
from guanai.schema.renewal import renewed
from guanai.store.differences import ID_KEY, Difference, Turn, differences, hidden_entries
from guanai.store.git import Commit
from guanai.store.pair import Pair
from guanai.yamlfile import load

#: So many revisions stay in memory.
_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks.

    Attributes:
        labels: what the person may see of the record today.
        staff: the person's id, "" for the shell's full edition.
    """

    labels: frozenset[str] = FULL
    staff: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did to a record.

    Attributes:
        commit: who, when and why in one word.
        path: the record.
        differences: what the asker sees of it.
        is_new: the record was begun.
        is_gone: its file was removed.
        is_unreadable: what was committed is no record; only the full edition is told.
    """

    commit: Commit
    path: str
    differences: tuple[Difference, ...] = ()
    is_new: bool = False
    is_gone: bool = False
    is_unreadable: bool = False


class History:
    """The past of a workspace's records; what was read once is kept in memory by blob id."""

    def __init__(self, pair: Pair, schemas: Schemas) -> None:
        """``pair``: the repositories; ``schemas``: of the installed program, which read older ones too."""
        self.pair = pair
        self.schemas = schemas
        self._blobs: _Kept[tuple[str, str], str] = _Kept()
        self._wholes: _Kept[str, Any] = _Kept()
        self._views: _Kept[tuple[str, Asker], Mapping[str, Any]] = _Kept()
        self._compared: _Kept[tuple[str, str, Asker, frozenset[str]], tuple[Difference, ...]] = _Kept()

    def steps(
        self, path: str, asker: Asker, *, field: Sequence[str] = (), limit: int = 0, until: str = ""
    ) -> Iterator[Step]:
        """Yield what happened to a record, newest first; commits without anything to see are left out.

        Args:
            path: the record, from the workspace's root.
            asker: for whom.
            field: only this field, as keys from the root; entries may be named by their 编号 or left out.
            limit: at most so many; 0: all.
            until: id of the commit to begin with; "": the newest.
        """
        count = 0
        for step, _ in self._steps(path, asker, until):
            found = step.differences
            if field:
                found = tuple(each for each in found if touches(each, field))
                if not found:
                    continue
            yield Step(step.commit, path, found, step.is_new, step.is_gone, is_unreadable=step.is_unreadable)
            count += 1
            if count == limit:
                return

    def last(self, path: str, asker: Asker, field: Sequence[str] = ()) -> Step | None:
        """Return the newest change of a record or of one of its fields, None where there is none to see."""
        return next(self.steps(path, asker, field=field, limit=1), None)

    def as_of(self, path: str, asker: Asker, moment: datetime) -> tuple[Commit, dict[str, Any]] | None:
        """Return a record as it was at a moment, redacted, and the last change of it that the asker may know of.

        None before its time, and while its file was removed. A revision that cannot be read gives way to the one
        before it.
        """
        for step, veiled in self._steps(path, asker, ""):
            if step.commit.when <= moment and not step.is_unreadable:
                shown = self._shown(step.commit.id, path, asker)
                return None if step.is_gone else (step.commit, _without(shown, veiled))
        return None

    def view(self, commit_id: str, path: str, asker: Asker) -> Mapping[str, Any] | None:
        """Return what an asker sees of a record in one commit, None where there is no readable one."""
        return self._shown(commit_id, path, asker) if isinstance(self._at(commit_id, path), dict) else None

    def whole(self, commit_id: str, path: str) -> Mapping[str, Any] | None:
        """Return a whole record in one commit, under today's keys; None where there is no readable one."""
        found = self._at(commit_id, path)
        return found if isinstance(found, dict) else None

    def _steps(self, path: str, asker: Asker, until: str) -> Iterator[tuple[Step, frozenset[str]]]:
        """Yield the steps, each with the 编号 of the entries that it or a later revision hides."""
        veiled: frozenset[str] = frozenset()
        for commit in self._log(path):
            if asker.labels != FULL:
                veiled |= hidden_entries(self._at(commit.id, path), self._shown(commit.id, path, asker))
            until = "" if commit.id == until else until
            step = None if until else self._step(commit, path, asker, veiled)
            if step is not None:
                yield step, veiled

    def _step(self, commit: Commit, path: str, asker: Asker, veiled: frozenset[str]) -> Step | None:
        whole = self._at(commit.id, path)
        if whole is _UNREADABLE:
            return Step(commit, path, is_unreadable=True) if asker.labels == FULL else None
        parents = [self._before(parent, path) for parent in commit.parents] or [""]
        found = [self._differences(path, parent, commit.id, asker, veiled) for parent in parents]
        was_there = any(parent and self._at(parent, path) is not None for parent in parents)
        if whole is None:
            return Step(commit, path, is_gone=True) if was_there else None
        both = _in_all(found)
        if not both and was_there:
            return None
        return Step(commit, path, both, is_new=not was_there)

    def _differences(
        self, path: str, old: str, new: str, asker: Asker, veiled: frozenset[str]
    ) -> tuple[Difference, ...]:
        key = (self._blob(old, path) if old else "", self._blob(new, path), asker, veiled)
        return self._compared.get(
            key,
            lambda: differences(
                self._shape(path),
                self._shown(old, path, asker) if old else {},
                self._shown(new, path, asker),
                veiled=veiled,
            ),
        )

    def _before(self, parent: str, path: str) -> str:
        """Return the nearest commit from a parent backwards whose revision can be read, "" where none can."""
        if self._at(parent, path) is not _UNREADABLE:
            return parent
        older = self._log(path, until=parent)
        return next((each.id for each in older if self._at(each.id, path) is not _UNREADABLE), "")

    def _at(self, commit_id: str, path: str) -> Any:
        """Return a record in a commit: its data, None where it is not there, or the mark of an unreadable one."""
        blob = self._blob(commit_id, path)
        return self._wholes.get(blob, lambda: self._read(blob, path)) if blob else None

    def _read(self, blob: str, path: str) -> Any:
        data = load(self.pair.home(path)[0].read(blob), path).data
        if not isinstance(data, dict):
            return _UNREADABLE
        found = renewed(kind_of(path) or "", data, self.schemas)
        try:
            redact(self._shape(path), found, FULL)
        except (TypeError, AttributeError):  # such as a list where a label belongs
            return _UNREADABLE
        return found

    def _shown(self, commit_id: str, path: str, asker: Asker) -> Mapping[str, Any]:
        whole = self._at(commit_id, path)
        if not isinstance(whole, dict):
            return {}
        return self._views.get(
            (self._blob(commit_id, path), asker),
            lambda: redact(self._shape(path), whole, asker.labels, reader=asker.staff),
        )

    def _shape(self, path: str) -> Field:
        return self.schemas.record(kind_of(path) or "student")

    def _blob(self, commit_id: str, path: str) -> str:
        repository, inner = self.pair.home(path)
        return self._blobs.get((commit_id, path), lambda: repository.blob(commit_id, inner) or "")

    def _log(self, path: str, until: str = "") -> Iterator[Commit]:
        repository, inner = self.pair.home(path)
        return repository.log(inner, until=until)


class _Unreadable:
    __slots__ = ()


_UNREADABLE: Final = _Unreadable()


def touches(difference: Difference, field: Sequence[str]) -> bool:
    """Tell whether a difference speaks of a field: of it, of something in it, or of an entry that has it filled.

    Args:
        difference: of two views.
        field: keys from the record's root; 编号 of entries may be left out.
    """
    names = {holder.entry.get(ID_KEY) for holder in difference.holders}
    wanted = list(field)
    for step in difference.path:
        if not wanted:
            return True
        if str(step) == wanted[0]:
            wanted.pop(0)
        elif not isinstance(step, int) and step not in names:
            return False
    if not wanted:
        return True
    found: Any = difference.holders[-1].entry if difference.turn is not Turn.SET else None
    for key in wanted:
        found = found.get(key) if isinstance(found, dict) else None
    return isinstance(found, str | int | float | list | dict)


def _in_all(found: Sequence[tuple[Difference, ...]]) -> tuple[Difference, ...]:
    """Return what differs from every parent: a merge that only takes over one side's value changes nothing."""
    first, *others = found
    for other in others:
        known = {(each.path, each.turn) for each in other}
        first = tuple(each for each in first if (each.path, each.turn) in known)
    return first


def _without(value: Any, veiled: frozenset[str]) -> Any:
    """Return a view without the entries of some 编号."""
    if isinstance(value, dict):
        return {key: _without(each, veiled) for key, each in value.items()}
    if isinstance(value, list):
        return [
            _without(item, veiled)
            for item in value
            if not (isinstance(item, dict) and item.get(ID_KEY) in veiled)
        ]
    return value


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Kept(Generic[_Key, _Value]):
    """The values asked for last, by key."""

    def __init__(self) -> None:
        self._values: OrderedDict[_Key, _Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return a value, made where it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)
        return made
