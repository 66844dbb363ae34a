"""Runs git through GitPython: for what is done once in a repository's life.

Saves and histories go through `guanai.store.git.process`: importing the library takes longer than a save, and what
it writes itself is not flushed to the disk.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from guanai.errors import cause
from guanai.store.git.errors import GitFailed
from guanai.store.git.process import refusal, settings


def call(at: Path, command: str, *arguments: str, variables: Mapping[str, str] | None = None) -> str:
    """Run one git command in a folder and return what it printed.

    Raises:
        GitFailed: git is missing or refuses.
        GitBusy: another git command holds a lock.
        NotKept: the disk is full.
    """
    # Without git the library would refuse to be imported; who needs none should not hear of it.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    with _left_alone():
        from git import Git, GitCommandError, GitCommandNotFound  # noqa: PLC0415 - takes 0.1 s

        git = Git(at)
        git.update_environment(**settings(), **(variables or {}))
        try:
            return str(git.execute(["git", command, *arguments], strip_newline_in_stdout=True))
        except GitCommandNotFound as error:
            raise GitFailed("找不到 git") from error
        except GitCommandError as error:
            told = str(error.stderr).strip().removeprefix("stderr: ").strip("'")
            raise refusal(told) from error
        except OSError as error:
            raise GitFailed(cause(error)) from error


@contextlib.contextmanager
def _left_alone() -> Iterator[None]:
    # Inside someone's hook, variables such as GIT_DIR would send the library to that other repository.
    outside = {
        name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_") and name != _OWN
    }
    try:
        yield
    finally:
        os.environ.update(outside)


_OWN = "GIT_PYTHON_REFRESH"
