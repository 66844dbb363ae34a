"""How the school looks at its own work (考核办法): what was done and what hindered it, never who is better than whom.

Source: 教师厅〔2025〕2号 (no traces as yardsticks); R05 of tests/provisions.yml (no ranking of teachers).
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official
from generators.context import Context
from generators.document import Block, Role
from generators.letters.letter import Kind, Letter, NothingToWrite, forwarded, law, part, table
from generators.letters.measures import duties_of, rhythm
from generators.official import paragraph
from guanai.model.policy import Duty, Policy

_KIND: Final = "assessment-method"
_TITLE: Final = "考核办法"
_NAME: Final = "控辍保学工作考核办法"
_PROVISION: Final = "R05"
_HEAD: Final = ("工作", "责任岗位", "周期或时限", "看什么")
_WIDTHS: Final = (32.0, 44.0, 36.0, 44.0)
_BLANK_ROWS: Final = 8


def draft(record: Policy | None, context: Context, on: date) -> Letter:  # noqa: ARG001 -- as all drafts
    """Return the notice with the rules by which the work that a policy lists is looked at.

    Raises:
        NothingToWrite: the policy asks for no such rules.
    """
    if record is not None and not _suits(record):
        raise NothingToWrite(_TITLE, record.id, "这份制度没有规定考核办法")
    duties = duties_of(record) if record else ()
    issued = context.issued.get((_TITLE, record.id)) if record else None
    made = Letter(
        school=context.school.name,
        title="",
        body=tuple(_body(record.name if record else official.GAP, duties)),
        subject=record.id if record else "",
        about=record.id if record else "",
        issuing_code=context.school.issuing_code,
        number=issued.number if issued else None,
        signed_on=issued.dated_on if issued else None,
    )
    return forwarded(made, _NAME, "请遵照执行。")


def _body(policy: str, duties: tuple[Duty, ...]) -> Iterator[Block]:
    yield from part(
        "一、目的",
        f"了解《{policy}》各项工作做到了没有、难在哪里，帮助改进，让每一名学生都得到应有的帮助。考核看工作，不给教师排名，不给班级排名，不给学生排名。",
    )
    yield from part(
        "二、原则",
        "（一）对事不对人。没有做到的，先看人手、时间和条件够不够，再商量怎样补上。",
        f"（二）不增加负担。依照{law('教师减负措施-2025').text}，不以留痕资料和台账作为评价依据；平时的记录能说明的，不再要求另交材料。",
        "（三）不签责任状，不搞一票否决，不与教师的评优评先、职称、绩效直接挂钩。",
        "（四）保护学生。考核中不公开学生的姓名、类别和预警等级。",
    )
    yield from part("三、内容", "考核以下工作的落实情况：")
    rows = [
        (duty.id, "、".join(duty.owner), rhythm(duty), "、".join(map(_spoken, duty.evidence)))
        for duty in duties
    ]
    yield table(_HEAD, rows or [("", "", "", "")] * _BLANK_ROWS, _WIDTHS)
    yield from part(
        "四、指标",
        "（一）在校学生巩固率：（学期初在校学生数－辍学和疑似辍学学生数）÷学期初在校学生数。去向已经核实的转出不计入，休学的照常计入。",
        "（二）已劝返学生稳定就读率：返校后达到规定上课日没有无故缺勤的学生数÷已满规定上课日的返校学生数。",
        "（三）各项工作按期完成率：按期完成的次数÷应完成的次数。",
        "以上数字由记录算出，只用于发现问题；人数过少、能推知学生个人情况的，不对外公布。",
    )
    yield from part(
        "五、办法",
        "（一）每月研判会上，由领导小组对照记录看一次进展。",
        "（二）每学期末，各年级、各处室写明做成了什么、还缺什么、需要什么支持，不超过一页。",
        "（三）领导小组听取班主任、科任教师、心理健康教师和家长代表的意见，形成改进清单，写明责任岗位和时间。",
    )
    yield from part(
        "六、结果的使用",
        "考核结果用于调整措施、分担任务、安排培训和争取支持。做法好的，请当事教师自愿介绍经验；有不同意见的，可以向领导小组说明，领导小组应当当面答复。",
        "歧视学生或者教育方式不当造成不良后果的，按学校有关制度处理，不在本办法考核范围。",
    )
    yield paragraph(Role.BODY, "本办法由学校控辍保学工作领导小组负责解释，自印发之日起施行。")


def _spoken(evidence: str) -> str:
    """Return a sign of work without the word for the kind of record before it: 会议.月研判会 is 月研判会."""
    return (
        evidence.rpartition(".")[2]
        if evidence.startswith(("会议.", "活动.", "文书.", "决定."))
        else evidence.replace(".", "")
    )


def _suits(policy: Policy, *_: object) -> bool:
    clauses = [clause for chapter in policy.chapters for clause in chapter.clauses]
    points = [point for clause in clauses for point in clause.paragraphs]
    own = [each.provisions for each in clauses] + [each.provisions for each in points]
    return any(_PROVISION in provisions for provisions in own)


APPRAISAL: Final = Kind(_KIND, _TITLE, "policy", frozenset(), draft, suits=_suits, filed_as=_TITLE)
