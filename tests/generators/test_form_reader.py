from collections.abc import Callable

import pytest

from generators.document import Align, Layout
from generators.form import Form
from generators.form.language import Absent, Entries, Grid, ListTable
from generators.form.node import BadForm

FormReader = Callable[[str], Form]

HEAD = "种类: sample\n标题: 样表\n对象: 学生\n"


def test_a_form_needs_only_kind_title_subject_and_content(form: FormReader) -> None:
    read = form(f"{HEAD}内容: [{{格: [[姓名, 性别]]}}]")
    assert (read.kind, read.title, read.subject, read.layout) == ("sample", "样表", "student", Layout.FORM)
    assert read.clearance == frozenset()
    section = read.sections[0]
    assert isinstance(section, Grid)
    assert [cell.label for cell in section.rows[0]] == ["姓名", "性别"]
    assert section.pairs == 2


def test_one_column_without_a_width_takes_what_is_left(form: FormReader) -> None:
    read = form(
        f"{HEAD}内容: [{{表: 荣誉, 列: [{{取值: 日期, 宽: 30}}, 名称: x]}}]".replace(
            "名称: x", "{取值: 名称}"
        )
    )
    table = read.sections[0]
    assert isinstance(table, ListTable)
    assert [column.width_mm for column in table.columns] == [30, 135]
    assert [column.align for column in table.columns] == [Align.CENTER, Align.LEFT]


def test_a_wide_sheet_has_room_for_257_millimetres(form: FormReader) -> None:
    read = form(f"{HEAD}版式: 横\n内容: [{{表: 荣誉, 列: [{{取值: 名称}}]}}]")
    table = read.sections[0]
    assert isinstance(table, ListTable)
    assert table.columns[0].width_mm == 257


def test_lists_within_long_items_are_left_out_where_they_are_empty(form: FormReader) -> None:
    read = form(f"{HEAD}内容: [{{逐条: 劝返, 首行: '{{状态}}', 内容: [{{表: 步骤, 列: [{{取值: 过程}}]}}]}}]")
    entries = read.sections[0]
    assert isinstance(entries, Entries)
    inner = entries.sections[0]
    assert isinstance(inner, ListTable)
    assert (entries.absent, inner.absent) == (Absent.NONE, Absent.LEAVE_OUT)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("内容: [{格: [[姓明]]}]", ["内容第1项", "“姓明”", "是不是“姓名”"]),
        ("内容: [{标题: 家庭, 格: [[家庭.监护人]]}]", ["“家庭”", "“家庭.监护人.编号”"]),
        ("内容: [{格: [[家庭.监护人.姓名.字]]}]", ["“姓名”下面没有“字”"]),
        ("内容: [{格: [['家庭[首].住址']]}]", ["[首]", "只有列表后面"]),
        ("内容: [{格: [['成绩[现].分数']]}]", ["[现]", "“止”"]),
        ("内容: [{格: [['成绩[数].分数']]}]", ["只能写在最后"]),
        ("内容: [{格: [[{栏目: 甲, 取值: '{姓名'}]]}]", ["括号没有配对"]),
        ("内容: [{格: [[{取值: '{姓名}{性别}'}]]}]", ["要另写“栏目”"]),
        ("内容: [{格: [[{栏目: 甲, 取值: '{姓名:年月}'}]]}]", ["不能用“年月”"]),
        ("内容: [{格: [[{栏目: 甲, 取值: '{出生日期:农历}'}]]}]", ["格式“农历”没有"]),
        ("内容: [{格: [[姓名, 性别], [{取值: 民族, 占列: 3}, 特长]], 每行: 3}]", ["第 2 行占了 4 对"]),
        ("内容: [{格: [[姓名, 性别, 民族]], 栏宽: 60}]", ["放不下 3 对"]),
        ("内容: [{格: [[{取值: 姓名, 颜色: 红}]]}]", ["不认识“颜色”"]),
        ("内容: [{格: [[姓名]], 表: 荣誉}]", ["只要一样"]),
        ("内容: [{表: 姓名, 列: [{取值: 日期}]}]", ["不是分条的栏目"]),
        (
            "内容: [{标题: 荣誉, 表: 荣誉, 列: [{取值: 日期, 宽: 30}, {取值: 名称, 宽: 100}]}]",
            ["“荣誉”", "共宽 130", "165"],
        ),
        ("内容: [{表: 荣誉, 列: [{取值: 日期}, {取值: 名称}]}]", ["只能有一列不写“宽”"]),
        ("内容: [{表: 荣誉, 列: []}]", ["至少一项"]),
        ("内容: [{表: 荣誉, 排序: 日期 倒, 列: [{取值: 名称}]}]", ["“时间 降”"]),
        ("内容: [{表: 家庭.其他成员, 只取: {期间: 本月}, 列: [{取值: 姓名}]}]", ["没有日期"]),
        ("内容: [{表: 荣誉, 只取: {现行: true}, 列: [{取值: 名称}]}]", ["没有“止”"]),
        ("内容: [{表: 荣誉, 只取: {名称: 3}, 列: [{取值: 名称}]}]", ["“名称”要写文字"]),
        ("内容: [{表: 荣誉, 空行: 多, 列: [{取值: 名称}]}]", ["不小于 0 的数字"]),
        ("内容: [{逐条: 荣誉, 首行: '{名称}', 内容: [{签字: [甲]}]}]", ["逐条里面只能有"]),
        ("内容: [{签字: [甲, 乙, 丙, 丁, 戊]}]", ["一至四个"]),
        ("内容: [{换页: false}]", ["换页: true"]),
        ("内容: 没有", ["要写成列表"]),
        ("版式: 斜\n内容: []", ["“版式”只能写竖、横"]),
        ("密级: [绝密]\n内容: [{格: [[姓名]]}]", ["“密级”"]),
        ("限于: {类形: [家访]}\n内容: [{格: [[姓名]]}]", ["限于", "“类形”"]),
        ("限于: {性别: 3}\n内容: [{格: [[姓名]]}]", ["限于", "“性别”要写文字"]),
        ("限于: {现行: true}\n内容: [{格: [[姓名]]}]", ["限于", "没有“止”"]),
        ("内容: [{表: 过程记录, 只取: {有: 教育成果}, 列: [{取值: 内容}]}]", ["“有”", "是不是“教育效果”"]),
        ("内容: [{表: '家庭.救助情况', 列: [{取值: 项目}]}]", ["“项目”", "可用的有本条"]),
        ("页眉: 有\n内容: [{格: [[姓名]]}]", ["不认识“页眉”"]),
    ],
)
def test_a_slip_is_named_with_its_place(form: FormReader, content: str, told: list[str]) -> None:
    with pytest.raises(BadForm) as caught:
        form(f"{HEAD}{content}")
    assert all(part in str(caught.value) for part in ["表单 sample.yml", *told]), str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("种类: other\n标题: 甲\n对象: 学生\n内容: [{格: [[姓名]]}]", "other.yml"),
        ("种类: sample\n对象: 学生\n内容: [{格: [[姓名]]}]", "缺“标题”"),
        ("种类: sample\n标题: 甲\n对象: 老师\n内容: [{格: [[姓名]]}]", "“对象”只能写"),
        ("- 甲", "栏目: 内容"),
    ],
)
def test_a_form_without_its_head_is_refused(form: FormReader, text: str, told: str) -> None:
    with pytest.raises(BadForm, match=told):
        form(text)
