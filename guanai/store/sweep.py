"""Everything a repository holds, object by object: packed or loose, reachable or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guanai.store.git import Repository
from guanai.store.git.trees import parse_tree

#: Contents are fetched in portions of about so many bytes.
_PORTION = 1 << 25
_COMMIT, _TREE, _BLOB = "commit", "tree", "blob"


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: its id, its kind (commit, tree, blob, tag) and its content."""

    id: str
    kind: str
    content: bytes


def everything(repository: Repository) -> Iterator[Thing]:
    """Yield all objects, also those that nothing reaches any more."""
    told = repository.run(
        "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objectsize)", "--unordered"
    )
    yield from _fetched(repository, _sized(told))


def contents(repository: Repository, ids: Iterable[str]) -> Iterator[Thing]:
    """Yield the objects of these ids that are there."""
    asked = "".join(f"{each}\n" for each in ids).encode()
    if asked:
        told = repository.run(
            "cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", stdin=asked
        )
        yield from _fetched(repository, (pair for pair in _sized(told)))


def tree_names(content: bytes) -> set[str]:
    """Return the names in a folder's object."""
    return set(parse_tree(content))


def blob_places(repository: Repository) -> dict[str, str]:
    """Return by blob id one of the paths under which any branch or tag ever held it."""
    listed = repository.run("-c", "core.quotePath=false", "rev-list", "--objects", "--all")
    told = repository.run(
        "cat-file", "--batch-check=%(objecttype) %(objectname) %(rest)", "--buffer", stdin=listed
    )
    places: dict[str, str] = {}
    for line in told.decode("utf-8", "surrogateescape").split("\n"):
        kind, _, rest = line.partition(" ")
        if kind == _BLOB:
            blob, _, path = rest.partition(" ")
            places[blob] = path
    return places


def messages(repository: Repository) -> dict[str, str]:
    """Return the message of each commit that any branch or tag reaches."""
    told = repository.run("log", "--all", "-z", "--format=%H%n%B").decode("utf-8", "replace")
    return {entry[:40]: entry[41:] for entry in told.split("\0") if entry}


def _sized(told: bytes) -> Iterator[tuple[str, int]]:
    for line in told.decode().splitlines():
        name, size = line.split(" ", 1)
        if size.isdecimal():
            yield name, int(size)


def _fetched(repository: Repository, wanted: Iterable[tuple[str, int]]) -> Iterator[Thing]:
    portion: list[str] = []
    weight = 0
    for name, size in wanted:
        portion.append(name)
        weight += size
        if weight > _PORTION:
            yield from _portion(repository, portion)
            portion, weight = [], 0
    if portion:
        yield from _portion(repository, portion)


def _portion(repository: Repository, names: list[str]) -> Iterator[Thing]:
    raw = repository.run(
        "cat-file", "--batch", "--buffer", stdin="".join(f"{name}\n" for name in names).encode()
    )
    place = 0
    while place < len(raw):
        end = raw.index(b"\n", place)
        name, kind, size = raw[place:end].decode().split(" ")
        place = end + 1 + int(size) + 1
        yield Thing(name, kind, raw[end + 1 : place - 1])
