"""How each role looks on each layout: what `generators.docx` and `generators.html` both set.

Official papers take every figure from `generators.gbt9704`; what belongs to forms is ours, in the usual sizes.
"""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from generators import gbt9704 as gb
from generators.document import Align, Block, Face, Layout, Paragraph, Role


@dataclass(frozen=True, slots=True)
class Look:
    """The typography of one role.

    Attributes:
        face: kind of type.
        size: character size.
        align: None sets both margins even (两端对齐).
        first_line: indent of the first line, in characters.
        indent: indent at the left, in characters.
        mirrored: the same indent at the right.
        pitch_pt: fixed line pitch; None lets a line grow with what stands in it.
        leading: multiple of the natural line height where ``pitch_pt`` is None.
        before_pt: space above, besides `gap_lines`.
        after_pt: space below.
        keep: stays on the page of the next block.
        level: outline level for navigation, 1 is the highest; None is text.
        red: printed in red.
        tracked: narrowed so that 28 characters fill a line.
        dense: no room is added between Chinese and Latin signs: its width is that of its characters.
    """

    face: Face
    size: gb.Figure
    align: Align | None = None
    first_line: float = 0
    indent: float = 0
    mirrored: bool = False
    pitch_pt: float | None = None
    leading: float = 1
    before_pt: float = 0
    after_pt: float = 0
    keep: bool = False
    level: int | None = None
    red: bool = False
    tracked: bool = False
    dense: bool = False

    @property
    def size_pt(self) -> float:
        """Character size in points."""
        return self.size.pt

    @property
    def em_pt(self) -> float:
        """Width of one character on the line, in points."""
        return self.size.pt + (gb.TRACKING.pt if self.tracked else 0)


_PITCH: Final = gb.LINE_PITCH.pt
_TEXT: Final = Look(Face.FANGSONG, gb.SIZE_3, pitch_pt=_PITCH, tracked=True)
_INDENTED: Final = replace(_TEXT, first_line=gb.FIRST_LINE.value)
_TITLE: Final = Look(Face.TITLE, gb.SIZE_2, Align.CENTER, pitch_pt=_PITCH, keep=True)
_SMALL: Final = Look(Face.SONG, gb.SIZE_5, Align.LEFT)

_OFFICIAL: Final = {
    Role.MARK: Look(Face.TITLE, gb.MARK_LARGEST, Align.CENTER, keep=True, red=True),
    Role.NUMBER: replace(_TEXT, align=Align.CENTER, keep=True),
    Role.RED_RULE: replace(_TEXT, keep=True),
    Role.TITLE: _TITLE,
    Role.SUBTITLE: replace(_TITLE, face=Face.KAI, size=gb.SIZE_3, tracked=True),
    Role.ADDRESSEE: replace(_TEXT, keep=True),
    Role.H1: replace(_INDENTED, face=Face.HEI, keep=True, level=1),
    Role.H2: replace(_INDENTED, face=Face.KAI, keep=True, level=2),
    Role.H3: replace(_INDENTED, level=3),
    Role.BODY: _INDENTED,
    Role.FLUSH: _TEXT,
    Role.ATTACHMENT_NOTE: replace(_TEXT, align=Align.LEFT, indent=gb.NOTE_INDENT.value, keep=True),
    Role.SIGNER: replace(_TEXT, align=Align.CENTER, keep=True),
    Role.DATE: replace(_TEXT, align=Align.CENTER, dense=True),
    Role.ATTACHMENT_LABEL: replace(_TEXT, face=Face.HEI, align=Align.LEFT, keep=True),
    Role.ROLL: replace(_TEXT, align=Align.LEFT, indent=gb.ROLL_INDENT.value),
    Role.IMPRINT: Look(
        Face.FANGSONG,
        gb.SIZE_4,
        Align.LEFT,
        pitch_pt=gb.IMPRINT_PITCH.pt,
        indent=gb.IMPRINT_INDENT.value,
        mirrored=True,
    ),
    Role.FORM_TITLE: Look(Face.TITLE, gb.SIZE_2_SMALL, Align.CENTER, after_pt=6, keep=True),
    Role.FORM_HEAD: replace(_SMALL, after_pt=3, keep=True),
    Role.SECTION: Look(Face.HEI, gb.SIZE_4_SMALL, Align.LEFT, before_pt=8, after_pt=3, keep=True, level=1),
    Role.CELL: _SMALL,
    Role.CELL_LABEL: replace(_SMALL, face=Face.HEI, align=Align.CENTER),
    Role.NOTE: replace(_SMALL, size=gb.SIZE_5_SMALL, before_pt=3),
}


def _for_forms(look: Look) -> Look:
    """Set running text of a form smaller and without the grid, so that no rare tall sign is cut."""
    sizes = {gb.SIZE_3: gb.SIZE_4_SMALL, gb.SIZE_2: gb.SIZE_2_SMALL}
    return replace(look, size=sizes.get(look.size, look.size), pitch_pt=None, leading=1.25, tracked=False)


_FORM: Final = {role: _for_forms(look) if look.pitch_pt else look for role, look in _OFFICIAL.items()}

#: Roles whose words, divided by tabs, are spread over the line.
SPREAD: Final = frozenset({Role.NUMBER, Role.FORM_HEAD, Role.NOTE, Role.IMPRINT})

#: Roles that together are the signature.
SIGN_OFF: Final = frozenset({Role.SIGNER, Role.DATE})

_LOOKS: Final = {layout: _OFFICIAL if layout is Layout.OFFICIAL else _FORM for layout in Layout}

_TITLES: Final = frozenset({Role.TITLE, Role.SUBTITLE})

#: Blank lines above a role that follows one of these.
_GAPS: Final = {
    Role.NUMBER: (frozenset({Role.MARK}), gb.NUMBER_GAP.value),
    Role.ADDRESSEE: (_TITLES, gb.ADDRESSEE_GAP.value),
    **dict.fromkeys(
        (Role.BODY, Role.FLUSH, Role.H1, Role.H2, Role.H3, Role.ROLL), (_TITLES, gb.ADDRESSEE_GAP.value)
    ),
}


def looks(layout: Layout) -> dict[Role, Look]:
    """Return the look of every role on this layout."""
    return _LOOKS[layout]


def groups(blocks: tuple[Block, ...]) -> list[tuple[Block, ...]]:
    """Gather the paragraphs of a signature and those of a colophon, which are set as one; the rest stands alone."""
    return [tuple(block for _, block in group) for _, group in groupby(enumerate(blocks), _family)]


def _family(numbered: tuple[int, Block]) -> object:
    number, block = numbered
    if not isinstance(block, Paragraph):
        return number
    if block.role in SIGN_OFF:
        return SIGN_OFF
    return block.role if block.role is Role.IMPRINT else number


def gap_lines(above: Role | None, role: Role) -> float:
    """Return how many blank lines stand above a paragraph.

    Args:
        above: role of the paragraph before it on the same page, BODY for a table; None at the top of a page.
        role: its own.
    """
    if above is None:
        return 0
    if role is Role.TITLE:
        return _gap_above_title(above)
    if role is Role.ATTACHMENT_NOTE:
        return 0 if above is Role.ATTACHMENT_NOTE else gb.NOTE_GAP.value
    if role in SIGN_OFF:
        return 0 if above in SIGN_OFF else gb.SIGNER_GAP.value
    follows, lines = _GAPS.get(role, (frozenset(), 0))
    return lines if above in follows else 0


def _gap_above_title(above: Role) -> float:
    if above is Role.TITLE:
        return 0
    return gb.ATTACHMENT_GAP.value if above is Role.ATTACHMENT_LABEL else gb.TITLE_GAP.value


def mark_size_pt(width_ems: float) -> float:
    """Return the size at which the mark of an issuing body (发文机关标志) fills one line without crowding."""
    room = gb.TYPE_WIDTH.pt / max(width_ems + 1, 1)
    return min(max(int(room), gb.MARK_SMALLEST.pt), gb.MARK_LARGEST.pt)
