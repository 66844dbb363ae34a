"""The sheet as one HTML file."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from generators import html
from generators.css import style_sheet
from generators.document import (
    Align,
    Block,
    Cell,
    Document,
    Image,
    Layout,
    PageBreak,
    Paragraph,
    Role,
    Row,
    Run,
    Stamp,
    Table,
)
from generators.text import UnprintableError

ON = date(2026, 11, 20)
STAMP = Stamp("kind", "S2024-7K3QD", ON, (), "", "0.1.0", "0" * 64, "1" * 64, "7K3QD9MF")
VOID = {"meta", "br", "hr", "img", "col"}


class Checker(HTMLParser):
    """Collects elements and refuses a file whose elements do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def checked(text: str) -> Checker:
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    return checker


def line(role: Role, text: str) -> Paragraph:
    return Paragraph(role, (Run(text),))


def paper(*blocks: Block, layout: Layout = Layout.OFFICIAL, title: str = "样张") -> Document:
    return Document("kind", "S2024-7K3QD", title, layout, blocks, ON)


def written(*blocks: Block, layout: Layout = Layout.OFFICIAL) -> str:
    return html.fragment(paper(*blocks, layout=layout), STAMP)


HOSTILE = "<script>alert('1')</script> & \"引号\" ]]> --> </style> ="


@pytest.mark.parametrize("layout", Layout)
def test_every_role_makes_well_formed_html(layout: Layout) -> None:
    document = paper(*(line(role, f"{role.value}：甲\t乙\n丙") for role in Role), layout=layout)
    checker = checked(html.write(document, STAMP))
    classes = {name for _, attributes in checker.elements for name in (attributes.get("class") or "").split()}
    assert {role.name.lower().replace("_", "-") for role in Role} <= classes


def test_the_file_stands_alone() -> None:
    text = html.write(paper(Image(b"\x89PNG", 50, "图"), line(Role.BODY, "正文")), STAMP)
    for _, attributes in checked(text).elements:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert "@import" not in text
    assert "url(" not in text
    assert "default-src 'none'" in text


@pytest.mark.parametrize("role", Role)
def test_words_are_escaped_wherever_they_stand(role: Role) -> None:
    table = Table((50,), (Row((Cell((line(role, HOSTILE),)),)),))
    text = html.write(replace(paper(line(role, HOSTILE), table), title=HOSTILE), STAMP)
    assert "<script" not in text
    assert text.count("</style>") == 1
    checked(text)


def test_the_alt_text_of_a_picture_is_escaped() -> None:
    assert 'alt="&quot; onerror=&quot;x"' in written(Image(b"", 50, '" onerror="x'))


def test_words_are_kept() -> None:
    checker = checked(written(line(Role.BODY, "依据“未成年人保护法”——……阿依古丽·买买提𠮷")))
    assert "依据“未成年人保护法”——……阿依古丽·买买提𠮷" in checker.words


def test_headings_are_headings() -> None:
    text = written(
        line(Role.TITLE, "题"), line(Role.H1, "一、"), line(Role.H2, "（一）"), line(Role.H3, "1.")
    )
    assert re.findall(r"<h(\d)", text) == ["1", "2", "3", "4"]


def test_tables_have_spans_heads_and_columns() -> None:
    head = Row(
        (
            Cell((line(Role.CELL_LABEL, "姓名"),), 2, 1, shaded=True),
            Cell((line(Role.CELL_LABEL, "班"),), 1, 2),
        )
    )
    body = Row(
        (Cell((line(Role.CELL_LABEL, "甲"),)), Cell((replace(line(Role.CELL, "乙"), align=Align.RIGHT),))), 10
    )
    text = written(Table((30, 30, 60), (head, body), 1))
    assert '<col width="25.000%"><col width="25.000%"><col width="50.000%">' in text
    assert '<thead><tr class="whole"><th scope="col" colspan="2" class="shaded">' in text
    assert '<th scope="col" rowspan="2">' in text
    assert '<tr height="38"><th scope="row">' in text
    assert '<p class="cell right">乙</p>' in text


def test_breaks_and_attachments_begin_a_page() -> None:
    text = written(
        PageBreak(),
        line(Role.BODY, "甲"),
        PageBreak(),
        line(Role.BODY, "乙"),
        line(Role.ATTACHMENT_LABEL, "附件"),
    )
    assert re.findall(r'class="([^"]*new-page[^"]*)"', text) == [
        "body new-page",
        "attachment-label new-page keep",
    ]


def test_signature_and_colophon_are_one_element_each() -> None:
    text = written(
        line(Role.SIGNER, "学校"),
        line(Role.DATE, "2026年1月1日"),
        line(Role.IMPRINT, "抄送：甲"),
        line(Role.IMPRINT, "乙\t丙"),
    )
    assert text.count("<div") == 2
    assert '<p class="imprint spread"><span>乙</span><span>丙</span></p>' in text


def test_a_date_an_id_and_the_signs_at_their_ends_stay_on_one_line_and_the_words_are_the_same() -> None:
    text = "家访（2026-11-20）、S2024-7K3QD & <见-下>"
    made = written(line(Role.CELL, text))
    assert '<span class="whole">（2026-11-20）、</span><span class="whole">S2024-7K3QD</span>' in made
    assert text in "".join(checked(made).words)
    assert "span.whole{display:inline-block" in style_sheet(Layout.FORM)


def test_muted_words_and_blank_forms_show_as_such() -> None:
    document = replace(paper(Paragraph(Role.CELL, (Run("〔按权限不显示〕", muted=True),))), blank=True)
    text = html.fragment(document, STAMP)
    assert '<span class="muted">〔按权限不显示〕</span>' in text
    assert "样张 · 空白表" in text
    assert "校验码" not in text


def test_the_foot_tells_where_the_sheet_comes_from() -> None:
    assert "样张 · S2024-7K3QD · 2026-11-20 · 校验码 7K3Q-D9MF" in written(line(Role.BODY, "甲"))


def test_a_control_character_is_refused_with_its_place() -> None:
    with pytest.raises(UnprintableError, match=r"第 2 块（正文）.*U\+0007"):
        written(line(Role.BODY, "甲"), line(Role.BODY, "乙\x07"))


def test_the_style_is_the_same_for_every_document_of_a_layout() -> None:
    first, second = (html.write(paper(line(Role.MARK, text)), STAMP) for text in ("校", "很长的学校名称文件"))
    assert style_sheet(Layout.OFFICIAL) in first
    assert style_sheet(Layout.OFFICIAL) in second
