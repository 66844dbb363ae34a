"""Repairs at the start what a crash left, and tells it in sentences."""

from collections.abc import Iterator
from pathlib import Path

from guanai.errors import cause
from guanai.store import disk
from guanai.store.ending import end_save
from guanai.store.git import GitFailed, NotKept, Repository, UnknownRevision
from guanai.store.git.refs import is_ours
from guanai.store.joint import JointStore, end_joint
from guanai.store.journal import settled

#: Git holds the lock of a branch for milliseconds.
_STALE_SECONDS = 60


def recover(store: JointStore) -> tuple[str, ...]:
    """Bring a store in order after a crash; does nothing to one that is.

    Returns:
        What was repaired, one Chinese sentence each.

    Raises:
        StoreBusy: another process is saving: then there is nothing to repair.
        NotKept: the disk does not take the repair.
    """
    with store.locked():
        try:
            return tuple(_repairs(store))
        except OSError as error:
            raise NotKept(f"上次没有做完的保存补不完（{cause(error)}）") from error


def _repairs(store: JointStore) -> Iterator[str]:
    for repository in store.pair.all:
        yield from _locks(repository)
        _sweep(repository.workshop)
        yield from _branch(repository)
    journal = store.root / ".guanai" / "journal"
    if not store.pair.main.bare:
        yield from end_save(store.pair, journal / "save")
    yield from end_joint(store)
    yield from settled(store, journal)


def _locks(repository: Repository) -> Iterator[str]:
    common = repository.common_dir
    branch = [repository.branch.lock, repository.git_dir / "HEAD.lock", common / "packed-refs.lock"]
    tables = [*(common / "objects" / "info").glob("commit-graph*.lock")]
    tables += [*(common / "objects" / "info" / "commit-graphs").glob("*.lock")]
    for lock in (*branch, *tables, repository.git_dir / "index.lock"):
        is_index = lock.name == "index.lock"  # a person's `git commit` holds it while the editor is open
        if is_ours(lock, repository.workshop) or (
            not is_index and _age(lock, repository.workshop) > _STALE_SECONDS
        ):
            lock.unlink(missing_ok=True)
            yield f"上次中断时留下的锁文件已删除：{lock}。"


def _age(path: Path, workshop: Path) -> float:
    """Return seconds by the disk's own clock since a file was written, -1 where there is none."""
    try:
        written = path.stat().st_mtime
    except FileNotFoundError:
        return -1
    workshop.mkdir(exist_ok=True)
    made = disk.write_beside(workshop, b"")
    now = made.stat().st_mtime
    disk.remove(made)
    return now - written


def _sweep(folder: Path) -> None:
    if folder.is_dir():
        for file in folder.iterdir():
            disk.remove(file)


def _branch(repository: Repository) -> Iterator[str]:
    try:
        repository.head()
    except GitFailed:
        last = next((each for each in repository.branch.past() if _has(repository, each)), "")
        if not last:
            raise
        repository.workshop.mkdir(exist_ok=True)
        repository.branch.restore(last)
        yield f"分支 {repository.branch.name} 的文件已损坏，已恢复到最后一次提交 {last[:10]}。"


def _has(repository: Repository, commit: str) -> bool:
    try:
        return repository.resolve(commit) == commit
    except UnknownRevision:
        return False
