"""The branch: which commit it names, and its move by compare-and-swap under git's own lock file."""

import os
import re
import time
from datetime import datetime
from pathlib import Path

from guanai.store import disk
from guanai.store.git.errors import GitBusy, GitFailed, HeadMoved
from guanai.store.git.process import ADDRESS, PROGRAM

NONE = "0" * 40
#: A git command that finishes soon is waited for.
PATIENCE_SECONDS = 3.0
_PAUSE_SECONDS = 0.02
_READ, _CHUNK = os.O_RDONLY | getattr(os, "O_BINARY", 0), 1 << 16
_ID = re.compile(r"[0-9a-f]{40}")


class Branch:
    """The branch that HEAD names (``main``)."""

    def __init__(self, git_dir: Path, common_dir: Path, workshop: Path) -> None:
        """``git_dir``: holds HEAD; ``common_dir``: holds the branches; ``workshop``: for new files."""
        self._git_dir = git_dir
        self._common = common_dir
        self._workshop = workshop

    @property
    def name(self) -> str:
        """The full name such as ``refs/heads/main``, "" where HEAD names a commit instead."""
        return _branch_in(_words(self._git_dir / "HEAD"))

    @property
    def lock(self) -> Path:
        """Git's lock file of the branch."""
        return self._common / f"{self.name}.lock"

    def head(self) -> str:
        """Return the id of the newest commit, "" before the first.

        Raises:
            GitFailed: the branch's file holds no id.
        """
        detached = _words(self._git_dir / "HEAD")
        name = _branch_in(detached)
        try:
            words = _words(self._common / name) if name else detached
        except FileNotFoundError:
            return self._packed(name)
        except OSError as error:
            raise GitFailed(f"读不出 {name}") from error
        if not _ID.fullmatch(words.strip()):
            raise GitFailed(f"{name} 已损坏")
        return words.strip()

    def move(self, new: str, old: str, *, when: datetime, why: str) -> None:
        """Let the branch name ``new`` if it still names ``old`` ("": nothing); durable.

        Args:
            new: id of the commit.
            old: id it was built on.
            when: instant for git's own log of the branch.
            why: words for that log, without anything of a child.

        Raises:
            HeadMoved: it names another commit.
            GitBusy: another git command holds the branch for longer than 3 s.
            OSError: the disk refuses; the branch is as before.
        """
        if not self.name:
            raise GitFailed("HEAD 没有指着分支 main，请先切换到 main（git switch main）")
        path = self._common / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._workshop.mkdir(exist_ok=True)
        made = disk.write_beside(self._workshop, f"{new}\n".encode())
        lock = self.lock
        try:
            take(lock, made)
            try:
                self._demand(old)
                self._record(new, old, when=when, why=why)
                disk.replace(lock, path)
            except BaseException:
                disk.remove(lock)
                raise
        finally:
            disk.remove(made)
        disk.sync_folder(path.parent)

    def restore(self, commit: str) -> None:
        """Write the branch's file anew: for one that a power cut has emptied."""
        disk.write_file(self._common / self.name, f"{commit}\n".encode(), beside=self._workshop)

    def past(self) -> list[str]:
        """Return the commits the branch has named, newest first, as git's own log tells."""
        try:
            lines = (self._common / "logs" / self.name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        found = [line.split(" ", 2)[1] for line in lines.splitlines() if line.count(" ") > 1]
        return [each for each in reversed(found) if _ID.fullmatch(each)]

    def _demand(self, old: str) -> None:
        if self.head() != old:
            raise HeadMoved

    def _packed(self, name: str) -> str:
        try:
            lines = _words(self._common / "packed-refs").splitlines()
        except FileNotFoundError:
            return ""
        return next((line[:40] for line in lines if line[40:] == f" {name}"), "")

    def _record(self, new: str, old: str, *, when: datetime, why: str) -> None:
        line = f"{old or NONE} {new} {PROGRAM} <{ADDRESS}> {int(when.timestamp())} +0800\t{why}\n".encode()
        for log in (self._common / "logs" / self.name, self._git_dir / "logs" / "HEAD"):
            log.parent.mkdir(parents=True, exist_ok=True)
            disk.append(log, line)


def _branch_in(head: str) -> str:
    """Return the branch that a HEAD names, "" where it names a commit."""
    return head.removeprefix("ref:").strip() if head.startswith("ref:") else ""


def _words(path: Path) -> str:
    """Return what a small file says, with as few calls of the system as can be.

    Every page asks for the newest commits first; at each call a thread of a busy gateway may have to wait its turn.
    """
    descriptor = os.open(path, _READ)
    try:
        parts = [os.read(descriptor, _CHUNK)]
        while len(parts[-1]) == _CHUNK:
            parts.append(os.read(descriptor, _CHUNK))
    finally:
        os.close(descriptor)
    return b"".join(parts).decode()


def take(lock: Path, made: Path) -> None:
    """Make a git lock file of our own file ``made``, waiting for another command to finish.

    The lock is a second name of the file: after a crash the next start sees by it that the lock was ours.

    Raises:
        GitBusy: the lock is held for longer than 3 s.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return disk.link(made, lock)
        except FileExistsError:
            if time.monotonic() > end:
                raise GitBusy(lock) from None
            time.sleep(_PAUSE_SECONDS)


def is_ours(lock: Path, workshop: Path) -> bool:
    """Tell whether a lock file is a second name of a file we made."""
    try:
        known = lock.stat()
        return any(os.path.samestat(known, file.stat()) for file in workshop.iterdir())
    except OSError:
        return False
