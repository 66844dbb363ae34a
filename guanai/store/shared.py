"""The shared store: bare repositories; a commit is built from the trees on the path, never through an index."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from guanai.store.git import HeadMoved, NotARepository
from guanai.store.locks import Lock
from guanai.store.mirror import ask
from guanai.store.note import Note, message
from guanai.store.pair import Pair, one_home
from guanai.store.sources import Revision, Source


def shared_places(root: Path) -> tuple[Path, Path]:
    """Return where a workspace's shared main and counselling repositories lie: beside it."""
    return root.with_name(f"{root.name}.git"), root.with_name(f"{root.name}.counseling.git")


class SharedStore:
    """A bare repository that several people and programs use."""

    def __init__(self, bare: Path, root: Path) -> None:
        """Open a store.

        Args:
            bare: the main repository, ``DIR.git``; the counselling one is ``DIR.counseling.git``.
            root: folder that holds ``.guanai``.

        Raises:
            NotARepository: it is not there or has a work tree.
        """
        self.root = root
        self.pair = Pair(bare, bare.with_name(bare.name.removesuffix(".git") + ".counseling.git"))
        if not self.pair.main.bare:
            raise NotARepository(bare)
        self._lock = Lock(root / ".guanai" / "lock")

    def head(self, path: str = "") -> str:
        """Return the newest commit of the repository that keeps ``path``."""
        return self.pair.home(path)[0].head()

    def source(self, revision: str = "") -> Source:
        """Return the records at a commit; "" is now."""
        if revision:
            return Revision(self.pair, revision)
        main, counseling = self.pair.heads()
        return Revision(self.pair, main, counseling)

    def demand_ready(self, paths: Collection[str]) -> None:
        """Do nothing: a bare repository has no files that lie open; see ``Store.demand_ready``."""

    def put(
        self,
        changes: Mapping[str, bytes | None],
        note: Note,
        *,
        parent: str,
        beside: Mapping[str, bytes] | None = None,  # noqa: ARG002 - a bare repository has no files beside
    ) -> str:
        """Commit new contents; see ``Store.put``."""
        repository, inner = one_home(self.pair, changes)
        with self.locked():
            if repository.head() != parent:
                raise HeadMoved
            fresh = repository.fresh(parent, inner)
            if not fresh:
                return parent
            commit = repository.write_tree_commit(
                fresh, parent=parent, author=note.person, message=message(note), when=note.when
            )
            repository.move(commit, parent, when=note.when, why=str(note.action))
        repository.tend(commit)
        ask(self.root)
        return commit

    def locked(self) -> AbstractContextManager[None]:
        """Hold the store against other threads and processes."""
        return self._lock.held()

    def close(self) -> None:
        """Let go of the processes that read."""
        self.pair.close()
