"""Where the school's own Word forms are kept: a folder of the work tree, or the newest commit of a shared store."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from guanai.errors import Conflict, Invalid
from guanai.saving.roll import Roll
from guanai.store.entries import Home, belongs
from guanai.store.git import HeadMoved, Repository
from guanai.store.note import Action, Note, Reason
from guanai.store.places import Store

#: Where forms lie in a workspace.
PLACE: Final = "records/templates"
SUFFIX: Final = ".docx"
#: One byte more than a form may have: what is read of a longer one tells that it is too long.
MOST_READ: Final = 2**23 + 1
_TRIES: Final = 8


class FormShelf(Protocol):
    """The forms at one moment."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the forms, in order."""

    def read(self, name: str) -> bytes:
        """Return a form that `names` lists.

        Raises:
            OSError: the system does not hand it out.
        """


class FolderForms:
    """The forms as they lie in a work tree."""

    def __init__(self, root: Path) -> None:
        """``root``: the workspace."""
        self._folder = root / PLACE

    def names(self) -> tuple[str, ...]:
        """Return the names of the forms, in order."""
        return tuple(sorted(file.stem for file in files_in(self._folder)))

    def read(self, name: str) -> bytes:
        """Return a form, at most `MOST_READ` bytes of it."""
        with (self._folder / f"{name}{SUFFIX}").open("rb") as opened:
            return opened.read(MOST_READ)


class CommittedForms:
    """The forms as a commit has them."""

    def __init__(self, repository: Repository, commit: str) -> None:
        """``commit``: "" for the moment before the first."""
        self._repository = repository
        self._commit = commit

    def names(self) -> tuple[str, ...]:
        """Return the names of the forms, in order."""
        found = self._repository.blobs(self._commit, PLACE) if self._commit else {}
        files = (PurePosixPath(path) for path in found)
        return tuple(
            sorted(file.stem for file in files if file.suffix == SUFFIX and file.name[0] not in ".~")
        )

    def read(self, name: str) -> bytes:
        """Return a form.

        Raises:
            FileNotFoundError: the commit has none of this name.
        """
        raw = self._repository.read_at(self._commit, path_of_form(name))
        if raw is None:
            raise FileNotFoundError(path_of_form(name))
        return raw[:MOST_READ]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who puts a form there or takes it away, and when."""

    staff_id: str
    name: str
    when: datetime


class UnfitName(Invalid):
    """A form cannot be kept under that name."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"模板的名字{reason}；请换一个名字，如“转学证明”。")


class NotTaken(Conflict):
    """Others kept saving in between."""

    def __init__(self) -> None:
        super().__init__("别人正在保存，模板没有放进去；请再试一次。")


def put_form(store: Store, name: str, raw: bytes | None, keeper: Keeper) -> bool:
    """Keep a form under a name, or take it away; return whether anything changed.

    Args:
        store: where.
        name: bare name of the form.
        raw: the file; None to take it away. What was there before stays in history.
        keeper: who and when.

    Raises:
        UnfitName: the name cannot be a file's, or names a child.
        NotTaken: others kept saving in between.
    """
    path = path_of_form(name)
    if not name.strip() or name[0] in ".~" or not belongs(path, Home.MAIN):
        raise UnfitName("不能作文件名（不要用点、斜线、引号）")
    for _ in range(_TRIES):
        head = store.pair.main.head()
        if _names_child(store, head, name):
            raise UnfitName("里有学生的姓名")
        action = Action.DELETE if raw is None else Action.CHANGE
        note = Note(action, (PLACE,), keeper.staff_id, keeper.name, Reason.ENTRY, keeper.when)
        try:
            return store.put({path: raw}, note, parent=head) != head
        except HeadMoved:
            continue
    raise NotTaken


def path_of_form(name: str) -> str:
    """Return where a form lies below the workspace."""
    return f"{PLACE}/{name}{SUFFIX}"


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the forms in a folder; links, hidden files and what Word leaves beside an open file are none."""
    if folder.is_dir() and not folder.is_symlink():
        for file in sorted(folder.iterdir()):
            if (
                file.suffix == SUFFIX
                and file.is_file()
                and not file.is_symlink()
                and file.name[0] not in ".~"
            ):
                yield file


def _names_child(store: Store, head: str, name: str) -> bool:
    with closing(Roll(store.root, store.pair.main, head)) as roll:
        return any(word in name for word in roll.names_in([name]))
