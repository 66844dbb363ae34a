"""The own store: a work tree on one PC, where people also use editors and git.

Git's `commit --only` moves the branch before it renames the index, and would need the new files in the
work tree first: a kill in between leaves an index whose next commit takes the save back. So the
commit is built as in the shared store, and the order is: files, index, branch.
"""

import contextlib
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from guanai.errors import GuanaiError
from guanai.store.ending import end_save
from guanai.store.git import (
    DirtyFile,
    GitBusy,
    GitFailed,
    HeadMoved,
    NotKept,
    Repository,
    Unfinished,
    object_id,
)
from guanai.store.git.index import Index, Staging
from guanai.store.intent import Bench, Intent, Intents, Step, lying
from guanai.store.locks import Lock
from guanai.store.mirror import ask
from guanai.store.note import Note, message
from guanai.store.pair import COUNSELING, Pair, one_home
from guanai.store.sources import Revision, Source, WorkTree

_PRIVATE = 0o700
_UNFINISHED = {
    "MERGE_HEAD": "合并（merge）",
    "rebase-merge": "变基（rebase）",
    "rebase-apply": "变基（rebase）",
    "CHERRY_PICK_HEAD": "挑选（cherry-pick）",
    "REVERT_HEAD": "还原（revert）",
}


class LeftHalf(GuanaiError):
    """A save failed and could not be taken back either."""

    def __init__(self) -> None:
        super().__init__(
            "没有保存完，也没能退回：磁盘已满或有错。请先处理磁盘；下次运行 guanai 时会自动补完或退回这次保存。"
        )


@dataclass(frozen=True, slots=True)
class _Save:
    """What one save changes in one repository; paths are those inside it."""

    prefix: str
    parent: str
    changes: Mapping[str, bytes | None]
    """What the commit holds."""
    wanted: Mapping[str, bytes | None]
    """What the work tree holds afterwards."""


class OwnStore:
    """A workspace with a work tree."""

    def __init__(self, root: Path) -> None:
        """Open a store.

        Raises:
            NotARepository: the folder has no repository of its own.
        """
        self.root = root.absolute()
        self.pair = Pair(self.root, self.root / COUNSELING)
        self.journal = self.root / ".guanai" / "journal" / "save"
        self._lock = Lock(self.root / ".guanai" / "lock")

    def head(self, path: str = "") -> str:
        """Return the newest commit of the repository that keeps ``path``."""
        return self.pair.home(path)[0].head()

    def source(self, revision: str = "") -> Source:
        """Return the records at a commit; "" is the work tree as it lies there."""
        return Revision(self.pair, revision) if revision else WorkTree(self.root)

    def dirty(self, *paths: str) -> tuple[str, ...]:
        """Return those of the files whose work tree or index differs from the newest commit."""
        return tuple(
            path for path in paths for home, inner in [self.pair.home(path)] if _dirty(home, [inner])
        )

    def demand_ready(self, paths: Collection[str]) -> None:
        """Refuse files that could not be committed now; see ``Store.demand_ready``."""
        self._end_last()
        for repository in {id(home): home for home in (self.pair.home(path)[0] for path in paths)}.values():
            demand_calm(repository)
        dirty = self.dirty(*paths)
        if dirty:
            raise DirtyFile(dirty)

    def put(
        self,
        changes: Mapping[str, bytes | None],
        note: Note,
        *,
        parent: str,
        beside: Mapping[str, bytes] | None = None,
    ) -> str:
        """Commit new contents; see ``Store.put``."""
        repository, inner = one_home(self.pair, changes)
        prefix = "" if repository is self.pair.main else COUNSELING
        apart = {self.pair.home(path)[1]: content for path, content in (beside or {}).items()}
        with self.locked():
            self._end_last()
            demand_calm(repository)
            if repository.head() != parent:
                raise HeadMoved
            fresh = repository.fresh(parent, inner)
            dirty = _dirty(repository, fresh) - apart.keys()
            if dirty:
                raise DirtyFile(prefix + path for path in sorted(dirty))
            if not fresh:
                return parent
            wanted = {path: apart.get(path, content) for path, content in fresh.items()}
            commit = self._put(repository, _Save(prefix, parent, fresh, wanted), note)
        repository.tend(commit)
        ask(self.root)
        return commit

    def _put(self, repository: Repository, save: _Save, note: Note) -> str:
        words = message(note)
        commit = repository.write_tree_commit(
            save.changes, parent=save.parent, author=note.person, message=words, when=note.when
        )
        for path in save.changes:
            content = save.wanted[path]
            if content is not None and content != save.changes[path]:
                repository.keep_blob(content)
        steps = tuple(_step(repository, save, path) for path in save.changes)
        intent = Intent(save.prefix, note.author, note.staff_id, words, note.when, steps)
        try:
            self._carry_out(repository, intent, save, commit)
        except OSError as error:
            raise NotKept(error) from error
        return commit

    def _carry_out(self, repository: Repository, intent: Intent, save: _Save, commit: str) -> None:
        self.journal.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        bench, intents = Bench(_root(repository), self.journal), Intents(self.journal)
        bench.lay(save.wanted)
        try:
            with Index(repository).prepared({step.path: step.new for step in intent.steps}) as staging:
                try:
                    intents.write(intent)
                    bench.place()
                    staging.commit()
                    repository.move(commit, save.parent, when=intent.when, why=intent.subject)
                except BaseException:
                    if repository.head() != commit:
                        _take_back(bench, staging, intents)
                    raise
        finally:
            bench.clear()
        with contextlib.suppress(OSError):  # it is saved; the next start finds nothing left to do for it
            intents.drop()

    def _end_last(self) -> None:
        # Its record would be overwritten by ours.
        try:
            for _ in end_save(self.pair, self.journal):
                pass
        except OSError as error:
            raise NotKept(error) from error

    def locked(self) -> AbstractContextManager[None]:
        """Hold the store against other threads and processes."""
        return self._lock.held()

    def close(self) -> None:
        """Let go of the processes that read."""
        self.pair.close()


def demand_calm(repository: Repository) -> None:
    """Refuse while a merge or the like is going on in the work tree.

    Raises:
        Unfinished: it is.
    """
    for name, what in _UNFINISHED.items():
        if (repository.git_dir / name).exists():
            raise Unfinished(_root(repository), what)


def _step(repository: Repository, save: _Save, path: str) -> Step:
    content, wanted = save.changes[path], save.wanted[path]
    return Step(
        path,
        old=repository.blob(save.parent, path),
        new=None if content is None else object_id("blob", content),
        before=lying(_root(repository), path),
        after=None if wanted is None else object_id("blob", wanted),
    )


def _take_back(bench: Bench, staging: Staging, intents: Intents) -> None:
    try:
        staging.undo()
        bench.undo()
        intents.drop()
    except (OSError, GitBusy) as error:
        raise LeftHalf from error


def _dirty(repository: Repository, paths: Mapping[str, object] | list[str]) -> set[str]:
    if not paths:
        return set()
    head, root = repository.head(), _root(repository)
    staged = Index(repository).staged(paths)
    kept = {path: repository.blob(head, path) for path in paths}
    return {path for path in paths if not kept[path] == staged[path] == lying(root, path)}


def _root(repository: Repository) -> Path:
    if repository.root is None:
        raise GitFailed(f"{repository.git_dir} 没有工作文件夹")
    return repository.root
