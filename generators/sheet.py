"""The sheets documents are set on: paper, margins and the room they leave."""

from dataclasses import dataclass
from typing import Final

from generators import gbt9704
from generators.document import Layout


def points(length_mm: float) -> float:
    """Return a length in points."""
    return length_mm * 72 / 25.4


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of sheet; lengths in millimetres.

    Attributes:
        width_mm: paper as the text stands on it.
        height_mm: likewise.
        top_mm: margin.
        right_mm: margin; on the back of a mirrored sheet the left one.
        bottom_mm: margin.
        left_mm: margin at the binding side; on the back of a mirrored sheet the right one.
        foot_mm: from the lower paper edge to the lower edge of the foot.
        mirrored: front and back change their side margins, for duplex printing.
        gridded: lines keep the pitch of GB/T 9704.
        numbered: the foot numbers the pages.
    """

    width_mm: float
    height_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float
    left_mm: float
    foot_mm: float
    mirrored: bool = False
    gridded: bool = False
    numbered: bool = True

    @property
    def text_width_mm(self) -> float:
        """Room between the side margins: what the columns of a table may take."""
        return self.width_mm - self.left_mm - self.right_mm

    @property
    def text_width_pt(self) -> float:
        """The same room in points."""
        return points(self.text_width_mm)

    @property
    def text_height_mm(self) -> float:
        """Room between the upper and lower margin."""
        return self.height_mm - self.top_mm - self.bottom_mm


#: Only OFFICIAL follows the standard. The forms' margins are ours: 25 mm where they are bound, 20 mm elsewhere.
SHEETS: Final = {
    Layout.OFFICIAL: Sheet(
        width_mm=gbt9704.PAPER_WIDTH.value,
        height_mm=gbt9704.PAPER_HEIGHT.value,
        top_mm=gbt9704.TOP.value,
        right_mm=gbt9704.OUTER.value,
        bottom_mm=gbt9704.BOTTOM.value,
        left_mm=gbt9704.BINDING.value,
        foot_mm=gbt9704.FOOT.value,
        gridded=True,
    ),
    Layout.FORM: Sheet(210, 297, top_mm=20, right_mm=20, bottom_mm=20, left_mm=25, foot_mm=11, mirrored=True),
    # A lying sheet filed among upright ones is bound at its upper edge.
    Layout.FORM_WIDE: Sheet(297, 210, top_mm=25, right_mm=20, bottom_mm=18, left_mm=20, foot_mm=10),
    Layout.CERTIFICATE: Sheet(
        297, 210, 25, right_mm=20, bottom_mm=18, left_mm=20, foot_mm=10, numbered=False
    ),
}


def sheet(layout: Layout) -> Sheet:
    """Return the sheet of a layout."""
    return SHEETS[layout]
