"""Attendance (考勤) that is acknowledged at once and committed together: a journal in front of the store.

A class's check without exceptions arrives three times a day from every class. Each is a line of
``.guanai/journal/attendance.log``, on the disk before anyone is told that it is kept; once a minute the
lines become one commit. A line carries a checksum: a torn last one was never acknowledged.
"""

import contextlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from guanai.store import disk
from guanai.store.git import HeadMoved, NotKept, Repository, object_id
from guanai.store.git.process import PROGRAM
from guanai.store.intent import leftovers
from guanai.store.locks import Lock
from guanai.store.note import Action, Note, Reason
from guanai.store.pair import Pair
from guanai.store.sources import Source

#: Makes a record's new content of its content now (None: no file yet) and one entry's payload; must bear
#: to be given the same payload twice.
Apply = Callable[[bytes | None, "Entry"], bytes]

_LOG, _TAKEN, _DUE = "attendance.log", "attendance.taken", "attendance.due"
_PRIVATE = 0o700
_TRIES = 5


class JournalStore(Protocol):
    """What the journal needs of a store."""

    root: Path
    pair: Pair

    def head(self, path: str = "") -> str:
        """Return the newest commit of the repository that keeps ``path``."""

    def source(self, revision: str = "") -> Source:
        """Return the records at a commit."""

    def put(self, changes: Mapping[str, bytes | None], note: Note, *, parent: str) -> str:
        """Commit new contents."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold the store."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    Attributes:
        path: the record, from the workspace's root.
        payload: what to do to it, in words that ``Apply`` understands.
        staff_id: 编号 of the person.
        author: the person's name.
        when: instant of the entry.
    """

    path: str
    payload: str
    staff_id: str
    author: str
    when: datetime


class Journal:
    """The attendance journal of one store."""

    def __init__(self, store: JournalStore, apply: Apply, *, every: timedelta = timedelta(minutes=1)) -> None:
        """Open the journal.

        Args:
            store: where the commits go.
            apply: the merge of one entry into a record.
            every: at most one commit in this time.
        """
        self._store = store
        self._apply = apply
        self._every = every
        self._folder = store.root / ".guanai" / "journal"
        self._lock = Lock(self._folder / "attendance.lock")

    def append(self, path: str, payload: str, *, staff_id: str, author: str, when: datetime) -> Entry:
        """Keep one entry; when this returns it survives a power cut.

        Raises:
            NotKept: the disk refuses; nothing is kept of it.
        """
        entry = Entry(path, payload, staff_id, author, when)
        with self._lock.held():
            try:
                self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
                _mend(self._folder / _LOG)
                disk.append(self._folder / _LOG, _line(entry))
            except OSError as error:
                raise NotKept(error) from error
        return entry

    def waiting(self) -> tuple[Entry, ...]:
        """Return what is kept and not committed yet, oldest first."""
        with self._lock.held():
            return (*_entries(self._folder / _TAKEN), *_entries(self._folder / _LOG))

    def read(self, path: str) -> bytes | None:
        """Return a record as it will be once what waits is committed, None where there is none."""
        content = self._store.source().read(path)
        for entry in self.waiting():
            if entry.path == path:
                content = self._apply(content, entry)
        return content

    def flush(self, now: datetime, *, is_urgent: bool = False) -> str:
        """Commit what waits, unless the last commit is younger than a minute.

        Args:
            now: the instant.
            is_urgent: do not wait, as at the end of the program.

        Returns:
            The commit's id, "" where nothing was due.

        Raises:
            HeadMoved: others were quicker five times over; all entries wait on.
            NotKept, DirtyFile, …: as ``Store.put``; all entries wait on.
        """
        if not is_urgent and now < self._due():
            return ""
        with self._store.locked():
            try:
                for _ in settled(self._store, self._folder):
                    pass
                commit = self._commit_taken(now)  # what a crash kept from being committed
                self._take()
                return self._commit_taken(now) or commit
            except OSError as error:
                raise NotKept(error) from error

    def _due(self) -> datetime:
        try:
            return datetime.fromisoformat((self._folder / _DUE).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return datetime.fromtimestamp(0, tz=UTC)

    def _take(self) -> None:
        # New entries go on into a new file while these are committed.
        taken, log = self._folder / _TAKEN, self._folder / _LOG
        with self._lock.held():
            if log.exists() and not taken.exists():
                disk.replace(log, taken)
                disk.sync_folder(self._folder)

    def _commit_taken(self, now: datetime) -> str:
        entries = _entries(self._folder / _TAKEN)
        return self._committed(entries, now) if entries else ""

    def _committed(self, entries: tuple[Entry, ...], now: datetime) -> str:
        note = _note(entries, now)
        for _ in range(_TRIES - 1):
            try:
                return self._attempt(entries, note, now)
            except HeadMoved:
                continue
        return self._attempt(entries, note, now)

    def _attempt(self, entries: tuple[Entry, ...], note: Note, now: datetime) -> str:
        parent, source = self._store.head(), self._store.source()
        changes: dict[str, bytes | None] = {}
        for entry in entries:
            before = changes[entry.path] if entry.path in changes else source.read(entry.path)
            changes[entry.path] = self._apply(before, entry)
        _promise(self._folder, parent, changes)
        commit = self._store.put(changes, note, parent=parent)
        _forget(self._folder)
        with contextlib.suppress(OSError):  # it is committed; without the file the next comes a little sooner
            _write_due(self._folder, now + self._every)
        return commit


def settled(store: JournalStore, folder: Path) -> Iterator[str]:
    """Put the journal in order after a crash: lines that were committed go, torn ones too.

    Yields:
        What was done and what waits, in Chinese sentences.
    """
    taken, log = folder / _TAKEN, folder / _LOG
    if not folder.is_dir():
        return
    with Lock(folder / "attendance.lock").held():
        for file in leftovers(folder):
            disk.remove(file)
        if taken.exists() and _is_kept(store, folder):
            _forget(folder)
            yield "上次中断前的考勤已经入库，不再重复。"
        if _mend(log):
            yield "考勤日志的最后一行没有写完，也没有确认过，已去掉。"
        count = len(_entries(taken)) + len(_entries(log))
        if count:
            yield f"有 {count} 条考勤已收下、还没有入库，会在下一次保存考勤时一起入库。"


def is_kept(repository: Repository, parent: str, blobs: Mapping[str, str]) -> bool:
    """Tell whether some commit after ``parent`` left files with these contents.

    Args:
        repository: where.
        parent: id of a commit.
        blobs: id by path inside the repository, those that the commit did not touch too.
    """
    if not repository.head():
        return False
    return any(
        all(
            changed.get(path, (None, repository.blob(commit.id, path)))[1] == blob
            for path, blob in blobs.items()
        )
        for commit in repository.log(*blobs, since=parent)
        for changed in [repository.changed(commit.id)]
    )


def _write_due(folder: Path, due: datetime) -> None:
    disk.write_file(folder / _DUE, due.isoformat().encode("ascii"), beside=folder)


def _promise(folder: Path, parent: str, changes: Mapping[str, bytes | None]) -> None:
    """Write down what the commit to come will hold, so that a crash after it does not commit it twice."""
    ids = {path: object_id("blob", content or b"") for path, content in changes.items()}
    words = json.dumps({"parent": parent, "blobs": ids}, ensure_ascii=False).encode()
    disk.write_file(folder / "attendance.promise", words, beside=folder)


def _is_kept(store: JournalStore, folder: Path) -> bool:
    try:
        promise: dict[str, Any] = json.loads((folder / "attendance.promise").read_bytes())
    except FileNotFoundError:
        return False
    return is_kept(store.pair.main, str(promise["parent"]), promise["blobs"])


def _forget(folder: Path) -> None:
    (folder / _TAKEN).unlink(missing_ok=True)
    (folder / "attendance.promise").unlink(missing_ok=True)
    disk.sync_folder(folder)


def _note(entries: tuple[Entry, ...], now: datetime) -> Note:
    people = dict.fromkeys((entry.staff_id, entry.author) for entry in entries)
    author = next(iter(people))[1] if len(people) == 1 else PROGRAM
    staff = "、".join(dict.fromkeys(staff_id for staff_id, _ in people))
    return Note(Action.ATTENDANCE, (), staff, author, Reason.ENTRY, now)


def _line(entry: Entry) -> bytes:
    facts = [entry.path, entry.payload, entry.staff_id, entry.author, entry.when.isoformat()]
    words = json.dumps(facts, ensure_ascii=False).encode()
    return b"%08x %s\n" % (zlib.crc32(words), words)


def _entries(path: Path) -> tuple[Entry, ...]:
    return tuple(_entry(line) for line in _whole(_raw(path)))


def _entry(line: bytes) -> Entry:
    path, payload, staff_id, author, when = json.loads(line[9:])
    return Entry(path, payload, staff_id, author, datetime.fromisoformat(when))


def _whole(raw: bytes) -> Iterator[bytes]:
    for line in raw.splitlines(keepends=True):
        if line.endswith(b"\n") and line[:9] == b"%08x " % zlib.crc32(line[9:-1]):
            yield line


def _mend(path: Path) -> bool:
    """Cut off a torn last line; tell whether there was one."""
    raw = _raw(path)
    if not raw or raw.endswith(b"\n"):
        return False
    disk.write_file(path, raw[: raw.rfind(b"\n") + 1], beside=path.parent)
    return True


def _raw(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
