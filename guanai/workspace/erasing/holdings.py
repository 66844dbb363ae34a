"""Where a workspace's records lie in git: its own repositories, the shared ones beside it, mirrors of this machine."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guanai.errors import GuanaiError
from guanai.store.addresses import UnusableAddress, host_of
from guanai.store.backup_plan import load_plan
from guanai.store.git import NotARepository, Repository
from guanai.store.pair import COUNSELING


@dataclass(frozen=True, slots=True)
class Holding:
    """One repository.

    Attributes:
        repository: to read and write it.
        prefix: what its paths lack: "" or ``records/counseling/``.
        title: what people call it.
    """

    repository: Repository
    prefix: str
    title: str

    @property
    def place(self) -> Path:
        """The work tree's root, or the bare repository."""
        return self.repository.root or self.repository.git_dir


@dataclass(frozen=True, slots=True)
class Holdings:
    """All repositories of a workspace.

    Attributes:
        local: those of this machine, the workspace's own first.
        remote: addresses on other machines.
    """

    local: tuple[Holding, ...]
    remote: tuple[str, ...]

    @property
    def own(self) -> tuple[Holding, ...]:
        """The workspace's own: first the main one, then that of the counselling files where there is one."""
        main = self.local[0]
        return tuple(each for each in self.local if each is main or each.title == _OWN_COUNSELING)

    def close(self) -> None:
        """Let go of all processes that read."""
        for holding in self.local:
            holding.repository.close()


_OWN, _OWN_COUNSELING = "学校文件夹", "心理档案"


def find_holdings(root: Path) -> Holdings:
    """Return the repositories of a workspace: its own, ``DIR.git`` beside it, remotes and mirrors, and their remotes.

    Raises:
        NotARepository: the workspace has none.
    """
    return _Search(root.resolve()).holdings()


class _Search:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[Path, Holding] = {}
        self._remote: dict[str, None] = {}

    def holdings(self) -> Holdings:
        self._add(self._root, "", _OWN)
        if not self._found:
            self._add(self._root.with_name(f"{self._root.name}.git"), "", "共享仓库")
        if not self._found:
            raise NotARepository(self._root)
        self._add(self._root / COUNSELING, COUNSELING, _OWN_COUNSELING)
        self._add(self._root.with_name(f"{self._root.name}.git"), "", "共享仓库")
        self._add(self._root.with_name(f"{self._root.name}.counseling.git"), COUNSELING, "共享的心理档案")
        with contextlib.suppress(GuanaiError):  # settings that cannot be read are told by guanai backup
            plan = load_plan(self._root)
            self._address(plan.mirror, self._root, "", "镜像")
            self._address(plan.counseling_mirror, self._root, COUNSELING, "心理档案的镜像")
        # A remote may have remotes of its own: what is found on the way is looked through too.
        looked: set[Path] = set()
        while waiting := [each for place, each in self._found.items() if place not in looked]:
            for holding in waiting:
                looked.add(holding.place.resolve())
                self._remotes(holding)
        return Holdings(tuple(self._found.values()), tuple(self._remote))

    def _remotes(self, holding: Holding) -> None:
        for address in _urls(holding.repository):
            self._address(address, holding.place, holding.prefix, f"{holding.title}的远端")

    def _address(self, address: str, base: Path, prefix: str, title: str) -> None:
        if not address:
            return
        try:
            if host_of(address):
                self._remote[address] = None
                return
        except UnusableAddress:
            self._remote[address] = None
            return
        plain = address.removeprefix("file://localhost").removeprefix("file://")
        self._add(base / Path(plain).expanduser(), prefix, title)

    def _add(self, place: Path, prefix: str, title: str) -> None:
        place = place.resolve()
        if place not in self._found:
            with contextlib.suppress(NotARepository):
                self._found[place] = Holding(Repository(place), prefix, title)


def _urls(repository: Repository) -> Iterator[str]:
    told = repository.run("config", "--get-regexp", r"^remote\..*\.(push)?url$", codes=(0, 1)).decode(
        "utf-8", "replace"
    )
    for line in told.splitlines():
        yield line.partition(" ")[2]
