"""The main part of a document: blocks one after the other, page breaks, and what must stay together."""

from itertools import zip_longest
from typing import Final

from generators import gbt9704 as gb
from generators.document import Block, Document, Image, PageBreak, Paragraph, Role, Table
from generators.docx import placing
from generators.docx.paragraph import Typesetter, gap
from generators.docx.picture import NAMESPACES, Pictures
from generators.docx.styles import NAMESPACE, XML_HEAD
from generators.docx.table import table_xml
from generators.looks import SIGN_OFF, SPREAD, gap_lines, groups
from generators.sheet import Sheet, sheet
from generators.text import ems

#: What may stand above the first words of a text, and what stands below its last ones.
_OPENING: Final = frozenset({None, Role.TITLE, Role.SUBTITLE, Role.ADDRESSEE})
_CLOSING: Final = frozenset({Role.ATTACHMENT_NOTE, *SIGN_OFF, Role.IMPRINT})
_KEPT: Final = frozenset({Role.BODY, Role.ROLL})
_SHORT_LINES: Final = 4

_TITLES: Final = frozenset({Role.TITLE, Role.SUBTITLE})
_TABLE_GAP_PT: Final = 6

#: A blank line where lines have no fixed pitch, as a multiple of the character size.
_FREE_LINE: Final = 1.5

_ROOT: Final = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in {"w": NAMESPACE, **NAMESPACES}.items())
_OPENED: Final = f"{XML_HEAD}<w:document{_ROOT}><w:body>".encode()


def body_xml(document: Document, setter: Typesetter, pictures: Pictures, section: str) -> bytes:
    """Return the main part.

    Args:
        document: what to set.
        setter: sets paragraphs in the looks of the document's layout.
        pictures: takes up the picture files the drawings refer to.
        section: the element that ends the body.
    """
    flow = _Flow(setter, sheet(document.layout), pictures)
    units = groups(document.blocks)
    for unit, following in zip_longest(units, units[1:]):
        flow.add(unit, following[0] if following else None)
    return b"".join((_OPENED, *flow.finished(), section.encode(), b"</w:body></w:document>"))


class _Flow:
    """Collects the text of the body and knows what stands above."""

    def __init__(self, setter: Typesetter, paper: Sheet, pictures: Pictures) -> None:
        self._setter = setter
        self._paper = paper
        self._room_pt = paper.text_width_pt
        self._pictures = pictures
        self._out: list[bytes] = []
        self._above: Role | None = None
        self._new_page = False
        self._after_table = False

    def add(self, unit: tuple[Block, ...], following: Block | None) -> None:
        """Set one group of blocks."""
        block = unit[0]
        if isinstance(block, PageBreak):
            self._break(is_leaf=block.leaf)
        elif isinstance(block, Table):
            self._add_table(block, is_signed=isinstance(following, Paragraph) and following.role in SIGN_OFF)
        elif isinstance(block, Image):
            self._put(placing.picture(self._pictures.drawing(block), self._place(0)), Role.BODY)
        elif block.role is Role.IMPRINT:
            self._add_imprint(_only_paragraphs(unit))
        else:
            self._add_paragraphs(block.role, _only_paragraphs(unit), following)

    def finished(self) -> list[bytes]:
        """Return the text; a body ends in a paragraph."""
        if self._after_table or not self._out:
            self._out.append(gap().encode())
        return self._out

    def _add_paragraphs(self, role: Role, unit: tuple[Paragraph, ...], following: Block | None) -> None:
        if role is Role.ATTACHMENT_LABEL:
            self._break()
        place = self._place(self._above_pt(role), keep=self._keeps_company(unit[-1], following))
        if role in SIGN_OFF:
            self._put(placing.sign_off(unit, self._setter, place), role)
            return
        put = _PLACED.get(role, placing.plain)
        if role in SPREAD and "\t" in unit[0].text:
            put = placing.spread
        self._put(put(unit[0], self._setter, place), role)

    def _add_table(self, table: Table, *, is_signed: bool) -> None:
        """Set a table; its end goes with a signature below, which must not stand on a page alone."""
        if self._after_table or self._above in _TITLES:
            self._out.append(gap(above_pt=_TABLE_GAP_PT).encode())
        elif self._paper.gridded and self._above:
            # A line of the grid ends close below its signs: the rule of the table would touch them.
            self._out.append(gap(above_pt=_TABLE_GAP_PT / 2, keep=True).encode())
        elif self._new_page:
            self._out.append(gap(new_page=True).encode())
        self._put(table_xml(table, self._setter, self._paper.text_width_mm, keep=is_signed), Role.BODY)
        self._after_table = True

    def _add_imprint(self, unit: tuple[Paragraph, ...]) -> None:
        if self._after_table or self._new_page:
            self._out.append(gap(new_page=self._new_page).encode())
        self._put(placing.imprint(unit, self._setter, self._paper) + gap(), Role.BODY)

    def _keeps_company(self, paragraph: Paragraph, following: Block | None) -> bool:
        """Tell whether a paragraph is kept with what must not stand on a page alone, or with the table it announces.

        Signature and colophon want text above them. Only a short one goes with them: LibreOffice moves it as a whole.
        And never the first: page 1 has to show text.
        """
        if isinstance(following, Table):
            return paragraph.role in _KEPT and ems(paragraph.text) <= _SHORT_LINES * gb.CHARACTERS.value
        if not isinstance(following, Paragraph) or following.role not in _CLOSING:
            return False
        if paragraph.role in SIGN_OFF:
            return following.role is Role.IMPRINT
        is_short = ems(paragraph.text) <= _SHORT_LINES * gb.CHARACTERS.value
        return paragraph.role in _KEPT and self._above not in _OPENING and is_short

    def _put(self, text: str | bytes, role: Role | None) -> None:
        self._out.append(text.encode() if isinstance(text, str) else text)
        self._above = role
        self._new_page = False
        self._after_table = False

    def _break(self, *, is_leaf: bool = False) -> None:
        self._new_page = bool(self._out)
        self._above = None
        if is_leaf and self._out:
            self._put(gap(new_page=True, leaf=True), None)

    def _place(self, above_pt: float, *, keep: bool = False) -> placing.Place:
        return placing.Place(self._room_pt, above_pt, keep, self._new_page)

    def _above_pt(self, role: Role) -> float:
        if role is Role.MARK:
            return gb.MARK_TOP.pt if self._above is None else 0
        look = self._setter.looks[role]
        return gap_lines(self._above, role) * (look.pitch_pt or look.size_pt * _FREE_LINE)


#: Roles whose place depends on their words.
_PLACED: Final = {
    Role.MARK: placing.mark,
    Role.RED_RULE: placing.red_rule,
    Role.ATTACHMENT_NOTE: placing.attachment_note,
    Role.ROLL: placing.roll,
}


def _only_paragraphs(unit: tuple[Block, ...]) -> tuple[Paragraph, ...]:
    return tuple(block for block in unit if isinstance(block, Paragraph))
