"""Finds the mistakes of a template before anyone prints it, each with the paragraph it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from generators.template.language import Closed, Mistake, Roots, read
from generators.template.package import TEXTS, BadTemplate, parsed, parts_of

#: Marks of docxtpl that make a tag take its paragraph or table row with it; others are refused.
_TAG: Final = re.compile(r"(\{[{%#])([a-z]*)([ -])")
_WHOLE_MARKS: Final = frozenset({"p", "tr"})
#: Words of the language that may stand right behind the brace.
_WORDS: Final = frozenset({"for", "if", "elif", "else", "endif", "endfor"})
_SHOWN: Final = 20
_PART_NAMES: Final = (("word/header", "页眉"), ("word/footer", "页脚"))


@dataclass(frozen=True, slots=True)
class Spot:
    """A paragraph: where it is in words, and its text in one line."""

    place: str
    text: str


def mistakes(raw: bytes, roots: Roots) -> tuple[str, ...]:
    """Return what is wrong with a template, each as one sentence with its paragraph; none when it can be used.

    Args:
        raw: the DOCX file.
        roots: what its placeholders may speak of.
    """
    try:
        found = spots(raw)
    except BadTemplate as error:
        return (str(error),)
    told = []
    for part in found.values():
        told += [_sentence(part, mistake) for mistake in _mistakes(part, roots)]
    return tuple(dict.fromkeys(told))


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
    return _TAG.sub(lambda tag: f"{tag[1]}{' ' if tag[2] in _WHOLE_MARKS else tag[2]}{tag[3]}", straight)


def _mistakes(part: list[Spot], roots: Roots) -> Iterator[Mistake]:
    environment = Closed(autoescape=True)
    for line, spot in enumerate(part, 1):
        for tag in _TAG.finditer(spot.text):
            if tag[2] and tag[2] not in _WHOLE_MARKS | _WORDS:
                yield Mistake(line, f"占位符开头的“{tag[2]}”不能用；整段写 {{%p … %}}，整行写 {{%tr … %}}")
                return
        if spot.text.count("{{") != spot.text.count("}}") or spot.text.count("{%") != spot.text.count("%}"):
            yield Mistake(line, "占位符的括号没有成对；一个占位符要写在同一段里")
            return
    yield from read("\n".join(plain_tags(spot.text) for spot in part), roots, environment)


def _sentence(part: list[Spot], mistake: Mistake) -> str:
    spot = part[min(max(mistake.line, 1), len(part)) - 1]
    shown = spot.text if len(spot.text) <= _SHOWN else f"{spot.text[:_SHOWN]}…"
    return f"{spot.place}“{shown}”：{mistake.message}。"


def _spots(name: str, tree: etree._Element) -> Iterator[Spot]:
    prefix = next((word for start, word in _PART_NAMES if name.startswith(start)), "")
    for number, paragraph in enumerate(tree.iter("{*}p"), 1):
        yield Spot(f"{prefix}第 {number} 段{_cell(paragraph)}", _text(paragraph))


def _text(paragraph: etree._Element) -> str:
    words = [element.text or "" for element in paragraph.iter("{*}t") if _owner(element) is paragraph]
    return "".join(words).replace("\n", " ").replace("\r", " ")


def _owner(element: etree._Element) -> etree._Element | None:
    return next((each for each in element.iterancestors() if etree.QName(each).localname == "p"), None)


def _cell(paragraph: etree._Element) -> str:
    """Return in which cell of which table a paragraph stands, "" for none."""
    cell = next((each for each in paragraph.iterancestors() if etree.QName(each).localname == "tc"), None)
    if cell is None:
        return ""
    row = cell.getparent()
    table = row.getparent() if row is not None else None
    if row is None or table is None:
        return ""
    rows = [each for each in table if etree.QName(each).localname == "tr"]
    cells = [each for each in row if etree.QName(each).localname == "tc"]
    tables = list(table.getroottree().iter("{*}tbl"))
    if row not in rows or cell not in cells:
        return ""
    return f"（表 {tables.index(table) + 1} 第 {rows.index(row) + 1} 行第 {cells.index(cell) + 1} 格）"
