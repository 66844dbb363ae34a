"""A document as the bytes of a DOCX file; equal input gives equal bytes."""

from xml.sax.saxutils import escape

from generators.document import Document, Stamp
from generators.docx.body import body_xml
from generators.docx.package import compressed, packed
from generators.docx.paragraph import typesetter
from generators.docx.picture import Pictures
from generators.docx.skeleton import CORE, CUSTOM, MAIN, ORIGIN, RELATIONS, Skeleton, skeleton
from generators.docx.stamp import core_xml, custom_xml
from generators.fonts import WINDOWS, FontProfile
from generators.sheet import sheet
from generators.stamp import foot
from generators.text import UnprintableError, require_printable, require_printable_text


def write(document: Document, stamp: Stamp, *, fonts: FontProfile = WINDOWS) -> bytes:
    """Return the DOCX file.

    Args:
        document: what to write.
        stamp: where it comes from; the only source of the date and the version in the file.
        fonts: names of the fonts to write into it.

    Raises:
        UnprintableError: a text holds a control character; the message names the place.
        TableShapeError: the cells of a table do not fit its columns.
        PictureError: a picture is no PNG.
    """
    frame = skeleton(document.layout, fonts)
    paper = sheet(document.layout)
    pictures = Pictures(paper.text_width_mm, paper.text_height_mm)
    main = _body(document, fonts, pictures, frame.section)
    texts = {
        CORE: core_xml(document, stamp),
        CUSTOM: custom_xml(stamp),
        RELATIONS: frame.relations.replace("</Relationships>", f"{pictures.relations()}</Relationships>"),
        **_feet(frame, document, stamp),
    }
    renewed = [compressed(name, text.encode()) for name, text in texts.items()]
    return packed([*frame.constant, compressed(MAIN, main), *renewed, *pictures.parts()])


def _body(document: Document, fonts: FontProfile, pictures: Pictures, section: str) -> bytes:
    try:
        require_printable_text("标题里", document.title + document.subject)
        return body_xml(document, typesetter(document.layout, fonts), pictures, section)
    except UnprintableError:
        # Whoever writes a sign does not know where it stands; only now is it worth a search.
        require_printable(document)
        raise


def _feet(frame: Skeleton, document: Document, stamp: Stamp) -> dict[str, str]:
    origin = escape(foot(document, stamp))
    return {name: text.replace(ORIGIN, origin) for name, text in frame.feet}
