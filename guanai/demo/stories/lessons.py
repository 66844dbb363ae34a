"""What teachers of a subject do: feedback, tutoring, progress cards."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from guanai.demo.levels import GREEN, YELLOW
from guanai.demo.stories import classroom
from guanai.demo.stories.desk import Desk

#: Weekdays as 帮扶时间 names them.
_WEEKDAYS = "一二三四五六日"


def lessons(desk: Desk, plans: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the entries of subject teachers; tutoring points to its plan (学习辅导)."""
    yield from _feedback(desk)
    yield from _tutoring(desk, [plan for plan in plans if plan["类型"] == "学习辅导"])
    yield from _cards(desk)


def _feedback(desk: Desk) -> Iterator[dict[str, Any]]:
    taught = list(desk.staff.teacher[desk.child.plan.id].items())
    for days in desk.months:
        if not desk.is_kept(desk.pace.monthly * 0.6, days):
            continue
        day = desk.dice.pick(days)
        subject, who = desk.dice.pick(taught)
        more = {"科": subject, "点": desk.point(subject)}
        yield desk.entry(
            "课堂反馈", day, desk.clock("09:40", "16:10"), who,
            形式="书面", 主题=desk.say(classroom.FEEDBACK_TOPICS, **more), 内容=desk.say(classroom.FEEDBACK, **more),
            学科=subject,
        )  # fmt: skip


def _tutoring(desk: Desk, plans: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for days in desk.weeks:
        begun = [plan for plan in plans if plan["起"] <= f"{days[-1]}"]
        if not begun:
            continue
        share = desk.pace.weekly if desk.life.level_on(days[-1]) == YELLOW else desk.pace.weekly * 0.35
        first = [day for day in days if _WEEKDAYS[day.weekday()] in begun[0]["帮扶时间"]]
        for place, day in enumerate(first):
            plan = begun[place % len(begun)]
            if f"{day}" >= plan["起"] and desk.is_kept(share, days):
                yield _lesson(desk, day, plan)


def _lesson(desk: Desk, day: date, plan: dict[str, Any]) -> dict[str, Any]:
    subject = plan["学科"]
    return desk.entry(
        "辅导", day, "16:30", plan["责任教师"],
        结束时间=f"{day}T17:30+08:00", 地点=desk.dice.pick(classroom.TUTORING_PLACES), 形式="面谈",
        内容=desk.say(classroom.TUTORING, 科=subject, 点=desk.point(subject)), 学科=subject, 计划=plan["编号"],
    )  # fmt: skip


def _cards(desk: Desk) -> Iterator[dict[str, Any]]:
    if desk.life.pair is None:
        return
    subject, who, since = desk.life.pair
    for place, days in enumerate(desk.weeks):
        day = days[-1]
        if place % 2 or day < since or desk.life.level_on(day) != GREEN:
            continue
        if desk.is_kept(max(desk.pace.weekly, 0.3 * desk.pace.monthly), days):
            yield desk.entry(
                "进步卡片", day, desk.clock("15:40", "16:20"), who,
                形式="书面", 主题=desk.say(classroom.CARD_TOPICS),
                内容=desk.say(classroom.CARDS, 科=subject, 点=desk.point(subject)),
            )  # fmt: skip
