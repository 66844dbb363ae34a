"""Paragraphs and runs as WordprocessingML text."""

import re
from functools import cache
from typing import Final

from generators.document import Align, Face, Layout, Paragraph, Role, Run
from generators.docx.styles import justification, run_properties, style_id
from generators.fonts import FontProfile
from generators.looks import looks
from generators.text import UNPRINTABLE, UnprintableError

_SPECIAL: Final = re.compile(rf"\r\n|[&<>\t\n\r{UNPRINTABLE}]")
_found: Final = _SPECIAL.search
_TEXT_OPEN: Final = '<w:t xml:space="preserve">'
_NO_WORDS: Final = Run("")
_CLOSED: Final = b"</w:t></w:r></w:p>"
_LINE_BREAK: Final = f"</w:t><w:br/>{_TEXT_OPEN}"
_WRITTEN: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\t": f"</w:t><w:tab/>{_TEXT_OPEN}",
    "\n": _LINE_BREAK,
    "\r": _LINE_BREAK,
    "\r\n": _LINE_BREAK,
}


@cache
def typesetter(layout: Layout, fonts: FontProfile) -> "Typesetter":
    """Return the one typesetter of a layout in a font profile."""
    return Typesetter(layout, fonts)


class Typesetter:
    """Sets paragraphs; what begins a paragraph or a run is made once and kept."""

    __slots__ = ("_fonts", "_paragraphs", "_runs", "looks")

    def __init__(self, layout: Layout, fonts: FontProfile) -> None:
        self.looks = looks(layout)
        self._fonts = fonts
        self._paragraphs: dict[tuple[Role, Align | None, bool, Face | None, bool, bool], bytes] = {}
        self._runs: dict[tuple[Role, Face | None, bool, bool], str] = {}

    def paragraph(self, paragraph: Paragraph, keep: bool = False) -> str:  # noqa: FBT001, FBT002 - as below
        """Set a paragraph as its style has it."""
        return b"".join(self.pieces(paragraph, keep)).decode()

    def pieces(self, paragraph: Paragraph, keep: bool) -> tuple[bytes, ...]:  # noqa: FBT001 - called for each cell
        """Set a paragraph as its style has it, in pieces to be joined: a printed form has hundreds of them."""
        runs = paragraph.runs
        keep = keep or paragraph.keep
        if len(runs) > 1 or self._fonts.narrow:
            place = opened(paragraph.role, align=paragraph.align, keep=keep)
            return (f"{place}{self.runs(paragraph)}</w:p>".encode(),)
        run = runs[0] if runs else _NO_WORDS
        key = (paragraph.role, paragraph.align, keep, run.face, run.bold, run.muted)
        opening = self._paragraphs.get(key)
        if opening is None:
            place = opened(paragraph.role, align=paragraph.align, keep=keep)
            opening = self._paragraphs[key] = f"{place}{self._opening(paragraph.role, run)}".encode()
        text = run.text
        if not text.isalnum() and _found(text):
            text = _written(text)
        return opening, text.encode(), _CLOSED

    def runs(self, paragraph: Paragraph) -> str:
        """Set the words of a paragraph."""
        role = paragraph.role
        return "".join([self._run(role, run) for run in paragraph.runs if run.text])

    def sized_runs(self, paragraph: Paragraph, size_pt: float) -> str:
        """Set the words of a paragraph in a size of their own."""
        role = paragraph.role
        return "".join(
            f"{self._opening(role, run, size_pt)}{_written(run.text)}</w:t></w:r>" for run in paragraph.runs
        )

    def _run(self, role: Role, run: Run) -> str:
        if self._fonts.narrow:
            return f"{self._opening(role, run)}{_written(run.text)}</w:t></w:r>"
        key = (role, run.face, run.bold, run.muted)
        opening = self._runs.get(key)
        if opening is None:
            opening = self._runs[key] = self._opening(role, run)
        return f"{opening}{_written(run.text)}</w:t></w:r>"

    def _opening(self, role: Role, run: Run, size_pt: float | None = None) -> str:
        font = self._fonts.font_for(run.face or self.looks[role].face, run.text)
        return f"<w:r>{run_properties(font, bold=run.bold, muted=run.muted, size_pt=size_pt)}{_TEXT_OPEN}"


def opened(  # noqa: PLR0913 - one argument for each element that may differ from the style
    role: Role,
    *,
    keep: bool = False,
    new_page: bool = False,
    borders: str = "",
    tabs: str = "",
    spacing: str = "",
    indent: str = "",
    align: Align | None = None,
) -> str:
    """Return the beginning of a paragraph with its properties in the order the schema wants."""
    placed = justification(align) if align else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style_id(role)}"/>{"<w:keepNext/>" if keep else ""}'
        f"{'<w:pageBreakBefore/>' if new_page else ''}{borders}{tabs}{spacing}{indent}{placed}</w:pPr>"
    )


def gap(*, new_page: bool = False, above_pt: float = 0) -> str:
    """Return a paragraph that takes hardly any room: it parts tables and carries what must hang on a paragraph."""
    page = "<w:pageBreakBefore/>" if new_page else ""
    room = f'<w:spacing w:before="{round(above_pt * 20)}"/>' if above_pt else ""
    return f'<w:p><w:pPr><w:pStyle w:val="Gap"/>{page}{room}</w:pPr></w:p>'


def _written(text: str) -> str:
    return _SPECIAL.sub(_one_written, text)


def _one_written(found: re.Match[str]) -> str:
    sign = found.group()
    if sign not in _WRITTEN:
        raise UnprintableError("文字里", sign)
    return _WRITTEN[sign]
