"""What the shared repository takes in: one branch, forward only, one's own work, right records, within one's rights."""

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from guanai.check.cache import Cache
from guanai.check.moment import Examiner, Moment, records_of
from guanai.check.names import NameFinder
from guanai.errors import GuanaiError, Problem
from guanai.saving.authority import Authority
from guanai.store.entries import COUNSELING, Home
from guanai.store.git import Author, Repository
from guanai.store.mirror import ask
from guanai.workspace.gate.consent import Consent
from guanai.workspace.gate.contents import Change, faults, joint_faults, message_faults
from guanai.workspace.gate.pushed import (
    PushedCommit,
    PushedFile,
    RefUpdate,
    is_forward,
    new_commits,
    pushed_files,
)

#: Who pushes: set on the server by the line of that person's key, never by the person.
STAFF_VARIABLE = "GUANAI_STAFF"
_MAIN = "refs/heads/main"
_SUFFIX, _COUNSELING_SUFFIX = ".git", ".counseling.git"
_SHORT = 7
_MOST_COMMITS = 2000


@dataclass(frozen=True)
class Gate:
    """A shared repository that someone pushes to.

    Attributes:
        place: the bare repository.
        staff: id of the person who pushes, "" where the server does not know.
        environment: the hook's, through which waiting objects are seen.
        on: today, for posts and days still to come.
    """

    place: Path
    staff: str
    environment: Mapping[str, str]
    on: date

    @property
    def is_counseling(self) -> bool:
        """Whether this is the repository of the counselling files."""
        return self.place.name.endswith(_COUNSELING_SUFFIX)

    @property
    def home(self) -> Home:
        """Which of the two repositories this is."""
        return Home.COUNSELING if self.is_counseling else Home.MAIN

    @property
    def main_place(self) -> Path:
        """Where the main repository lies."""
        return _main_beside(self.place)

    @property
    def root(self) -> Path:
        """The folder that holds ``.guanai``."""
        return root_beside(self.place)

    @cached_property
    def repository(self) -> Repository:
        """The repository pushed to, with what waits to be let in."""
        return Repository(self.place, hook=self.environment)

    @cached_property
    def main(self) -> Repository:
        """The main repository, where staff and rights stand."""
        return Repository(self.main_place) if self.is_counseling else self.repository

    def moment(self, revision: str) -> Moment:
        """Return all records, of both repositories, with this one at a revision ("": empty)."""
        here = _held(self.repository, revision, is_counseling=self.is_counseling)
        other = self._other()
        there = _held(other, other.head(), is_counseling=not self.is_counseling) if other else {}
        held = {**there, **here}
        ids = {path: blob for path, (blob, _) in held.items()}
        return Moment(ids, lambda path: held[path][1].read(held[path][0]) if path in held else b"")

    def _other(self) -> Repository | None:
        if self.is_counseling:
            return self.main
        place = self.place.with_name(self.place.name.removesuffix(_SUFFIX) + _COUNSELING_SUFFIX)
        return Repository(place) if (place / "HEAD").is_file() else None


def root_beside(place: Path) -> Path:
    """Return where ``.guanai`` lies for a shared repository: the workspace beside, or the main repository itself."""
    main = _main_beside(place)
    workspace = main.with_name(main.name.removesuffix(_SUFFIX))
    return workspace if workspace.is_dir() else main


def _main_beside(place: Path) -> Path:
    name = place.name
    is_counseling = name.endswith(_COUNSELING_SUFFIX)
    return place.with_name(name.removesuffix(_COUNSELING_SUFFIX) + _SUFFIX) if is_counseling else place


def _held(repository: Repository, revision: str, *, is_counseling: bool) -> dict[str, tuple[str, Repository]]:
    prefix = COUNSELING if is_counseling else ""
    blobs = repository.blobs(revision, "" if is_counseling else "records") if revision else {}
    return {
        path: (blob, repository)
        for path, blob in records_of({prefix + path: blob for path, blob in blobs.items()}).items()
    }


def receive(gate: Gate, lines: str) -> tuple[str, ...]:
    """Return, in sentences, why a push is refused; none when it may come in.

    Args:
        gate: the repository, the person, the moment.
        lines: what git hands to the hook.
    """
    updates = RefUpdate.read(lines)
    refusals = tuple(_refused_update(gate, update) for update in updates)
    if any(refusals):
        return tuple(each for each in refusals if each)
    return tuple(sentence for update in updates for sentence in _received(gate, update))


def received(place: Path) -> None:
    """Do what follows a push that was taken in: renew the table for quick histories, ask for the mirror."""
    with suppress(GuanaiError):
        Repository(place).keep_graph()
    ask(root_beside(place))


def _refused_update(gate: Gate, update: RefUpdate) -> str:
    if not gate.staff:
        return (
            "不知道是谁在推送：服务器上这把钥匙没有写明教职工编号。"
            f"请管理员在 authorized_keys 里这把钥匙的前面写上 {STAFF_VARIABLE}（见 guanai hooks --help）。"
        )
    if update.ref != _MAIN:
        kind = "标签" if update.ref.startswith("refs/tags/") else "分支"
        return f"这里只收 main 一个分支，不收别的{kind}；请运行 git push origin main。"
    if not update.new:
        return "main 不能删除：里面是学校的全部记录。"
    if not is_forward(gate.repository, update):
        return "main 的历史被改写过（例如用了 rebase、amend 或 push --force），不收：已经保存的记录不能改掉。请运行 git pull，再推送一次。"
    return ""


def _received(gate: Gate, update: RefUpdate) -> Iterator[str]:
    commits = new_commits(gate.repository, update)
    if len(commits) > _MOST_COMMITS:
        yield f"一次推送了 {len(commits)} 次提交，最多 {_MOST_COMMITS} 次；请核对是不是推错了仓库。"
        return
    try:
        authority = Authority(_Core(gate, update), gate.staff, gate.on)
    except GuanaiError as error:
        yield str(error)
        return
    foreign = list(_foreign(authority, gate.staff, commits))
    if foreign:
        yield from foreign
        return
    yield from _contents(gate, update, commits, authority)


class _Core:
    """Staff and rights as they stood before the push: nobody gains a right by the same push."""

    def __init__(self, gate: Gate, update: RefUpdate) -> None:
        self._main = gate.main
        # The very first push into an empty repository brings the rules it is measured by.
        self._revision = gate.main.head() or ("" if gate.is_counseling else update.new)

    def versions(self) -> Mapping[str, str]:
        return self._main.blobs(self._revision) if self._revision else {}

    def version(self, path: str) -> str | None:
        return self._main.blob(self._revision, path) if self._revision else None

    def read(self, path: str) -> bytes | None:
        return self._main.read_at(self._revision, path) if self._revision else None


def _foreign(authority: Authority, staff: str, commits: tuple[PushedCommit, ...]) -> Iterator[str]:
    me = Author(authority.person.name, staff)
    for commit in commits:
        if set(commit.emails) != {me.email} or commit.name != me.name:
            yield (
                f"提交 {commit.id[:_SHORT]} 写的不是您本人（您是 {staff}）：每个人只能推送自己的提交，姓名和编号要和 records/staff.yml 一致。"
                f"请运行 guanai hooks install --as {staff}，再重新提交一次；别人的提交请由他本人推送。"
            )


def _contents(
    gate: Gate, update: RefUpdate, commits: tuple[PushedCommit, ...], authority: Authority
) -> Iterator[str]:
    files = pushed_files(gate.repository, commits, is_counseling=gate.is_counseling)
    with closing(Cache(gate.root)) as cache:
        examiner = Examiner(cache)
        before, after = gate.moment(update.old), gate.moment(update.new)
        finder = examiner.names(after)
        told = [
            f"提交 {commit.id[:_SHORT]} 的说明里{what}。说明可以用 git commit --amend 改，再推送一次。"
            for commit in commits
            for what in message_faults(commit.message, finder)
        ]
        for commit, problem in _faults(gate, files, finder):
            told.append(_line(problem, commit if update.new != commit else ""))
        if not told:
            told += [_line(problem) for problem in joint_faults(examiner, before, after, authority.on)]
        told += _unpermitted(gate, update, files, authority)
        if not told:
            examiner.keep(after)
    yield from dict.fromkeys(told)


def _faults(gate: Gate, files: tuple[PushedFile, ...], finder: NameFinder) -> Iterator[tuple[str, Problem]]:
    seen: set[tuple[str, str, str]] = set()
    for file in files:
        key = (file.entry.path, file.entry.mode, file.new)
        if not file.new or key in seen:
            continue
        seen.add(key)
        change = Change(file.entry, partial(gate.repository.read, file.new))
        for problem in faults([change], finder, gate.home):
            yield file.commit, problem


def _unpermitted(
    gate: Gate, update: RefUpdate, files: tuple[PushedFile, ...], authority: Authority
) -> Iterator[str]:
    consent = Consent(authority, gate.repository.read)
    prefix = COUNSELING if gate.is_counseling else ""
    whole = gate.repository.difference(update.old, update.new)
    steps = [(prefix + path, old or "", new or "") for path, (old, new) in whole.items()]
    steps += [(file.entry.path, file.old, file.new) for file in files if not file.is_merged]
    for path, old, new in dict.fromkeys(steps):
        yield from (_line(problem) for problem in consent.refusals(path, old, new))


def _line(problem: Problem, commit: str = "") -> str:
    where = f"（提交 {commit[:_SHORT]}）" if commit else ""
    return f"{problem.path}:{problem.line}：{where}{problem.message}"
