"""Keeps the built sites in step with the records, and tells what of them may still be served.

A file is served while nothing that it tells of has changed since it was built; what everybody's sight hangs on
(staff, access, the school) makes all of them old at once. What is old is made again by the chore.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from guanai.access import Action, child_of, decide_record, redact
from guanai.errors import GuanaiError, Invalid
from guanai.pages.audiences import Audience, Roll, audiences_of
from guanai.pages.trees import roll_of
from guanai.paths import kind_of, stem_id
from guanai.schema import load_schemas
from guanai.store.places import Store
from guanai.store.sources import Source
from guanai.web.gateway import Gateway
from guanai.web.visitor import Visitor
from guanai.workspace.facade import Workspace
from guanai.workspace.site_places import GUIDE, forget, pointer, records_of
from guanai.workspace.sites import build_guide, build_sites, hold
from guanai.yamlfile import load

_TABLE = """
CREATE TABLE IF NOT EXISTS sites (
    audience TEXT PRIMARY KEY, build TEXT NOT NULL, revision TEXT NOT NULL, day TEXT NOT NULL
);
"""
#: The row that tells up to where all of them are.
_ALL = "*"
#: A change of these may change anybody's pages.
_OF_ALL = frozenset({"school", "staff", "access", "calendar", "policy"})


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two commits: paths by id, or by themselves where there is none; and whether it concerns every page."""

    paths: Mapping[str, str]
    is_of_all: bool


def audiences_for(visitor: Visitor) -> tuple[Audience, ...]:
    """Return what a visitor is served, by the posts and rules of this moment."""
    roll = _roll(visitor.workspace, visitor.on)
    return audiences_of(visitor.actor, visitor.workspace.snapshot.access, roll, on=visitor.on)


def is_fresh(
    gateway: Gateway, audience_id: str, inner: str, *, on: date, audience: Audience | None = None
) -> bool:
    """Tell whether a file of a built site tells nothing that is no longer so.

    What changed out of its readers' sight does not count: that a page is old would tell them of it.

    Args:
        gateway: where it is served.
        audience_id: whose site.
        inner: address below it.
        on: today.
        audience: the site's readers; None for the guide, which everybody reads.
    """
    now = pointer(gateway.root, audience_id)
    if now is None or audience is None:
        return now is not None and audience_id == GUIDE
    build, revision, day = _kept(gateway, audience_id)
    if (build, day) != (now.build, on.isoformat()):
        return False
    store = gateway.moments.store
    head = store.pair.main.head()
    change = _change(store, revision, head, on)
    told = records_of(gateway.root, audience_id, inner)
    # What is no page, such as the index of a search, may name anybody of its site.
    if change.is_of_all or (change.paths and not told):
        return False
    moved = (change.paths[each] for each in change.paths.keys() & told)
    return not any(_differs(store, (revision, head), path, audience, on) for path in moved)


def publish(gateway: Gateway) -> None:
    """Bring the sites up to the newest commit; does nothing before someone has built them once."""
    # The head first: a save in between makes a page count as older than it is, never as newer.
    head, on = gateway.moments.store.pair.main.head(), gateway.settings.today()
    if not (gateway.root / ".guanai" / "sites").is_dir() or _kept(gateway, _ALL) == (
        "",
        head,
        on.isoformat(),
    ):
        return
    workspace = gateway.moments.now()
    held = hold(workspace, on=on)
    for each in held.audiences:
        if not _is_at(gateway, each.id, head, on):
            for built in build_sites(workspace, None, [each], on=on, workers=1, holdings=held):
                _keep(gateway, each.id, built.build, head, on)
    if pointer(gateway.root, GUIDE) is None:
        build_guide(gateway.root)
    forget(gateway.root, {each.id for each in held.audiences})
    _keep(gateway, _ALL, "", head, on)


def _is_at(gateway: Gateway, audience_id: str, head: str, on: date) -> bool:
    now = pointer(gateway.root, audience_id)
    return now is not None and _kept(gateway, audience_id) == (now.build, head, on.isoformat())


def _kept(gateway: Gateway, audience_id: str) -> tuple[str, str, str]:
    gateway.db.define(_TABLE)
    with gateway.db.reading() as connection:
        row = connection.execute(
            "SELECT build, revision, day FROM sites WHERE audience = ?", (audience_id,)
        ).fetchone()
    return (row["build"], row["revision"], row["day"]) if row else ("", "", "")


def _keep(gateway: Gateway, audience_id: str, build: str, revision: str, on: date) -> None:
    gateway.db.define(_TABLE)
    with gateway.db.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO sites VALUES (?, ?, ?, ?)", (audience_id, build, revision, on.isoformat())
        )


@lru_cache(maxsize=2)
def _roll(workspace: Workspace, on: date) -> Roll:
    """Return who is where; a workspace stands on one commit, so this holds as long as it is asked for."""
    return roll_of(workspace.snapshot, on=on)


@lru_cache(maxsize=8)
def _change(store: Store, before: str, after: str, on: date) -> Change:
    old, new = store.source(before), store.source(after)
    ours, theirs = old.versions(), new.versions()
    paths = [path for path in {*ours, *theirs} if ours.get(path) != theirs.get(path)]
    moved = (
        path
        for path in paths
        if kind_of(path) == "student" and _class(old, path, on) != _class(new, path, on)
    )
    is_of_all = any(kind_of(path) in _OF_ALL for path in paths) or any(True for _ in moved)
    return Change({stem_id(path) or path: path for path in paths}, is_of_all)


@lru_cache(maxsize=1024)
def _differs(store: Store, moments: tuple[str, str], path: str, audience: Audience, on: date) -> bool:
    """Tell whether a record, as an audience sees it, is another one now."""
    try:
        before, after = (_view(store.source(moment).read(path), path, audience, on) for moment in moments)
    except GuanaiError:
        return True
    return before != after


def _view(raw: bytes | None, path: str, audience: Audience, on: date) -> Mapping[str, Any] | None:
    """Return what an audience sees of a record, None where it is not there or nothing of it.

    Raises:
        Invalid: it cannot be read; then nothing is known of what changed.
    """
    if raw is None:
        return None
    kind, data, schemas = kind_of(path) or "", load(raw, path).data, load_schemas()
    if not isinstance(data, dict) or not schemas.is_valid(kind, data):
        raise Invalid(path)
    verdict = decide_record(audience.actor, Action.SEE, kind, data, audience.access, on=on)
    return redact(schemas.record(kind), data, verdict.labels) if verdict.allowed else None


def _class(source: Source, path: str, on: date) -> str:
    """Return the class of a child, "" where there is no such file: other pages may name who moved."""
    raw = source.read(path)
    data = load(raw, path).data if raw is not None else None
    return child_of(data, on).class_id if isinstance(data, dict) and "编号" in data else ""
