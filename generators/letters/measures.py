"""The measures by level (干预措施) as a paper of its own: the clauses and figures of the adopted policy, nothing besides."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official
from generators import policy as policy_paper
from generators.context import Context
from generators.document import Block, Role
from generators.letters.letter import Kind, Letter, NothingToWrite, forwarded, part, table, text
from generators.official import paragraph
from generators.policy import Section
from guanai.clauses import assignments
from guanai.figures import han
from guanai.model.policy import Clause, Duty, Policy

_KIND: Final = "intervention-measures"
_TITLE: Final = "干预措施"
_NAME: Final = "控辍保学分级干预措施"

#: The provisions (``tests/provisions.yml``) that say what is done for children of the three levels.
_PROVISIONS: Final = frozenset(f"R{number}" for number in range(26, 41))
_LEVELS: Final = ("绿色预警学生", "黄色预警学生", "红色预警学生")


def draft(record: Policy | None, context: Context, on: date) -> Letter:
    """Return the notice with the measures of a policy.

    Raises:
        NothingToWrite: the policy has none.
    """
    if record is None:
        return _letter(context, tuple(_blank()))
    body = tuple(_filled(record, context, on))
    if not body:
        raise NothingToWrite(_TITLE, record.id, "这份制度没有分级干预的条款")
    issued = context.issued.get((_TITLE, record.id))
    return _letter(
        context,
        body,
        subject=record.id,
        about=record.id,
        number=issued.number if issued else None,
        signed_on=issued.dated_on if issued else None,
    )


def _letter(  # noqa: PLR0913 -- what a filled and a blank one differ in
    context: Context,
    body: tuple[Block, ...],
    *,
    subject: str = "",
    about: str = "",
    number: str | None = None,
    signed_on: date | None = None,
) -> Letter:
    made = Letter(
        school=context.school.name,
        title="",
        body=body,
        subject=subject,
        about=about,
        issuing_code=context.school.issuing_code,
        number=number,
        signed_on=signed_on,
    )
    return forwarded(made, _NAME, "请认真组织实施。")


def _filled(policy: Policy, context: Context, on: date) -> Iterator[Block]:
    found = list(_clauses(policy, context, on))
    if not found:
        return
    yield from text(
        f"本措施摘自学校《{policy.name}》，与其一并执行；其中的周期、次数和时限以该文件现行文本为准。"
    )
    for number, (_, section) in enumerate(found, 1):
        yield from part(f"{han(number)}、{section.title}", *filter(None, [section.text]))
        for place, point in enumerate(section.points, 1):
            yield from text(f"（{han(place)}）{point.title}。{point.text}")
    yield paragraph(Role.H1, f"{han(len(found) + 1)}、责任分工一览")
    rows = [
        (duty.subject, duty.id, "、".join(duty.owner), rhythm(duty))
        for clause, _ in found
        for duty in _duties(clause)
    ]
    yield table(("对象", "措施", "责任人", "周期或时限"), rows, (24, 34, 48, 50))


def _clauses(policy: Policy, context: Context, on: date) -> Iterator[tuple[Clause, Section]]:
    """Yield the clauses on measures with their text as the policy prints it, figures filled in."""
    if not _suits(policy):
        return
    printed = policy_paper.inputs(policy, context, on)
    for chapter, shown in zip(policy.chapters, printed.chapters, strict=True):
        for clause, section in zip(chapter.clauses, shown.sections, strict=True):
            if section.title and _says_measures(clause):
                yield clause, section


def _says_measures(clause: Clause) -> bool:
    own = {*clause.provisions, *(each for point in clause.paragraphs for each in point.provisions)}
    return bool(own & _PROVISIONS)


def _suits(policy: Policy, *_: object) -> bool:
    return any(_says_measures(clause) for chapter in policy.chapters for clause in chapter.clauses)


def _duties(clause: Clause) -> Iterator[Duty]:
    yield from clause.duties
    for point in clause.paragraphs:
        yield from point.duties


def rhythm(duty: Duty) -> str:
    """Return when a duty is due, in the policy's own words: 每周2次（16:30—17:30）."""
    often = f"{duty.cadence or ''}{duty.day or duty.weekday or ''}{duty.time or ''}"
    times = f"{duty.times}次" if duty.times else ""
    within = f"{duty.starts_from}起{duty.limit}" if duty.starts_from and duty.limit else duty.limit or ""
    slot = f"（{duty.slot}）" if duty.slot else ""
    return f"{often}{times}{within}{slot}" or "按需"


def _blank() -> Iterator[Block]:
    yield from text("为落实控辍保学工作，按预警等级分类帮扶，制定本措施。")
    for number, level in enumerate(_LEVELS, 1):
        yield from part(f"{han(number)}、{level}")
        for place in (1, 2, 3):
            yield from text(f"（{han(place)}）{official.GAP}")
    yield paragraph(Role.H1, "四、责任分工一览")
    rows = [(level, "", "", "") for level in _LEVELS for _ in range(3)]
    yield table(("对象", "措施", "责任人", "周期或时限"), rows, (38, 44, 37, 37))


def duties_of(policy: Policy) -> tuple[Duty, ...]:
    """Return all duties of a policy in the order of its paper."""
    return tuple(each.duty for each in assignments(policy))


MEASURES: Final = Kind(_KIND, _TITLE, "policy", frozenset(), draft, suits=_suits, filed_as=_TITLE)
