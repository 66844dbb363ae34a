"""Keeping copies: mirrors that follow each save, sealed backups every night, and how far both are behind."""

import contextlib
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from guanai.errors import GuanaiError, Usage
from guanai.store import bundle, mirror
from guanai.store.backup_plan import BackupPlan, load_plan
from guanai.store.bundle import COUNSELING, MAIN, Sealed
from guanai.store.git import Repository
from guanai.store.locks import StoreBusy
from guanai.store.mirror import Lag
from guanai.store.places import SharedStore, Store, open_store
from guanai.store.shared import shared_places
from guanai.store.tombstones import PLACE as TOMBSTONES
from guanai.store.tombstones import written
from guanai.workspace.erasing.obedience import own_tombstones
from guanai.workspace.secret import BrokenSecret, load_secret

_DRILL = ".guanai/drill.json"
#: So long a backup waits for a push that is under way.
_PATIENCE_SECONDS = 60.0


class NowhereToPut(Usage):
    """No folder for backups is named."""

    def __init__(self) -> None:
        super().__init__(
            "请写明备份放到哪里：guanai backup --to 文件夹（另一块硬盘），或写进 .guanai/backup.yml 的“备份文件夹”。"
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup did.

    Attributes:
        sealed: the files that were made.
        pruned: old ones that were deleted.
        failures: mirrors that could not be pushed, in sentences.
        uncommitted: files of the work tree with edits that no commit holds, and so no backup.
    """

    sealed: tuple[Sealed, ...]
    pruned: tuple[Path, ...]
    failures: tuple[str, ...]
    uncommitted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How far the copies are behind.

    Attributes:
        lags: one for each repository.
        newest: the newest sealed backup, None where none is known.
        drilled: when a restore was last proved, None for never.
    """

    lags: tuple[Lag, ...]
    newest: Path | None
    drilled: datetime | None


def back_up(root: Path, *, to: Path | None, hosts: Collection[str], when: datetime) -> Kept:
    """Seal a backup, delete those that are too old, and push the mirrors.

    Args:
        root: the workspace.
        to: folder for the sealed files; None for the settled one.
        hosts: hosts outside the school's network that are named for this once.
        when: now.

    Raises:
        NowhereToPut, FaultyPlan, TooFewRecipients, CannotSeal …: no backup was made.
    """
    plan = load_plan(root)
    folder = to or _folder(root, plan)
    if folder is None:
        raise NowhereToPut
    with contextlib.suppress(BrokenSecret):  # a damaged key is no reason to keep no backup
        load_secret(root)  # made later, a restore of this backup could not tell whose tombstones there are
    with _opened(root) as store:
        held = _held(store)
        sealed = bundle.make(root, held, plan, folder, when=when, lock=store.locked())
        _keep_tombstones(root, folder)
        pruned = bundle.prune(folder, kept_days=plan.kept_days, when=when)
        with contextlib.ExitStack() as turn:
            # A push after a save may be under way: two at once get into each other's way, and one of them fails.
            with contextlib.suppress(GuanaiError):  # it takes too long: try all the same
                turn.enter_context(mirror.pushing(root, patience_seconds=_PATIENCE_SECONDS))
            failures = tuple(_pushed(root, held, plan, hosts, when))
        return Kept(sealed, pruned, failures, tuple(_uncommitted(store)))


def push_mirrors(root: Path, *, when: Callable[[], datetime], hosts: Collection[str] = ()) -> tuple[str, ...]:
    """Push every mirror, again as long as someone asks for it meanwhile; return what failed, in sentences.

    Where another process is at it, it is left to that one.
    """
    failures: tuple[str, ...] = ()
    is_first = True
    while is_first or mirror.is_wanted(root):
        try:
            with mirror.pushing(root):
                mirror.take_request(root)
                with _opened(root) as store:
                    failures = tuple(_pushed(root, _held(store), load_plan(root), hosts, when()))
        except StoreBusy:
            break
        is_first = False
    return failures


def status(root: Path) -> Status:
    """Return how far the copies are behind, without asking any mirror."""
    plan = load_plan(root)
    folder = _folder(root, plan)
    with _opened(root) as store:
        lags = tuple(
            mirror.lag(root, name, repository, _addresses(plan)[name])
            for name, repository in _held(store).items()
        )
    return Status(lags, bundle.newest(folder) if folder else None, last_drill(root))


def last_drill(root: Path) -> datetime | None:
    """Return when a restore was last proved."""
    try:
        return datetime.fromisoformat(json.loads((root / _DRILL).read_text(encoding="utf-8"))["时间"])
    except (OSError, ValueError, KeyError):
        return None


def keep_drill(root: Path, file: Path, when: datetime) -> None:
    """Remember that a restore was proved."""
    with contextlib.suppress(OSError):
        (root / _DRILL).write_text(
            json.dumps({"时间": when.isoformat(), "备份": file.name}, ensure_ascii=False), encoding="utf-8"
        )


def newest_backup(root: Path) -> Path | None:
    """Return the newest sealed backup in the settled folder, None where there is none."""
    folder = _folder(root, load_plan(root))
    return bundle.newest(folder) if folder else None


def _folder(root: Path, plan: BackupPlan) -> Path | None:
    return (root / Path(plan.folder).expanduser()).resolve() if plan.folder else None


@contextlib.contextmanager
def _opened(root: Path) -> Iterator[Store]:
    shared = shared_places(root)[0]
    store = SharedStore(shared, root) if (shared / "HEAD").is_file() else open_store(root)
    with closing(store):
        yield store


def _held(store: Store) -> dict[str, Repository]:
    return dict(zip((MAIN, COUNSELING), store.pair.all, strict=False))


def _addresses(plan: BackupPlan) -> dict[str, str]:
    return {MAIN: plan.mirror, COUNSELING: plan.counseling_mirror}


def _pushed(
    root: Path, held: dict[str, Repository], plan: BackupPlan, hosts: Collection[str], when: datetime
) -> Iterator[str]:
    for name, address in _addresses(plan).items():
        if not address or name not in held:
            continue
        try:
            mirror.push(root, name, held[name], address, hosts=(*plan.hosts, *hosts), when=when)
        except GuanaiError as error:
            yield f"{_TITLES[name]}没有送到镜像：{error}"


_TITLES = {MAIN: "档案", COUNSELING: "心理档案"}


def _keep_tombstones(root: Path, folder: Path) -> None:
    """Lay beside the backups who was erased, in a form that tells nobody who it was: an old backup obeys it."""
    stones = own_tombstones(root)
    if stones:
        made = folder / f"{TOMBSTONES}.new"
        made.write_bytes(written(stones))
        made.replace(folder / TOMBSTONES)


def _uncommitted(store: Store) -> Iterator[str]:
    for repository in store.pair.all:
        if repository.root is not None:
            told = repository.run("status", "--porcelain", "-z", "--untracked-files=all").decode(
                "utf-8", "replace"
            )
            yield from (part[3:] for part in told.split("\0") if len(part) > 3)
