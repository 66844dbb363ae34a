"""Sets up hooks and the merge driver: in a work tree with its counselling repository, or in the shared pair."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from guanai.check.cache import Cache
from guanai.check.moment import Examiner
from guanai.errors import NotFound
from guanai.saving.authority import Authority
from guanai.store.entries import COUNSELING
from guanai.store.git import Author, Repository
from guanai.store.hooks import Installed, attribute_lines, install
from guanai.store.places import make_shared
from guanai.store.shared import SharedStore
from guanai.store.sources import WorkTree
from guanai.workspace.gate.receiving import Gate, root_beside

_ATTRIBUTES = ".gitattributes"


class NoSharedStore(NotFound):
    """Neither a workspace nor a bare repository."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place} 既不是学校的文件夹，也不是共享仓库；请用 -C 指明，如 guanai -C /srv/school hooks install --shared。"
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """One repository that was set up.

    Attributes:
        place: its folder.
        installed: hooks that were written and moved aside.
        is_attributed: whether ``.gitattributes`` was changed and has to be committed.
    """

    place: Path
    installed: Installed
    is_attributed: bool


def guard_work_tree(root: Path, *, staff: str, on: date) -> tuple[Guard, ...]:
    """Set up a workspace's own repositories.

    Args:
        root: the workspace.
        staff: id of the person who commits here, "" to leave git's own settings.
        on: today, for the person's posts.

    Raises:
        NotARepository, UnknownStaff, GitFailed: it cannot be set up.
    """
    author = Author(Authority(WorkTree(root), staff, on).person.name, staff) if staff else None
    places = [root, *([root / COUNSELING] if (root / COUNSELING / ".git").exists() else [])]
    return tuple(_guard(place, author) for place in places)


def guard_shared(place: Path, *, on: date) -> tuple[Guard, ...]:
    """Set up the shared repositories of a workspace, making them first; or those that ``place`` is one of.

    Raises:
        NoSharedStore, GitFailed: it cannot be set up.
    """
    if (place / ".git").exists() and (place / "records").is_dir():
        store = make_shared(place)
    elif (place / "HEAD").is_file():
        store = SharedStore(place, root_beside(place))
    else:
        raise NoSharedStore(place)
    for each in store.pair.all:
        each.git_dir.chmod(
            0o700
        )  # one account keeps them; nobody else on the machine reads records past the hooks
    guards = [
        Guard(each.git_dir, install(each, is_shared=True), is_attributed=False) for each in store.pair.all
    ]
    _warm(store.pair.main.git_dir, on)
    store.close()
    return tuple(guards)


def _guard(place: Path, author: Author | None) -> Guard:
    installed = install(Repository(place), is_shared=False, author=author)
    path = place / _ATTRIBUTES
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    new = attribute_lines(old)
    if new != old:
        path.write_text(new, encoding="utf-8", newline="\n")
    return Guard(place, installed, is_attributed=new != old)


def _warm(main: Path, on: date) -> None:
    """Look at every record once, so that the first push does not have to."""
    gate = Gate(main, "", {}, on)
    with closing(Cache(gate.root)) as cache:
        Examiner(cache).keep(gate.moment(gate.repository.head()))
