"""The registry of all kinds of paper."""

from collections.abc import Callable
from datetime import date

import pytest

from generators.context import Context
from generators.document import Document
from generators.form import load_forms
from generators.letters import NAMELESS
from generators.papers import papers
from guanai.model.meeting import Meeting
from guanai.model.student import Student
from guanai.paths import PATTERNS

KINDS = sorted(papers())


def test_every_form_is_a_paper() -> None:
    assert set(load_forms()) <= set(papers())


def test_the_first_kinds_are_there() -> None:
    assert {"policy", "student-file", "meeting-record", "meeting-minutes"} <= set(papers())


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_listed_under_its_kind_and_speaks_chinese(kind: str) -> None:
    paper = papers()[kind]
    assert paper.kind == kind
    assert kind.replace("-", "").isascii()
    assert not paper.title.isascii()
    assert paper.subject in {*PATTERNS, "roster", "view"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_makes_the_document_of_its_kind(
    kind: str,
    context: Context,
    today: date,
    student: Callable[..., Student],
    meeting: Callable[..., Meeting],
) -> None:
    paper = papers()[kind]
    if paper.subject not in ("student", "meeting"):
        return
    record = student() if paper.subject == "student" else meeting()
    if paper.suits and not paper.suits(record, context, today):
        return  # tried with a record of its own, see test_forms_of_records
    document = paper.build(paper.inputs(record, context, today), on=today)
    assert (document.kind, document.blank) == (kind, False)
    assert document.subject in (record.id, NAMELESS)
    assert "阿依古丽" not in document.title


@pytest.mark.parametrize("kind", [kind for kind in KINDS if papers()[kind].subject != "policy"])
def test_a_paper_prints_blank_without_a_record(kind: str, context: Context, today: date) -> None:
    paper = papers()[kind]
    document = paper.build(paper.inputs(None, context, today), on=today, blank=True)
    assert (document.kind, document.blank) == (kind, True)


def test_the_record_on_file_is_whole_and_only_the_guests_edition_is_cut(
    context: Context, today: date, meeting: Callable[..., Meeting], plain: Callable[[Document], str]
) -> None:
    parent = {"学生": "S2024-7K3QD", "姓名": "帕提古丽", "关系": "祖母", "电话": "13800000000"}
    held = meeting(会外人员参加=True, 家长签到=[parent])
    whole, cut = (
        plain(papers()[kind].build(papers()[kind].inputs(held, context, today), on=today))
        for kind in ("meeting-record", "meeting-record-guests")
    )
    for word in ("帕提古丽", "等级变更", "阿依古丽·买买提"):
        assert word in whole
        assert word not in cut
