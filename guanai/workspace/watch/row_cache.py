"""What the rules need of each record, kept by git's blob ids; may be deleted at any time.

One SQLite file. A blob's content never changes, so what was read of it once holds for every work tree and revision.
"""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from guanai import __version__
from guanai.rules.rows import EDITION

_TABLE: Final = "CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID;"
#: Rows of blobs that nobody asks for any more are thrown away once they outnumber the others.
_SPARE: Final = 2000


class RowCache:
    """One file below ``.guanai/cache``; where it cannot be used, everything is read anew."""

    def __init__(self, root: Path, schemas_digest: str) -> None:
        """``root``: the folder that holds ``.guanai``; ``schemas_digest``: of the installed program's schemas."""
        self._file = root / ".guanai" / "cache" / "rows.sqlite"
        made_by = f"{__version__} {EDITION} {schemas_digest}"
        self._program = hashlib.sha256(made_by.encode()).hexdigest()[:12]
        self._connection = self._opened() or self._anew()

    def kept(self) -> dict[str, Any]:
        """Return all that this program kept, by the key it was kept under."""
        rows: list[tuple[str, str]] = []
        if self._connection is not None:
            query = "SELECT key, body FROM rows WHERE key > ? AND key < ?"
            with contextlib.suppress(sqlite3.Error):
                rows = self._connection.execute(query, (f"{self._program}:", f"{self._program};")).fetchall()
        try:
            # One list is read faster than thousands of small texts.
            bodies = json.loads(f"[{','.join(body for _, body in rows)}]")
        except ValueError:
            return {}
        start = len(self._program) + 1
        return {key[start:]: body for (key, _), body in zip(rows, bodies, strict=True)}

    def keep(self, fresh: Mapping[str, Any], known: Collection[str], current: Iterable[str]) -> None:
        """Add what was read; drop the rest when much of it is of no use any more.

        Args:
            fresh: by key.
            known: keys that `kept` returned.
            current: keys that are in use.
        """
        if self._connection is None:
            return
        with _writing(self._connection) as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO rows VALUES (?, ?)",
                ((f"{self._program}:{key}", _json(body)) for key, body in fresh.items()),
            )
            used = set(current)
            stale = [key for key in known if key not in used]
            if len(stale) > max(_SPARE, len(used)):
                connection.executemany(
                    "DELETE FROM rows WHERE key = ?", ((f"{self._program}:{key}",) for key in stale)
                )
            connection.execute(
                "DELETE FROM rows WHERE key < ? OR key > ?", (f"{self._program}:", f"{self._program};")
            )

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection | None:
        connection = None
        try:
            for folder in (self._file.parents[1], self._file.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=1, isolation_level=None)
            # A power cut may break the file; then it is made anew.
            connection.executescript("PRAGMA synchronous=OFF;" + _TABLE)
            connection.execute("SELECT key, body FROM rows LIMIT 1").fetchone()
        except (OSError, sqlite3.Error):
            if connection is not None:
                connection.close()
            return None
        return connection

    def _anew(self) -> sqlite3.Connection | None:
        with contextlib.suppress(OSError):
            for part in self._file.parent.glob(f"{self._file.name}*"):
                part.unlink()
        return self._opened()


@contextlib.contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    # A cache that cannot be written (disk full, another process) must never stop a question.
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except sqlite3.Error:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
