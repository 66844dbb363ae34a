"""The record of a save in a work tree, written before the first step: whoever finds it can end the save.

A save there has many steps (files, index, branch). They stand in the order in which a person's
`git commit -am` after a kill between any two of them would carry the save along, never take it back.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from guanai.store import disk
from guanai.store.git.trees import Author, object_id

_NAME = "save.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a save; ids are those of git's blobs, None is no file.

    Attributes:
        path: inside its repository.
        old: what the newest commit held.
        new: what the save's commit holds.
        before: what lay in the work tree.
        after: what shall lie there.
    """

    path: str
    old: str | None
    new: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Intent:
    """A save that has begun.

    Attributes:
        prefix: of its repository's files, from the workspace's root ("" for the main repository).
        author: name of the person.
        staff_id: the person's 编号.
        message: the commit's whole message.
        when: the commit's instant.
        steps: the files.
    """

    prefix: str
    author: str
    staff_id: str
    message: str
    when: datetime
    steps: tuple[Step, ...]

    @property
    def person(self) -> Author:
        """The commit's author."""
        return Author(self.author, self.staff_id)

    @property
    def subject(self) -> str:
        """The message's first line."""
        return self.message.split("\n", 1)[0]


class Intents:
    """The place of the one record there can be, since saves come one after the other."""

    def __init__(self, journal: Path) -> None:
        """``journal``: a folder of its own, below ``.guanai/journal``."""
        self._folder = journal
        self._path = journal / _NAME

    def write(self, intent: Intent) -> None:
        """Put the record down, durable.

        Raises:
            OSError: the disk refuses.
        """
        facts = {**asdict(intent), "when": intent.when.isoformat()}
        disk.write_file(self._path, json.dumps(facts, ensure_ascii=False).encode(), beside=self._folder)

    def found(self) -> Intent | None:
        """Return the save that was not ended, None without one; the record is written whole or not at all."""
        try:
            facts: dict[str, Any] = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        return Intent(
            facts["prefix"],
            facts["author"],
            facts["staff_id"],
            facts["message"],
            datetime.fromisoformat(facts["when"]),
            tuple(Step(**step) for step in facts["steps"]),
        )

    def drop(self) -> None:
        """Take the record away: the save is ended.

        Raises:
            OSError: the disk refuses.
        """
        self._path.unlink(missing_ok=True)
        disk.sync_folder(self._folder)


class Bench:
    """New contents of work tree files, written and flushed before the first file changes, and the old ones kept.

    Once ``lay`` has returned no step needs room on the disk any more: putting in place and taking back are renames.
    """

    def __init__(self, root: Path, journal: Path) -> None:
        """``root``: the work tree; ``journal``: a folder of the same file system."""
        self._root = root
        self._journal = journal
        self._made: dict[str, Path | None] = {}
        self._kept: dict[str, Path | None] = {}

    def lay(self, contents: Mapping[str, bytes | None]) -> None:
        """Write all new contents and keep all old ones.

        Raises:
            OSError: the disk refuses; nothing is left.
        """
        try:
            for path, content in contents.items():
                self._made[path] = None if content is None else disk.write_beside(self._journal, content)
                self._kept[path] = self._keep(self._root / path)
        except OSError:
            self.clear()
            raise

    def place(self) -> None:
        """Put the new contents in place.

        Raises:
            OSError: the disk refuses; ``undo`` takes back.
        """
        for path, made in self._made.items():
            self._put(made, self._root / path)
        disk.sync_folders(_nearest(self._root / path) for path in self._made)

    def undo(self) -> None:
        """Put the old contents back."""
        for path, kept in self._kept.items():
            self._put(kept, self._root / path)

    def clear(self) -> None:
        """Remove what lies in the journal."""
        for path in (*self._made.values(), *self._kept.values()):
            if path is not None:
                disk.remove(path)

    def _keep(self, path: Path) -> Path | None:
        if not path.exists():
            return None
        kept = disk.write_beside(self._journal, b"")
        kept.unlink()
        disk.link(path, kept)
        return kept

    def _put(self, source: Path | None, target: Path) -> None:
        if source is None:
            target.unlink(missing_ok=True)
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            disk.replace(source, target)


def leftovers(folder: Path) -> list[Path]:
    """Return the files that ``disk.write_beside`` made in a folder and a crash left there."""
    return [file for file in folder.glob("*-*") if not file.suffix]


def lying(root: Path, path: str) -> str | None:
    """Return the blob id of what lies in a work tree, None where nothing does."""
    try:
        return object_id("blob", (root / path).read_bytes())
    except FileNotFoundError:
        return None


def _nearest(path: Path) -> Path:
    # A deleted file may have been the last of its folder.
    return next(folder for folder in path.parents if folder.is_dir())
