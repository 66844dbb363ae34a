"""The decision to commend (表彰决定) and what of a decision may hang on the wall (公示).

A notice shows the least: of an honour the names, since these are what it is for; of aid no name, no reason, no sum a
child: names of aided pupils have been leaked this way. Source: 未成年人学校保护规定 10; 个人信息保护法 6, 25.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.letters.letter import SHORT_GAP, Kind, Letter, NothingToWrite, ended, law, text
from generators.letters.veil import notice_veil
from guanai.model.decision import SchoolDecision
from guanai.rules.suppression import LEAST

_PRAISE: Final = "commendation"
_NOTICE: Final = "public-notice"
_PRAISE_TITLE: Final = "表彰决定"
_NOTICE_TITLE: Final = "公示"
_CLOSING: Final = "希望受到表彰的个人和集体继续努力。全校师生要关心、帮助每一名同学，一起进步。"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a notice of one kind of decision shows.

    Attributes:
        names: the children's names and the classes.
        matter: what is to be published, in one word.
    """

    names: bool
    matter: str


#: How what was decided begins where it can follow “决定” in one sentence.
_VERBS: Final = ("表彰", "授予", "给予", "予以", "对", "命名", "评")

#: Kinds of decisions that are published; of all others nothing is.
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "表彰": Profile(names=True, matter="拟表彰名单"),
        "进步之星": Profile(names=True, matter="进步之星名单"),
        "减免审批": Profile(names=False, matter="学生资助评审情况"),
    }
)


def commendation(record: SchoolDecision | None, context: Context, on: date) -> Letter:
    """Return the decision as a paper.

    Raises:
        NothingToWrite: it is no commendation.
    """
    school = context.school
    if record is None:
        gap = official.GAP
        body = (
            f"{gap}。为了表彰先进，经学校研究，决定表彰以下个人和集体：",
            f"一、个人：{gap}",
            f"二、集体：{gap}",
            _CLOSING,
        )
        return Letter(
            school=school.name,
            title=f"{school.name or gap}\n关于表彰{gap}的决定",
            addressee="各年级、各处室",
            body=tuple(text(*body)),
            issuing_code=school.issuing_code,
            is_formal=True,
            has_imprint=True,
        )
    if record.kind != "表彰":
        raise NothingToWrite(_PRAISE_TITLE, record.id, "它的类型不是表彰")
    return Letter(
        school=school.name,
        title=f"{school.name}\n{official.broken_title(_named(record.name))}",
        addressee="各年级、各处室",
        body=tuple(text(*_praise(record, context, on))),
        subject=record.id,
        about=record.id,
        issuing_code=school.issuing_code,
        number=record.number,
        signed_on=record.dated_on,
        is_formal=True,
        has_imprint=True,
    )


def _praise(record: SchoolDecision, context: Context, on: date) -> Iterator[str]:
    """Yield reason and content as they stand in the record; a list only where the content does not name everybody."""
    content = record.content or ""
    if record.reason:
        yield ended(wording.text(record.reason, context, on))
    words = wording.text(content, context, on) or "予以表彰"
    yield f"经学校研究，{'决定' if words.startswith(_VERBS) else '作出如下决定：'}{ended(words)}"
    unnamed = [student for student in record.students if student not in content]
    if unnamed:
        yield f"受到表彰的学生：{wording.joined(map(context.child_name, unnamed))}。"
    if teachers := [name for name in map(context.staff_name, record.staff) if name not in words]:
        yield f"受到表彰的教师：{wording.joined(teachers)}。"
    classes = [context.class_name(each, record.dated_on or on) for each in record.classes]
    if missing := [name for name in classes if name not in words]:
        yield f"受到表彰的班级：{wording.joined(missing)}。"
    yield _CLOSING


def _named(name: str) -> str:
    """Return a decision's name as a title says it.

    >>> _named("关爱工作先进个人"), _named("关于表彰优秀学生的决定")
    ('关于表彰关爱工作先进个人的决定', '关于表彰优秀学生的决定')
    """
    if name.endswith("决定"):
        return name
    return f"关于表彰{name.removeprefix('关于').removeprefix('表彰')}的决定"


def public_notice(record: SchoolDecision | None, context: Context, on: date) -> Letter:
    """Return what may be published of a decision.

    Raises:
        NothingToWrite: decisions of its kind are not published.
    """
    if record is None:
        body = (*_blank(), *_frame(context, SHORT_GAP))
        return Letter(school=context.school.name, title=_NOTICE_TITLE, body=tuple(text(*body)))
    profile = PROFILES.get(record.kind)
    if profile is None:
        raise NothingToWrite(_NOTICE_TITLE, record.id, f"“{record.kind}”类的决定不公示")
    said = _honour(record, context, on) if profile.names else _aid(record)
    return Letter(
        school=context.school.name,
        title=f"{profile.matter}公示",
        body=tuple(text(*said, *_frame(context, profile.matter))),
        subject=record.id,
    )


def _honour(record: SchoolDecision, context: Context, on: date) -> Iterator[str]:
    name = notice_veil(context).over(record.name).removeprefix("关于").removesuffix("的决定")
    day = record.dated_on or on
    yield f"{name}的评审已经完成，现将名单公示如下。"
    if record.students:
        yield f"学生：{wording.joined(map(context.child_name, record.students))}。"
    if record.classes:
        yield f"班级：{wording.joined(context.class_name(each, day) for each in record.classes)}。"
    yield "名单只列姓名和班级，不列类别、等级、成绩和家庭情况；本人或者监护人不愿意公布姓名的，请告诉班主任，学校即行撤下。"


def _aid(record: SchoolDecision) -> Iterator[str]:
    many = len(record.students)
    count = f"受助学生{many}名" if many >= LEAST else "受助学生"
    yield f"按照学生资助政策和学校规定，经本人或者监护人申请、学校评审，确定了{count}。"
    yield f"依照{law('未成年人学校保护规定-10').text}，为了保护学生隐私，名单、金额和家庭情况不张榜公布，由学校逐一告知本人和监护人。"


def _frame(context: Context, matter: str) -> Iterator[str]:
    day = official.DATE_GAP
    yield f"公示时间：{day}至{day}。公示期满即行撤下。"
    school = context.school
    phone, place = school.phone or official.GAP, school.address or official.GAP
    yield f"对{matter}有意见的，请在公示期内以电话、信件或者当面的方式向学校反映。联系电话：{phone}；地址：{place}。"


def _blank() -> Iterator[str]:
    yield f"{official.GAP}的评审已经完成，现将结果公示如下。"
    yield official.GAP
    yield "公示只列必要的内容，不列证件号码、出生日期、电话、住址、家庭情况和成绩。"


COMMENDATION: Final = Kind(
    _PRAISE,
    _PRAISE_TITLE,
    "decision",
    frozenset({"教学", "关爱"}),
    commendation,
    suits=lambda record, *_: record.kind == "表彰",
)
PUBLIC_NOTICE: Final = Kind(
    _NOTICE,
    _NOTICE_TITLE,
    "decision",
    frozenset({"教学", "关爱"}),
    public_notice,
    suits=lambda record, *_: record.kind in PROFILES,
)
