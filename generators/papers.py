"""Every kind of paper the program can make: what it is about, who may have it, how it is made."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any, Final

from generators import (
    assessment,
    attendance_month,
    certificate,
    class_screening,
    form,
    meeting,
    minutes,
    policy,
    psychology,
)
from generators.attendance_month import AttendanceMonth
from generators.class_screening import ClassScreening
from generators.context import Context
from generators.document import Document
from generators.form import Form, FormInputs, load_forms
from generators.letters import KINDS
from generators.views import View, views
from guanai.model.base import Record
from guanai.model.meeting import Meeting


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper.

    Attributes:
        kind: ASCII slug.
        title: for lists.
        subject: kind of record it is about: student, meeting, roster, policy …
        clearance: labels a reader needs at least.
        inputs: cuts a redacted record (None for a blank paper) to what is printed.
        build: makes the document of what ``inputs`` returned.
        suits: tells of a redacted record whether there is anything in it to print; None: of every record there is.
        has_items: makes a sheet an item of the record; ``inputs`` then takes ``item``, the 编号 of the one wanted.
        view: works out the record, for a paper whose subject is ``view``.
    """

    kind: str
    title: str
    subject: str
    clearance: frozenset[str]
    inputs: Callable[..., Any]
    build: Callable[..., Document]
    suits: Callable[[Any, Context, date], bool] | None = None
    has_items: bool = False
    view: View | None = None

    def parted(self, subject: str) -> tuple[str, str | None]:
        """Return the record's id and the item's, None where all are meant, of what a paper is about.

        ``S2024-7K3QD-E20261102-7K3Q`` is a child and an entry for a paper that has a sheet an entry.
        """
        found = _ITEM.fullmatch(subject) if self.has_items else None
        return (found[1], found[2]) if found else (subject, None)


_Derive = Callable[[Any, Context, date], Record]

#: What works out the records that forms print and nobody wrote, of those they are made of.
_DERIVED: Final[Mapping[type[Record], _Derive]] = {
    ClassScreening: class_screening.summed,
    AttendanceMonth: attendance_month.summed,
}

#: A record's id, and behind a dash the 编号 of an item of one of its lists.
_ITEM: Final = re.compile(r"(.+)-([A-Z](?:[0-9]{8})?-[2-9A-HJ-NP-Z]{4})")


@cache
def papers() -> Mapping[str, Paper]:
    """Return all kinds: every form, and the papers that have a module of their own."""
    found = {kind: _of_form(each) for kind, each in load_forms().items()}
    # What is kept on file is whole, with the roll that parents signed.
    whole = partial(meeting.inputs, for_guests=False)
    own = (
        Paper("policy", "制度印发通知", "policy", frozenset(), policy.inputs, policy.build),
        Paper(meeting.KIND, "会议记录", "meeting", found[meeting.KIND].clearance, whole, meeting.build),
        _for_guests(meeting.GUEST_KIND, "会议记录（会外版）", meeting.inputs, meeting.build),
        Paper(
            minutes.KIND, "会议纪要", "meeting", found[meeting.KIND].clearance, minutes.inputs, minutes.build
        ),
        _for_guests(minutes.GUEST_KIND, "会议纪要（会外版）", minutes.inputs, minutes.build),
        Paper(
            certificate.KIND,
            "荣誉证书",
            "decision",
            frozenset({"教学", "关爱"}),
            certificate.inputs,
            certificate.build,
            certificate.suits,
        ),
    )
    return found | {paper.kind: paper for paper in (*own, *_reports(), *_letters())}


def _letters() -> Iterator[Paper]:
    for each in KINDS:
        yield Paper(
            each.kind,
            each.title,
            each.subject,
            each.clearance,
            each.draft,
            each.build,
            each.suits,
            has_items=each.has_items,
        )


def _reports() -> Iterator[Paper]:
    """Yield the reports (报告) made of views, each with a module of its own."""
    for kind, clearance, made in (
        (assessment.KIND, frozenset[str](), assessment),
        (psychology.KIND, frozenset({"关爱"}), psychology),
    ):
        view = views()[kind]
        yield Paper(kind, view.title, "view", clearance, made.inputs, made.build, view=view)


def _of_form(each: Form) -> Paper:
    build = partial(form.build, each)
    if derive := _DERIVED.get(each.record):
        return Paper(
            each.kind, each.title, each.subject, each.clearance, partial(_derived, each, derive), build
        )
    inputs = partial(form.inputs, each)
    is_chosen = each.each is not None or each.only != form.EVERY
    suits = partial(form.suits, each) if is_chosen else None
    has_items = each.each is not None
    return Paper(
        each.kind,
        each.title,
        each.subject,
        each.clearance,
        inputs,
        build,
        suits,
        has_items=has_items,
        view=views().get(each.kind),
    )


def _derived(each: Form, derive: _Derive, record: Any, context: Context, on: date) -> FormInputs:
    found = None if record is None else derive(record, context, on)
    return form.inputs(each, found, context, on)


def _for_guests(kind: str, title: str, inputs: Callable[..., Any], build: Callable[..., Document]) -> Paper:
    """Return the edition of a meeting's paper that people from outside may see (会外版)."""
    cut, made = partial(inputs, for_guests=True), partial(build, kind=kind)
    return Paper(kind, title, "meeting", frozenset({"教学"}), cut, made, suits=_had_guests)


def _had_guests(held: Meeting, *_: object) -> bool:
    return bool(held.has_guests)
