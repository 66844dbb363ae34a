"""Rewriting a repository's whole history: some files dropped, some replaced, some words gone from messages.

Git writes out its commits without the files' contents (``fast-export --no-data``), we change what has to change,
and git reads them back in (``fast-import``): a content that stays is never touched, a new one is written once.
Commits before the first change keep their ids; all later ones get new ones. Afterwards nothing reaches the old
objects and they are deleted.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guanai.errors import Conflict
from guanai.store.edits import open_edits
from guanai.store.git import Repository

#: What git keeps beside its objects and may hold words of old messages or files.
_LITTER = (
    "ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE", "SQUASH_MSG", "COMMIT_EDITMSG",
    "TAG_EDITMSG", "CHERRY_PICK_HEAD", "REVERT_HEAD", "gitk.cache", "rr-cache", "lost-found",
)  # fmt: skip
_EXPORT = (
    "fast-export", "--all", "--no-data", "--use-done-feature", "--show-original-ids", "--signed-tags=strip",
    "--tag-of-filtered-object=rewrite", "--reencode=no", "--fake-missing-tagger",
)  # fmt: skip
_IMPORT = ("fast-import", "--quiet", "--force", "--done", "--date-format=raw-permissive")
_COLLECT = ("gc.bigPackThreshold=0", "gc.cruftPacks=false", "gc.packRefs=true", "pack.writeBitmaps=false")
_ESCAPES = {
    b"n": b"\n",
    b"t": b"\t",
    b'"': b'"',
    b"\\": b"\\",
    b"r": b"\r",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
}
#: Marks of our own contents begin where those of a real history never come.
_FIRST_MARK = 1 << 40
_HELD = 9


class NotSettled(Conflict):
    """A repository whose history must not be rewritten as it stands."""

    def __init__(self, place: Path, why: str) -> None:
        super().__init__(f"{place} 现在不能改写历史：{why}。")


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the history.

    Attributes:
        contents: by blob id what takes its place; None: files with this content go.
        is_dropped: tells of a path inside the repository whether it goes whatever it holds.
        worded: a commit's or tag's message without the words that go.
    """

    contents: Mapping[str, bytes | None]
    is_dropped: Callable[[str], bool]
    worded: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """How a repository's history was changed.

    Attributes:
        place: work tree or bare repository.
        commits: how many there are.
        renewed: by old commit id the new one, where they differ.
    """

    place: Path
    commits: int = 0
    renewed: Mapping[str, str] = field(default_factory=dict)


def require_settled(repository: Repository) -> None:
    """Make sure that nothing stands in the way of a new history.

    Raises:
        NotSettled: uncommitted edits, an unfinished merge, borrowed objects, a second work tree.
    """
    place = repository.root or repository.git_dir
    if (repository.common_dir / "objects" / "info" / "alternates").exists():
        raise NotSettled(
            place, "它借用另一个仓库的内容；请先运行 git repack -a -d，再删去 objects/info/alternates"
        )
    if any((repository.common_dir / "worktrees").glob("*")):
        raise NotSettled(place, "它还有别的工作文件夹；请先用 git worktree remove 移除")
    names = open_edits(repository)
    if names:
        more = f" 等 {len(names)} 个文件" if len(names) > _HELD else ""
        raise NotSettled(place, f"{'、'.join(names[:_HELD])}{more} 有未提交的修改；请先提交或撤回")


def rewrite(repository: Repository, plan: Plan, marks: Path) -> Rewritten:
    """Rewrite the history of one repository; what was before is still there until `forget`.

    Until git moves the branches, all at once, nothing has changed. The repository must be settled
    (`require_settled`), and its work tree lags behind until `forget`.

    Args:
        repository: a work tree's or a bare one.
        plan: what changes.
        marks: a file that may be written meanwhile; it is removed.

    Raises:
        GitFailed: git refuses.
    """
    place = repository.root or repository.git_dir
    if not repository.run("for-each-ref", "--count=1"):
        return Rewritten(place)
    stream = _Stream(repository.run("-c", "core.quotePath=false", *_EXPORT), plan)
    made = b"".join(stream.changed())
    if stream.has_changes:
        try:
            repository.run("-c", "core.ignoreCase=false", *_IMPORT, f"--export-marks={marks}", stdin=made)
            new = dict(line.split()[:2] for line in marks.read_text(encoding="ascii").splitlines())
        finally:
            marks.unlink(missing_ok=True)
        renewed = {old: new[f":{mark.decode()}"] for mark, old in stream.commits.items()}
    else:
        renewed = {}
    repository.close()
    return Rewritten(place, len(stream.commits), {old: each for old, each in renewed.items() if old != each})


def forget(repository: Repository) -> None:
    """Bring the work tree to the head, and delete for ever what no branch or tag reaches."""
    if repository.root is not None:
        repository.run("reset", "--hard", "--quiet", "HEAD")
    for name in _LITTER:
        _remove(repository.git_dir / name)
    objects = repository.common_dir / "objects"
    for name in ("info/commit-graph", "info/commit-graphs"):
        _remove(objects / name)
    for kept in (objects / "pack").glob("*.keep"):
        kept.unlink(missing_ok=True)
    repository.run("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    settings = [part for each in _COLLECT for part in ("-c", each)]
    repository.run(*settings, "gc", "--quiet", "--prune=now")
    repository.close()
    if repository.head():
        repository.keep_graph()


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


class _Stream:
    """Goes through git's own account of a history and changes it."""

    def __init__(self, exported: bytes, plan: Plan) -> None:
        self._text = exported
        self._place = 0
        self._plan = plan
        self._marks = {
            blob: _FIRST_MARK + place
            for place, blob in enumerate(
                sorted(blob for blob, new in plan.contents.items() if new is not None)
            )
        }
        self.has_changes = False
        #: Mark → old id of each commit.
        self.commits: dict[bytes, str] = {}

    def changed(self) -> Iterator[bytes]:
        mark = b""
        while self._place < len(self._text):
            line = self._line()
            if line.startswith((b"M ", b"D ")):
                yield from self._file(line)
            elif line.startswith(b"data "):
                yield from self._message(int(line[5:]))
            elif line == b"feature done\n":
                yield line
                yield from self._contents()
            else:
                if line.startswith(b"mark :"):
                    mark = line[6:-1]
                elif line.startswith(b"original-oid ") and mark:
                    self.commits[mark] = line[13:-1].decode()
                    mark = b""
                elif line.startswith(b"tag "):
                    mark = b""
                yield line

    def _line(self) -> bytes:
        end = self._text.index(b"\n", self._place) + 1
        line, self._place = self._text[self._place : end], end
        return line

    def _contents(self) -> Iterator[bytes]:
        for blob, mark in self._marks.items():
            new = self._plan.contents[blob] or b""
            yield b"blob\nmark :%d\ndata %d\n%s\n" % (mark, len(new), new)

    def _message(self, size: int) -> Iterator[bytes]:
        raw = self._text[self._place : self._place + size]
        self._place += size
        new = self._plan.worded(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        self.has_changes |= new != raw
        yield b"data %d\n%s" % (len(new), new)

    def _file(self, line: bytes) -> Iterator[bytes]:
        """Yield what becomes of one file in one commit: ``M <mode> <blob> <path>`` or ``D <path>``."""
        *head, named = line[:-1].split(b" ", 3 if line.startswith(b"M ") else 1)
        if self._plan.is_dropped(_unquoted(named).decode("utf-8", "surrogateescape")):
            self.has_changes = True
            return
        blob = head[2].decode() if len(head) > 2 else ""
        if blob not in self._plan.contents:
            yield line
            return
        self.has_changes = True
        if blob in self._marks:
            yield b"M %s :%d %s\n" % (head[1], self._marks[blob], named)
        else:
            yield b"D %s\n" % named


def _unquoted(path: bytes) -> bytes:
    if not path.startswith(b'"'):
        return path
    return re.sub(rb"\\([0-7]{3}|.)", _sign, path[1:-1])


def _sign(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return _ESCAPES[sign] if sign in _ESCAPES else bytes([int(sign, 8)])
