"""Paragraphs and runs as WordprocessingML text."""

import re
from functools import cache, lru_cache
from typing import Final

from generators.document import Align, Face, Layout, Paragraph, Role, Run
from generators.docx.styles import justification, run_properties, style_id
from generators.fonts import FontProfile
from generators.looks import looks
from generators.text import UNPRINTABLE, UnprintableError

_SIGNS: Final = f"[&<>\t\n\r{UNPRINTABLE}]"

#: A date, a child's id, a number with its area code: all programs end lines behind a hyphen, but these are one word.
#: Longer ones may break. Behind a Chinese sign they stay as they are: LibreOffice goes back to a blank alone, and
#: would break such a word between any two of its signs. At the beginning of a line they need nothing.
_WHOLE: Final = (
    "(?<=[ \\t\u3000])(?=[0-9A-Za-z-]{3,12}(?![0-9A-Za-z-]))[0-9A-Za-z]*[0-9][0-9A-Za-z]*(?:-[0-9A-Za-z]+)+"
)
_SPECIAL: Final = re.compile(f"\r\n|{_SIGNS}")
_HYPHENED: Final = re.compile(f"{_WHOLE}|\r\n|{_SIGNS}")
_has_special: Final = re.compile(f"[-&<>\t\n\r{UNPRINTABLE}]").search
_TEXT_OPEN: Final = '<w:t xml:space="preserve">'

#: Stands for the words of a paragraph that has none.
NO_WORDS: Final = Run("")

#: The end of a paragraph of one run.
CLOSED: Final = "</w:t></w:r></w:p>"
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

#: A hyphen that ends no line. It is an element, not another sign: whoever copies or reads the words finds a hyphen.
_NO_BREAK_HYPHEN: Final = f"</w:t><w:noBreakHyphen/>{_TEXT_OPEN}"


@cache
def typesetter(layout: Layout, fonts: FontProfile) -> "Typesetter":
    """Return the one typesetter of a layout in a font profile."""
    return Typesetter(layout, fonts)


class Typesetter:
    """Sets paragraphs; what begins a paragraph or a run is made once and kept."""

    __slots__ = ("_fonts", "_paragraphs", "_runs", "is_narrow", "looks")

    def __init__(self, layout: Layout, fonts: FontProfile) -> None:
        self.looks = looks(layout)
        self._fonts = fonts
        #: Whether the font of a run depends on its words, so that its beginning cannot be made once.
        self.is_narrow = fonts.narrow
        self._paragraphs: dict[tuple[Role, Align | None, bool, Face | None, bool, bool], str] = {}
        self._runs: dict[tuple[Role, Face | None, bool, bool], str] = {}

    def paragraph(self, paragraph: Paragraph, *, keep: bool = False) -> str:
        """Set a paragraph as its style has it."""
        keep = keep or paragraph.keep
        if len(paragraph.runs) > 1 or self.is_narrow:
            place = opened(paragraph.role, align=paragraph.align, keep=keep)
            return f"{place}{self.runs(paragraph)}</w:p>"
        run = paragraph.runs[0] if paragraph.runs else NO_WORDS
        return f"{self.opening(paragraph, run, keep=keep)}{written(run.text)}{CLOSED}"

    def opening(self, paragraph: Paragraph, run: Run, *, keep: bool) -> str:
        """Return the beginning of a paragraph of one run up to its words."""
        key = (paragraph.role, paragraph.align, keep, run.face, run.bold, run.muted)
        if key not in self._paragraphs:
            place = opened(paragraph.role, align=paragraph.align, keep=keep)
            self._paragraphs[key] = f"{place}{self._opening(paragraph.role, run)}"
        return self._paragraphs[key]

    def runs(self, paragraph: Paragraph) -> str:
        """Set the words of a paragraph."""
        role = paragraph.role
        return "".join([self._run(role, run) for run in paragraph.runs if run.text])

    def sized_runs(self, paragraph: Paragraph, size_pt: float) -> str:
        """Set the words of a paragraph in a size of their own."""
        role = paragraph.role
        return "".join(
            f"{self._opening(role, run, size_pt)}{written(run.text)}</w:t></w:r>" for run in paragraph.runs
        )

    def _run(self, role: Role, run: Run) -> str:
        if self.is_narrow:
            return f"{self._opening(role, run)}{written(run.text)}</w:t></w:r>"
        key = (role, run.face, run.bold, run.muted)
        opening = self._runs.get(key)
        if opening is None:
            opening = self._runs[key] = self._opening(role, run)
        return f"{opening}{written(run.text)}</w:t></w:r>"

    def _opening(self, role: Role, run: Run, size_pt: float | None = None) -> str:
        font = self._fonts.font_for(run.face or self.looks[role].face, run.text)
        return f"<w:r>{run_properties(font, bold=run.bold, muted=run.muted, size_pt=size_pt)}{_TEXT_OPEN}"


@lru_cache(maxsize=1024)
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


def gap(*, new_page: bool = False, leaf: bool = False, keep: bool = False, above_pt: float = 0) -> str:
    """Return a paragraph that takes hardly any room: it parts tables and carries what must hang on a paragraph.

    With ``keep`` it stays on the page of the next block. With ``leaf`` it says by its style that a sheet of its own
    begins here, for `generators.docx.binding`.
    """
    kept = "<w:keepNext/>" if keep else ""
    page = "<w:pageBreakBefore/>" if new_page else ""
    room = f'<w:spacing w:before="{round(above_pt * 20)}"/>' if above_pt else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{"Leaf" if leaf else "Gap"}"/>{kept}{page}{room}</w:pPr></w:p>'


def written(text: str) -> str:
    """Return text as it stands in a run.

    Raises:
        UnprintableError: no file can hold one of its signs.
    """
    if not _has_special(text):
        return text
    return _hyphened(text) if "-" in text else _SPECIAL.sub(_one_written, text)


@lru_cache(maxsize=2048)
def _hyphened(text: str) -> str:
    """Return text with hyphens in it: a day, an id, which stand in paper after paper."""
    return _HYPHENED.sub(_one_written, text)


def _one_written(found: re.Match[str]) -> str:
    signs = found.group()
    if "-" in signs:
        return signs.replace("-", _NO_BREAK_HYPHEN)
    if signs not in _WRITTEN:
        raise UnprintableError("文字里", signs)
    return _WRITTEN[signs]
