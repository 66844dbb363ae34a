"""The rows of all records of a workspace at one moment; only records that changed since they were last read are parsed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self
from weakref import WeakKeyDictionary

from guanai.calendar import SchoolCalendar
from guanai.check import files
from guanai.check.cache import Cache
from guanai.errors import Problem
from guanai.model.access import Access
from guanai.model.calendar import Calendar
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.paths import kind_of
from guanai.rules.rows import extract
from guanai.schema import Schemas
from guanai.store.snapshot import FaultyRecord, RecordNotFound
from guanai.store.sources import Source, WorkTree
from guanai.workspace.watch.row_cache import RowCache
from guanai.yamlfile import load

#: Records that are kept whole: they are few, and the rules read all of them.
_WHOLE: Final = frozenset({"school", "staff", "access", "calendar", "policy"})
_NAME: Final = "name"
_ROW: Final = "row"


@dataclass(frozen=True, eq=False)
class Gathered:
    """What the rules need of all records; equal to nothing but itself.

    Attributes:
        blobs: id of each record's content by path.
        rows: of each kind, the row of each record that can be read, by path; a few kinds are whole mappings.
        names: of the children, by id; for people who may know them, never for a machine.
        faults: paths of records that cannot be read or do not fit their schema, with the first problem of each.
    """

    blobs: Mapping[str, str] = field(repr=False)
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    faults: Mapping[str, Problem]
    #: What differs from earlier moments that somebody still looks at: the kinds of records by path.
    compared: WeakKeyDictionary["Gathered", Mapping[str, str]] = field(
        default_factory=WeakKeyDictionary, repr=False
    )

    def of(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a kind, in order of their paths."""
        return iter(self.rows.get(kind, {}).values())

    @cached_property
    def children(self) -> Mapping[str, Mapping[str, Any]]:
        """The rows of the children by id."""
        return {row["id"]: row for row in self.of("student")}

    def single(self, kind: str) -> Mapping[str, Any]:
        """Return a record that stands once.

        Raises:
            RecordNotFound, FaultyRecord: it is not there, or has problems.
        """
        path = f"records/{kind}.yml"
        if path in self.faults:
            raise FaultyRecord(self.faults[path], 1)
        found = self.rows.get(kind, {}).get(path)
        if found is None:
            raise RecordNotFound(_TITLES[kind], path)
        return found


_TITLES: Final = {"school": "学校", "staff": "教职工名册", "access": "权限"}


class Gathering:
    """The records of a workspace, read as often as they are asked for; each time only what changed is parsed."""

    def __init__(self, root: Path, schemas: Schemas) -> None:
        """``root``: the folder whose ``.guanai/cache`` keeps the rows; schemas of the installed program."""
        self._root = root
        self._schemas = schemas
        self._known: dict[str, Any] = {}
        self._kinds: dict[str, str] = {}
        self._newest: tuple[Source, Gathered] | None = None

    def gather(self, source: Source | None = None) -> Gathered:
        """Return what the records say.

        Args:
            source: where they are read from; None for the work tree as it lies there.
        """
        newest = self._newest
        if source is not None and newest is not None and newest[0] is source:
            return newest[1]  # a commit does not change: everybody who looks at it shares what was read
        source = source or WorkTree(self._root)
        blobs = self._blobs(source)
        gathered = self._followed(source, blobs) or self._walked(source, blobs)
        self._newest = None if isinstance(source, WorkTree) else (source, gathered)
        return gathered

    def _walked(self, source: Source, blobs: Mapping[str, str]) -> Gathered:
        keys = {path: f"{kind}:{blobs[path]}" for path in blobs if (kind := self._kind(path))}
        faults: dict[str, Problem] = {}
        if not self._known.keys() >= set(keys.values()):
            faults = self._read(source, keys, keys.values())
        return self._gathered(blobs, keys, faults)

    def _followed(self, source: Source, blobs: Mapping[str, str]) -> Gathered | None:
        """Return what was gathered last with the rows that changed; None where a record came, went or has a fault."""
        before = self._newest[1] if self._newest is not None else None
        if before is None or before.faults or not before.blobs.keys() <= blobs.keys():
            return None
        moved = {
            path: blob for path, blob in blobs.items() if before.blobs.get(path) != blob and self._kind(path)
        }
        if not moved.keys() <= before.blobs.keys():
            return None
        keys = {path: f"{self._kind(path)}:{blob}" for path, blob in moved.items()}
        if not self._known.keys() >= set(keys.values()):
            in_use = (f"{self._kind(path)}:{blob}" for path, blob in {**before.blobs, **moved}.items())
            if self._read(source, keys, in_use):
                return None
        rows, names = {kind: dict(of) for kind, of in before.rows.items()}, dict(before.names)
        for path, key in keys.items():
            body = self._known[key]
            rows[self._kind(path)][path] = body[_ROW]
            if _NAME in body:
                names[body[_ROW]["id"]] = body[_NAME]
        return Gathered({**before.blobs, **moved}, rows, names, {})

    def _read(self, source: Source, keys: Mapping[str, str], in_use: Iterable[str]) -> dict[str, Problem]:
        """Add to what is known what these paths hold; return what is wrong with those that cannot be read."""
        with closing(RowCache(self._root, self._schemas.digest)) as cache:
            if not self._known:
                self._known = cache.kept()
            reading = _Reading(source, self._schemas)
            fresh = {
                key: body
                for path, key in keys.items()
                if key not in self._known and (body := reading.body(path, self._kind(path))) is not None
            }
            if fresh:
                cache.keep(fresh, self._known.keys(), in_use)
                self._known |= fresh
        return reading.faults

    def _blobs(self, source: Source) -> Mapping[str, str]:
        if not isinstance(source, WorkTree):
            return source.versions()
        # The check keeps what each path held when last seen: an unchanged file is not even opened.
        found = [file for file in files.find(source.root) if self._kind(file.path)]
        with closing(Cache(self._root)) as cache:
            return cache.identify(source.root, found)

    def _kind(self, path: str) -> str:
        found = self._kinds.get(path)
        if found is None:
            found = self._kinds[path] = kind_of(path) or ""
        return found

    def _gathered(
        self, blobs: Mapping[str, str], keys: Mapping[str, str], faults: Mapping[str, Problem]
    ) -> Gathered:
        rows: dict[str, dict[str, Mapping[str, Any]]] = {}
        names: dict[str, str] = {}
        for path, key in keys.items():
            body = self._known.get(key)
            if body is None:
                continue
            rows.setdefault(self._kinds[path], {})[path] = body[_ROW]
            if _NAME in body:
                names[body[_ROW]["id"]] = body[_NAME]
        return Gathered({path: blobs[path] for path in keys}, rows, names, dict(faults))


class _Reading:
    """Reads what is not known yet, and remembers what could not be read."""

    def __init__(self, source: Source, schemas: Schemas) -> None:
        self._source = source
        self._schemas = schemas
        self.faults: dict[str, Problem] = {}

    def body(self, path: str, kind: str) -> dict[str, Any] | None:
        try:
            raw = self._source.read(path)
        except OSError:
            raw = None
        if raw is None:
            self.faults[path] = Problem(path, 1, "", "file.closed", "读不出来；请核对有没有读取权限。")
            return None
        loaded = load(raw, path)
        problems = list(loaded.problems) or self._schemas.problems(kind, loaded)
        if problems or not isinstance(loaded.data, dict):
            other = Problem(path, 1, "", "yaml.record", "不是一组“栏目: 内容”。")
            self.faults[path] = problems[0] if problems else other
            return None
        row = loaded.data if kind in _WHOLE else extract(kind, loaded.data)
        return {_ROW: row, **({_NAME: loaded.data["姓名"]} if kind == "student" else {})}


@dataclass(frozen=True)
class Frame:
    """The few records that everything else is read by."""

    gathered: Gathered

    @classmethod
    def after(cls, before: Self | None, gathered: Gathered) -> Self:
        """Return the frame of records; where none of its own changed, what was worked out before is taken over."""
        made = cls(gathered)
        if before is not None and made.parts == before.parts and not gathered.faults:
            vars(made).update({**vars(before), "gathered": gathered})
        return made

    @cached_property
    def common(self) -> dict[Any, Any]:
        """What the rules work out from these records alone."""
        return {}

    @cached_property
    def parts(self) -> Mapping[str, str]:
        """The blob id of each of its records that can be read, by path."""
        rows, blobs = self.gathered.rows, self.gathered.blobs
        return {path: blobs[path] for kind in _WHOLE for path in rows.get(kind, {})}

    @cached_property
    def school(self) -> School:
        """The school's record."""
        return School.from_mapping(self.gathered.single("school"))

    @cached_property
    def staff(self) -> Staff:
        """The staff's record."""
        return Staff.from_mapping(self.gathered.single("staff"))

    @cached_property
    def access(self) -> Access:
        """What each role may see and do."""
        return Access.from_mapping(self.gathered.single("access"))

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school days."""
        self._demand_whole("calendar")
        return SchoolCalendar([Calendar.from_mapping(each) for each in self.gathered.of("calendar")])

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies in the records."""
        self._demand_whole("policy")
        return tuple(Policy.from_mapping(each) for each in self.gathered.of("policy"))

    def _demand_whole(self, kind: str) -> None:
        # Without one of these whole families of duties would silently be missing.
        for path, problem in self.gathered.faults.items():
            if kind_of(path) == kind:
                raise FaultyRecord(problem, 1)
