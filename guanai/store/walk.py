"""Finds the records of a folder."""

import os
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

from guanai.paths import kind_of


def record_files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and path (from the root, with ``/``) of the files that lie where a record belongs, in order.

    Links are not followed; a folder that does not open has no records.
    """
    yield from _below(str(root / "records"), "records/")


def _below(folder: str, path: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=attrgetter("name"))
    except OSError:
        return
    for entry in entries:
        below = path + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, f"{below}/")
        elif (kind := kind_of(below)) and entry.is_file(follow_symlinks=False):
            yield kind, below
