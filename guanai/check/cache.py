"""What earlier checks found, keyed by git's blob ids; may be deleted at any time.

Three tables: what each path held when last seen (so that an unchanged file is not even read), what a blob's own
examination found, and what a whole workspace's check found. Keys carry the program's fingerprint.
"""

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from guanai import __version__, resources
from guanai.check.files import FAULTY, Found, identity

_CODE = ("check", "schema", "yamlfile", "model")
#: A file changed this recently is read again: its next change could leave the same stamp (git's "racy" files).
_RACY_NS = 2_000_000_000
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_TABLES = """
CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY CHECK (one = 1), stamps BLOB);
CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, result TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (key TEXT PRIMARY KEY, problems TEXT, made INTEGER) WITHOUT ROWID;
"""


def fingerprint() -> str:
    """Return a hash of everything but the records that a check's outcome depends on."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).resolve().parents[1]
    sources = [*package.glob("*.py"), *(path for name in _CODE for path in (package / name).rglob("*.py"))]
    for path in sorted(sources):
        status = path.stat()
        digest.update(f"{path.name}{status.st_size}{status.st_mtime_ns}".encode())
    data = [*sorted(resources.schemas_dir().glob("*.*")), resources.generators_dir() / "citations.yml"]
    for path in data:
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:16]


class Cache:
    """One SQLite file below ``.guanai/cache``; where it cannot be used, checks run without it."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self._file = root / ".guanai" / "cache" / "check.sqlite"
        self._program = fingerprint()
        self._is_busy = False
        self._connection = self._opened() or self._anew()

    def identify(self, root: Path, found: Iterable[Found]) -> dict[str, str]:
        """Return the blob id of each file by path, reading only files whose stamp is new."""
        known = self._stamps()
        ids: dict[str, str] = {}
        stamps: dict[str, list[Any]] = {}
        horizon = time.time_ns() - _RACY_NS
        for file in found:
            old = known.get(file.path)
            is_same = old is not None and not file.fault and old[:3] == list(file.stamp)
            blob = old[3] if old is not None and is_same else identity(root, file)
            if blob is None:
                continue
            ids[file.path] = blob
            if file.stamp[0] < horizon and not blob.startswith(FAULTY):
                stamps[file.path] = [*file.stamp, blob]
        if stamps != known:
            self._keep_stamps(stamps)
        return ids

    def run_key(self, ids: Mapping[str, str], on: str) -> str:
        """Return the key of one whole check: every path and blob, the day, the program."""
        lines = "\n".join(f"{path} {blob}" for path, blob in ids.items())
        return hashlib.sha256(f"{self._program} {on}\n{lines}".encode()).hexdigest()

    def run(self, key: str) -> list[Any] | None:
        """Return what a whole check found, None when it was not run yet."""
        rows = self._rows("SELECT problems FROM runs WHERE key = ?", key)
        return list(rows[0][0]) if rows else None

    def keep_run(self, key: str, problems: list[Any]) -> None:
        """Keep what a whole check found; the newest fifty are kept."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", (key, json.dumps(problems), time.time_ns())
            )
            connection.execute(
                "DELETE FROM runs WHERE key NOT IN (SELECT key FROM runs ORDER BY made DESC LIMIT 50)"
            )

    def blobs(self) -> dict[str, Any]:
        """Return the results of all blobs examined by this program, by ``path:blob``."""
        query = "SELECT result, key FROM blobs WHERE key > ? AND key < ?"
        rows = self._rows(query, f"{self._program}:", f"{self._program};")
        return {key.partition(":")[2]: result for result, key in rows}

    def keep_blobs(self, results: Mapping[str, Any], current: Iterable[str]) -> None:
        """Add results by ``path:blob``, and drop all that are neither of this program nor ``current``."""
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO blobs VALUES (?, ?)",
                ((f"{self._program}:{key}", json.dumps(result)) for key, result in results.items()),
            )
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS current (key TEXT PRIMARY KEY) WITHOUT ROWID")
            connection.execute("DELETE FROM current")
            connection.executemany(
                "INSERT OR IGNORE INTO current VALUES (?)", ((f"{self._program}:{key}",) for key in current)
            )
            connection.execute("DELETE FROM blobs WHERE key NOT IN (SELECT key FROM current)")

    def _opened(self) -> sqlite3.Connection | None:
        connection = None
        try:
            for folder in (self._file.parents[1], self._file.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=1, isolation_level=None)
            # A power cut may break the file; then it is made anew.
            connection.executescript("PRAGMA synchronous=OFF;" + _TABLES)
            connection.execute("SELECT count(*) FROM seen, blobs, runs").fetchone()
        except (OSError, sqlite3.Error) as error:
            if connection is not None:
                connection.close()
            self._is_busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY
            return None
        return connection

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _anew(self) -> sqlite3.Connection | None:
        if self._is_busy:  # another check is at it: what it holds is not broken
            return None
        with contextlib.suppress(OSError):
            for part in self._file.parent.glob(f"{self._file.name}*"):
                part.unlink()
        return self._opened()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Any]:
        # A cache that cannot be written (disk full, another process) must never stop a check.
        if self._connection is None:
            yield _Nowhere()
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Return the rows with the JSON of their first column read; none where the file cannot be read."""
        if self._connection is None:
            return []
        try:
            rows = self._connection.execute(query, values).fetchall()
            return [(json.loads(first), *rest) for first, *rest in rows]
        except (sqlite3.Error, ValueError):
            return []

    def _stamps(self) -> dict[str, list[Any]]:
        rows = self._rows("SELECT stamps FROM seen")
        return dict(rows[0][0]) if rows else {}

    def _keep_stamps(self, stamps: dict[str, list[Any]]) -> None:
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO seen VALUES (1, ?)", (json.dumps(stamps),))


class _Nowhere:
    """Takes what cannot be kept."""

    def execute(self, *_: object) -> None:
        """Do nothing."""

    def executemany(self, *_: object) -> None:
        """Do nothing."""
