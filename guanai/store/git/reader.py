"""Reads objects through one git process that is kept open; several threads may ask at once."""

import os
import subprocess
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path

from guanai.store.git.errors import GitFailed
from guanai.store.git.process import start


class Reader:
    """Answers what an object holds, without starting a process for each."""

    def __init__(self, git_dir: Path, variables: Mapping[str, str] | None = None) -> None:
        """``git_dir``: of the repository; ``variables``: environment beyond the clean one."""
        self._git_dir = git_dir
        self._variables = variables
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._end: weakref.finalize[[subprocess.Popen[bytes], int], Reader] | None = None

    def ask(self, name: str) -> tuple[str, str, bytes] | None:
        """Return id, kind and content of an object, None where there is none.

        Args:
            name: an id, or ``<commit id>:<path>``.

        Raises:
            GitFailed: git is missing or its repository cannot be read.
        """
        if "\n" in name:
            return None
        with self._lock:
            try:
                return self._answer(name)
            except (OSError, ValueError):  # the process was ended from outside: a new one, once
                self._close()
            try:
                return self._answer(name)
            except (OSError, ValueError) as error:
                self._close()
                raise GitFailed(f"读不出 {name[:60]}") from error

    def close(self) -> None:
        """End the process, which would keep deleted packs open; the next question starts another."""
        with self._lock:
            self._close()

    def _answer(self, name: str) -> tuple[str, str, bytes] | None:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise ValueError(name)
        process.stdin.write(name.encode() + b"\n")
        process.stdin.flush()
        head = process.stdout.readline()
        if head.endswith((b" missing\n", b" ambiguous\n")):
            return None
        object_id, kind, size = head.split()
        content = process.stdout.read(int(size) + 1)
        if len(content) != int(size) + 1:
            raise ValueError(name)
        return object_id.decode(), kind.decode(), content[:-1]

    def _running(self) -> "subprocess.Popen[bytes]":
        # A forked child must not share its parent's pipes.
        if self._process is None or self._owner != os.getpid():
            process = start(
                [f"--git-dir={self._git_dir}", "cat-file", "--batch"],
                at=self._git_dir,
                variables=self._variables,
                is_mute=True,
            )
            self._process, self._owner = process, os.getpid()
            self._end = weakref.finalize(self, _end, process, self._owner)
        return self._process

    def _close(self) -> None:
        if self._end is not None:
            self._end()
        self._process = self._end = None


def _end(process: "subprocess.Popen[bytes]", owner: int) -> None:
    if owner == os.getpid():
        process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            _shut(pipe)
    if owner == os.getpid():
        process.wait()


def _shut(pipe: object) -> None:
    try:
        pipe.close()  # type: ignore[attr-defined] # one of Popen's pipes
    except OSError:  # unsent words to a process that is gone
        return
