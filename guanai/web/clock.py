"""Whether the machine's clock can be right: codes of the second factor, terms and the log all go by it."""

from datetime import datetime, timedelta
from typing import Final

from guanai.calendar import SHANGHAI
from guanai.web.gateway import Gateway

#: A clock that is set right goes back by less.
_LATE: Final = timedelta(minutes=2)


def late_clock(gateway: Gateway) -> str:
    """Return in words that the machine's clock has been put back, "" where it has not.

    It is told until the log has gone on for some hundred lines, or the clock has caught up.
    """
    last, now = gateway.audit.latest(), gateway.settings.clock()
    if last is None or now + _LATE >= last:
        return ""
    return (
        f"这台电脑的时钟是 {_minute(now)}，比日志里最近的（{_minute(last)}）还早：时钟被拨回去了，或者以前走快过。"
        "请先校准时钟；动态口令、期限和日志都靠它。"
    )


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
