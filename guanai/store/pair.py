"""The main repository and the counselling repository (心理档案) as one."""

from collections.abc import Mapping
from pathlib import Path

from guanai.errors import Invalid
from guanai.store.git import Repository, UnknownRevision

COUNSELING = "records/counseling/"


class TwoHomes(Invalid):
    """One commit cannot span two repositories."""

    def __init__(self) -> None:
        super().__init__("心理档案和其他记录在两个仓库里，不能一次提交；请分两次保存。")


class Pair:
    """Finds for each path the repository that keeps it."""

    PREFIX = COUNSELING

    def __init__(self, main: Path, counseling: Path) -> None:
        """``main``, ``counseling``: work trees or bare repositories; the second need not be there."""
        self.main = Repository(main)
        self._place = counseling
        self._counseling: Repository | None = None

    @property
    def counseling(self) -> Repository | None:
        """The counselling repository, None where the main one keeps these files itself."""
        if self._counseling is None and _is_repository(self._place):
            self._counseling = Repository(self._place)
        return self._counseling

    @property
    def all(self) -> tuple[Repository, ...]:
        """Those that are there, the main one first."""
        return (self.main,) if self.counseling is None else (self.main, self.counseling)

    def home(self, path: str) -> tuple[Repository, str]:
        """Return the repository that keeps a file, and the file's path inside it."""
        if path.startswith(COUNSELING) and self.counseling is not None:
            return self.counseling, path.removeprefix(COUNSELING)
        return self.main, path

    def holding(self, commit: str) -> Repository:
        """Return the repository that has a commit.

        Raises:
            UnknownRevision: neither.
        """
        for repository in self.all[1:]:
            try:
                repository.resolve(commit)
            except UnknownRevision:
                continue
            return repository
        self.main.resolve(commit)
        return self.main

    def heads(self) -> tuple[str, str]:
        """Return the newest commits of main and counselling repository, "" where there is none."""
        return self.main.head(), self.counseling.head() if self.counseling is not None else ""

    def at(self, commit: str) -> tuple[str, str]:
        """Return the commits of both at the moment of one commit of either: the other's last one not younger."""
        if not commit or self.counseling is None:
            return commit, ""
        holder = self.holding(commit)
        full = holder.resolve(commit)
        other = self.main if holder is self.counseling else self.counseling
        newest = other.head()
        moment = next(iter(holder.log(until=full, limit=1))).when
        earlier = (
            other.run("rev-list", "--max-count=1", f"--before={moment.isoformat()}", newest)
            if newest
            else b""
        )
        found = earlier.decode().strip()
        return (full, found) if holder is self.main else (found, full)

    def close(self) -> None:
        """Let go of both."""
        for repository in self.all:
            repository.close()


def one_home(pair: Pair, changes: Mapping[str, bytes | None]) -> tuple[Repository, dict[str, bytes | None]]:
    """Return the repository that keeps all of the changed files, and the changes by the paths inside it.

    Raises:
        TwoHomes: they lie in both.
    """
    homes = {path: pair.home(path) for path in changes}
    repositories = {repository.git_dir: repository for repository, _ in homes.values()}
    if len(repositories) > 1:
        raise TwoHomes
    repository = next(iter(repositories.values()), pair.main)
    return repository, {homes[path][1]: content for path, content in changes.items()}


def _is_repository(place: Path) -> bool:
    return (place / ".git").exists() or (place / "HEAD").is_file()
