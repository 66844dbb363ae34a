"""Which children's files have been kept long enough."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guanai.errors import GuanaiError
from guanai.store.snapshot import Snapshot

#: Years after leaving for a file that names no period (保管期限) of its own. No national rule sets one for files of
#: care; this is ours, and as short as a school can still answer a question about what it did.
#: Source: 个人信息保护法, 19 (the shortest time that the purpose needs), in force since 2021-11-01.
YEARS_AFTER_LEAVING = 3
_ENDINGS: Mapping[str, str] = {"毕业": "毕业", "转出": "转出", "死亡": "死亡"}
_FOREVER = ("永久", "长期")
_YEARS = re.compile(r"([0-9]{1,3}) ?年")
_NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_CHINESE_YEARS = re.compile(r"([一二两三四五六七八九]?十?[一二三四五六七八九]?)年")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long one child's file is kept.

    Attributes:
        child: the child's id.
        left_on: when the child left the school, None while it is here.
        how: 毕业, 转出 or 死亡; "" while it is here.
        ends_on: the first day on which the file need not be kept any more; None: no such day.
        reason: the same as a Chinese sentence.
    """

    child: str
    left_on: date | None
    how: str
    ends_on: date | None
    reason: str

    def is_over(self, on: date) -> bool:
        """Whether the file may go on a day."""
        return self.ends_on is not None and self.ends_on <= on


def retention(data: Mapping[str, Any]) -> Retention:
    """Return how long a child's file is kept, from its record.

    The period is the file's own (建档 › 保管期限, such as 在校期间＋3年), counted from the day the child left; a review
    day (复查日期) that is later moves the end to that day. Without a period of its own `YEARS_AFTER_LEAVING` counts.
    """
    child = str(data.get("编号", ""))
    stays: list[dict[str, Any]] = data.get("学籍", [])
    last = max(stays, key=lambda stay: str(stay.get("起", "")), default={})
    how = _ENDINGS.get(str(last.get("状态", "")), "")
    if not how:
        return Retention(child, None, "", None, "还在校，档案要保管。")
    left_on = date.fromisoformat(str(last["起"]))
    filing = data.get("建档", {})
    period = str(filing.get("保管期限", ""))
    if any(word in period for word in _FOREVER):
        return Retention(child, left_on, how, None, f"{left_on} {how}；保管期限是“{period}”，不到期。")
    years = _years(period)
    ends_on = _later(left_on, YEARS_AFTER_LEAVING if years is None else years)
    told = (
        f"保管期限是“{period}”"
        if years is not None
        else f"没有写保管期限，按离校后 {YEARS_AFTER_LEAVING} 年算"
    )
    review = filing.get("复查日期")
    if review and date.fromisoformat(review) > ends_on:
        ends_on = date.fromisoformat(review)
        told += "，复查日期更晚，以复查日期为准"
    return Retention(child, left_on, how, ends_on, f"{left_on} {how}；{told}，{ends_on} 到期。")


def retention_list(snapshot: Snapshot) -> Iterator[Retention]:
    """Yield the retention of every child whose file can be read, in the order of the ids."""
    for child in snapshot.ids("student"):
        try:
            data = snapshot.mapping("student", child)
        except GuanaiError:  # `guanai check` tells; what cannot be read is not on any list
            continue
        yield retention(data)


def _years(period: str) -> int | None:
    if found := _YEARS.search(period):
        return int(found[1])
    found = _CHINESE_YEARS.search(period)
    return _numeral(found[1]) if found and found[1] else None


def _numeral(words: str) -> int:
    """Return a number below one hundred.

    >>> _numeral("三十"), _numeral("十五"), _numeral("三")
    (30, 15, 3)
    """
    if "十" not in words:
        return _NUMERALS[words]
    tens, _, ones = words.partition("十")
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
