"""What a work tree is about to commit, looked at before git does it: the courtesy that saves a refused push."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from guanai.check.cache import Cache
from guanai.check.moment import Examiner, Moment, records_of
from guanai.errors import Problem
from guanai.store.clash_words import place
from guanai.store.entries import COUNSELING, Entry, Home
from guanai.store.git import NotARepository, Repository
from guanai.store.merging.pending import still_open, unanswered
from guanai.workspace.gate.contents import Change, faults, joint_faults, message_faults

_HERE = Path(COUNSELING)
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_GONE = "000000"
_REPOSITORY = "160000"
_OPEN = "合并时两边改得不一样，还没有选定用哪一个：{}。请运行 guanai choose，选好后再提交。"
_CUT = "# ------------------------ >8 ------------------------"


@dataclass(frozen=True)
class Stage:
    """A work tree whose commit is being made.

    Attributes:
        place: root of the work tree, of the main or of the counselling repository.
        environment: the hook's; git may commit through an index of its own.
        on: today.
    """

    place: Path
    environment: Mapping[str, str]
    on: date

    @property
    def is_counseling(self) -> bool:
        """Whether this is the repository of the counselling files, inside its workspace."""
        return self.place.parts[-2:] == _HERE.parts and (self.place.parents[1] / "schemas").is_dir()

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.place.parents[1] if self.is_counseling else self.place

    @property
    def prefix(self) -> str:
        """What stands before a path of this repository to make it one of the workspace."""
        return COUNSELING if self.is_counseling else ""


def staged_problems(stage: Stage) -> tuple[Problem, ...]:
    """Return what is wrong with what is about to be committed, by path and line."""
    repository = Repository(stage.place, hook=stage.environment)
    waiting = tuple(_unanswered(repository, stage))
    if waiting:
        repository.close()
        return waiting
    changes = _changes(repository, stage)
    with closing(Cache(stage.root)) as cache:
        examiner = Examiner(cache)
        after = _moment(repository, stage, _index(repository))
        before = _moment(
            repository, stage, repository.blobs(repository.head(), "") if repository.head() else {}
        )
        found = list(faults(changes, examiner.names(after), _home(repository, stage)))
        found += joint_faults(examiner, before, after, stage.on)
        examiner.keep(after)
    repository.close()
    return tuple(sorted(set(found)))


def message_problems(stage: Stage, message: str) -> tuple[str, ...]:
    """Return, in sentences, what a commit's message says of a child that it must not."""
    words = message.partition(_CUT)[0]
    said = "\n".join(line for line in words.splitlines() if not line.startswith("#"))
    repository = Repository(stage.place, hook=stage.environment)
    with closing(Cache(stage.root)) as cache:
        finder = Examiner(cache).names(_moment(repository, stage, _index(repository)))
    repository.close()
    return tuple(message_faults(said, finder))


def _unanswered(repository: Repository, stage: Stage) -> Iterator[Problem]:
    """Yield what a merge asked, and what is about to be committed as if nobody had asked."""
    staged = None
    for pending, home, name in still_open(stage.root):
        if home.git_dir != repository.git_dir:
            continue
        staged = staged if staged is not None else _index(repository)
        raw = repository.read(staged[name]) if name in staged else None
        left = unanswered(pending, raw)
        if left:
            yield Problem(
                pending.path,
                1,
                "",
                "merge.open",
                _OPEN.format("、".join(place(clash.path) for clash in left)),
            )


def _home(repository: Repository, stage: Stage) -> Home:
    if stage.is_counseling:
        return Home.COUNSELING
    # Only a workspace that has always kept them together, such as the program's own sample, goes on doing so.
    is_both = not (stage.place / COUNSELING / ".git").exists() and repository.blobs(
        repository.head(), COUNSELING[:-1]
    )
    return Home.BOTH if is_both else Home.MAIN


def _changes(repository: Repository, stage: Stage) -> tuple[Change, ...]:
    past = repository.head() or _EMPTY_TREE
    told = repository.run(
        "diff-index", "--cached", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", past, "--"
    )
    parts = iter(told.decode("utf-8", "surrogateescape").split("\0"))
    found = []
    for part in parts:
        if not part:
            continue
        _, mode, _, blob, _ = part.lstrip(":").split(" ")
        path = stage.prefix + next(parts)
        if mode == _GONE:
            continue
        size = 0 if mode == _REPOSITORY else int(repository.run("cat-file", "-s", blob))
        found.append(Change(Entry(path, mode, size), partial(repository.read, blob)))
    return tuple(found)


def _index(repository: Repository) -> dict[str, str]:
    told = repository.run("ls-files", "--stage", "-z").decode("utf-8", "surrogateescape")
    lines = (line.split("\t", 1) for line in told.split("\0") if line)
    return {path: words.split(" ")[1] for words, path in lines if words.startswith("100")}


def _moment(repository: Repository, stage: Stage, blobs: Mapping[str, str]) -> Moment:
    """Return all records: those of this repository as told, those of the other as they were last committed."""
    held = {stage.prefix + path: (blob, repository) for path, blob in blobs.items()}
    other = _other(stage)
    if other is not None:
        prefix = "" if stage.is_counseling else COUNSELING
        held = {prefix + path: (blob, other) for path, blob in other.blobs(other.head(), "").items()} | held
    ids = records_of({path: blob for path, (blob, _) in held.items()})
    return Moment(ids, lambda path: held[path][1].read(held[path][0]) if path in ids else b"")


def _other(stage: Stage) -> Repository | None:
    place = stage.root if stage.is_counseling else stage.place / COUNSELING
    try:
        return Repository(place) if (place / ".git").exists() else None
    except NotARepository:
        return None
