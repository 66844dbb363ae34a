"""Brings all records of a workspace to the version that the program reads: renamed keys, split keys, in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guanai.errors import Conflict, Invalid, Problem
from guanai.paths import kind_of
from guanai.schema import Schemas
from guanai.schema.renewal import Renewal, renewal, renewed_text
from guanai.schema.steps import RECORD_VERSION, STEPS, Step
from guanai.schema.wording import readable
from guanai.store.edits import demand_clean
from guanai.store.git import Author
from guanai.store.note import Action, Note, Reason
from guanai.store.pair import COUNSELING
from guanai.store.places import Store
from guanai.yamlfile import Set, edit, load

_SCHOOL, _VERSION = "records/school.yml", "记录版本"
_SHOWN = 10
_PROGRAM = "guanai"


class NewerRecords(Conflict):
    """The records were written by a newer program."""

    def __init__(self, version: int, ours: int) -> None:
        super().__init__(f"{_SCHOOL} 的记录版本是 {version}，本程序只到 {ours}；请先升级程序。")


class NotMigratable(Invalid):
    """Some files cannot be read as records."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        told = [f"{each.path}:{each.line}：{each.message}" for each in problems[:_SHOWN]]
        more = [f"…… 另有 {len(problems) - _SHOWN} 处"] if len(problems) > _SHOWN else []
        super().__init__("\n".join(["有文件读不出来，改好并提交以后再升级；什么都还没有改：", *told, *more]))


@dataclass(frozen=True, slots=True)
class Moved:
    """What is changed in one record.

    Attributes:
        path: the record.
        told: each change as people read it: ``户籍 → 户籍地``, or a step's name.
        problems: what is wrong with the record afterwards.
    """

    path: str
    told: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migration would do, or did.

    Attributes:
        before: the records' version, None where school.yml names none.
        after: the program's.
        moved: the records that change, by path.
        texts: their new content.
        commits: ids of the commits, none before it is carried out.
    """

    before: int | None
    after: int
    moved: tuple[Moved, ...]
    texts: Mapping[str, bytes]
    commits: tuple[str, ...] = ()


def plan_migration(
    store: Store,
    schemas: Schemas,
    *,
    steps: Mapping[int, Sequence[Step]] = STEPS,
    version: int = RECORD_VERSION,
) -> Migration:
    """Return what has to be changed, and change nothing.

    Args:
        store: the workspace's.
        schemas: those of the version to reach; they name the older keys.
        steps: what names alone do not say.
        version: the version to reach.

    Raises:
        OpenEdits: a work tree has edits that no commit holds.
        NewerRecords: the records are of a later version.
        NotMigratable: a file cannot be read.
    """
    for repository in store.pair.all:
        demand_clean(repository, COUNSELING if repository is not store.pair.main else "")
    planner = _Planner(store, schemas, steps, version)
    before = planner.version()
    if before is not None and before > version:
        raise NewerRecords(before, version)
    moved = tuple(planner.moved())
    if planner.unreadable:
        raise NotMigratable(planner.unreadable)
    return Migration(before, version, moved, planner.texts)


def carry_out(
    store: Store, migration: Migration, *, when: datetime, author: Author | None = None
) -> Migration:
    """Commit a migration: one commit, and one in the counselling repository where its files change.

    The counselling files go first: broken off in between, `guanai migrate` finds the rest to do, because the
    version stands in the main repository.

    Args:
        store: the workspace's.
        migration: as planned a moment ago.
        when: now.
        author: who migrates; None for the program.

    Raises:
        HeadMoved: somebody saved in between; plan again.
        DirtyFile, GitBusy, NotKept: as ``Store.put``.
    """
    person = author or Author(_PROGRAM, _PROGRAM)
    note = Note(Action.MIGRATE, (), person.staff_id, person.name, Reason.CORRECTION, when)
    apart = {
        path: text
        for path, text in migration.texts.items()
        if store.pair.home(path)[0] is not store.pair.main
    }
    main = {path: text for path, text in migration.texts.items() if path not in apart}
    with store.locked():
        commits = [
            store.put(part, note, parent=store.head(next(iter(part)))) for part in (apart, main) if part
        ]
    return Migration(migration.before, migration.after, migration.moved, migration.texts, tuple(commits))


class _Planner:
    def __init__(
        self, store: Store, schemas: Schemas, steps: Mapping[int, Sequence[Step]], version: int
    ) -> None:
        self._source = store.source()
        self._schemas = schemas
        self._steps = steps
        self._version = version
        self.texts: dict[str, bytes] = {}
        self.unreadable: list[Problem] = []

    def version(self) -> int | None:
        data = load(self._source.read(_SCHOOL) or b"", _SCHOOL).data
        found = data.get(_VERSION) if isinstance(data, dict) else None
        return found if isinstance(found, int) else None

    def moved(self) -> list[Moved]:
        found = (self._record(path, kind) for path in self._source.versions() if (kind := kind_of(path)))
        return sorted((each for each in found if each is not None), key=lambda each: each.path)

    def _record(self, path: str, kind: str) -> Moved | None:
        loaded = load(self._source.read(path) or b"", path)
        if not isinstance(loaded.data, dict):
            self.unreadable += loaded.problems
            return None
        found = renewal(kind, loaded.data, self._schemas, self._steps)
        is_older = path == _SCHOOL and loaded.data.get(_VERSION) != self._version
        if not found and not is_older:
            return None
        text = renewed_text(kind, loaded.text, found, self._schemas)
        told = _told(found)
        if is_older:
            text = edit(text, [Set((_VERSION,), self._version)], self._schemas.record(kind))
            told = (*told, f"{_VERSION} {loaded.data.get(_VERSION, '（没有）')} → {self._version}")
        self.texts[path] = text.encode()
        after = load(self.texts[path], path)
        return Moved(path, told, (*after.problems, *self._schemas.problems(kind, after)))


def _told(found: Renewal) -> tuple[str, ...]:
    renames = dict.fromkeys(f"{_place(path)} → {name}" for path, name in found.renames)
    return (*renames, *(step.name for step, _ in found.steps))


def _place(path: Sequence[Any]) -> str:
    return readable(tuple(step for step in path if isinstance(step, str)))
