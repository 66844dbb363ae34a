"""Accounts: who may log in, with which password and which second factor (动态口令)."""

import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pyotp

from guanai.errors import Conflict, Invalid, NotFound
from guanai.web.db import Database
from guanai.web.passwords import Passwords

_TABLE = """
CREATE TABLE IF NOT EXISTS accounts (
  staff TEXT PRIMARY KEY, user TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, epoch INTEGER NOT NULL DEFAULT 1,
  must_change INTEGER NOT NULL, is_demo INTEGER NOT NULL, is_closed INTEGER NOT NULL DEFAULT 0,
  totp TEXT, totp_step INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;
"""
_STEP_SECONDS = 30
_LONGEST_USER = 40


class UnknownAccount(NotFound):
    """A person has no account."""

    def __init__(self, staff: str) -> None:
        super().__init__(f"{staff} 没有账号；请用 guanai user add {staff} 建一个。")


class TakenAccount(Conflict):
    """The person has one already, or the log-in name belongs to another."""

    def __init__(self, staff: str, user: str) -> None:
        super().__init__(
            f"{staff} 已经有账号，或者用户名 {user} 已被别人用了；忘了密码请用 guanai user reset，或用 --user 换个用户名。"
        )


class UnusableUser(Invalid):
    """A log-in name that cannot be typed reliably."""

    def __init__(self, user: str) -> None:
        super().__init__(f"用户名“{user}”不能用：要 2 至 {_LONGEST_USER} 个字符，没有空格。")


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may log in.

    Attributes:
        staff: the person's id in staff.yml.
        user: log-in name.
        epoch: changes with the password: older sessions end.
        must_change: the password was handed over and has to be replaced first.
        is_demo: only good in a workspace marked 演示.
        is_closed: may not log in.
        has_totp: a second factor is set up.
        changed_at: when the password was last set.
    """

    staff: str
    user: str
    epoch: int
    must_change: bool
    is_demo: bool
    is_closed: bool
    has_totp: bool
    changed_at: datetime


class Accounts:
    """The accounts of one workspace."""

    def __init__(self, db: Database, passwords: Passwords) -> None:
        """``db``: where they are kept."""
        self._db = db
        self._passwords = passwords
        db.define(_TABLE)

    def create(
        self, staff: str, user: str, password: str, *, when: datetime, is_demo: bool = False
    ) -> Account:
        """Make an account whose password was handed over, so that it must be changed first (a demo's need not).

        Raises:
            TakenAccount, UnusableUser: it cannot be made.
        """
        name = user_name(user)
        row = (
            staff, name, self._passwords.hashed(password), not is_demo, is_demo,
            when.isoformat(), when.isoformat(),
        )  # fmt: skip
        try:
            with self._db.writing() as connection:
                connection.execute(
                    "INSERT INTO accounts (staff, user, hash, must_change, is_demo, made_at, changed_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
        except sqlite3.IntegrityError:
            raise TakenAccount(staff, name) from None
        return self.of(staff)

    def of(self, staff: str) -> Account:
        """Return a person's account.

        Raises:
            UnknownAccount: there is none.
        """
        with self._db.reading() as connection:
            row = connection.execute("SELECT * FROM accounts WHERE staff = ?", (staff,)).fetchone()
        if row is None:
            raise UnknownAccount(staff)
        return _account(row)

    def staff_named(self, user: str) -> str:
        """Return whose log-in name it is, "" where it is nobody's."""
        with self._db.reading() as connection:
            row = connection.execute("SELECT staff FROM accounts WHERE user = ?", (folded(user),)).fetchone()
        return str(row["staff"]) if row else ""

    def all(self) -> tuple[Account, ...]:
        """Return all accounts in order of their log-in names."""
        with self._db.reading() as connection:
            return tuple(_account(row) for row in connection.execute("SELECT * FROM accounts ORDER BY user"))

    def check_password(self, user: str, password: str) -> Account | None:
        """Return the account whose name and password these are; takes as long for a name that nobody has."""
        with self._db.reading() as connection:
            row = connection.execute("SELECT * FROM accounts WHERE user = ?", (folded(user),)).fetchone()
        is_right = self._passwords.fits(password, row["hash"] if row else None)
        if row is None or not is_right or row["is_closed"]:
            return None
        if self._passwords.is_dated(row["hash"]):
            self._update(row["staff"], "hash = ?", self._passwords.hashed(password))
        return _account(row)

    def set_password(self, staff: str, password: str, *, when: datetime, must_change: bool = False) -> None:
        """Set a password; all sessions of the person end."""
        self._update(
            staff,
            "hash = ?, must_change = ?, changed_at = ?, epoch = epoch + 1",
            self._passwords.hashed(password),
            must_change,
            when.isoformat(),
        )

    def reset(self, staff: str, password: str, *, when: datetime) -> None:
        """Hand over a new password and forget the second factor: the way back for who lost either."""
        self.set_password(staff, password, when=when, must_change=True)
        self._update(staff, "totp = NULL, totp_step = 0, is_closed = 0")

    def close(self, staff: str) -> None:
        """Let nobody log in with an account any more; its sessions end."""
        self._update(staff, "is_closed = 1, epoch = epoch + 1")

    def remove_demo(self) -> int:
        """Remove the accounts of the demo and return how many they were."""
        with self._db.writing() as connection:
            return connection.execute("DELETE FROM accounts WHERE is_demo").rowcount

    def set_totp(self, staff: str, secret: str, *, used: int = 0) -> None:
        """Set the second factor: a secret in base 32, from which codes are computed.

        ``used``: the half minute whose code proved that it arrived; that code is good for nothing else.
        """
        self._update(staff, "totp = ?, totp_step = ?", secret, used)

    def check_totp(self, staff: str, code: str, *, when: datetime) -> bool:
        """Tell whether a code is that of now, of half a minute before or after, and was not used yet.

        A demo's login takes the secret itself as well: a script then needs no clock.
        """
        with self._db.writing() as connection:
            row = connection.execute("SELECT * FROM accounts WHERE staff = ?", (staff,)).fetchone()
            if row is None or not row["totp"]:
                return False
            if row["is_demo"] and code == row["totp"]:
                return True
            step = matching_step(row["totp"], code, when, after=row["totp_step"])
            if step:
                connection.execute("UPDATE accounts SET totp_step = ? WHERE staff = ?", (step, staff))
            return bool(step)

    def _update(self, staff: str, change: str, *values: object) -> None:
        with self._db.writing() as connection:
            # ``change`` is always one of the constants above.
            done = connection.execute(f"UPDATE accounts SET {change} WHERE staff = ?", (*values, staff))  # noqa: S608
        if not done.rowcount:
            raise UnknownAccount(staff)


def matching_step(secret: str, code: str, when: datetime, *, after: int = 0) -> int:
    """Return the half minute that a code belongs to, 0 where it fits none near ``when`` and later than ``after``."""
    now = int(when.timestamp()) // _STEP_SECONDS
    digits = code.replace(" ", "")
    fitting = [
        step
        for step in (now - 1, now, now + 1)
        if step > after and pyotp.utils.strings_equal(digits, pyotp.TOTP(secret).at(step * _STEP_SECONDS))
    ]
    return fitting[0] if fitting else 0


def user_name(user: str) -> str:
    """Return a log-in name in the one spelling that is kept.

    Raises:
        UnusableUser: it is too short, too long or has blanks.
    """
    name = folded(user)
    if not 2 <= len(name) <= _LONGEST_USER or not name.isprintable() or " " in name:
        raise UnusableUser(user)
    return name


def folded(user: str) -> str:
    """Return a log-in name in the one spelling under which it is looked for, usable or not."""
    return unicodedata.normalize("NFKC", user).strip().casefold()


def _account(row: sqlite3.Row) -> Account:
    return Account(
        staff=row["staff"],
        user=row["user"],
        epoch=row["epoch"],
        must_change=bool(row["must_change"]),
        is_demo=bool(row["is_demo"]),
        is_closed=bool(row["is_closed"]),
        has_totp=bool(row["totp"]),
        changed_at=datetime.fromisoformat(row["changed_at"]),
    )
