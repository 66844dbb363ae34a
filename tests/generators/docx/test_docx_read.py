"""What `read` finds in files of ours, files that office programs changed, and files made to harm."""

import io
import random
import string
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx as python_docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators import docx
from generators.document import Cell, Document, Layout, Paragraph, Role, Row, Run, Stamp, Table
from generators.docx import NotADocumentError
from generators.stamp import text_lines
from guanai.errors import Invalid

PRINTABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
)
WORDS = st.one_of(PRINTABLE, st.sampled_from(["a\nb", "a\tb", " \u3000 ", "\r\n", "\u00ad", "]]>", "<&>"]))
PARAGRAPHS = st.builds(
    lambda role, words: Paragraph(role, tuple(Run(text) for text in words)),
    st.sampled_from([role for role in Role if role is not Role.IMPRINT]),
    st.lists(WORDS, max_size=3),
)
STAMP = Stamp(
    "kind",
    "S2024-7K3QD",
    date(2026, 11, 20),
    ("关爱", "教学"),
    "T-3XK9",
    "0.1.0",
    "a" * 64,
    "b" * 64,
    "7K3QD9MF",
    "c" * 16,
)


Write = Callable[[Document], bytes]
StampOf = Callable[[Document], Stamp]
Rewritten = Callable[[bytes, str, Callable[[str], str]], bytes]


def minimal(
    body: str, *, namespace: str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
) -> bytes:
    """Return a file with this body and nothing else."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{kind}" Target="/word/document.xml"/></Relationships>'
    )
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    main = f'<w:document xmlns:w="{namespace}" {compatible}><w:body>{body}</w:body></w:document>'
    return zipped({"_rels/.rels": relations, "word/document.xml": main})


def zipped(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    "name", ["notice", "form", "ledger", "hostile", "roles_official", "roles_form", "roles_wide"]
)
def test_the_lines_of_a_written_file_are_those_of_the_document(
    documents: dict[str, Document], write: Write, stamp_of: StampOf, name: str
) -> None:
    document = documents[name]
    read = docx.read(write(document))
    assert read.lines == text_lines(document)
    assert read.stamp == stamp_of(document)
    assert read.application == "guanai"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("起 2026-11-20 止", 2),
        ("2026-11-20", 0),
        ("周小禾 S2024-7K3QD", 1),
        ("（2026-11-20）", 0),
        ("见 M20261023-M48A-V2222", 0),
        ("a -b- c-d -3", 0),
        ("一　3-4", 1),
    ],
)
def test_a_hyphen_that_ends_no_line_is_an_element_and_is_read_as_a_hyphen(
    write: Write, text: str, marks: int
) -> None:
    document = Document(
        "kind", "x", "题", Layout.FORM, (Paragraph(Role.CELL, (Run(text),)),), date(2026, 11, 20)
    )
    raw = write(document)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        main = archive.read("word/document.xml").decode()
    assert main.count("<w:noBreakHyphen/>") == marks
    assert docx.read(raw).lines == text_lines(document)
    assert python_docx.Document(io.BytesIO(raw)).paragraphs[0].text == text


@given(
    paragraphs=st.lists(PARAGRAPHS, max_size=6),
    cells=st.lists(WORDS, max_size=6),
    layout=st.sampled_from(Layout),
)
def test_reading_is_the_inverse_of_writing(
    paragraphs: list[Paragraph], cells: list[str], layout: Layout
) -> None:
    rows = tuple(Row((Cell((Paragraph(Role.CELL, (Run(text),)),)),)) for text in cells)
    blocks = (*paragraphs, *((Table((50,), rows),) if rows else ()))
    document = Document("kind", "S2024-7K3QD", "题", layout, blocks, date(2026, 11, 20))
    assert docx.read(docx.write(document, STAMP)).lines == text_lines(document)


@given(
    staff=PRINTABLE,
    labels=st.lists(PRINTABLE, max_size=3),
    version=st.text(string.printable.strip(), max_size=9),
    on=st.dates(min_value=date(1990, 1, 1)),
)
def test_a_stamp_reads_back_as_it_was_written(staff: str, labels: list[str], version: str, on: date) -> None:
    stamp = replace(STAMP, staff=staff, labels=tuple(labels), version=version, on=on)
    document = Document("kind", "x", "题", Layout.FORM, (), on)
    assert docx.read(docx.write(document, stamp)).stamp == stamp


def test_no_property_exceeds_what_office_programs_keep(documents: dict[str, Document]) -> None:
    stamp = replace(
        STAMP, kind="k" * 40, labels=("关爱", "心理", "教学", "证件", "限制"), version="10.10.10.dev1234"
    )
    raw = docx.write(documents["probe"], stamp)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        custom = archive.read("docProps/custom.xml").decode()
    values = [part.partition("<")[0] for part in custom.split("<vt:lpwstr>")[1:]]
    assert len(values) == 5
    assert all(len(value) <= 255 for value in values)


def test_page_numbers_do_not_count_but_words_in_other_fields_do() -> None:
    fields = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        f'{run("后")}<w:fldSimple w:instr=" NUMPAGES ">{run("9")}</w:fldSimple>'
        f'<w:fldSimple w:instr=" HYPERLINK x ">{run("链接")}</w:fldSimple></w:p>'
    )
    assert docx.read(minimal(fields)).lines == ("后链接",)


def test_a_field_may_reach_over_paragraphs() -> None:
    fields = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF _x</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("1")}</w:p>'
        f'<w:p>{run("2")}<w:r><w:fldChar w:fldCharType="end"/></w:r>{run("文")}</w:p>'
    )
    assert docx.read(minimal(fields)).lines == ("文",)


def test_what_is_not_printed_does_not_count() -> None:
    body = (
        f"<w:p>{run('甲')}<w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins>{run('乙')}</w:ins>"
        f"<w:moveFrom>{run('移')}</w:moveFrom>{run('藏', '<w:rPr><w:vanish/></w:rPr>')}"
        f"{run('显', '<w:rPr><w:vanish w:val=&quot;0&quot;/></w:rPr>'.replace('&quot;', chr(34)))}</w:p>"
        "<w:p><w:r><w:softHyphen/></w:r></w:p>"
        f"<w:p>{run('1')}<w:r><w:noBreakHyphen/></w:r>{run('2')}<w:r><w:tab/><w:br/></w:r>{run('3 ')}</w:p>"
    )
    assert docx.read(minimal(body)).lines == ("甲乙显", "1-2 3")


def test_words_added_in_a_text_box_count_once() -> None:
    box = f"<w:txbxContent><w:p>{run('盒')}</w:p></w:txbxContent>"
    body = f"<w:p>{run('文')}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    assert docx.read(minimal(body)).lines == ("文", "盒")


def test_content_controls_and_the_strict_variant_are_read() -> None:
    body = f"<w:sdt><w:sdtContent><w:p>{run('控')}</w:p></w:sdtContent></w:sdt>"
    assert docx.read(minimal(body, namespace="http://purl.oclc.org/ooxml/wordprocessingml/main")).lines == (
        "控",
    )


def test_a_changed_word_shows(documents: dict[str, Document], write: Write, rewritten: Rewritten) -> None:
    raw = write(documents["notice"])
    changed = rewritten(raw, "word/document.xml", lambda text: text.replace("各处室", "各科室"))
    assert docx.read(changed).lines != docx.read(raw).lines
    assert docx.read(changed).stamp == docx.read(raw).stamp


def test_a_foreign_file_has_no_stamp(word_form: Callable[..., bytes]) -> None:
    read = docx.read(word_form("别处的文件"))
    assert (read.stamp, read.lines) == (None, ("别处的文件",))


@pytest.mark.parametrize(
    ("old", "new"), [('"kind"', '"kin"'), ("2026-11-20", "2026-13-20"), ("{", "["), ("[", "[1,")]
)
def test_a_stamp_that_was_tampered_with_is_none(
    documents: dict[str, Document], write: Write, rewritten: Rewritten, old: str, new: str
) -> None:
    raw = write(documents["probe"])
    assert docx.read(rewritten(raw, "docProps/custom.xml", lambda text: text.replace(old, new))).stamp is None


BOMB = minimal(f"<w:p>{' ' * (65 * 2**20)}</w:p>")
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "已损坏"),
        (b"%PDF-1.7", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.doc 格式"),
        (zipped({"a": "b"}), "不是 DOCX"),
        (zipped({"_rels/.rels": RELATIONS}), "没有正文"),
        (zipped({"_rels/.rels": "<a>"}), "完好的 XML"),
        (zipped({"_rels/.rels": DOCTYPE + RELATIONS}), "文档类型声明"),
        (zipped({"_rels/.rels": RELATIONS, "_RELS/.rels": RELATIONS}), "重名"),
        (BOMB, "过大"),
        (b"PK" + b"\0" * (33 * 2**20), "32 MB"),
        (minimal("<w:p>" * 400 + "</w:p>" * 400), "完好的 XML"),
    ],
    ids=["empty", "pdf", "doc", "zip", "no body", "broken", "doctype", "twins", "bomb", "large", "deep"],
)
def test_what_is_no_document_is_refused_in_plain_words(raw: bytes, reason: str) -> None:
    with pytest.raises(NotADocumentError, match=reason) as caught:
        docx.read(raw)
    assert isinstance(caught.value, Invalid)
    assert "另存为 .docx" in str(caught.value)


def test_entities_from_outside_are_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("秘密", encoding="utf-8")
    doctype = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    for encoding in ("utf-8", "utf-16"):
        body = f'{doctype}<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
        target = io.BytesIO(minimal(""))
        with zipfile.ZipFile(target) as source:
            relations = source.read("_rels/.rels")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("_rels/.rels", relations)
            archive.writestr("word/document.xml", body.encode(encoding))
        with pytest.raises(NotADocumentError, match="文档类型声明"):
            docx.read(target.getvalue())


def test_a_damaged_file_never_raises_anything_else(documents: dict[str, Document], write: Write) -> None:
    raw = write(documents["form"])
    chance = random.Random(9704)
    for _ in range(300):
        damaged = bytearray(raw)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = damaged[: chance.randrange(len(damaged))] if chance.random() < 0.2 else damaged
        try:
            docx.read(bytes(cut))
        except NotADocumentError:
            continue
