"""What a homeroom teacher does for each child with circumstances: talks, tracking, visits, calls, asking around."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai.demo.stories import classroom, contacts
from guanai.demo.stories.desk import Desk
from guanai.demo.wording import Bank

_ROOMS = ("年级办公室", "心理驿站", "班主任办公室", "操场看台", "教室外走廊", "图书角", "德育处谈心室")
_WAYS = ("谈话", "家访", "电话")
#: Themes that touch on conduct, kept closer where conduct is the child's circumstance.
_CONDUCT = frozenset({"不良行为", "严重不良行为", "离家出走经历"})


def routine(desk: Desk) -> Iterator[dict[str, Any]]:
    """Yield the homeroom teacher's entries of the term so far."""
    for days in desk.months:
        yield from _month(desk, days)
    yield from _visit(desk)


def _month(desk: Desk, days: list[date]) -> Iterator[dict[str, Any]]:
    share = desk.pace.monthly
    # The first days of a term go to the opening itself.
    days = [day for day in days if day >= desk.setting.days[min(4, len(desk.setting.days) - 1)]] or days[-1:]
    if desk.is_kept(share, days):
        yield _talk(desk, desk.dice.pick(days))
    if desk.is_kept(share, days):
        yield _tracking(desk, desk.dice.pick(days[len(days) // 2 :]))
    if desk.is_kept(share, days):
        yield _call(desk, desk.dice.pick(days))
    if desk.is_kept(share * 0.8, days):
        yield _asking(desk, desk.dice.pick(days))


def _confidentiality(desk: Desk) -> str:
    return "限制" if _CONDUCT.intersection(desk.child.kinds) and desk.dice.chance(0.7) else ""


def _talk(desk: Desk, day: date) -> dict[str, Any]:
    theme = desk.next_theme()
    begin = desk.clock("12:20", "12:40") if desk.dice.chance(0.5) else desk.clock("15:50", "16:50")
    plan = (
        {"结束时间": f"{day}T{_plus(begin, desk.dice.number(3, 6))}+08:00"} if desk.dice.chance(0.8) else {}
    )
    return desk.entry(
        "谈话", day, begin, desk.homeroom(day),
        **plan, 地点=desk.dice.pick(_ROOMS), 形式="面谈", 主题=desk.say(theme.topics), 缘由=desk.say(theme.occasions),
        内容=desk.say(theme.contents), 学生态度=desk.say(theme.attitudes), 约定与措施=desk.say(theme.agreements),
        下次跟进=desk.later(day, 10, 24) if desk.dice.chance(0.7) else "", 密级=_confidentiality(desk),
    )  # fmt: skip


def _plus(clock: str, steps: int) -> str:
    minutes = int(clock[:2]) * 60 + int(clock[3:]) + steps * 5
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _tracking(desk: Desk, day: date) -> dict[str, Any]:
    theme = desk.next_theme()
    content = f"{desk.say(contacts.AT_SCHOOL)}本月围绕“{desk.say(theme.topics)}”跟踪。"
    return desk.entry(
        "跟踪", day, desk.clock("16:40", "17:30"), desk.homeroom(day),
        形式="校内观察", 内容=content, 教育策略=desk.say(theme.strategies), 教育效果=desk.say(theme.effects),
        经验与教训=desk.say(theme.lessons), 方式=["观察", *desk.dice.some(_WAYS, desk.dice.number(0, 2))],
    )  # fmt: skip


def _call(desk: Desk, day: date) -> dict[str, Any]:
    mode = "视频" if desk.child.family.away and desk.dice.chance(0.4) else "电话"
    return desk.entry(
        "联系监护人", day, desk.clock("18:40", "20:10"), desk.homeroom(day),
        形式=mode, 参加人=[desk.guardian()], 主题=desk.say(contacts.CALL_TOPICS), 内容=desk.say(_calls(desk)),
        在家表现=desk.say(contacts.AT_HOME), 在校表现=desk.say(contacts.AT_SCHOOL), 监护人意见=desk.say(contacts.OPINIONS),
    )  # fmt: skip


def _calls(desk: Desk) -> Bank:
    return contacts.CALLS_AWAY if desk.child.family.away and desk.dice.chance(0.4) else contacts.CALLS


def _asking(desk: Desk, day: date) -> dict[str, Any]:
    others = desk.dice.some(desk.staff.core_teachers(desk.child.plan.id, day), 2)
    return desk.entry(
        "沟通", day, desk.clock("10:10", "15:30"), desk.homeroom(day),
        形式="面谈", 参加人=[{"教师": who} for _, who in others], 主题=desk.say(classroom.COLLEAGUE_TOPICS),
        内容=desk.say(classroom.COLLEAGUES),
    )  # fmt: skip


def _visit(desk: Desk) -> Iterator[dict[str, Any]]:
    days = desk.life.days[8:]
    if not days or not desk.dice.chance(min(desk.pace.monthly, 0.8)):
        return
    day = desk.dice.pick(days)
    carer = desk.child.family.carer
    if desk.dice.chance(0.15):
        yield desk.entry(
            "校访", day, desk.clock("09:30", "16:30"), desk.homeroom(day),
            地点="班主任办公室", 形式="面谈", 参加人=[desk.guardian()], 内容=desk.say(contacts.CALLERS),
            监护人意见=desk.say(contacts.OPINIONS), 答复=desk.say(contacts.REPLIES),
        )  # fmt: skip
        return
    subject_teacher = desk.dice.pick(desk.staff.core_teachers(desk.child.plan.id, day))[1]
    yield desk.entry(
        "家访", day, desk.clock("16:50", "18:20"), desk.homeroom(day),
        地点=desk.child.family.address, 形式="入户",
        参加人=[{"教师": subject_teacher}, {"姓名": carer.name, "关系": carer.relation}],
        主题=desk.say(contacts.VISIT_AIMS), 内容=desk.say(contacts.VISIT_TALK), 家庭情况=desk.say(contacts.VISIT_FAMILY),
        在家表现=desk.say(contacts.AT_HOME), 在校表现=desk.say(contacts.AT_SCHOOL), 监护人意见=desk.say(contacts.OPINIONS),
        约定与措施=desk.say(contacts.VISIT_RESULTS), 下次跟进=desk.later(day, 20, 40), 签字=desk.dice.pick(("已签", "已签", "待签")),
        密级=_confidentiality(desk),
    )  # fmt: skip
