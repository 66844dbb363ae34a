"""Kills writers with `kill -9` at random moments and checks that the store lost nothing: ``make torture``.

Each round starts writers that save to the same records as fast as they can, kills them all, lets the store repair
itself as at a start, and checks: every acknowledged save is in the history, every other one is whole or absent, the
final state is what the acknowledged edits give in the order of the history, git finds nothing wrong, and the
work tree is clean.
"""
# ruff: noqa: INP001 - scripts are no package

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from guanai.errors import GuanaiError
from guanai.store.git import Commit, HeadMoved, Repository, found
from guanai.store.note import Action, Note, Reason
from guanai.store.places import Store, make_shared, open_store, recover

_RECORDS = 6
_BEGUN = datetime(2026, 11, 20, 8, tzinfo=UTC)
_LONGEST_SECONDS = 0.6
_FULL_CHECK_EVERY = 25


@dataclass(frozen=True, slots=True)
class Edit:
    """One client's edit: it adds its name to two records and sets the same field in both."""

    writer: int
    number: int
    records: tuple[str, str]

    @property
    def name(self) -> str:
        """The edit's own name, which stands in its commit's subject."""
        return f"W{self.writer}-{self.number}"

    def applied(self, texts: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the two records after the edit."""
        return {path: self._one(texts[path]) for path in self.records}

    def _one(self, text: bytes) -> bytes:
        _, *lines = text.decode().splitlines()
        return "\n".join([f"last: {self.name}", *lines, f"- {self.name}", ""]).encode()


def main(arguments: list[str] | None = None) -> int:
    """Run the rounds; 1 when a check fails."""
    options = _options().parse_args(arguments)
    chance = random.Random(options.seed)  # noqa: S311 - repeatable kills
    place = Path(tempfile.mkdtemp(prefix="torture"))
    failures: list[str] = []
    for kind in options.kinds.split(","):
        run = Run(_made(place / kind, kind), options.writers, chance)
        for number in range(options.rounds):
            run.round()
            failures += run.complaints(
                is_full=not (number + 1) % _FULL_CHECK_EVERY or number + 1 == options.rounds
            )
            if failures:
                break
        print(f"{kind}: {run.summary}")  # noqa: T201 - a script tells what it did
    for failure in failures:
        print(failure, file=sys.stderr)  # noqa: T201 - as above
    if not failures:
        shutil.rmtree(place)
    return 1 if failures else 0


class Run:
    """Rounds on one store."""

    def __init__(self, root: Path, writers: int, chance: random.Random) -> None:
        """``root``: workspace or bare repository; ``writers``: how many at once."""
        self.root = root
        self._writers = writers
        self._chance = chance
        self._acks = root.with_name(f"{root.name}.acks")
        self._acks.mkdir()
        self._rounds = self._repairs = 0
        self._gave_up = False
        with _opened(root) as store:
            self._order = Order(store)

    @property
    def summary(self) -> str:
        """What was done, in a line."""
        acknowledged = sum(len(names) for names in self._acknowledged().values())
        return f"{self._rounds} rounds, {acknowledged} acknowledged saves, {self._repairs} repairs told"

    def round(self) -> None:
        """Let the writers write, kill them, repair."""
        children = [self._started(writer) for writer in range(self._writers)]
        time.sleep(self._chance.uniform(0.02, _LONGEST_SECONDS))
        for child in self._chance.sample(children, len(children)):
            # Now and then the git processes that a writer started live on.
            kill = os.killpg if self._chance.random() < 0.8 else os.kill
            kill(child, signal.SIGKILL)
        for child in children:
            _, status = os.waitpid(child, 0)
            self._gave_up |= not os.WIFSIGNALED(status)
        with _opened(self.root) as store:
            self._repairs += len(recover(store))
        self._rounds += 1

    def complaints(self, *, is_full: bool) -> list[str]:
        """Return what is wrong with the store now; ``is_full``: unpack and read every object."""
        with _opened(self.root) as store:
            found_wrong = ["a writer gave up by itself"] if self._gave_up else []
            found_wrong += [*self._order.complaints(store, self._acknowledged())]
            if recover(store):
                found_wrong.append("a second repair found something to do")
            told = store.pair.main.run(
                "fsck", *(["--full", "--strict"] if is_full else ["--connectivity-only"])
            )
            found_wrong += [line for line in told.decode().splitlines() if not line.startswith("dangling")]
            if not store.pair.main.bare:
                found_wrong += store.pair.main.run("status", "--porcelain").decode().splitlines()
            found_wrong += [str(file) for file in store.pair.main.workshop.glob("*")]
        return [f"round {self._rounds}: {complaint}" for complaint in found_wrong]

    def _started(self, writer: int) -> int:
        seed = self._chance.random()
        child = os.fork()
        if child:
            with suppress(OSError):  # it may have done so itself, or be gone
                os.setpgid(child, child)
            return child
        try:
            os.setpgid(0, 0)
            self._write(writer, random.Random(seed))  # noqa: S311 - repeatable
        except GuanaiError as error:
            print(error, file=sys.stderr, flush=True)  # noqa: T201 - a script tells what it saw
        finally:
            os._exit(1)

    def _write(self, writer: int, chance: random.Random) -> None:
        store = open_store(self.root)
        acks = os.open(self._acks / str(writer), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        number = self._rounds * 100_000
        while True:
            number += 1
            first, second = chance.sample(range(_RECORDS), 2)
            edit = Edit(writer, number, (_path(first), _path(second)))
            # Some hold the store while they read and save, as a careful program does; others try again.
            with store.locked() if chance.random() < 0.5 else nullcontext():
                _saved(store, edit)
            os.write(acks, f"{edit.name}\n".encode())

    def _acknowledged(self) -> dict[int, list[str]]:
        return {int(file.name): file.read_text("ascii").split() for file in self._acks.iterdir()}


class Order:
    """The one order of edits that the history tells, and the state it leads to."""

    def __init__(self, store: Store) -> None:
        """Begin with the store's state now."""
        self._head = store.head()
        self._texts = {path: store.source().read(path) or b"" for path in map(_path, range(_RECORDS))}
        self._places: dict[str, int] = {}

    def complaints(self, store: Store, acknowledged: Mapping[int, list[str]]) -> Iterator[str]:
        """Follow what was committed since the last time.

        Args:
            store: the store.
            acknowledged: names of the acknowledged edits of each writer, in his order.

        Yields:
            What the history does not explain.
        """
        main = store.pair.main
        for commit in reversed(list(main.log(since=self._head))):
            yield from self._follow(main, commit)
        self._head = store.head()
        for names in acknowledged.values():
            places = [self._places.get(name, -1) for name in names]
            if -1 in places:
                yield f"{names[places.index(-1)]} was acknowledged and is lost"
            elif places != sorted(places):
                yield "a writer's edits are out of order"
        held = store.source()
        for path, text in self._texts.items():
            if held.read(path) != text:
                yield f"{path} is not the end of the history"

    def _follow(self, main: Repository, commit: Commit) -> Iterator[str]:
        name, changed = commit.subject.split()[1], main.changed(commit.id)
        if name in self._places:
            yield f"{name} is twice in the history"
        self._places[name] = len(self._places)
        if len(changed) != 2:
            yield f"{name} is half: {sorted(changed)}"
            return
        writer, number = name[1:].split("-")
        first, second = sorted(changed)
        wanted = Edit(int(writer), int(number), (first, second)).applied(self._texts)
        if any(main.read(changed[path][1] or "") != text for path, text in wanted.items()):
            yield f"{name} is not what its edit makes of the state before"
        self._texts |= wanted


def _saved(store: Store, edit: Edit) -> None:
    note = Note(
        Action.CHANGE,
        (edit.name,),
        f"T-{edit.writer}",
        "张某",
        Reason.CORRECTION,
        _BEGUN + timedelta(seconds=edit.number),
    )
    while True:
        parent = store.head()
        source = store.source(parent)
        texts = {path: source.read(path) or b"" for path in edit.records}
        try:
            store.put(dict(edit.applied(texts)), note, parent=parent)
        except HeadMoved:
            continue
        return


def _made(root: Path, kind: str) -> Path:
    for number in range(_RECORDS):
        path = root / _path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("last: none\nall:\n", encoding="ascii")
    (root / ".gitignore").write_text(".guanai/\n", encoding="ascii")
    found(root, "torture", _BEGUN.date())
    if kind == "own":
        return root
    make_shared(root).close()
    return root.with_name(f"{root.name}.git")


@contextmanager
def _opened(root: Path) -> Iterator[Store]:
    store = open_store(root)
    try:
        yield store
    finally:
        store.close()


def _path(number: int) -> str:
    return f"records/students/{number % 2}/{number}.yml"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--rounds", type=int, default=300, help="kills of all writers, for each kind of store"
    )
    parser.add_argument("--writers", type=int, default=8, help="writers at the same time")
    parser.add_argument("--kinds", default="shared,own", help="kinds of store, comma between")
    parser.add_argument("--seed", type=int, default=2026, help="of the random moments")
    return parser


if __name__ == "__main__":
    sys.exit(main())
