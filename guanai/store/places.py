"""The two kinds of store behind one protocol: a work tree on one's own PC, and a bare repository that is shared."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from guanai.store.git import NotARepository, found_bare
from guanai.store.note import Note
from guanai.store.own import OwnStore
from guanai.store.pair import COUNSELING, Pair
from guanai.store.recovery import recover
from guanai.store.shared import SharedStore, shared_places
from guanai.store.sources import Source

__all__ = ["OwnStore", "SharedStore", "Store", "make_shared", "open_store", "recover"]


class Store(Protocol):
    """Where records are kept: one commit at a time, each durable when ``put`` returns.

    Attributes:
        root: folder that holds ``.guanai``.
        pair: the main and the counselling repository.
    """

    root: Path
    pair: Pair

    def head(self, path: str = "") -> str:
        """Return the newest commit of the main repository, or of the one that keeps ``path``; "" before the first."""

    def source(self, revision: str = "") -> Source:
        """Return the records at a commit of either repository; "" is what a save would start from now."""

    def put(
        self,
        changes: Mapping[str, bytes | None],
        note: Note,
        *,
        parent: str,
        beside: Mapping[str, bytes] | None = None,
    ) -> str:
        """Commit new contents and return the commit's id; what is there already makes no commit.

        Args:
            changes: new content by path from the workspace's root, all of one repository; None deletes.
            note: for the message.
            parent: the commit they were made on (``head(path)``).
            beside: own store: for a file with uncommitted edits, what its work tree file shall hold
                from now on (the edits and the change); the commit holds ``changes`` alone.

        Raises:
            HeadMoved: someone committed in between: merge onto the new head and try again.
            DirtyFile: own store: a file has uncommitted edits and stands not in ``beside``.
            GitBusy, Unfinished, StoreBusy: another command is at work.
            NotKept: the disk refuses; nothing has changed.
        """

    def demand_ready(self, paths: Collection[str]) -> None:
        """Refuse files that could not be committed now, before the first of several commits is made.

        Raises:
            DirtyFile, Unfinished: own store: a person is at work in them.
        """

    def locked(self) -> AbstractContextManager[None]:
        """Hold the store against other threads and processes; may be taken again inside."""

    def close(self) -> None:
        """Let go of the processes that read."""


def open_store(root: Path) -> Store:
    """Open the store of a workspace, or a bare repository beside one.

    Raises:
        NotARepository: neither a work tree nor a bare repository.
    """
    if (root / ".git").exists():
        return OwnStore(root)
    if not (root / "HEAD").is_file():
        raise NotARepository(root)
    workspace = root.with_name(root.name.removesuffix(".git"))
    return SharedStore(root, workspace if workspace.is_dir() else root)


def make_shared(root: Path) -> SharedStore:
    """Make the shared store ``DIR.git`` (and ``DIR.counseling.git``) beside a workspace, which gets it as origin.

    What is there already is kept.

    Raises:
        NotARepository: the workspace has no repository.
        GitFailed, NotKept: it cannot be made.
    """
    root = root.absolute()
    pair = Pair(root, root / COUNSELING)
    for repository, place in zip(pair.all, shared_places(root), strict=False):
        if not (place / "HEAD").is_file():
            found_bare(place, repository.root or repository.git_dir)
            repository.run("config", "remote.origin.url", str(place))
            repository.run("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
            repository.run("config", "branch.main.remote", "origin")
            repository.run("config", "branch.main.merge", "refs/heads/main")
    pair.close()
    return SharedStore(shared_places(root)[0], root)
