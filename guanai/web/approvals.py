"""Requests for sight of a child outside one's posts: asked in words, decided by somebody else, forgotten in time.

What is granted goes into access.yml; what is kept here is the asking alone. A request names its child in the asker's
own words: whether such a child is in this school is told to nobody but who decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from guanai.errors import Conflict
from guanai.web.db import Database

_TABLE = """
CREATE TABLE IF NOT EXISTS approvals (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    staff TEXT NOT NULL, about TEXT NOT NULL, labels TEXT NOT NULL, reason TEXT NOT NULL, days INTEGER NOT NULL,
    asked TEXT NOT NULL, state TEXT NOT NULL, decider TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '',
    decided TEXT NOT NULL DEFAULT ''
);
"""
#: A request that nobody decides on lapses; what was decided is told for a while.
_PATIENCE = timedelta(days=30)
_KEPT = timedelta(days=90)
#: So many requests of one person wait at once.
MOST_WAITING = 10


class Standing(StrEnum):
    """How a request stands."""

    WAITING = "待批"
    GRANTED = "已批准"
    REFUSED = "未批准"
    LAPSED = "已过期"


class UnknownApproval(Conflict):
    """There is no such request."""

    def __init__(self) -> None:
        super().__init__("没有这份申请；请从申请页上重新打开。")


class AlreadyDecided(Conflict):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__("这份申请已经有人处理过了；请回到申请页看结果。")


class TooManyWaiting(Conflict):
    """One person asks for too much at once."""

    def __init__(self) -> None:
        super().__init__(f"您已有 {MOST_WAITING} 份申请在等批准；请等一等，或先和校长说明。")


@dataclass(frozen=True, slots=True)
class Approval:
    """A request.

    Attributes:
        number: its own.
        staff: who asks.
        about: the child, in the asker's words; "" once decided.
        labels: what is to be seen.
        reason: in the asker's words; "" once decided.
        days: for how long.
        asked: instant.
        state: how it stands.
        decider: who decided, "" for nobody.
        answer: what the decider said.
    """

    number: int
    staff: str
    about: str
    labels: tuple[str, ...]
    reason: str
    days: int
    asked: datetime
    state: Standing
    decider: str
    answer: str


class Approvals:
    """The requests of one workspace."""

    def __init__(self, db: Database) -> None:
        """``db``: the program's own."""
        db.define(_TABLE)
        self._db = db

    def ask(  # noqa: PLR0913 -- the facts of a request
        self, staff: str, *, about: str, labels: tuple[str, ...], reason: str, days: int, when: datetime
    ) -> None:
        """Put a request to those who decide.

        Raises:
            TooManyWaiting: of the same person.
        """
        with self._db.writing() as connection:
            waiting = connection.execute(
                "SELECT count(*) FROM approvals WHERE staff = ? AND state = ?", (staff, Standing.WAITING)
            ).fetchone()[0]
            if waiting >= MOST_WAITING:
                raise TooManyWaiting
            connection.execute(
                "INSERT INTO approvals (staff, about, labels, reason, days, asked, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (staff, about, " ".join(labels), reason, days, when.isoformat(), Standing.WAITING),
            )

    def waiting(self) -> tuple[Approval, ...]:
        """Return what nobody has decided on, oldest first."""
        return tuple(self._rows("WHERE state = ? ORDER BY number", Standing.WAITING))

    def of(self, staff: str) -> tuple[Approval, ...]:
        """Return what a person asked for, newest first."""
        return tuple(self._rows("WHERE staff = ? ORDER BY number DESC", staff))

    def get(self, number: int) -> Approval:
        """Return one that waits.

        Raises:
            UnknownApproval: there is none of that number.
            AlreadyDecided: it waits no more.
        """
        found = next(self._rows("WHERE number = ?", number), None)
        if found is None:
            raise UnknownApproval
        if found.state is not Standing.WAITING:
            raise AlreadyDecided
        return found

    def decide(self, number: int, state: Standing, *, by: str, answer: str, when: datetime) -> None:
        """Close a request; the words about the child are forgotten.

        Raises:
            AlreadyDecided: it waits no more.
        """
        with self._db.writing() as connection:
            done = connection.execute(
                "UPDATE approvals SET state = ?, decider = ?, answer = ?, decided = ?, about = '', reason = '' "
                "WHERE number = ? AND state = ?",
                (state, by, answer, when.isoformat(), number, Standing.WAITING),
            )
            if not done.rowcount:
                raise AlreadyDecided

    def sweep(self, now: datetime) -> None:
        """Let old requests lapse, and forget what was decided long ago."""
        with self._db.writing() as connection:
            connection.execute(
                "UPDATE approvals SET state = ?, decided = ?, about = '', reason = '' WHERE state = ? AND asked < ?",
                (Standing.LAPSED, now.isoformat(), Standing.WAITING, (now - _PATIENCE).isoformat()),
            )
            connection.execute(
                "DELETE FROM approvals WHERE decided <> '' AND decided < ?", ((now - _KEPT).isoformat(),)
            )

    def _rows(self, where: str, value: str | int) -> Iterator[Approval]:
        with self._db.reading() as connection:
            found = connection.execute(f"SELECT * FROM approvals {where}", (value,)).fetchall()  # noqa: S608 -- our own words
        return map(_approval, found)


def _approval(row: Row) -> Approval:
    return Approval(
        number=row["number"],
        staff=row["staff"],
        about=row["about"],
        labels=tuple(row["labels"].split()),
        reason=row["reason"],
        days=row["days"],
        asked=datetime.fromisoformat(row["asked"]),
        state=Standing(row["state"]),
        decider=row["decider"],
        answer=row["answer"],
    )
