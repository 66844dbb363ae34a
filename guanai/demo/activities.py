"""Activities (活动) of the term so far: counselling in groups, open days, inspections, training, class hours."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai.demo import activity_words as words
from guanai.demo.gatherings import Scribe
from guanai.demo.levels import YELLOW
from guanai.demo.wording import Bank
from guanai.demo.world import World

#: At most so many children sit in a group.
_GROUP = 12


def activity_records(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and record of each activity, by kind."""
    for made in (*_groups(world), *_inspections(world), *_once(world), *_class_hours(world), *_stars(world)):
        yield f"records/activities/{world.setting.term.id}/{made['编号']}.yml", made


def _written(scribe: Scribe, kind: str, name: str, organizer: str, clocks: tuple[str, str]) -> dict[str, Any]:
    return {
        "编号": scribe.new_id("A"),
        "类型": kind,
        "名称": name,
        "时间": scribe.at(clocks[0]),
        "结束时间": scribe.at(clocks[1]),
        "组织者": organizer,
    }


def _groups(world: World) -> Iterator[dict[str, Any]]:
    for _, days in world.setting.months():
        for place in (6, 15):
            if place >= len(days):
                continue
            scribe = Scribe(world, days[place], "group")
            fitting = [
                life.child.id
                for life in world.special
                if days[place] in life.days
                and ({"情绪", "同伴", "自信"}.intersection(life.child.themes) or life.level == YELLOW)
            ]
            if not fitting:
                continue
            theme = scribe.say(words.GROUP_THEMES)
            counselor = scribe.dice.pick(world.staff.counselors)
            yield {
                **_written(scribe, "团体辅导", f"团体辅导：{theme}", counselor, ("15:50", "16:40")),
                "地点": "团体辅导室",
                "范围": "自愿报名",
                "参加学生": scribe.dice.some(fitting, _GROUP),
                "目的": scribe.say(words.GROUP_AIMS),
                "过程": scribe.say(words.GROUP_COURSES),
                "效果与反思": scribe.say(words.GROUP_EFFECTS),
            }


def _inspections(world: World) -> Iterator[dict[str, Any]]:
    for place, days in enumerate(world.setting.weeks()):
        # Every two weeks, from the first full week on.
        if place % 2 == 0 or len(days) < 2:
            continue
        scribe = Scribe(world, days[len(days) // 2], "inspection")
        yield {
            **_written(
                scribe, "专项督查", "控辍保学专项督查", world.staff.leader["分管副校长"], ("10:00", "11:20")
            ),
            "范围": "全校",
            "参加教师": list(dict.fromkeys(world.staff.grade_head.values())),
            "过程": scribe.say(words.INSPECTION_COURSES),
            "发现的问题": scribe.say(words.INSPECTION_FINDINGS),
            "整改要求": scribe.say(words.INSPECTION_DEMANDS),
            "签字": "已签",
        }


#: Kind, name, school day of the term, organizer, clocks, place, wordings of aim, course and effect.
_ONCE: tuple[tuple[str, str, int, str, tuple[str, str], str, tuple[Bank, Bank, Bank]], ...] = (
    ("教师培训", "特殊群体学生关爱与保密培训", 7, "德育主任", ("16:40", "17:40"), "阅览室", words.TRAINING),
    ("心理课", "学会求助", 12, "心理健康教师", ("14:30", "15:10"), "各班教室", words.LESSON),
    ("家长开放日", "家长开放日（第一次）", 22, "德育主任", ("08:30", "11:30"), "各班教室", words.OPEN_DAY),
    ("亲子活动", "亲子运动与手工", 26, "德育主任", ("09:00", "11:00"), "操场、美术室", words.FAMILY_DAY),
    ("学生座谈会", "学生座谈会：学校里的一天", 31, "德育主任", ("16:00", "16:50"), "会议室", words.FORUM),
    ("成长故事会", "成长故事会：又回到课堂", 38, "心理健康教师", ("15:40", "16:30"), "报告厅", words.STORIES),
    ("校园文化", "悦读与友善主题周", 43, "校办主任", ("08:00", "17:00"), "校园", words.CULTURE),
    ("教师培训", "与监护人沟通的方法培训", 47, "德育主任", ("16:40", "17:40"), "阅览室", words.TRAINING),
    ("家长开放日", "家长开放日（第二次）", 51, "德育主任", ("08:30", "11:30"), "各班教室", words.OPEN_DAY),
)  # fmt: skip


def _once(world: World) -> Iterator[dict[str, Any]]:
    for kind, name, place, role, clocks, room, banks in _ONCE:
        if place >= len(world.setting.days):
            continue
        scribe = Scribe(world, world.setting.days[place], name)
        organizer = world.staff.leader.get(role) or world.staff.counselors[0]
        made = {
            **_written(scribe, kind, name, organizer, clocks),
            "地点": room,
            "范围": "全校",
            **dict(zip(("目的", "过程", "效果与反思"), (scribe.say(bank) for bank in banks), strict=True)),
        }
        yield made | _guests(scribe, kind, world)


def _guests(scribe: Scribe, kind: str, world: World) -> dict[str, Any]:
    if kind in ("家长开放日", "亲子活动"):
        pupils = len(world.lives)
        return {"参加家长人数": max(1, pupils * scribe.dice.number(35, 70) // 100)}
    if kind == "教师培训":
        return {"参加教师": list(dict.fromkeys([*scribe.homerooms(), *world.staff.grade_head.values()]))}
    if kind == "学生座谈会":
        fitting = [life.child.id for life in world.lives if scribe.day in life.days]
        return {"参加学生": scribe.dice.some(fitting, _GROUP)}
    return {}


def _class_hours(world: World) -> Iterator[dict[str, Any]]:
    for plan in world.classes:
        for month, days in world.setting.months():
            dice = world.setting.dice("class hour", plan.id, month)
            if len(days) > 10 and dice.chance(0.85):
                yield _class_hour(world, plan.id, days[dice.number(4, len(days) - 1)])


def _class_hour(world: World, class_id: str, day: date) -> dict[str, Any]:
    scribe = Scribe(world, day, "class hour", class_id)
    theme = scribe.say(words.CLASS_HOUR_THEMES)
    return {
        **_written(
            scribe, "主题班会", f"主题班会：{theme}", world.staff.homeroom(class_id, day), ("14:30", "15:10")
        ),
        "地点": "本班教室",
        "范围": class_id,
        "目的": scribe.say(words.CLASS_HOUR_AIMS),
        "过程": scribe.say(words.CLASS_HOUR_COURSES),
        "效果与反思": scribe.say(words.CLASS_HOUR_EFFECTS),
    }


def _stars(world: World) -> Iterator[dict[str, Any]]:
    chosen: dict[date, list[str]] = {}
    for life in world.special:
        for star in life.stars:
            chosen.setdefault(star.day, []).append(life.child.id)
    for day, children in chosen.items():
        scribe = Scribe(world, day, "stars")
        yield {
            **_written(
                scribe,
                "进步之星评选",
                f"{day.month}月进步之星评选",
                world.staff.leader["德育主任"],
                ("15:40", "16:20"),
            ),
            "地点": "报告厅",
            "范围": "全校",
            "参加学生": children,
            "过程": scribe.say(words.STAR_COURSES),
        }
