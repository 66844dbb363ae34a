"""The printed words of a body, paragraph by paragraph, whatever program wrote the XML around them."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

#: Elements whose words are not printed: deleted or moved away, and the second copy kept for old programs.
_SKIPPED: Final = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "pPr", "tblPr", "sectPr"}
)

#: Fields that programs fill in anew at each save.
_VOLATILE: Final = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF"})

_SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def paragraph_texts(body: etree._Element) -> Iterator[str]:
    """Yield the text of each paragraph; text boxes follow the paragraph they hang on."""
    yield from _Reader().walk(body)


class _Reader:
    """Walks over the body; a field may begin in one paragraph and end in another."""

    def __init__(self) -> None:
        #: Open fields, innermost last: code so far, whether the result has begun.
        self._fields: list[tuple[str, bool]] = []

    def walk(self, element: etree._Element) -> Iterator[str]:
        """Yield the paragraphs below an element."""
        for child in element.iterchildren(tag=etree.Element):
            name = _local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name not in _SKIPPED:
                yield from self.walk(child)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        words: list[str] = []
        boxed: list[etree._Element] = []
        self._collect(paragraph, words, boxed)
        yield "".join(words)
        for box in boxed:
            yield from self._paragraph(box)

    def _collect(self, element: etree._Element, words: list[str], boxed: list[etree._Element]) -> None:
        for child in element.iterchildren(tag=etree.Element):
            name = _local(child)
            if name == "t":
                words.append("" if self._is_in_volatile() else child.text or "")
            elif name == "p":
                boxed.append(child)
            elif name in _SIGNS:
                words.append(_SIGNS[name])
            elif name == "fldChar":
                self._field(child)
            elif name == "instrText":
                self._code(child.text or "")
            elif name == "fldSimple":
                self._simple_field(child, words, boxed)
            elif name not in _SKIPPED and not _is_hidden(child, name):
                self._collect(child, words, boxed)

    def _field(self, mark: etree._Element) -> None:
        kind = _attribute(mark, "fldCharType")
        if kind == "begin":
            self._fields.append(("", False))
        elif kind == "separate" and self._fields:
            self._fields[-1] = (self._fields[-1][0], True)
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _code(self, text: str) -> None:
        if self._fields and not self._fields[-1][1]:
            self._fields[-1] = (self._fields[-1][0] + text, False)

    def _simple_field(self, field: etree._Element, words: list[str], boxed: list[etree._Element]) -> None:
        self._fields.append((_attribute(field, "instr"), True))
        self._collect(field, words, boxed)
        self._fields.pop()

    def _is_in_volatile(self) -> bool:
        return any(code.split()[:1] and code.split()[0].upper() in _VOLATILE for code, _ in self._fields)


def _is_hidden(element: etree._Element, name: str) -> bool:
    """Tell whether a run is marked as hidden text."""
    if name != "r":
        return False
    mark = element.find("{*}rPr/{*}vanish")
    return mark is not None and _attribute(mark, "val") not in {"0", "false", "off"}


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _attribute(element: etree._Element, name: str) -> str:
    """Return an attribute by its local name: strict and transitional files use two namespaces."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
