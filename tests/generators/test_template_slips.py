"""Slips in a Word form that would print wrongly, or not at all, are told by check: where, what, and what to do."""

import io
import zipfile
from collections.abc import Callable, Sequence

import docx
import pytest

from generators.template import BadTemplate, fill, mistakes, roots
from guanai.schema import load_schemas

WordForm = Callable[..., bytes]
_ROOTS = roots(load_schemas().record("student"), load_schemas().record("school"))
_NOBODY = {"学生": {"姓名": "某某", "过程记录": []}, "学校": {}, "今天": {}}


def _with_body(word_form: WordForm, inner: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_form("甲"))) as archive, zipfile.ZipFile(made, "w") as changed:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", f"<w:body>{inner}".encode(), 1)
            changed.writestr(name, data)
    return made.getvalue()


def _require_told(raw: bytes, *sentences: str) -> None:
    """Require that check says so, and that generate says the same, whoever the child is."""
    assert mistakes(raw, _ROOTS) == sentences
    with pytest.raises(BadTemplate) as caught:
        fill(raw, _NOBODY, _ROOTS)
    assert all(each.rstrip("。") in str(caught.value) for each in sentences)


@pytest.mark.parametrize("mark", ["{%p if 学生.姓名 %}", "{%p for 条 in 学生.过程记录 %}"])
@pytest.mark.parametrize("beside", ["甲{}", "{}乙", "{{{{ 学生.姓名 }}}}{}", "{}{{%p else %}}"])
def test_words_beside_a_mark_of_a_paragraph_are_told(word_form: WordForm, mark: str, beside: str) -> None:
    end = "{%p endif %}" if " if " in mark else "{%p endfor %}"
    told = mistakes(word_form("头", beside.format(mark), "有", end), _ROOTS)
    assert told[0].startswith("第 2 段“")
    assert told[0].endswith("这一段只能写 {%p … %} 这一个标记，旁边的字和图会丢；请另起一段。")


def test_words_beside_the_end_of_a_paragraph_mark_are_told(word_form: WordForm) -> None:
    _require_told(
        word_form("{%p if 学生.姓名 %}", "有", "{%p endif %}（盖章）"),
        "第 3 段“{%p endif %}（盖章）”：这一段只能写 {%p … %} 这一个标记，旁边的字和图会丢；请另起一段。",
    )


def test_a_picture_beside_a_paragraph_mark_is_told(word_form: WordForm) -> None:
    picture = "<w:p><w:r><w:t>{%p if 学生.姓名 %}</w:t></w:r><w:r><w:drawing/></w:r></w:p><w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>"
    assert "旁边的字和图会丢" in mistakes(_with_body(word_form, picture), _ROOTS)[0]


def test_words_in_any_cell_beside_a_row_mark_are_told_with_their_cell(word_form: WordForm) -> None:
    loop = "{%tr for 条 in 学生.过程记录 %}"
    _require_told(
        word_form(table=[[loop, "序号"], ["{{ 条.内容 }}", ""], ["合计{%tr endfor %}", ""]]),
        "第 2 段（表 1 第 1 行第 2 格）“序号”：这一行只能写 {%tr … %} 这一个标记，旁边的字和图会丢；请另起一行。",
        "第 5 段（表 1 第 3 行第 1 格）“合计{%tr endfor %}”：这一行只能写 {%tr … %} 这一个标记，旁边的字和图会丢；请另起一行。",
    )


def test_a_table_within_a_row_that_a_mark_takes_is_told(word_form: WordForm) -> None:
    inner = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    mark = "<w:p><w:r><w:t>{%tr if 学生.姓名 %}</w:t></w:r></w:p>"
    end = mark.replace("if 学生.姓名", "endif")
    rows = f"<w:tr><w:tc>{inner}{mark}</w:tc></w:tr><w:tr><w:tc>{end}</w:tc></w:tr>"
    outer = f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{rows}</w:tbl>"
    told = mistakes(_with_body(word_form, outer), _ROOTS)
    assert len(told) == 1
    assert told[0].startswith("第 1 段（表 2 第 1 行第 1 格）")


def test_a_loop_and_its_end_in_one_row_are_told(word_form: WordForm) -> None:
    told = mistakes(
        word_form(table=[["{%tr for 条 in 学生.过程记录 %}{{ 条.时间 }}", "{{ 条.内容 }}{%tr endfor %}"]]),
        _ROOTS,
    )
    assert [each.partition("“")[0] for each in told] == [
        "第 1 段（表 1 第 1 行第 1 格）",
        "第 2 段（表 1 第 1 行第 2 格）",
    ]
    assert all(each.endswith("一行里只能写一个 {%tr … %}；for 和 endfor 要各占一行。") for each in told)


def test_a_row_mark_outside_a_table_is_told(word_form: WordForm) -> None:
    told = mistakes(word_form("{%tr for 条 in 学生.过程记录 %}", "{{ 条.内容 }}", "{%tr endfor %}"), _ROOTS)
    assert len(told) == 2
    assert told[0].startswith("第 1 段“")
    assert told[0].endswith("：{%tr … %} 只能写在表格里；整段请写 {%p … %}。")


@pytest.mark.parametrize("kept", ["", "{{ 学生.姓名 }}"])
def test_a_placeholder_deleted_in_tracked_changes_is_told(word_form: WordForm, kept: str) -> None:
    struck = '<w:del w:id="1" w:author="a" w:date="2026-11-20T00:00:00Z"><w:r><w:delText>{{ 学生.没有 }}</w:delText></w:r></w:del>'
    raw = _with_body(word_form, f"<w:p>{struck}<w:r><w:t>{kept}</w:t></w:r></w:p>")
    _require_told(
        raw,
        f"第 1 段“{kept}”：修订里删去的“{{{{ 学生.没有 }}}}”还在文件里，填表时仍会算；请先接受修订，再保存。",
    )


def test_plain_words_deleted_in_tracked_changes_are_no_mistake(word_form: WordForm) -> None:
    struck = '<w:del w:id="1" w:author="a" w:date="2026-11-20T00:00:00Z"><w:r><w:delText>旧话</w:delText></w:r></w:del>'
    raw = _with_body(word_form, f"<w:p>{struck}<w:r><w:t>{{{{ 学生.姓名 }}}}</w:t></w:r></w:p>")
    assert mistakes(raw, _ROOTS) == ()
    assert docx.Document(io.BytesIO(fill(raw, _NOBODY, _ROOTS))).paragraphs[0].text == "某某"


def test_a_placeholder_in_an_odd_corner_is_told_by_check_before_any_print(word_form: WordForm) -> None:
    mark = '<w:bookmarkStart w:id="9" w:name="{{ 学生.没有 }}"/><w:bookmarkEnd w:id="9"/>'
    assert "段落以外" in mistakes(_with_body(word_form, mark), _ROOTS)[0]


@pytest.mark.parametrize(
    ("paragraphs", "table", "place"),
    [
        ((), [["{% if 学生.姓名 %}甲", "乙{% endif %}"]], "第 1 段（表 1 第 1 行第 1 格）"),
        ((), [["丙", "{% for 条 in 学生.过程记录 %}"], ["{{ 条.内容 }}{% endfor %}", ""]], "第 2 段（表 1 第 1 行第 2 格）"),
        (("{% if 学生.姓名 %}",), [["甲{% endif %}"]], "第 1 段"),
        (("{% if 学生.姓名 %}甲{% endif %}", "{%p if 学生.姓名 %}", "乙{% endif %}"), (), "第 2 段"),
        (("{%p if 学生.姓名 %}", "甲{% else %}乙", "{%p endif %}"), (), "第 1 段"),
        (("{% if 学生.姓名 == “甲” %}甲", "{%p elif 学生.姓名 %}", "乙{% endif %}"), (), "第 1 段"),
    ],
)  # fmt: skip
def test_a_block_that_crosses_a_border_is_told_where_it_begins(
    word_form: WordForm, paragraphs: Sequence[str], table: Sequence[Sequence[str]], place: str
) -> None:
    told = mistakes(word_form(*paragraphs, table=table), _ROOTS)
    assert len(told) == 1
    assert told[0].startswith(f"{place}“")
    assert "不在同一格、同一层" in told[0]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("{% if 学生.姓名 %}甲", "乙{% endif %}"),
        ("{%p if 学生.姓名 == “甲” %}", "甲", "{%p elif 学生.姓名 %}", "{{ 学生.姓名 }}", "{%p else %}", "丙", "{%p endif %}"),
        ("  {%p for 条 in 学生.过程记录 %} ", "{% if 条.类型 %}{{ 条.内容 }}{% endif %}", "{%p endfor %}"),
    ],
)  # fmt: skip
def test_blocks_that_keep_to_their_place_may_be_filled(
    word_form: WordForm, paragraphs: Sequence[str]
) -> None:
    assert mistakes(word_form(*paragraphs), _ROOTS) == ()
    assert fill(word_form(*paragraphs), _NOBODY, _ROOTS)


@pytest.mark.parametrize("count", [30, 130])
def test_blocks_without_end_are_told_and_never_a_fault(word_form: WordForm, count: int) -> None:
    raw = word_form("{% if 学生.姓名 %}" * count + "甲" + "{% endif %}" * count)
    assert ("套得太深" in "".join(mistakes(raw, _ROOTS))) is (count > 100)


def test_a_placeholder_half_in_a_link_is_told(word_form: WordForm) -> None:
    half = '<w:p><w:r><w:t>{{ 学生</w:t></w:r><w:hyperlink w:anchor="a"><w:r><w:t>.姓名 }}</w:t></w:r></w:hyperlink></w:p>'
    assert "一半在超链接" in mistakes(_with_body(word_form, half), _ROOTS)[0]


@pytest.mark.parametrize(
    "text", ["｛｛ 学生.姓名 ｝｝", "｛{ 学生.姓名 }｝", "{｛ 学生.姓名 ｝}", "｛% if 学生.姓名 %｝", "｛％ endif ％｝", "{{ 学生.姓名 ｝｝"]
)  # fmt: skip
def test_full_width_brackets_are_told(word_form: WordForm, text: str) -> None:
    _require_told(
        word_form("头", text), f"第 2 段“{text}”：占位符的括号写成了全角；请换成半角的 {{{{ }}}}、{{% %}}。"
    )


@pytest.mark.parametrize("text", ["{学生.姓名}", "｛学校.名称｝", "填表：{ 今天.填表日期 }", "{学生．姓名}"])
def test_a_single_bracket_is_told(word_form: WordForm, text: str) -> None:
    _require_told(
        word_form("头", text), f"第 2 段“{text}”：占位符少了一层括号；请写成两层，如 {{{{ 学生.姓名 }}}}。"
    )


def test_a_single_bracket_around_the_name_of_a_loop_is_told(word_form: WordForm) -> None:
    told = mistakes(word_form("{% for 条 in 学生.过程记录 %}{条.内容}{% endfor %}"), _ROOTS)
    assert "少了一层括号" in told[0]


@pytest.mark.parametrize("text", ["集合 {a, b}", "｛注｝", "{学生}签名", "占 50%｝", "{{ 学生.姓名 }}{2026}"])
def test_other_brackets_are_words_like_any_other(word_form: WordForm, text: str) -> None:
    raw = word_form(text)
    assert mistakes(raw, _ROOTS) == ()
    assert docx.Document(io.BytesIO(fill(raw, _NOBODY, _ROOTS))).paragraphs[0].text == text.replace(
        "{{ 学生.姓名 }}", "某某"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{p 学生.姓名 }}", "只能和 for、if 同用"),
        ("甲{%- if 学生.姓名 %}乙{% endif %}", "会吞掉旁边的字"),
        ("{% if 学生.姓名 -%}甲{% endif %}", "会吞掉旁边的字"),
        ("{%p if 学生.姓名 == “5%” %}", "里面不能有花括号、% 和 #"),
    ],
)
def test_marks_that_docxtpl_takes_otherwise_are_told(word_form: WordForm, text: str, told: str) -> None:
    end = ("甲", "{%p endif %}") if text.startswith("{%p") else ()
    assert told in "".join(mistakes(word_form(text, *end), _ROOTS))


@pytest.mark.parametrize("grid", ["", "<w:tblGrid><w:gridCol/></w:tblGrid>"])
def test_a_table_without_widths_is_told_by_check(word_form: WordForm, grid: str) -> None:
    table = f"<w:tbl><w:tblPr/>{grid}<w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    _require_told(
        _with_body(word_form, table),
        "这个 Word 模板不能用：有的表格没有写明列宽；请在 Word 或 WPS 里打开，另存为 .docx。",
    )


def test_a_file_whose_parts_do_not_hold_together_is_told_by_check(word_form: WordForm) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_form("甲"))) as archive, zipfile.ZipFile(made, "w") as changed:
        for name in archive.namelist():
            if name != "word/styles.xml":
                changed.writestr(name, archive.read(name))
    _require_told(
        made.getvalue(), "这个 Word 模板不能用：文件不完整；请在 Word 或 WPS 里打开，另存为 .docx。"
    )
