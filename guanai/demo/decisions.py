"""Decisions (决定): approved reductions, stars of the month, commendations, papers issued."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai import ids
from guanai.demo.dice import Dice
from guanai.demo.handovers import handover_papers
from guanai.demo.places import TOWN
from guanai.demo.world import World

_FRIDAY = 4


def decision_records(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and record of each decision, by kind."""
    for made in (
        *_aids(world), *_stars(world), *_papers(world), *_commendations(world), *handover_papers(world),
    ):  # fmt: skip
        yield f"records/decisions/{made['日期'][:4]}/{made['编号']}.yml", made


def _aids(world: World) -> Iterator[dict[str, Any]]:
    for life in world.special:
        for aid in life.aids:
            if not aid.decision:
                continue
            yield {
                "编号": aid.decision,
                "类型": "减免审批",
                "名称": f"{aid.item}审批",
                "日期": f"{aid.since}",
                "学生": [life.child.id],
                "内容": f"同意{aid.item}，按学期执行。",
                "理由": aid.reason,
                "金额": aid.amount,
                "起": f"{aid.since}",
                "止": f"{aid.until}",
                "申请人": world.staff.homeroom(life.class_of(aid.since), aid.since),
                "决定人": world.staff.leader["校长"],
                "结果": "同意",
                "签字": "已签",
            }


def _stars(world: World) -> Iterator[dict[str, Any]]:
    found: dict[tuple[str, date], list[str]] = {}
    for life in world.special:
        for star in life.stars:
            found.setdefault((star.decision, star.day), []).append(life.child.id)
    for (decision, day), children in found.items():
        yield {
            "编号": decision,
            "类型": "进步之星",
            "名称": f"{day.month}月进步之星",
            "日期": f"{day}",
            "学生": children,
            "内容": "颁发荣誉证书和学习用品，证书只写进步事迹。",
            "决定人": world.staff.leader["德育主任"],
            "结果": "同意",
        }


def _papers(world: World) -> Iterator[dict[str, Any]]:
    numbers = iter(range(1, 100))
    for day, kind, subject, name, number in sorted(_issued(world)):
        dice = world.setting.dice("paper", day, kind, subject)
        data: dict[str, Any] = {
            "编号": ids.new_id("D", on=day, rng=dice.random),
            "类型": "公文",
            "名称": name,
            "日期": f"{day}",
        }
        if number:
            data["文号"] = f"{TOWN[:-1]}{world.suffix}〔{day.year}〕{next(numbers)}号"
        yield {
            **data,
            "文书": {"类别": kind, "对象": subject},
            "决定人": _signer(world, kind, subject),
            "结果": "同意",
        }


def _signer(world: World, kind: str, subject: str) -> str:
    if kind in ("周风险清单", "年级预警台账"):
        return world.staff.grade_head[subject]
    return world.staff.leader["分管副校长" if kind in ("排查清单", "干预措施", "考核办法") else "校长"]


#: (day, kind, subject, name, whether it bears a number).
_Paper = tuple[date, str, str, str, bool]


def _issued(world: World) -> Iterator[_Paper]:
    setting, days = world.setting, world.setting.days
    term = setting.term.id
    for place, kind in ((11, "排查清单"), (13, "干预措施"), (14, "考核办法")):
        if place < len(days):
            yield days[place], kind, term, f"控辍保学{kind}", True
    for month, in_month in setting.months():
        if in_month[-1] < days[-1]:
            yield in_month[-1], "控辍保学月报告", month, f"{int(month[5:])}月控辍保学情况报告", True
    for week in setting.weeks():
        # Made on the last school day of a week; the running one is not yet there.
        if week[-1].weekday() != _FRIDAY and week[-1] == days[-1]:
            continue
        for grade in world.staff.grade_head:
            name = f"周风险清单（{week[-1].month}月{week[-1].day}日）"
            dice = Dice(setting.seed, "weekly list", grade, week[-1])
            if dice.chance(0.97):
                yield week[-1], "周风险清单", grade, name, False


def _commendations(world: World) -> Iterator[dict[str, Any]]:
    day = world.setting.last_term.days[-2]
    dice = world.setting.dice("commendation")
    classes = [plan for plan in world.classes if date(plan.entry, 9, 1) <= day]
    if len(classes) < 2:
        return
    teachers = list(dict.fromkeys(world.staff.homeroom(plan.id, day) for plan in classes))
    yield {
        "编号": ids.new_id("D", on=day, rng=dice.random),
        "类型": "表彰",
        "名称": "关爱工作先进个人和先进班级",
        "日期": f"{day}",
        "教师": dice.some(teachers, max(1, len(teachers) // 6)),
        "班级": [plan.id for plan in dice.some(classes, max(1, len(classes) // 8))],
        "内容": "上学年关爱和家校工作扎实，予以表彰。",
        "决定人": world.staff.leader["校长"],
        "结果": "同意",
        "签字": "已签",
    }
