"""A child's file (学生档案) as a whole."""

from datetime import date, timedelta
from typing import Any

from guanai.demo import places
from guanai.demo.circumstances import circumstances, safety_note, situation
from guanai.demo.enrolment import stays_record
from guanai.demo.families import family_record
from guanai.demo.levels import GREEN, NONE, RED, YELLOW, Level
from guanai.demo.persuasion import persuasion
from guanai.demo.plans import plans
from guanai.demo.scores import scores
from guanai.demo.stories.company import company
from guanai.demo.stories.desk import Desk, Pace
from guanai.demo.stories.leading import leading
from guanai.demo.stories.lessons import lessons
from guanai.demo.stories.routine import routine
from guanai.demo.summaries import summaries
from guanai.demo.world import Life, World


def student_record(world: World, life: Life, pace: Pace) -> dict[str, Any]:
    """Return one child's file: short without circumstances, with its whole story otherwise."""
    desk = Desk(world, life, pace)
    data = _person(desk)
    if life.child.is_special:
        data |= _story(desk)
    if life.stars:
        data["荣誉"] = [
            {
                "编号": desk.numbers.item("U", star.day),
                "日期": f"{star.day}",
                "名称": star.name,
                "决定": star.decision,
            }
            for star in life.stars
        ]
    return data


def _person(desk: Desk) -> dict[str, Any]:
    child, dice = desk.child, desk.dice
    is_special = child.is_special
    data: dict[str, Any] = {
        "编号": child.id,
        "姓名": child.name,
        "性别": child.sex,
        "出生日期": f"{child.born}",
        **_papers(desk),
        "民族": child.ethnicity,
        "政治面貌": _politics(desk),
        "户籍地": _registered(desk),
        "户口性质": dice.weighted((("农业", 7.0), ("非农业", 1.5), ("居民", 1.5))),
        "健康状况": _health(desk),
        "就读方式": "住校"
        if child.plan.grade > 3 and dice.chance(0.4 if child.plan.is_junior else 0.08)
        else "走读",
        "入学方式": "就近入学" if "随迁子女" not in child.kinds else "其他",
        "学生来源": "转入" if child.is_newcomer else "正常入学",
    }
    if is_special:
        data |= {"独生子女": dice.chance(0.3), "特长": child.hobby}
        data["建档"] = _filing(desk)
    data["学籍"] = stays_record(desk.life.stays, child.seat, desk.numbers)
    data["家庭"] = family_record(child.family, desk.numbers, dice, is_full=is_special)
    return data


def _papers(desk: Desk) -> dict[str, Any]:
    child = desk.child
    lot = desk.setting.dice("papers", child.number).number(0, 499)
    if lot == 0:
        # Without an identity card the enrolment number is a temporary one: area, birthday, four signs.
        return {"学籍号": f"L{child.identity_number[:14]}{child.identity_number[13:17]}"}
    if lot == 1:
        number = f"8300{child.identity_number[4:18]}"
        return {"证件": {"类型": "港澳台居民居住证", "号码": number}, "学籍号": f"J{child.number:018d}"}
    number = child.identity_number
    return {"证件": {"类型": "居民身份证", "号码": number}, "学籍号": f"G{number}"}


def _politics(desk: Desk) -> str:
    grade, dice = desk.child.plan.grade, desk.dice
    if grade < 2:
        return "群众"
    if grade < 8:
        return "少先队员"
    is_old_enough = desk.child.born <= desk.setting.on.replace(day=1) - timedelta(days=14 * 365 + 4)
    return "共青团员" if is_old_enough and dice.chance(0.25) else "少先队员"


def _registered(desk: Desk) -> str:
    if "随迁子女" in desk.child.kinds:
        return f"外省（{desk.dice.pick(('贵州', '云南', '四川', '河南', '安徽', '江西'))}）"
    return f"{places.COUNTY}{places.TOWN}{desk.child.family.village}"


def _health(desk: Desk) -> str:
    kinds = desk.child.kinds
    if "残疾" in kinds:
        return "残疾"
    return (
        "有慢性病"
        if "先天性或慢性疾病" in kinds
        else desk.dice.weighted((("健康或良好", 9.0), ("一般或较弱", 1.0)))
    )


def _filing(desk: Desk) -> dict[str, Any]:
    child = desk.child
    day = (
        desk.setting.term.at_or_after(child.filed_on)
        if child.filed_on >= desk.setting.term.begins
        else child.filed_on
    )
    years = 9 if child.plan.is_junior else 12
    return {
        "日期": f"{day}",
        "建档人": desk.homeroom(day),
        "保管期限": "在校期间＋3年",
        "复查日期": f"{date(child.plan.entry + years - (6 if child.plan.is_junior else 3), 7, 1)}",
    }


def _story(desk: Desk) -> dict[str, Any]:
    made = plans(desk)
    data: dict[str, Any] = {
        "课堂安全提示": safety_note(desk),
        "特殊情形": circumstances(desk),
        "现状": situation(desk),
        "心理": _psychology(desk),
        "帮扶责任人": _supporters(desk),
        "预警": [_level(level) for level in desk.life.levels],
        "计划": made,
        "过程记录": sorted(
            [*routine(desk), *lessons(desk, made), *company(desk), *leading(desk)],
            key=lambda entry: str(entry["时间"]),
        ),
        "成绩": scores(desk),
        "照顾": _aids(desk),
        "劝返": persuasion(desk),
        "总结": summaries(desk),
        "附件目录": _attachments(desk),
    }
    return {key: value for key, value in data.items() if value}


def _psychology(desk: Desk) -> dict[str, Any]:
    if "心理困扰" not in desk.child.kinds and "情绪" not in desk.child.themes:
        return {}
    days = desk.life.here
    data = {"关注等级": "一般", "筛查日期": f"{days[min(18, len(days) - 1)]}"}
    if "心理困扰" in desk.child.kinds:
        data |= {"关注等级": "重点", "转介": "本校心理健康教师"}
    return data


def _supporters(desk: Desk) -> list[dict[str, Any]]:
    child, life = desk.child, desk.life
    first = max(child.filed_on, desk.setting.term.begins)
    found: list[tuple[str, str, str, date]] = []
    if life.pair:
        subject, who, since = life.pair
        found.append((who, "结对教师", subject, since))
        if life.level == GREEN:
            found.append((who, "进步卡片", subject, since))
    if life.level in (YELLOW, RED) or "学习困难" in child.kinds:
        teacher = desk.staff.teacher[child.plan.id].get(child.weak)
        found += [(teacher, "学科辅导", child.weak, first)] if teacher else []
    if "心理困扰" in child.kinds:
        found.append((desk.world.counselor(child), "心理辅导", "", first))
    if {"残疾", "随班就读"}.intersection(child.kinds):
        found.append((desk.staff.leader["资源教师"], "康复训练", "", first))
    if {"孤儿", "事实无人抚养"}.intersection(child.kinds):
        found.append((desk.staff.leader["德育主任"], "生活帮扶", "", first))
    if life.level in (YELLOW, RED):
        found.append(
            (
                desk.staff.leader["校长" if life.level == RED else "分管副校长"],
                "领导联系",
                "",
                life.levels[-1].day,
            )
        )
    return [*_leading(desk, first), *(_supporter(desk, *each) for each in found)]


def _leading(desk: Desk, first: date) -> list[dict[str, Any]]:
    """Return the homeroom teachers of the term; who has handed over is history."""
    held = desk.staff.homerooms_since(desk.child.plan.id, first)
    found = [(_supporter(desk, who, "班主任", "", since), until) for who, since, until in held]
    return [{**made, "止": f"{until}"} if until else made for made, until in found]


def _supporter(desk: Desk, who: str, duty: str, subject: str, since: date) -> dict[str, Any]:
    data = {"编号": desk.numbers.item("H"), "教师": who, "职责": duty, "起": f"{since}"}
    return {**data, "学科": subject} if subject else data


def _level(level: Level) -> dict[str, Any]:
    data: dict[str, Any] = {
        "编号": level.id,
        "等级": level.level,
        "日期": f"{level.day}",
        "触发": list(level.triggers),
        "理由": level.reason,
        "决定人": level.decided_by,
        "复核人": level.reviewed_by,
        "会议": level.meeting,
        "责任人": level.owner if level.level != NONE else "",
        "复评日期": f"{level.review_on}" if level.review_on else "",
    }
    return {key: value for key, value in data.items() if value}


def _aids(desk: Desk) -> list[dict[str, Any]]:
    return [
        {
            "编号": desk.numbers.item("Z"),
            "类型": aid.kind,
            "项目": aid.item,
            **({"金额": aid.amount} if aid.amount else {}),
            "起": f"{aid.since}",
            "止": f"{aid.until}",
            "事由": aid.reason,
            **({"审批": aid.decision} if aid.decision else {}),
            "经办人": aid.handled_by,
            "签收": "已签",
        }
        for aid in desk.life.aids
    ]


def _attachments(desk: Desk) -> list[dict[str, Any]]:
    names = desk.dice.some(
        (
            "摸底登记表",
            "监护人知情书",
            "家访记录表（签字件）",
            "困难认定申请表",
            "委托照护告知书",
            "一人一案（签字件）",
        ),
        desk.dice.number(0, 2),
    )
    return [
        {
            "编号": desk.numbers.item("F"),
            "名称": name,
            "页数": desk.dice.number(1, 4),
            "存放": {"盒号": f"关爱-{desk.child.plan.id}", "件号": f"{desk.child.seat}-{place}"},
            "密级": "限制" if name.startswith("一人一案") else "关爱",
        }
        for place, name in enumerate(names, 1)
    ]
