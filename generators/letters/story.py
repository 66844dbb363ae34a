"""The story of one child's education (教育案例) under a pseudonym: drafted from its records for the teacher to finish.

Everything that could tell who it is about is replaced, and a paper in which a known name is left is not made.
Nicknames and what only people of the village would know, no program can find: the paper asks to be read again.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from generators import official
from generators.context import Context
from generators.document import Block, Paragraph, Role, paragraphs
from generators.letters import child as of
from generators.letters.letter import NAMELESS, Kind, Letter, NothingToWrite, ended, part, text
from generators.letters.veil import StillNamed, Veil, story_veil
from generators.official import paragraph
from guanai.grades import grade_of
from guanai.model.care import Situation
from guanai.model.student import Student
from guanai.model.trail import Entry

_KIND: Final = "education-case"
_TITLE: Final = "教育案例"
_FINISH: Final = "〔请教师补写〕"
_OPEN_LABELS: Final = (None, "教学", "关爱")
#: What a colleague may learn from. Reports, psychology and what is held back from most readers are no part of it.
_TOLD: Final = (
    "谈话",
    "家访",
    "跟踪",
    "辅导",
    "结对谈心",
    "家庭教育指导",
    "亲情联系",
    "进步卡片",
    "康复训练",
)
_NOTE: Final = "（案例中的人名、校名、地名均为化名或者略去，情节可能作了改动。定稿前请再读一遍：绰号、特殊经历等能让人认出学生的内容，请一并改写。）"


def draft(record: Student | None, context: Context, on: date) -> Letter:
    """Return the story of a child.

    Raises:
        NothingToWrite: there is no entry to tell of.
        StillNamed: a real name could not be replaced.
    """
    if record is None:
        return Letter(
            school=context.school.name,
            title=f"{official.GAP}\n——一名学生的教育案例",
            body=tuple(_blank()),
            is_signed=False,
        )
    if not _suits(record, context, on):
        raise NothingToWrite(_TITLE, record.id, "还没有可以写进案例的过程记录")
    veil, alias = story_veil(record, context)
    body = tuple(_body(record, veil, alias, context, on))
    left = [word for each in paragraphs(body) for word in veil.remaining(each.text)]
    if left:
        raise StillNamed(_TITLE, len(left))
    return Letter(
        school="",
        title=f"陪{alias}走一程\n——一名学生的教育案例",
        body=body,
        subject=NAMELESS,
        is_signed=False,
    )


def _body(child: Student, veil: Veil, alias: str, context: Context, on: date) -> Iterator[Block]:
    now = child.situation or Situation()
    stay = of.place(child, on)
    grade = context.grade_name(grade_of(stay.class_id), on) if stay else ""
    told = sorted((each for each in child.entries if _is_told(each, on)), key=_when)
    yield from part("一、案例背景", f"{alias}，{grade}学生。{_FINISH}")
    yield from part("二、问题表现", *_said(veil, ("学业", now.study), ("行为", now.behaviour)))
    yield from part("三、成因分析", *_said(veil, ("", now.causes), ("需要", now.needs)))
    yield from part("四、措施与过程")
    for number, entry in enumerate(told, 1):
        yield from text(f"{number}. {_month(entry)}，{entry.kind}。{_measure(entry, veil)}")
    yield from part("五、成效", *_said(veil, *_results(child, told)))
    yield from part("六、反思", *_said(veil, *(("", entry.lessons) for entry in told)))
    yield paragraph(Role.BODY, _NOTE)


def _is_told(entry: Entry, on: date) -> bool:
    is_past = entry.at is not None and entry.at.date() <= on
    is_open = entry.confidentiality in _OPEN_LABELS and entry.kind in _TOLD
    return is_past and is_open and bool(entry.content or entry.strategy)


def _when(entry: Entry) -> str:
    return entry.at.isoformat() if entry.at else ""


def _month(entry: Entry) -> str:
    return of.month(entry.at.date()) if entry.at else ""


def _measure(entry: Entry, veil: Veil) -> str:
    said = (entry.content, f"做法：{entry.strategy}" if entry.strategy else "")
    return "".join(ended(veil.over(each)) for each in said if each)


def _results(child: Student, told: Iterable[Entry]) -> Iterator[tuple[str, str | None]]:
    yield from (("", entry.effect) for entry in told)
    yield from (("", summary.results) for summary in child.summaries)


def _said(veil: Veil, *lines: tuple[str, str | None]) -> Iterator[str]:
    """Yield what the records say, each sentence once, and at the end the place where the teacher goes on."""
    known = dict.fromkeys(f"{label}：{words}" if label else words for label, words in lines if words)
    yield from (ended(veil.over(words)) for words in known)
    yield _FINISH


def _blank() -> Iterator[Paragraph]:
    heads = ("一、案例背景", "二、问题表现", "三、成因分析", "四、措施与过程", "五、成效", "六、反思")
    for head in heads:
        yield from part(head, official.GAP)
    yield paragraph(Role.BODY, _NOTE)


def _suits(child: Student, context: Context | None = None, on: date | None = None) -> bool:  # noqa: ARG001 -- as all
    return any(_is_told(entry, on or date.max) for entry in child.entries)


STORY: Final = Kind(_KIND, _TITLE, "student", frozenset({"教学", "关爱"}), draft, suits=_suits)
