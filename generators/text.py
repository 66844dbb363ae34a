"""The words of a document: how wide they are, how they are compared, and which signs cannot be printed."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from generators.document import Block, Document, PageBreak, Paragraph, Table
from guanai.errors import Invalid

#: What XML 1.0 cannot hold, for use inside a character class. Line feed, carriage return and tab are fine.
UNPRINTABLE: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"

_UNPRINTABLE: Final = re.compile(f"[{UNPRINTABLE}]")

#: Office programs keep a non-breaking hyphen as an element and drop soft hyphens.
_HYPHEN: Final = "\N{NON-BREAKING HYPHEN}"
_SOFT_HYPHEN: Final = "\N{SOFT HYPHEN}"


def normalised(text: str) -> str:
    r"""Return one paragraph as it is compared.

    Every run of white space (blanks of any width, tabs, line breaks) becomes one blank, those at both ends
    vanish; soft hyphens vanish; a non-breaking hyphen is a hyphen.

    >>> normalised(" 2026年　第一学期\n在籍 ")
    '2026年 第一学期 在籍'
    """
    if text.isalnum():
        return text
    if _HYPHEN in text or _SOFT_HYPHEN in text:
        text = text.replace(_HYPHEN, "-").replace(_SOFT_HYPHEN, "")
    return " ".join(text.split())


#: Latin signs about half as wide as a digit.
_THIN: Final = frozenset(" .,:;'!|()[]iljtfIr-")


def ems(text: str) -> float:
    """Return the width in characters: a Chinese sign counts 1, a digit or letter half, a full stop a quarter.

    Good enough to place a line; where words really end only the program that prints them knows.
    """
    return sum(_em(sign) for sign in text)


def require_printable_text(place: str, text: str) -> None:
    """Raise UnprintableError if the text holds a sign that no file can hold."""
    if found := _UNPRINTABLE.search(text):
        raise UnprintableError(place, found.group())


def require_printable(document: Document) -> None:
    """Raise UnprintableError, naming the place, if the document holds a control character anywhere."""
    for place, text in _places(document):
        require_printable_text(place, text)


def _em(sign: str) -> float:
    if east_asian_width(sign) not in ("H", "N", "Na"):
        return 1
    return 0.25 if sign in _THIN else 0.5


class UnprintableError(Invalid):
    """A sign that no printed page can hold."""

    def __init__(self, place: str, sign: str) -> None:
        super().__init__(
            f"{place}有不能印出的控制字符 U+{ord(sign):04X}，多半是从别处粘贴来的；请在原记录里删去它。"
        )


def _places(document: Document) -> Iterator[tuple[str, str]]:
    yield "标题", document.title
    yield "编号", document.subject
    for count, block in enumerate(document.blocks, 1):
        yield from _block_places(f"第 {count} 块", block)


def _block_places(place: str, block: Block) -> Iterator[tuple[str, str]]:
    if isinstance(block, Paragraph):
        yield f"{place}（{block.role.value}）", block.text
    elif isinstance(block, Table):
        for number, row in enumerate(block.rows, 1):
            for position, cell in enumerate(row.cells, 1):
                text = "\n".join(paragraph.text for paragraph in cell.paragraphs)
                yield f"{place}（表）第 {number} 行第 {position} 格", text
    elif not isinstance(block, PageBreak):
        yield f"{place}（图）的说明", block.alt
