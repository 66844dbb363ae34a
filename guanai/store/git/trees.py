"""Git's objects as bytes: blobs, folders (trees) and commits, and their ids."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

FILE = "100644"
FOLDER = "40000"
_HERE = timezone(timedelta(hours=8))
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>]+")
_RAW_ID = 20


class Entry(NamedTuple):
    """One name in a folder: git's mode (octal) and the object's id."""

    mode: str
    id: str


@dataclass(frozen=True, slots=True)
class Author:
    """The person who saves.

    Attributes:
        name: as in the staff record.
        staff_id: the person's 编号.
    """

    name: str
    staff_id: str

    @property
    def email(self) -> str:
        """An address that is none: it carries the staff id."""
        return f"{_plain(self.staff_id)}@guanai.invalid"


def object_id(kind: str, content: bytes) -> str:
    """Return the id git gives to an object.

    >>> object_id("blob", b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(header(kind, content) + content, usedforsecurity=False).hexdigest()


def header(kind: str, content: bytes) -> bytes:
    """Return what git writes before an object's content."""
    return f"{kind} {len(content)}\0".encode()


def parse_tree(content: bytes) -> dict[str, Entry]:
    """Return a folder's entries by name, in git's order."""
    entries: dict[str, Entry] = {}
    place = 0
    while place < len(content):
        end = content.index(b"\0", place)
        mode, name = content[place:end].split(b" ", 1)
        place = end + 1 + _RAW_ID
        entries[name.decode("utf-8", "surrogateescape")] = Entry(
            mode.decode(), content[end + 1 : place].hex()
        )
    return entries


def format_tree(entries: Mapping[str, Entry]) -> bytes:
    """Return the content of a folder's object."""
    return b"".join(
        f"{entry.mode} ".encode() + name.encode("utf-8", "surrogateescape") + b"\0" + bytes.fromhex(entry.id)
        for name, entry in sorted(entries.items(), key=_order)
    )


def format_commit(
    tree: str, *, parents: Iterable[str], author: Author, message: str, when: datetime
) -> bytes:
    """Return the content of a commit's object; author and committer are the person.

    Args:
        tree: id of the root folder.
        parents: ids of the commits before.
        author: who.
        message: subject, blank line, trailers.
        when: instant with its offset; written in China's time.
    """
    stamp = f"{_plain(author.name) or 'guanai'} <{author.email}> {int(when.timestamp())} +0800"
    lines = [f"tree {tree}", *(f"parent {each}" for each in parents), f"author {stamp}", f"committer {stamp}"]
    return ("\n".join(lines) + "\n\n" + message.rstrip("\n") + "\n").encode()


def commit_tree(content: bytes) -> str:
    """Return the id of a commit's root folder."""
    return content.split(b"\n", 1)[0].removeprefix(b"tree ").decode()


def commit_parents(content: bytes) -> list[str]:
    """Return the ids of the commits before a commit."""
    head = content.split(b"\n\n", 1)[0].decode("utf-8", "replace")
    return [line.removeprefix("parent ") for line in head.splitlines() if line.startswith("parent ")]


def committed_at(content: bytes) -> datetime:
    """Return a commit's instant, in China's time; the first instant of all where it tells none."""
    found = re.search(rb"^committer .* ([0-9]+) [+-][0-9]{4}$", content, re.MULTILINE)
    return instant(found[1].decode() if found else "0")


def instant(seconds: str) -> datetime:
    """Return git's seconds as China's time.

    >>> instant("1795132800").isoformat()
    '2026-11-20T08:00:00+08:00'
    """
    return datetime.fromtimestamp(int(seconds), tz=_HERE)


def _order(item: tuple[str, Entry]) -> bytes:
    # Git compares a folder's name as if it ended with a slash.
    name, entry = item
    return name.encode("utf-8", "surrogateescape") + (b"/" if entry.mode == FOLDER else b"")


def _plain(words: str) -> str:
    return " ".join(_UNSAFE.sub(" ", words).split()).strip(".,:;\"'")
