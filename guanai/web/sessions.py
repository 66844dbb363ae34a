"""Sessions (登录): a random number in the browser, its hash and everything else here, ended at once when told."""

import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from guanai.web.accounts import Account
from guanai.web.db import Database

_TABLE = """
CREATE TABLE IF NOT EXISTS sessions (
  key TEXT PRIMARY KEY, staff TEXT NOT NULL, epoch INTEGER NOT NULL, is_strong INTEGER NOT NULL,
  made REAL NOT NULL, seen REAL NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL,
  flashes TEXT NOT NULL DEFAULT '[]', pending TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_staff ON sessions (staff);
"""
#: A session that begins so much later than now is of a clock that has been put back: nobody knows how old it is.
_AHEAD_SECONDS = 120.0
#: A page within so long of the last one that was noted is not written down.
_NOTED_SECONDS = 60.0
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that someone is logged in with.

    Attributes:
        key: hash of the number in the browser.
        staff: the person.
        epoch: the account's when it began.
        is_strong: the second factor was given.
        made: when it began, in seconds since 1970.
        seen: when a page was last asked for, to the minute.
        address: from where it began.
        agent: what the browser called itself.
        pending: secret of a second factor that is being set up.
        has_flashes: something is kept to be told on its next page.
    """

    key: str
    staff: str
    epoch: int
    is_strong: bool
    made: float
    seen: float
    address: str
    agent: str
    pending: str
    has_flashes: bool


class Sessions:
    """All sessions of one workspace."""

    def __init__(self, db: Database, *, idle: timedelta, longest: timedelta) -> None:
        """``idle``: the longest pause; ``longest``: the longest session."""
        self._db = db
        self._idle = idle.total_seconds()
        self._longest = longest.total_seconds()
        db.define(_TABLE)

    def open(self, account: Account, *, is_strong: bool, when: datetime, address: str, agent: str) -> str:
        """Begin a session and return the number for the browser; it is kept nowhere else."""
        number = secrets.token_urlsafe(32)
        instant = when.timestamp()
        row = (
            key_of(number), account.staff, account.epoch, is_strong, instant, instant,
            address, agent[:_LONGEST_AGENT],
        )  # fmt: skip
        with self._db.writing() as connection:
            connection.execute(
                "INSERT INTO sessions (key, staff, epoch, is_strong, made, seen, address, agent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return number

    def find(self, number: str, *, when: datetime) -> Session | None:
        """Return the session of a browser's number; None where there is none or it has ended."""
        if not number:
            return None
        with self._db.reading() as connection:
            row = connection.execute("SELECT * FROM sessions WHERE key = ?", (key_of(number),)).fetchone()
        if row is None:
            return None
        found, instant = _session(row), when.timestamp()
        is_ahead = max(found.seen, found.made) > instant + _AHEAD_SECONDS
        if is_ahead or instant - found.seen > self._idle or instant - found.made > self._longest:
            self.end(found.key)
            return None
        if instant - found.seen > min(_NOTED_SECONDS, self._idle / 2):
            with self._db.writing() as connection:
                connection.execute("UPDATE sessions SET seen = ? WHERE key = ?", (instant, found.key))
        return found

    def renew(self, session: Session, account: Account, *, is_strong: bool, when: datetime) -> str:
        """End a session and begin another in its place: with every new right comes a new number.

        What was to be told goes along; the longest time counts from the first log-in.
        """
        number = secrets.token_urlsafe(32)
        with self._db.writing() as connection:
            connection.execute(
                "UPDATE sessions SET key = ?, epoch = ?, is_strong = ?, seen = ?, pending = '' WHERE key = ?",
                (key_of(number), account.epoch, is_strong, when.timestamp(), session.key),
            )
        return number

    def end(self, key: str, *, staff: str = "") -> bool:
        """End one session and tell whether it was there; with ``staff``, only if it is that person's."""
        with self._db.writing() as connection:
            done = connection.execute("DELETE FROM sessions WHERE key = ? AND ? IN ('', staff)", (key, staff))
        return bool(done.rowcount)

    def end_all(self, staff: str, *, but: str = "") -> int:
        """End all sessions of a person, except the one with the key ``but``; return how many."""
        with self._db.writing() as connection:
            return connection.execute(
                "DELETE FROM sessions WHERE staff = ? AND key <> ?", (staff, but)
            ).rowcount

    def of(self, staff: str) -> tuple[Session, ...]:
        """Return a person's sessions, the newest first."""
        with self._db.reading() as connection:
            rows = connection.execute("SELECT * FROM sessions WHERE staff = ? ORDER BY seen DESC", (staff,))
            return tuple(_session(row) for row in rows)

    def count(self) -> int:
        """Return how many there are."""
        with self._db.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM sessions").fetchone()[0])

    def sweep(self, when: datetime) -> int:
        """Forget those that have ended by themselves; return how many."""
        instant = when.timestamp()
        with self._db.writing() as connection:
            return connection.execute(
                "DELETE FROM sessions WHERE seen < ? OR made < ? OR max(seen, made) > ?",
                (instant - self._idle, instant - self._longest, instant + _AHEAD_SECONDS),
            ).rowcount

    def set_pending(self, key: str, secret: str) -> None:
        """Keep the secret of a second factor until its first code has been given."""
        with self._db.writing() as connection:
            connection.execute("UPDATE sessions SET pending = ? WHERE key = ?", (secret, key))

    def flash(self, key: str, words: str) -> None:
        """Keep a sentence for the session's next page."""
        with self._db.writing() as connection:
            row = connection.execute("SELECT flashes FROM sessions WHERE key = ?", (key,)).fetchone()
            told = [*json.loads(row["flashes"]), words] if row else []
            kept = json.dumps(told, ensure_ascii=False)
            connection.execute("UPDATE sessions SET flashes = ? WHERE key = ?", (kept, key))

    def take_flashes(self, key: str) -> tuple[str, ...]:
        """Return the sentences kept for this page, and forget them."""
        with self._db.reading() as connection:
            row = connection.execute("SELECT flashes FROM sessions WHERE key = ?", (key,)).fetchone()
        if row is None or row["flashes"] == "[]":
            return ()
        with self._db.writing() as connection:
            connection.execute("UPDATE sessions SET flashes = '[]' WHERE key = ?", (key,))
        return tuple(json.loads(row["flashes"]))


def key_of(number: str) -> str:
    """Return what is kept of a browser's number."""
    return hashlib.sha256(number.encode()).hexdigest()


def csrf_token(number: str) -> str:
    """Return the token that a session's forms carry; who has only the database cannot make it."""
    return hmac.new(number.encode(), b"guanai form", hashlib.sha256).hexdigest()


def _session(row: sqlite3.Row) -> Session:
    return Session(
        key=row["key"],
        staff=row["staff"],
        epoch=row["epoch"],
        is_strong=bool(row["is_strong"]),
        made=row["made"],
        seen=row["seen"],
        address=row["address"],
        agent=row["agent"],
        pending=row["pending"],
        has_flashes=row["flashes"] != "[]",
    )
