"""What of a workspace's private folder goes into a backup, copied as it stands at one moment.

Accounts, requests for sight and the log of who looked at what go along. What does not: who is logged in, so that a
restore lets nobody in again who had left; drafts, which may hold a counsellor's words and would then be open to the
keys of the main backup, as would what is kept of faults; built sites, which are made again.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from guanai.store.locks import Lock

FOLDER: Final = ".guanai"
#: What may be made again at any time, or belongs to this machine and moment alone.
_LEFT_OUT: Final = re.compile(
    r"cache|sites|faults|lock.*|.*\.lock|.*\.new|mirror\.(json.*|wanted)|tmp-.*|drill\.json|.*\.sqlite-(wal|shm|journal)"
)
#: Accounts, requests, drafts: where they lie, below the workspace.
DATABASE: Final = f"{FOLDER}/app.sqlite"
#: Tables that a backup has empty.
EMPTIED: Final = ("sessions", "tries", "drafts", "sites")
_SITES: Final = "sites"
_LOG_LOCK: Final = "audit.lock"


def has_sites(root: Path) -> bool:
    """Tell whether sites of the school's own were ever built in a workspace."""
    return (root / FOLDER / _SITES).is_dir()


def copied(root: Path, folder: Path) -> Iterator[Path]:
    """Copy a workspace's private files, and yield the copies; their paths below ``folder`` are those of the files.

    Raises:
        StoreBusy, OSError: one of them cannot be copied.
    """
    home = root / FOLDER
    # A line of the log is there whole or not at all.
    with Lock(home / _LOG_LOCK).held():
        for place in sorted(home.iterdir()):
            if _LEFT_OUT.fullmatch(place.name):
                continue
            for file in [place] if place.is_file() else sorted(place.rglob("*")):
                if file.is_file() and not file.is_symlink() and not _LEFT_OUT.fullmatch(file.name):
                    copy = folder / file.relative_to(home)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    _copy(file, copy)
                    yield copy


def _copy(file: Path, copy: Path) -> None:
    if file.suffix != ".sqlite":
        shutil.copyfile(file, copy)
        return
    # A database in use is copied through its own door, or it may not open again.
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        if file.as_posix().endswith(f"/{DATABASE}"):
            _empty(target)


def _empty(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA secure_delete = ON")
    held = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in EMPTIED:
        if table in held:
            database.execute(f"DELETE FROM {table}")  # noqa: S608 -- one of the names above
    database.commit()
    database.execute("VACUUM")  # nothing of what was emptied is left in the file
