"""The written report (书面报告) on a pupil who has left school, to the county bureau and the township.

Source: 未成年人保护法 28. A report holds no request; what to do next is theirs.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.document import Block
from generators.letters import child as of
from generators.letters.letter import Kind, Letter, ended, law, part, text
from generators.letters.notice import NOTICE
from guanai.figures import han
from guanai.model.student import Student
from guanai.model.trail import Persuasion, Step

_KIND: Final = "dropout-report"
_TITLE: Final = "辍学学生情况书面报告"
_FILED_AS: Final = "书面报告"
_BLANK: Final = of.Filed()
#: A report follows a visit of these levels, or says that the case is reported already.
_LATER: Final = ("二级", "三级")
_OPEN: Final = "〔由学校补写：家庭的困难、已经给的帮助〕"


def draft(record: Student | None, context: Context, on: date, *, item: str | None = None) -> Letter:
    """Return the report on one persuasion of a child.

    Raises:
        NothingToWrite: the child has none.
    """
    if record is None:
        return _letter(
            context, official.GAP, tuple(_blank()), ("劝返记录表", "劝学通知书及送达回证", "在校表现资料")
        )
    held = of.case(record, item, _TITLE)
    filed = of.filed(record, held, item, context, _FILED_AS)
    visits = of.steps(held, on)
    return _letter(
        context,
        wording.joined(context.holders("校长", on)) or official.GAP,
        tuple(_filled(record, held, visits, context, on)),
        tuple(_papers(filed.about, visits, context)),
        filed,
    )


def _letter(
    context: Context,
    signer: str,
    body: tuple[Block, ...],
    papers: tuple[str, ...],
    filed: of.Filed = _BLANK,
) -> Letter:
    school = context.school
    name = school.name or official.GAP
    return Letter(
        school=school.name,
        title=f"{name}\n关于一名学生未到校接受义务教育情况的报告",
        addressee=f"{school.bureau or '县级教育行政部门'}、{school.township or '乡镇人民政府（街道办事处）'}",
        body=body,
        attachments=papers,
        subject=filed.subject,
        about=filed.about,
        issuing_code=school.issuing_code,
        number=filed.number,
        signed_on=filed.signed_on,
        is_formal=True,
        signer=signer,
        has_imprint=True,
    )


def _opening() -> str:
    return f"依照{law('未成年人保护法-28').text}，现将一名学生的情况书面报告如下。"


def _closing() -> str:
    return "学校将继续与学生和家长保持联系，学生返校后安排补课和心理支持，并配合乡镇人民政府（街道办事处）和教育行政部门依法开展工作。"


def _filled(
    child: Student, held: Persuasion, visits: tuple[Step, ...], context: Context, on: date
) -> Iterator[Block]:
    yield from text(_opening())
    yield from part("一、学生基本情况", _who(child, context, on), _family(child, on))
    yield from part(
        "二、离校和劝返经过",
        f"该生自{of.long(held.absent_since)}起未到校，学校于{of.long(held.triggered_on)}启动劝返。{ended(wording.text(held.trigger, context, on))}",
    )
    for place, step in enumerate(visits, 1):
        yield from text(f"{place}. {_visit(step, context, on)}")
    yield from part("三、目前的情况", _state(held, visits, context, on))
    yield from part("四、学校后续工作", _closing())


def _who(child: Student, context: Context, on: date) -> str:
    number = wording.HIDDEN_WORDS if "enrolment_number" in child.hidden else child.enrolment_number
    said = (
        f"{child.name}，{child.sex}，{of.month(child.birth_date)}出生，{of.class_name(child, context, on)}学生",
        f"学籍号{number}" if number else "",
        f"户籍地{child.registered_residence}" if child.registered_residence else "",
        f"现住{child.family.address}" if child.family and child.family.address else "",
    )
    return f"{'，'.join(filter(None, said))}。"


def _family(child: Student, on: date) -> str:
    told = [
        f"{each.relation}{each.name}" + (f"（电话{each.phone}）" if each.phone else "")
        for each in of.guardians(child, on)
    ]
    return f"监护人：{'；'.join(told) or official.GAP}。"


def _visit(step: Step, context: Context, on: date) -> str:
    def told(words: str) -> str:
        return wording.text(words, context, on)

    at = f"{wording.long_date(step.at.date())}{step.at:%H:%M}" if step.at else official.DATE_GAP
    people = wording.joined(wording.person(who, context) for who in step.participants)
    said = (
        f"{step.level}劝返" + (f"第{han(step.number)}次" if step.number else ""),
        f"地点：{step.place}" if step.place else "",
        f"参加人：{people}" if people else "",
        f"家长态度：{told(step.guardian_attitude)}" if step.guardian_attitude else "",
        f"学生态度：{told(step.student_attitude)}" if step.student_attitude else "",
        f"结果：{told(step.outcome)}" if step.outcome else "",
        f"承诺返校日：{wording.long_date(step.promised_on)}" if step.promised_on else "",
    )
    return f"{at}，{'；'.join(each.rstrip('。；') for each in said if each)}。"


def _state(held: Persuasion, visits: tuple[Step, ...], context: Context, on: date) -> str:
    if held.returned_on and not of.is_open(held, on):
        return f"该生已于{wording.long_date(held.returned_on)}返校。"
    latest = f"最近一次劝返的结果：{ended(wording.text(visits[-1].outcome, context, on))}" if visits else ""
    return f"{latest}{_OPEN}"


def _papers(about: str, visits: tuple[Step, ...], context: Context) -> Iterator[str]:
    """Yield what is attached: a form for each visit, the letter to the family once it has gone out."""
    if visits:
        yield f"劝返记录表（{len(visits)}份）"
    carried = any(NOTICE.title in paper for step in visits for paper in step.materials)
    if carried or (NOTICE.filed_as, about) in context.issued:
        yield "劝学通知书及送达回证"
    yield "在校表现资料"


def _blank() -> Iterator[Block]:
    # One gap a line: a gap for the hand may not break over two lines.
    gap, day = official.GAP, official.DATE_GAP
    yield from text(_opening())
    yield from part(
        "一、学生基本情况",
        f"姓名：{gap}　性别：〔　〕",
        "出生年月：〔　　〕年〔　〕月",
        f"班级：{gap}",
        f"学籍号：{gap}",
        f"户籍地：{gap}",
        f"现住址：{gap}",
        f"监护人：{gap}　关系：〔　　〕",
        f"电话：{gap}",
    )
    yield from part("二、离校和劝返经过", f"离校日期：{day}", f"启动劝返：{day}")
    for place in (1, 2, 3):
        yield from text(
            f"{place}. 时间：{day}　〔　〕级",
            f"地点：{gap}",
            f"参加人：{gap}",
            f"家长和学生的态度：{gap}",
            f"结果：{gap}",
        )
    yield from part("三、目前的情况和困难", gap)
    yield from part("四、学校后续工作", _closing())


def _suits(child: Student, *_: object) -> bool:
    return any(
        held.status == "已上报" or any(step.level in _LATER for step in held.steps)
        for held in child.persuasions
    )


REPORT: Final = Kind(
    _KIND,
    _TITLE,
    "student",
    frozenset({"教学", "关爱"}),
    draft,
    suits=_suits,
    has_items=True,
    filed_as=_FILED_AS,
)
