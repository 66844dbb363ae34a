"""Room on the sheets of all forms: no label leaves one sign on a line, no text is squeezed, and who signs has a line to do it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generators.context import Context
from generators.document import Document, Paragraph, Table
from generators.form import BadForm, Form, build, inputs, load_forms
from generators.form.language import Entries, Grid, ListTable, Section
from generators.gbt9704 import SIZE_5
from generators.text import ems
from guanai.model.student import Student

_SIGN_MM = SIZE_5.value / 72 * 25.4
#: Both margins of a cell.
_MARGINS_MM = 2 * 85 / 1440 * 25.4
_HEAD = "种类: sample\n标题: 样表\n对象: 学生\n"


def _sections(sections: tuple[Section, ...]) -> Iterator[Section]:
    for each in sections:
        yield each
        if isinstance(each, Entries):
            yield from _sections(each.sections)


def _labels(form: Form) -> Iterator[tuple[str, float]]:
    for each in _sections(form.sections):
        if isinstance(each, Grid):
            yield from ((cell.label, each.label_mm) for row in each.rows for cell in row)
        elif isinstance(each, ListTable):
            yield from ((column.label, column.width_mm) for column in each.columns)


def _signs(width_mm: float) -> int:
    return int((width_mm - _MARGINS_MM) / _SIGN_MM)


def _last_line(label: str, room: int) -> float:
    left = 0.0
    for sign in label:
        left = ems(sign) if left + ems(sign) > room else left + ems(sign)
    return left


@pytest.mark.parametrize("kind", sorted(load_forms()))
def test_no_label_leaves_a_single_sign_on_its_last_line(kind: str) -> None:
    lonely = [
        label
        for label, width_mm in _labels(load_forms()[kind])
        if ems(label) > _signs(width_mm) and _last_line(label, _signs(width_mm)) <= 1
    ]
    assert not lonely


@pytest.mark.parametrize("kind", ["term-summary", "homeroom-summary"])
def test_the_summary_of_a_child_has_the_widest_column(kind: str) -> None:
    (each,) = [
        section
        for section in load_forms()[kind].sections
        if isinstance(section, ListTable) and section.title == "逐生情况"
    ]
    assert max(each.columns, key=lambda column: column.width_mm).label.endswith("总结")


def test_a_form_whose_long_column_would_be_a_pillar_is_refused(form: Callable[[str], Form]) -> None:
    columns = "[{取值: 日期, 宽: 146}, {取值: 名称}]"
    with pytest.raises(BadForm, match="只剩 19 毫米"):
        form(f"{_HEAD}内容:\n  - {{表: 荣誉, 列: {columns}}}\n")


# -- rows for the hand ---------------------------------------------------------------------------------------------


@pytest.fixture
def made(form: Callable[[str], Form], context: Context, today: date) -> Callable[..., Document]:
    def make(text: str, record: Student | None) -> Document:
        read = form(_HEAD + text)
        return build(read, inputs(read, record, context, today), on=today, blank=record is None)

    return make


@pytest.mark.parametrize(
    ("hand", "height_mm"), [('{栏目: 签名, 取值: ""}', 12.0), ("{栏目: 名称, 取值: 名称}", 7.0)]
)
def test_a_filled_row_that_has_still_to_be_signed_is_as_high_as_on_the_blank_form(
    made: Callable[..., Document], student: Callable[..., Student], hand: str, height_mm: float
) -> None:
    text = f"内容:\n  - 表: 荣誉\n    行高: 12\n    列: [{{取值: 日期, 宽: 30}}, {hand}]\n"
    (table,) = [each for each in made(text, student()).blocks if isinstance(each, Table)]
    assert [row.height_mm for row in table.rows[1:]] == [height_mm]


def test_a_list_without_items_may_leave_rows_to_write_in(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    text = (
        "内容:\n  - 表: 荣誉\n    无内容: 留行\n    空行: 3\n    列: [{取值: 日期, 宽: 30}, {取值: 名称}]\n"
    )
    (table,) = [each for each in made(text, student(荣誉=None)).blocks if isinstance(each, Table)]
    assert (table.header_rows, len(table.rows)) == (1, 4)
    assert not any(cell.paragraphs[0].text for row in table.rows[1:] for cell in row.cells)


def test_rows_to_write_in_tell_nothing_of_a_list_that_is_hidden(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    text = "内容:\n  - 标题: 荣誉\n    表: 荣誉\n    无内容: 留行\n    列: [{取值: 日期, 宽: 30}, {取值: 名称}]\n"
    hidden = replace(student(荣誉=None), hidden=frozenset({"honours"}))
    blocks: tuple[Any, ...] = made(text, hidden).blocks
    assert not [each for each in blocks if isinstance(each, Table)]
    assert "按权限不显示" in "".join(each.text for each in blocks if isinstance(each, Paragraph))
