"""A work tree's index: what the next `git commit` of a person's would hold."""

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from guanai.store import disk
from guanai.store.git import process
from guanai.store.git.errors import GitBusy
from guanai.store.git.refs import NONE, PATIENCE_SECONDS, take
from guanai.store.git.repository import Repository
from guanai.store.git.trees import FILE


class Index:
    """The index of one work tree, changed a few entries at a time without touching the rest.

    Git's own lock file is taken as a second name of the new index: whoever dies with it held leaves
    proof that the lock was ours (``refs.is_ours``), and the new index waits complete before anything changes.
    """

    def __init__(self, repository: Repository) -> None:
        """``repository``: one with a work tree."""
        self._repository = repository
        self._path = repository.git_dir / "index"
        self.lock = repository.git_dir / "index.lock"

    def staged(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Return the blob id the index holds for each path, None where it holds none or an unsettled merge."""
        wanted = list(paths)
        found: dict[str, str | None] = dict.fromkeys(wanted)
        listed = self._repository.run("--literal-pathspecs", "ls-files", "--stage", "-z", "--", *wanted)
        for line in listed.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            facts, path = line.split("\t", 1)
            _, blob, stage = facts.split(" ")
            if path in found:
                found[path] = blob if stage == "0" else None
        return found

    @contextmanager
    def prepared(self, entries: Mapping[str, str | None]) -> Iterator["Staging"]:
        """Hold git's lock of the index, the new one ready on the disk beside it.

        Args:
            entries: blob id by path; None takes the path out.

        Raises:
            GitBusy: another git command holds the index for longer than 3 s.
            OSError, GitFailed, NotKept: the new index cannot be made; nothing has changed.
        """
        staging = self._made(entries)
        try:
            yield staging
        finally:
            staging.release()

    def _made(self, entries: Mapping[str, str | None]) -> "Staging":
        """Return the new index, locked; made anew where another command was quicker."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            seen = identity(self._path)
            staging = Staging(self._path, self.lock, self._written(entries))
            try:
                staging.begin()
            except BaseException:
                staging.release()
                raise
            if identity(self._path) == seen:
                return staging
            staging.release()
            if time.monotonic() > end:
                raise GitBusy(self.lock)

    def _written(self, entries: Mapping[str, str | None]) -> Path:
        workshop = self._repository.workshop
        workshop.mkdir(exist_ok=True)
        made = disk.write_beside(workshop, b"")
        try:
            if self._path.exists():
                shutil.copyfile(self._path, made)
            else:
                made.unlink()
            self._update(made, entries)
        except BaseException:
            disk.remove(made)
            raise
        return made

    def _update(self, made: Path, entries: Mapping[str, str | None]) -> None:
        lines = [f"{FILE if blob else 0} {blob or NONE}\t{path}\0" for path, blob in entries.items()]
        process.run(
            [f"--git-dir={self._repository.git_dir}", "update-index", "-z", "--index-info"],
            at=self._repository.git_dir,
            stdin="".join(lines).encode("utf-8", "surrogateescape"),
            variables={"GIT_INDEX_FILE": str(made)},
        )


class Staging:
    """A new index under git's lock; no step of it needs room on the disk any more."""

    def __init__(self, path: Path, lock: Path, made: Path) -> None:
        """``path``: the index; ``lock``: git's lock file of it; ``made``: the new index."""
        self._path = path
        self._lock = lock
        self._made = made
        self._kept = made.with_name(f"{made.name}.old")
        self._written: Identity | None = None
        self._is_locked = False

    def begin(self) -> None:
        """Take the lock and keep the old index under a second name."""
        take(self._lock, self._made)
        self._is_locked = True
        if self._path.exists():
            disk.link(self._path, self._kept)

    def commit(self) -> None:
        """Put the new index in place, which gives the lock free."""
        written = identity(self._lock)
        disk.replace(self._lock, self._path)
        self._is_locked, self._written = False, written
        disk.sync_folder(self._path.parent)

    def undo(self) -> None:
        """Put the old index back, unless another git command has written one since.

        Raises:
            GitBusy, OSError: it cannot be done now.
        """
        if self._written is None:
            return
        take(self._lock, self._kept) if self._kept.exists() else take(self._lock, self._made)
        self._is_locked = True
        if identity(self._path) == self._written:
            disk.replace(self._lock, self._path) if self._kept.exists() else self._path.unlink()
            self._is_locked = self._lock.exists()

    def release(self) -> None:
        """Give the lock free and remove what is left."""
        if self._is_locked:
            disk.remove(self._lock)
        disk.remove(self._kept)
        disk.remove(self._made)


#: What tells one state of a file from another: the file's number, its size, when it was written.
Identity: TypeAlias = tuple[int, int, int]


def identity(path: Path) -> Identity | None:
    """Return what tells this state of a file from another, None where there is no file."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns
