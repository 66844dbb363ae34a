"""Lays a form out: its labels and the words of `fill` become blocks; without words, a sheet for the hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from generators import official
from generators.document import Block, Document, Face, PageBreak, Paragraph, Role, Run
from generators.form.bands import Band, weave
from generators.form.fill import FormInputs, SectionWords, SheetWords
from generators.form.language import Form, Prose, Section, Signatures, Turn
from generators.form.paths import Optional, Path, Template
from generators.form.sections import parts_of, remark, signatures
from generators.form.telling import Words, runs
from generators.gbt9704 import SIZE_5
from generators.sheet import points, sheet
from generators.text import ems
from guanai.figures import han

#: Name of a blank form's file.
BLANK: Final = "blank"


#: Pieces of a line above a form of which the second stands in the middle.
_SPREAD: Final = 3
#: Room for a word to be written by hand.
_GAP: Final = "　　　　"


def build(form: Form, inputs: FormInputs | None, *, on: date, blank: bool = False) -> Document:
    """Return a form filled, or with empty cells to write in.

    Args:
        form: the form.
        inputs: what `fill.inputs` took from the record; a blank form takes the school's name alone from it.
        on: the day it speaks of.
        blank: leave every value out.
    """
    if blank or inputs is None:
        pages = [_page(form, None, inputs.school if inputs else {})]
        subject = BLANK
    else:
        pages = [_page(form, words, inputs.school) for words in inputs.sheets]
        subject = inputs.subject
    blocks = tuple(block for page in pages for block in (PageBreak(), *page))[1:]
    return Document(form.kind, subject, form.title, form.layout, blocks, on, blank=subject == BLANK)


def _page(form: Form, words: SheetWords | None, school: Mapping[str, str]) -> list[Block]:
    """Return one sheet; without words a blank one."""
    width_mm = sheet(form.layout).text_width_mm
    page = _Page([Paragraph(Role.FORM_TITLE, (Run(form.title),))], numbered=form.numbered, school=school)
    if form.head:
        pieces = words.head if words else tuple(_gaps(piece, school) for piece in form.head)
        page.blocks.append(_head(pieces, points(width_mm) / SIZE_5.value))
    for place, section in enumerate(form.sections):
        page.add(section, words.sections[place] if words else None, width_mm)
        page.address(section, form.sections[place + 1 : place + 2])
    page.annotate(form.notes, width_mm)
    return page.blocks


@dataclass(slots=True)
class _Page:
    """Blocks of a sheet as they grow; ``bands`` are those of the last block if it is a table."""

    blocks: list[Block]
    numbered: bool
    school: Mapping[str, str]
    count: int = 0
    bands: tuple[Band, ...] = ()
    header_rows: int = 0

    def add(self, section: Section, words: SectionWords, width_mm: float) -> None:
        """Add a section with its heading."""
        if isinstance(section, Signatures):
            self._sign(section, width_mm)
        elif isinstance(section, Turn):
            self._put(PageBreak())
        elif isinstance(section, Prose):
            self._head(section.title, None)
            text = words if isinstance(words, str) else _gaps(section.text, self.school, official.GAP)
            self._put(Paragraph(Role.BODY, runs(text)))
        else:
            parts = parts_of(section, words, width_mm)
            told = None if parts else remark(section, words)
            if parts or told:
                self._head(section.title, told)
            for part in parts:
                self._rule(part.rows, part.header_rows)

    def address(self, section: Section, following: Sequence[Section]) -> None:
        """Set a sentence that ends in a colon and goes on in another as the address of a letter, without an indent."""
        last = self.blocks[-1]
        goes_on = any(isinstance(each, Prose) and not each.title for each in following)
        if not (goes_on and isinstance(section, Prose) and isinstance(last, Paragraph)):
            return
        if last.text.endswith("："):
            self.blocks[-1] = replace(last, role=Role.ADDRESSEE)

    def _head(self, title: str, told: Run | None) -> None:
        if title:
            self.count += 1
            number = f"{han(self.count)}、" if self.numbered else ""
            self._put(_heading(f"{number}{title}", told))

    def _sign(self, section: Signatures, width_mm: float) -> None:
        """Hang the signatures on the table above, so that they never stand alone on a page."""
        self._hang(signatures(section, width_mm))

    def annotate(self, notes: tuple[str, ...], width_mm: float) -> None:
        """Hang small print on the table above for the same reason; after a paragraph it stands by itself."""
        lines = tuple(Paragraph(Role.NOTE, (Run(note),)) for note in notes)
        if lines and self.bands:
            self._hang(Band(((width_mm, lines),), splits=False))
        else:
            self.blocks.extend(lines)

    def _hang(self, foot: Band) -> None:
        if not self.bands:
            self._rule([foot], 0)
            return
        self.blocks.pop()
        self._rule([*self.bands[:-1], self.bands[-1]._replace(keep=True), foot], self.header_rows)

    def _rule(self, rows: Sequence[Band], header_rows: int) -> None:
        self.blocks.append(weave(rows, header_rows=header_rows))
        self.bands, self.header_rows = tuple(rows), header_rows

    def _put(self, block: Block) -> None:
        self.blocks.append(block)
        self.bands = ()


@cache
def _heading(title: str, told: Run | None) -> Paragraph:
    after = (Run("　"), replace(told, face=Face.SONG)) if told else ()
    return Paragraph(Role.SECTION, (Run(title), *after))


def _head(pieces: Sequence[Words], room: float) -> Paragraph:
    """Return the line above the form: tabs spread its pieces from left to right; ``room``: signs of the line.

    Where a long name reaches into the middle piece, that follows at a distance: its tab would take no room at all.
    """
    told = [runs(piece) for piece in pieces]
    first, second = (
        (sum(ems(run.text) for run in piece) for piece in told[:2]) if len(told) == _SPREAD else (0.0, 0.0)
    )
    gap = Run("　　" if first + second / 2 > room / 2 - 1 else "\t")
    spread = [run for place, piece in enumerate(told) for run in (gap if place == 1 else Run("\t"), *piece)][
        1:
    ]
    return Paragraph(Role.FORM_HEAD, tuple(spread))


def _gaps(template: Template, school: Mapping[str, str], gap: str = _GAP) -> Words:
    """Return a template for the hand: its text, the school's words, and room for the rest.

    Inside a sentence the room shows its ends, or nobody would know where to write.
    """

    def text(part: str | Path | Optional) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, Path):
            return school.get(part.derived) or gap
        return ""

    return "".join(text(part) for part in template.parts)
