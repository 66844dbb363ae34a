"""Runs git: list arguments, nothing of the caller's environment or settings, errors in Chinese."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from guanai.errors import cause
from guanai.store.git.errors import GitBusy, GitFailed, NotKept

#: Who speaks where no person does.
PROGRAM = "guanai"
ADDRESS = "guanai@localhost"

#: The user's own settings (hooks, signing, line endings) must not change what is written.
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsync": "all",
    "core.quotePath": "false",
    "core.logAllRefUpdates": "true",
    "commit.gpgSign": "false",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_NO_SPACE = "No space left on device"
_LOCKED = "File exists"


@cache
def settings(names: tuple[tuple[str, str], ...] = ()) -> Mapping[str, str]:
    """Return the variables that set git's configuration, ``names`` added to ours."""
    pairs = [*_SETTINGS.items(), *names]
    numbered = {f"GIT_CONFIG_KEY_{place}": name for place, (name, _) in enumerate(pairs)}
    numbered |= {f"GIT_CONFIG_VALUE_{place}": value for place, (_, value) in enumerate(pairs)}
    return {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "",
        "GIT_CONFIG_COUNT": str(len(pairs)),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": PROGRAM,
        "GIT_AUTHOR_EMAIL": ADDRESS,
        "GIT_COMMITTER_NAME": PROGRAM,
        "GIT_COMMITTER_EMAIL": ADDRESS,
        "LC_ALL": "C.UTF-8",
        **numbered,
    }


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a whole environment for git.

    Inside someone's hook, variables such as GIT_DIR would send git to that other repository: they are left out.
    """
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**outside, **settings(), **(extra or {})}


def start(
    arguments: Sequence[str], *, at: Path, variables: Mapping[str, str] | None = None, is_mute: bool = False
) -> "subprocess.Popen[bytes]":
    """Start a git that talks through pipes; ``is_mute`` throws its complaints away, so that none fills a pipe.

    Raises:
        GitFailed: git is not installed or the folder is not there.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - list arguments
            ["git", *arguments],  # noqa: S607 - the git on the user's PATH
            cwd=at,
            env=environment(variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if is_mute else subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise GitFailed("找不到 git" if at.is_dir() else f"找不到 {at}") from error
    except OSError as error:
        raise GitFailed(cause(error)) from error


def run(
    arguments: Sequence[str],
    *,
    at: Path,
    stdin: bytes = b"",
    variables: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
) -> bytes:
    """Run git to its end and return what it printed.

    Args:
        arguments: the command and its arguments.
        at: folder to run it in.
        stdin: what it reads.
        variables: environment beyond the clean one.
        codes: exit codes that are an answer and no failure.

    Raises:
        GitFailed: git is missing or refuses.
        GitBusy: another git command holds a lock.
        NotKept: the disk is full.
    """
    with start(arguments, at=at, variables=variables) as process:
        out, err = process.communicate(stdin)
    if process.returncode not in codes:
        raise refusal(err.decode("utf-8", "replace"))
    return out


def refusal(told: str) -> GitFailed | GitBusy | NotKept:
    """Return what git's error output means."""
    lines = [line for line in told.strip().splitlines() if not line.startswith("hint:")]
    for line in lines:
        if _NO_SPACE in line:
            return NotKept("磁盘已满")
        if _LOCKED in line and ".lock'" in line:
            return GitBusy(Path(line.split("'")[1]))
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return GitFailed((fatal or lines or ["没有说明原因"])[0])
