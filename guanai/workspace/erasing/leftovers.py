"""What lies outside git and may hold a child: caches, drafts, the journal, documents, sites, backups, fault reports."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from guanai.ids import token
from guanai.store.backup_plan import load_plan
from guanai.store.legible import legible
from guanai.store.traces import Finder
from guanai.workspace import packs, previews

_PRIVATE = ".guanai"
#: Made again from the records at any time.
_CACHE = f"{_PRIVATE}/cache"
_SITES = f"{_PRIVATE}/sites"
#: Who read what, by id alone: the law wants it kept, and once nothing else is left the id tells of nobody.
_AUDIT = f"{_PRIVATE}/audit"
_OUTPUTS = ("build", "documents")
_SEALED = ("guanai-*.tar.age", "*.bundle")
#: A built site is one thing: it goes as a whole, its search index with it.
_SITE_SIGNS = ("search/search_index.json", "sitemap.xml")
_UNREADABLE = (".pdf",)
#: Parts of a database that is in use; they are cleaned through the database itself.
_BESIDE = (".sqlite-wal", ".sqlite-shm", ".sqlite-journal")
#: How a folder is called while it goes.
_ASIDE = ".{name}.{signs}.gone"
_SIGNS = 8
_NOT_TOUCHED = ("secret", "lock", "tombstones.jsonl", "erasing.json")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or folder with something of a child in it.

    Attributes:
        path: it.
        what: what it is, in Chinese.
        is_sure: whether it may go without a person's word: it can be made again, or serves nothing else.
        is_seen: whether some of the words were found in it; a file that cannot be looked into is only suspected.
    """

    path: Path
    what: str
    is_sure: bool = True
    is_seen: bool = True


def leftovers(root: Path, finder: Finder, also: Iterable[Path] = ()) -> Iterator[Leftover]:
    """Yield what holds any of the words, outside git and outside backups.

    Args:
        root: the workspace.
        finder: the words.
        also: further folders that documents were written to.
    """
    if (root / _CACHE).is_dir() and _holds(root / _CACHE, finder):
        yield Leftover(root / _CACHE, "缓存（随时会重做）")
    if (root / _SITES).is_dir() and _holds(root / _SITES, finder):
        yield Leftover(root / _SITES, "校内网站（随时会重做）")
    yield from _waiting(root)
    for name in (*(root / each for each in _OUTPUTS), *also):
        yield from _outputs(name, finder)
    for file in _files(root / _PRIVATE):
        inner = file.relative_to(root).as_posix()
        if (
            inner.startswith((_CACHE, _AUDIT, _SITES))
            or file.name in _NOT_TOUCHED
            or file.name.endswith(_BESIDE)
        ):
            continue
        if _found(file, finder) or _found(file.with_name(f"{file.name}-wal"), finder):
            yield Leftover(file, "草稿与未入库的内容")
    for file in Path(tempfile.gettempdir()).glob("guanai-*.log"):
        if _found(file, finder):
            yield Leftover(file, "程序出错时留下的经过")


def strays(root: Path, files: Iterable[str], finder: Finder) -> Iterator[Leftover]:
    """Yield those of a work tree's files that git does not know and that hold any of the words.

    Args:
        root: the workspace.
        files: paths below it.
        finder: the words.
    """
    known = (f"{_PRIVATE}/", *(f"{each}/" for each in _OUTPUTS))
    for path in files:
        # A folder is another repository, which is looked through as such.
        if not path.startswith(known) and not path.endswith("/") and _found(root / path, finder):
            yield Leftover(root / path, "没有入库的文件", is_sure=False)


def backups(root: Path) -> tuple[Path, ...]:
    """Return the sealed backups and bundles of a workspace on this machine, oldest name first."""
    folder = load_plan(root).folder
    places = [root / _PRIVATE, *([root / Path(folder).expanduser()] if folder else [])]
    found = {file for place in places for sign in _SEALED for file in place.glob(sign)}
    return tuple(sorted(found))


def remove(leftover: Leftover, finder: Finder) -> None:
    """Take the words out of a leftover: rows of a database, lines of a journal; anything else goes as a whole."""
    if leftover.path.suffix == ".sqlite":
        _clean_database(leftover.path, finder)
    elif leftover.path.parent.name == "journal" and leftover.path.suffix in (".log", ".taken"):
        lines = leftover.path.read_bytes().splitlines(keepends=True)
        made = leftover.path.with_name(f"{leftover.path.name}.new")
        made.write_bytes(b"".join(line for line in lines if not finder.find(legible(line))))
        made.replace(leftover.path)
    elif leftover.path.is_dir():
        _remove_folder(leftover.path)
    else:
        leftover.path.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> None:
    """Remove a folder that a running gateway may be writing to: it is put aside first, where nobody writes."""
    aside = folder.with_name(_ASIDE.format(name=folder.name, signs=token(_SIGNS)))
    folder.replace(aside)
    shutil.rmtree(aside)


def _waiting(root: Path) -> Iterator[Leftover]:
    """Yield what may hold anybody: packs are files within files, and a sheet names children as it likes."""
    for place in (root / previews.PLACE, root / packs.PLACE):
        for each in (place, *place.parent.glob(_ASIDE.format(name=place.name, signs="*"))):
            if each.is_dir():
                yield Leftover(each, "等着的导入和成批的文书（随时可以重做）", is_seen=False)


def _outputs(folder: Path, finder: Finder) -> Iterator[Leftover]:
    sites = {place.parent for sign in _SITE_SIGNS for place in folder.rglob(sign) if "/" not in sign}
    sites |= {place.parents[1] for place in folder.rglob(_SITE_SIGNS[0])}
    for site in sorted(sites):
        if _holds(site, finder):
            yield Leftover(site, "生成的网站（可重新生成）")
    for file in _files(folder):
        if any(site in file.parents for site in sites):
            continue
        if _found(file, finder):
            yield Leftover(file, "生成的文书（可重新生成）")
        elif file.suffix.lower() in _UNREADABLE:
            yield Leftover(file, "看不到里面内容的文件，请打开看看", is_sure=False, is_seen=False)


def _holds(folder: Path, finder: Finder) -> bool:
    return any(_found(file, finder) for file in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            yield Path(place, name)


def _found(file: Path, finder: Finder) -> bool:
    if finder.find(file.name):
        return True
    try:
        return file.is_file() and not file.is_symlink() and bool(finder.find(legible(file.read_bytes())))
    except OSError:
        return False


def _clean_database(file: Path, finder: Finder) -> None:
    with closing(sqlite3.connect(file, timeout=10)) as database:
        database.execute("PRAGMA secure_delete = ON")
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            _clean_table(database, table.replace('"', '""'), finder)
        database.commit()
        database.execute("VACUUM")
        with contextlib.suppress(sqlite3.Error):
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _clean_table(database: sqlite3.Connection, table: str, finder: Finder) -> None:
    columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
    # A table without numbers of its own tells its rows apart by its key.
    for keys in (("rowid",), tuple(column[1] for column in columns if column[5])):
        listed = ", ".join(f"[{key}]" for key in keys)  # in "…" a column that is not there would be a word
        wanted = " AND ".join(f"[{key}] IS ?" for key in keys)
        try:
            rows = database.execute(f'SELECT {listed}, * FROM "{table}"').fetchall()  # noqa: S608 -- names of the database's own
        except sqlite3.Error:  # no such column, or no rows of its own, as of a table for searching
            continue
        gone = [row[: len(keys)] for row in rows if any(finder.find(_text(value)) for value in row)]
        database.executemany(f'DELETE FROM "{table}" WHERE {wanted}', gone)  # noqa: S608 -- as above
        return


def _text(value: object) -> str:
    return legible(value if isinstance(value, bytes) else str(value).encode())
