"""Slows down who guesses passwords and codes, without letting anybody lock somebody else out.

Tries are counted by name and place, a place being an address; a browser that the person has logged in with before is a
place of its own, so that whoever guesses, from next door or through a thousand machines, never uses up its tries. All
of it is in the database: a restart forgets nothing.
"""

import hashlib
import ipaddress
import math
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guanai.web.accounts import folded
from guanai.web.db import Database

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS tries (name TEXT NOT NULL, place TEXT NOT NULL, at REAL NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS tries_by_key ON tries (name, place, at);
CREATE INDEX IF NOT EXISTS tries_by_time ON tries (at);
CREATE TABLE IF NOT EXISTS known_browsers (
  key TEXT NOT NULL, name TEXT NOT NULL, seen REAL NOT NULL, PRIMARY KEY (key, name)
) STRICT;
"""
#: Days for which a browser stays known after the last log-in.
KNOWN_DAYS: Final = 180
#: Hexadecimal digits kept of a name: enough to tell names apart, too few to work out a password typed in its field.
_NAME_DIGITS: Final = 6
_CODES: Final = "totp "
_NAMES: Final = "names "


@dataclass(frozen=True, slots=True)
class _Limit:
    """``most`` tries within ``seconds``."""

    most: int
    seconds: int


#: For one name from one place: five tries in a quarter of an hour, then ever fewer.
_PERSONAL: Final = (_Limit(5, 15 * 60), _Limit(10, 2 * 3600), _Limit(20, 24 * 3600))
#: For one name from all unknown places: above what one place can use up.
_NAME: Final = _Limit(300, 3600)
#: The same for codes, of which there are but a million; only who has the password gets as far.
_NAME_CODES: Final = _Limit(30, 3600)
#: For one address, failures alone: a whole school may sit behind one.
_ADDRESS: Final = _Limit(100, 15 * 60)
_LONGEST_SECONDS: Final = max(limit.seconds for limit in (*_PERSONAL, _NAME, _ADDRESS))


class Throttle:
    """Counts tries; safe between threads and processes."""

    def __init__(self, db: Database) -> None:
        """``db``: where they are kept."""
        self._db = db
        db.define(_TABLES)

    def wait_seconds(self, user: str, address: str, *, when: datetime, browser: str = "") -> int:
        """Count a try and return 0, or return how long to wait when there were too many.

        It counts alike for names that nobody has.

        Args:
            user: the name that is tried.
            address: from where.
            when: instant.
            browser: the secret that a browser got at an earlier log-in, "" where it has none.
        """
        instant, name = when.timestamp(), _short(user)
        with self._db.writing() as connection:
            # What lies ahead was counted before the clock was put back: left there, it would lock for as long.
            connection.execute("UPDATE tries SET at = ? WHERE at > ?", (instant, instant))
            is_known = _is_known(connection, browser, name)
            place = _key(browser) if is_known else _network(address)
            rules = [(name, place, limit) for limit in _PERSONAL]
            if not is_known:
                everywhere = _NAME_CODES if user.startswith(_CODES) else _NAME
                rules += [(name, "", everywhere), ("", place, _ADDRESS)]
            free_at = max(_free_at(connection, *rule) for rule in rules)
            if free_at > instant:
                return math.ceil(free_at - instant)
            counted = [(name, place, instant)] if is_known else [(name, place, instant), (name, "", instant)]
            connection.executemany("INSERT INTO tries (name, place, at) VALUES (?, ?, ?)", counted)
        return 0

    def blame(self, address: str, *, when: datetime) -> None:
        """Count a failure of an address; who gets in does not count, or a staff room would lock itself out."""
        with self._db.writing() as connection:
            row = ("", _network(address), when.timestamp())
            connection.execute("INSERT INTO tries (name, place, at) VALUES (?, ?, ?)", row)

    def forgive(self, user: str, address: str, *, browser: str = "") -> None:
        """Forget the tries of a name from a place: the password was right; of those from all places the last one."""
        name = _short(user)
        with self._db.writing() as connection:
            places = (name, _network(address), _key(browser))
            connection.execute("DELETE FROM tries WHERE name = ? AND place IN (?, ?)", places)
            if not _is_known(connection, browser, name):  # a known one is not counted there
                last = "SELECT max(rowid) FROM tries WHERE name = ? AND place = ''"
                connection.execute(f"DELETE FROM tries WHERE rowid = ({last})", (name,))  # noqa: S608 -- our own words

    def forget(self, *users: str) -> None:
        """Forget all tries of names and the browsers known for them: who lost the password was given a new one."""
        names = [(_short(user),) for user in users]
        with self._db.writing() as connection:
            connection.executemany("DELETE FROM tries WHERE name = ?", names)
            connection.executemany("DELETE FROM known_browsers WHERE name = ?", names)

    def know(self, browser: str, *users: str, when: datetime) -> str:
        """Remember that someone has logged in with a browser, and return the secret that it keeps.

        Args:
            browser: the secret it has, "" for none; one that we did not give out is replaced.
            users: names under which the person's tries are counted.
            when: instant.
        """
        with self._db.writing() as connection:
            found = connection.execute(
                "SELECT 1 FROM known_browsers WHERE key = ?", (_key(browser),)
            ).fetchone()
            kept = browser if browser and found else secrets.token_urlsafe(32)
            rows = [(_key(kept), _short(user), when.timestamp()) for user in users]
            connection.executemany(
                "INSERT OR REPLACE INTO known_browsers (key, name, seen) VALUES (?, ?, ?)", rows
            )
        return kept

    def sweep(self, when: datetime) -> None:
        """Forget what no limit counts any more."""
        oldest = when - timedelta(days=KNOWN_DAYS)
        with self._db.writing() as connection:
            connection.execute("DELETE FROM tries WHERE at < ?", (when.timestamp() - _LONGEST_SECONDS,))
            connection.execute("DELETE FROM known_browsers WHERE seen < ?", (oldest.timestamp(),))


def codes_of(staff: str) -> str:
    """Return the name under which tries of a person's second factor are counted."""
    return f"{_CODES}{staff}"


def names_of(staff: str) -> str:
    """Return the name under which questions are counted that a person was asked about names of others' children."""
    return f"{_NAMES}{staff}"


def wait_words(seconds: int, when: datetime) -> str:
    """Return in words until when one has to wait.

    >>> wait_words(100, datetime(2026, 11, 20, 23, 59))
    '试得太多了：请在明天 00:01 以后再试（还有 2 分钟）。'
    """
    until = when + timedelta(seconds=seconds + 59)
    minutes = -(-seconds // 60)
    left = f"{minutes} 分钟" if minutes < 120 else f"{-(-minutes // 60)} 小时"
    day = "" if until.date() == when.date() else "明天 "
    return f"试得太多了：请在{day or ' '}{until:%H:%M} 以后再试（还有 {left}）。"


def _free_at(connection: sqlite3.Connection, name: str, place: str, limit: _Limit) -> float:
    """Return the instant from which one more try is within a limit."""
    row = connection.execute(
        "SELECT at FROM tries WHERE name = ? AND place = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
        (name, place, limit.most - 1),
    ).fetchone()
    return float(row["at"]) + limit.seconds if row else 0.0


def _is_known(connection: sqlite3.Connection, browser: str, name: str) -> bool:
    if not browser:
        return False
    row = (_key(browser), name)
    return (
        connection.execute("SELECT 1 FROM known_browsers WHERE key = ? AND name = ?", row).fetchone()
        is not None
    )


def _key(browser: str) -> str:
    return hashlib.sha256(browser.encode("utf-8", "replace")).hexdigest()


def _network(address: str) -> str:
    """Return what counts as one place; who has one IPv6 address has the other 2⁶⁴ of its network too.

    >>> _network("2001:db8::5"), _network("::ffff:10.0.0.5"), _network("10.0.0.5")
    ('2001:db8::/64', '10.0.0.5', '10.0.0.5')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, ipaddress.IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), 64), strict=False))


def _short(user: str) -> str:
    # In the one spelling of accounts: else every letter in full width would begin a count of its own.
    return hashlib.sha256(folded(user).encode("utf-8", "replace")).hexdigest()[:_NAME_DIGITS]
