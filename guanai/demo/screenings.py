"""摸底排查: every family of a class, ticked off within two weeks of the term's opening."""

from collections.abc import Iterator
from typing import Any

from guanai.demo.dice import Dice
from guanai.demo.enrolment import class_on
from guanai.demo.kinds import KINDS
from guanai.demo.layout import ClassPlan
from guanai.demo.world import Life, World

#: School days after the opening on which the last family is ticked off.
_LAST_DAY = 9
_WAYS = (("电话", 4.0), ("面谈", 2.0), ("入户", 3.0), ("视频", 1.0))
_NOTHING = ("已电话了解，无特殊情况。", "家庭稳定，照看正常。", "父母在家，照看正常。")


def screening_records(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and record of each class; nothing in a term younger than the screening takes."""
    if len(world.setting.days) <= _LAST_DAY:
        return
    for plan in world.classes:
        yield f"records/screenings/{world.setting.term.id}/{plan.id}.yml", _screening(world, plan)


def _screening(world: World, plan: ClassPlan) -> dict[str, Any]:
    setting = world.setting
    dice = setting.dice("screening", plan.id)
    done = setting.days[_LAST_DAY - dice.number(0, 2)]
    families = [
        _family(world, life, dice)
        for life in world.of_class(plan.id)
        if class_on(life.stays, done)
        or life.child.is_newcomer
        or life.stays[-1].status in ("在籍", "复学", "转入")
    ]
    data: dict[str, Any] = {
        "班级": plan.id,
        "学期": setting.term.id,
        "排查人": world.staff.homeroom(plan.id, done),
        "完成日期": f"{done}",
        "逐户": families,
    }
    special = sum(1 for family in families if family["结果"] == "有情形")
    data["班级小结"] = (
        f"全班{len(families)}户全部排查，{special}户有需要关注的情形，其余无特殊情况。"
        if special
        else f"全班{len(families)}户全部排查，没有需要关注的情形（零报告）。"
    )
    return data


def _family(world: World, life: Life, dice: Dice) -> dict[str, Any]:
    child, days = life.child, world.setting.days
    day = max(days[dice.number(2, _LAST_DAY - 2)], child.filed_on)
    data: dict[str, Any] = {"学生": child.id, "日期": f"{day}", "方式": dice.weighted(_WAYS)}
    if not child.is_special:
        data["结果"] = "无情况"
        if dice.chance(0.12):
            data["说明"] = dice.pick(_NOTHING)
        return data
    data["结果"] = "有情形"
    # Circumstances beyond the label of this sheet are not named here.
    named = [word for word in child.kinds if not KINDS[word].is_restricted]
    if named:
        data["情形"] = named
    if len(named) < len(child.kinds):
        data["说明"] = "详见学生档案。"
    return data
