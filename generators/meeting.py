"""The record of a meeting (会议记录), and what of a meeting people from outside may see (会外版)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from generators import form
from generators.context import Context
from generators.document import Document
from generators.form import Form, FormInputs, load_forms
from guanai.ids import STUDENT_ID
from guanai.model.meeting import Absentee, Meeting
from guanai.model.person import Person

#: The record, and its edition for guests.
KIND: Final = "meeting-record"
GUEST_KIND: Final = "meeting-record-guests"

#: Labels whose items stay within the school.
_INTERNAL: Final = frozenset({"关爱", "限制", "心理"})

#: A child's level in free text: 黄色, 红级, 由绿, 调为黄, 降一级, 筛查等级为重点 ….
_LEVEL = re.compile(
    "[红黄绿](?:[色级牌灯调降升转]|预警)|(?:为|至|到|由|从|成|是)[红黄绿]"
    "|[升降][一两]?级|(?:预警|风险|关注|筛查)等级[为是定在]|解除预警|预警解除"
)

#: An item of the agenda for which guests had left.
_WITHOUT_GUESTS = re.compile("离会|离场|退场|校内(?:评定|研究|议定)")

#: Stands for any child, and for an item of the agenda about a child or a level: its number must stay.
_SOMEONE: Final = "某同学"
_INNER_ITEM: Final = "校内研究事项"


@dataclass(frozen=True, slots=True)
class RecordInputs:
    """What the record prints.

    Attributes:
        words: of the form.
        is_for_guests: whose edition it is.
    """

    words: FormInputs
    is_for_guests: bool = False


def inputs(
    meeting: Meeting | None, context: Context, on: date, *, for_guests: bool | None = None
) -> RecordInputs:
    """Return what a record prints of a meeting.

    Args:
        meeting: redacted; None for a blank form.
        context: names and labels of the edition.
        on: the day it is made for.
        for_guests: the edition without children; None where guests took part.
    """
    seen, names, is_cut = edition(meeting, context, for_guests=for_guests)
    return RecordInputs(form.inputs(_form(is_for_guests=is_cut), seen, names, on), is_cut)


def build(inputs: RecordInputs | None, *, on: date, blank: bool = False, kind: str = KIND) -> Document:
    """Return the record, to be signed by who chaired and who wrote.

    Args:
        inputs: what it prints.
        on: the day it is made for.
        blank: leave every value out.
        kind: what was asked for; a record asked for may still be the edition for guests.
    """
    is_for_guests = inputs.is_for_guests if inputs and not blank else kind == GUEST_KIND
    made = form.build(
        _form(is_for_guests=is_for_guests), inputs.words if inputs else None, on=on, blank=blank
    )
    return replace(made, kind=kind)


def _form(*, is_for_guests: bool) -> Form:
    return load_forms()[GUEST_KIND if is_for_guests else KIND]


def edition(
    meeting: Meeting | None, context: Context, *, for_guests: bool | None = None
) -> tuple[Meeting | None, Context, bool]:
    """Return the meeting and the names as this edition may see them, and whether it is the one for guests."""
    if meeting is None:
        return None, context, False
    is_cut = bool(meeting.has_guests) if for_guests is None else for_guests
    if not is_cut:
        return meeting, context, False
    return _for_guests(meeting, _Names(context.children)), replace(context, children={}), True


class _Names:
    """Knows where free text is about a child, and takes children's names out of it."""

    def __init__(self, children: Mapping[str, str]) -> None:
        names = sorted({name for name in children.values() if len(name) > 1}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, names))) if names else None

    def is_about_a_child(self, text: str) -> bool:
        """Tell whether the text mentions a child."""
        return bool(STUDENT_ID.search(text) or (self._pattern and self._pattern.search(text)))

    def is_open(self, text: str, confidentiality: str | None = None) -> bool:
        """Tell whether guests may read the text: nothing inner, no level, no child, not even without its name."""
        return not (confidentiality in _INTERNAL or _LEVEL.search(text) or self.is_about_a_child(text))

    def hidden(self, text: str) -> str:
        """Return the text without names."""
        return self._pattern.sub(_SOMEONE, text) if self._pattern else text

    def of(self, who: Person) -> Person:
        """Return someone who took part, without a child's name in post or relation."""
        return replace(
            who, post=self.hidden(who.post or "") or None, relation=self.hidden(who.relation or "") or None
        )


def _for_guests(meeting: Meeting, names: _Names) -> Meeting:
    """Leave out who is spoken of: children, levels, parents on the roll, reasons, what was said without guests."""
    inner = _inner_items(meeting, names)
    return replace(
        meeting,
        name=names.hidden(meeting.name),
        present=tuple(names.of(who) for who in meeting.present),
        observers=tuple(names.of(who) for who in meeting.observers),
        absent=tuple(Absentee(staff=who.staff, name=who.name) for who in meeting.absent),
        guardian_roll=(),
        agenda=tuple(item if names.is_open(item) else _INNER_ITEM for item in meeting.agenda),
        statements=tuple(
            replace(said, speaker=said.speaker and names.of(said.speaker))
            for said in meeting.statements
            if said.item not in inner and names.is_open(said.content, said.confidentiality)
        ),
        decisions=tuple(
            replace(made, outcome=None)
            for made in meeting.decisions
            if not made.students and names.is_open(made.matter, made.confidentiality)
        ),
        level_changes=(),
        remark=None,
        hidden=meeting.hidden - {"guardian_roll", "level_changes", "remark"},
    )


def _inner_items(meeting: Meeting, names: _Names) -> set[int]:
    """Return the numbers of the items that were about one child, and of those for which guests had left."""
    about_a_child = {
        said.item for said in meeting.statements if said.item and names.is_about_a_child(said.content)
    }
    return about_a_child | {
        place
        for place, item in enumerate(meeting.agenda, 1)
        if _WITHOUT_GUESTS.search(item) or names.is_about_a_child(item)
    }
