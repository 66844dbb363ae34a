"""The proof of an erasure: everything is searched again, and what was found is told."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guanai.store.legible import legible
from guanai.store.sweep import Thing, blob_places, contents, everything, tree_names
from guanai.store.traces import Finder
from guanai.workspace.erasing.holdings import Holding
from guanai.workspace.erasing.leftovers import leftovers, strays
from guanai.workspace.erasing.mentions import MESSAGES
from guanai.workspace.erasing.undertaking import Undertaking

_OBJECTS = "objects"
#: Who wrote a commit or a tag is staff; a parent may bear the same name.
_WRITER = re.compile(rb"^(?:author|committer|tagger) .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Remain:
    """Something of a child that is still there.

    Attributes:
        place: repository or file.
        what: object and path, or what the file is.
    """

    place: Path
    what: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was searched and what was found.

    Attributes:
        words: how many ids, numbers, names and long strings were looked for.
        versions: how many versions of the children's own files were asked for by their id.
        objects: how many objects of all repositories were read.
        repositories: how many repositories.
        remains: what is left, against the will; empty is the proof.
    """

    words: int
    versions: int
    objects: int
    repositories: int
    remains: tuple[Remain, ...]


def evidence(
    root: Path,
    holdings: Iterable[Holding],
    task: Undertaking,
    *,
    also: Iterable[Path] = (),
) -> Evidence:
    """Search all repositories and all places outside git.

    Args:
        root: the workspace.
        holdings: its repositories.
        task: what was to go, and what a person decided to keep. The children's own files are looked for by their
            ids too, whatever they held.
        also: further folders with documents.
    """
    finder, count = Finder(task.traces.words), 0
    remains: list[Remain] = []
    local = tuple(holdings)
    for holding in local:
        search = _Search(holding, finder, task.kept)
        remains += search.remains(task.own)
        count += search.objects
    outside = [*leftovers(root, finder, also), *strays(root, untracked(local), finder)]
    remains += (Remain(each.path, each.what) for each in outside if each.is_seen)
    return Evidence(len(task.traces.words), len(task.own), count, len(local), tuple(remains))


def untracked(holdings: Iterable[Holding]) -> Iterator[str]:
    """Yield the files of the workspace's work trees that git does not know, ignored ones too."""
    for holding in holdings:
        if holding.title in ("学校文件夹", "心理档案") and holding.repository.root is not None:
            told = holding.repository.run("ls-files", "--others", "-z").decode("utf-8", "surrogateescape")
            yield from (holding.prefix + path for path in told.split("\0") if path)


class _Search:
    def __init__(self, holding: Holding, finder: Finder, kept: Collection[tuple[str, str]]) -> None:
        self._holding = holding
        self._finder = finder
        self._kept = kept
        self._names: set[str] = set()
        self.objects = 0

    def remains(self, versions: Collection[str]) -> Iterator[Remain]:
        repository, place = self._holding.repository, self._holding.place
        places = blob_places(repository)
        for thing in everything(repository):
            self.objects += 1
            path = self._holding.prefix + places[thing.id] if thing.id in places else ""
            named = path if thing.kind == "blob" else MESSAGES
            if any((named, word) not in self._kept for word in self._finder.find(self._text(thing))):
                yield Remain(place, f"{thing.kind} {thing.id} {path}".rstrip())
        for thing in contents(repository, versions):
            yield Remain(place, f"{thing.kind} {thing.id}（学生自己的档案）")
        for file in sorted(repository.common_dir.rglob("*")):
            inner = file.relative_to(repository.common_dir).as_posix()
            if (
                not inner.startswith(_OBJECTS)
                and file.is_file()
                and self._finder.find(inner + legible(file.read_bytes()))
            ):
                yield Remain(place, f"{inner}（git 自己的文件）")

    def _text(self, thing: Thing) -> str:
        if thing.kind == "tree":
            # Thousands of versions of a folder hold the same names: each is looked at once.
            new = tree_names(thing.content) - self._names
            self._names |= new
            return "\n".join(new)
        return legible(thing.content if thing.kind == "blob" else _WRITER.sub(b"", thing.content))
