"""Files that survive a power cut: written beside, flushed, renamed, and the folder flushed too.

Everything the store writes itself goes through here, so a test can make any one step fail.
"""

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

#: Git for Windows cannot delete a read-only file; elsewhere objects are protected as git does it.
_OBJECT = 0o644 if os.name == "nt" else 0o444
_FLAGS = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)


def write(descriptor: int, data: bytes) -> int:
    """Write what the system takes at once; return how much it was."""
    return os.write(descriptor, data)


def fsync(descriptor: int) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    os.fsync(descriptor)


def replace(source: Path, target: Path) -> None:
    """Put a file in the place of another in one step."""
    os.replace(source, target)  # noqa: PTH105 - the step that tests make fail


def link(source: Path, target: Path) -> None:
    """Give a file a second name.

    Raises:
        FileExistsError: the name is taken.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as a memory stick's
        _write_new(target, source.read_bytes(), 0o600)


def write_beside(folder: Path, data: bytes) -> Path:
    """Write a new file under a name of its own in ``folder``, flushed; nothing stays behind on failure."""
    target = _new_name(folder)
    _write_new(target, data, 0o600)
    return target


def write_object(folder: Path, data: bytes) -> Path:
    """Write a new file that nobody will change, under a name of its own; ``sync_files`` must follow."""
    target = _new_name(folder)
    _write_new(target, data, _OBJECT, is_flushed=False)
    return target


def write_file(path: Path, data: bytes, *, beside: Path) -> None:
    """Make ``path`` hold ``data``, whole or not at all.

    Args:
        path: the file; its folder is there.
        data: all of its content.
        beside: folder of the same file system where the new content is written first.
    """
    made = write_beside(beside, data)
    try:
        replace(made, path)
    except OSError:
        remove(made)
        raise
    sync_folder(path.parent)


def append(path: Path, data: bytes) -> None:
    """Add ``data`` to the end of a file, flushed; on failure the file is as long as before."""
    descriptor = os.open(path, _FLAGS | os.O_APPEND, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, data)
            fsync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
    if not before:
        sync_folder(path.parent)


def remove(path: Path) -> None:
    """Delete a file if it is there; a refusal leaves it for the next start to sweep."""
    with contextlib.suppress(OSError):
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names (Windows has no such call and needs none)."""
    if os.name != "nt":
        _sync(folder)


def sync_folders(folders: Iterable[Path]) -> None:
    """Flush each folder once."""
    for folder in sorted(set(folders)):
        sync_folder(folder)


def sync_files(paths: Iterable[Path]) -> None:
    """Flush files that were written before: the first wait does most of the others' work.

    Raises:
        OSError: the disk refuses one of them.
    """
    for path in paths:
        _sync(path)


def _sync(path: Path) -> None:
    # Windows flushes only what was opened for writing.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_name(folder: Path) -> Path:
    return folder / f"{os.getpid()}-{secrets.token_hex(8)}"


def _write_new(path: Path, data: bytes, mode: int, *, is_flushed: bool = True) -> None:
    descriptor = os.open(path, _FLAGS | os.O_EXCL, mode)
    try:
        try:
            _write_all(descriptor, data)
            if is_flushed:
                fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        remove(path)
        raise


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[write(descriptor, bytes(left)) :]
