"""The certificate (荣誉证书) of a commendation: one sheet a child, teacher or class; it says what was done well, no more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.document import (
    Align,
    Block,
    Cell,
    Document,
    Face,
    Layout,
    PageBreak,
    Paragraph,
    Role,
    Row,
    Run,
    Table,
)
from generators.form import NothingToPrint
from generators.text import ems
from guanai.model.decision import SchoolDecision

KIND: Final = "certificate"

_KINDS: Final = frozenset({"表彰", "进步之星"})
_REFUSED: Final = frozenset({"不同意", "撤销"})

#: Words that sort children; a certificate hangs on a wall and never tells that a child was on a list.
_SORTS: Final = re.compile(
    '[“”‘’"]|(?:学困|后进|特殊(?:群体)?|问题|贫困|留守|单亲|残疾|随班就读|帮扶|控辍保学|重点关注|心理[^、，]{0,4})'
    "(?:学生|儿童|家庭|对象|生)*|差生|双差生|(?:父母|家庭)?离异|孤儿"
)
#: What a decision's name says besides the honour.
_FRAME: Final = re.compile("^(?:关于)?(?:表彰)?|(?:的|名单)?(?:决定|表彰)$")
#: What a certificate is for where nothing else may be said.
_PLAIN: Final = "进步之星"

_WIDTH_MM: Final = 257.0
_HEIGHT_MM: Final = 158.0
_GAP: Final = "　　　　　　"

#: Room between the frame and the words, and signs of a line between the margins.
_MARGIN: Final = "　　　"
_LINE_EMS: Final = 33


@dataclass(frozen=True, slots=True)
class CertificateInputs:
    """What certificates print, in words.

    Attributes:
        id: of the decision, "" for a blank one.
        school: full name.
        honour: what for.
        names: as they are addressed: 某某 同学, 某某 老师, a class.
        day: of the decision, "" where it has none.
    """

    id: str
    school: str
    honour: str = ""
    names: tuple[str, ...] = ()
    day: str = ""


def suits(decision: SchoolDecision, *_: object) -> bool:
    """Tell whether a decision honours someone."""
    is_made = decision.kind in _KINDS and decision.outcome not in _REFUSED
    return is_made and bool(decision.students or decision.staff or decision.classes)


def inputs(decision: SchoolDecision | None, context: Context, on: date) -> CertificateInputs:
    """Return what the certificates of a decision print; without a decision a blank one.

    Raises:
        NothingToPrint: the decision honours nobody.
    """
    if decision is None:
        return CertificateInputs("", context.school.name)
    if not suits(decision):
        raise NothingToPrint("荣誉证书", decision.id, None)
    return CertificateInputs(
        id=decision.id,
        school=context.school.name,
        honour=_honour(decision.name),
        names=tuple(_names(decision, context, on)),
        day=wording.long_date(decision.dated_on) if decision.dated_on else "",
    )


def _honour(name: str) -> str:
    """Return what a commendation is called, without words that sort children."""
    return _FRAME.sub("", _SORTS.sub("", name)).strip("的 ") or _PLAIN


def _names(decision: SchoolDecision, context: Context, on: date) -> Iterator[str]:
    yield from (f"{context.child_name(each)} 同学" for each in decision.students)
    yield from (f"{context.staff_name(each)} 老师" for each in decision.staff)
    yield from (context.class_name(each, on) for each in decision.classes)


def build(inputs: CertificateInputs | None, *, on: date, blank: bool = False) -> Document:
    """Return the certificates, one a sheet.

    Args:
        inputs: what they print.
        on: the day they are made for.
        blank: leave name, honour and date open.
    """
    found = inputs or CertificateInputs("", "")
    if blank or not found.id:
        pages = [_sheet(f"{_GAP}：", _GAP, found.school, "　　　　年　　月　　日")]
        return _document("blank", pages, on, blank=True)
    pages = [_sheet(f"{name}：", found.honour, found.school, found.day) for name in found.names]
    return _document(found.id, pages, on)


def _document(subject: str, pages: list[Table], on: date, *, blank: bool = False) -> Document:
    blocks: list[Block] = []
    for page in pages:
        blocks += [PageBreak(leaf=True), page]
    return Document(KIND, subject, "荣誉证书", Layout.CERTIFICATE, tuple(blocks[1:]), on, blank=blank)


def _sheet(name: str, honour: str, school: str, day: str) -> Table:
    """Return a framed sheet."""
    lines = (
        _line("", Align.CENTER),
        Paragraph(Role.MARK, (Run("荣 誉 证 书"),), Align.CENTER),
        _line("", Align.CENTER),
        _line(f"{_MARGIN}{name}"),
        *(
            _line(f"{_MARGIN}{line}")
            for line in _broken(f"　　在学习、工作和生活中努力上进，表现突出，被评为“{honour}”。")
        ),
        _line(f"{_MARGIN}　　特发此证，以资鼓励。"),
        *[_line("")] * 3,
        _line(_at_right(school)),
        _line(_at_right(day)),
    )
    return Table((_WIDTH_MM,), (Row((Cell(lines),), _HEIGHT_MM, splits=False),))


def _broken(text: str) -> list[str]:
    """Return text as lines between the margins."""
    lines = [""]
    for sign in text:
        if ems(lines[-1] + sign) > _LINE_EMS and sign not in "”。，":
            lines.append("")
        lines[-1] += sign
    return lines


def _at_right(text: str) -> str:
    """Return text behind so many blanks that it ends at the right margin, where blanks at its end would not count."""
    return "　" * max(int(_LINE_EMS + ems(_MARGIN) - official.line_ems(text)), 0) + text


def _line(text: str, align: Align = Align.LEFT) -> Paragraph:
    return Paragraph(Role.TITLE, (Run(text, face=Face.KAI),) if text else (), align)
