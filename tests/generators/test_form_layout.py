from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.context import Context
from generators.document import Document, PageBreak, Paragraph, Role, Table
from generators.form import Form, build, inputs
from generators.form.bands import Band, value, weave
from guanai.model.base import HIDDEN
from guanai.model.student import Student

FormReader = Callable[[str], Form]

HEAD = "种类: sample\n标题: 样表\n对象: 学生\n"
HONOURS = "{标题: 荣誉, 表: 荣誉, 空行: 3, 列: [{取值: 日期, 宽: 30}, {取值: 名称}]}"


@pytest.fixture
def made(form: FormReader, context: Context, today: date) -> Callable[..., Document]:
    """Return the document of a form filled with a record, or blank without one."""

    def make(text: str, record: Student | None = None) -> Document:
        read = form(text)
        return build(read, inputs(read, record, context, today), on=today, blank=record is None)

    return make


def honours(count: int) -> list[dict[str, Any]]:
    return [{"编号": f"U-{count}", "名称": f"奖状{number}"} for number in range(count)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


@given(st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=6), min_size=1, max_size=6))
def test_woven_rows_keep_their_widths(shapes: list[list[int]]) -> None:
    total = max(sum(shape) for shape in shapes)
    whole = [[*shape[:-1], shape[-1] + total - sum(shape)] for shape in shapes]
    table = weave([Band(tuple((width / 4, value(())) for width in shape)) for shape in whole])
    assert sum(table.widths_mm) == pytest.approx(total / 4)
    for row, shape in zip(table.rows, whole, strict=True):
        ends = [0]
        for cell in row.cells:
            ends.append(ends[-1] + cell.columns)
        assert ends[-1] == len(table.widths_mm)
        widths = [sum(table.widths_mm[left:right]) for left, right in pairwise(ends)]
        assert widths == pytest.approx([width / 4 for width in shape])


@pytest.mark.parametrize("count", [1, 5, 60])
def test_a_list_has_one_header_that_repeats_and_a_row_an_item(
    made: Callable[..., Document], student: Callable[..., Student], count: int
) -> None:
    (table,) = tables(made(f"{HEAD}内容: [{HONOURS}]", student(荣誉=honours(count))))
    assert table.header_rows == 1
    assert len(table.rows) == count + 1
    assert not table.rows[1].splits


def test_a_list_without_items_says_so_in_its_heading(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    assert "[表内标题] 荣誉　无\n" in plain(made(f"{HEAD}内容: [{HONOURS}]", student(荣誉=[])))


def test_a_list_without_heading_or_items_is_a_zero_report(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    (table,) = tables(made(f"{HEAD}内容: [{{表: 荣誉, 列: [{{取值: 名称}}]}}]", student(荣誉=[])))
    assert table.rows[1].cells[0].paragraphs[0].text == "无"


def test_a_hidden_list_says_so_once(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    text = plain(made(f"{HEAD}内容: [{HONOURS}]", student(荣誉=HIDDEN)))
    assert text.count("〔按权限不显示〕") == 1


def test_a_list_may_be_left_out_with_its_heading(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    section = HONOURS.replace("空行", "无内容: 省略, 空行")
    assert "荣誉" not in plain(made(f"{HEAD}内容: [{section}, {{格: [[姓名]]}}]", student(荣誉=[])))


def test_headings_are_numbered_without_those_left_out(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    section = HONOURS.replace("空行", "无内容: 省略, 空行")
    text = plain(made(f"{HEAD}节号: true\n内容: [{section}, {{标题: 身份, 格: [[姓名]]}}]", student(荣誉=[])))
    assert "[表内标题] 一、身份" in text


def test_a_grid_fills_each_row_to_the_edge(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    (table,) = tables(made(f"{HEAD}内容: [{{格: [[姓名, 性别, 民族], [特长]]}}]", student()))
    assert [cell.columns for cell in table.rows[0].cells] == [1, 1, 1, 1, 1, 1]
    assert [cell.columns for cell in table.rows[1].cells] == [1, 5]
    assert sum(table.widths_mm) == pytest.approx(165)


def test_a_dense_grid_leaves_out_what_is_empty(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    (table,) = tables(made(f"{HEAD}内容: [{{省空: true, 格: [[姓名, 曾用名], [特长]]}}]", student()))
    assert [[cell.paragraphs[0].text for cell in row.cells] for row in table.rows] == [
        ["姓名", "阿依古丽·买买提"]
    ]


def test_a_titled_grid_that_is_all_hidden_or_all_empty_is_one_line(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    text = f"{HEAD}内容: [{{标题: 现状, 省空: true, 格: [[现状.学业], [现状.行为]]}}]"
    assert "[表内标题] 现状　〔按权限不显示〕" in plain(made(text, student(现状=HIDDEN)))
    assert "[表内标题] 现状　无" in plain(made(text, student(现状={})))


def test_a_long_item_keeps_its_head_with_what_follows(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    section = "{逐条: 过程记录, 首行: '{类型}', 内容: [{省空: true, 格: [[主题], [地点], [内容], [签字]]}]}"
    (table,) = tables(made(f"{HEAD}内容: [{section}]", student()))
    shown = [(row.cells[0].paragraphs[0].text, row.keep) for row in table.rows]
    assert shown == [
        ("家访", True),
        ("地点", False),
        ("内容", True),
        ("签字", False),
        ("谈话", True),
        ("内容", False),
    ]
    assert table.rows[0].cells[0].shaded


def test_rows_with_long_text_may_break_over_pages(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    section = "{格: [[备注]]}"
    long = made(f"{HEAD}内容: [{section}]", student(备注="长" * 200))
    short = made(f"{HEAD}内容: [{section}]", student(备注="短"))
    assert [tables(each)[0].rows[0].splits for each in (long, short)] == [True, False]


@pytest.mark.parametrize("rows", [0, 1, 60])
def test_signatures_are_a_row_of_the_table_above(
    made: Callable[..., Document], student: Callable[..., Student], rows: int
) -> None:
    document = made(
        f"{HEAD}内容: [{{格: [[姓名]]}}, {HONOURS}, {{签字: [班主任, 校长]}}]", student(荣誉=honours(rows))
    )
    table = tables(document)[-1]
    assert [cell.paragraphs[0].text for cell in table.rows[-1].cells] == [
        "班主任（签字）：",
        "校长（签字）：",
    ]
    assert not table.rows[-1].splits
    assert document.blocks[-1] is table
    assert table.rows[-2].keep if rows else table.rows == table.rows[-1:]


GOALS = "{标题: 目标, 表: 阶段目标, 列: [{取值: 目标}]}"


def plans(*goals: int) -> list[dict[str, Any]]:
    return [
        {
            "编号": f"P-{place}",
            "类型": "学习辅导",
            "内容": f"计划{place}",
            "阶段目标": [{"目标": f"目标{n}"} for n in range(count)],
        }
        for place, count in enumerate(goals)
    ]


@pytest.mark.parametrize(
    ("inner", "heads"),
    [
        (f"{{格: [[内容]]}}, {GOALS}", [[], ["目标", "目标"]]),
        (f"{GOALS}, {{格: [[内容]]}}", [["学习辅导", "目标", "目标"], []]),
        (GOALS.replace("标题: 目标, ", ""), [["学习辅导", "目标"]]),
    ],
)
def test_a_list_inside_a_long_item_is_a_table_that_repeats_its_head(
    made: Callable[..., Document], student: Callable[..., Student], inner: str, heads: list[list[str]]
) -> None:
    document = made(
        f"{HEAD}内容: [{{逐条: 计划, 首行: '{{类型}}', 内容: [{inner}]}}]", student(计划=plans(60))
    )
    found = tables(document)
    assert [_texts(table)[: table.header_rows] for table in found] == heads
    listed = next(table for table in found if table.header_rows)
    assert _texts(listed)[listed.header_rows :] == [f"目标{n}" for n in range(60)]
    assert all(row.keep for row in listed.rows[: listed.header_rows])


def test_long_items_without_a_list_share_a_table(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    document = made(
        f"{HEAD}内容: [{{逐条: 计划, 首行: '{{类型}}', 内容: [{{格: [[内容]]}}, {GOALS}]}}]",
        student(计划=plans(0, 0, 2, 0)),
    )
    first, listed, last = tables(document)
    of_an_item = ["学习辅导", "内容"]
    assert _texts(first) == of_an_item * 3
    assert _texts(listed) == ["目标", "目标", "目标0", "目标1"]
    assert _texts(last) == of_an_item


def _texts(table: Table) -> list[str]:
    """Return the words at the left of each row."""
    return [row.cells[0].paragraphs[0].text for row in table.rows]


@pytest.mark.parametrize(
    ("title", "kept"), [("", [True, False, False, False]), ("标题: 荣誉, ", [True] * 3 + [False])]
)
def test_a_small_blank_list_stays_whole_below_its_heading_alone(
    made: Callable[..., Document], title: str, kept: list[bool]
) -> None:
    (table,) = tables(made(f"{HEAD}内容: [{HONOURS.replace('标题: 荣誉, ', title)}]"))
    assert [row.keep for row in table.rows] == kept


def test_signatures_below_a_heading_stay_with_it(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    document = made(f"{HEAD}内容: [{HONOURS}, {{签字: [班主任]}}]", student(荣誉=[]))
    heading = document.blocks[-2]
    assert isinstance(heading, Paragraph)
    assert heading.role is Role.SECTION  # which keeps by its role


def test_a_cell_to_be_signed_has_its_line_at_the_foot(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    cell = "{栏目: 意见, 取值: '', 高: 25, 留白: true, 签字: 校长}"
    (table,) = tables(made(f"{HEAD}内容: [{{格: [[{cell}]]}}]", student()))
    assert table.rows[0].height_mm == 25
    texts = [paragraph.text for paragraph in table.rows[0].cells[1].paragraphs]
    assert texts[:-1] == [""] * 3
    assert texts[-1].startswith("校长：")


def test_items_of_a_list_may_stand_in_a_cell_line_by_line(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    cell = "{取值: 预警, 每项: '{日期:日期} {等级}'}"
    (table,) = tables(made(f"{HEAD}内容: [{{格: [[{cell}]]}}]", student()))
    assert [paragraph.text for paragraph in table.rows[0].cells[1].paragraphs] == [
        "2026-09-10 绿",
        "2026-10-23 黄",
    ]


def test_prose_and_page_breaks_stand_where_the_form_says(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    document = made(f"{HEAD}内容: [{{文字: '兹有{{姓名}}。'}}, {{换页: true}}, {{格: [[姓名]]}}]", student())
    assert "[正文] 兹有阿依古丽·买买提。\n====" in plain(document)


def test_the_address_of_a_letter_stands_at_the_margin_and_a_seal_is_not_a_signature(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    letter = "内容: [{文字: '{姓名}同学的家长：'}, {文字: '以下情况：'}, {格: [[姓名]]}, {签字: [经办人, 学校（盖章）]}]"
    text = plain(made(f"{HEAD}{letter}", student()))
    assert "[主送机关] 阿依古丽·买买提同学的家长：\n[正文] 以下情况：" in text
    assert "学校（盖章）：" in text
    assert "经办人（签字）：" in text


def test_each_item_begins_a_page(made: Callable[..., Document], student: Callable[..., Student]) -> None:
    document = made(f"{HEAD}逐项: {{列表: 过程记录}}\n内容: [{{格: [[内容]]}}]", student())
    assert sum(isinstance(block, PageBreak) for block in document.blocks) == 1
    assert not isinstance(document.blocks[0], PageBreak)


BLANK = (
    f"{HEAD}表头: ['学校：{{学校名称}}', '编号：{{编号}}']\n"
    f"内容: [{{格: [[姓名, {{取值: 性别, 选项: [男, 女]}}], [{{取值: 备注, 高: 40}}]]}}, {HONOURS},"
    " {标题: 过程, 逐条: 过程记录, 首行: '{类型} {时间}', 空行: 2, 内容: [{省空: true, 格: [[内容]]}]},"
    " {文字: '兹有{姓名}。'}, {签字: [班主任]}]\n注: [用后归档。]"
)


def test_a_blank_form_has_room_to_write_and_nothing_of_a_record(
    made: Callable[..., Document], plain: Callable[[Document], str]
) -> None:
    document = made(BLANK)
    assert (document.blank, document.subject) == (True, "blank")
    grid, list_, entries = tables(document)[:3]
    assert [row.height_mm for row in grid.rows] == [9, 40]
    assert "男□　女□" in plain(document)
    assert len(list_.rows) == 1 + 3
    assert all(row.height_mm == 9 for row in list_.rows[1:])
    assert len(entries.rows) == 2 * 2
    text = plain(document)
    assert "类型：" in text
    assert "学校：青禾县第二实验学校 → 编号：" in text
    assert "兹有〔　　　　〕。" in text
    assert text.endswith("| 用后归档。\n")


def test_a_note_stays_with_the_signatures_above_it(
    made: Callable[..., Document], student: Callable[..., Student]
) -> None:
    *_, foot, note = tables(made(BLANK, student()))[-1].rows
    assert foot.keep
    assert note.cells[0].paragraphs[0].text == "用后归档。"


def test_a_note_after_a_paragraph_stands_by_itself(
    made: Callable[..., Document], student: Callable[..., Student], plain: Callable[[Document], str]
) -> None:
    assert "[注] 用后归档。" in plain(
        made(f"{HEAD}内容: [{{文字: '兹有{{姓名}}。'}}]\n注: [用后归档。]", student())
    )


def test_a_blank_form_is_the_same_whoever_asks(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    read = form(BLANK)
    given_ = inputs(read, student(), context, today)
    assert build(read, given_, on=today, blank=True) == build(
        read, inputs(read, None, context, today), on=today, blank=True
    )


def test_a_form_prints_blank_without_a_school(
    form: FormReader, today: date, plain: Callable[[Document], str]
) -> None:
    assert "学校：　　　　 → 编号：" in plain(build(form(BLANK), None, on=today, blank=True))


def test_every_row_fills_its_table(made: Callable[..., Document], student: Callable[..., Student]) -> None:
    document = made(BLANK, student())
    for table in tables(document):
        for row in table.rows:
            assert sum(cell.columns for cell in row.cells) == len(table.widths_mm)
            assert all(cell.paragraphs for cell in row.cells)
