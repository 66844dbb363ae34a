"""The one door to git."""

from datetime import date
from pathlib import Path

from git import GitCommandError, GitCommandNotFound, Repo

from guanai.errors import GuanaiError

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
    try:
        with Repo.init(root, initial_branch="main") as repo:
            repo.git.update_environment(**_environment(on))
            repo.git.add("--all", "--", ".")
            repo.git.commit("--quiet", "--no-verify", "--allow-empty", f"--message={message}")
    except (GitCommandError, GitCommandNotFound, OSError) as error:
        raise GitFailed(str(error).strip().splitlines()[-1]) from error


def _environment(on: date) -> dict[str, str]:
    # The user's own settings (hooks, signing, line endings) must not change what is written.
    stamp = f"{on.isoformat()}T08:00:00+08:00"
    return {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "",
        "GIT_AUTHOR_NAME": PROGRAM,
        "GIT_AUTHOR_EMAIL": _ADDRESS,
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_NAME": PROGRAM,
        "GIT_COMMITTER_EMAIL": _ADDRESS,
        "GIT_COMMITTER_DATE": stamp,
        "LC_ALL": "C.UTF-8",
    }
