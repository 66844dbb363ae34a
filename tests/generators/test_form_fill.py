from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generators.context import Context
from generators.document import Run
from generators.form import Form, FormInputs, NothingToPrint, inputs, suits
from generators.form.fill import GridWords, ListWords
from generators.form.telling import runs
from generators.roster import Roster
from guanai.model.base import HIDDEN, Record
from guanai.model.meeting import Meeting
from guanai.model.student import Student

FormReader = Callable[[str], Form]

HEAD = "种类: sample\n标题: 样表\n对象: 学生\n"
MARK = "〔按权限不显示〕"


def grid_of(found: FormInputs) -> GridWords:
    section = found.sheets[0].sections[0]
    assert isinstance(section, GridWords)
    return section


def list_of(found: FormInputs) -> ListWords:
    section = found.sheets[0].sections[0]
    assert isinstance(section, ListWords)
    return section


@pytest.fixture
def says(form: FormReader, context: Context, today: date) -> Callable[..., str]:
    """Return what one cell of a form says of a record."""

    def cell(value: str, record: Record, *, subject: str = "学生", on: date = today) -> str:
        grid = form(
            f"种类: sample\n标题: 样表\n对象: {subject}\n内容: [{{格: [[{{栏目: 甲, 取值: '{value}'}}]]}}]"
        )
        lines = grid_of(inputs(grid, record, context, on)).rows[0][0]
        return "".join(run.text for line in lines for run in runs(line))

    return cell


@pytest.fixture
def rows(form: FormReader, context: Context, today: date) -> Callable[..., list[list[str]]]:
    """Return the rows of a list as text."""

    def listed(section: str, record: Record, *, subject: str = "学生", on: date = today) -> list[list[str]]:
        table = form(f"种类: sample\n标题: 样表\n对象: {subject}\n内容: [{{{section}}}]")
        found = list_of(inputs(table, record, context, on))
        return [["".join(run.text for run in runs(cell)) for cell in row] for row in found.rows]

    return listed


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("姓名", "阿依古丽·买买提"),
        ("编号", "S2024-7K3QD"),
        ("曾用名", ""),
        ("出生日期", "2012年5月6日"),
        ("{出生日期:日期}", "2012-05-06"),
        ("{出生日期:年月}", "2012年5月"),
        ("独生子女", "否"),
        ("家庭.救助情况", "防止返贫监测对象、临时救助"),
        ("家庭.监护人.姓名", "买买提·玉素甫、帕提古丽"),
        ("家庭.监护人[首].姓名", "买买提·玉素甫"),
        ("家庭.监护人[主].姓名", "帕提古丽"),
        ("家庭.监护人[数]", "2"),
        ("特殊情形[现].情形", "留守"),
        ("预警[末].等级", "黄"),
        ("成绩[末].分数", "48.5"),
        ("照顾[首].金额", "300"),
        ("照顾[首].审批", "D20260915-2MF7"),
        ("建档.建档人", "沈砚秋"),
        ("特殊情形[首].依据", "《中华人民共和国未成年人保护法》第二十九条"),
        ("学籍[末].班级", "九年级（3）班"),
        ("{学籍[末].班级:届次}", "2024级（3）班"),
        ("{成绩[末].学期}", "2026—2027学年第一学期"),
        ("{成绩[末].学期:原样}", "2026-2027-1"),
        ("过程记录[末].时间", "2026-11-02 16:40"),
        ("{过程记录[末].时间:时刻}", "16:40"),
        ("过程记录[末].参加人", "顾一帆、李长顺（村委会主任）"),
        ("{过程记录[末].参加人:姓名}", "顾一帆、李长顺"),
        ("{过程记录[末].参加人:分行}", "1. 顾一帆\n2. 李长顺（村委会主任）"),
        ("{过程记录[末].参加人:逐行}", "顾一帆\n李长顺（村委会主任）"),
        ("过程记录[末].存放", "盒2026-03 件12"),
        ("计划[首].小导师", "周小禾"),
        ("年级班级", "九年级（3）班"),
        ("班主任姓名", "沈砚秋"),
        ("年龄", "14岁"),
        ("学校名称", "青禾县第二实验学校"),
        ("学校简称", "青禾二实"),
        ("学年学期", "2026—2027学年第一学期"),
        ("学年", "2026—2027学年"),
        ("填表日期", "2026年11月20日"),
        ("学生.姓名", "阿依古丽·买买提"),
        ("{姓名}，{性别}[，曾用名{曾用名}][，{民族}]。", "阿依古丽·买买提，女，维吾尔族。"),
        ("曾用名{曾用名}", ""),
    ],
)
def test_a_value_reads_as_forms_write_it(
    says: Callable[..., str], student: Callable[..., Student], value: str, said: str
) -> None:
    assert says(value, student()) == said


def test_a_meeting_belongs_to_the_term_it_was_held_in(
    says: Callable[..., str], meeting: Callable[..., Meeting]
) -> None:
    record = meeting(时间="2026-03-02T15:30+08:00")
    assert says("学年学期", record, subject="会议") == "2025—2026学年第二学期"


def test_children_in_free_text_are_named_only_where_the_edition_may_name_them(
    says: Callable[..., str], student: Callable[..., Student]
) -> None:
    said = says(
        "过程记录[首].内容",
        student(过程记录=student_entry("和@S2024-AAAA2 吵架，@S2024-ZZZZ9劝开，@S2024-7K3QD 道歉")),
    )
    assert said == "和周小禾吵架，某同学劝开，阿依古丽·买买提道歉"


def student_entry(text: str) -> list[dict[str, Any]]:
    return [{"编号": "E20261020-7K3Q", "类型": "谈话", "记录人": "T-3XK9", "内容": text}]


def test_a_childs_own_paper_names_the_child_even_if_the_edition_names_no_other(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    grid = form(f"{HEAD}内容: [{{格: [['过程记录[首].内容']]}}]")
    record = student(过程记录=student_entry("@S2024-7K3QD 和@S2024-AAAA2"))
    found = grid_of(inputs(grid, record, replace(context, children={}), today))
    assert found.rows[0][0] == ("阿依古丽·买买提和某同学",)


@pytest.mark.parametrize(
    ("value", "change", "said"),
    [
        ("姓名", {"姓名": HIDDEN}, MARK),
        ("证件.号码", {"证件": HIDDEN}, MARK),
        ("{证件.类型} {证件.号码}", {"证件": HIDDEN}, MARK),
        ("{证件.类型}[（{证件.号码}）]", {"证件": HIDDEN}, MARK),
        ("{姓名} {证件.号码}", {"证件": HIDDEN}, f"阿依古丽·买买提 {MARK}"),
        ("{姓名}[（{证件.号码}）]", {"证件": HIDDEN}, f"阿依古丽·买买提{MARK}"),
        ("年级班级", {"学籍": HIDDEN}, MARK),
        ("班主任姓名", {"学籍": HIDDEN}, MARK),
        ("年龄", {"出生日期": HIDDEN}, MARK),
        ("家庭.监护人[主].电话", {"家庭": HIDDEN}, MARK),
        ("预警[末].等级", {"预警": HIDDEN}, MARK),
    ],
)
def test_what_the_edition_hides_says_so_and_no_more(
    says: Callable[..., str], student: Callable[..., Student], value: str, change: dict[str, Any], said: str
) -> None:
    assert says(value, student(**change)) == said


def test_the_mark_is_muted(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    grid = form(f"{HEAD}内容: [{{格: [[姓名]]}}]")
    found = grid_of(inputs(grid, student(姓名=HIDDEN), context, today))
    assert [[[runs(line) for line in cell] for cell in row] for row in found.rows] == [
        [[(Run(MARK, muted=True),)]]
    ]


def test_a_hidden_list_is_one_fact_and_an_empty_one_another(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    table = form(f"{HEAD}内容: [{{表: 荣誉, 列: [{{取值: 名称}}]}}]")
    hidden = list_of(inputs(table, student(荣誉=HIDDEN), context, today))
    empty = list_of(inputs(table, student(荣誉=[]), context, today))
    assert (hidden.is_hidden, hidden.rows) == (True, ())
    assert (empty.is_hidden, empty.rows) == (False, ())


def test_items_come_in_the_wanted_order_and_those_without_a_value_last(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    honours = [
        {"编号": "U-2222", "名称": "甲"},
        {"编号": "U-2223", "名称": "乙", "日期": "2026-05-01"},
        {"编号": "U-2224", "名称": "丙", "日期": "2026-03-01"},
    ]
    record = student(荣誉=honours)
    assert rows("表: 荣誉, 列: [{取值: 名称}]", record) == [["甲"], ["乙"], ["丙"]]
    assert rows("表: 荣誉, 排序: 日期, 列: [{取值: 名称}]", record) == [["丙"], ["乙"], ["甲"]]
    assert rows("表: 荣誉, 排序: 日期 降, 列: [{取值: 名称}]", record) == [["乙"], ["丙"], ["甲"]]


def test_numbers_sort_by_size(rows: Callable[..., list[list[str]]], student: Callable[..., Student]) -> None:
    tests = [
        {"编号": f"K-222{n}", "学科": "数学", "类别": "期中", "分数": score}
        for n, score in enumerate((100, 9, 48.5))
    ]
    assert rows("表: 成绩, 排序: 分数, 列: [{取值: 分数}]", student(成绩=tests)) == [["9"], ["48.5"], ["100"]]


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("{类型: 谈话}", ["谈话"]),
        ("{类型: [谈话, 家访]}", ["家访", "谈话"]),
        ("{期间: 本月}", ["家访"]),
        ("{期间: 本学期}", ["家访", "谈话"]),
        ("{期间: 本学年, 类型: 辅导}", []),
    ],
)
def test_a_list_takes_what_it_was_told_to(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student], choice: str, kept: list[str]
) -> None:
    assert rows(f"表: 过程记录, 只取: {choice}, 列: [{{取值: 类型}}]", student()) == [[kind] for kind in kept]


def test_current_items_are_those_in_force_on_the_day(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    section = "表: 特殊情形, 只取: {现行: true}, 列: [{取值: 情形}]"
    assert rows(section, student()) == [["留守"]]
    assert rows(section, student(), on=date(2026, 5, 1)) == [["留守"], ["学习困难"]]


def test_a_yes_or_no_field_chooses_by_what_it_says(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    section = "表: 家庭.监护人, 只取: {主要监护人: true}, 列: [{取值: 姓名}]"
    assert rows(section, student()) == [["帕提古丽"]]


def test_dates_are_short_in_tables(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    assert rows("表: 荣誉, 列: [{取值: 序号, 宽: 15}, {取值: 日期}]", student()) == [["1", "2026-10-30"]]


def test_a_roster_lists_children_and_what_each_child_holds(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    roster = Roster(
        id="J2024", scope="J2024", students=(student(), student(编号="S2024-AAAA2", 姓名="周小禾"))
    )
    section = "表: 学生, 列: [{取值: 序号, 宽: 15}, {取值: 姓名, 宽: 40}, {取值: 年级班级}]"
    assert rows(section, roster, subject="名册")[1] == ["2", "周小禾", "九年级（3）班"]
    visits = (
        "表: 学生.过程记录, 只取: {类型: 家访}, 列: [{取值: 序号, 宽: 15}, {栏目: 姓名, 取值: 所属.姓名}]"
    )
    assert rows(visits, roster, subject="名册") == [["1", "阿依古丽·买买提"], ["2", "周小禾"]]


EACH = f"{HEAD}逐项: {{列表: 过程记录, 只取: {{类型: 谈话}}}}\n表头: ['{{编号}}']\n内容: [{{格: [[学生.姓名, 内容]]}}]"


def test_a_form_may_have_a_sheet_for_each_item(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    talks = [*student_entry("一"), student_entry("二")[0] | {"编号": "E20261021-7K3Q"}]
    found = inputs(form(EACH), student(过程记录=talks), context, today)
    assert found.subject == "S2024-7K3QD"
    assert [sheet.head[0] for sheet in found.sheets] == ["E20261020-7K3Q", "E20261021-7K3Q"]


def test_one_item_of_such_a_form_can_be_asked_for(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    found = inputs(form(EACH), student(), context, today, item="E20261020-7K3Q")
    assert found.subject == "S2024-7K3QD-E20261020-7K3Q"
    assert len(found.sheets) == 1


@pytest.mark.parametrize("item", [None, "E20261102-7K3Q", "E20269999-9999"])
def test_a_record_without_such_an_item_prints_nothing(
    form: FormReader, context: Context, today: date, student: Callable[..., Student], item: str | None
) -> None:
    record = student(过程记录=[]) if item is None else student()
    with pytest.raises(NothingToPrint, match="样表"):
        inputs(form(EACH), record, context, today, item=item)


def test_inputs_hold_only_what_the_form_prints(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    """A foreign change does not alter them."""
    grid = form(
        f"{HEAD}表头: ['{{学校名称}}']\n内容: [{{格: [[姓名, {{取值: 班主任姓名, 栏目: 班主任}}, '计划[首].小导师']]}}]"
    )
    before = inputs(grid, student(), context, today)
    others = replace(
        context,
        school=replace(context.school, phone="0000-1", short_name="二实"),
        staff={number: person for number, person in context.staff.items() if number == "T-3XK9"},
        citations={},
        children={"S2024-AAAA2": "周小禾", "S2024-BBBB2": "新来的"},
    )
    assert inputs(grid, student(备注="改过", 成绩=[], 民族="汉族"), others, today) == before
    renamed = replace(context, children={**context.children, "S2024-AAAA2": "周禾"})
    assert inputs(grid, student(), renamed, today) != before


def test_a_staff_member_who_left_keeps_the_id(
    says: Callable[..., str], student: Callable[..., Student]
) -> None:
    assert says("建档.建档人", student(建档={"建档人": "T-2222"})) == "T-2222"


# -- which records and items ----------------------------------------------------------------------------------------
def test_a_form_limited_to_some_records_is_for_no_others(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    girls = form(f"{HEAD}限于: {{性别: 女}}\n内容: [{{格: [[姓名]]}}]")
    assert suits(girls, student(), context, today)
    boy = student(性别="男")
    assert not suits(girls, boy, context, today)
    with pytest.raises(NothingToPrint, match="样表"):
        inputs(girls, boy, context, today)


def test_only_items_that_say_something_are_listed(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    child = student(
        过程记录=[
            {"编号": "E20261102-2222", "类型": "跟踪", "内容": "甲", "教育效果": "主动发言。"},
            {"编号": "E20261103-2222", "类型": "跟踪", "内容": "乙"},
        ]
    )
    assert rows("表: 过程记录, 只取: {有: 教育效果}, 列: [{取值: 内容}]", child) == [["甲"]]


def test_words_of_a_list_may_stand_in_rows_of_their_own(
    rows: Callable[..., list[list[str]]], student: Callable[..., Student]
) -> None:
    section = "表: 家庭.救助情况, 列: [{取值: 序号, 宽: 20}, {栏目: 救助, 取值: 本条}]"
    assert rows(section, student()) == [["1", "防止返贫监测对象"], ["2", "临时救助"]]


def test_a_sheet_an_item_tells_the_term_and_class_of_the_item_s_day(
    form: FormReader, context: Context, today: date, student: Callable[..., Student]
) -> None:
    read = form(
        f"{HEAD}表头: ['{{学年学期}}', '{{学生.年级班级}}']\n逐项: {{列表: 过程记录}}\n内容: [{{格: [[内容]]}}]"
    )
    child = student(
        过程记录=[
            {"编号": "E20250310-2222", "类型": "谈话", "时间": "2025-03-10T12:00+08:00", "内容": "甲"},
            {"编号": "E20261102-2222", "类型": "谈话", "内容": "没有日期"},
        ]
    )
    heads = [sheet.head for sheet in inputs(read, child, context, today).sheets]
    assert heads == [
        ("2024—2025学年第二学期", "七年级（3）班"),
        ("2026—2027学年第一学期", "九年级（3）班"),
    ]
