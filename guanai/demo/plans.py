"""计划: tutoring, talk plans, individual education, each with goals that were or were not reached."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from guanai.demo.disabilities import disability_of, support_of
from guanai.demo.levels import RED, YELLOW
from guanai.demo.stories.desk import Desk
from guanai.demo.wording import Bank


def plans(desk: Desk) -> list[dict[str, Any]]:
    """Return the child's plans, by date."""
    return sorted(_plans(desk), key=lambda plan: str(plan["日期"]))


def _plans(desk: Desk) -> Iterator[dict[str, Any]]:
    kinds = desk.child.kinds
    needs_lessons = "学习困难" in kinds or any(level.level in (YELLOW, RED) for level in desk.life.levels)
    if needs_lessons:
        yield _tutoring(desk, desk.child.weak)
        others = [each for each, _ in desk.staff.core_teachers(desk.child.plan.id, desk.setting.on)]
        if desk.dice.chance(0.3):
            yield from (_tutoring(desk, other) for other in others[:1] if other != desk.child.weak)
    if "随班就读" in kinds:
        yield _individual(desk)
    if "学业特别优秀" in kinds:
        yield _gifted(desk)
    if "严重不良行为" in kinds:
        yield _education(desk)
    if "心理困扰" in kinds and desk.dice.chance(0.7):
        yield _simple(desk, "心理支持", _SUPPORT, desk.homeroom(_day(desk)))
    if {"孤儿", "事实无人抚养", "家庭重大变故"}.intersection(kinds):
        yield _simple(desk, "生活帮扶", _LIVING, desk.staff.leader["德育主任"])
    if not needs_lessons or desk.dice.chance(0.5):
        yield _talks(desk)


def _day(desk: Desk) -> date:
    days = desk.life.here
    return days[min(desk.dice.number(9, 14), len(days) - 1)]


def _head(desk: Desk, kind: str, author: str, day: date) -> dict[str, Any]:
    return {"编号": desk.numbers.item("P", day), "类型": kind, "日期": f"{day}", "制定人": author}


def _span(desk: Desk, day: date) -> dict[str, Any]:
    return {"起": f"{day}", "止": f"{_ends(desk)}"}


def _ends(desk: Desk) -> date:
    """Return the last day of what is planned this term: a child that leaves takes no plan along."""
    left = desk.life.left
    return left - timedelta(days=1) if left else desk.setting.term.ends


def _goals(desk: Desk, day: date, bank: Bank, **more: str) -> list[dict[str, Any]]:
    found = []
    for weeks in (5, 10, 16)[: desk.dice.number(2, 3)]:
        due = desk.setting.term.at_or_before(min(day + timedelta(weeks=weeks), max(day, _ends(desk))))
        goal = {"编号": desk.numbers.item("O"), "目标": desk.say(bank, **more), "期限": f"{due}"}
        if due < min(desk.setting.on, _ends(desk)):
            goal["达成"] = desk.dice.weighted((("达成", 5.0), ("部分达成", 4.0), ("未达成", 1.0)))
        found.append(goal)
    return found


def _progress(desk: Desk, day: date, **more: str) -> list[dict[str, Any]]:
    return [
        {
            "编号": desk.numbers.item("J", each),
            "日期": f"{each}",
            "内容": desk.say(_PROGRESS, **more),
            "评价": desk.say(_VERDICTS),
        }
        for each in [other for other in desk.life.days if other > day][14::17]
    ]


def _tutoring(desk: Desk, subject: str) -> dict[str, Any]:
    day = _day(desk)
    teacher = desk.staff.teacher[desk.child.plan.id].get(subject) or desk.homeroom(day)
    point = desk.point(subject)
    more = {"科": subject, "点": point}
    data = {
        **_head(desk, "学习辅导", teacher, day),
        "学科": subject,
        "现状与薄弱点": desk.say(_WEAK, **more),
        "成因": desk.say(_WHY, **more),
        "帮扶时间": desk.say(_TIMES),
        "内容": desk.say(_CONTENT, **more),
        "方式": desk.say(_WAYS),
        "阶段目标": _goals(desk, day, _STEPS, **more),
        "责任教师": teacher,
    }
    tutor = _peer(desk)
    if tutor:
        data["小导师"] = tutor
    progress = _progress(desk, day, **more)
    if progress:
        data["进展"] = progress
    return {**data, "监护人意见": desk.say(_CONSENT), **_span(desk, day)}


def _peer(desk: Desk) -> str:
    fitting = desk.world.tutors.get(desk.child.plan.id, ())
    others = [each for each in fitting if each != desk.child.id]
    return desk.dice.pick(others) if others and desk.dice.chance(0.7) else ""


def _individual(desk: Desk) -> dict[str, Any]:
    day = _day(desk)
    needs = support_of(disability_of(desk.child, desk.setting.seed))
    goals = _goals(desk, day, needs.goals)
    data = {
        **_head(desk, "个别化教育教学", desk.staff.leader["资源教师"], day),
        "现状与薄弱点": desk.say(needs.now),
        "帮扶时间": "每周二、四 14:30—15:10，资源教室；其余在班",
        "内容": desk.say(needs.content),
        "课程调整": desk.say(needs.courses),
        "支持服务": desk.say(_IEP_SERVICES),
        "阶段目标": goals,
        "责任教师": desk.homeroom(day),
        "监护人意见": desk.say(_CONSENT),
        **_span(desk, day),
        "密级": "限制",
        "签字": "已签",
    }
    progress = _progress(desk, day)
    return {**data, "进展": progress} if progress else data


def _gifted(desk: Desk) -> dict[str, Any]:
    day = _day(desk)
    return {
        **_head(desk, "个性化教育", desk.staff.leader["教务主任"], day),
        "学科": desk.child.strong,
        "内容": desk.say(_GIFTED),
        "方式": "选课走班与项目学习",
        "阶段目标": _goals(desk, day, _GIFTED_GOALS),
        "责任教师": desk.staff.teacher[desk.child.plan.id].get(desk.child.strong) or desk.homeroom(day),
        **_span(desk, day),
    }


def _education(desk: Desk) -> dict[str, Any]:
    day = _day(desk)
    return {
        **_head(desk, "教育计划", desk.staff.leader["德育主任"], day),
        "内容": desk.say(_EDUCATION),
        "阶段目标": _goals(desk, day, _EDUCATION_GOALS),
        "责任教师": desk.homeroom(day),
        "监护人意见": desk.say(_CONSENT),
        **_span(desk, day),
        "密级": "限制",
        "签字": "已签",
    }


def _simple(desk: Desk, kind: str, bank: Bank, author: str) -> dict[str, Any]:
    day = _day(desk)
    return {**_head(desk, kind, author, day), "内容": desk.say(bank), "责任教师": author, **_span(desk, day)}


def _talks(desk: Desk) -> dict[str, Any]:
    day, theme = _day(desk), desk.next_theme()
    return {
        **_head(desk, "交流预案", desk.homeroom(day), day),
        "内容": f"围绕“{desk.say(theme.topics)}”：{desk.say(_TALK_PLAN)}",
        "阶段目标": [
            {
                "编号": desk.numbers.item("O"),
                "目标": desk.say(theme.goals),
                "期限": f"{_ends(desk)}",
            }
        ],
        **_span(desk, day),
    }


_WEAK: Bank = (
    "“{点}”[不理解|会做简单题、变式就错]，[步骤不全|审题慢]，单元测试[在五十分上下|徘徊在及格线]。",
    "[课堂听讲前半节好、后半节散|记不住关键步骤]，“{点}”[漏洞多|常混淆]，[书写潦草|作业完成六成]。",
)
_WHY: Bank = (
    "[基础有断点|预习复习没有习惯]，[怕错不敢问|一遇长题就放弃]。",
    "[学习时间零碎|课后无人督促]，{科}[兴趣低|得到的肯定少]。",
)
_TIMES: Bank = ("每周二、四 16:30—17:30", "每周一、三 16:30—17:30", "每周三、五 16:30—17:30")
_CONTENT: Bank = (
    "[补“{点}”|从“{点}”入手]，[每次两道例题、四道练习|先口头、后书面]；[每周整理一次错题|作业面批]，[每两周小测一次，只和自己比|与新课同步]。",
    "按[概念、例题、变式|读、说、写]三步，先“{点}”再[单元综合|课本习题]；[小导师每天十分钟|家里每天十五分钟]，[月末回看进度表|期中前过一遍基础]。",
)
_WAYS: Bank = ("面批与小导师结对", "小组辅导", "一对一面授", "课后服务时段分层辅导")
_STEPS: Bank = (
    "“{点}”基础题正确率达到六成。",
    "能独立完成标星作业，每周交齐四次。",
    "单元测试达到及格线，[步骤完整|不空题]。",
    "会整理错题，[能给同桌讲一道|每周一页]。",
    "{科}课每周举手两次以上。",
)
_PROGRESS: Bank = (
    "“{点}”[基础题对七成|例题会讲]，[变式仍需提示|速度提高]。",
    "作业[能交齐|订正及时]，小测[比上次多对三题|持平]，[错题本坚持|愿意来问]。",
    "[落下两次辅导已补|调整为先做后讲]，[状态好|接着巩固“{点}”]。",
)
_VERDICTS: Bank = (
    "[有进步，按计划继续|目标合适]。",
    "[进度略慢，减一项内容|下阶段换小导师]。",
    "[超出预期，提高一档|保持]。",
)
_CONSENT: Bank = ("同意，[在家督促|按时接送]。", "[感谢老师|支持]，[会签作业登记本|希望多鼓励]。")
_IEP_SERVICES: Bank = (
    "资源教师每周2次、每次40分钟，资源教室；[小伙伴轮值|陪伴员每日半天]；[家长每月一次培训|康复机构每月指导一次]。",
)
_GIFTED: Bank = (
    "{强科}[免修重复练习，改做研究题|每周三进实验室]，[学期完成一份小论文|参加社团并带两名同伴]；[保证睡眠|劳动岗位不减]。",
)
_GIFTED_GOALS: Bank = (
    "完成一份[研究报告|作品]并在班级展示。",
    "当好小导师，[帮助一名同学|每两周一次]。",
    "[九点半前入睡|每天运动一小时]。",
)
_EDUCATION: Bank = (
    "与校长商定：[每日到校签到|每周五面谈]，[法治副校长每月一次辅导|校队训练占住课余]，[家校约定三方签字|心理健康教师评估支持]；先补救、再复盘，[不张扬|不影响编班和评价机会]。",
)
_EDUCATION_GOALS: Bank = (
    "[四周|六周]内到校稳定，无擅自离校。",
    "[完成道歉和弥补|家校约定做到四条以上]。",
    "有一项[训练|技能]坚持到期末。",
)
_SUPPORT: Bank = (
    "[班主任每日一句问候|结对教师每周散步一次]；与心理健康教师[每两周碰一次情况|约定求助办法]，任课教师[放缓要求、不当众点名|给安静座位]；{家人}[配合早睡、少催|每天陪十分钟]。",
)
_LIVING: Bank = (
    "[午餐和校服|住宿和用品]由后勤落实；[民政补贴由{家人}办、德育处跟进|儿童主任周末上门一次]；[节假日有人照看|换季添衣]，每月核一次。",
)
_TALK_PLAN: Bank = (
    "先聊{爱好}，再听{他}说；[不追问、不评判|备三个开放的问题]；[约一件小事|下次从进步说起]。时间放在[午休|放学后]，地点[操场看台|心理驿站]。",
    "准备[一份进步的作业|一张照片]作话头；[说感受、定约定|让{他}自己选办法]；[与{家人}分头沟通|征得同意再告诉任课教师]。",
)
