from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.document import Cell, Document, Layout, Paragraph, Role, Row, Run, Stamp, Table
from generators.stamp import foot, inputs_digest, make_stamp, text_digest, text_lines
from generators.text import normalised
from guanai.ids import ALPHABET

SECRET = b"s" * 32
ON = date(2026, 11, 20)


class Level(StrEnum):
    RED = "红"


@dataclass(frozen=True, slots=True)
class Entry:
    day: date
    text: str | None = None
    level: Level | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    entries: tuple[Entry, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LaterRecord:
    """The same record in a later version, which knows two more fields."""

    name: str
    entries: tuple[Entry, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    note: str | None = None
    links: tuple[str, ...] = ()


def paper(*texts: str, title: str = "学生档案", blank: bool = False) -> Document:
    blocks = tuple(Paragraph(Role.BODY, (Run(text),)) for text in texts)
    return Document("student-file", "S2024-7K3QD", title, Layout.FORM, blocks, ON, blank)


def stamp(document: Document, inputs: object = "x") -> Stamp:
    return make_stamp(
        document, secret=SECRET, inputs=inputs, labels=("教学", "关爱"), staff="T-1", version="1.0"
    )


def test_lines_are_the_words_in_reading_order_without_empty_paragraphs() -> None:
    cells = tuple(Cell((Paragraph(Role.CELL, (Run(text),)),)) for text in ("甲", "", "乙\n丙"))
    document = replace(paper(), blocks=(*paper(" 一　二\t三 ").blocks, Table((1, 1, 1), (Row(cells),))))
    assert text_lines(document) == ("一 二 三", "甲", "乙 丙")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert "  " not in once


def test_labels_are_sorted_and_the_code_is_eight_signs_of_an_id() -> None:
    made = stamp(paper("甲"))
    assert made.labels == ("关爱", "教学")
    assert len(made.code) == 8
    assert set(made.code) <= set(ALPHABET)


def test_each_digest_follows_what_it_stands_for() -> None:
    made = stamp(paper("甲"))
    assert stamp(paper("甲")) == made
    other_words = stamp(paper("乙"))
    assert (other_words.inputs, other_words.text == made.text) == (made.inputs, False)
    other_inputs = stamp(paper("甲"), inputs="y")
    assert (other_inputs.inputs == made.inputs, other_inputs.text) == (False, made.text)
    assert len({made.code, other_words.code, other_inputs.code}) == 3


def test_without_the_secret_no_guess_can_be_tried() -> None:
    assert text_digest(("甲",), SECRET) != text_digest(("甲",), b"t" * 32)
    assert inputs_digest("甲", SECRET) != inputs_digest("甲", b"t" * 32)
    assert inputs_digest("甲", SECRET) != text_digest(('"甲"',), SECRET)


def test_every_value_of_a_record_counts() -> None:
    base = Record("甲", (Entry(ON, "访"),), {"a": 1})
    others = [
        replace(base, name="乙"),
        replace(base, entries=(Entry(ON, "谈"),)),
        replace(base, entries=(Entry(date(2026, 11, 21), "访"),)),
        replace(base, entries=(Entry(ON, "访", Level.RED),)),
        replace(base, entries=(Entry(ON, "访", tags=("x",)),)),
        replace(base, entries=(Entry(ON, "访"), Entry(ON, "访"))),
        replace(base, extra={"a": 2}),
        replace(base, extra={"a": Decimal("1.5")}),
    ]
    digests = {inputs_digest(record, SECRET) for record in (base, *others)}
    assert len(digests) == len(others) + 1


def test_a_field_a_later_version_adds_makes_no_document_stale() -> None:
    entries = (Entry(ON, "访"),)
    assert inputs_digest(Record("甲", entries), SECRET) == inputs_digest(LaterRecord("甲", entries), SECRET)


def test_the_order_of_a_mapping_and_the_kind_of_its_class_do_not_count() -> None:
    first = MappingProxyType({"b": 1, "a": frozenset({"x", "y"})})
    assert inputs_digest(first, SECRET) == inputs_digest({"a": frozenset({"y", "x"}), "b": 1}, SECRET)


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        inputs_digest({"a": object()}, SECRET)


def test_the_foot_tells_title_subject_date_and_code() -> None:
    document = paper("甲")
    made = stamp(document)
    assert (
        foot(document, made)
        == f"学生档案 · S2024-7K3QD · 2026-11-20 · 校验码 {made.code[:4]}-{made.code[4:]}"
    )
    assert foot(replace(document, blank=True), made) == "学生档案 · 空白表"
    assert foot(replace(document, title="长" * 30), made).startswith("长" * 23 + "… · ")
