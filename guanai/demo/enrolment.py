"""学籍: where each child has sat and since when, with the few who moved, paused or left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guanai.demo import places
from guanai.demo.children import Child
from guanai.demo.dice import Dice, Numbers
from guanai.demo.dropout import Dropout
from guanai.demo.layout import ClassPlan
from guanai.demo.setting import Setting

_PRESENT = frozenset({"在籍", "转入", "复学", "疑似辍学"})
_AWAY = frozenset({"转出", "休学"})
_DAY = timedelta(days=1)
#: Below this size everybody has simply been there.
_FROM_SIZE = 100


@dataclass(frozen=True, slots=True)
class Stay:
    """One line of 学籍."""

    class_id: str
    status: str
    since: date
    until: date | None = None
    cause: str = ""
    destination: str = ""
    is_checked: bool = True
    approved_by: str = ""


def invent_stays(
    setting: Setting, children: Sequence[Child], classes: Sequence[ClassPlan], dropouts: dict[str, Dropout]
) -> dict[str, tuple[Stay, ...]]:
    """Return the lines of each child, oldest first."""
    siblings: dict[str, list[str]] = {}
    for plan in classes:
        siblings.setdefault(plan.grade_id, []).append(plan.id)
    is_small = len(children) < _FROM_SIZE
    found: dict[str, tuple[Stay, ...]] = {}
    for child in children:
        dice = setting.dice("enrolment", child.number)
        since = child.filed_on
        dropout = dropouts.get(child.id)
        if dropout and dropout.suspected:
            found[child.id] = _suspected(child, dropout.suspected)
        elif child.is_newcomer:
            cause = dice.pick(("随父母迁入", "户籍迁入", "父母务工返乡"))
            found[child.id] = (Stay(child.plan.id, "转入", since, cause=cause),)
        elif is_small or dropout or not dice.chance(0.04):
            found[child.id] = (Stay(child.plan.id, "在籍", since),)
        else:
            found[child.id] = _changed(setting, child, dice, siblings[child.plan.grade_id])
    return found


def class_on(stays: Sequence[Stay], day: date) -> str | None:
    """Return the class in which a child is expected on a day, None where it is not."""
    for stay in stays:
        if stay.status in _PRESENT and stay.since <= day and (stay.until is None or day <= stay.until):
            return stay.class_id
    return None


def seat_on(stays: Sequence[Stay], day: date) -> str:
    """Return the class a child belonged to on a day, there or not; before the first day the one it came into."""
    begun = [stay for stay in stays if stay.since <= day]
    return (begun or list(stays))[-1 if begun else 0].class_id


def leaving_day(stays: Sequence[Stay]) -> date | None:
    """Return the day from which a child is away for good or for long (转出, 休学), None while it belongs here."""
    return stays[-1].since if stays[-1].status in _AWAY else None


def stays_record(stays: Sequence[Stay], seat: int, numbers: Numbers) -> list[dict[str, Any]]:
    """Return 学籍."""
    return [_record(stay, seat if stay is stays[-1] else None, numbers) for stay in stays]


def _suspected(child: Child, since: date) -> tuple[Stay, ...]:
    return (
        Stay(child.plan.id, "在籍", child.filed_on, since - _DAY),
        Stay(child.plan.id, "疑似辍学", since, cause="连续未到校，三级劝返后仍未返校，已书面报告。"),
    )


def _changed(setting: Setting, child: Child, dice: Dice, siblings: Sequence[str]) -> tuple[Stay, ...]:
    kind = dice.weighted((("转班", 3.0), ("复学", 1.0), ("休学", 0.7), ("转出", 1.0)))
    home, since = child.plan.id, child.filed_on
    if child.plan.entry == setting.start or len(setting.days) < 20:
        return (Stay(home, "在籍", since),)
    begin = setting.year.terms[0].begins
    if kind == "转班" and len(siblings) > 1:
        other = dice.pick([each for each in siblings if each != home])
        return (Stay(other, "在籍", since, begin - _DAY), Stay(home, "在籍", begin, cause="均衡编班调整"))
    day = setting.days[dice.number(8, 18)]
    first = Stay(home, "在籍", since, day - _DAY)
    if kind == "休学":
        return first, Stay(
            home, "休学", day, cause="因病需长期休养，监护人申请。", approved_by=f"{places.COUNTY}教育局"
        )
    if kind == "转出":
        gone = dice.pick(("县城第三初级中学", "邻县中心学校", "父母务工地学校"))
        return first, Stay(home, "转出", day, destination=gone, is_checked=dice.chance(0.8))
    if kind == "复学" and begin.year - since.year > 1:
        left = setting.last_year.terms[0].days[40]
        return (
            Stay(home, "在籍", since, left - _DAY),
            Stay(home, "休学", left, begin - _DAY, "住院休养", approved_by=f"{places.COUNTY}教育局"),
            Stay(home, "复学", begin, cause="康复，申请复学"),
        )
    return (Stay(home, "在籍", since),)


def _record(stay: Stay, seat: int | None, numbers: Numbers) -> dict[str, Any]:
    data: dict[str, Any] = {
        "编号": numbers.item("X"),
        "班级": stay.class_id,
        "状态": stay.status,
        "起": f"{stay.since}",
    }
    if stay.until:
        data["止"] = f"{stay.until}"
    if seat is not None and stay.status in _PRESENT:
        data["座号"] = seat
    if stay.cause:
        data["原因"] = stay.cause
    if stay.destination:
        data |= {"去向": stay.destination, "去向核实": "已核实" if stay.is_checked else "未核实"}
    if stay.approved_by:
        data["批准机关"] = stay.approved_by
    return data
