"""What homeroom teachers learned from each other (经验材料), drafted from a meeting of theirs; children are not named."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.document import Block
from generators.letters.letter import Kind, Letter, NothingToWrite, ended, part, text
from generators.letters.veil import notice_veil
from guanai.figures import han
from guanai.model.meeting import Meeting

_KIND: Final = "experience"
_TITLE: Final = "经验材料"
_MEETING: Final = "班主任交流会"
_OPEN_LABELS: Final = (None, "教学", "关爱")
_FINISH: Final = "〔请撰稿人补写：适用的情形、要注意的地方〕"


def draft(record: Meeting | None, context: Context, on: date) -> Letter:
    """Return the paper on one meeting.

    Raises:
        NothingToWrite: it is no meeting of homeroom teachers, or nothing was said that may be told.
    """
    if record is None:
        return Letter(
            school=context.school.name, title=f"{official.GAP}\n——班主任工作经验材料", body=tuple(_blank())
        )
    if not _suits(record):
        raise NothingToWrite(_TITLE, record.id, f"它不是{_MEETING}，或者没有可以写进材料的发言")
    return Letter(
        school=context.school.name,
        title=f"{notice_veil(context).over(record.name)}\n经验材料",
        body=tuple(_body(record, context, on)),
        subject=record.id,
    )


def _body(held: Meeting, context: Context, on: date) -> Iterator[Block]:
    veil = notice_veil(context)
    day = wording.long_date(held.at.date()) if held.at else official.DATE_GAP
    yield from text(
        f"{day}，学校召开{veil.over(held.name)}，班主任交流了各自的做法。现整理如下，供大家参考。"
    )
    number = 0
    for place, item in enumerate((*held.agenda, ""), 1):
        said = [
            each
            for each in held.statements
            if each.confidentiality in _OPEN_LABELS and _item(each.item, held) == place
        ]
        if not said:
            continue
        number += 1
        yield from part(f"{han(number)}、{veil.over(item) or '其他做法'}")
        for order, each in enumerate(said, 1):
            who = wording.person(each.speaker, context) if each.speaker else ""
            words = ended(veil.over(wording.text(each.content, context, on)))
            yield from text(f"{order}.{words}" + (f"（{who}）" if who else ""))
        yield from text(_FINISH)
    agreed = [
        veil.over(wording.text(made.matter, context, on)) for made in held.decisions if not made.students
    ]
    yield from part(f"{han(number + 1)}、固定下来的做法", *map(ended, agreed), _FINISH)


def _item(item: int | None, held: Meeting) -> int:
    return item if item is not None and 1 <= item <= len(held.agenda) else len(held.agenda) + 1


def _blank() -> Iterator[Block]:
    for heading in ("一、背景", "二、做法", "三、效果", "四、适用的情形和要注意的地方"):
        yield from part(heading, official.GAP)


def _suits(held: Meeting, *_: object) -> bool:
    return held.kind == _MEETING and any(each.confidentiality in _OPEN_LABELS for each in held.statements)


EXPERIENCE: Final = Kind(_KIND, _TITLE, "meeting", frozenset({"教学", "关爱"}), draft, suits=_suits)
