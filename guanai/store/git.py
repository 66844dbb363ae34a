"""The one door to git."""

import contextlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

# Without git the library would refuse to be imported; it is wanted only where a repository is.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

from git import Git, GitCommandError, GitCommandNotFound

from guanai.errors import GuanaiError, cause

#: Who speaks where no person does.
PROGRAM = "guanai"
_ADDRESS = "guanai@localhost"


class GitFailed(GuanaiError):
    """Git is missing or refused."""

    def __init__(self, what: str) -> None:
        super().__init__(f"git 没有做成：{what}。请确认已安装 git 2.30 以上，且文件夹可以写入。")


def found(root: Path, message: str, on: date) -> None:
    """Make a repository of a folder and commit everything in it that is not ignored.

    Args:
        root: the folder, without a repository of its own yet.
        message: subject of the one commit.
        on: day of the commit, so that a demo is the same every time.

    Raises:
        GitFailed: git is not installed or refuses.
    """
    git = Git(root)
    git.update_environment(**_environment(on))
    try:
        with _left_alone():
            git.init("--quiet", "--initial-branch=main", "--template=")
            git.add("--all", "--", ".")
            git.commit("--quiet", "--no-verify", "--allow-empty", f"--message={message}")
    except GitCommandNotFound as error:
        raise GitFailed("找不到 git") from error
    except GitCommandError as error:
        raise GitFailed(str(error).strip().splitlines()[-1]) from error
    except OSError as error:
        raise GitFailed(cause(error)) from error


@contextlib.contextmanager
def _left_alone() -> Iterator[None]:
    # Inside someone's hook, variables such as GIT_DIR would send us to that other repository.
    outside = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_")}
    try:
        yield
    finally:
        os.environ.update(outside)


def _environment(on: date) -> dict[str, str]:
    # The user's own settings (hooks, signing, line endings) must not change what is written.
    stamp = f"{on.isoformat()}T08:00:00+08:00"
    return {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": os.devnull,
        "GIT_AUTHOR_NAME": PROGRAM,
        "GIT_AUTHOR_EMAIL": _ADDRESS,
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_NAME": PROGRAM,
        "GIT_COMMITTER_EMAIL": _ADDRESS,
        "GIT_COMMITTER_DATE": stamp,
        "LC_ALL": "C.UTF-8",
    }
