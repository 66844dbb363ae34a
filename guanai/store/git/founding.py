"""Makes repositories."""

from datetime import date
from pathlib import Path

from guanai.store.git.library import call


def found(root: Path, message: str, on: date) -> None:
    """Make a repository of a folder and commit everything in it that is not ignored.

    Args:
        root: the folder, without a repository of its own yet.
        message: subject of the one commit.
        on: day of the commit, so that a demo is the same every time.

    Raises:
        GitFailed: git is not installed or refuses.
        NotKept: the disk is full.
    """
    stamp = f"{on.isoformat()}T08:00:00+08:00"
    dated = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    call(root, "init", *_PLAIN)
    call(root, "add", "--all", "--", ".")
    call(root, "commit", "--quiet", "--no-verify", "--allow-empty", f"--message={message}", variables=dated)


def found_from(root: Path, bundle: Path) -> None:
    """Make a repository of a folder from a bundle, every object looked at, and lay out its files.

    Args:
        root: the folder, without a repository of its own yet.
        bundle: what ``git bundle create`` wrote, with a branch main.

    Raises:
        GitFailed: the bundle is damaged, or git refuses.
        NotKept: the disk is full.
    """
    call(root, "init", *_PLAIN)
    wanted = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
    call(root, "config", "fetch.fsckObjects", "true")
    call(root, "fetch", "--quiet", "--update-head-ok", "--", str(bundle.resolve()), *wanted)
    call(root, "reset", "--quiet", "--hard", "refs/heads/main")


def found_bare(place: Path, origin: Path) -> None:
    """Make a bare repository that holds what a work tree's repository holds, set up to lose nothing.

    Args:
        place: folder of the new repository.
        origin: work tree or bare repository to take the branch main from.
    """
    call(origin, "clone", "--quiet", "--bare", "--no-hardlinks", "--template=", "--", str(origin), str(place))
    for name, value in _LASTING.items():
        call(place, "config", name, value)


def found_mirror(place: Path) -> None:
    """Make an empty bare repository that others push to, forward only; its folder is made too."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    call(place, "init", "--bare", *_PLAIN)
    for name, value in _LASTING.items():
        call(place, "config", name, value)


_PLAIN = ("--quiet", "--initial-branch=main", "--template=")
_LASTING = {
    "core.fsync": "all",
    "core.logAllRefUpdates": "true",
    "core.sharedRepository": "0600",
    "gc.auto": "0",
    "receive.autogc": "false",
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.fsckObjects": "true",
    "transfer.fsckObjects": "true",
}
