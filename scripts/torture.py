"""Kills writers with `kill -9` at random moments and checks that the store lost nothing: ``make torture``.

Each round starts writers that save to the same records as fast as they can, by the way every form and command takes
(`guanai.saving.save`: asked for, merged by meaning, checked, committed) and by the attendance journal, kills them all,
lets the store repair itself as at a start, and holds what every writer wrote down before and after each save against
the history, field by field: every acknowledged save is there, every refused one is not, every other one is whole or
absent, also where it spans the counselling repository; each commit changes what its edit says and nothing else; git
finds nothing wrong, and the work trees are clean.
"""
# ruff: noqa: INP001 - scripts are no package

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from torture_books import Book, Order, Typed

from guanai.errors import GuanaiError, Usage
from guanai.ids import ALPHABET
from guanai.saving import Conflict, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.git import Repository, found
from guanai.store.journal import Journal
from guanai.store.note import Reason
from guanai.store.pair import COUNSELING
from guanai.store.places import make_shared, open_store, recover
from guanai.web.forms.rollcall import Check, applied_line, payload, place_of
from guanai.yamlfile import dump, load

_SAMPLE = Path(__file__).resolve().parents[1]
_BEGUN = datetime(2026, 11, 20, 1, tzinfo=UTC)
#: A round ends a moment after so many saves were answered, at the latest; a slow machine gets more time for them.
_MOST_ANSWERS, _MOMENT_SECONDS, _LONGEST_SECONDS = 16, 0.05, 3.0
_PAUSE_SECONDS = 0.005
_FULL_CHECK_EVERY = 25
_PRINCIPAL, _COUNSELOR = "T-WSLF", "T-C6BP"
#: So many children are written to at a time, each for so many rounds: records stay as long as real ones.
_AT_ONCE, _ROUNDS_EACH = 4, 12
_KEPT = ("编号", "姓名", "性别", "出生日期", "学籍", "特长")
_TERM, _CLASSES, _MONTHS = "2026-2027-1", ("J2024-01", "J2024-02", "J2025-01", "J2025-02"), ("10", "11")
_SLOTS = ("晨读", "课间操", "放学前")


def main(arguments: list[str] | None = None) -> int:
    """Run the rounds; 1 when a check fails."""
    options = _options().parse_args(arguments)
    chance = random.Random(options.seed)  # noqa: S311 - repeatable kills
    place = Path(tempfile.mkdtemp(prefix="torture"))
    failures: list[str] = []
    for kind in options.kinds.split(","):
        run = Run(made(place / kind, kind), options.writers, chance)
        for number in range(options.rounds):
            run.round()
            is_full = not (number + 1) % _FULL_CHECK_EVERY or number + 1 == options.rounds
            failures += run.complaints(is_full=is_full)
            if failures:
                break
        print(f"{kind}: {run.summary}", flush=True)  # noqa: T201 - a script tells what it did
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
        self._books = root.with_name(f"{root.name}.books")
        self._books.mkdir()
        self._rounds = self._repairs = self._halves = 0
        self._gave_up = False
        with closing(open_store(root)) as store:
            self._order = Order(store)
            self.children = sorted(store.pair.main.blobs("HEAD", "records/students"))
            self.files = sorted(COUNSELING + inner for inner in store.pair.all[-1].blobs("HEAD", ""))
        # What is read once is read before the writers part. The first of them does it: a class is checked by one alone.
        Writer(self, 0).write(chance, most=6)

    @property
    def summary(self) -> str:
        """What was done, in a line."""
        told = self._order.told
        return f"{self._rounds} rounds, {told}, {self._repairs} repairs told, {self._halves} of half saves"

    @property
    def window(self) -> int:
        """Which children are written to now."""
        return self._rounds // _ROUNDS_EACH * _AT_ONCE

    def book(self, writer: int) -> Path:
        """Return the file in which a writer writes down what he does."""
        return self._books / str(writer)

    def first_number(self) -> int:
        """Return what a writer counts from in this round."""
        return self._rounds * 100

    def round(self) -> None:
        """Let the writers write, kill them, repair."""
        self._rounds += 1
        children = [self._started(writer) for writer in range(self._writers)]
        self._wait(self._chance.randint(0, _MOST_ANSWERS))
        for child in self._chance.sample(children, len(children)):
            # Now and then the git processes that a writer started live on.
            kill = os.killpg if self._chance.random() < 0.8 else os.kill
            kill(child, signal.SIGKILL)
        for child in children:
            _, status = os.waitpid(child, 0)
            self._gave_up |= not os.WIFSIGNALED(status)
        with closing(open_store(self.root)) as store:
            told = recover(store)
            Journal(store, applied_line).flush(_BEGUN, is_urgent=True)  # as the gateway does when it starts
        self._repairs += len(told)
        self._halves += sum("补完" in sentence for sentence in told)

    def complaints(self, *, is_full: bool) -> list[str]:
        """Return what is wrong with the store now; ``is_full``: unpack and read every object."""
        with closing(open_store(self.root)) as store:
            wrong = ["a writer gave up by itself"] if self._gave_up else []
            wrong += self._order.complaints(store, [Book(file) for file in sorted(self._books.iterdir())])
            if recover(store):
                wrong.append("a second repair found something to do")
            for repository in store.pair.all:
                wrong += _unsound(repository, is_full=is_full)
            journal = store.root / ".guanai" / "journal"
            wrong += [str(file) for file in journal.rglob("*") if file.is_file() and "save" in file.parts]
            wrong += [str(file) for file in (journal / "joint").glob("*")]
        return [f"round {self._rounds}: {each}" for each in wrong]

    def _wait(self, answers: int) -> None:
        """Let so many lines be written down, then a moment more."""
        end, before = time.monotonic() + _LONGEST_SECONDS, self._lines()
        while self._lines() < before + 2 * answers and time.monotonic() < end:
            time.sleep(_PAUSE_SECONDS)
        time.sleep(self._chance.uniform(0, _MOMENT_SECONDS))

    def _lines(self) -> int:
        return sum(file.read_bytes().count(b"\n[") for file in self._books.iterdir())

    def _started(self, writer: int) -> int:
        seed = self._chance.random()
        child = os.fork()
        if child:
            with suppress(OSError):  # it may have done so itself, or be gone
                os.setpgid(child, child)
            return child
        try:
            os.setpgid(0, 0)
            Writer(self, writer).write(random.Random(seed))  # noqa: S311 - repeatable
        except GuanaiError as error:
            print(error, file=sys.stderr, flush=True)  # noqa: T201 - a script tells what it saw
        finally:
            os._exit(1)


class Writer:
    """One who saves as fast as he can, and writes down each edit before it and its answer after it."""

    def __init__(self, run: Run, number: int) -> None:
        """``number``: of the writer, from 0."""
        self._number = number
        self._count = run.first_number()
        self._store = open_store(run.root)
        self._journal = Journal(self._store, applied_line)
        self._book = os.open(run.book(number), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(self._book, b"\n")  # the last line of a round may be cut off
        self._children = _some(run.children, run.window)
        self._files = _some(run.files, run.window)
        self._students = [Path(path).stem for path in run.children]

    def write(self, chance: random.Random, *, most: int = 0) -> None:
        """Save until killed; ``most``: so many times, 0 for ever."""
        done = 0
        while not most or done < most:
            draw = chance.random() if not most else done / most
            done += 1
            self._count += 1
            if draw < 0.15:
                self._check(chance)
            elif draw < 0.4:
                fields = {chance.choice(self._children): self._talk(_COUNSELOR)}
                fields[chance.choice(self._files)] = self._session()
                self._save(Typed(self._name, _COUNSELOR, fields))
            elif draw < 0.6:
                self._claim(chance.choice(self._children), chance.uniform(0, 0.05))
            else:
                two = chance.sample(self._children, 2)
                fields = {path: {**self._talk(_PRINCIPAL), "特长": self._name} for path in two}
                self._save(Typed(self._name, _PRINCIPAL, fields))

    @property
    def _name(self) -> str:
        day, left = divmod(self._count, len(ALPHABET) ** 3)
        signs = "".join(ALPHABET[left // len(ALPHABET) ** power % len(ALPHABET)] for power in (2, 1, 0))
        return f"{day + 1:02d}-{ALPHABET[self._number]}{signs}"

    def _talk(self, staff: str) -> dict[str, Any]:
        entry = {
            "类型": "谈话", "时间": "2026-11-02T16:40+08:00", "形式": "面谈", "记录人": staff, "内容": f"第 {self._count} 次",
        }  # fmt: skip
        return _placed("过程记录", f"E202611{self._name}", entry)

    def _session(self) -> dict[str, Any]:
        entry = {"时间": "2026-11-02T15:20+08:00", "方式": "面谈", "过程": f"第 {self._count} 次"}
        return _placed("个案记录", f"Y202611{self._name}", entry)

    def _claim(self, path: str, pause: float) -> None:
        """Set a field at a version that others may have left behind meanwhile."""
        main = self._store.pair.main
        base = main.blob(main.head(), path) or ""
        known = load(main.read(base), path).data.get("特长")
        time.sleep(pause)
        fields = {path: {**self._talk(_PRINCIPAL), "特长": self._name}}
        self._save(Typed(self._name, _PRINCIPAL, fields, {path: known}), base)

    def _save(self, typed: Typed, base: str = "") -> None:
        self._note(["typed", typed.name, typed.fields, typed.known])
        when = _BEGUN + timedelta(seconds=self._count)
        outcome = save(
            self._store, load_schemas(), Request(typed.staff, Reason.ENTRY, typed.edits(base), when)
        )
        if not isinstance(outcome, Saved | Conflict):
            raise Usage(str(outcome))
        self._note(["saved" if isinstance(outcome, Saved) else "refused", typed.name])

    def _check(self, chance: random.Random) -> None:
        """Keep a class's check in the journal; no two writers check the same class in the same month."""
        month, class_id = _MONTHS[self._number // 4 % 2], _CLASSES[self._number % 4]
        day, slot = f"2026-{month}-{chance.randint(1, 19):02d}", chance.choice(_SLOTS)
        missing = dict.fromkeys(chance.sample(self._students, chance.randint(0, 2)), "病假")
        check = Check(day, slot, "08:00", self._count, missing, _PRINCIPAL, "08:00")
        path = place_of(class_id, _TERM, day)
        self._note(["checked", [path, day, slot], self._count, sorted(missing)])
        self._journal.append(path, payload(check), staff_id=_PRINCIPAL, author="校长", when=_BEGUN)
        self._note(["kept", [path, day, slot], self._count])
        if chance.random() < 0.5:
            self._journal.flush(_BEGUN, is_urgent=True)

    def _note(self, words: list[Any]) -> None:
        os.write(self._book, f"{json.dumps(words, ensure_ascii=False)}\n".encode())


def made(root: Path, kind: str) -> Path:
    """Make a school of both repositories with short records, in a store of a kind; return the store's place."""
    schemas = load_schemas()
    shutil.copytree(_SAMPLE / "records", root / "records", ignore=shutil.ignore_patterns("attendance"))
    shutil.copytree(_SAMPLE / "schemas", root / "schemas")
    for path in sorted((root / "records/students").rglob("*.yml")):
        data = load(path.read_bytes(), path.name).data
        short = {key: data[key] for key in _KEPT if key in data}
        path.write_text(dump(short, schemas.record("student")), encoding="utf-8")
        year, signs = path.stem[1:].split("-")
        file = {
            "编号": f"Y{year}-{signs}",
            "学生": path.stem,
            "建档日期": "2026-09-01",
            "负责教师": _COUNSELOR,
        }
        apart = root / COUNSELING / year / f"Y{year}-{signs}.yml"
        apart.parent.mkdir(exist_ok=True)
        apart.write_text(dump(file, schemas.record("counseling")), encoding="utf-8")
    (root / ".gitignore").write_text(f".guanai/\n/{COUNSELING}\n", encoding="utf-8")
    found(root / COUNSELING, "torture", _BEGUN.date())
    found(root, "torture", _BEGUN.date())
    if kind == "own":
        return root
    make_shared(root).close()
    return root.with_name(f"{root.name}.git")


def _unsound(repository: Repository, *, is_full: bool) -> Iterator[str]:
    told = repository.run("fsck", *(["--full", "--strict"] if is_full else ["--connectivity-only"]))
    yield from (line for line in told.decode().splitlines() if not line.startswith("dangling"))
    if not repository.bare:
        yield from repository.run("status", "--porcelain").decode().splitlines()
    yield from map(str, repository.workshop.glob("*"))


def _some(paths: list[str], window: int) -> list[str]:
    return [paths[(window + each) % len(paths)] for each in range(_AT_ONCE)]


def _placed(name: str, number: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}/{number}/{key}": value for key, value in {"编号": number, **entry}.items()}


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
