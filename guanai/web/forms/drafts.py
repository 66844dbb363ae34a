"""What was typed and not saved yet, kept on the server for the person who typed it."""

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


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person typed at one place.

    Attributes:
        place: address of the form.
        title: what the form is called.
        pairs: as a post would send them.
        kept_at: the instant of the last keystrokes that were kept.
    """

    place: str
    title: str
    pairs: tuple[tuple[str, str], ...]
    kept_at: datetime

    def value(self, name: str) -> str:
        """Return one field, "" where there is none."""
        return next((text for each, text in self.pairs if each == name), "")


class Drafts:
    """The drafts in the program's own database."""

    def __init__(self, db: Database) -> None:
        """``db``: where they are kept."""
        db.define(_TABLE)
        self._db = db

    def keep(
        self, staff: str, place: str, title: str, pairs: Sequence[tuple[str, str]], *, when: datetime
    ) -> bool:
        """Keep what was typed instead of what was kept before; tell whether there was room."""
        body = urlencode(pairs)
        if len(body) > _MOST_SIGNS:
            return False
        with self._db.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)",
                (staff, place, title, body, when.isoformat()),
            )
            connection.execute(
                "DELETE FROM drafts WHERE staff = ? AND place NOT IN "
                "(SELECT place FROM drafts WHERE staff = ? ORDER BY kept_at DESC LIMIT ?)",
                (staff, staff, _MOST),
            )
        return True

    def find(self, staff: str, place: str) -> Draft | None:
        """Return what a person typed at a place."""
        return next(iter(self._read("WHERE staff = ? AND place = ?", (staff, place))), None)

    def of(self, staff: str) -> tuple[Draft, ...]:
        """Return all drafts of a person, newest first."""
        return tuple(self._read("WHERE staff = ? ORDER BY kept_at DESC", (staff,)))

    def drop(self, staff: str, place: str) -> None:
        """Forget a draft."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM drafts WHERE staff = ? AND place = ?", (staff, place))

    def forget_old(self, now: datetime) -> None:
        """Forget what nobody came back to."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM drafts WHERE kept_at < ?", ((now - KEPT_FOR).isoformat(),))

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
