"""Blocks become a page that reads like the paper."""

from generators.document import Block, Cell, Image, PageBreak, Paragraph, Role, Row, Run, Table
from guanai.pages.markdown import markdown
from guanai.pages.table import table


def _paragraph(role: Role, *texts: str) -> Paragraph:
    return Paragraph(role, tuple(Run(text) for text in texts))


def _cell(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell((_paragraph(Role.CELL, text),), columns=columns, rows=rows)


def test_headings_follow_the_levels_of_the_paper_and_their_ids_say_nothing() -> None:
    blocks: tuple[Block, ...] = (
        _paragraph(Role.TITLE, "关爱制度"),
        _paragraph(Role.H1, "一、总则"),
        _paragraph(Role.H2, "（一）目的"),
        _paragraph(Role.BODY, "为了", "孩子。"),
    )
    assert markdown(blocks) == (
        "# 关爱制度 {#s1}\n\n## 一、总则 {#s2}\n\n### （一）目的 {#s3}\n\n为了孩子。\n"
    )


def test_a_heading_as_long_as_a_sentence_stays_a_paragraph() -> None:
    assert not markdown([_paragraph(Role.H2, "学" * 60)]).startswith("#")


def test_page_breaks_and_empty_paragraphs_leave_nothing() -> None:
    assert markdown([PageBreak(), _paragraph(Role.BODY), _paragraph(Role.BODY, "　")]) == "\n"


def test_signature_and_date_stand_at_the_right() -> None:
    assert markdown([_paragraph(Role.SIGNER, "清河中学")]) == "清河中学\n{: .signed }\n"


def test_a_table_keeps_its_spans_and_escapes_its_words() -> None:
    rows = (
        Row((_cell("姓名"), _cell("<b>"))),
        Row((_cell("甲", rows=2), _cell("乙"))),
        Row((_cell("丙\n丁"),)),
        Row((_cell("戊", columns=2),)),
    )
    assert markdown([Table((10.0, 20.0), rows, header_rows=1)]) == (
        '<table class="paper">\n'
        "<tr><th>姓名</th><th>&#60;b&#62;</th></tr>\n"
        '<tr><td rowspan="2">甲</td><td>乙</td></tr>\n'
        "<tr><td>丙<br>丁</td></tr>\n"
        '<tr><td colspan="2">戊</td></tr>\n'
        "</table>\n"
    )


def test_bold_words_are_strong_and_pictures_carry_their_words() -> None:
    page = markdown([Paragraph(Role.BODY, (Run("要紧", bold=True),)), Image(b"png", 20, '图"一"')])
    assert page == ('<strong>要紧</strong>\n\n<img alt="图&#34;一&#34;" src="data:image/png;base64,cG5n">\n')


def test_an_empty_cell_of_a_list_keeps_its_place() -> None:
    assert table(("甲", "乙"), [("", "1")]) == "| 甲 | 乙 |\n| --- | --- |\n| &#32; | 1 |"
