"""Writes objects durably, in process: file and folder are flushed before anything may point to them."""

import os
import zlib
from pathlib import Path
from typing import Self

from guanai.store import disk
from guanai.store.git.trees import header, object_id

#: Name of the folder in the git directory where new files are made before they get their place.
WORKSHOP = "guanai"
_FAST = 1


class Objects:
    """New loose objects of one repository, which get their names together: ``with`` it, then ``settle``."""

    def __init__(self, folder: Path, workshop: Path) -> None:
        """``folder``: git's ``objects``; ``workshop``: a folder of the same file system for new files."""
        self._folder = folder
        self._workshop = workshop
        self._made: dict[Path, Path] = {}
        self._known: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for made in self._made.values():
            disk.remove(made)

    def add(self, kind: str, content: bytes) -> str:
        """Write an object unless it is there; return its id.

        Raises:
            OSError: the disk refuses.
        """
        name = object_id(kind, content)
        path = self._folder / name[:2] / name[2:]
        if path not in self._made and not self._is_freshened(path):
            self._workshop.mkdir(exist_ok=True)
            packed = zlib.compress(header(kind, content) + content, _FAST)
            self._made[path] = disk.write_object(self._workshop, packed)
        return name

    def settle(self) -> None:
        """Flush all contents, give them their names, flush these: now the objects survive a power cut.

        Raises:
            OSError: the disk refuses; no name stands for half an object.
        """
        disk.sync_files(self._made.values())
        folders = {path.parent for path in (*self._made, *self._known)}
        for path, made in self._made.items():
            if not path.parent.is_dir():
                path.parent.mkdir(exist_ok=True)
                folders.add(self._folder)
            disk.replace(made, path)
        disk.sync_folders(folders)

    def _is_freshened(self, path: Path) -> bool:
        # An old object that nothing points to yet could be pruned before our commit does.
        try:
            os.utime(path)
        except OSError:
            return False
        # Whoever wrote it may have died before the flush of its name.
        self._known.add(path)
        return True
