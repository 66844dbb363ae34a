"""The mirror: a bare copy of a repository on another disk or machine, pushed after each save without waiting for it."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from guanai.errors import GuanaiError, NotFound, cause
from guanai.store.addresses import host_of, require_inside
from guanai.store.backup_plan import PLACE, load_plan
from guanai.store.git import Repository, found_mirror
from guanai.store.locks import Lock

_STATE = ".guanai/mirror.json"
_WANTED = ".guanai/mirror.wanted"
_LOCK = ".guanai/mirror.lock"
_MAIN = "refs/heads/main"
#: A request younger than this has a pusher on its way; an older one was left by a crash.
_FRESH_SECONDS = 10.0
_SETTINGS = (
    # Nobody is there to type a password or to trust a strange host.
    "core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=20",
    "http.followRedirects=false",
    "protocol.ext.allow=never",
)
_RUN = "from guanai.cli.main import main; main()"


class UnreachableMirror(NotFound):
    """The folder of a mirror cannot be made."""

    def __init__(self, address: str, error: OSError) -> None:
        super().__init__(f"镜像的文件夹 {address} 建不了（{cause(error)}）；请看那块硬盘是否接好、能否写入。")


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a mirror is behind.

    Attributes:
        name: which repository: main or counseling.
        address: where the mirror lies, "" where none is settled.
        behind: commits that it lacks.
        since: the oldest of them; None when it lacks none.
        pushed: when the last push went through; None for never.
        failure: why the last try failed, "" when it did not.
    """

    name: str
    address: str
    behind: int
    since: datetime | None
    pushed: datetime | None
    failure: str


def push(  # noqa: PLR0913 -- one argument a fact
    root: Path, name: str, repository: Repository, address: str, *, hosts: Collection[str], when: datetime
) -> None:
    """Bring a mirror up to date, making it first where it is a folder of this machine; remember how it went.

    Args:
        root: the workspace, where the outcome is remembered.
        name: which repository, for the memory.
        repository: what is mirrored; only its main branch is.
        address: the mirror.
        hosts: hosts outside the school's network that the administrator named.
        when: now.

    Raises:
        OutsideAddress, UnusableAddress: data may not go there.
        UnreachableMirror, GitFailed: the push did not go through.
    """
    head = repository.head()
    try:
        require_inside(address, hosts)
        place = folder_of(root, address)
        if head:
            if place is not None and not (place / "HEAD").exists():
                found_mirror(place)
            settings = [part for each in _SETTINGS for part in ("-c", each)]
            target = str(place) if place is not None else address
            repository.run(*settings, "push", "--quiet", "--no-verify", "--", target, f"{_MAIN}:{_MAIN}")
    except OSError as error:
        _remember(root, name, address, failure=cause(error))
        raise UnreachableMirror(address, error) from error
    except GuanaiError as error:
        _remember(root, name, address, failure=str(error))
        raise
    _remember(root, name, address, tip=head, pushed=when.isoformat(), failure="")


def lag(root: Path, name: str, repository: Repository, address: str) -> Lag:
    """Return how far a mirror is behind, from what the last pushes told; no mirror is asked."""
    known = _known(root, name, address)
    tip, pushed = str(known.get("tip", "")), known.get("pushed")
    missing = [] if not address else _missing(repository, tip)
    return Lag(
        name=name,
        address=address,
        behind=len(missing),
        since=min(missing, default=None),
        pushed=datetime.fromisoformat(pushed) if pushed else None,
        failure=str(known.get("failure", "")),
    )


def ask(root: Path) -> bool:
    """Have the mirrors pushed soon by a process of its own; return whether there is anything to push to.

    Returns at once. Requests that come while one waits are served together with it.
    """
    if not (root / PLACE).exists():
        return False
    with contextlib.suppress(GuanaiError):
        plan = load_plan(root)
        if not (plan.mirror or plan.counseling_mirror):
            return False
    wanted = root / _WANTED
    is_fresh = False
    with contextlib.suppress(OSError):
        is_fresh = time.time() - wanted.stat().st_mtime < _FRESH_SECONDS
    with contextlib.suppress(OSError):
        wanted.touch()
    # A push that is under way looks for the request when it is done.
    if not is_fresh and not _is_pushing(root):
        _spawn(root)
    return True


@contextlib.contextmanager
def pushing(root: Path, *, patience_seconds: float = 0) -> Iterator[None]:
    """Be the one who pushes.

    Args:
        root: the workspace.
        patience_seconds: how long to wait for another process that does.

    Raises:
        StoreBusy: another process is, and goes on with it.
    """
    with Lock(root / _LOCK, patience_seconds=patience_seconds).held():
        yield


def is_wanted(root: Path) -> bool:
    """Tell whether a push was asked for that has not begun."""
    return (root / _WANTED).exists()


def _is_pushing(root: Path) -> bool:
    try:
        with pushing(root):
            return False
    except GuanaiError:
        return True


def take_request(root: Path) -> None:
    """Note that a push begins: what is saved from now on needs another one."""
    with contextlib.suppress(OSError):
        (root / _WANTED).unlink()


def _missing(repository: Repository, tip: str) -> list[datetime]:
    try:
        return [commit.when for commit in repository.log(since=tip)]
    except GuanaiError:  # a rewritten history: the mirror's tip is none of ours any more
        return [commit.when for commit in repository.log()]


def _spawn(root: Path) -> None:
    flags = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    with contextlib.suppress(OSError):  # the lag shows it, and the nightly backup pushes too
        process = subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-X", "utf8", "-I", "-c", _RUN, "-C", str(root), "hook", "mirror"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=flags,
            env=outside,
        )
        # A long-lived server must not gather dead children; a short-lived one leaves before this one ends.
        threading.Thread(target=process.wait, daemon=True).start()


def folder_of(root: Path, address: str) -> Path | None:
    """Return the folder of this machine that a mirror's address names, None for one on another."""
    if host_of(address):
        return None
    plain = address.removeprefix("file://localhost").removeprefix("file://")
    return (root / Path(plain).expanduser()).resolve()


def _state(root: Path) -> dict[str, Any]:
    try:
        found = json.loads((root / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _known(root: Path, name: str, address: str) -> dict[str, Any]:
    known = _state(root).get(name, {})
    # Of a mirror that has just been named instead of another nothing is known.
    return known if isinstance(known, dict) and known.get("address") == address else {}


def _remember(root: Path, name: str, address: str, **facts: str) -> None:
    state = {**_state(root), name: {**_known(root, name, address), "address": address, **facts}}
    path = root / _STATE
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        made = path.with_name(f"mirror.json.{os.getpid()}")
        made.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        made.replace(path)
