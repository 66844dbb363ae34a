"""What was printed already, and of what: so that only papers whose records have changed are made again.

A paper about a record depends on that record, on the core records (and those that keep numbers of papers), and on the
files of the children it mentions; a view depends on all records. The list is a cache: without it everything is made
once more.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import generators
from generators.papers import Paper
from guanai import __version__
from guanai.ids import STUDENT_ID
from guanai.paths import kind_of, name_of
from guanai.store.sources import Source

_PLACE: Final = Path(".guanai") / "cache" / "printed.json"
_CORE: Final = frozenset({"school", "staff", "access", "calendar", "decision", "meeting", "policy"})
_MENTION: Final = re.compile(STUDENT_ID.pattern.encode())


class Printed:
    """The files that were written, each with the digest of what it was made of."""

    def __init__(self, root: Path, source: Source) -> None:
        """Read what is known.

        Args:
            root: the workspace.
            source: its records as they are now.
        """
        self._file = root / _PLACE
        self._source = source
        self._known: dict[str, Any] = self._read()

    def has(self, target: Path, key: str) -> bool:
        """Whether a file lies there as it was written from the same inputs."""
        told = self._known.get(str(target.absolute()))
        return isinstance(told, dict) and told.get("key") == key and told.get("file") == _state(target)

    def add(self, target: Path, key: str) -> None:
        """Note that a file was written."""
        self._known[str(target.absolute())] = {"key": key, "file": _state(target)}

    def key(self, paper: Paper, subject: str, *facts: str) -> str:
        """Return the digest of all that a paper can be made of.

        Args:
            paper: its kind.
            subject: what it is about.
            facts: what else it hangs on: edition, day, format.
        """
        told = [__version__, self._program, paper.kind, subject, *facts]
        told.append(self._everything if paper.view is not None else self._of_record(paper.parted(subject)[0]))
        return _digest(told)

    def close(self) -> None:
        """Write down what is known; a disk that refuses costs time the next time, nothing else."""
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = self._file.with_suffix(".new")
            made.write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
            made.replace(self._file)
        except OSError:
            return

    def _read(self) -> dict[str, Any]:
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    @cached_property
    def _versions(self) -> dict[str, str]:
        return dict(self._source.versions().items())

    @cached_property
    def _everything(self) -> str:
        return _digest(f"{path}:{self._versions[path]}" for path in sorted(self._versions))

    @cached_property
    def _core(self) -> str:
        core = sorted(path for path in self._versions if kind_of(path) in _CORE)
        return _digest(f"{path}:{self._versions[path]}" for path in core)

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        return {name_of(path): path for path in self._versions if kind_of(path)}

    @cached_property
    def _program(self) -> str:
        """What documents are made by: an edited form or a newer program prints anew."""
        files = sorted(
            file
            for place in generators.__path__
            for file in Path(place).rglob("*")
            if file.suffix in (".py", ".yml")
        )
        return _digest(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)

    def _of_record(self, record: str) -> str:
        path = self._paths.get(record, "")
        raw = (self._source.read(path) if path else None) or b""
        mentioned = sorted({found.decode() for found in _MENTION.findall(raw)})
        others = [f"{each}:{self._versions.get(self._paths.get(each, ''), '')}" for each in mentioned]
        return _digest([self._core, hashlib.sha256(raw).hexdigest(), *others])


def _state(target: Path) -> list[int]:
    try:
        found = target.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def _digest(words: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
