"""A push as data: the commits that are new, who made them, and the files they bring."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guanai.store.entries import COUNSELING, Entry
from guanai.store.git import Repository

#: What git calls “no commit”.
NOTHING = "0" * 40
_GONE = "000000"
_REPOSITORY = "160000"
_COMMIT = "--format=tformat:%H%n%P%n%an%n%ae%n%ce%n%B"


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One line of what a push wants: a branch, the commit it names and the one it shall name ("": none)."""

    old: str
    new: str
    ref: str

    @classmethod
    def read(cls, lines: str) -> "tuple[RefUpdate, ...]":
        """Read what git hands to a receive hook."""
        found = (line.replace(NOTHING, "").split(" ", 2) for line in lines.splitlines() if line.strip())
        return tuple(cls(old, new, ref) for old, new, ref in found)


@dataclass(frozen=True, slots=True)
class PushedCommit:
    """A commit that is new here.

    Attributes:
        id: its full id.
        parents: ids of the commits before.
        name: the author's name as git was told.
        emails: the author's and the committer's address.
        message: whole message.
    """

    id: str
    parents: tuple[str, ...]
    name: str
    emails: tuple[str, str]
    message: str


@dataclass(frozen=True, slots=True)
class PushedFile:
    """What a commit makes of a file.

    Attributes:
        commit: id of the commit.
        entry: path below the workspace, mode and size.
        old: id of the content before, "" where there was none.
        new: id of the content now, "" where the file is deleted.
        is_merged: several pasts were merged; ``old`` tells nothing.
    """

    commit: str
    entry: Entry
    old: str
    new: str
    is_merged: bool


def is_forward(repository: Repository, update: RefUpdate) -> bool:
    """Tell whether an update only adds to what is there."""
    if not update.old:
        return True
    common = repository.run("merge-base", update.old, update.new, codes=(0, 1)).decode().strip()
    return common == update.old


def new_commits(repository: Repository, update: RefUpdate) -> tuple[PushedCommit, ...]:
    """Return the commits of an update that are new, oldest first."""
    known = [f"^{update.old}"] if update.old else []
    arguments = ["log", "-z", "--reverse", "--topo-order", _COMMIT, update.new, *known, "--"]
    told = repository.run(*arguments).decode("utf-8", "replace")
    return tuple(_commit(part) for part in told.split("\0") if part)


def _commit(part: str) -> PushedCommit:
    commit, parents, name, author, committer, message = part.split("\n", 5)
    return PushedCommit(commit, tuple(parents.split()), name, (author, committer), message)


def pushed_files(
    repository: Repository, commits: tuple[PushedCommit, ...], *, is_counseling: bool
) -> tuple[PushedFile, ...]:
    """Return every file that the commits change; of a merge those that are as in none of its pasts."""
    ids = "".join(f"{commit.id}\n" for commit in commits).encode()
    arguments = ("diff-tree", "--stdin", "-r", "-z", "-c", "--raw", "--root", "--no-renames", "--no-abbrev")
    raw = list(_raw(repository.run(*arguments, stdin=ids).decode("utf-8", "surrogateescape")))
    sizes = _sizes(repository, {new for _, _, mode, _, new in raw if mode not in (_GONE, _REPOSITORY)})
    prefix = COUNSELING if is_counseling else ""
    return tuple(
        PushedFile(
            commit,
            Entry(prefix + path, mode, sizes.get(new, 0)),
            olds[0],
            "" if mode == _GONE else new,
            len(olds) > 1,
        )
        for commit, path, mode, olds, new in raw
    )


def _raw(told: str) -> Iterator[tuple[str, str, str, list[str], str]]:
    """Yield commit, path, new mode, old ids ("" for none) and new id of each line of git's list."""
    parts = iter(told.split("\0"))
    commit = ""
    for part in parts:
        if not part.startswith(":"):
            commit = part.strip() or commit
            continue
        pasts = len(part) - len(part.lstrip(":"))
        words = part.lstrip(":").split(" ")
        olds = [word.replace(NOTHING, "") for word in words[pasts + 1 : 2 * pasts + 1]]
        yield commit, next(parts), words[pasts], olds, words[2 * pasts + 1]


def _sizes(repository: Repository, blobs: set[str]) -> Mapping[str, int]:
    asked = "".join(f"{blob}\n" for blob in sorted(blobs)).encode()
    told = repository.run("cat-file", "--batch-check", stdin=asked).decode() if blobs else ""
    lines = (line.split(" ") for line in told.splitlines())
    return {words[0]: int(words[2]) for words in lines if len(words) == 3 and words[1] == "blob"}
