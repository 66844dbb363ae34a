"""The minutes of a meeting (会议纪要) in the format of GB/T 9704, drafted from the record alone; no seal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from generators import official, wording
from generators.context import Context
from generators.document import Block, Document, Face, Layout, Paragraph, Role, Run
from generators.meeting import edition
from generators.official import DATE_GAP, GAP, paragraph
from guanai.model.meeting import Absentee, Decision, Meeting

#: The minutes, and their edition for guests.
KIND: Final = "meeting-minutes"
GUEST_KIND: Final = "meeting-minutes-guests"

_TITLE: Final = "会议纪要"
_GUEST_NOTE: Final = "（本版供会外人员使用，不列学生的个人情况和预警等级。）"

_BLANK_AGENDA: Final = 2
_BLANK_RESOLUTIONS: Final = 4

#: Gaps that do not break over two lines of the blank paper.
_WHO: Final = "〔　　〕"
_DUTY: Final = "责任人：〔　　　〕；期限：〔　　〕年〔　〕月〔　〕日"


@dataclass(frozen=True, slots=True)
class Resolution:
    """One matter agreed upon (议定事项); owners and due date "" where the record has none."""

    matter: str
    owners: str
    due: str


@dataclass(frozen=True, slots=True)
class MinutesInputs:
    """What the minutes print, in words.

    Attributes:
        id: of the meeting, "" for a blank paper.
        school: full name.
        issue: number of the issue (期数), "" for none.
        number: number of the paper (文号), "" for none.
        name: of the meeting.
        opening: when, who, where.
        agenda: what was on it.
        resolutions: what was agreed upon.
        rolls: label and people: 出席, 请假, 列席; lists without people are left out.
        copies: who receives them.
        hidden: parts this edition hides: 议题, 决定.
        is_for_guests: whose edition it is.
    """

    id: str = ""
    school: str = ""
    issue: str = ""
    number: str = ""
    name: str = ""
    opening: str = ""
    agenda: tuple[str, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    rolls: tuple[tuple[str, str], ...] = ()
    copies: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    is_for_guests: bool = False


def inputs(
    meeting: Meeting | None, context: Context, on: date, *, for_guests: bool | None = None
) -> MinutesInputs:
    """Return what the minutes print of a meeting.

    Args:
        meeting: redacted; None for a blank paper.
        context: names and labels of the edition.
        on: the day they are made for.
        for_guests: the edition without children; None where guests took part.
    """
    seen, names, is_cut = edition(meeting, context, for_guests=for_guests)
    if seen is None:
        return MinutesInputs(school=context.school.name)
    return MinutesInputs(
        id=seen.id,
        school=context.school.name,
        issue=str(seen.issue_number or ""),
        number=seen.number or "",
        name=seen.name,
        opening=_opening(seen, names),
        agenda=tuple(wording.text(item, names, on) for item in seen.agenda),
        resolutions=tuple(_resolution(made, names, on) for made in seen.decisions),
        rolls=tuple((label, people) for label, people in _rolls(seen, names) if people),
        copies=seen.copies,
        hidden=frozenset(
            label for label, name in (("议题", "agenda"), ("决定", "decisions")) if name in seen.hidden
        ),
        is_for_guests=is_cut,
    )


def build(inputs: MinutesInputs | None, *, on: date, blank: bool = False, kind: str = KIND) -> Document:
    """Return the minutes; a blank paper keeps the school's name alone.

    Args:
        inputs: what they print.
        on: the day they are made for: the record knows no day of issue, so only the year is printed.
        blank: leave gaps for the hand.
        kind: what was asked for; minutes asked for may still be the edition for guests.
    """
    given = inputs or MinutesInputs()
    is_blank = blank or inputs is None
    is_for_guests = kind == GUEST_KIND if is_blank else given.is_for_guests
    blocks = _blank(given.school or GAP) if is_blank else _filled(given, on)
    return Document(
        kind=kind,
        subject="blank" if is_blank else given.id,
        title=f"{_TITLE}（会外版）" if is_for_guests else _TITLE,
        layout=Layout.OFFICIAL,
        blocks=tuple(blocks),
        on=on,
        blank=is_blank,
    )


def _opening(meeting: Meeting, context: Context) -> str:
    """Return the first sentence; what the record lacks is left out of it."""
    held = f"{_instant(meeting.at)}，" if meeting.at else ""
    chair = context.staff_name(meeting.chair or None)
    place = f"在{meeting.place}" if meeting.place else ""
    held_it = f"{chair}{place}主持召开{meeting.name}" if chair else f"{place}召开{meeting.name}"
    return f"{held}{held_it}。会议情况纪要如下。"


def _instant(at: datetime) -> str:
    return f"{wording.long_date(at.date())}{at:%H:%M}"


def _resolution(made: Decision, context: Context, on: date) -> Resolution:
    return Resolution(
        matter=wording.text(made.matter, context, on).rstrip("。；;"),
        owners=wording.joined(context.staff_name(owner) for owner in made.owners),
        due=wording.long_date(made.due_on) if made.due_on else "",
    )


def _rolls(meeting: Meeting, context: Context) -> Iterator[tuple[str, str]]:
    yield "出席", wording.joined(wording.person(who, context) for who in meeting.present)
    yield "请假", wording.joined(_absentee(who, context) for who in meeting.absent)
    yield "列席", wording.joined(wording.person(who, context) for who in meeting.observers)


def _absentee(who: Absentee, context: Context) -> str:
    """Return who was absent; the reason stays in the record."""
    return context.staff_name(who.staff) if who.staff else who.name or ""


def _filled(given: MinutesInputs, on: date) -> Iterator[Block]:
    issue = f"第{given.issue}期" if given.issue else given.number or "第　期"
    day = official.paper_date(None, on.year)
    yield from _head(given.school, issue, day)
    title = given.name if given.name.endswith("纪要") else f"{given.name}纪要"
    yield paragraph(Role.TITLE, official.broken_title(title))
    yield paragraph(Role.BODY, given.opening)
    # A meeting without a written agenda has minutes all the same.
    has_agenda = bool(given.agenda) or "议题" in given.hidden
    if has_agenda:
        yield from _part("一、会议议题", _agenda(given))
    *before, last = _part(f"{'二' if has_agenda else '一'}、议定事项", _resolutions(given))
    yield from before
    yield replace(last, keep=True)
    if given.is_for_guests:
        yield paragraph(Role.BODY, _GUEST_NOTE, keep=True)
    yield from _roll_lines(given.rolls)
    yield from official.imprint(given.school, day, given.copies)


def _head(school: str, issue: str, day: str) -> Iterator[Block]:
    yield paragraph(Role.MARK, f"{school}{_TITLE}")
    yield paragraph(Role.NUMBER, issue)
    yield paragraph(Role.NUMBER, f"{school}\t{day}")
    yield paragraph(Role.RED_RULE, "")


def _part(heading: str, lines: Iterable[Paragraph]) -> Iterator[Paragraph]:
    yield paragraph(Role.H1, heading)
    yield from lines


def _agenda(given: MinutesInputs) -> Iterator[Paragraph]:
    if "议题" in given.hidden:
        yield _hidden()
    for line in _numbered(given.agenda):
        yield paragraph(Role.BODY, line)


def _resolutions(given: MinutesInputs) -> Iterator[Paragraph]:
    if "决定" in given.hidden:
        yield _hidden()
    elif not given.resolutions:
        open_to_guests = "没有可以向会外人员提供的议定事项。"
        yield paragraph(Role.BODY, open_to_guests if given.is_for_guests else "会议记录未载明议定事项。")
    for line in _numbered([_sentence(made) for made in given.resolutions]):
        yield paragraph(Role.BODY, line)


def _sentence(made: Resolution) -> str:
    duty = (
        f"责任人：{made.owners}" if made.owners else "",
        f"完成期限：{made.due}" if made.due else "",
    )
    return "。".join(filter(None, (made.matter, "；".join(filter(None, duty)))))


def _numbered(lines: Iterable[str]) -> Iterator[str]:
    """Number lines where there are several, and end each with a full stop."""
    listed = [line.rstrip("。；;") for line in lines]
    for place, line in enumerate(listed, 1):
        yield f"{place}.{line}。" if len(listed) > 1 else f"{line}。"


def _hidden() -> Paragraph:
    return Paragraph(Role.BODY, (Run(wording.HIDDEN_WORDS, muted=True),))


def _roll_lines(rolls: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Yield who took part, a blank line below the text."""
    yield paragraph(Role.FLUSH, "", keep=True)
    for label, people in rolls:
        yield Paragraph(Role.ROLL, (Run(f"{label}：", face=Face.HEI), Run(people)))


def _blank(school: str) -> Iterator[Block]:
    yield from _head(school, "第〔　　〕期", DATE_GAP)
    yield paragraph(Role.TITLE, f"{GAP}会议纪要")
    yield paragraph(
        Role.BODY, f"{DATE_GAP}〔　〕时〔　〕分，{_WHO}在{GAP}主持召开{GAP}会议。会议情况纪要如下。"
    )
    yield paragraph(Role.H1, "一、会议议题")
    for place in range(1, _BLANK_AGENDA + 1):
        yield paragraph(Role.BODY, f"{place}.{GAP}")
    yield paragraph(Role.H1, "二、议定事项")
    for place in range(1, _BLANK_RESOLUTIONS + 1):
        yield paragraph(Role.BODY, f"{place}.{GAP}", keep=True)
        yield paragraph(Role.BODY, _DUTY)
    yield from _roll_lines((label, GAP) for label in ("出席", "请假", "列席"))
    yield from official.imprint(school, DATE_GAP, (GAP,))
