"""What every document of one layout shares, made once with python-docx: styles, settings, the sheet and its foot."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import docx
from docx.document import Document as Package
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section, _Footer
from docx.shared import Mm

from generators import gbt9704 as gb
from generators.document import Face, Layout
from generators.docx.package import Packed, compressed
from generators.docx.styles import (
    GREY,
    NAMESPACE,
    XML_HEAD,
    font_table,
    run_fonts,
    style_sheet,
    twips,
)
from generators.fonts import FontProfile
from generators.sheet import Sheet, sheet

#: Stands in a foot where each document prints where it comes from.
ORIGIN: Final = "@ORIGIN@"

APPLICATION: Final = "guanai"

_XMLNS: Final = f'xmlns:w="{NAMESPACE}"'
MAIN: Final = "word/document.xml"
RELATIONS: Final = "word/_rels/document.xml.rels"
CORE: Final = "docProps/core.xml"
CUSTOM: Final = "docProps/custom.xml"

_CUSTOM_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_COMPATIBILITY: Final = "".join(
    f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
    for name, value in (
        ("compatibilityMode", 15),
        ("overrideTableStyleFontSizeAndJustification", 1),
        ("enableOpenTypeFeatures", 1),
        ("doNotFlipMirrorIndents", 1),
        ("differentiateMultirowTableHeaders", 1),
    )
)
_APP: Final = (
    f'{XML_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{APPLICATION}</Application></Properties>"
)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The parts of a document that do not change, and the frames of those that do.

    Attributes:
        constant: parts stored as they are, compressed once; the content types come first.
        feet: name and text of the foot parts, with `ORIGIN` in place of the line of origin.
        section: the element that ends the body.
        relations: the main part's relations, to which those of pictures are added.
    """

    constant: tuple[Packed, ...]
    feet: tuple[tuple[str, str], ...]
    section: str
    relations: str


@cache
def skeleton(layout: Layout, fonts: FontProfile) -> Skeleton:
    """Return the skeleton of a layout in a font profile."""
    package = docx.Document()
    _drop_unused(package)
    _set_styles(package, layout, fonts)
    _set_settings(package, sheet(layout))
    _set_section(package.sections[0], sheet(layout))
    _set_feet(package, sheet(layout), fonts)
    _set_properties(package)
    return _taken_apart(package)


def _drop_unused(package: Package) -> None:
    """Remove what the library's template brings along: theme, thumbnail, numbering and other people's styles."""
    unused = {"theme", "stylesWithEffects", "webSettings", "customXml", "numbering", "thumbnail"}
    for owner in (package.part.rels, package.part.package.rels):
        for key in [key for key, relation in owner.items() if relation.reltype.rpartition("/")[2] in unused]:
            del owner[key]


def _set_styles(package: Package, layout: Layout, fonts: FontProfile) -> None:
    styles = package.styles.element
    _refill(styles, style_sheet(layout, fonts))
    _set_blob(package, RELATIONSHIP_TYPE.FONT_TABLE, font_table(fonts))


def _set_settings(package: Package, paper: Sheet) -> None:
    """Replace the settings; the compatibility mode is that of Word 2013 and later."""
    items = (
        '<w:zoom {0} w:percent="100"/>',
        "<w:mirrorMargins {0}/>" if paper.mirrored else "",
        '<w:defaultTabStop {0} w:val="420"/>',
        "<w:evenAndOddHeaders {0}/>" if paper.gridded else "",
        '<w:characterSpacingControl {0} w:val="compressPunctuation"/>',
        # Without the first, a line that ends in a line break is spread over the column.
        f"<w:compat {{0}}><w:doNotExpandShiftReturn/><w:useFELayout/>{_COMPATIBILITY}</w:compat>",
        '<w:decimalSymbol {0} w:val="."/>',
        '<w:listSeparator {0} w:val=","/>',
    )
    _refill(package.settings.element, [item.format(_XMLNS) for item in items if item])


def _set_section(section: Section, paper: Sheet) -> None:
    section.page_width, section.page_height = Mm(paper.width_mm), Mm(paper.height_mm)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.width_mm > paper.height_mm else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(paper.top_mm), Mm(paper.bottom_mm)
    section.left_margin, section.right_margin = Mm(paper.left_mm), Mm(paper.right_mm)
    section.header_distance, section.footer_distance = Mm(15), Mm(paper.foot_mm)
    section.gutter = Mm(0)
    for element in list(section._sectPr):  # noqa: SLF001 - python-docx has no face for the grid and the columns
        if element.tag.rpartition("}")[2] in {"docGrid", "cols"}:
            section._sectPr.remove(element)  # noqa: SLF001 - as above
    kind = f'w:type="lines" w:linePitch="{twips(gb.LINE_PITCH.pt)}"' if paper.gridded else 'w:linePitch="312"'
    section._sectPr.append(parse_xml(f"<w:docGrid {_XMLNS} {kind}/>"))  # noqa: SLF001 - as above


def _set_feet(package: Package, paper: Sheet, fonts: FontProfile) -> None:
    section = package.sections[0]
    if not paper.gridded:
        _fill_foot(section.footer, [_form_foot(paper, fonts)])
        return
    odd, even = _official_foot("right", fonts), _official_foot("left", fonts)
    _fill_foot(section.footer, odd)
    _fill_foot(section.even_page_footer, even)


def _fill_foot(foot: _Footer, paragraphs: Iterable[str]) -> None:
    foot.is_linked_to_previous = False
    _refill(foot._element, paragraphs)  # noqa: SLF001 - a foot is filled as XML, like the body


def _official_foot(side: str, fonts: FontProfile) -> list[str]:
    """Return the page number between dashes, and below it, outside the type area, where the paper comes from."""
    indent = f'<w:ind w:{side}="{twips(gb.PAGE_INDENT.value * gb.SIZE_4.pt)}"/>'
    number = _characters(fonts, gb.SIZE_4, latin=fonts.font(Face.SONG))
    page = f"{_run('— ', number)}{_field('PAGE', number)}{_run(' —', number)}"
    origin = _run(ORIGIN, _characters(fonts, gb.SIZE_6, grey=True))
    return [
        _foot_paragraph(_exact(gb.PAGE_PITCH.pt) + indent + f'<w:jc w:val="{side}"/>', page),
        _foot_paragraph(_exact(gb.ORIGIN_PITCH.pt) + indent + f'<w:jc w:val="{side}"/>', origin),
    ]


def _form_foot(paper: Sheet, fonts: FontProfile) -> str:
    origin = _run(ORIGIN, _characters(fonts, gb.SIZE_6, grey=True))
    if not paper.numbered:
        return _foot_paragraph("", origin)
    stop = twips(paper.text_width_pt)
    small = _characters(fonts, gb.SIZE_5_SMALL)
    count = [
        _run("第 ", small),
        _field("PAGE", small),
        _run(" 页　共 ", small),
        _field("NUMPAGES", small),
        _run(" 页", small),
    ]
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{stop}"/></w:tabs>'
    return _foot_paragraph(tabs, f"{origin}<w:r><w:tab/></w:r>{''.join(count)}")


def _foot_paragraph(properties: str, runs: str) -> str:
    return f'<w:p {_XMLNS}><w:pPr><w:pStyle w:val="Footer"/>{properties}</w:pPr>{runs}</w:p>'


def _exact(points: float) -> str:
    return f'<w:spacing w:line="{twips(points)}" w:lineRule="exact"/>'


def _characters(fonts: FontProfile, size: gb.Figure, *, latin: str = "", grey: bool = False) -> str:
    name = fonts.font(Face.SONG)
    colour = f'<w:color w:val="{GREY}"/>' if grey else ""
    half = round(size.pt * 2)
    fonts_xml = run_fonts(name, latin) if latin else run_fonts(name)
    return f'<w:rPr>{fonts_xml}{colour}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'


def _run(text: str, properties: str) -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _field(name: str, properties: str) -> str:
    marks = [
        f'<w:r>{properties}<w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    ]
    code = f'<w:r>{properties}<w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
    return f"{marks[0]}{code}{marks[1]}{_run('1', properties)}{marks[2]}"


def _set_properties(package: Package) -> None:
    """Give the package its program's name and a place for the stamp."""
    opc = package.part.package
    app = next(part for part in opc.iter_parts() if part.partname == "/docProps/app.xml")
    app._blob = _APP.encode()  # noqa: SLF001 - a plain part has no setter
    custom = Part(PackURI(f"/{CUSTOM}"), _CUSTOM_TYPE, b"", opc)
    opc.relate_to(custom, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _set_blob(package: Package, kind: str, text: str) -> None:
    package.part.part_related_by(kind)._blob = text.encode()  # noqa: SLF001 - a plain part has no setter


def _refill(element: BaseOxmlElement, children: Iterable[str]) -> None:
    element[:] = [parse_xml(child) for child in children]


def _taken_apart(package: Package) -> Skeleton:
    """Save the package once and sort its parts into those that stay and those that each document renews."""
    saved = io.BytesIO()
    package.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    feet = tuple((name, text.decode()) for name, text in parts.items() if name.startswith("word/footer"))
    renewed = {MAIN, RELATIONS, CORE, CUSTOM, *(name for name, _ in feet)}
    types = parts["[Content_Types].xml"].replace(
        b"<Override", b'<Default Extension="png" ContentType="image/png"/><Override', 1
    )
    constant = {**parts, "[Content_Types].xml": types}
    return Skeleton(
        constant=tuple(compressed(name, data) for name, data in constant.items() if name not in renewed),
        feet=feet,
        section=_section_text(package.sections[0]),
        relations=parts[RELATIONS].decode(),
    )


def _section_text(section: Section) -> str:
    holder = OxmlElement("w:body")
    holder.append(section._sectPr)  # noqa: SLF001 - the element itself goes into each body
    text: str = section._sectPr.xml  # noqa: SLF001 - as above
    return text
