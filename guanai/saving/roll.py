"""The roll of all children: names and, hashed, identity numbers, kept by blob id so that no save reads them all.

One SQLite file below ``.guanai/cache``; it may be deleted at any time. It says at which commit it stands; only what
changed since is read.
"""

import contextlib
import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from guanai.paths import kind_of
from guanai.store.git import Repository, UnknownRevision
from guanai.yamlfile import load

_TABLES = """
CREATE TABLE IF NOT EXISTS children (path TEXT PRIMARY KEY, blob TEXT, id TEXT, name TEXT, start TEXT, number TEXT)
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_start ON children (start);
CREATE INDEX IF NOT EXISTS by_number ON children (number);
CREATE TABLE IF NOT EXISTS stand (one INTEGER PRIMARY KEY CHECK (one = 1), head TEXT);
"""
#: Comments, 编号 and 姓名, other one-line keys, then 证件 with its indented lines.
_HEAD = re.compile(
    rb"(?:#[^\n]*\n)*" + "编号: [^\n]+\n姓名: [^\n]+\n".encode() + rb"(?:[^\s#][^\n:]*: [^\n|>\[{]+\n)*"
    + "证件:\n".encode() + rb"(?:  [^\n]*\n)+(?=\S)"
)  # fmt: skip
_SHORTEST = 2
_MOST_VARIABLES = 500


class Roll:
    """Looks children up by name or number."""

    def __init__(self, root: Path, repository: Repository, head: str) -> None:
        """Bring the roll up to a commit.

        Args:
            root: folder that holds ``.guanai``.
            repository: the main one.
            head: id of the commit, "" before the first.
        """
        self._repository = repository
        self._connection = _opened(root / ".guanai" / "cache" / "children.sqlite")
        try:
            self._catch_up(head)
        except sqlite3.Error:  # broken by a power cut, or held by another program: make do without the file
            self.close()
            self._connection = _opened(None)
            self._catch_up(head)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def names_in(self, texts: Iterable[str]) -> dict[str, set[str]]:
        """Return the children whose names may stand in some texts: ids by name."""
        starts = {text[at : at + _SHORTEST] for text in texts for at in range(len(text) - 1)}
        found: dict[str, set[str]] = {}
        for some in _portions(sorted(starts)):
            marks = ",".join("?" * len(some))
            query = f"SELECT name, id FROM children WHERE start IN ({marks})"  # noqa: S608 -- question marks only
            for name, child in self._connection.execute(query, some):
                found.setdefault(name, set()).add(child)
        return found

    def others_with_number(self, number: str, own: str) -> list[str]:
        """Return the ids of other children with an identity number.

        Args:
            number: hashed, as in `Facts`.
            own: path of the child's own record.
        """
        rows = self._connection.execute(
            "SELECT id FROM children WHERE number = ? AND path <> ?", (number, own)
        )
        return [str(child) for (child,) in rows]

    def _catch_up(self, head: str) -> None:
        row = self._connection.execute("SELECT head FROM stand").fetchone()
        stand = str(row[0]) if row else None
        if stand == head:
            return
        rows = list(self._rows(stand, head))
        with self._connection:
            if stand is None or not self._is_known(stand):
                self._connection.execute("DELETE FROM children")
            self._connection.executemany("DELETE FROM children WHERE path = ?", ((path,) for path, _ in rows))
            self._connection.executemany(
                "INSERT OR REPLACE INTO children VALUES (?, ?, ?, ?, ?, ?)",
                (self._row(path, blob) for path, blob in rows if blob is not None),
            )
            self._connection.execute("INSERT OR REPLACE INTO stand VALUES (1, ?)", (head,))

    def _rows(self, stand: str | None, head: str) -> Iterator[tuple[str, str | None]]:
        """Yield path and blob id of the children's files that are new since the roll's commit; None for gone."""
        is_anew = stand is None or not self._is_known(stand)
        for path, (_, blob) in self._repository.difference("" if is_anew else str(stand), head).items():
            if kind_of(path) == "student":
                yield path, blob

    def _is_known(self, commit: str) -> bool:
        try:
            return not commit or bool(self._repository.resolve(commit))
        except UnknownRevision:  # history was rewritten by an erasure
            return False

    def _row(self, path: str, blob: str) -> tuple[str, str, str, str, str, str]:
        data = load(_head(self._repository.read(blob)), path).data
        whole: dict[str, Any] = data if isinstance(data, dict) else {}
        papers = whole.get("证件")
        number = papers.get("号码") if isinstance(papers, dict) else None
        name = str(whole.get("姓名", ""))
        return (
            path,
            blob,
            str(whole.get("编号", "")),
            name,
            name[:_SHORTEST] if len(name) >= _SHORTEST else "",
            _hashed(number) if isinstance(number, str) else "",
        )


def _head(raw: bytes) -> bytes:
    """Return the first keys of a child's file down to 证件, all of it where they do not stand at its head."""
    found = _HEAD.match(raw)
    return found[0] if found else raw


def _hashed(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def _portions(words: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(words), _MOST_VARIABLES):
        yield words[start : start + _MOST_VARIABLES]


def _opened(file: Path | None) -> sqlite3.Connection:
    """Open the roll's file; where that cannot be, a roll in memory."""
    if file is not None:
        with contextlib.suppress(OSError, sqlite3.Error):
            for folder in (file.parents[1], file.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            connection = sqlite3.connect(file, timeout=5, check_same_thread=False)
            try:
                # A power cut may break the file; then it is made anew.
                connection.executescript("PRAGMA synchronous=OFF;" + _TABLES)
            except sqlite3.DatabaseError:
                connection.close()
                file.unlink(missing_ok=True)
                raise
            return connection
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(_TABLES)
    return connection
