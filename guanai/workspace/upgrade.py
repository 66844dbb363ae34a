"""Renews what the program gave a workspace: schemas, site, editor settings, git's attributes and hooks.

What the school did not touch is replaced. What it changed is merged with what is new; where both changed the same
lines the school's own version stays and is named, so that nothing of theirs is lost unseen.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from guanai.store.edits import demand_clean
from guanai.store.git import Author, Repository
from guanai.store.hooks import attribute_lines
from guanai.store.note import Action, Note, Reason
from guanai.store.places import Store
from guanai.workspace.gate.guarding import guard_work_tree

_FOLDERS = ("schemas", "site", ".vscode")
_FILES = ("mkdocs.yml",)
_ATTRIBUTES = ".gitattributes"
#: A workspace's copy of the schemas serves editors alone; it must say what the program says.
_NEVER_THEIRS = "schemas/"
_PROGRAM = "guanai"
_MOST_CONFLICTS = 127
_OUTCOMES = ("renewed", "merged", "kept", "removed")


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade would do, or did.

    Attributes:
        renewed: files that are replaced or new.
        merged: files that keep the school's changes and get the new ones too.
        kept: files where both changed the same: they stay as the school has them.
        removed: files that are no longer given.
        contents: new content by path, None for what goes.
        commit: id of the commit, "" where nothing was to be done.
        hooks: folders whose hooks were renewed.
    """

    renewed: tuple[str, ...]
    merged: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    contents: Mapping[str, bytes | None]
    commit: str = ""
    hooks: tuple[Path, ...] = ()


def plan_upgrade(store: Store, template: Path) -> Upgrade:
    """Return what has to be renewed, and change nothing.

    Args:
        store: the workspace's.
        template: folder that holds what the program gives.

    Raises:
        OpenEdits: the work tree has edits that no commit holds.
    """
    demand_clean(store.pair.main)
    return _Planner(store.pair.main, template).plan()


def carry_out(
    store: Store, upgrade: Upgrade, *, on: date, when: datetime, author: Author | None = None
) -> Upgrade:
    """Commit an upgrade, and set up the hooks anew.

    Args:
        store: the workspace's.
        upgrade: as planned a moment ago.
        on: today.
        when: now.
        author: who upgrades; None for the program.

    Raises:
        HeadMoved: somebody saved in between; plan again.
        DirtyFile, GitBusy, NotKept, GitFailed: as ``Store.put`` and the hooks.
    """
    person = author or Author(_PROGRAM, _PROGRAM)
    note = Note(Action.MIGRATE, (), person.staff_id, person.name, Reason.CORRECTION, when)
    commit = store.put(upgrade.contents, note, parent=store.head()) if upgrade.contents else ""
    guards = guard_work_tree(store.root, staff=author.staff_id if author else "", on=on)
    return Upgrade(
        upgrade.renewed, upgrade.merged, upgrade.kept, upgrade.removed, upgrade.contents, commit,
        tuple(guard.place for guard in guards),
    )  # fmt: skip


class _Planner:
    def __init__(self, repository: Repository, template: Path) -> None:
        self._repository = repository
        self._head = repository.head()
        self._base = _last_given(repository)
        self._new = dict(_given(template))
        self._found: dict[str, list[str]] = {name: [] for name in _OUTCOMES}
        self._contents: dict[str, bytes | None] = {}

    def plan(self) -> Upgrade:
        for path, new in self._new.items():
            self._file(path, new)
        self._gone()
        self._attributes()
        renewed, merged, kept, removed = (tuple(sorted(self._found[name])) for name in _OUTCOMES)
        return Upgrade(renewed, merged, kept, removed, self._contents)

    def _file(self, path: str, new: bytes) -> None:
        ours, base = self._at(self._head, path), self._at(self._base, path)
        if ours == new or (base == new and not path.startswith(_NEVER_THEIRS)):
            return  # it is there, or only the school changed it
        if path.startswith(_NEVER_THEIRS) or ours == base:
            self._put("renewed", path, new)
        elif ours is None or base is None:
            self._found["kept"].append(path)  # the school took it away, or made one of its own
        else:
            merged = self._merged(path, ours, base, new)
            if merged is None:
                self._found["kept"].append(path)
            else:
                self._put("merged", path, merged)

    def _gone(self) -> None:
        for path, blob in self._repository.blobs(self._base, "").items() if self._base else ():
            is_given = path.startswith(tuple(f"{each}/" for each in _FOLDERS))
            if is_given and path not in self._new and self._repository.blob(self._head, path) == blob:
                self._put("removed", path, None)

    def _attributes(self) -> None:
        old = (self._at(self._head, _ATTRIBUTES) or b"").decode("utf-8", "replace")
        new = attribute_lines(old)
        if new != old:
            self._put("renewed", _ATTRIBUTES, new.encode())

    def _put(self, what: str, path: str, content: bytes | None) -> None:
        self._found[what].append(path)
        self._contents[path] = content

    def _at(self, commit: str, path: str) -> bytes | None:
        return self._repository.read_at(commit, path) if commit else None

    def _merged(self, path: str, ours: bytes, base: bytes, new: bytes) -> bytes | None:
        """Return both sides' changes together, None where they touch the same lines."""
        with tempfile.TemporaryDirectory() as folder:
            names = [Path(folder, name) for name in ("ours", "base", "new")]
            for file, content in zip(names, (ours, base, new), strict=True):
                file.write_bytes(content)
            # Its exit code is the number of clashes; above that it could not even try.
            codes = range(_MOST_CONFLICTS + 1)
            made = self._repository.run("merge-file", "-p", "-q", *map(str, names), codes=tuple(codes))
        is_clash = b"\n<<<<<<< " in b"\n" + made
        return None if is_clash or not _is_sound(path, made) else made


def _is_sound(path: str, made: bytes) -> bool:
    # Lines that fit beside each other need not make a JSON file.
    if not path.endswith(".json"):
        return True
    try:
        json.loads(made)
    except ValueError:
        return False
    return True


def _given(template: Path) -> Iterator[tuple[str, bytes]]:
    for name in _FILES:
        yield name, (template / name).read_bytes()
    for folder in _FOLDERS:
        for file in sorted((template / folder).rglob("*")):
            if file.is_file():
                yield file.relative_to(template).as_posix(), file.read_bytes()


def _last_given(repository: Repository) -> str:
    """Return the commit that holds these files as the program gave them: the last upgrade, else the first commit."""
    oldest = ""
    for commit in repository.log(*_FOLDERS, *_FILES):
        oldest = commit.id
        if commit.action == Action.MIGRATE:
            break
    return oldest
