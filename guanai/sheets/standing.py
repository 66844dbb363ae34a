"""What a sheet says of a child's standing (学生状态): held against the file, never stored; a change of it is entered by hand."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from guanai.sheets.values import narrow

#: Words by which a sheet says that a child simply attends.
_ATTENDING: Final = re.compile(r"(?:已?(?:正常|在籍|在校|在读|就读|注册|有学籍|无异常))+生?|新生")
#: What stands between and around them.
_SIGNS: Final = re.compile(r"[\W_]+")
#: What to do about a word that nobody here knows.
_JUST_A_WORD: Final = "；只是叫法不同的，这一列可以选“不要”"
#: Of the file: the child is on the roll, whatever came before. A suspicion takes nobody off it.
_ON_THE_ROLL: Final = frozenset({"在籍", "复学", "转入", "疑似辍学"})
#: Of a sheet: the same.
_SAID_ON_THE_ROLL: Final = frozenset({"在籍", "复学", "转入"})


def why_not_founded(said: str) -> str:
    """Return why a child of this standing gets no new file, "" where it gets one.

    >>> why_not_founded("正常"), why_not_founded("已转出")[:8]
    ('', '写的是“已转出”')
    """
    if _plain(said) == "在籍":
        return ""
    return (
        f"写的是“{said}”，不新建档案；在校的请改成“在籍”，转出、休学等要建档的，"
        f"请先按在籍建档，再在档案的“学籍”里登记异动{_JUST_A_WORD}"
    )


def why_not_same(said: str, stays: Iterable[Mapping[str, Any]], on: date) -> str:
    """Return why a sheet's word does not go with a child's enrolment (学籍) on a day, "" where it does.

    Args:
        said: what stands in the cell, not empty.
        stays: the items of the enrolment, in any order.
        on: today.
    """
    word, filed = _plain(said), _filed(stays, on)
    if word == filed or (word in _SAID_ON_THE_ROLL and (filed in _ON_THE_ROLL or not filed)):
        return ""
    now = f"，档案里现在是“{filed}”" if filed else "，与档案不同"
    return f"写的是“{said}”{now}；这一行没有导入，请核对，确有异动的在档案的“学籍”里登记{_JUST_A_WORD}"


def _plain(said: str) -> str:
    word = _SIGNS.sub("", narrow(said)).removeprefix("已经").removeprefix("已").removesuffix("中")
    if _ATTENDING.fullmatch(word):
        return "在籍"
    return word.removeprefix("正常").removesuffix("生")


def _filed(stays: Iterable[Mapping[str, Any]], on: date) -> str:
    """Return the status of the stay that has begun last, as who may see what is decided; "" for none seen."""
    seen = [each for each in stays if isinstance(each.get("起"), str) and isinstance(each.get("状态"), str)]
    begun = [each for each in seen if each["起"] <= on.isoformat()] or seen[:1]
    latest = sorted(begun, key=lambda each: str(each["起"]))[-1:]
    return str(latest[0]["状态"]) if latest else ""
