"""Keeping company and helping: pairing, comfort, care, aid, ties to absent parents, training."""

from collections.abc import Iterator
from typing import Any

from guanai.demo import places
from guanai.demo.disabilities import disability_of, support_of
from guanai.demo.kinds import KINDS
from guanai.demo.stories import contacts, support
from guanai.demo.stories.desk import Desk

_TRAINED = frozenset({"残疾", "随班就读"})
_FRIDAY = 4


def company(desk: Desk) -> Iterator[dict[str, Any]]:
    """Yield what was done beside lessons."""
    yield from _pairing(desk)
    yield from _comfort(desk)
    yield from _care(desk)
    yield from _online(desk)
    yield from _training(desk)
    yield from _home_guidance(desk)


def _pairing(desk: Desk) -> Iterator[dict[str, Any]]:
    if desk.life.pair is None:
        return
    _, who, since = desk.life.pair
    for days in desk.weeks:
        day = desk.dice.pick(days)
        if day < since or not desk.is_kept(desk.pace.weekly, days):
            continue
        yield desk.entry(
            "结对谈心", day, desk.clock("12:10", "13:00"), who,
            地点=desk.dice.pick(("操场", "图书角", "办公室", "食堂")), 形式="面谈", 主题=desk.say(support.PAIRING_TOPICS),
            内容=desk.say(support.PAIRING),
        )  # fmt: skip


def _comfort(desk: Desk) -> Iterator[dict[str, Any]]:
    is_moody = "情绪" in desk.child.themes
    if not desk.life.days or not desk.dice.chance(desk.pace.monthly * (0.7 if is_moody else 0.15)):
        return
    day = desk.dice.pick(desk.life.days)
    yield desk.entry(
        "心理疏导",
        day,
        desk.clock("08:00", "15:50"),
        desk.homeroom(day),
        形式="面谈",
        内容=desk.say(support.COMFORT),
    )
    if "心理困扰" in desk.child.kinds:
        yield desk.entry(
            "转介", day, "16:20", desk.homeroom(day),
            形式="书面", 内容=desk.say(support.REFERRAL), 对方单位="心理健康教师", 下次跟进=desk.later(day, 12, 20),
        )  # fmt: skip


def _care(desk: Desk) -> Iterator[dict[str, Any]]:
    needy = {"家庭经济困难", "孤儿", "事实无人抚养", "家庭重大变故", "留守"}
    if not desk.life.days or not desk.dice.chance(
        desk.pace.monthly * (0.75 if needy & {*desk.child.kinds} else 0.25)
    ):
        return
    for _ in range(desk.dice.number(1, 2)):
        day = desk.dice.pick(desk.life.days)
        yield desk.entry(
            "生活照顾", day, desk.clock("07:50", "17:20"), desk.homeroom(day), 内容=desk.say(support.CARE)
        )
    if needy & {*desk.child.kinds} and desk.dice.chance(0.5):
        day = desk.dice.pick(desk.life.days)
        yield desk.entry(
            "救助协调", day, desk.clock("10:00", "16:30"), desk.staff.leader["德育主任"],
            形式="电话", 内容=desk.say(support.AID_TALK), 对方单位=f"{places.TOWN}民政办",
        )  # fmt: skip


def _online(desk: Desk) -> Iterator[dict[str, Any]]:
    if "留守" not in desk.child.kinds:
        return
    parent = next((each for each in desk.child.family.guardians if each.away), desk.child.family.carer)
    share = desk.pace.weekly if desk.life.levels else desk.pace.monthly * 0.25
    for days in desk.weeks:
        if days[-1].weekday() == _FRIDAY and desk.is_kept(share, days):
            yield desk.entry(
                "亲情联系", days[-1], desk.clock("16:20", "17:10"), desk.homeroom(days[-1]),
                地点="亲情联系角", 形式="视频", 参加人=[{"姓名": parent.name, "关系": parent.relation}],
                内容=desk.say(contacts.ONLINE),
            )  # fmt: skip


def _training(desk: Desk) -> Iterator[dict[str, Any]]:
    if not _TRAINED.intersection(desk.child.kinds):
        return
    bank = support_of(disability_of(desk.child, desk.setting.seed)).training
    for days in desk.months:
        for day in desk.dice.some(days, 2):
            if desk.is_kept(desk.pace.monthly * 0.8, days):
                yield desk.entry(
                    "康复训练", day, desk.clock("14:30", "16:00"), desk.staff.leader["资源教师"],
                    地点="资源教室", 形式="面谈", 主题=desk.say(support.TRAINING_TOPICS), 内容=desk.say(bank),
                    密级="限制",
                )  # fmt: skip


def _home_guidance(desk: Desk) -> Iterator[dict[str, Any]]:
    has_home_matter = any(KINDS[word].shape for word in desk.child.kinds)
    if desk.life.days and desk.dice.chance(desk.pace.monthly * (0.5 if has_home_matter else 0.2)):
        day = desk.dice.pick(desk.life.days)
        yield desk.entry(
            "家庭教育指导", day, desk.clock("17:00", "19:30"), desk.homeroom(day),
            形式=desk.dice.pick(("面谈", "电话", "微信或短信")), 参加人=[desk.guardian()], 内容=desk.say(contacts.GUIDANCE),
        )  # fmt: skip
