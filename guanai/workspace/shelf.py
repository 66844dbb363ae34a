"""What is kept on the disk for one person for a while: a folder each, under signs that nobody guesses, gone at a word.

Shelves stand in the cache, which no backup takes along and which an erasure empties.
"""

import contextlib
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from guanai.errors import Invalid, NotFound
from guanai.ids import ALPHABET, token
from guanai.store import disk

#: So many things one person may have on a shelf.
MOST: Final = 5
#: How long a thing is kept.
PATIENCE: Final = timedelta(hours=24)
_ABOUT: Final = "about.json"
_LENGTH: Final = 10
_MODE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing on a shelf.

    Attributes:
        id: random signs, "" before it is put there.
        staff: id of whose it is.
        begun_at: instant.
    """

    id: str = field(default="", kw_only=True)
    staff: str
    begun_at: datetime

    @property
    def patience(self) -> timedelta:
        """How long it is kept."""
        return PATIENCE


_Thing = TypeVar("_Thing", bound=Kept)


class Shelf(ABC, Generic[_Thing]):
    """The things of one kind in one workspace."""

    def __init__(self, folder: Path) -> None:
        """``folder``: where they lie; it need not be there yet."""
        self._folder = folder

    def put(self, thing: _Thing) -> _Thing:
        """Keep a thing under signs of its own, and return what was kept.

        Raises:
            Invalid: its owner has too many here.
        """
        if len(self.of(thing.staff)) >= MOST:
            raise self._too_many()
        made = replace(thing, id=token(_LENGTH))
        self.place(made).mkdir(mode=_MODE, parents=True)
        self.keep(made)
        return made

    def keep(self, thing: _Thing) -> None:
        """Write what has become of a thing; one that was dropped meanwhile stays dropped."""
        body = json.dumps(asdict(thing), ensure_ascii=False, default=str).encode()
        with contextlib.suppress(FileNotFoundError):
            disk.write_file(self.place(thing) / _ABOUT, body, beside=self.place(thing))

    def of(self, staff: str) -> tuple[_Thing, ...]:
        """Return a person's things, newest first."""
        mine = (each for _, each in self._all() if each is not None and each.staff == staff)
        return tuple(sorted(mine, key=lambda each: (each.begun_at, each.id), reverse=True))

    def find(self, signs: str, staff: str) -> _Thing:
        """Return one.

        Raises:
            NotFound: there is none of these signs for this person.
        """
        found = self._at(signs) if signs and set(signs) <= set(ALPHABET) else None
        if found is None or found.staff != staff:
            raise self._unknown()
        return found

    def place(self, thing: _Thing) -> Path:
        """Return the folder of a thing: what is dropped goes with all that lies in it."""
        return self._folder / thing.id

    def is_there(self, thing: _Thing) -> bool:
        """Tell whether a thing was not dropped."""
        return (self.place(thing) / _ABOUT).is_file()

    def drop(self, thing: _Thing) -> None:
        """Forget one."""
        shutil.rmtree(self.place(thing), ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Forget what has lain long enough, and what lies there unreadable, which nobody can drop."""
        for place, each in tuple(self._all()):
            until = each.begun_at + each.patience if each else _changed_at(place) + PATIENCE
            if until < now:
                shutil.rmtree(place, ignore_errors=True)

    @abstractmethod
    def _read(self, body: dict[str, Any]) -> _Thing:
        """Return the thing that was written as ``body``; may raise what a faulty one raises: LookupError, TypeError, ValueError."""

    @abstractmethod
    def _unknown(self) -> NotFound:
        """Return what to raise where there is no such thing."""

    @abstractmethod
    def _too_many(self) -> Invalid:
        """Return what to raise where somebody has too many."""

    def _all(self) -> Iterator[tuple[Path, _Thing | None]]:
        try:
            places = sorted(self._folder.iterdir())
        except OSError:  # not there yet, or not to be read: then nothing of it can be shown or dropped
            return
        for place in places:
            yield place, self._at(place.name)

    def _at(self, signs: str) -> _Thing | None:
        try:
            body = json.loads((self._folder / signs / _ABOUT).read_bytes())
            return self._read({**body, "begun_at": datetime.fromisoformat(body["begun_at"])})
        except (OSError, LookupError, TypeError, ValueError):
            return None


def _changed_at(place: Path) -> datetime:
    try:
        return datetime.fromtimestamp(place.stat().st_mtime, UTC)
    except OSError:  # dropped meanwhile
        return datetime.min.replace(tzinfo=UTC)
