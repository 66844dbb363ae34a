"""What check lets pass can be filled for every child: no word is lost, and Word opens what comes out."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import docx
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from lxml import etree

from generators.template import fill, lines_of, mistakes, roots
from guanai.schema import load_schemas

_ROOTS: Final = roots(load_schemas().record("student"), load_schemas().record("school"))
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ENTRY: Final = {"类型": "家访", "内容": "话"}

#: A form before it is a file: marks of XML, and the texts of paragraphs as (how they are written, words).
Piece = str | tuple[str, str]


def _child(name: str, *entries: dict[str, str]) -> dict[str, Any]:
    return {"学生": {"姓名": name, "过程记录": list(entries)}, "学校": {}, "今天": {}}


_ONE_EACH: Final = _child("某某", _ENTRY)
_CHILDREN: Final = (_child(""), _child("某某", _ENTRY, _ENTRY), _child("", _ENTRY))


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(how: str, text: str) -> str:
    half = len(text) // 2
    inner = {
        "plain": _run(text),
        "split": _run(text[:half]) + _run(text[half:]),
        "link": f'{_run(text[:half])}<w:hyperlink w:anchor="a">{_run(text[half:])}</w:hyperlink>',
        "deleted": f'{_run(text)}<w:del w:id="1" w:author="" w:date="2026-11-20T00:00:00Z"><w:r><w:delText>旧</w:delText></w:r></w:del>',
    }[how]
    return f"<w:p>{inner}</w:p>"


def _file(body: Sequence[Piece], header: Sequence[Piece] = ()) -> bytes:
    """Return a whole DOCX file, as small as can be."""
    inner, head = (
        "".join(each if isinstance(each, str) else _paragraph(*each) for each in part)
        for part in (body, header)
    )
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
        f'<Override PartName="/word/header1.xml" ContentType="{_OFFICE}.header+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_R}/header" Target="header1.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{inner}{section}</w:body></w:document>',
        "word/header1.xml": f'<w:hdr xmlns:w="{_W}">{head}</w:hdr>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def _require_whole(filled: bytes) -> None:
    """Require that Word would open it: stories end in paragraphs, tables have rows."""
    docx.Document(io.BytesIO(filled))
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        for name in ("word/document.xml", "word/header1.xml"):
            tree = etree.fromstring(archive.read(name))
            for story in tree.iter(*(f"{{{_W}}}{each}" for each in ("tc", "txbxContent", "hdr", "body"))):
                last = [each for each in story if not str(each.tag).endswith("}sectPr")][-1]
                assert last.tag == f"{{{_W}}}p", etree.tostring(story)
            assert all(table.find(f"{{{_W}}}tr") is not None for table in tree.iter(f"{{{_W}}}tbl"))
            assert not any((each.text or "").strip() for each in tree.iter(f"{{{_W}}}body", f"{{{_W}}}tc"))


_CELL: Final = ("<w:tc><w:tcPr/>", "</w:tc>")
_BLOCKS: Final = (
    ("if 学生.姓名", "endif"),
    ("if 学生.姓名 == “某某”", "endif"),
    ("for 条 in 学生.过程记录", "endfor"),
)
_SNIPPETS: Final = (
    "字", " ", "{{ 学生.姓名 }}", "{%p if 学生.姓名 %}", "{%p endif %}", "{% endif %}", "{%p endfor %}", "{%tr endfor %}",
    "{% for 条 in 学生.过程记录 %}", "{%tr for 条 in 学生.过程记录 %}", "{% endfor %}", "{%- if 学生.姓名 %}", "{% endif -%}",
    "{{p 学生.姓名 }}", "{学生.姓名}", "｛｛", "{% else %}", "{#p 字 #}",
)  # fmt: skip


def _alone(how: str, text: str) -> list[Piece]:
    return [(how, text)]


_texts = st.builds(
    _alone,
    st.sampled_from(("plain", "plain", "split", "link", "deleted")),
    st.sampled_from(("字", "字{{ 学生.姓名 }}字", "{% if 学生.姓名 %}字{% endif %}", "")),
)


def _wrapped(inner: list[Piece], block: tuple[str, str], mark: str) -> list[Piece]:
    return [("plain", f"{{%{mark} {block[0]} %}}"), *inner, ("plain", f"{{%{mark} {block[1]} %}}")]


def _row(cells: list[list[Piece]]) -> list[Piece]:
    return ["<w:tr>", *(piece for cell in cells for piece in (_CELL[0], *cell, _CELL[1])), "</w:tr>"]


def _rows(inner: list[Piece], block: tuple[str, str] | None) -> list[Piece]:
    if block is None:
        return inner
    first, last = (_row([[("plain", f"{{%tr {each} %}}")], [("plain", "")]]) for each in block)
    return [*first, *inner, *last]


def _table(rows: list[list[Piece]]) -> list[Piece]:
    grid = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9"/><w:gridCol w:w="9"/></w:tblGrid>'
    return [grid, *(piece for row in rows for piece in row), "</w:tbl>", ("plain", "")]


def _text_box(inner: list[Piece]) -> list[Piece]:
    shape = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    return [shape, *inner, "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"]


def _story(inner: st.SearchStrategy[list[Piece]]) -> st.SearchStrategy[list[Piece]]:
    return st.lists(inner, min_size=1, max_size=2).map(
        lambda each: [piece for part in each for piece in part]
    )


def _larger(inner: st.SearchStrategy[list[Piece]]) -> st.SearchStrategy[list[Piece]]:
    story, blocks = _story(inner), st.sampled_from(_BLOCKS)
    rows = st.builds(_rows, st.lists(story, min_size=2, max_size=2).map(_row), st.none() | blocks)
    return st.one_of(
        st.builds(_wrapped, story, blocks, st.sampled_from(("p", "p", ""))),
        st.lists(rows, min_size=1, max_size=2).map(_table),
        story.map(_text_box),
    )


_stories = _story(st.recursive(_texts, _larger, max_leaves=5))
_spoils = st.none() | st.tuples(st.integers(0, 40), st.sampled_from(_SNIPPETS), st.booleans())


def _spoilt(story: list[Piece], spoil: tuple[int, str, bool] | None) -> list[Piece]:
    """Return a form to which somebody added a few words in one paragraph."""
    if spoil is None:
        return story
    number, words, is_before = spoil
    places = [(place, *each) for place, each in enumerate(story) if not isinstance(each, str)]
    place, how, text = places[number % len(places)]
    return [*story[:place], (how, words + text if is_before else text + words), *story[place + 1 :]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=_stories, header=_stories, spoil=_spoils, is_head=st.booleans())
def test_what_check_lets_pass_is_filled_without_a_lost_word_and_opens(
    body: list[Piece], header: list[Piece], spoil: tuple[int, str, bool] | None, *, is_head: bool
) -> None:
    body = body if is_head else _spoilt(body, spoil)
    header = _spoilt(header, spoil) if is_head else header
    raw = _file(body, header)
    if mistakes(raw, _ROOTS):
        event("refused")
        return
    event("passed")
    filled = fill(raw, _ONE_EACH, _ROOTS)
    _require_whole(filled)
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        for name, part in (("word/document.xml", body), ("word/header1.xml", header)):
            printed = "".join(etree.fromstring(archive.read(name)).itertext(f"{{{_W}}}t"))
            written = "".join(each[1].replace("{#p 字 #}", "") for each in part if not isinstance(each, str))
            assert printed.count("字") == written.count("字")
            assert "学生" not in printed
    for values in _CHILDREN:
        _require_whole(fill(raw, values, _ROOTS))


_VANISHING: Final = (
    ("{%p if 学生.姓名 == “别人” %}", "有", "{%p endif %}"),
    ("{%p for 条 in 学生.过程记录 %}", "{{ 条.内容 }}", "{%p endfor %}"),
)


@pytest.mark.parametrize("told", _VANISHING)
@pytest.mark.parametrize("where", ["cell", "nested cell", "text box", "header", "header cell", "body"])
def test_a_place_whose_words_all_went_keeps_an_empty_paragraph(told: Sequence[str], where: str) -> None:
    inner: list[Piece] = [("plain", each) for each in told]
    cell = _table([_row([inner, [("plain", "乙")]])])
    nested = _table([_row([cell[:-1], inner])])
    box = _text_box(inner)
    plain: list[Piece] = [("plain", "甲")]
    raw = {
        "cell": _file(cell, plain),
        "nested cell": _file(nested, plain),
        "text box": _file(box, plain),
        "header": _file(plain, inner),
        "header cell": _file(plain, cell),
        "body": _file(inner, plain),
    }[where]
    assert mistakes(raw, _ROOTS) == ()
    filled = fill(raw, _child("某某"), _ROOTS)
    _require_whole(filled)
    assert not {"有", "话"} & set(lines_of(filled))


def test_a_table_whose_rows_all_went_goes_too() -> None:
    row = _row([[("plain", "{{ 条.内容 }}")], [("plain", "")]])
    inner = _table([_rows(row, _BLOCKS[2])])
    raw = _file([*inner, *_table([_row([inner[:-1], [("plain", "乙")]])])], [("plain", "甲")])
    assert mistakes(raw, _ROOTS) == ()
    empty, full = fill(raw, _child(""), _ROOTS), fill(raw, _child("", _ENTRY, _ENTRY), _ROOTS)
    for filled in (empty, full):
        _require_whole(filled)
    assert len(docx.Document(io.BytesIO(empty)).tables) == 1
    assert lines_of(full).count("话") == 4


def test_a_cell_that_ends_in_a_content_control_gets_no_blank_line() -> None:
    control = "<w:sdt><w:sdtPr/><w:sdtContent>"
    table = _table(
        [_row([[control, ("plain", "{{ 学生.姓名 }}"), "</w:sdtContent></w:sdt>"], [("plain", "乙")]])]
    )
    filled = fill(_file(table, [("plain", "甲")]), _child("某某"), _ROOTS)
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        cell = next(etree.fromstring(archive.read("word/document.xml")).iter(f"{{{_W}}}tc"))
    assert [etree.QName(each).localname for each in cell] == ["tcPr", "sdt"]
