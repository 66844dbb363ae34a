"""A hostile Word form is refused, with the paragraph named, before anything of it runs."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

from generators.template import BadTemplate, fill, lines_of, mistakes, roots
from guanai.schema import load_schemas

_ROOTS = roots(load_schemas().record("student"), load_schemas().record("school"))
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _changed(raw: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ 学生.__class__ }}",
        "{{ 学生['__class__'] }}",
        "{{ 学生.姓名.format('{0.__class__}') }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self }}",
        "{{ 学生|attr('__class__') }}",
        "{{ 学生.姓名|map('upper') }}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% for x in range(999999999) %}x{% endfor %}",
        "{% for x in '很长' %}x{% endfor %}",
        "{% set x = 学生 %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends '学生' %}",
        "{{ 学生.items() }}",
        "{{ loop }}",
        "{{ 学生.不存在的栏目 }}",
        "{{ 学生.过程记录 }}",
        "{{ 学生.过程记录.内容 }}",
        "{{ 学生.姓名",
        "{% if 学生.姓名 %}没有结束",
        "{%tc for x in 学生.过程记录 %}",
    ],
)
def test_an_attack_or_slip_is_named_with_its_paragraph(attack: str, word_form: Callable[..., bytes]) -> None:
    raw = word_form("{{ 学生.姓名 }}", attack, "末段")
    told = mistakes(raw, _ROOTS)
    assert told
    assert any("第 2 段" in each or "第 3 段" in each for each in told), told
    with pytest.raises(BadTemplate, match="段"):
        fill(raw, {"学生": {}, "学校": {}, "今天": {}}, _ROOTS)


def test_loops_in_loops_that_would_fill_the_disk_stop_and_say_where(word_form: Callable[..., bytes]) -> None:
    raw = word_form(
        "开头",
        "{% for a in 学生.过程记录 %}{% for b in 学生.过程记录 %}{% for c in 学生.过程记录 %}{{ c.内容 }}{% endfor %}{% endfor %}{% endfor %}",
    )
    entries = [{"内容": "长" * 50}] * 200
    with pytest.raises(BadTemplate, match=r"第 2 段.*太多"):
        fill(raw, {"学生": {"过程记录": entries}, "学校": {}, "今天": {}}, _ROOTS)


def test_huge_output_of_one_loop_stops_and_says_where(word_form: Callable[..., bytes]) -> None:
    raw = word_form("开头", "{% for a in 学生.过程记录 %}{{ a.内容 }}{% endfor %}")
    entries = [{"内容": "长" * 5000}] * 4000
    with pytest.raises(BadTemplate, match=r"第 2 段.*太多"):
        fill(raw, {"学生": {"过程记录": entries}, "学校": {}, "今天": {}}, _ROOTS)


@pytest.mark.parametrize(
    "hostile",
    [
        "a & b", "<b>x</b>", "</w:t></w:r></w:p><w:p><w:r><w:t>injected", "{{ 学生.证件.号码 }}", "{% for x in y %}", "{_{ x }_}",
        "{# x #}", "]]>", "&lt;", "'\"", "=1+1", "｛｛ x ｝｝", "${x}", "\\x00", "{{r x }}", "…“”‘’",
    ],
)  # fmt: skip
def test_hostile_text_of_a_record_appears_word_for_word(
    hostile: str, word_form: Callable[..., bytes]
) -> None:
    raw = word_form("甲{{ 学生.姓名 }}乙", "{% for x in 学生.过程记录 %}{{ x.内容 }}{% endfor %}")
    filled = fill(
        raw, {"学生": {"姓名": hostile, "过程记录": [{"内容": hostile}]}, "学校": {}, "今天": {}}, _ROOTS
    )
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(filled)).paragraphs]
    assert f"甲{hostile}乙" in texts
    assert hostile in texts
    assert lines_of(filled)


def test_line_breaks_of_a_record_stay_line_breaks(word_form: Callable[..., bytes]) -> None:
    filled = fill(word_form("{{ 学生.姓名 }}"), {"学生": {"姓名": "一\n二"}, "学校": {}, "今天": {}}, _ROOTS)
    assert "一\n二" in [paragraph.text for paragraph in docx.Document(io.BytesIO(filled)).paragraphs]


def _relation(kind: str, target: str, mode: str = "External") -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        name = "word/_rels/document.xml.rels"
        made = f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
        parts[name] = parts[name].replace(b"</Relationships>", made.encode())

    return change


def _body(inner: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = parts["word/document.xml"].replace(
            b"<w:body>", f"<w:body>{inner}".encode(), 1
        )

    return change


def _field(code: str) -> Callable[[dict[str, bytes]], None]:
    half = len(code) // 2
    return _body(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code[:half]}</w:instrText></w:r><w:r><w:instrText>{code[half:]}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>x</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def _part(name: str, data: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.update({name: data})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_relation("image", "http://10.0.0.1/x.png"), "外部"),
        (_relation("attachedTemplate", "file:///x.dotm"), "外部"),
        (_relation("hyperlink", "http://10.0.0.1/"), "外部"),
        (_relation("attachedTemplate", "x.dotx", "Internal"), "附着"),
        (_relation("aFChunk", "x.html", "Internal"), "并入"),
        (_part("word/vbaProject.bin"), "宏"),
        (_part("word/embeddings/oleObject1.bin"), "OLE"),
        (_part("word/activeX/activeX1.xml", b"<a/>"), "OLE"),
        (_field(' INCLUDETEXT "C:\\x.docx" '), "域"),
        (_field(" DDEAUTO cmd "), "域"),
        (_field(' INCLUDEPICTURE "http://10.0.0.1/x" '), "域"),
        (_field(" LINK Excel.Sheet "), "域"),
        (_body('<w:p><w:fldSimple w:instr="DDE x"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'), "域"),
        (_body('<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="x"/>'), "并入"),
        (_body("<w:p><w:r><w:object/></w:r></w:p>"), "OLE"),
        (_part("docProps/core.xml", b"<a>{{ x }}</a>"), "正文"),
        (_part("word/footnotes.xml", b"<a>{{ x }}</a>"), "正文"),
        (_part("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "文档类型"),
    ],
)  # fmt: skip
def test_a_file_that_reaches_out_or_runs_something_is_refused(
    change: Callable[[dict[str, bytes]], None], reason: str, word_form: Callable[..., bytes]
) -> None:
    raw = _changed(word_form("{{ 学生.姓名 }}"), change)
    assert reason in "".join(mistakes(raw, _ROOTS))
    with pytest.raises(BadTemplate, match=reason):
        fill(raw, {"学生": {"姓名": "x"}}, _ROOTS)


def test_a_document_with_macros_is_refused_by_its_type_even_under_another_name(
    word_form: Callable[..., bytes],
) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
            b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"
        )

    assert "宏" in "".join(mistakes(_changed(word_form("x"), change), _ROOTS))


def test_a_placeholder_hidden_outside_the_paragraphs_is_held_to_the_same_rules(
    word_form: Callable[..., bytes],
) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = parts["word/document.xml"].replace(
            b"<w:body>",
            b'<w:body><w:bookmarkStart w:id="9" w:name="{{ \'\'.__class__ }}"/><w:bookmarkEnd w:id="9"/>',
            1,
        )

    with pytest.raises(BadTemplate, match="段落以外"):
        fill(_changed(word_form("{{ 学生.姓名 }}"), change), {"学生": {"姓名": "x"}}, _ROOTS)


def test_a_bomb_is_refused(word_form: Callable[..., bytes]) -> None:
    raw = _changed(word_form("x"), _part("word/media/x.xml", b" " * (20 * 2**20)))
    assert "过大" in "".join(mistakes(raw, _ROOTS))


def test_page_numbers_may_stay(word_form: Callable[..., bytes]) -> None:
    assert mistakes(_changed(word_form("{{ 学生.姓名 }}"), _field(" PAGE ")), _ROOTS) == ()


_DDE = (
    f'<w:hdr xmlns:w="{_W}"><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO cmd</w:instrText>'
    '</w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>'
).encode()
_HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("word/hdr9.dat", f'<Override PartName="/word/hdr9.dat" ContentType="{_HEADER}"/>'),
        ("word/hdr9.jpg", f'<Override PartName="/word/hdr9.jpg" ContentType="{_HEADER}"/>'),
        ("word/hdr9.svg", f'<Default Extension="svg" ContentType="{_HEADER}"/>'),
        ("word/hdr9.XML", f'<Override PartName="/word/hdr9.XML" ContentType="{_HEADER}"/>'),
        ("word/_rels/settings.xml.RELS", ""),
    ],
)
def test_what_word_reads_is_looked_through_whatever_its_name(
    name: str, declared: str, word_form: Callable[..., bytes]
) -> None:
    def change(parts: dict[str, bytes]) -> None:
        types = "[Content_Types].xml"
        parts[name] = _DDE
        parts[types] = parts[types].replace(b"</Types>", f"{declared}</Types>".encode())

    assert "部件" in mistakes(_changed(word_form("x"), change), _ROOTS)[0]


@pytest.mark.parametrize("hidden", ["{</w:t></w:r><w:r><w:t>{ 学生.姓名 }}", "{{ 学生.姓名 }}"])
def test_a_placeholder_in_a_footnote_is_refused_however_it_is_spread(
    hidden: str, word_form: Callable[..., bytes]
) -> None:
    notes = f'<w:footnotes xmlns:w="{_W}"><w:p><w:r><w:t>{hidden}</w:t></w:r></w:p></w:footnotes>'

    def plain(parts: dict[str, bytes]) -> None:
        parts["word/footnotes.xml"] = notes.encode()

    def disguised(parts: dict[str, bytes]) -> None:
        parts["word/footnotes.xml"] = f'<?xml version="1.0" encoding="UTF-16"?>{notes}'.encode("utf-16")

    assert "正文、页眉和页脚以外" in mistakes(_changed(word_form("x"), plain), _ROOTS)[0]
    assert "编码" in mistakes(_changed(word_form("x"), disguised), _ROOTS)[0]


def test_an_old_picture_that_names_a_file_to_fetch_is_refused(word_form: Callable[..., bytes]) -> None:
    picture = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="//x/a.png"/></v:shape></w:pict></w:r></w:p>'
    assert "图片" in mistakes(_changed(word_form("x"), _body(picture)), _ROOTS)[0]


def test_a_part_of_millions_of_marks_is_refused_before_it_is_a_tree(word_form: Callable[..., bytes]) -> None:
    assert "过多" in mistakes(_changed(word_form("x"), _body("<w:p/>" * 700_000)), _ROOTS)[0]


def test_a_wrong_word_in_a_loop_is_told_with_the_list_it_belongs_to(word_form: Callable[..., bytes]) -> None:
    told = mistakes(word_form("{% for 条 in 学生.过程记录 %}{{ 条.地名 }}{% endfor %}"), _ROOTS)
    assert "“过程记录”没有“地名”这一栏" in told[0]
