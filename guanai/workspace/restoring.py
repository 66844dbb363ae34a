"""From a sealed backup to a workspace again, and the drill that proves that it can be done."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from generators.papers import papers
from guanai.check import check
from guanai.errors import Conflict, Invalid, Problem
from guanai.schema import load_schemas
from guanai.store.bundle import COUNSELING, MAIN, MANIFEST, PRIVATE, SITES, sibling
from guanai.store.entries import COUNSELING as COUNSELING_FOLDER
from guanai.store.git import Repository, found_from
from guanai.store.seal import CannotOpen, WrongKey, unseal
from guanai.store.tombstones import PLACE as TOMBSTONES
from guanai.store.tombstones import Tombstone, read_tombstones
from guanai.workspace.erasing.obedience import obey
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import FolderInUse
from guanai.workspace.papers import Made
from guanai.workspace.site_places import sites_dir

_SAFE = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*")
_SCRATCH = "tmp-restore"
_MOST_TOLD = 2**16
_PRIVATE_MODE = 0o700


class NotTheSame(Conflict):
    """What came out of a backup is not what its list says went in."""

    def __init__(self, what: str) -> None:
        super().__init__(f"备份恢复出来的不对：{what}；请换一份备份，并告诉维护的人。")


class NothingToPrint(Invalid):
    """A drill found no record of which a document could be made."""

    def __init__(self) -> None:
        super().__init__("恢复出来的记录里没有能生成文书的；请核对备份的是不是学校的文件夹。")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back.

    Attributes:
        root: the workspace.
        made: when the backup was made, ISO.
        heads: newest commit of each part that came back.
        problems: what `guanai check` finds in it.
        erased: children that were erased again, since they had been erased after the backup was made.
        is_whole: whether the counselling files came back too, or there are none.
    """

    root: Path
    made: str
    heads: dict[str, str]
    problems: tuple[Problem, ...]
    erased: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Drill:
    """A restore that was proved and thrown away again.

    Attributes:
        file: the backup.
        restored: what came back.
        document: kind and id of the document that was made of it.
    """

    file: Path
    restored: Restored
    document: tuple[str, str]


def restore(
    file: Path, root: Path, *, secrets: Sequence[str], stones: Sequence[Tombstone] = (), when: datetime
) -> Restored:
    """Make a workspace of a sealed backup.

    The counselling files' own backup is taken along when it lies beside and one of the keys opens it. On failure
    nothing of it is left.

    Args:
        file: the sealed backup of the workspace.
        root: a new or empty folder.
        secrets: secret keys.
        stones: tombstones newer than the backup, beyond those that lie beside it.
        when: now.

    Raises:
        FolderInUse: there is something in the folder.
        CannotOpen, NotTheSame, GitFailed: the backup is another's, damaged or incomplete.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise FolderInUse(root)
    was_there = root.exists()
    try:
        root.mkdir(mode=_PRIVATE_MODE, parents=True, exist_ok=True)
        (root / ".guanai").mkdir(mode=_PRIVATE_MODE)
        return _restored(file, root, secrets, (*_stones_beside(file), *stones), when)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        if was_there:
            root.mkdir(exist_ok=True)
        raise


def drill(file: Path, root: Path, *, secrets: Sequence[str], when: datetime) -> Drill:
    """Prove that a backup can be restored: open, clone, look at every object, check, make one document.

    Args:
        file: the sealed backup.
        root: a workspace; the trial lies in its private folder, and is gone afterwards.
        secrets: secret keys.
        when: now.

    Raises:
        CannotOpen, NotTheSame, NothingToPrint, GitFailed …: it cannot be restored.
    """
    place = root / ".guanai" / f"tmp-drill-{os.getpid()}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=_PRIVATE_MODE, parents=True)
    try:
        restored = restore(file, place / "school", secrets=secrets, when=when)
        document = _document(restored.root, place / "documents", when.date())
        return Drill(file, restored, document)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _restored(
    file: Path, root: Path, secrets: Sequence[str], stones: Sequence[Tombstone], when: datetime
) -> Restored:
    with _scratch(root) as scratch:
        told = {MAIN: _unpacked(file, secrets, scratch, root)}
        found_from(root, scratch / f"{MAIN}.bundle")
        beside = sibling(file)
        if told[MAIN].get(SITES):
            sites_dir(root)  # empty: the gateway builds them again
        is_whole = beside is None or _counseling(beside, secrets, scratch, root, told)
    heads = {
        part: _proved(root if part == MAIN else root / COUNSELING_FOLDER, each) for part, each in told.items()
    }
    workspace = Workspace(root)
    outcome = obey(root, schemas=load_schemas(), secret=workspace.secret, when=when, stones=stones)
    problems = check(root, on=when.date())
    erased = len(outcome.children) if outcome is not None else 0
    return Restored(root, str(told[MAIN].get("时间", "")), heads, problems, erased, is_whole)


def _counseling(
    beside: Path, secrets: Sequence[str], scratch: Path, root: Path, told: dict[str, Any]
) -> bool:
    try:
        told[COUNSELING] = _unpacked(beside, secrets, scratch, root)
    except WrongKey:  # whoever restores the rest need not be cleared for psychology
        return False
    place = root / COUNSELING_FOLDER
    place.mkdir(mode=_PRIVATE_MODE, parents=True, exist_ok=True)
    found_from(place, scratch / f"{COUNSELING}.bundle")
    return True


def _unpacked(file: Path, secrets: Sequence[str], scratch: Path, root: Path) -> dict[str, Any]:
    """Unpack a sealed file: histories into the scratch folder, private files where they belong; return its list."""
    told: list[bytes] = []

    def take(name: str, content: IO[bytes]) -> None:
        if name == MANIFEST:
            told.append(content.read(_MOST_TOLD))
        elif name in (f"{MAIN}.bundle", f"{COUNSELING}.bundle"):
            _write(scratch / name, content)
        elif name.startswith(PRIVATE) and _SAFE.fullmatch(name.removeprefix(PRIVATE)):
            _write(root / ".guanai" / name.removeprefix(PRIVATE), content)
        else:
            raise CannotOpen(file, "里面有不该有的东西，这不是 guanai 做的备份")

    unseal(file, secrets, take)
    try:
        manifest = json.loads(told[0])
        if isinstance(manifest, dict) and (scratch / f"{manifest['部分']}.bundle").exists():
            return manifest
    except (IndexError, ValueError, KeyError):
        pass
    raise CannotOpen(file, "里面没有清单，这不是 guanai 做的备份")


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(mode=_PRIVATE_MODE, parents=True, exist_ok=True)
    with path.open("xb") as file:
        path.chmod(0o600)
        shutil.copyfileobj(content, file, 2**20)


@contextlib.contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    place = root / ".guanai" / _SCRATCH
    place.mkdir(mode=_PRIVATE_MODE)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _proved(place: Path, told: dict[str, Any]) -> str:
    """Look at every object, and return the newest commit, which must be the one that was backed up."""
    repository = Repository(place)
    try:
        repository.run("fsck", "--full", "--no-dangling", "--no-progress")
        head = repository.head()
    finally:
        repository.close()
    if head != told.get("提交"):
        raise NotTheSame(f"{place} 最新的提交是 {head[:12]}，清单上是 {str(told.get('提交'))[:12]}")
    return head


def _stones_beside(file: Path) -> tuple[Tombstone, ...]:
    beside = file.with_name(TOMBSTONES)
    return read_tombstones(beside.read_bytes()) if beside.is_file() else ()


def _document(root: Path, folder: Path, on: date) -> tuple[str, str]:
    """Make one document of a restored workspace."""
    workspace = Workspace(root)
    edition = workspace.edition(staff="", on=on)
    telling = [paper for paper in papers().values() if paper.subject in ("student", "meeting")]
    wanted = [(paper, each) for paper in telling for each in workspace.press.subjects(paper, edition, on)[:1]]
    for made in workspace.press.batch(wanted, edition, on, folder, "docx"):
        if isinstance(made, Made):
            return made.kind, made.id
    raise NothingToPrint
