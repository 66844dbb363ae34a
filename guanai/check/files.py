"""The files of a workspace and what git would call them; reads only what its stamp says has changed."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Stamp of a file as last seen: mtime in ns, size, inode.
Stamp = tuple[int, int, int]

#: Stands first in what `identity` returns for an entry that cannot be read; no blob id begins so.
FAULTY = "!"
_NO_STAMP = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """An entry below ``records/``.

    Attributes:
        path: POSIX path below the workspace; signs that cannot be printed stand as their codes.
        stamp: changes with the content.
        fault: why it cannot be read as a file: link, folder, special, name or closed; "" for a plain file.
    """

    path: str
    stamp: Stamp
    fault: str = ""


def blob_id(raw: bytes) -> str:
    """Return the id under which git stores these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def identity(root: Path, file: Found) -> str | None:
    """Return a file's blob id, its fault after `FAULTY`, or None when it has gone since it was found."""
    if file.fault:
        return FAULTY + file.fault
    try:
        return blob_id((root / file.path).read_bytes())
    except FileNotFoundError:
        return None
    except OSError:
        return f"{FAULTY}closed"


def find(root: Path) -> list[Found]:
    """Return every entry below ``records/`` but folders, sorted by path; hidden names are left out."""
    return sorted(_walk(str(root / "records"), "records"), key=lambda found: found.path)


def _walk(folder: str, below: str) -> Iterator[Found]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    except OSError:
        yield Found(below, _NO_STAMP, "closed")
        return
    with entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{below}/{entry.name}"
            if not entry.name.isprintable():
                yield Found(_printable(path), _NO_STAMP, "name")
            elif entry.is_symlink():
                yield Found(path, _NO_STAMP, "link")
            elif not entry.is_dir():
                yield from _file(entry, path)
            elif entry.name.endswith(".yml"):
                yield Found(path, _NO_STAMP, "folder")
            else:
                yield from _walk(entry.path, path)


def _file(entry: os.DirEntry[str], path: str) -> Iterator[Found]:
    try:
        status = entry.stat()
    except FileNotFoundError:
        return
    except OSError:
        yield Found(path, _NO_STAMP, "closed")
        return
    # Reading a pipe or a device would wait for ever.
    fault = "" if stat.S_ISREG(status.st_mode) else "special"
    yield Found(path, (status.st_mtime_ns, status.st_size, status.st_ino), fault)


def _printable(path: str) -> str:
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in path)
