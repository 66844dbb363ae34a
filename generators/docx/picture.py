"""Pictures: PNG files as parts of a package, and the drawing that shows one."""

import struct
from typing import Final
from xml.sax.saxutils import quoteattr

from generators.document import Image
from generators.docx.package import Packed, compressed
from generators.text import require_printable_text
from guanai.errors import Invalid

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_EMU_PER_MM: Final = 36000
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"

#: Namespaces the main part needs besides its own, by prefix.
NAMESPACES: Final = {
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": f"{_DRAWING}/wordprocessingDrawing",
    "a": f"{_DRAWING}/main",
    "pic": f"{_DRAWING}/picture",
}


class PictureError(Invalid):
    """A picture that is no PNG."""

    def __init__(self, alt: str) -> None:
        super().__init__(f"图片“{alt}”不是 PNG 文件，请另存为 PNG 再用。")


def pixels(image: Image) -> tuple[int, int]:
    """Return width and height of a PNG.

    Raises:
        PictureError: the bytes are something else.
    """
    head = image.png[:24]
    if len(head) < 24 or not head.startswith(_SIGNATURE) or head[12:16] != b"IHDR":
        raise PictureError(image.alt)
    width, height = struct.unpack(">II", head[16:24])
    if not width or not height:
        raise PictureError(image.alt)
    return width, height


class Pictures:
    """The pictures of one document, each stored once."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self._room_mm = (width_mm, height_mm)
        self._names: dict[bytes, str] = {}
        self._drawn = 0

    def drawing(self, image: Image) -> str:
        """Return the run that shows a picture, made smaller where the sheet has no room for it."""
        width, height = pixels(image)
        require_printable_text("图的说明里", image.alt)
        name = self._names.setdefault(image.png, f"picture{len(self._names) + 1}")
        self._drawn += 1
        wide_mm = min(image.width_mm, self._room_mm[0], self._room_mm[1] * width / height)
        return _inline(name, self._drawn, image.alt, (_emu(wide_mm), _emu(wide_mm * height / width)))

    def parts(self) -> list[Packed]:
        """Return the picture files."""
        return [compressed(f"word/media/{name}.png", png) for png, name in self._names.items()]

    def relations(self) -> str:
        """Return the main part's relations to them."""
        names = self._names.values()
        return "".join(
            f'<Relationship Id="{name}" Type="{_RELATION}" Target="media/{name}.png"/>' for name in names
        )


def _emu(length_mm: float) -> int:
    return round(length_mm * _EMU_PER_MM)


def _inline(name: str, number: int, alt: str, size: tuple[int, int]) -> str:
    described = quoteattr(alt, {"\n": " ", "\t": " ", "\r": " "})
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="图 {number}" descr={described}/>'
        f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{name}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
