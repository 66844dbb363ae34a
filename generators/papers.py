"""Every kind of paper the program can make: what it is about, who may have it, how it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from generators import form, meeting, minutes, policy
from generators.context import Context
from generators.document import Document
from generators.form import Form, load_forms


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper.

    Attributes:
        kind: ASCII slug.
        title: for lists.
        subject: kind of record it is about: student, meeting, roster, policy.
        clearance: labels a reader needs at least.
        inputs: cuts a redacted record (None for a blank paper) to what is printed.
        build: makes the document of what ``inputs`` returned.
        only_where: key of the record that must be true for ``--all`` to make it; "" for every record.
    """

    kind: str
    title: str
    subject: str
    clearance: frozenset[str]
    inputs: Callable[[Any, Context, date], Any]
    build: Callable[..., Document]
    only_where: str = ""


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
    )
    return found | {paper.kind: paper for paper in own}


def _of_form(each: Form) -> Paper:
    inputs, build = partial(form.inputs, each), partial(form.build, each)
    return Paper(each.kind, each.title, each.subject, each.clearance, inputs, build)


def _for_guests(kind: str, title: str, inputs: Callable[..., Any], build: Callable[..., Document]) -> Paper:
    """Return the edition of a meeting's paper that people from outside may see (会外版)."""
    cut, made = partial(inputs, for_guests=True), partial(build, kind=kind)
    return Paper(kind, title, "meeting", frozenset({"教学"}), cut, made, only_where="会外人员参加")
