"""Saving and histories at size: ours against ourselves at 1,000 records, and against `git add` and `git commit`.

Each save is one commit, durable when it returns: what git leaves to the system is flushed, for the peer too
(``core.fsync=all``). Repositories are made with `git fast-import`; no folder holds more than 400 files.
"""

import itertools
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import call, row

from guanai.store.git import Repository
from guanai.store.note import Action, Note, Reason
from guanai.store.places import SharedStore

_ROOT = Path(__file__).resolve().parents[1]
_PLACE = _ROOT / "build" / "bench" / "saving"
_FEW, _MANY, _A_FOLDER = 1_000, 100_000, 400
_SAVES, _PEERS = 60, 7
_FILES, _COMMITS, _ASKED = 2_000, 20_000, 9
_BEGUN = datetime(2026, 11, 20, 8, tzinfo=UTC)
_MOST_GROWTH = 2.0


def main() -> int:
    """Run every comparison; 1 when a ratio is not reached."""
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir(parents=True)
    try:
        reached = [*_saving(), _history()]
    finally:
        shutil.rmtree(_PLACE, ignore_errors=True)
    return 0 if all(reached) else 1


def _saving() -> Iterator[bool]:
    text = max((_ROOT / "records/students").rglob("*.yml"), key=lambda file: file.stat().st_size).read_bytes()
    stores = {count: _store(count, text) for count in (_FEW, _MANY)}
    small, big = (Saver(stores[count], count, text) for count in (_FEW, _MANY))
    peer = Peer(stores[_MANY].pair.main.git_dir, _MANY)
    taken: dict[str, list[float]] = {"small": [], "big": [], "peer": []}
    for turn in range(_SAVES):  # in turns, so that a busy machine is busy for all
        taken["small"].append(call(small.save, 1))
        taken["big"].append(call(big.save, 1))
        if turn % (_SAVES // _PEERS) == 0:
            taken["peer"].append(call(peer.save, 1))
    mine = {name: statistics.median(times) for name, times in taken.items()}
    growth = mine["big"] / mine["small"]
    print(
        f"save, shared store, {len(text)} bytes: {mine['small'] * 1000:.1f} ms at {_FEW:,} records, "
        f"{mine['big'] * 1000:.1f} ms at {_MANY:,}: {growth:.2f} x (below {_MOST_GROWTH:g} x)  "
        f"{'ok' if growth < _MOST_GROWTH else 'ABOVE'}"
    )
    yield growth < _MOST_GROWTH
    yield row(f"save at {_MANY:,} records, git add + commit", mine["big"], mine["peer"], 5)
    for store in stores.values():
        store.close()


class Saver:
    """Saves a new line into one record after the other."""

    def __init__(self, store: SharedStore, count: int, text: bytes) -> None:
        """``count``: records in the store, all of them ``text``."""
        self._store = store
        self._count = count
        self._text = text
        self._chance = random.Random(count)  # noqa: S311 - the same records each time
        self._turn = itertools.count()

    def save(self) -> None:
        """Read a record at the head and save it with a line more."""
        path, turn = _path(self._chance.randrange(self._count)), next(self._turn)
        note = Note(
            Action.CHANGE,
            ("S2024-7K3QD",),
            "T-3XK9",
            "张某",
            Reason.CORRECTION,
            _BEGUN + timedelta(minutes=turn),
        )
        with self._store.locked():
            parent = self._store.head()
            content = self._store.source(parent).read(path) or b""
            self._store.put({path: content + b"# %d\n" % turn}, note, parent=parent)


class Peer:
    """Does the same by `git add` and `git commit` in a work tree."""

    def __init__(self, origin: Path, count: int) -> None:
        """``origin``: what to clone; ``count``: records in it."""
        self._root = _PLACE / "peer"
        self._count = count
        self._chance = random.Random(count)  # noqa: S311 - the same records each time
        _git(_PLACE, "clone", "-q", str(origin), str(self._root))

    def save(self) -> None:
        """Add a line to a record and commit it."""
        path = _path(self._chance.randrange(self._count))
        with (self._root / path).open("ab") as file:
            file.write(b"# more\n")
        _git(self._root, "add", path)
        _git(self._root, "commit", "-qm", "more")


def _history() -> bool:
    bare = _PLACE / "history.git"
    chance = random.Random(1)  # noqa: S311 - the same past each time
    _git(_PLACE, "init", "-q", "--bare", "-b", "main", str(bare))
    _import(bare, _past(chance))
    repository = Repository(bare)
    paths = [_path(chance.randrange(_FILES)) for _ in range(_ASKED)]
    without = _asked(repository, paths)
    begun = time.perf_counter()
    repository.keep_graph()
    print(f"table of changed paths over {_COMMITS:,} commits: {time.perf_counter() - begun:.2f} s, once")
    ours = _asked(repository, paths)
    repository.close()
    return row(f"history of one record among {_COMMITS:,} commits", ours, without, 5)


def _asked(repository: Repository, paths: list[str]) -> float:
    return statistics.median(call(lambda path=path: list(repository.log(path)), 1) for path in paths)  # type: ignore[misc] # bound at once


def _store(count: int, text: bytes) -> SharedStore:
    bare = _PLACE / f"{count}.git"
    _git(_PLACE, "init", "-q", "--bare", "-b", "main", str(bare))

    def first() -> Iterator[bytes]:
        yield b"blob\nmark :1\ndata %d\n%s\n" % (len(text), text)
        yield _commit(0)
        for number in range(count):
            # Every record is another blob, as in life; only its first line differs.
            own = b"# %d\n" % number + text
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (_path(number).encode(), len(own), own)

    _import(bare, first())
    return SharedStore(bare, bare)


def _past(chance: random.Random) -> Iterator[bytes]:
    for number in range(_COMMITS):
        changed = range(_FILES) if not number else [chance.randrange(_FILES)]
        yield _commit(number)
        for each in changed:
            own = b"# %d %d\n" % (each, number)
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (_path(each).encode(), len(own), own)


def _commit(number: int) -> bytes:
    stamp = int(_BEGUN.timestamp()) - 10_000_000 + number
    return b"commit refs/heads/main\ncommitter guanai <guanai@localhost> %d +0800\ndata 4\nmore\n" % stamp


def _import(bare: Path, stream: Iterator[bytes]) -> None:
    with subprocess.Popen(
        ["git", "-C", bare, "fast-import", "--quiet", "--depth=10"], stdin=subprocess.PIPE
    ) as child:
        if child.stdin is not None:
            child.stdin.writelines(stream)
    if child.returncode:
        raise RuntimeError(bare)


def _git(at: Path, *arguments: str) -> None:
    settings = {"user.name": "peer", "user.email": "peer@localhost", "gc.auto": "0", "core.fsync": "all"}
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    subprocess.run(
        ["git", *given, "-C", at, *arguments], check=True, env=os.environ, stdout=subprocess.DEVNULL
    )


def _path(number: int) -> str:
    return f"records/students/{2000 + number // _A_FOLDER}/{number:06d}.yml"


if __name__ == "__main__":
    sys.exit(main())
