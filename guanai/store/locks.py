"""One writer at a time: between threads by a lock in memory, between processes by one of the system's.

The system gives its lock free when a process ends, however it ends: nothing stale is left.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guanai.errors import Conflict, NotFound, cause

_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.005
_FOLDER_MODE = 0o700

if sys.platform == "win32":
    import msvcrt

    def _grab(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _grab(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StoreBusy(Conflict):
    """Another process has been saving for longer than one waits."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"没有保存：另一个 guanai 程序一直在保存（{path}）。请等它做完再试；若它已卡住，请关掉那个程序。"
        )


class Unlockable(NotFound):
    """The lock file cannot be opened."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"没有保存：{path} 打不开（{cause(error)}）；请看文件夹能否写入，磁盘是否已满。")


class Lock:
    """A lock of one file; the thread that holds it may take it again."""

    def __init__(self, path: Path, *, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """``path``: the lock's file, made when first taken; ``patience_seconds``: how long to wait."""
        self.path = path
        self._patience = patience_seconds
        self._thread = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            StoreBusy: another holds it for longer than one waits.
            Unlockable: the file cannot be opened.
        """
        end = time.monotonic() + self._patience
        if not self._thread.acquire(timeout=self._patience):
            raise StoreBusy(self.path)
        try:
            if self._depth:
                yield from self._deeper()
                return
            descriptor = self._opened()
            try:
                self._wait(descriptor, end)
                yield from self._deeper()
            finally:
                os.close(descriptor)  # gives the system's lock free
        finally:
            self._thread.release()

    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _opened(self) -> int:
        try:
            self.path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unlockable(self.path, error) from error

    def _wait(self, descriptor: int, end: float) -> None:
        while True:
            try:
                return _grab(descriptor)
            except (BlockingIOError, PermissionError):
                if time.monotonic() > end:
                    raise StoreBusy(self.path) from None
                time.sleep(_PAUSE_SECONDS)
            except OSError as error:  # a network drive without locks
                raise Unlockable(self.path, error) from error
