"""Sealed backups: everything of a workspace that cannot be made again, in files that only key holders open."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from guanai import __version__
from guanai.errors import Conflict, Invalid
from guanai.store.backup_plan import BackupPlan
from guanai.store.git import Repository
from guanai.store.private_folder import FOLDER, copied, has_sites
from guanai.store.seal import Member, public_keys, seal

MAIN, COUNSELING = "main", "counseling"
MANIFEST = "manifest.json"
#: The workspace's private folder, within the archive.
PRIVATE = "guanai/"
#: In the list of what is in an archive: whether sites had been built, which are made again after a restore.
SITES = "网站"
_FORMAT = 1
_TEMPORARY = re.compile(r"tmp-[a-z]+-[0-9]+")
_NAME = re.compile(r"guanai-(?P<when>[0-9]{8}-[0-9]{6})(?P<part>-counseling)?\.tar\.age")
_SEALED_NAME = "guanai-{when:%Y%m%d-%H%M%S}{part}.tar.age"
_RECORD = re.compile(r"[^/]+\.yml|.*/[^/]+\.yml")


class NothingToKeep(Invalid):
    """A repository without a single commit."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} 里还没有任何一次提交，没有可备份的；请先保存一份记录。")


class NoRoom(Conflict):
    """The folder for backups lies where it must not."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 在学校文件夹里面，电脑坏了会一起丢；请换到另一块硬盘或另一台电脑上。")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A backup that was made.

    Attributes:
        file: the sealed file.
        part: main or counseling.
        head: newest commit in it.
        size: bytes.
    """

    file: Path
    part: str
    head: str
    size: int


def make(  # noqa: PLR0913 -- one argument a fact
    root: Path,
    repositories: Mapping[str, Repository],
    plan: BackupPlan,
    folder: Path,
    *,
    when: datetime,
    lock: AbstractContextManager[object],
) -> tuple[Sealed, ...]:
    """Make a sealed backup: one file for the workspace, one of its own for the counselling files.

    Args:
        root: the workspace, where ``.guanai`` lies.
        repositories: main, and counseling where there is one.
        plan: who can open it.
        folder: where the files go, outside the workspace; made if missing.
        when: now; names the files.
        lock: held for the moment in which the journal is copied.

    Raises:
        TooFewRecipients, UnusableKey: the settings name too few keys.
        NothingToKeep, NoRoom, CannotSeal, GitFailed: it cannot be made.
    """
    keys = _keys(repositories, plan)
    if folder.resolve().is_relative_to(root.resolve()):
        raise NoRoom(folder)
    if not repositories[MAIN].head():
        raise NothingToKeep(root)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _scratch(root) as scratch:
        # What is acknowledged lies in the journal or in a commit: the journal is copied first, so none falls between.
        with lock:
            private = [
                Member(PRIVATE + each.relative_to(scratch / PRIVATE).as_posix(), each)
                for each in copied(root, scratch / PRIVATE)
            ]
        parts = [(MAIN, private), *([(COUNSELING, [])] if COUNSELING in keys else [])]
        told = {"格式": _FORMAT, "程序": __version__, "时间": when.isoformat(), SITES: has_sites(root)}
        return tuple(
            _part(part, repositories[part], members, keys[part], scratch, _target(folder, part, when), told)
            for part, members in parts
        )


def newest(folder: Path, part: str = MAIN) -> Path | None:
    """Return the newest sealed backup of a part in a folder, None where there is none."""
    return max(_ours(folder, part), key=lambda file: file.name, default=None)


def sibling(file: Path) -> Path | None:
    """Return the counselling files' backup made together with a backup, None where there is none."""
    found = _NAME.fullmatch(file.name)
    other = file.with_name(f"guanai-{found['when']}-{COUNSELING}.tar.age") if found else None
    return other if other is not None and other != file and other.exists() else None


def made_on(file: Path) -> datetime:
    """Return when a sealed backup was made, as its name tells, in China's time without an offset."""
    found = _NAME.fullmatch(file.name)
    return datetime.strptime(found["when"] if found else "19700101-000000", "%Y%m%d-%H%M%S")  # noqa: DTZ007 -- see above


def prune(folder: Path, *, kept_days: int, when: datetime) -> tuple[Path, ...]:
    """Delete sealed backups older than so many days, the newest never; return what was deleted."""
    limit = when.replace(tzinfo=None) - timedelta(days=kept_days)
    gone = []
    for part in (MAIN, COUNSELING):
        last = newest(folder, part)
        gone += [file for file in _ours(folder, part) if file != last and made_on(file) < limit]
    for file in gone:
        file.unlink(missing_ok=True)
    return tuple(gone)


def _ours(folder: Path, part: str) -> list[Path]:
    if not folder.is_dir():
        return []
    found = ((file, _NAME.fullmatch(file.name)) for file in sorted(folder.iterdir()))
    return [file for file, name in found if name and bool(name["part"]) == (part == COUNSELING)]


def _keys(repositories: Mapping[str, Repository], plan: BackupPlan) -> dict[str, tuple[str, ...]]:
    keys = {MAIN: public_keys(plan.recipients, whose="备份")}
    other = repositories.get(COUNSELING)
    if other is not None and (plan.counseling_recipients or _holds_records(other)):
        keys[COUNSELING] = public_keys(plan.counseling_recipients, whose="心理档案的备份")
    return keys


def _holds_records(repository: Repository) -> bool:
    return any(_RECORD.fullmatch(path) for path in repository.blobs(repository.head(), ""))


@contextlib.contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """Give a private folder for what is copied, on the disk that holds the originals anyway."""
    home = root / FOLDER
    home.mkdir(mode=0o700, exist_ok=True)
    for old in home.iterdir():
        if _TEMPORARY.fullmatch(old.name) and not _is_alive(int(old.name.rpartition("-")[2])):
            shutil.rmtree(old, ignore_errors=True)
    made = home / f"tmp-backup-{os.getpid()}"
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # there a signal of 0 would end the process
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _target(folder: Path, part: str, when: datetime) -> Path:
    return folder / _SEALED_NAME.format(when=when, part="" if part == MAIN else f"-{part}")


def _part(  # noqa: PLR0913 -- one argument a fact
    part: str,
    repository: Repository,
    members: list[Member],
    keys: tuple[str, ...],
    scratch: Path,
    target: Path,
    told: Mapping[str, object],
) -> Sealed:
    head = repository.head()
    history = scratch / f"{part}.bundle"
    repository.run("bundle", "create", "--quiet", str(history), "--branches", "--tags")
    manifest = scratch / f"{part}-{MANIFEST}"
    manifest.write_text(
        json.dumps({**told, "部分": part, "提交": head}, ensure_ascii=False), encoding="utf-8"
    )
    everything = [Member(MANIFEST, manifest), Member(f"{part}.bundle", history), *members]
    return Sealed(target, part, head, seal(everything, target, keys))
