"""The invented past: the finished school taken apart into the saves of many people, as a stream for git."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guanai.almanac import Term
from guanai.demo.dice import Dice
from guanai.demo.past_lines import Moment
from guanai.demo.past_people import Clock, Office, Roll
from guanai.demo.past_records import growth
from guanai.demo.setting import set_up
from guanai.paths import kind_of, stem_id
from guanai.store.note import Note, message

_STAFF = "records/staff.yml"


@dataclass(frozen=True, slots=True)
class Save:
    """One commit of the past.

    Attributes:
        note: who, when and why.
        files: content by path from the workspace's root.
    """

    note: Note
    files: Mapping[str, bytes]


def beginning(seed: int, on: date) -> date:
    """Return the day on which the school of a demo began with the program: shortly before the term."""
    term: Term = set_up(seed, on).term
    return term.begins - timedelta(days=3)


def past(records: Mapping[str, tuple[Mapping[str, Any], str]], *, seed: int, on: date) -> Iterator[Save]:
    """Yield the saves that led to a school, in order of time; the last contents are the texts given.

    Args:
        records: record and text by path, the staff file among them.
        seed: wish for another past of the same school.
        on: today.
    """
    roll = Roll(records[_STAFF][0])
    clock = Clock(beginning(seed, on), on)
    found: dict[Moment, dict[str, bytes]] = {}
    for path, (data, text) in records.items():
        grown = growth(path, data, text, Office(roll, clock, Dice(seed, "past", path)))
        for moment, content in grown.versions():
            found.setdefault(moment, {})[path] = content
    for moment in sorted(found):
        yield from _saves(moment, found[moment], roll)


def _saves(moment: Moment, files: Mapping[str, bytes], roll: Roll) -> Iterator[Save]:
    """Yield one save, or two where files of both repositories came at the same moment."""
    for is_psychology in (False, True):
        chosen = {path: files[path] for path in files if (kind_of(path) == "counseling") is is_psychology}
        if chosen:
            ids = tuple(sorted(map(_name, chosen)))
            who = roll.names.get(moment.staff, moment.staff)
            yield Save(Note(moment.action, ids, moment.staff, who, moment.reason, moment.when), chosen)


def _name(path: str) -> str:
    """Return what a subject line calls a file: its id, else where it lies."""
    return stem_id(path) or path.removeprefix("records/").removesuffix(".yml")


def stream(saves: Iterable[Save], *, below: str = "") -> bytes:
    """Return saves as `git fast-import` reads them, onto the branch main that is there already.

    Args:
        saves: in order.
        below: folder of the workspace that is the repository's root.
    """
    told = bytearray()
    for place, save in enumerate(saves):
        person, note = save.note.person, save.note
        stamp = f"{person.name} <{person.email}> {int(note.when.timestamp())} +0800"
        told += f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\n".encode()
        told += _data(message(note).encode() + b"\n")
        if place == 0:
            told += b"from refs/heads/main^0\n"
        for path, content in save.files.items():
            told += f"M 100644 inline {path.removeprefix(below)}\n".encode() + _data(content)
        told += b"\n"
    return bytes(told)


def _data(content: bytes) -> bytes:
    return b"data %d\n" % len(content) + content + b"\n"
