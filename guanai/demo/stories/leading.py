"""What leaders do: following up levels, stepping in, reporting, the network with the village."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai.demo import places
from guanai.demo.levels import NONE, RED, YELLOW, Level
from guanai.demo.stories import contacts, support
from guanai.demo.stories.desk import Desk, instant


def leading(desk: Desk) -> Iterator[dict[str, Any]]:
    """Yield the entries of leaders."""
    yield from _follow_ups(desk)
    yield from _hard_cases(desk)
    yield from _network(desk)
    yield from _incidents(desk)


def _follow_ups(desk: Desk) -> Iterator[dict[str, Any]]:
    # Leaders follow up all the more while the child stays away.
    for place, days in enumerate(desk.setting.weeks()):
        if desk.life.left and desk.life.left <= days[-1]:
            return
        held = [level for level in desk.life.levels if level.day <= days[-1]]
        if not held or held[-1].level == NONE:
            continue
        level = held[-1]
        turn = {RED: 2, YELLOW: 3}.get(level.level, 4)
        is_kept = desk.is_kept(max(desk.pace.weekly, desk.pace.monthly * 0.4), days)
        if place % turn == desk.child.number % turn and is_kept:
            yield _follow_up(desk, days[-1], level)


def _follow_up(desk: Desk, day: date, level: Level) -> dict[str, Any]:
    return desk.entry(
        "督办", day, desk.clock("10:30", "16:50"), level.owner,
        形式="面谈", 参加人=[{"教师": desk.homeroom(day)}], 内容=desk.say(support.FOLLOW_UP[level.level]), 预警=level.id,
    )  # fmt: skip


def _hard_cases(desk: Desk) -> Iterator[dict[str, Any]]:
    is_hard = any(level.level == RED for level in desk.life.levels) or "严重不良行为" in desk.child.kinds
    if not is_hard or not desk.life.days:
        return
    days = [day for day in desk.life.days if day >= (desk.life.levels[0].day if desk.life.levels else day)]
    if not days:
        return
    day = desk.dice.pick(days[:12])
    yield desk.entry(
        "上报", day, desk.clock("08:30", "10:00"), desk.homeroom(day),
        形式="书面", 内容=desk.say(support.REPORT), 对方单位="德育处、分管副校长",
    )  # fmt: skip
    after = [each for each in days if each > day][:5]
    if after:
        yield desk.entry(
            "学校介入", after[-1], desk.clock("10:00", "16:00"), desk.staff.leader["德育主任"],
            地点="德育处谈心室", 形式="面谈", 参加人=[{"教师": desk.homeroom(after[-1])}], 内容=desk.say(support.STEPS_IN),
        )  # fmt: skip


def _network(desk: Desk) -> Iterator[dict[str, Any]]:
    if desk.life.days and desk.life.levels and desk.dice.chance(desk.pace.monthly * 0.35):
        day, village = desk.dice.pick(desk.life.days), desk.child.family.village
        yield desk.entry(
            "三级网络反馈", day, desk.clock("09:00", "16:30"), desk.staff.leader["德育主任"],
            形式="电话", 内容=desk.say(contacts.NETWORK),
            对方单位=f"{village}{'居委会' if village.endswith('社区') else '村委会'}",
        )  # fmt: skip


def _incidents(desk: Desk) -> Iterator[dict[str, Any]]:
    days = desk.life.days
    if not days:
        return
    if "先天性或慢性疾病" in desk.child.kinds and desk.dice.chance(0.3):
        day = desk.dice.pick(days)
        yield desk.entry(
            "突发事件", day, desk.clock("09:50", "15:30"), desk.staff.leader["校医"],
            地点="操场", 内容=desk.say(support.INCIDENT), 密级="限制",
        )  # fmt: skip
    if desk.child.id == desk.world.reported:
        day = days[min(18, len(days) - 1)]
        yield desk.entry(
            "强制报告", day, "08:50", desk.homeroom(day),
            地点="德育处谈心室", 内容=desk.say(support.MUST_REPORT), 对方单位=f"{places.TOWN}派出所、{places.TOWN}民政办、{places.COUNTY}教育局",
            密级="限制", 结束时间=instant(day, "10:10"),
        )  # fmt: skip
