"""The log held once a day against its heads that were kept elsewhere, and what came of it, for who looks after it."""

import logging
from dataclasses import dataclass
from datetime import date

from guanai.calendar import SHANGHAI
from guanai.web.anchoring import alarm
from guanai.web.db import Database
from guanai.web.gateway import Gateway

_TABLE = """
CREATE TABLE IF NOT EXISTS log_checks (
  one INTEGER PRIMARY KEY CHECK (one = 1), day TEXT NOT NULL, told TEXT NOT NULL
) STRICT
"""
_log = logging.getLogger("guanai.web")


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What came of holding the log against the heads.

    Attributes:
        on: the day.
        told: what does not fit, in a sentence; "" where all fits.
    """

    on: date
    told: str


def last_check(db: Database) -> LogCheck | None:
    """Return the newest check, None before the first."""
    db.define(_TABLE)
    with db.reading() as connection:
        row = connection.execute("SELECT day, told FROM log_checks").fetchone()
    return LogCheck(date.fromisoformat(row["day"]), row["told"]) if row else None


def check_log(gateway: Gateway) -> None:
    """Hold the log against the heads, the first time on a day; to be done before the next head is kept.

    What was told once is told every day until all heads fit again: the heads that are kept later do.
    """
    today = gateway.settings.clock().astimezone(SHANGHAI).date()
    last = last_check(gateway.db)
    if last is not None and last.on == today:
        return
    told = alarm(gateway.root, gateway.audit, is_suspect=last is None or bool(last.told))
    if told:
        _log.error("查看日志和另存的日志头对不上：%s", told)
    with gateway.db.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO log_checks VALUES (1, ?, ?)", (today.isoformat(), told))
