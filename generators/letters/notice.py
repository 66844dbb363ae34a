"""The letter that persuades a family (劝学通知书) and the receipt for it (送达回证).

A school explains the law and offers help. It sets no deadline and orders nothing: that is the township's and the
bureau's. Source: 义务教育法 58; 未成年人保护法 28.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.document import Block, Role
from generators.letters import child as of
from generators.letters.letter import SHORT_GAP, Kind, Letter, NothingToWrite, law, part, quoted, slip, text
from generators.official import paragraph
from guanai.model.student import Student
from guanai.model.trail import Persuasion

_KIND: Final = "education-notice"
_TITLE: Final = "劝学通知书"
_BLANK: Final = of.Filed()
_HELP: Final = (
    "1.学习上：由任课教师补上落下的功课，不因缺课批评、为难孩子。",
    "2.生活上：符合条件的，协助申请学生资助和社会救助；路远的，协商住校或者交通办法。",
    "3.心情上：班主任和心理健康教师陪孩子适应，同学之间不议论、不歧视。",
    "4.家里上：说明照顾老人、孩子等困难的，学校帮助联系村（居）民委员会和有关部门。",
)


def draft(record: Student | None, context: Context, on: date, *, item: str | None = None) -> Letter:
    """Return the letter about one persuasion of a child.

    Raises:
        NothingToWrite: the child has none.
    """
    school = context.school
    if record is None:
        body = _body(official.GAP, f"自{official.DATE_GAP}起", _visits(()), context)
        return _letter(context, addressee=official.GAP, body=body, who=SHORT_GAP, receiver="")
    held = of.case(record, item, _TITLE)
    if not of.is_open(held, on):
        raise NothingToWrite(_TITLE, record.id, "孩子已经返校")
    sex, born = record.sex or SHORT_GAP, of.month(record.birth_date)
    who = f"{record.name}，{sex}，{born}出生，{school.name}{of.class_name(record, context, on)}学生"
    return _letter(
        context,
        addressee=of.addressed(record, on),
        body=_body(who, f"自{of.long(held.absent_since)}起", _visits(_days(held, on)), context),
        who=f"{record.name}　{of.class_name(record, context, on)}",
        receiver=of.addressed(record, on),
        filed=of.filed(record, held, item, context, _TITLE),
    )


def _letter(  # noqa: PLR0913 -- what a filled and a blank one differ in
    context: Context,
    *,
    addressee: str,
    body: Iterable[Block],
    who: str,
    receiver: str,
    filed: of.Filed = _BLANK,
) -> Letter:
    code = context.school.issuing_code
    shown = filed.number or official.paper_number(None, code, 0, blank=True)
    return Letter(
        school=context.school.name,
        title=_TITLE,
        addressee=addressee,
        body=tuple(body),
        annex=tuple(_receipt(shown, who, receiver)),
        subject=filed.subject,
        about=filed.about,
        issuing_code=code,
        number=filed.number,
        signed_on=filed.signed_on,
        is_formal=True,
    )


def _days(held: Persuasion, on: date) -> tuple[date, ...]:
    return tuple(dict.fromkeys(step.at.date() for step in of.steps(held, on) if step.at))


def _visits(days: tuple[date, ...]) -> str:
    told = wording.joined(map(wording.long_date, days)) or official.DATE_GAP
    return f"学校老师于{told}上门或者与您联系，孩子仍未返校。"


def _body(who: str, since: str, visits: str, context: Context) -> Iterator[Block]:
    phone = context.school.phone or official.GAP
    yield from text(
        f"您监护的孩子{who}，{since}未到校上课。{visits}学校惦记着孩子，现把有关规定和学校能做的事告诉您。"
    )
    yield from part(
        "一、上学是孩子的权利，送孩子上学是监护人的责任",
        f"{quoted('义务教育法-4')}{quoted('义务教育法-5', 2)}",
    )
    yield from text(
        f"{quoted('义务教育法-14')}孩子没有读完初中就去做工，用工的单位和个人是违法的，孩子的安全也没有保障。"
    )
    yield from part(
        "二、请您和孩子商量，早日返校",
        "请您同孩子好好谈一谈，尽早送孩子回到学校。"
        f"有困难、有想法，请随时告诉班主任，或者打学校电话{phone}，也可以请老师再到家里来。",
    )
    yield from part("三、孩子回来，学校这样做", *_HELP)
    yield from part(
        "四、还需要您知道",
        f"依照{law('未成年人保护法-28').text}，学校对辍学的学生登记并劝返，劝返没有结果的，要书面报告教育行政部门。"
        f"{quoted('义务教育法-58')}这是乡镇人民政府和县级教育行政部门的职权，学校没有这项职权；送这份通知书，是劝学，也是把法律讲清楚。",
    )


def _receipt(number: str, who: str, receiver: str) -> Iterator[Block]:
    yield paragraph(Role.TITLE, "送达回证")
    yield slip(
        (
            ("文书名称及文号", f"{_TITLE}　{number}"),
            ("学生", who),
            ("受送达人（与学生的关系）", receiver),
            ("送达地点", ""),
            ("送达方式", "当面送交□　同住成年家属代收□　其他□"),
            ("送达时间", "〔　　〕年〔　〕月〔　〕日〔　〕时〔　〕分"),
            ("受送达人签字", ""),
            ("代收人签字及与受送达人的关系", ""),
            ("没有签收的情况", ""),
            ("见证人签字及单位职务", ""),
            ("送达人签字（两人）", ""),
            ("备注", ""),
        ),
        label_mm=48,
    )
    yield paragraph(Role.NOTE, "本回证由送达人带回，与劝返记录表一并存入学生档案。")


def _suits(child: Student, _: Context, on: date) -> bool:
    """Tell whether the child's last persuasion is under way."""
    return bool(child.persuasions) and of.is_open(of.case(child, None, _TITLE), on)


NOTICE: Final = Kind(
    _KIND,
    _TITLE,
    "student",
    frozenset({"教学", "关爱"}),
    draft,
    suits=_suits,
    has_items=True,
    filed_as=_TITLE,
)
