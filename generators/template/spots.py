"""The paragraphs of a template: where each stands in words, what it says, and what stands around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generators.template.package import TEXTS, parsed, parts_of

#: What opens a placeholder, with the letters of docxtpl that make it take its paragraph or table row with it.
TAG: Final = re.compile(r"(\{[{%#])([a-z]*)([ -])")
#: Those letters that a template may use.
WHOLE_MARKS: Final = frozenset({"p", "tr"})
_PART_NAMES: Final = (("word/header", "页眉"), ("word/footer", "页脚"))
#: What a paragraph may hold that is no words and would go with it.
_PICTURES: Final = frozenset({"drawing", "pict", "sectPr"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A paragraph: where it is in words, and its text in one line.

    Attributes:
        rows: the table rows around it, the nearest first, as numbers within the part.
        has_picture: it holds a picture, a text box or the end of a section.
        deleted: words struck out in tracked changes; the file still holds them.
    """

    place: str
    text: str
    rows: tuple[int, ...] = ()
    has_picture: bool = False
    deleted: str = ""


def spots(raw: bytes) -> dict[str, list[Spot]]:
    """Return the paragraphs of a template, by part.

    Raises:
        BadTemplate: the file is refused.
    """
    parts = parts_of(raw)
    return {
        name: list(_spots(name, parsed(data)))
        for name, data in sorted(parts.items())
        if TEXTS.fullmatch(name)
    }


def plain_tags(text: str) -> str:
    """Return a paragraph's text as the reader of placeholders wants it: straight quotes, no marks of docxtpl."""
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return TAG.sub(lambda tag: f"{tag[1]}{' ' if tag[2] in WHOLE_MARKS else tag[2]}{tag[3]}", straight)


def _spots(name: str, tree: etree._Element) -> Iterator[Spot]:
    prefix = next((word for start, word in _PART_NAMES if name.startswith(start)), "")
    rows = {row: number for number, row in enumerate(tree.iter("{*}tr"))}
    cells = _cells(tree)
    for number, paragraph in enumerate(tree.iter("{*}p"), 1):
        cell = next(paragraph.iterancestors("{*}tc"), None)
        yield Spot(
            f"{prefix}第 {number} 段{'' if cell is None else cells.get(cell, '')}",
            _words(paragraph, "t"),
            tuple(rows[each] for each in paragraph.iterancestors("{*}tr")),
            any(_local(each) in _PICTURES for each in paragraph.iter(etree.Element)),
            _words(paragraph, "delText"),
        )


def _words(paragraph: etree._Element, kind: str) -> str:
    found = [each.text or "" for each in paragraph.iter(f"{{*}}{kind}") if _owner(each) is paragraph]
    return "".join(found).replace("\n", " ").replace("\r", " ")


def _owner(element: etree._Element) -> etree._Element | None:
    return next((each for each in element.iterancestors() if _local(each) == "p"), None)


def _cells(tree: etree._Element) -> dict[etree._Element, str]:
    """Return the cells of the tables, each with its place in words."""
    return {
        cell: f"（表 {table_number} 第 {row_number} 行第 {number} 格）"
        for table_number, table in enumerate(tree.iter("{*}tbl"), 1)
        for row_number, row in enumerate(table.iterchildren("{*}tr"), 1)
        for number, cell in enumerate(row.iterchildren("{*}tc"), 1)
    }


def _local(element: etree._Element) -> str:
    name: str = etree.QName(element).localname
    return name
