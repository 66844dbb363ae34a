"""A save over both repositories: two commits and one promise, written down before the first of them.

Between the two commits lies a moment in which half of the save stands. Whoever finds the promise afterwards makes the
other half too; where not even the first commit was made, the save never was. The promise names contents by blob id:
it holds no word of a record.
"""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from guanai.errors import GuanaiError
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.store import disk
from guanai.store.git import HeadMoved, NotKept
from guanai.store.journal import JournalStore, is_kept
from guanai.store.merge import merge
from guanai.store.note import Action, Note, Reason
from guanai.store.own import LeftHalf

_PRIVATE = 0o700
_TRIES = 5


class JointStore(JournalStore, Protocol):
    """What a save over both repositories needs of a store."""

    def put(
        self,
        changes: Mapping[str, bytes | None],
        note: Note,
        *,
        parent: str,
        beside: Mapping[str, bytes] | None = None,
    ) -> str:
        """Commit new contents."""

    def demand_ready(self, paths: Collection[str]) -> None:
        """Refuse files that could not be committed now."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a save changes in one of the repositories.

    Attributes:
        changes: new content by path from the workspace's root, at least one.
        note: for the commit's message.
        parent: the commit it was made on.
        beside: see ``Store.put``.
    """

    changes: Mapping[str, bytes]
    note: Note
    parent: str
    beside: Mapping[str, bytes] = field(default_factory=dict)


class HalfKept(GuanaiError):
    """The first commit of two was made, the second could not be; it will be."""

    def __init__(self, error: GuanaiError, paths: Sequence[str]) -> None:
        """``error``: what was in the way; ``paths``: the records that wait."""
        super().__init__(
            f"只保存了一半，{'、'.join(paths)} 还没有入库：{error}\n"
            "内容已经留住，请不要重录；处理好之后，下次保存或启动时会自动补上。"
        )


@dataclass(frozen=True, slots=True)
class _Promise:
    """What stands in the file: of each part its note, its parent, and by path the blob before and the one to come."""

    file: Path
    parts: tuple[tuple[Note, str, Mapping[str, tuple[str | None, str]]], ...]


def put_jointly(store: JointStore, parts: Sequence[Part]) -> str:
    """Commit all parts or none, whatever happens in between; return the id of the last commit.

    Raises:
        HalfKept: the rest will follow by itself.
        HeadMoved, DirtyFile, GitBusy, Unfinished, StoreBusy, NotKept, LeftHalf: as ``Store.put``, of the first part.
    """
    with store.locked():
        for part in parts:
            store.demand_ready(part.changes.keys() - part.beside.keys())
        promise = _written(store, parts)
        try:
            commit = [
                store.put(dict(part.changes), part.note, parent=part.parent, beside=part.beside)
                for part in parts
            ][-1]
        except LeftHalf:
            raise  # the next start knows whether the first commit came to be
        except GuanaiError:
            if not _is_begun(store, promise):
                _drop(promise)
                raise
            _carry_on(store, promise)
            commit = store.head(next(iter(parts[-1].changes)))
        _drop(promise)
    return commit


def end_joint(store: JointStore) -> Iterator[str]:
    """Make the commits that a crash kept from following their first; costs nothing where there was no crash.

    Yields:
        What was done, or what is still in the way, in Chinese sentences.
    """
    _sweep(_folder(store.root))
    for promise in _found(store.root):
        if _is_begun(store, promise):
            try:
                done = _carry_on(store, promise)
            except HalfKept as error:
                yield str(error)
                continue
            if done:
                yield f"上次中断的保存已经补完：{'、'.join(done)}。"
        _drop(promise)


def _is_begun(store: JointStore, promise: _Promise) -> bool:
    _, parent, blobs = promise.parts[0]
    return _has_part(store, parent, blobs)


def _has_part(store: JointStore, parent: str, blobs: Mapping[str, tuple[str | None, str]]) -> bool:
    repository = store.pair.home(next(iter(blobs)))[0]
    return is_kept(repository, parent, {store.pair.home(path)[1]: new for path, (_, new) in blobs.items()})


def _carry_on(store: JointStore, promise: _Promise) -> tuple[str, ...]:
    """Make the commits that are missing; return their records.

    Raises:
        HalfKept: that cannot be now.
    """
    done: list[str] = []
    for note, parent, blobs in promise.parts:
        if _has_part(store, parent, blobs):
            continue
        try:
            _put_later(store, note, blobs)
        except GuanaiError as error:
            raise HalfKept(error, tuple(blobs)) from error
        done += blobs
    return tuple(done)


def _put_later(store: JointStore, note: Note, blobs: Mapping[str, tuple[str | None, str]]) -> None:
    """Commit a part onto what stands there now: pushes take no lock of ours."""
    for left in reversed(range(_TRIES)):
        parent = store.head(next(iter(blobs)))
        contents = {path: _merged(store, parent, path, *sides) for path, sides in blobs.items()}
        try:
            store.put(contents, note, parent=parent)
        except HeadMoved:
            if not left:
                raise
            continue
        return


def _merged(store: JointStore, head: str, path: str, old: str | None, new: str) -> bytes:
    repository, inner = store.pair.home(path)
    now, mine = repository.blob(head, inner), repository.read(new)
    if now in (old, new) or now is None:
        return mine
    kind = kind_of(path)
    before = repository.read(old).decode() if old else ""
    shape = load_schemas().record(kind) if kind else None
    merged = merge(before, mine.decode(), repository.read(now).decode(), shape)
    # What others saved in the meantime was acknowledged to them: where both wrote one field, theirs stays.
    return merged.text.encode()


def _written(store: JointStore, parts: Sequence[Part]) -> _Promise:
    """Write the promise and the contents it speaks of, durable.

    Raises:
        NotKept: the disk refuses.
    """
    facts = []
    for part in parts:
        blobs = {}
        for path, content in part.changes.items():
            repository, inner = store.pair.home(path)
            blobs[path] = [repository.blob(part.parent, inner), repository.keep_blob(content)]
        facts.append({"note": _as_json(part.note), "parent": part.parent, "blobs": blobs})
    folder = _folder(store.root)
    file = folder / f"{secrets.token_hex(8)}.json"
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        disk.write_file(file, json.dumps(facts, ensure_ascii=False).encode(), beside=folder)
    except OSError as error:
        raise NotKept(error) from error
    return _read(file)


def _sweep(folder: Path) -> None:
    """Remove what was half written: the store is held, nobody is writing a promise now."""
    if folder.is_dir():
        for file in folder.iterdir():
            if file.suffix != ".json":
                disk.remove(file)


def _found(root: Path) -> list[_Promise]:
    """Return the promises that nobody has kept yet, oldest save first."""
    try:
        found = [_read(file) for file in _folder(root).glob("*.json")]
    except FileNotFoundError:  # another process has just ended it
        return []
    return sorted(found, key=lambda promise: promise.parts[0][0].when)


def _read(file: Path) -> _Promise:
    facts: list[dict[str, Any]] = json.loads(file.read_bytes())
    return _Promise(
        file,
        tuple(
            (
                _note(part["note"]),
                str(part["parent"]),
                {str(path): (sides[0], str(sides[1])) for path, sides in part["blobs"].items()},
            )
            for part in facts
        ),
    )


def _drop(promise: _Promise) -> None:
    disk.remove(promise.file)  # left behind by a refusal, it is found kept and goes at the next start


def _as_json(note: Note) -> dict[str, Any]:
    return {
        "action": note.action,
        "ids": note.ids,
        "staff": note.staff_id,
        "author": note.author,
        "reason": note.reason,
        "when": note.when.isoformat(),
        "second": note.second,
    }


def _note(facts: Mapping[str, Any]) -> Note:
    return Note(
        Action(facts["action"]),
        tuple(facts["ids"]),
        facts["staff"],
        facts["author"],
        Reason(facts["reason"]),
        datetime.fromisoformat(facts["when"]),
        facts["second"],
    )


def _folder(root: Path) -> Path:
    return root / ".guanai" / "journal" / "joint"
