"""A document as the bytes of a DOCX file; equal input gives equal bytes."""

from functools import lru_cache
from xml.sax.saxutils import escape

from generators.document import Document, Stamp
from generators.docx.body import body_xml
from generators.docx.package import Packed, compressed, packed
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
    relations = frame.relations.replace("</Relationships>", f"{pictures.relations()}</Relationships>")
    renewed = [
        compressed(MAIN, main),
        _compressed_once(CORE, core_xml(document, stamp)),
        compressed(CUSTOM, custom_xml(stamp).encode()),
        _compressed_once(RELATIONS, relations),
        *(compressed(name, text.encode()) for name, text in _feet(frame, document, stamp).items()),
    ]
    return packed([*frame.constant, *renewed, *pictures.parts()])


@lru_cache(maxsize=64)
def _compressed_once(name: str, text: str) -> Packed:
    """Compress a part that is the same in all documents of one kind and day."""
    return compressed(name, text.encode())


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
