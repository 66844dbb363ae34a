"""What was typed and not saved yet, kept on the server for the person who typed it."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode

from guanai.web.db import Database

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS drafts (
    staff TEXT NOT NULL, place TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, kept_at TEXT NOT NULL,
    PRIMARY KEY (staff, place)
) WITHOUT ROWID;
"""
#: So many one person may have; the oldest goes.
_MOST: Final = 40
_MOST_SIGNS: Final = 200_000
#: What nobody came back to is not kept for ever: it holds words about children.
KEPT_FOR: Final = timedelta(days=30)
#: So many of one form may wait beside each other; what is put by stands under the form's address with a mark and number.
_MOST_OF_ONE: Final = 4
_MARK: Final = "#"
#: The field that tells one opened page of a form from another.
_TOKEN: Final = "token"  # noqa: S105 -- the name of a field, no secret
#: The field that tells what was sent before what: signs of the opened page, a point, a number that rises.
_TURN: Final = "turn"


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person typed at one place.

    Attributes:
        place: address of the form; with a mark behind it for what was put by beside another draft of that form.
        title: what the form is called.
        pairs: as a post would send them.
        kept_at: the instant of the last keystrokes that were kept.
    """

    place: str
    title: str
    pairs: tuple[tuple[str, str], ...]
    kept_at: datetime

    @property
    def address(self) -> str:
        """The address of the form."""
        return self.place.partition(_MARK)[0]

    @property
    def is_put_by(self) -> bool:
        """Whether it stands beside the draft that the form opens with, and has to be taken up first."""
        return self.place != self.address

    def value(self, name: str) -> str:
        """Return one field, "" where there is none."""
        return _value(self.pairs, name)


def spots_of(place: str) -> tuple[str, ...]:
    """Return where drafts of one form may stand: first where the form finds it."""
    return (place, *(f"{place}{_MARK}{number}" for number in range(2, _MOST_OF_ONE + 1)))


class Drafts:
    """The drafts in the program's own database."""

    def __init__(self, db: Database) -> None:
        """``db``: where they are kept."""
        db.define(_TABLE)
        self._db = db

    def keep(
        self, staff: str, place: str, title: str, pairs: Sequence[tuple[str, str]], *, when: datetime
    ) -> bool:
        """Keep what was typed instead of what was kept of the same page before; tell whether there was room.

        What was typed at another page of that form, with another ``token``, stays beside it; where no more of one form
        may wait, the oldest goes. What comes late, after what was typed later, is left: its words are kept already.

        Args:
            staff: who typed it.
            place: address of the form, or one of its `spots_of` for that very one.
            title: what the form is called.
            pairs: as a post would send them.
            when: this instant.
        """
        body = urlencode(pairs)
        if len(body) > _MOST_SIGNS:
            return False
        with self._db.writing() as connection:
            if _MARK not in place:
                old, place = self._moved(staff, place, _value(pairs, _TOKEN))
                if _is_late(pairs, self.find(staff, old)):
                    return True
                connection.execute("DELETE FROM drafts WHERE staff = ? AND place = ?", (staff, old))
            connection.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)",
                (staff, place, title, body, when.isoformat()),
            )
            connection.execute(
                "DELETE FROM drafts WHERE staff = ? AND place NOT IN "
                "(SELECT place FROM drafts WHERE staff = ? ORDER BY kept_at DESC LIMIT ?)",
                (staff, staff, _MOST),
            )
            _move_up(connection, staff)
        return True

    def find(self, staff: str, place: str) -> Draft | None:
        """Return what a person typed at a place."""
        return next(iter(self._read("WHERE staff = ? AND place = ?", (staff, place))), None)

    def of(self, staff: str) -> tuple[Draft, ...]:
        """Return all drafts of a person, newest first."""
        return tuple(self._read("WHERE staff = ? ORDER BY kept_at DESC", (staff,)))

    def take_up(self, staff: str, place: str) -> Draft | None:
        """Let a form open with what was put by, and put by what it opened with; return it, None for none there."""
        found = self.find(staff, place)
        if found is None or not found.is_put_by:
            return found
        with self._db.writing() as connection:
            for old, new in ((found.address, ""), (place, found.address), ("", place)):
                connection.execute(
                    "UPDATE drafts SET place = ? WHERE staff = ? AND place = ?", (new, staff, old)
                )
        return self.find(staff, found.address)

    def drop(self, staff: str, place: str) -> None:
        """Forget a draft; where a form would have opened with it, it opens with the newest that was put by."""
        self._drop(staff, (place,))

    def forget_work(self, staff: str, place: str, token: str) -> None:
        """Forget what was kept of the page that is saved, and what may be of it; another page's work stays."""
        tokens = {each.place: each.value(_TOKEN) for each in self._beside(staff, place)}
        self._drop(
            staff,
            [each for each, own in tokens.items() if own == token or (each == place and not (own and token))],
        )

    def forget_old(self, now: datetime) -> None:
        """Forget what nobody came back to."""
        until = ((now - KEPT_FOR).isoformat(),)
        with self._db.writing() as connection:
            whose = connection.execute(
                "SELECT DISTINCT staff FROM drafts WHERE kept_at < ?", until
            ).fetchall()
            connection.execute("DELETE FROM drafts WHERE kept_at < ?", until)
            for row in whose:
                _move_up(connection, row["staff"])

    def _drop(self, staff: str, places: Iterable[str]) -> None:
        with self._db.writing() as connection:
            connection.executemany(
                "DELETE FROM drafts WHERE staff = ? AND place = ?", [(staff, each) for each in places]
            )
            _move_up(connection, staff)

    def _moved(self, staff: str, place: str, token: str) -> tuple[str, str]:
        """Return where the draft of a page stands, "" for nowhere yet, and where it goes: first to where the form finds it."""
        others = self._beside(staff, place)
        own = next((each.place for each in others if each.value(_TOKEN) == token), "")
        taken = {each.place for each in others}
        if own and place in taken:
            return own, own
        free = (each for each in spots_of(place) if each not in taken)
        return own, next(free, others[0].place if others else place)

    def _beside(self, staff: str, place: str) -> list[Draft]:
        """Return what waits of one form, the oldest first."""
        spots = spots_of(place)
        marks = ", ".join("?" * len(spots))
        return self._read(f"WHERE staff = ? AND place IN ({marks}) ORDER BY kept_at", (staff, *spots))

    def _read(self, where: str, values: Iterable[str]) -> list[Draft]:
        with self._db.reading() as connection:
            query = f"SELECT place, title, body, kept_at FROM drafts {where}"  # noqa: S608 -- our own words only
            rows = connection.execute(query, tuple(values)).fetchall()
        return [
            Draft(
                row["place"],
                row["title"],
                tuple(parse_qsl(row["body"], keep_blank_values=True)),
                datetime.fromisoformat(row["kept_at"]),
            )
            for row in rows
        ]


def _move_up(connection: sqlite3.Connection, staff: str) -> None:
    """Let each form that would open with no draft open with the newest that was put by for it."""
    put_by = "SELECT place FROM drafts WHERE staff = ? AND instr(place, ?) ORDER BY kept_at DESC"
    for row in connection.execute(put_by, (staff, _MARK)).fetchall():
        # Where a draft stands already it stays, and this one where it is.
        connection.execute(
            "UPDATE OR IGNORE drafts SET place = ? WHERE staff = ? AND place = ?",
            (row["place"].partition(_MARK)[0], staff, row["place"]),
        )


def _is_late(pairs: Iterable[tuple[str, str]], found: Draft | None) -> bool:
    """Tell whether a draft that is kept was sent by the same opened page after these fields."""
    page, _, number = _value(pairs, _TURN).rpartition(".")
    its_page, _, its_number = (found.value(_TURN) if found else "").rpartition(".")
    return bool(page) and page == its_page and (len(number), number) < (len(its_number), its_number)


def _value(pairs: Iterable[tuple[str, str]], name: str) -> str:
    return next((text for each, text in pairs if each == name), "")
