"""Makes repositories."""

from datetime import date
from pathlib import Path

from guanai.store.git.process import run


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
    run(["init", "--quiet", "--initial-branch=main", "--template="], at=root)
    run(["add", "--all", "--", "."], at=root)
    run(
        ["commit", "--quiet", "--no-verify", "--allow-empty", f"--message={message}"],
        at=root,
        variables=dated,
    )


def found_from(root: Path, bundle: Path) -> None:
    """Make a repository of a folder from a bundle, every object looked at, and lay out its files.

    Args:
        root: the folder, without a repository of its own yet.
        bundle: what ``git bundle create`` wrote, with a branch main.

    Raises:
        GitFailed: the bundle is damaged, or git refuses.
        NotKept: the disk is full.
    """
    run(["init", "--quiet", "--initial-branch=main", "--template="], at=root)
    wanted = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
    checked = ["-c", "fetch.fsckObjects=true"]
    run([*checked, "fetch", "--quiet", "--update-head-ok", "--", str(bundle.resolve()), *wanted], at=root)
    run(["reset", "--quiet", "--hard", "refs/heads/main"], at=root)


def found_bare(place: Path, origin: Path) -> None:
    """Make a bare repository that holds what a work tree's repository holds, set up to lose nothing.

    Args:
        place: folder of the new repository.
        origin: work tree or bare repository to take the branch main from.
    """
    run(
        ["clone", "--quiet", "--bare", "--no-hardlinks", "--template=", "--", str(origin), str(place)],
        at=origin,
    )
    for name, value in _LASTING.items():
        run(["config", name, value], at=place)


def found_mirror(place: Path) -> None:
    """Make an empty bare repository that others push to, forward only; its folder is made too."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    run(["init", "--quiet", "--bare", "--initial-branch=main", "--template="], at=place)
    for name, value in _LASTING.items():
        run(["config", name, value], at=place)


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
