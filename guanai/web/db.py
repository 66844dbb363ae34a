"""The program's own small database: accounts, sessions, drafts; never a record that is not a draft."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

_PATIENCE_SECONDS = 10.0


class Database:
    """``.guanai/app.sqlite``; safe to share between threads, and with the command line beside it."""

    def __init__(self, path: Path) -> None:
        """``path``: the file, made readable by its owner alone."""
        self._path = path
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    def define(self, script: str) -> None:
        """Run ``CREATE … IF NOT EXISTS`` statements: each module owns its tables."""
        with self._borrowed() as connection:
            connection.executescript(script)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read with."""
        with self._borrowed() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a transaction: all of it or nothing."""
        with self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._opened()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # what was deleted is not left in the file
        return connection
