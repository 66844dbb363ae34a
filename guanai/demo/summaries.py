"""总结: what the homeroom teacher wrote at the end of last term."""

from typing import Any

from guanai.demo.stories.desk import Desk
from guanai.demo.wording import Bank


def summaries(desk: Desk) -> list[dict[str, Any]]:
    """Return last term's summary of a child whose file is older than that term."""
    last = desk.setting.last_term
    if desk.child.filed_on >= last.begins:
        return []
    day = last.days[-desk.dice.number(2, 6)]
    return [
        {
            "编号": desk.numbers.item("N", day),
            "学期": last.id,
            "日期": f"{day}",
            "撰写人": desk.homeroom(day),
            "内容": desk.say(
                _CONTENT,
                谈话=str(desk.dice.number(4, 9)),
                家访=str(desk.dice.number(1, 3)),
                联系=str(desk.dice.number(4, 8)),
            ),
            "成效": desk.say(_RESULTS),
            "不足": desk.say(_SHORTCOMINGS),
            "下一步": desk.say(_NEXT),
        }
    ]


_CONTENT: Bank = (
    "本学期谈话{谈话}次、家访{家访}次、与监护人联系{联系}次。[出勤稳定|迟到减少]，{强科}[保持优势|进步大]，{科}[仍是短板|由不及格到接近及格]；[同伴关系改善|情绪平稳]，当{班务}[坚持了一学期|得到同学认可]。",
    "围绕[学习与自信|作息与亲情]开展跟踪，谈话{谈话}次、家访{家访}次、联系家长{联系}次。{他}[由被动到主动|由不说到肯说]，[能按时到校|作业基本交齐]，{爱好}[成了与同学来往的桥|在校园活动中展示]。",
)
_RESULTS: Bank = (
    "[按时到校|课上发言多了]，[交到固定的朋友|家里配合度提高]。",
    "{科}[小测进步十分左右|作业质量提高]，[情绪外露减少|能主动求助]。",
)
_SHORTCOMINGS: Bank = (
    "[假期容易松劲|周末作息反复]，[{科}基础仍要补|遇难题易放弃]。",
    "[与家里沟通不够规律|辅导有中断]，[同伴圈子小|表达仍拘谨]。",
)
_NEXT: Bank = (
    "[开学两周内家访|假期每两周一次电话]，[{科}从基础补起|继续安排班级岗位]。",
    "[假期请儿童主任照看|推荐假期活动]，[固定结对教师|与新任课教师交接]。",
)
