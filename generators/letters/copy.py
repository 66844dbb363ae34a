"""What a guardian may read of the child's file (监护人查阅件): the child's own data, third parties masked.

Not in it: phones of teachers, other children, another guardian's numbers, the counselling file, mandatory
reports, what is held back as 限制, warning levels with their triggers and reasons (work sheets of the school), what a
child said in a talk and what another guardian told the school (only topic and what was agreed). The closing sentence says so in the same words for every
child: whether there is such a thing cannot be told from it. Source: 个人信息保护法 45; what stays out is ours.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.document import Block, Role
from generators.letters import child as of
from generators.letters.letter import Kind, Letter, NothingToWrite, ended, law, part, slip, table, text
from generators.letters.veil import Veil, called
from generators.official import paragraph
from guanai.model.family import Guardian
from guanai.model.student import Student
from guanai.model.trail import Entry

_TITLE: Final = "监护人查阅件"
_OPEN_LABELS: Final = (None, "教学", "关爱")
#: Entries about the child itself, whose words a guardian reads.
_WHOLE: Final = frozenset({"跟踪", "课堂反馈", "辅导", "生活照顾", "康复训练", "亲情联系", "进步卡片"})
#: What another guardian said stays between that guardian and the school: whole for who took part.
_MET: Final = frozenset({"家访", "校访", "联系监护人", "家庭教育指导", "救助协调"})
#: Of what a child said only topic and agreement are told.
_TALKS: Final = frozenset({"谈话", "结对谈心"})
#: Circumstances that are another person's secret, or held back from most of the staff.
_OF_OTHERS: Final = frozenset(
    {"监护人精神障碍", "监护人服刑", "重组家庭", "不良行为", "严重不良行为", "心理困扰"}
)
_PLANS: Final = frozenset({"学习辅导", "个别化教育教学", "个性化教育", "康复训练", "生活帮扶"})
_LEAD: Final = "以下是学校档案中关于孩子的主要内容。"
_CLOSING: Final = "涉及其他学生、其他人员隐私的内容，心理辅导记录，学校内部研判和履行法定报告职责形成的材料，不在本件之内；想了解孩子的情况和学校的帮助，请与班主任或者分管副校长面谈。"


def draft(record: Student | None, context: Context, on: date, *, item: str | None = None) -> Letter:
    """Return the copy; ``item``: 编号 of the guardian who reads it, whose own data then stand in full.

    Raises:
        NothingToWrite: there is no such guardian.
    """
    if record is None:
        return Letter(school=context.school.name, title=_TITLE, body=tuple(_blank()))
    people = of.guardians(record, on)
    reader = next((each for each in people if each.id == item), None)
    if item is not None and reader is None:
        raise NothingToWrite(_TITLE, record.id, f"没有编号为 {item} 的监护人，或者已经不是监护人")
    return Letter(
        school=context.school.name,
        title=_TITLE,
        body=tuple(_body(record, reader, people, context, on)),
        subject=f"{record.id}-{item}" if item else record.id,
    )


def _body(
    child: Student, reader: Guardian | None, people: tuple[Guardian, ...], context: Context, on: date
) -> Iterator[Block]:
    veil = _veil(child, people, context)
    yield from text(
        f"依照{law('个人信息保护法-45').text}和{law('未成年人网络保护条例-34').text}，应监护人的申请提供。{_LEAD}"
    )
    yield from part("一、基本情况")
    yield slip(_facts(child, context, on), height_mm=8)
    yield from part("二、监护人")
    yield table(("姓名", "关系", "电话"), (_guardian(each, reader) for each in people), (52, 40, 64))
    yield from part("三、学校了解的情况", *_situation(child, veil, on))
    yield from part("四、帮扶计划")
    yield from _plans(child, veil)
    yield from part("五、联系和帮扶记录")
    yield from _entries(child, reader, veil, context, on)
    yield from part("六、成绩")
    yield from _tests(child)
    yield from part("七、资助、荣誉和学期总结", *_rest(child, veil))
    yield from part("八、说明", _CLOSING)
    yield from _corrections()


def _corrections() -> Iterator[Block]:
    """Yield what the reader fills in and signs, on one page."""
    yield paragraph(Role.BODY, "发现有错的，请写在下面，学校核对后更正并答复：", keep=True)
    yield paragraph(Role.BODY, official.GAP)
    yield slip(
        (("查阅人签字、与学生的关系", ""), ("查阅时间", official.DATE_GAP), ("经办人签字", "")),
        height_mm=11,
        label_mm=56,
    )


def _facts(child: Student, context: Context, on: date) -> Iterator[tuple[str, str]]:
    home = child.family
    yield "姓名", child.name
    yield "性别、出生日期", f"{child.sex}　{wording.long_date(child.birth_date) if child.birth_date else ''}"
    yield "班级", of.class_name(child, context, on)
    yield (
        "学籍号",
        wording.HIDDEN_WORDS if "enrolment_number" in child.hidden else child.enrolment_number or "",
    )
    yield "证件号码", child.identity.number if child.identity else ""
    yield "家庭住址", (home.address if home else None) or ""
    yield "课堂安全提示", child.safety_note or ""
    yield "保存期限", (child.filing.retention if child.filing else None) or ""


def _guardian(who: Guardian, reader: Guardian | None) -> tuple[str, str, str]:
    phone = who.phone or ""
    return who.name, who.relation, phone if who is reader else masked(phone)


def masked(phone: str) -> str:
    """Return a phone number of which only the ends are told.

    >>> masked("13900002467"), masked("")
    ('139****2467', '')
    """
    digits = re.sub(r"[^0-9]", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else "*" * len(digits)


def _veil(child: Student, people: tuple[Guardian, ...], context: Context) -> Veil:
    """Return what hides other children, and people who took part and are no guardian of this child."""
    own = {child.name, *(each.name for each in people)}
    staff = {person.name for person in context.staff.values()}
    others = [name for name in context.children.values() if name not in own]
    outside = [who.name for entry in child.entries for who in entry.participants if who.name]
    words = dict.fromkeys(called(name for name in outside if name not in own | staff), "有关人员")
    words |= dict.fromkeys(called(others), "某同学")
    kept = {*called(own), *called(staff)}
    return Veil({word: stand_in for word, stand_in in words.items() if word not in kept})


def _situation(child: Student, veil: Veil, on: date) -> Iterator[str]:
    shown = [
        each.circumstance
        for each in child.circumstances
        if each.circumstance not in _OF_OTHERS and (each.until is None or each.until >= on)
    ]
    if shown:
        yield f"需要关爱的情形：{wording.joined(dict.fromkeys(shown))}。"
    now = child.situation
    for label, words in (
        ("学业", now and now.study),
        ("行为", now and now.behaviour),
        ("目标", now and now.goals),
    ):
        if words:
            yield f"{label}：{veil.over(words)}"
    if not shown and now is None:
        yield "无。"


def _plans(child: Student, veil: Veil) -> Iterator[Block]:
    rows = [
        (
            wording.short_date(each.dated_on) if each.dated_on else "",
            f"{each.kind}{each.subject or ''}",
            veil.over(each.content),
            "\n".join(ended(veil.over(goal.goal)) for goal in each.goals),
        )
        for each in child.plans
        if each.kind in _PLANS and each.confidentiality in _OPEN_LABELS
    ]
    yield from _listed(("日期", "计划", "内容", "阶段目标"), rows, (26, 28, 58, 44))


def _entries(
    child: Student, reader: Guardian | None, veil: Veil, context: Context, on: date
) -> Iterator[Block]:
    rows = [
        (wording.minute(each.at), each.kind, _told(each, reader, veil, context, on))
        for each in sorted(child.entries, key=_when)
        if each.at is not None and each.at.date() <= on and _is_open(each)
    ]
    yield from _listed(("时间", "类型", "内容"), rows, (34, 26, 96))


def _is_open(entry: Entry) -> bool:
    return entry.kind in _WHOLE | _MET | _TALKS and entry.confidentiality in _OPEN_LABELS


def _told(entry: Entry, reader: Guardian | None, veil: Veil, context: Context, on: date) -> str:
    took_part = reader is not None and any(who.name == reader.name for who in entry.participants)
    is_whole = entry.kind in _WHOLE or (entry.kind in _MET and took_part)
    said = (
        ("", entry.topic),
        ("", entry.content if is_whole else None),
        ("约定：", entry.agreement),
        ("监护人意见：", entry.guardian_opinion if took_part else None),
        ("答复：", entry.reply if took_part else None),
    )
    lines = (f"{label}{veil.over(wording.text(words, context, on))}" for label, words in said if words)
    return "\n".join(lines) or "（内容不列）"


def _when(entry: Entry) -> str:
    return entry.at.isoformat() if entry.at else ""


def _tests(child: Student) -> Iterator[Block]:
    rows = [
        (
            wording.short_date(each.dated_on) if each.dated_on else "",
            each.name or each.kind,
            each.subject,
            each.grade or (wording.number(each.score) if each.score is not None else ""),
        )
        for each in child.tests
    ]
    yield from _listed(("日期", "名称", "学科", "成绩"), rows, (32, 60, 32, 32))


def _rest(child: Student, veil: Veil) -> Iterator[str]:
    lines = [
        *(
            f"资助：{each.kind}，{each.item}"
            + (f"，{wording.number(each.amount_yuan)}元" if each.amount_yuan else "")
            for each in child.aids
        ),
        *(f"荣誉：{each.name}" for each in child.honours),
        *(f"{wording.term_name(each.term)}总结：{veil.over(each.content)}" for each in child.summaries),
    ]
    yield from map(ended, lines or ["无"])


def _listed(
    head: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[float, ...]
) -> Iterator[Block]:
    held = list(rows)
    if held:
        yield table(head, held, widths)
    else:
        yield from text("无。")


def _blank() -> Iterator[Block]:
    yield from text(
        f"依照{law('个人信息保护法-45').text}和{law('未成年人网络保护条例-34').text}，应监护人的申请提供。{_LEAD}"
    )
    labels = (
        "姓名",
        "性别、出生日期",
        "班级",
        "家庭住址",
        "课堂安全提示",
        "学业和行为",
        "帮扶计划",
        "联系和帮扶记录",
        "成绩",
        "资助、荣誉和总结",
    )
    yield slip(((label, "") for label in labels), height_mm=14)
    yield from text(_CLOSING)
    yield from _corrections()


COPY: Final = Kind("guardian-copy", _TITLE, "student", frozenset({"教学", "关爱"}), draft, has_items=True)
