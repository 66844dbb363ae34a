"""Who is not where they should be: days away, and checks at which a child was late or gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from guanai.demo.children import Child
from guanai.demo.dice import Dice
from guanai.demo.dropout import Dropout
from guanai.demo.enrolment import Stay, class_on
from guanai.demo.setting import Setting

#: The three checks of a day.
MORNING, BREAK, EVENING = CHECKS = ("晨读", "课间操", "放学前")

_ILL = (
    "感冒发热，在家休息",
    "肠胃不适，就医",
    "咳嗽，遵医嘱休息两天",
    "牙痛就诊",
    "扭伤脚踝，复查",
    "水痘隔离",
)
_LEAVE = ("家中有喜事", "随家人外出办事", "办理证件", "老人住院，随家人探望")
_EARLY = ("身体不适，家人接走", "没有说明，先行离校")
_LATE = ("早班车晚点", "起晚了", "路上自行车掉链子", "送弟弟上幼儿园", "下雨路滑")


@dataclass(frozen=True, slots=True)
class Miss:
    """One exception (异常): a child at one check of one day.

    Attributes:
        contact: 联系结果, "" where nobody had to be called.
        is_first: the first check of that day that missed the child.
    """

    day: date
    check: str
    kind: str
    reason: str
    minutes: int = 0
    contact: str = ""
    is_first: bool = True


def invent_misses(
    setting: Setting, child: Child, stays: Sequence[Stay], dropout: Dropout | None
) -> tuple[Miss, ...]:
    """Return a child's exceptions so far, by day and check; none on days it does not belong to the school."""
    dice = setting.dice("absence", child.number)
    found: dict[tuple[date, str], Miss] = {}
    for miss in (
        *_away(setting, dropout),
        *_spells(setting, child, dice),
        *_slips(setting, child, dice, dropout),
    ):
        if class_on(stays, miss.day):
            found.setdefault((miss.day, miss.check), miss)
    days_away = {miss.day for miss in found.values() if miss.check == MORNING and miss.kind in _WHOLE_DAY}
    return tuple(
        miss
        for _, miss in sorted(found.items(), key=lambda item: (item[0][0], CHECKS.index(item[0][1])))
        if miss.day not in days_away or miss.kind in _WHOLE_DAY
    )


_WHOLE_DAY = frozenset({"病假", "事假", "未请假缺勤"})


def _whole_day(day: date, kind: str, reason: str, contact: str) -> Iterator[Miss]:
    for check in CHECKS:
        yield Miss(day, check, kind, reason, contact=contact, is_first=check == MORNING)


def _away(setting: Setting, dropout: Dropout | None) -> Iterator[Miss]:
    if dropout is None:
        return
    contact = "监护人不配合" if dropout.is_refusing else "失联"
    for day in setting.days:
        if dropout.since <= day and (dropout.returned is None or day < dropout.returned):
            found = contact if day <= dropout.triggered else "已知去向"
            yield from _whole_day(day, "未请假缺勤", "未到校，未请假", found)


def _spells(setting: Setting, child: Child, dice: Dice) -> Iterator[Miss]:
    is_frail = "先天性或慢性疾病" in child.kinds
    for share in (0.4 if is_frail else 0.16, 0.2 if is_frail else 0.03):
        if not dice.chance(share):
            continue
        first = dice.number(0, len(setting.days) - 1)
        is_ill = dice.chance(0.75)
        kind, reason = ("病假", dice.pick(_ILL)) if is_ill else ("事假", dice.pick(_LEAVE))
        for day in setting.days[first : first + dice.weighted(((1, 5.0), (2, 3.0), (3, 1.5), (5, 0.5)))]:
            yield from _whole_day(day, kind, reason, "请假")


def _slips(setting: Setting, child: Child, dice: Dice, dropout: Dropout | None) -> Iterator[Miss]:
    # Who came back stays: a day without leave would begin the count of stable days anew.
    truant = 0.0 if dropout else 1.0 if child.is_special else 0.2
    for day in dice.some(setting.days, _count(child, dice)):
        slip = dice.weighted((("迟到", 8.0), ("早退", 1.5), ("未请假缺勤", truant)))
        if slip == "迟到":
            yield Miss(day, MORNING, slip, dice.pick(_LATE), dice.number(31, 70), "已知去向")
        elif slip == "早退":
            yield Miss(day, EVENING, slip, dice.pick(_EARLY), contact="已知去向")
        else:
            yield from _whole_day(day, slip, "未请假，联系后知在家", "已知去向")


def _count(child: Child, dice: Dice) -> int:
    if "作息" in child.themes or "规则" in child.themes:
        return dice.number(0, 3)
    return 1 if dice.chance(0.05) else 0
