"""心理档案: cases of the counselors, kept apart from everything else."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai import ids
from guanai.demo.levels import YELLOW
from guanai.demo.stories.desk import BRIEF, Desk, instant
from guanai.demo.wording import Bank
from guanai.demo.world import Life, World


def counseling_records(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and record of each case."""
    taken: set[str] = set()
    for life in world.special:
        days = [day for day in life.days if day >= world.setting.days[min(10, len(world.setting.days) - 1)]]
        if not days or not ("心理困扰" in life.child.kinds or life.level == YELLOW):
            continue
        dice = world.setting.dice("counseling", life.child.number)
        opened = days[min(dice.number(0, 3), len(days) - 1)]
        made = "Y" + ids.new_student_id(opened.year, taken=taken, rng=dice.random)[1:]
        taken.add("S" + made[1:])
        yield (
            f"records/counseling/{opened.year}/{made}.yml",
            _case(world, life, made, [d for d in days if d >= opened]),
        )


def _case(world: World, life: Life, case_id: str, days: list[date]) -> dict[str, Any]:
    desk = Desk(world, life, BRIEF, part="case")
    carer, opened = life.child.family.carer, days[0]
    is_focus = "心理困扰" in life.child.kinds
    return {
        "编号": case_id,
        "学生": life.child.id,
        "建档日期": f"{opened}",
        "负责教师": world.counselor(life.child),
        "来源": "筛查发现" if is_focus and desk.dice.chance(0.5) else "班主任转介",
        "知情同意": {"监护人": carer.name, "日期": f"{opened}", "方式": "书面"},
        "风险等级": "重点" if is_focus else "一般",
        "主诉": desk.say(_COMPLAINTS if is_focus else _MILD),
        "背景": desk.say(_BACKGROUND),
        "评估": [
            {
                "编号": desk.numbers.item("L", opened),
                "日期": f"{opened}",
                "工具": desk.dice.pick(
                    ("中学生心理健康量表", "情绪温度计与访谈", "房树人绘画", "访谈和行为观察")
                ),
                "结果": desk.say(_FINDINGS),
                "风险等级": "重点" if is_focus else "一般",
            }
        ],
        "目标": [desk.say(_GOALS), desk.say(_GOALS)],
        "个案记录": [_session(desk, number, day) for number, day in enumerate(days[1::10], 1)],
    }


def _session(desk: Desk, number: int, day: date) -> dict[str, Any]:
    begin = desk.clock("13:30", "15:30")
    return {
        "编号": desk.numbers.item("Y", day),
        "次数": number,
        "时间": instant(day, begin),
        "结束时间": instant(day, f"{int(begin[:2]) + 1:02d}:{begin[3:]}"),
        "地点": "心理辅导室",
        "方式": desk.dice.pick(("面谈", "沙盘", "绘画", "面谈")),
        "观察": desk.say(_SEEN),
        "过程": desk.say(_SESSIONS),
        "技术": desk.dice.pick(("倾听与共情", "情绪命名", "认知重构", "沙盘游戏", "放松训练", "焦点解决")),
        "处置": desk.say(_MEASURES),
        "下次": desk.later(day, 12, 16),
    }


_COMPLAINTS: Bank = (
    "[近来情绪低落|常感紧张]，[睡不好、没胃口|不想和人说话]，[持续三周左右|考前加重]。",
    "[担心家里|怕让人失望]，[上课走神|容易掉泪]，[自己想改善|同意接受帮助]。",
)
_MILD: Bank = ("[学习压力大|与家人沟通少]，[偶有烦躁|做事提不起劲]，[愿意聊一聊|由班主任建议前来]。",)
_BACKGROUND: Bank = (
    "与{家人}同住，[关系亲近但话少|要求较严]；[同伴圈子小|有一位好友]，[喜欢{爱好}|课余独处多]；[既往无特殊|上学期有过短期适应困难]。",
)
_FINDINGS: Bank = (
    "[情绪分量表略高|绘画中人物偏小、靠边]，[睡眠受影响|人际敏感]，未见[即时危险|明显功能受损]，[建议定期面谈|两周后复评]。",
)
_GOALS: Bank = (
    "能说出自己的情绪及诱因。",
    "睡眠改善，[每晚九点半前入睡|醒后能再入睡]。",
    "[掌握两种放松办法|遇事能主动求助]。",
    "与一位同伴建立稳定来往。",
)
_SEEN: Bank = (
    "[准时到，坐姿放松|低头，声音轻]，[后半段眼神交流增加|说到家人时停顿]。",
    "[主动选沙具|选了蓝色和灰色]，[专注四十分钟|中途笑了两次]。",
)
_SESSIONS: Bank = (
    "从[这一周的心情|{爱好}]谈起，[梳理一次生气的经过|画出担心的事]，区分[能做的和不能做的|想法和事实]，[练习呼吸三遍|写下一句对自己说的话]。",
    "沙盘中[先建围墙，后开了一扇门|把小屋放在中央]，讲述[一个回家的故事|等人的故事]；咨询者[陪伴、少解释|请{他}给作品取名]，[情绪由紧到松|说“心里亮了点”]。",
    "回顾[放松练习|心情日记]，[做到四天|比上次多两天]；讨论[与{家人}说话的办法|被误解时怎么办]，[角色扮演两轮|列出三位可以求助的人]。",
)
_MEASURES: Bank = (
    "[继续每两周面谈|布置心情日记]，[请班主任减少当众提问|与监护人沟通睡眠安排]。",
    "[观察，下次复评|巩固放松练习]，[必要时建议就医|无需转介]。",
)
