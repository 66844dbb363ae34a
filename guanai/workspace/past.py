"""Gives a new workspace an invented past: thousands of commits, handed to git in a few streams."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from guanai.demo.past import Save, past, stream
from guanai.store.git import Repository
from guanai.store.pair import COUNSELING, Pair

#: So many commits go to git at once: what a stream holds lies in memory.
_AT_ONCE = 2000


def lay_past(
    folder: Path, records: Mapping[str, tuple[Mapping[str, Any], str]], *, seed: int, on: date
) -> int:
    """Commit the past that led to the records of a work tree, and return how many saves it took.

    Args:
        folder: a workspace whose repositories hold no record yet, and whose files are as they end.
        records: each record and its file's text, by path.
        seed: wish for another past of the same school.
        on: today.

    Raises:
        GitFailed, NotKept: git refuses.
    """
    pair = Pair(folder, folder / COUNSELING)
    count = 0
    for saves in _batches(past(records, seed=seed, on=on)):
        count += len(saves)
        _import(pair.main, [save for save in saves if not _is_psychology(save)], "")
        if pair.counseling is not None:
            _import(pair.counseling, [save for save in saves if _is_psychology(save)], COUNSELING)
    for repository in pair.all:
        repository.run("read-tree", "HEAD")
        # The files are there already: git only has to look at them once.
        repository.run("update-index", "-q", "--refresh")
        repository.keep_graph()
    pair.close()
    return count


def _batches(saves: Iterable[Save]) -> Iterator[Sequence[Save]]:
    rest = iter(saves)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _is_psychology(save: Save) -> bool:
    return next(iter(save.files)).startswith(COUNSELING)


def _import(repository: Repository, saves: Sequence[Save], below: str) -> None:
    if saves:
        repository.run("fast-import", "--quiet", stdin=stream(saves, below=below))
