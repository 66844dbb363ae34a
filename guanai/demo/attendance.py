"""A class's checks of a month, three a day, with everyone who was missed at one of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from guanai.demo.absences import BREAK, CHECKS, EVENING, MORNING, Miss
from guanai.demo.dice import Dice, Numbers
from guanai.demo.enrolment import class_on
from guanai.demo.layout import ClassPlan
from guanai.demo.stories.desk import instant
from guanai.demo.world import Life, World

#: Hour and first minute of each check.
_CLOCKS = {MORNING: (7, 45), BREAK: (10, 0), EVENING: (16, 10)}


def attendance_records(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and record of each class and month so far."""
    term = world.setting.term.id
    for plan in world.classes:
        # Who has left or moved on is still counted on the days it belonged here.
        members = world.members[plan.id]
        for month, days in world.setting.months():
            record = _month(world, plan, members, days)
            yield f"records/attendance/{term}/{plan.id}/{month}.yml", {
                "班级": plan.id, "学期": term, "月份": month, **record,
            }  # fmt: skip


def _month(world: World, plan: ClassPlan, members: Sequence[Life], days: Sequence[date]) -> dict[str, Any]:
    sheet = _Sheet(world.setting.dice("attendance", plan.id, days[0]))
    missed: dict[tuple[date, str], list[tuple[Life, Miss]]] = {}
    for life in members:
        for miss in life.misses:
            if class_on(life.stays, miss.day) == plan.id:
                missed.setdefault((miss.day, miss.check), []).append((life, miss))
    for day in days:
        expected = sum(1 for life in members if class_on(life.stays, day) == plan.id)
        for check in CHECKS:
            sheet.add(
                (day, check), world.staff.homeroom(plan.id, day), expected, missed.get((day, check), ())
            )
    return {"核查": sheet.checks, "异常": sheet.exceptions} if sheet.exceptions else {"核查": sheet.checks}


class _Sheet:
    """A class's month, filled in check by check."""

    def __init__(self, dice: Dice) -> None:
        self.checks: list[dict[str, Any]] = []
        self.exceptions: list[dict[str, Any]] = []
        self._dice = dice
        self._numbers = Numbers(dice)

    def add(
        self, when: tuple[date, str], homeroom: str, expected: int, out: Sequence[tuple[Life, Miss]]
    ) -> None:
        """Write one check and those it missed."""
        day, check = when
        hour, minute = _CLOCKS[check]
        clock = f"{hour:02d}:{minute + self._dice.number(0, 9):02d}"
        self.checks.append(
            {
                "日期": f"{day}",
                "节点": check,
                "时间": clock,
                "应到": expected,
                "实到": expected - len(out),
                "记录人": homeroom,
            }
        )
        self.exceptions += ({**self._exception(life, miss, clock), "记录人": homeroom} for life, miss in out)

    def _exception(self, life: Life, miss: Miss, clock: str) -> dict[str, Any]:
        data: dict[str, Any] = {
            "编号": self._numbers.item("K", miss.day),
            "学生": life.child.id,
            "日期": f"{miss.day}",
            "节点": miss.check,
            "类型": miss.kind,
        }
        if miss.minutes:
            data["迟到分钟"] = miss.minutes
        data["原因"] = miss.reason
        if miss.contact and miss.is_first:
            data |= _contact(life, miss, self._dice, clock)
        return {**data, "返校时间": instant(miss.day, _after(clock, miss.minutes))} if miss.minutes else data


def _contact(life: Life, miss: Miss, dice: Dice, clock: str) -> dict[str, Any]:
    waited = dice.number(5, 40)
    carer = life.child.family.carer
    data: dict[str, Any] = {
        "联系时间": instant(miss.day, _after(clock, waited)),
        "联系方式": "电话",
        "联系人": f"{carer.name}（{carer.relation}）",
        "联系结果": miss.contact,
    }
    if miss.kind == "未请假缺勤" or miss.contact in ("失联", "监护人不配合"):
        data["报备时间"] = instant(miss.day, _after(clock, waited + dice.number(10, 50)))
    return data


def _after(clock: str, minutes: int) -> str:
    total = int(clock[:2]) * 60 + int(clock[3:]) + minutes
    return f"{total // 60:02d}:{total % 60:02d}"
