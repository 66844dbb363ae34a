"""Meetings (会议) of the term so far: leading group, reviews, classes, parents, homeroom teachers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from guanai.demo import meeting_words as words
from guanai.demo import names, places
from guanai.demo.gatherings import Scribe, people
from guanai.demo.layout import ClassPlan
from guanai.demo.levels import Level
from guanai.demo.wording import Bank
from guanai.demo.world import Life, World

#: School days of the term on which homeroom teachers meet, and the one on which parents do.
_HOMEROOM_DAYS = (16, 48)
_PARENTS_DAY = 34


def meeting_records(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and record of each meeting, by kind."""
    kinds = (_opening, _monthly, _reviews, _quarters, _classes, _parents, _homerooms)
    for kind in kinds:
        for made in kind(world):
            yield f"records/meetings/{world.setting.term.id}/{made['编号']}.yml", made


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What is settled of a meeting before it is written.

    Attributes:
        voices: who speaks and who does things, by the word before the colon in the bank's sentences.
    """

    kind: str
    name: str
    clocks: tuple[str, str]
    place: str
    chair: str
    secretary: str
    present: Sequence[str]
    banks: tuple[Bank, Bank, Bank]
    scope: str = "全校"
    voices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _written(scribe: Scribe, what: _Occasion, *, meeting_id: str = "") -> dict[str, Any]:
    topics, sayings, decisions = what.banks
    agenda = scribe.some(topics, 3)
    voices = {**_voices(scribe.world), **what.voices}
    present = list(dict.fromkeys([what.chair, what.secretary, *what.present]))
    data: dict[str, Any] = {
        "编号": meeting_id or scribe.new_id("M"),
        "类型": what.kind,
        "名称": what.name,
        "时间": scribe.at(what.clocks[0]),
        "散会时间": scribe.at(what.clocks[1]),
        "地点": what.place,
        "范围": what.scope,
        "主持人": what.chair,
        "记录人": what.secretary,
        "出席": people(present),
    }
    named = {who for who in (voice.get("教师") for voice in voices.values()) if who}
    away = [who for who in present[2:] if who not in named]
    if len(away) > 3 and scribe.dice.chance(0.4):
        absent = scribe.dice.pick(away)
        data["出席"] = people([who for who in present if who != absent])
        data["请假"] = [{"教师": absent, "原因": scribe.dice.pick(("外出培训", "公务外出", "病假"))}]
        present.remove(absent)
    return {
        **data,
        "议题": agenda,
        "发言": _sayings(scribe, sayings, voices, present, len(agenda)),
        "决定": _decisions(scribe, decisions, voices, present),
    }


def _voices(world: World) -> dict[str, Mapping[str, str]]:
    staff = world.staff
    roles = ("校长", "分管副校长", "校办主任", "德育主任", "教务主任", "后勤主任")
    return {
        **{role: {"教师": staff.leader[role]} for role in roles},
        "心理健康教师": {"教师": staff.counselors[0]},
        "年级组长": {"教师": next(iter(staff.grade_head.values()))},
    }


def _voiced(
    texts: Sequence[str], voices: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Mapping[str, str] | None, str]]:
    for text in texts:
        who, colon, rest = text.partition("：")
        yield (voices[who], rest) if colon and who in voices else (None, text)


def _sayings(
    scribe: Scribe, bank: Bank, voices: Mapping[str, Mapping[str, str]], present: Sequence[str], topics: int
) -> list[dict[str, Any]]:
    said = scribe.some(bank, scribe.dice.number(3, 5))
    return [
        {
            "编号": scribe.numbers.item("V"),
            "议题": place % topics + 1,
            "发言人": dict(voice or {"教师": scribe.dice.pick(present)}),
            "要点": text,
        }
        for place, (voice, text) in enumerate(_voiced(said, voices))
    ]


def _decisions(
    scribe: Scribe, bank: Bank, voices: Mapping[str, Mapping[str, str]], present: Sequence[str]
) -> list[dict[str, Any]]:
    term, on = scribe.world.setting.term, scribe.world.setting.on
    found = []
    for voice, text in _voiced(scribe.some(bank, scribe.dice.number(2, 4)), voices):
        due = term.at_or_after(scribe.day + timedelta(days=scribe.dice.number(5, 25)))
        made: dict[str, Any] = {
            "编号": scribe.numbers.item("J"),
            "事项": text,
            "责任人": [voice["教师"] if voice else scribe.dice.pick(present)],
            "期限": f"{due}",
        }
        if due <= on and scribe.dice.chance(0.85):
            done = term.at_or_before(max(scribe.day, due - timedelta(days=scribe.dice.number(0, 3))))
            made |= {"完成": f"{done}", "结果": scribe.say(words.DONE)}
        found.append(made)
    return found


def _group(world: World, scribe: Scribe) -> list[str]:
    return [*scribe.leaders(), world.staff.leader["后勤主任"], world.staff.counselors[0]]


def _opening(world: World) -> Iterator[dict[str, Any]]:
    if len(world.setting.days) < 3:
        return
    scribe, leader = Scribe(world, world.setting.days[2], "opening"), world.staff.leader
    made = _written(scribe, _Occasion(
        "专题部署会", "学期初控辍保学和特殊群体学生关爱工作专题部署会", ("15:30", "16:50"), "会议室", leader["校长"], leader["校办主任"],
        [*_group(world, scribe), *scribe.homerooms()], (words.OPENING_TOPICS, words.LEADER_SAYINGS, words.OPENING_DECISIONS),
    ))  # fmt: skip
    yield {**made, "期数": 1, "签字": "已签"}


def _monthly(world: World) -> Iterator[dict[str, Any]]:
    leader = world.staff.leader
    for place, (month, days) in enumerate(world.setting.months()):
        if len(days) < 10:
            continue
        scribe = Scribe(world, days[9], "report")
        made = _written(scribe, _Occasion(
            "月汇报会", f"{int(month[5:])}月控辍保学工作汇报会", ("16:40", "17:30"), "小会议室", leader["校长"], leader["校办主任"],
            _group(world, scribe), (words.REPORT_TOPICS, words.LEADER_SAYINGS, words.REPORT_DECISIONS),
        ))  # fmt: skip
        yield {**made, "期数": place * 2 + 2}


def _reviews(world: World) -> Iterator[dict[str, Any]]:
    leader = world.staff.leader
    for place, (day, meeting) in enumerate(world.reviews):
        scribe = Scribe(world, day, "review")
        made = _written(scribe, _Occasion(
            "月研判会", f"{day.month}月控辍保学研判会", ("16:30", "17:50"), "会议室", leader["校长"], leader["校办主任"],
            _group(world, scribe), (words.REVIEW_TOPICS, words.REVIEW_SAYINGS, words.REVIEW_DECISIONS),
        ), meeting_id=meeting)  # fmt: skip
        changes = [
            _change(life, level)
            for life in world.special
            for level in life.levels
            if level.meeting == meeting
        ]
        if changes:
            made["等级变更"] = changes
        yield {**made, "期数": place * 2 + 3, "抄送": ["各年级组"], "签字": "已签"}


def _change(life: Life, level: Level) -> dict[str, Any]:
    data: dict[str, Any] = {"学生": life.child.id, "预警": level.id}
    if level.before:
        data["由"] = level.before
    return {**data, "改为": level.level, "理由": level.reason}


def _quarters(world: World) -> Iterator[dict[str, Any]]:
    setting, leader = world.setting, world.staff.leader
    for month, last in ((3, 31), (6, 30), (9, 30), (12, 31)):
        day = setting.term.at_or_before(date(setting.term.begins.year, month, last))
        if not (setting.term.begins < day <= setting.on and day.month == month):
            continue
        scribe = Scribe(world, day, "quarter")
        village = scribe.dice.pick(places.VILLAGES)
        guest = {
            "姓名": names.person(scribe.dice, names.Age.ADULT, "女"),
            "单位职务": f"{village}儿童主任",
        }
        parents = [{"教师": worker.id} for worker in world.staff.people if worker.is_external]
        made = _written(scribe, _Occasion(
            "季评估会", f"第{'一二三四'[month // 3 - 1]}季度控辍保学联合评估会", ("14:30", "16:00"), "会议室", leader["分管副校长"],
            leader["德育主任"], scribe.leaders(), (words.QUARTER_TOPICS, words.GUEST_SAYINGS, words.QUARTER_DECISIONS),
            voices={"社区": guest, "家长代表": parents[0]},
        ))  # fmt: skip
        yield {
            **made,
            "列席": [*parents, guest],
            "会外人员参加": True,
            "备注": "校外人员只参与汇总情况的评估，不介绍学生个人情况。",
        }


def _classes(world: World) -> Iterator[dict[str, Any]]:
    for plan in world.classes:
        for month, days in world.setting.months():
            dice = world.setting.dice("class meeting", plan.id, month)
            is_running = days[-1] >= world.setting.days[-1]
            if len(days) > 8 and dice.chance(0.6 if is_running else 0.93):
                yield _class_meeting(world, plan, days[dice.number(7, min(14, len(days) - 1))])


def _class_meeting(world: World, plan: ClassPlan, day: date) -> dict[str, Any]:
    scribe = Scribe(world, day, plan.id)
    chair, teacher = world.staff.homeroom(plan.id, day), world.staff.teacher[plan.id]
    speaking = [subject for subject in ("语文", "数学", "英语", "体育与健康") if subject in teacher]
    present = list(dict.fromkeys([chair, *(teacher[subject] for subject in speaking)]))
    carers = [life.child.family.carer for life in world.of_class(plan.id) if not life.child.is_special]
    guests = [{"姓名": each.name, "单位职务": "家委会家长"} for each in scribe.dice.some(carers, 1)]
    voices = {"班主任": {"教师": chair}, **{subject: {"教师": teacher[subject]} for subject in speaking}}
    if guests:
        voices["家长"] = guests[0]
    sayings = tuple(text for text in words.CLASS_SAYINGS if text.partition("：")[0] in voices)
    made = _written(scribe, _Occasion(
        "学情研判会", f"{day.month}月班级学情研判会", ("16:40", "17:25"), "本班教室", chair, present[1], present,
        (words.CLASS_TOPICS, sayings, words.CLASS_DECISIONS), plan.id, voices,
    ))  # fmt: skip
    return {**made, "列席": guests, "会外人员参加": True} if guests else made


def _parents(world: World) -> Iterator[dict[str, Any]]:
    if len(world.setting.days) <= _PARENTS_DAY:
        return
    scribe, leader = Scribe(world, world.setting.days[_PARENTS_DAY], "parents"), world.staff.leader
    here = [life for life in world.special if scribe.day in life.days]
    signed = [life for life in here if scribe.dice.chance(0.75)] or here[:1]
    if not signed:
        return
    carer = scribe.dice.pick(signed).child.family.carer
    made = _written(scribe, _Occasion(
        "家长座谈会", "学生家长（监护人）座谈会", ("15:00", "16:40"), "报告厅", leader["德育主任"], world.staff.counselors[0],
        [leader["分管副校长"], leader["后勤主任"], *scribe.homerooms()],
        (words.PARENT_TOPICS, words.PARENT_SAYINGS, words.PARENT_DECISIONS),
        voices={"监护人代表": {"姓名": carer.name, "单位职务": "监护人代表"}},
    ))  # fmt: skip
    yield {**made, "会外人员参加": True, "家长签到": [_signed(life) for life in signed]}


def _signed(life: Life) -> dict[str, Any]:
    carer = life.child.family.carer
    return {
        "学生": life.child.id,
        "姓名": carer.name,
        "关系": carer.relation,
        "电话": carer.phone,
        "签字": "已签",
    }


def _homerooms(world: World) -> Iterator[dict[str, Any]]:
    leader = world.staff.leader
    for place in _HOMEROOM_DAYS:
        if place >= len(world.setting.days):
            continue
        scribe = Scribe(world, world.setting.days[place], "homerooms")
        teachers = scribe.homerooms()
        yield _written(scribe, _Occasion(
            "班主任交流会", "班主任经验交流会", ("16:40", "17:40"), "阅览室", leader["德育主任"], teachers[0], teachers,
            (words.HOMEROOM_TOPICS, words.HOMEROOM_SAYINGS, words.HOMEROOM_DECISIONS),
        ))  # fmt: skip
