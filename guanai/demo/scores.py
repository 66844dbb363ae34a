"""成绩: unit tests of the main subjects; grades 1 and 2 sit no written tests."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai.demo.stories.desk import Desk

#: School days of the term on which units end.
_UNITS = (
    ("第一单元测试", 14),
    ("第二单元测试", 28),
    ("第三单元测试", 45),
    ("第四单元测试", 62),
    ("第五单元测试", 78),
)
_MIDTERM_DAY = 40
_FIRST_TESTED_GRADE = 3


def scores(desk: Desk) -> list[dict[str, Any]]:
    """Return the results so far and the last term's final ones, by date."""
    if desk.child.plan.grade < _FIRST_TESTED_GRADE:
        return []
    return sorted(_results(desk), key=lambda result: str(result["日期"]))


def _results(desk: Desk) -> Iterator[dict[str, Any]]:
    for subject in ("语文", "数学", "英语"):
        level = _level(desk, subject)
        yield from _last_finals(desk, subject, level)
        for name, place in _UNITS:
            day = _day(desk, place + desk.dice.number(0, 2))
            if day and desk.dice.chance(0.9):
                yield _result(desk, day, (name, "单元测试", subject), level, 100)
        day = _day(desk, _MIDTERM_DAY)
        if day and desk.child.plan.is_junior:
            yield _result(desk, day, ("期中检测", "期中", subject), level, 120)


def _level(desk: Desk, subject: str) -> int:
    # A child who has difficulties fails each unit of the weak subject; that is what the word means here.
    if subject == desk.child.weak and "学习困难" in desk.child.kinds:
        return desk.dice.number(42, 52)
    if "学业特别优秀" in desk.child.kinds:
        return desk.dice.number(91, 96)
    return desk.dice.number(64, 74) if subject == desk.child.weak else desk.dice.number(70, 90)


def _day(desk: Desk, place: int) -> date | None:
    if place >= len(desk.setting.days):
        return None
    day = desk.setting.days[place]
    return day if day not in desk.life.missed else None


def _last_finals(desk: Desk, subject: str, level: int) -> Iterator[dict[str, Any]]:
    last = desk.setting.last_term
    # In grade 3 and grade 7 last term's file does not hold written results of this school.
    if desk.child.filed_on < last.begins and desk.child.plan.grade > _FIRST_TESTED_GRADE:
        yield _result(
            desk,
            last.days[-4],
            ("期末检测", "期末", subject),
            level,
            120 if desk.child.plan.is_junior else 100,
        )


def _result(desk: Desk, day: date, what: tuple[str, str, str], level: int, full: int) -> dict[str, Any]:
    name, kind, subject = what
    term = desk.setting.term if day >= desk.setting.term.begins else desk.setting.last_term
    share = max(8, min(100, level + desk.dice.number(-6, 7)))
    return {
        "编号": desk.numbers.item("K", day),
        "学期": term.id,
        "日期": f"{day}",
        "名称": name,
        "类别": kind,
        "学科": subject,
        "分数": share * full // 100,
        "满分": full,
    }
