"""The files of a workspace and what git would call them; reads only what its stamp says has changed."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Stamp of a file as last seen: mtime in ns, size, inode.
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A file below ``records/``: its POSIX path below the workspace and its stamp."""

    path: str
    stamp: Stamp


def blob_id(raw: bytes) -> str:
    """Return the id under which git stores these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def find(root: Path) -> list[Found]:
    """Return every file below ``records/``, sorted by path; hidden names and links are left out."""
    return sorted(_walk(str(root / "records"), "records"), key=lambda found: found.path)


def _walk(folder: str, below: str) -> Iterator[Found]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            path = f"{below}/{entry.name}"
            if entry.is_dir():
                yield from _walk(entry.path, path)
            else:
                status = entry.stat()
                yield Found(path, (status.st_mtime_ns, status.st_size, status.st_ino))
