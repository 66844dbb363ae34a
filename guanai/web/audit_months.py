"""The files of the log: one a month, written to in turn; months that are over are sealed, small and read-only.

A sealed month holds the same lines, so the chain runs through it unchanged.
"""

import contextlib
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

from guanai.store import disk

#: The month that is written to and the one before stay as they are.
_OPEN = 2
_TAIL_BYTES = 65536
_OWNER_READS = 0o400


def month_files(folder: Path) -> list[Path]:
    """Return the files, oldest month first; of a month that was being sealed when the power went, the open one."""
    found = {_month(path): path for path in sorted(folder.glob("[0-9]*-[0-9]*.jsonl.gz"))}
    found |= {_month(path): path for path in folder.glob("[0-9]*-[0-9]*.jsonl")}
    return [found[month] for month in sorted(found)]


def month_of(path: Path) -> str:
    """Return a file's month, such as 2026-11."""
    return _month(path)


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield a file's lines.

    Raises:
        ValueError: a sealed file is not as it was sealed.
    """
    if path.suffix != ".gz":
        yield from path.read_bytes().splitlines()
        return
    try:
        yield from gzip.decompress(path.read_bytes()).splitlines()
    except (OSError, EOFError) as error:
        raise ValueError(path.name) from error


def tail_of(path: Path) -> list[bytes]:
    """Return the last lines of a file, without reading all of an open one."""
    if path.suffix == ".gz":
        return list(lines_of(path))[-1:]
    with path.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - _TAIL_BYTES))
        return opened.read().splitlines()


def mend(path: Path) -> None:
    """Cut off a last line that a crash left torn: nobody was shown what it is about."""
    with path.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - _TAIL_BYTES))
        raw = opened.read()
    if raw and not raw.endswith(b"\n"):
        os.truncate(path, size - len(raw) + raw.rfind(b"\n") + 1)


def seal(folder: Path) -> tuple[Path, ...]:
    """Seal the months that are over, and return the new files; the caller keeps others from writing meanwhile.

    A sealed file is on the disk before the open one goes.
    """
    made = []
    for path in month_files(folder)[:-_OPEN]:
        if path.suffix == ".gz":
            continue
        target = path.with_name(f"{path.name}.gz")
        disk.write_file(target, gzip.compress(path.read_bytes(), mtime=0), beside=folder)
        with contextlib.suppress(OSError):
            target.chmod(_OWNER_READS)
        disk.remove(path)
        disk.sync_folder(folder)
        made.append(target)
    return tuple(made)


def _month(path: Path) -> str:
    return path.name.partition(".")[0]
