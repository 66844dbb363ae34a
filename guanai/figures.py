"""The one grammar of the figures in a policy (周期, 期限, 日, 时刻 …): as a clause prints them, so they are read.

Chinese and Arabic numerals mean the same. Days are school days, hours and minutes run on the clock, weeks and
months on the calendar. What this grammar cannot read is no figure: `UnreadableFigure` says what to write instead.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from guanai.errors import Invalid


class Period(StrEnum):
    """The stretch of time in which a duty comes round."""

    DAY = "日"
    WEEK = "周"
    MONTH = "月"
    QUARTER = "季度"
    TERM = "学期"
    YEAR = "学年"
    EVENT = "事件"  # whenever something happens


class Anchor(StrEnum):
    """The end of its period to which a duty belongs."""

    START = "初"
    END = "末"


class Unit(StrEnum):
    """What a limit counts."""

    MINUTE = "分钟"
    HOUR = "小时"
    SCHOOL_DAY = "上课日"
    CALENDAR_DAY = "自然日"
    WEEK = "周"
    MONTH = "月"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take (期限); ``amount`` 0 with `Unit.SCHOOL_DAY` means the same day (当日)."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often something is due (周期).

    Attributes:
        every: number of periods between two turns, at least 1.
        period: the period.
        anchor: only at the beginning or at the end of each period.
        weekday: 0 for Monday, as in `datetime.date.weekday`.
        day: day of the month; a shorter month ends on its last day.
        limit: for `Period.EVENT`, how soon after it.
        is_soft: the source gives no figure (经常, 定期, 及时): a reminder that never becomes overdue.
    """

    every: int
    period: Period
    anchor: Anchor | None = None
    weekday: int | None = None
    day: int | None = None
    limit: Limit | None = None
    is_soft: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the day (时段)."""

    begins: time
    ends: time


Figure = Cadence | Limit | Slot | time | int

#: What the sources' soft words stand for; ours, and a policy may say otherwise (词义).
MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {"经常": "每月", "定期": "每学期", "及时": "2个上课日内"}
)


class UnreadableFigure(Invalid):
    """A figure outside the grammar."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(f"“{key}”写作“{text}”，程序读不懂；请写成 {_EXAMPLES[key]} 的样子。")


_EXAMPLES: Final[Mapping[str, str]] = {
    "周期": "每日、每周、每周五、每两周、每月、每月25日、每季度末、每学期、每学期初、每学年末、经常、定期、及时",
    "期限": "两周内、十天、2个上课日、24小时内、30分钟、当日、次日",
    "日": "25日",
    "星期": "周五",
    "时刻": "17:00",
    "时段": "16:30—17:30",
    "触发天数": "3天",
    "门槛": "30分钟",
}

_NUMBER: Final = "(?P<n>[0-9]+|[零一二两三四五六七八九十百]+)"
_CADENCE: Final = re.compile(
    f"每{_NUMBER}?个?(?P<period>日|天|上课日|周|星期|月|季度|学期|学年)(?P<anchor>初|末)?"
)
_WEEKDAY: Final = re.compile("(?:每?周|每?星期)(?P<day>[一二三四五六日天])")
_MONTH_DAY: Final = re.compile(f"每月{_NUMBER}[日号]")
_DAY: Final = re.compile(f"{_NUMBER}[日号]")
_LIMIT: Final = re.compile(
    f"{_NUMBER}个?(?P<unit>分钟|小时|上课日|工作日|自然日|天|日|周|星期|月)(?:以内|之内|内)?"
)
_TIME: Final = re.compile("(?P<h>[0-9]{1,2})(?::(?P<m>[0-9]{2})|[点时](?:(?P<m2>[0-9]{1,2})分)?)")
_DASH: Final = re.compile("[—–~\uff5e至到-]+")

_PERIODS: Final = {"天": Period.DAY, "上课日": Period.DAY, "星期": Period.WEEK}
_UNITS: Final = {"天": Unit.SCHOOL_DAY, "日": Unit.SCHOOL_DAY, "工作日": Unit.SCHOOL_DAY, "星期": Unit.WEEK}
_ANCHORED: Final = frozenset({Period.MONTH, Period.QUARTER, Period.TERM, Period.YEAR})
_SOON: Final = {"当日": 0, "当天": 0, "次日": 1}
#: Full-width digits, the full-width colon, the round zero, and blanks, as people type them.
_FULL_WIDTH: Final = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF1A: ":",
    0x3007: "零",
    0x20: "",
    0x3000: "",
}
_DIGITS: Final = "零一二三四五六七八九"


def read(key: str, text: str) -> Figure:
    """Read the figure that stands under a Chinese key of a duty; see `READERS` for the keys."""
    return READERS[key](text)


def read_cadence(text: str, meanings: Mapping[str, str] = MEANINGS) -> Cadence:
    """Read a 周期.

    Args:
        text: as it stands in the duty.
        meanings: what the soft words stand for; one left out keeps the meaning in `MEANINGS`.

    >>> read_cadence("每两周").every
    2
    """
    plain = _plain(text)
    if plain in MEANINGS:
        return _soft(plain, meanings.get(plain, MEANINGS[plain]))
    return _cadence(plain, text)


def read_limit(text: str) -> Limit:
    """Read a 期限.

    >>> read_limit("十天")
    Limit(amount=10, unit=<Unit.SCHOOL_DAY: '上课日'>)
    """
    return _limit("期限", text)


def read_day(text: str) -> int:
    """Read a day of the month (日), 1 to 31."""
    found = _DAY.fullmatch(_plain(text))
    return _within("日", text, found and read_number(found["n"]), 31)


def read_weekday(text: str) -> int:
    """Read a day of the week (星期), 0 for Monday."""
    found = _WEEKDAY.fullmatch(_plain(text))
    if found is None:
        raise UnreadableFigure("星期", text)
    return _weekday(found["day"])


def read_time(text: str) -> time:
    """Read a time of day (时刻): ``17:00``, ``17：00``, ``17时``, ``17点30分``."""
    return _time("时刻", text, text)


def read_slot(text: str) -> Slot:
    """Read a stretch of the day (时段) that ends after it begins."""
    parts = _DASH.split(_plain(text))
    if len(parts) != 2:
        raise UnreadableFigure("时段", text)
    found = Slot(_time("时段", parts[0], text), _time("时段", parts[1], text))
    if found.begins >= found.ends:
        raise UnreadableFigure("时段", text)
    return found


def read_days(text: str) -> int:
    """Read a number of school days (触发天数)."""
    limit = _limit("触发天数", text)
    if limit.unit is not Unit.SCHOOL_DAY or limit.amount == 0:
        raise UnreadableFigure("触发天数", text)
    return limit.amount


def read_minutes(text: str) -> int:
    """Read a number of minutes (门槛)."""
    limit = _limit("门槛", text)
    if limit.unit not in (Unit.MINUTE, Unit.HOUR):
        raise UnreadableFigure("门槛", text)
    return limit.amount * (60 if limit.unit is Unit.HOUR else 1)


#: The reader of each key of a duty that holds a figure in words.
READERS: Final[Mapping[str, Callable[[str], Figure]]] = MappingProxyType(
    {
        "周期": read_cadence,
        "日": read_day,
        "星期": read_weekday,
        "时刻": read_time,
        "时段": read_slot,
        "期限": read_limit,
        "触发天数": read_days,
        "门槛": read_minutes,
    }
)


def read_number(text: str) -> int | None:
    """Return a whole number below 1000 in Arabic or Chinese numerals, None for anything else.

    >>> read_number("二十五"), read_number("两"), read_number("一二")
    (25, 2, None)
    """
    plain = _plain(text)
    if re.fullmatch("[0-9]{1,3}", plain):
        return int(plain)
    return _numerals().get(plain.replace("两", "二"))


def han(number: int) -> str:
    """Return a number from 0 to 999 in Chinese numerals.

    >>> han(12), han(105)
    ('十二', '一百零五')

    Raises:
        ValueError: another number.
    """
    if not 0 <= number < 1000:
        raise ValueError(number)
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return f"十{_DIGITS[number - 10]}".removesuffix("零")
    if number < 100:
        return f"{_DIGITS[number // 10]}十{_DIGITS[number % 10]}".removesuffix("零")
    hundreds, rest = divmod(number, 100)
    joint = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""
    return f"{_DIGITS[hundreds]}百{joint}{han(rest) if rest else ''}"


@cache
def _numerals() -> dict[str, int]:
    return {han(number): number for number in range(1000)}


def _plain(text: str) -> str:
    return text.translate(_FULL_WIDTH)


def _weekday(sign: str) -> int:
    return 6 if sign in "日天" else _DIGITS.index(sign) - 1


def _within(key: str, text: str, number: int | None, most: int) -> int:
    if number is None or not 1 <= number <= most:
        raise UnreadableFigure(key, text)
    return number


def _soft(word: str, meaning: str) -> Cadence:
    plain = _plain(meaning)
    if plain.startswith("每"):
        found = _cadence(plain, meaning)
        return Cadence(found.every, found.period, found.anchor, found.weekday, found.day, is_soft=True)
    if plain in MEANINGS:
        raise UnreadableFigure("周期", f"{word}（{meaning}）")
    return Cadence(1, Period.EVENT, limit=_limit("期限", meaning), is_soft=True)


def _cadence(plain: str, text: str) -> Cadence:
    if plain.startswith("每") and (found := _WEEKDAY.fullmatch(plain)):
        return Cadence(1, Period.WEEK, weekday=_weekday(found["day"]))
    if found := _MONTH_DAY.fullmatch(plain):
        return Cadence(1, Period.MONTH, day=_within("周期", text, read_number(found["n"]), 31))
    found = _CADENCE.fullmatch(plain)
    if found is None:
        raise UnreadableFigure("周期", text)
    word = found["period"]
    period = _PERIODS.get(word) or Period(word)
    every = _within("周期", text, read_number(found["n"] or "1"), 99)
    anchor = Anchor(found["anchor"]) if found["anchor"] else None
    if anchor and period not in _ANCHORED:
        raise UnreadableFigure("周期", text)
    return Cadence(every, period, anchor)


def _limit(key: str, text: str) -> Limit:
    plain = _plain(text)
    if plain in _SOON:
        return Limit(_SOON[plain], Unit.SCHOOL_DAY)
    found = _LIMIT.fullmatch(plain)
    if found is None:
        raise UnreadableFigure(key, text)
    word = found["unit"]
    unit = _UNITS.get(word) or Unit(word)
    return Limit(_within(key, text, read_number(found["n"]), 999), unit)


def _time(key: str, part: str, text: str) -> time:
    found = _TIME.fullmatch(_plain(part))
    if found is None or int(found["h"]) > 23 or int(found["m"] or found["m2"] or 0) > 59:
        raise UnreadableFigure(key, text)
    return time(int(found["h"]), int(found["m"] or found["m2"] or 0))
