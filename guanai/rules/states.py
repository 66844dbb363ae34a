"""How one turn of a duty stands: in exactly one of five states."""

from datetime import datetime
from enum import StrEnum

from guanai.calendar import day_begins
from guanai.rules.windows import Window


class State(StrEnum):
    """The states of a duty."""

    NOT_YET = "未到期"
    OPEN = "待办"
    REMINDER = "提示"
    DONE = "已完成"
    OVERDUE = "逾期"


def state_of(window: Window, done_at: datetime | None, now: datetime, *, is_soft: bool) -> State:
    """Return the state at an instant.

    Args:
        window: the turn.
        done_at: when everything wanted was there, None before; never later than ``now``.
        now: the instant.
        is_soft: the source gives no figure: it reminds and is never overdue.
    """
    if done_at is not None and done_at <= now:
        return State.DONE
    if now < day_begins(window.opens):
        return State.NOT_YET
    if is_soft:
        return State.REMINDER
    return State.OVERDUE if now > window.due else State.OPEN
