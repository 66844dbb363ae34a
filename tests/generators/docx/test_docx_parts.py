"""What stands inside a written file, read back with lxml and python-docx."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise

import docx as python_docx
import pytest
from docx.enum.section import WD_ORIENT
from lxml import etree

from generators import docx
from generators.document import (
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
from generators.docx.picture import PictureError
from generators.docx.table import TableShapeError
from generators.fonts import GB2312

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HANZI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff“”…—]")
NAMES = (
    "notice",
    "form",
    "ledger",
    "hostile",
    "probe",
    "full_pages",
    "roles_official",
    "roles_form",
    "roles_wide",
)

#: Order the schema of WordprocessingML demands; Word repairs or refuses a file that breaks it.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs"
    " overflowPunct autoSpaceDE autoSpaceDN snapToGrid spacing ind contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs color spacing w kern position sz szCs highlight u lang",
    "tblPr": "tblStyle tblpPr tblOverlap tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
    "settings": "zoom mirrorMargins defaultTabStop evenAndOddHeaders characterSpacingControl compat decimalSymbol"
    " listSeparator",
    "style": "name basedOn next qFormat pPr rPr tblPr",
}


Write = Callable[[Document], bytes]
Line = Callable[[Role, str], Paragraph]
InCell = Callable[[str], Cell]
Paper = Callable[..., Document]
StampOf = Callable[[Document], Stamp]


def parts(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def tree(raw: bytes, name: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(parts(raw)[name])


def texts(element: etree._Element) -> str:
    return "".join(element.itertext(f"{W}t"))


def value(element: etree._Element, path: str, name: str = "val") -> str | None:
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}{name}")


@pytest.mark.parametrize("name", NAMES)
def test_every_run_of_chinese_names_a_chinese_font(
    documents: dict[str, Document], write: Write, name: str
) -> None:
    raw = write(documents[name])
    pages = ["word/document.xml", *(part for part in parts(raw) if part.startswith("word/footer"))]
    runs = [run for page in pages for run in tree(raw, page).iter(f"{W}r") if HANZI.search(texts(run))]
    assert runs
    for run in runs:
        fonts = run.find(f"{W}rPr/{W}rFonts")
        assert fonts is not None, texts(run)
        assert fonts.get(f"{W}hint") == "eastAsia"
        assert fonts.get(f"{W}eastAsia") in {"仿宋", "楷体", "黑体", "宋体", "方正小标宋简体"}


@pytest.mark.parametrize("layout", Layout)
def test_every_style_of_a_role_names_latin_and_chinese_font(
    write: Write, layout: Layout, line: Line, paper: Paper
) -> None:
    styles = tree(write(paper(line(Role.BODY, "字"), layout=layout)), "word/styles.xml")
    found = styles.findall(f".//{W}rFonts")
    assert len(found) == len(Role) + 1
    assert {fonts.get(f"{W}ascii") for fonts in found} == {"Times New Roman"}
    assert all(fonts.get(f"{W}eastAsia") and fonts.get(f"{W}hint") == "eastAsia" for fonts in found)


@pytest.mark.parametrize("name", NAMES)
def test_no_theme_is_left(documents: dict[str, Document], write: Write, name: str) -> None:
    for part, data in parts(write(documents[name])).items():
        assert "theme" not in part
        assert b"heme" not in data, part


@pytest.mark.parametrize("name", NAMES)
def test_elements_stand_in_the_order_of_the_schema(
    documents: dict[str, Document], write: Write, name: str
) -> None:
    for part, data in parts(write(documents[name])).items():
        if not part.startswith("word/") or not part.endswith(".xml"):
            continue
        for element in etree.fromstring(data).iter():
            order = ORDER.get(etree.QName(element).localname)
            if order:
                places = [order.split().index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), (part, etree.tostring(element, encoding="unicode")[:300])


def test_an_official_paper_has_the_type_area_of_the_standard(
    documents: dict[str, Document], write: Write
) -> None:
    section = tree(write(documents["notice"])).find(f".//{W}sectPr")
    size, margin, grid = (section.find(f"{W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    found = {side: int(margin.get(f"{W}{side}")) for side in ("top", "right", "bottom", "left")}
    assert found == {"top": 2098, "right": 1474, "bottom": 1984, "left": 1587}
    assert grid.get(f"{W}linePitch") == "579"
    assert 22 * 579 <= 16838 - found["top"] - found["bottom"] < 23 * 579


def test_body_text_keeps_the_pitch_and_narrows_to_28_characters(
    documents: dict[str, Document], write: Write
) -> None:
    styles = tree(write(documents["notice"]), "word/styles.xml")
    body = styles.find(f"{W}style[@{W}styleId='Body']")
    assert value(body, "pPr/spacing", "line") == "579"
    assert value(body, "pPr/spacing", "lineRule") == "exact"
    assert value(body, "rPr/spacing") == "-5"
    assert value(body, "pPr/ind", "firstLineChars") == "200"


def test_nothing_in_a_table_has_a_fixed_line_pitch(write: Write, paper: Paper) -> None:
    for layout in Layout:
        styles = tree(write(paper(layout=layout)), "word/styles.xml")
        for role in ("Cell", "CellLabel"):
            style = styles.find(f"{W}style[@{W}styleId='{role}']")
            assert value(style, "pPr/spacing", "lineRule") == "auto"


@pytest.mark.parametrize(
    ("name", "size", "mirrored"),
    [("form", (210, 297), ["mirrorMargins"]), ("ledger", (297, 210), []), ("notice", (210, 297), [])],
)
def test_the_sheet_lies_or_stands_and_mirrors_its_margins(
    documents: dict[str, Document], write: Write, name: str, size: tuple[int, int], mirrored: list[str]
) -> None:
    raw = write(documents[name])
    section = python_docx.Document(io.BytesIO(raw)).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size
    assert (section.orientation is WD_ORIENT.LANDSCAPE) == (size[0] > size[1])
    settings = [etree.QName(element).localname for element in tree(raw, "word/settings.xml")]
    assert [setting for setting in settings if setting == "mirrorMargins"] == mirrored


def test_official_papers_number_odd_pages_right_and_even_pages_left(
    documents: dict[str, Document], write: Write
) -> None:
    raw = write(documents["notice"])
    section = python_docx.Document(io.BytesIO(raw)).sections[0]
    assert tree(raw, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    for foot, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        number, origin = (paragraph._p for paragraph in foot.paragraphs)
        assert texts(number) == "— 1 —"
        assert "".join(number.itertext(f"{W}instrText")).strip() == "PAGE"
        assert value(number, "pPr/jc") == side
        assert value(number, "pPr/ind", side) == "280"
        assert texts(origin).startswith(
            "关于印发《特殊群体学生关爱制度》的通知 · sample-1 · 2026-11-20 · 校验码 "
        )


def test_forms_count_their_pages(documents: dict[str, Document], write: Write) -> None:
    raw = write(documents["form"])
    (foot,) = python_docx.Document(io.BytesIO(raw)).sections[0].footer.paragraphs
    assert [code.strip() for code in foot._p.itertext(f"{W}instrText")] == ["PAGE", "NUMPAGES"]
    assert re.fullmatch(
        r"学生档案 · sample-1 · 2026-11-20 · 校验码 \w{4}-\w{4}第 1 页　共 1 页", texts(foot._p)
    )


def test_a_blank_form_prints_no_code(documents: dict[str, Document], write: Write) -> None:
    blank = replace(documents["form"], blank=True)
    (foot,) = python_docx.Document(io.BytesIO(write(blank))).sections[0].footer.paragraphs
    assert texts(foot._p).startswith("学生档案 · 空白表第 1 页")


@pytest.mark.parametrize("name", ["form", "ledger", "hostile"])
def test_widths_of_table_grid_and_cells_agree_in_twips(
    documents: dict[str, Document], write: Write, name: str
) -> None:
    tables = list(tree(write(documents[name])).iter(f"{W}tbl"))
    assert tables
    for table in tables:
        grid = [int(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        assert value(table, "tblPr/tblLayout", "type") == "fixed"
        assert value(table, "tblPr/tblW", "type") == "dxa"
        assert int(value(table, "tblPr/tblW", "w") or 0) == sum(grid)
        for row in table.iter(f"{W}tr"):
            place = 0
            for cell in row.iterfind(f"{W}tc"):
                span = int(value(cell, "tcPr/gridSpan") or 1)
                assert int(value(cell, "tcPr/tcW", "w") or 0) == sum(grid[place : place + span])
                place += span
            assert place == len(grid)


def test_spans_read_back_as_merged_cells(documents: dict[str, Document], write: Write) -> None:
    table = python_docx.Document(io.BytesIO(write(documents["form"]))).tables[0]
    assert table.cell(0, 4)._tc is table.cell(2, 4)._tc
    assert table.cell(2, 0)._tc is table.cell(4, 0)._tc
    assert table.cell(1, 1)._tc is table.cell(1, 3)._tc
    assert table.cell(0, 1).text == "阿依古丽·买买提"


def test_a_table_wider_than_the_sheet_is_narrowed_in_proportion(
    write: Write, cell: InCell, paper: Paper
) -> None:
    row = Row((cell("甲"), cell("乙")))
    raw = write(paper(Table((200, 100), (row,)), layout=Layout.FORM))
    grid = [int(column.get(f"{W}w")) for column in tree(raw).iter(f"{W}gridCol")]
    assert sum(grid) == round(165 * 1440 / 25.4)
    assert grid[0] == pytest.approx(2 * grid[1], abs=2)


@pytest.mark.parametrize(
    "rows",
    [
        (Row((Cell(()),)),),
        (Row((Cell((), 2), Cell(()))),),
        (Row((Cell(()), Cell((), 1, 2))),),
        (Row((Cell(()), Cell((), 1, 2))), Row((Cell((), 2),))),
        (Row((Cell((), 2, 2),)), Row((Cell(()),))),
    ],
    ids=["too few", "too many", "reaches below", "overlaps", "no room"],
)
def test_cells_that_do_not_fill_the_columns_are_refused(
    write: Write, rows: tuple[Row, ...], paper: Paper
) -> None:
    with pytest.raises(TableShapeError, match="2 栏"):
        write(paper(Table((50, 50), rows)))


def test_header_rows_repeat_and_rows_that_must_not_split_stay_whole(
    documents: dict[str, Document], write: Write, cell: InCell, paper: Paper
) -> None:
    document = tree(write(documents["ledger"]))
    rows = list(document.iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, True] + [False] * 60
    whole = Table(
        (50,), (*(Row((cell("甲"),), splits=False) for _ in range(3)), Row((cell("乙"),), height_mm=10))
    )
    opening, second, third, last = tree(write(paper(whole))).iter(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in (opening, second, third, last)] == [
        False,  # a row that opens a table may split, or LibreOffice drops the others where it just fits
        True,
        True,
        False,
    ]
    assert value(last, "trPr/trHeight") == "567"


def test_a_row_that_opens_a_table_is_told_how_high_its_text_is_so_that_it_does_stay_whole(
    write: Write, cell: InCell, paper: Paper
) -> None:
    rows = (
        Row((cell("谈\n话\n家\n访"), cell("情" * 40)), 8, splits=False),
        Row((cell("甲\n乙"), cell("丙"))),
    )
    opening, following = tree(write(paper(Table((20, 80), rows)))).iter(f"{W}tr")
    assert int(value(opening, "trPr/trHeight") or 0) > 4 * 10.5 * 20
    assert following.find(f"{W}trPr/{W}trHeight") is None


def test_a_kept_row_stays_with_the_next_one(write: Write, cell: InCell, paper: Paper) -> None:
    table = Table((50,), (Row((cell("甲"),), keep=True), Row((cell("乙"),))))
    paragraphs = list(tree(write(paper(table))).iter(f"{W}p"))
    kept = [each.find(f"{W}pPr/{W}keepNext") is not None for each in paragraphs]
    assert kept == [True, False, False]  # the last is the paragraph that ends the body


def test_headings_are_known_to_the_navigation_pane(documents: dict[str, Document], write: Write) -> None:
    document = python_docx.Document(io.BytesIO(write(documents["notice"])))
    styles = {one.text: one.style.name for one in document.paragraphs if one.style}
    assert styles["一、工作要求"] == "Heading 1"
    assert styles["（一）摸底排查"] == "Heading 2"
    assert styles["1. 谈话。"] == "Heading 3"
    levels = {
        style.get(f"{W}styleId"): value(style, "pPr/outlineLvl")
        for style in tree(write(documents["notice"]), "word/styles.xml").iter(f"{W}style")
    }
    assert (levels["H1"], levels["H2"], levels["H3"], levels["Body"]) == ("0", "1", "2", None)


def test_title_and_date_are_the_only_core_properties(documents: dict[str, Document], write: Write) -> None:
    properties = python_docx.Document(io.BytesIO(write(documents["notice"]))).core_properties
    assert properties.title == "关于印发《特殊群体学生关爱制度》的通知"
    assert properties.created is not None
    assert properties.created.date() == properties.modified.date() == date(2026, 11, 20)
    assert not properties.author
    assert not properties.last_modified_by


def test_an_attachment_begins_one_new_page_and_breaks_do_not_add_up(
    write: Write, line: Line, paper: Paper
) -> None:
    document = paper(
        PageBreak(),
        line(Role.BODY, "甲"),
        PageBreak(),
        PageBreak(),
        line(Role.ATTACHMENT_LABEL, "附件"),
        PageBreak(),
    )
    paragraphs = list(tree(write(document)).iter(f"{W}p"))
    assert [p.find(f"{W}pPr/{W}pageBreakBefore") is not None for p in paragraphs] == [False, True]


def test_a_body_ends_in_a_paragraph_and_tables_never_touch(write: Write, cell: InCell, paper: Paper) -> None:
    table = Table((50,), (Row((cell("甲"),)),))
    for blocks in ((), (table,), (table, table), (PageBreak(), table), (table, PageBreak(), table)):
        body = tree(write(paper(*blocks))).find(f"{W}body")
        names = [etree.QName(child).localname for child in body]
        assert names[-2:] == ["p", "sectPr"]
        assert ("tbl", "tbl") not in list(pairwise(names))


def test_the_colophon_floats_at_the_foot_of_the_type_area(
    documents: dict[str, Document], write: Write
) -> None:
    table = list(tree(write(documents["notice"])).iter(f"{W}tbl"))[-1]
    assert value(table, "tblPr/tblpPr", "vertAnchor") == "margin"
    assert value(table, "tblPr/tblpPr", "tblpYSpec") == "bottom"
    weights = [value(table, f"tblPr/tblBorders/{side}", "sz") for side in ("top", "bottom", "insideH")]
    assert weights == ["8", "8", "6"]  # eighths of a point: 0.35, 0.35 and 0.25 mm


def test_signers_stand_centred_over_a_date_four_characters_from_the_margin(
    write: Write, line: Line, paper: Paper
) -> None:
    for signer in ("校", "青禾县第二初级中学", "青禾县教育局控辍保学工作领导小组办公室"):
        document = paper(line(Role.SIGNER, signer), line(Role.DATE, "2026年11月20日"))
        first, second = tree(write(document)).iter(f"{W}p")
        left = int(value(first, "pPr/ind", "left") or 0)
        assert left == int(value(second, "pPr/ind", "left") or -1)
        column = (8845 - left) / 20 / 15.75
        assert column == pytest.approx(max(7 + 8, len(signer) + 1), abs=0.1)


def test_a_picture_is_stored_once_and_fits_the_sheet(write: Write, png: bytes, paper: Paper) -> None:
    document = paper(Image(png, 80, "出勤<曲线>"), Image(png, 500, "大"))
    raw = write(document)
    assert [name for name in parts(raw) if name.startswith("word/media/")] == ["word/media/picture1.png"]
    shapes = python_docx.Document(io.BytesIO(raw)).inline_shapes
    assert [round(shape.width.mm) for shape in shapes] == [80, 156]
    assert [round(shape.height.mm) for shape in shapes] == [40, 78]


def test_a_picture_that_is_no_png_is_refused(write: Write, paper: Paper) -> None:
    with pytest.raises(PictureError, match="合影"):
        write(paper(Image(b"\xff\xd8\xff\xe0 jpeg", 80, "合影")))


def test_the_old_font_profile_sets_rare_names_in_a_larger_font(stamp_of: StampOf, paper: Paper) -> None:
    document = paper(Paragraph(Role.BODY, (Run("王小雨"), Run("堃玥祎"), Run("李四（副校长）"))))
    raw = docx.write(document, stamp_of(document), fonts=GB2312)
    fonts = [run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") for run in tree(raw).iter(f"{W}r")]
    assert fonts == ["仿宋_GB2312", "仿宋", "仿宋_GB2312"]
    assert "仿宋_GB2312".encode() in parts(raw)["word/fontTable.xml"]
