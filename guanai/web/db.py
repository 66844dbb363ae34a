"""The program's own small database: accounts, sessions, drafts; never a record that is not a draft."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Final

from guanai.errors import NotFound, cause

_PATIENCE_SECONDS: Final = 10.0
#: What the tables look like; raised by a version of the program whose tables an older one would spoil.
_LAYOUT: Final = 1
_DAMAGED: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_CAUSES: Final = {
    sqlite3.SQLITE_FULL: "磁盘已满",
    sqlite3.SQLITE_READONLY: "只能读，不能写；请看这个文件和文件夹的权限",
    sqlite3.SQLITE_CANTOPEN: "打不开；请看这个文件和文件夹的权限",
    sqlite3.SQLITE_PERM: "没有权限",
    sqlite3.SQLITE_IOERR: "磁盘有错",
    sqlite3.SQLITE_BUSY: "另一个程序一直占着；请看有没有两个 guanai serve 在运行",
}


class DatabaseUnusable(NotFound):
    """The program's own database cannot be read or written: then nobody can be let in."""


class NewerDatabase(DatabaseUnusable):
    """A later version of the program has written it."""

    def __init__(self, path: Path, layout: int) -> None:
        super().__init__(
            f"{path} 是更新的 guanai 写的（格式 {layout}，这一版只认得格式 {_LAYOUT}）。"
            "请换回新版的程序，或者先升级程序再启动；什么都没有改动。"
        )


class Database:
    """``.guanai/app.sqlite``; safe to share between threads, and with the command line beside it."""

    def __init__(self, path: Path) -> None:
        """Open the file; it is made readable by its owner alone.

        Raises:
            DatabaseUnusable: it cannot be opened, is damaged, or was written by a later version.
        """
        self._path = path
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseUnusable(_told(path, cause(error))) from error
        with self._borrowed() as connection:
            layout = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if layout < _LAYOUT:
                connection.execute(f"PRAGMA user_version = {_LAYOUT}")
        if layout > _LAYOUT:
            self.close()
            raise NewerDatabase(path, layout)

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
                if connection.in_transaction:  # a full disk has ended it already
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
            connection = self._taken()
            try:
                yield connection
            finally:
                self._idle.put(connection)
        except sqlite3.DatabaseError as error:
            told = self._trouble(error)
            if not told:
                raise
            raise DatabaseUnusable(told) from error

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._opened()

    def _trouble(self, error: sqlite3.DatabaseError) -> str:
        """Return in words what is wrong with the file, "" where it is not the file."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells more than anybody can act on
        if code in _DAMAGED:
            return (
                f"{self._path} 坏了，读不出来：里面是账号、登录和没写完的草稿，不是档案。请停下 guanai serve，把它移到别处"
                "（连同 -wal 和 -shm 两个文件）再启动，用 guanai user add 重新建账号；档案和历史不受影响。"
            )
        return _told(self._path, _CAUSES[code]) if code in _CAUSES else ""

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")  # what was deleted is not left in the file
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _told(path: Path, why: str) -> str:
    return f"账号和登录的数据库 {path} 现在用不了（{why}），所以谁也不能登录；请系统管理员先解决，再试。"
