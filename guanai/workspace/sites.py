"""The internal site: which audiences there are, their trees, builds of them, and which of them a change touches."""

import multiprocessing
import os
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from guanai.access import Actor, actor_on, child_of
from guanai.errors import GuanaiError
from guanai.grades import grade_of
from guanai.model.access import Access
from guanai.model.school import School
from guanai.model.staff import StaffMember
from guanai.pages import audiences as rules
from guanai.pages.audiences import SCHOOL, Audience, Roll
from guanai.pages.trees import Tree, View, roll_of, tree_of
from guanai.paths import kind_of, stem_id
from guanai.schema import Schemas
from guanai.store.places import Store
from guanai.store.snapshot import Snapshot
from guanai.store.sources import Source
from guanai.workspace.facade import Workspace
from guanai.workspace.site_leaves import Leaves, guide
from guanai.workspace.site_maker import SiteMaker
from guanai.workspace.site_places import (
    ASSETS,
    GUIDE,
    POLICY,
    Pointer,
    asset_path,
    forget,
    point,
    pointer,
    records_of,
    serve_path,
    sites_dir,
    sweep,
    withdraw,
)

__all__ = [
    "ASSETS",
    "GUIDE",
    "POLICY",
    "Built",
    "Holdings",
    "asset_path",
    "audiences_of",
    "build_guide",
    "build_sites",
    "forget",
    "hold",
    "pointer",
    "rebuild",
    "records_of",
    "serve_path",
    "touched",
    "tree_for",
    "withdraw",
]

#: Kinds of record that pages are made of.
_KINDS: Final = ("student", "meeting", "activity", "decision", "screening", "attendance", "policy")
#: A change of these may change any page, and who may see it.
_OF_ALL: Final = frozenset({"school", "staff", "access", "policy"})
#: More processes than this bring nothing: the disk is the limit.
_MOST_WORKERS: Final = 2
#: Fewer sites than this are made sooner than a second process is started.
_WORTH_A_POOL: Final = 4
_NAME_SIGNS: Final = 24


@dataclass(frozen=True, slots=True)
class Holdings:
    """All records that pages are made of, read once and kept: whoever builds, here or in another process, reads no more.

    Attributes:
        on: the day.
        roll: who is where on that day.
    """

    school: School
    staff: Mapping[str, StaffMember]
    access: Access
    schemas: Schemas
    records: Mapping[str, Mapping[str, Mapping[str, Any]]]
    roll: Roll
    on: date

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of a kind's sound records."""
        return tuple(self.records.get(kind, ()))

    def mapping(self, kind: str, record_id: str) -> Mapping[str, Any]:
        """Return a whole record."""
        return self.records[kind][record_id]

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody with the posts of the day."""
        return tuple(actor_on(person, self.on) for person in self.staff.values())

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Every audience that anybody is served."""
        return rules.audiences(self.actors, self.access, self.roll, on=self.on)


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one site.

    Attributes:
        audience: whose; None for the guide.
        build: name of the build that is served now.
        pages: how many it has.
        made: how many of them were made anew; 0 where the tree had not changed.
    """

    audience: Audience | None
    build: str
    pages: int
    made: int


class Memory:
    """Records by the id of their content, over many snapshots: after a save only what changed is read."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._read: dict[tuple[str, str], Mapping[str, Any]] = {}

    def mapping(self, snapshot: Snapshot, kind: str, record_id: str, version: str) -> Mapping[str, Any]:
        """Return a record; raises `GuanaiError` for one with faults."""
        key = kind, version
        if not version or key not in self._read:
            self._read[key] = snapshot.mapping(kind, record_id)
        return self._read[key]

    def keep(self, versions: Collection[str]) -> None:
        """Forget all but some contents."""
        kept = frozenset(versions)
        self._read = {key: data for key, data in self._read.items() if key[1] in kept}


def hold(
    workspace: Workspace,
    store: Store | None = None,
    *,
    on: date,
    memory: Memory | None = None,
    revision: str = "",
) -> Holdings:
    """Read what pages are made of; a record with faults is left out until it is mended.

    Args:
        workspace: the school's folder.
        store: where the records are kept; None for the files as they lie there.
        on: the day.
        memory: what was read before, for a process that lives long.
        revision: a commit of the store; "" is now.
    """
    schemas = workspace.schemas
    if store is None:
        return _held(workspace.snapshot, None, schemas, on, memory)
    source = store.source(revision)
    return _held(Snapshot(source, schemas), source, schemas, on, memory)


def audiences_of(actor: Actor, access: Access, holdings: Holdings) -> tuple[Audience, ...]:
    """Return what a person is served, at most one audience a unit; see `guanai.pages.audiences`.

    ``access`` and the actor's posts are those of the moment of the request, not of the build.
    """
    return rules.audiences_of(actor, access, holdings.roll, on=holdings.on)


def tree_for(holdings: Holdings, audience: Audience) -> Tree:
    """Return the tree of an audience."""
    return tree_of(View(audience, holdings, holdings.roll, holdings.schemas, on=holdings.on))


def build_sites(  # noqa: PLR0913 -- what a process that lives long has at hand already
    workspace: Workspace,
    store: Store | None = None,
    audiences: Iterable[Audience] | None = None,
    *,
    on: date,
    workers: int | None = None,
    holdings: Holdings | None = None,
    maker: SiteMaker | None = None,
) -> tuple[Built, ...]:
    """Build sites; one whose tree has not changed stays as it is.

    Args:
        workspace: the school's folder.
        store: where the records are kept; None for the files as they lie there.
        audiences: whose; None for everybody's, and then sites of audiences that are no more are deleted.
        on: the day.
        workers: processes; None for two where it is safe and worth it. A process that runs threads, such as the
            gateway, builds alone.
        holdings: the records, where they are read already.
        maker: the builder, where there is one.
    """
    held = holdings or hold(workspace, store, on=on)
    builder = maker or SiteMaker()
    wanted = held.audiences if audiences is None else tuple(audiences)
    folder = sites_dir(workspace.root)
    builder.write_assets(folder)
    work = _Work(workspace.root, held, builder)
    if _processes(workers, len(wanted)) < _MOST_WORKERS:
        found = tuple(map(work.build, wanted))
    else:
        found = tuple(_spread(work, wanted, _processes(workers, len(wanted))))
    if audiences is None:
        forget(workspace.root, {each.id for each in wanted})
    return found


def build_guide(root: Path, maker: SiteMaker | None = None) -> Built:
    """Build the guide, the same for everybody."""
    builder = maker or SiteMaker()
    builder.write_assets(sites_dir(root))
    return _publish(root, GUIDE, guide(), builder, None)


def touched(before: Holdings, after: Holdings, paths: Iterable[str]) -> tuple[Audience, ...]:
    """Return the audiences whose pages a change may have touched: a few too many, never one too few.

    Args:
        before: the records as they were, for a child that left a class.
        after: as they are.
        paths: of the files that changed.
    """
    units: set[str] = {SCHOOL}
    for path in paths:
        kind = kind_of(path)
        if kind in _OF_ALL:
            return after.audiences
        record_id = stem_id(path) or path
        for held in (before, after):
            data = held.records.get(kind or "", {}).get(record_id)
            if data is not None and kind is not None:
                units |= _units(kind, data, held)
    return tuple(each for each in after.audiences if each.unit in units)


def rebuild(  # noqa: PLR0913 -- two moments of one store, and a day
    workspace: Workspace, store: Store, since: str, until: str, *, on: date, memory: Memory | None = None
) -> tuple[Built, ...]:
    """Bring all sites from one commit to another: pages of what changed are withdrawn, then made again.

    Args:
        workspace: the school's folder.
        store: where the records are kept.
        since: the commit that the sites were built from.
        until: the commit that they are to show.
        on: the day.
        memory: what was read before.
    """
    kept = memory or Memory()
    before = hold(workspace, store, on=on, memory=kept, revision=since)
    after = hold(workspace, store, on=on, memory=kept, revision=until)
    paths = changed_paths(store.source(since), store.source(until))
    found = touched(before, after, paths)
    if _has_moved(before, after):
        # Other pages may name a child that is no longer theirs to know: none is served until it is made again.
        withdraw(workspace.root, [each.id for each in found], None)
    withdraw(workspace.root, [each.id for each in found], {stem_id(path) or path for path in paths})
    built = build_sites(workspace, store, found, on=on, holdings=after)
    forget(workspace.root, {each.id for each in after.audiences})
    return built


def changed_paths(before: Source, after: Source) -> tuple[str, ...]:
    """Return the record files that differ between two moments, sorted."""
    old, new = before.versions(), after.versions()
    return tuple(sorted(path for path in {*old, *new} if old.get(path) != new.get(path)))


def _held(
    snapshot: Snapshot, source: Source | None, schemas: Schemas, on: date, memory: Memory | None
) -> Holdings:
    versions = source.versions() if source is not None and memory is not None else {}
    records: dict[str, dict[str, Mapping[str, Any]]] = {}
    for kind in _KINDS:
        found = records[kind] = {}
        for record_id in snapshot.ids(kind):
            version = versions.get(snapshot.path(kind, record_id), "")
            try:
                found[record_id] = (
                    memory.mapping(snapshot, kind, record_id, version)
                    if memory is not None and version
                    else snapshot.mapping(kind, record_id)
                )
            except GuanaiError:
                continue
    bare = Holdings(snapshot.school, snapshot.staff, snapshot.access, schemas, records, Roll(()), on)
    return Holdings(bare.school, bare.staff, bare.access, schemas, records, roll_of(bare, on=on), on)


def _has_moved(before: Holdings, after: Holdings) -> bool:
    """Tell whether a child left its class or the school's records."""
    return any(
        child.id not in after.roll.children or after.roll.children[child.id].class_id != child.class_id
        for child in before.roll.children.values()
    )


def _units(kind: str, data: Mapping[str, Any], held: Holdings) -> set[str]:
    if kind == "student":
        class_id = child_of(data, held.on).class_id
        return {str(data["编号"]), class_id, grade_of(class_id)}
    scope = data.get("班级") if isinstance(data.get("班级"), str) else data.get("范围", SCHOOL)
    if scope == SCHOOL or not isinstance(scope, str):
        # What is of the whole school shows in every class.
        return {SCHOOL, *held.roll.grades, *held.roll.classes}
    below = {each for each in held.roll.classes if grade_of(each) == scope}
    return {scope, grade_of(scope), *below}


@dataclass(frozen=True, slots=True)
class _Work:
    root: Path
    held: Holdings
    maker: SiteMaker

    def build(self, audience: Audience) -> Built:
        leaves = Leaves.of(tree_for(self.held, audience))
        return _publish(self.root, audience.id, leaves, self.maker, audience)


def _publish(
    root: Path, audience_id: str, leaves: Leaves, maker: SiteMaker, audience: Audience | None
) -> Built:
    """Build beside what is served, then switch."""
    name = leaves.digest(maker.key)[:_NAME_SIGNS]
    now = pointer(root, audience_id)
    if now is not None and now.build == name:
        if now.withdrawn:
            point(root, audience_id, Pointer(name, now.before))
        return Built(audience, name, len(leaves.pages), 0)
    folder = sites_dir(root) / audience_id
    folder.mkdir(mode=0o700, exist_ok=True)
    half = folder / f".new-{os.getpid()}-{threading.get_ident()}"
    shutil.rmtree(half, ignore_errors=True)
    try:
        made = maker.make(leaves, half, folder / now.build if now else None)
        if not (folder / name).is_dir():
            half.rename(folder / name)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    point(root, audience_id, Pointer(name, now.build if now else ""))
    sweep(root, audience_id)
    return Built(audience, name, len(leaves.pages), made)


def _processes(workers: int | None, sites: int) -> int:
    # A copy of a process with threads may hold their locks for ever.
    can_fork = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    if not can_fork:
        return 1
    return workers or (min(_MOST_WORKERS, os.cpu_count() or 1) if sites >= _WORTH_A_POOL else 1)


#: What a worker, being a copy of this process, has at hand.
_shared: list[_Work] = []


def _spread(work: _Work, wanted: Sequence[Audience], workers: int) -> Iterator[Built]:
    _shared[:] = [work]
    context = multiprocessing.get_context("fork")
    try:
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            yield from pool.map(_build_shared, wanted)
    finally:
        _shared.clear()


def _build_shared(audience: Audience) -> Built:
    return _shared[0].build(audience)
