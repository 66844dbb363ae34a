"""What of a child may stand elsewhere: ids, document numbers, names, phones, addresses and other long strings.

Gathered from every version of the child's own files, kept only while an erasure runs, and looked for in every
object of every repository, before and afterwards.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Self

from guanai.ids import STUDENT_ID
from guanai.schema import Field

#: A run of signs that no Chinese sentence holds by chance: a phone, a number plate, a user name, a file number.
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_+-]{7,}")
#: Our own ids, dates and terms stand in many records and tell of nobody.
_OURS = re.compile(
    r"[A-Z](?:[0-9]{4}|[0-9]{8})?-[2-9A-HJ-NP-Z]{2,5}|[0-9]{4}-[0-9]{2}-[0-9]{2}T?.*|[0-9]{4}-[0-9]{4}(?:-[12])?|[PJ][0-9]{4}-[0-9]{2}"
)
_SENTENCE_END = re.compile(r"[。；！？!?;\n]+")
_LONG_SENTENCE = 10
_HAN = re.compile(r"[㐀-鿿]")
#: A sentence with fewer characters is a date, an amount or a name of something.
_FEWEST_HAN = 6
_SHORTEST_NUMBER = 6
_SHORTEST_KIN_NAME = 3
_PLACES = ("address", "registered_residence", "working_place")
_PIECE = 3
#: From this number of words on it is cheaper to look at the text's own pieces than at each word.
_MANY = 150


@dataclass(frozen=True, slots=True)
class Traces:
    """Words by what they are.

    Attributes:
        ids: of the children and of their counselling files.
        numbers: document numbers, each one child's own: replaced wherever they stand.
        names: names the children have or had.
        strings: phones, addresses with a house number, relatives' names, other long strings. Brothers and sisters
            may share them, so a person is asked.
        sentences: long sentences of the children's own files; they count only in records that mention the child.
    """

    ids: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """Return all together."""
        listed = tuple(parts)
        sets = (frozenset().union(*(getattr(part, each.name) for part in listed)) for each in fields(cls))
        return cls(*sets).settled()

    def settled(self) -> Self:
        """Return the same with each word under one heading only, the strictest."""
        strings = self.strings - self.numbers - self.names - self.ids
        return type(self)(self.ids, self.numbers, self.names, strings, self.sentences)

    @property
    def words(self) -> frozenset[str]:
        """Everything that is searched for in all objects."""
        return self.ids | self.numbers | self.names | self.strings


def traces_of(data: Any, shape: Field, *, ids: Iterable[str]) -> Traces:
    """Return the traces that one version of a child's own file (or counselling file) names.

    Args:
        data: the file's data, of whatever age.
        shape: the fields of its kind; what they do not know is read as free text.
        ids: the child's id and the file's.
    """
    found = _Gatherer()
    found.walk(data, shape, ())
    sets = (found.numbers, found.names, found.strings, found.sentences)
    return Traces(frozenset(ids), *map(frozenset, sets)).settled()


class Finder:
    """Looks for many words at once."""

    def __init__(self, words: Iterable[str]) -> None:
        """``words``: none of them empty."""
        self._words = tuple(sorted(set(words)))
        self._short = tuple(word for word in self._words if len(word) < _PIECE)
        # By their ends: ids and phones begin alike and end at random.
        self._ends: dict[str, list[str]] = {}
        for word in self._words:
            if len(word) >= _PIECE:
                self._ends.setdefault(word[-_PIECE:], []).append(word)

    def find(self, text: str) -> frozenset[str]:
        """Return the words that a text holds."""
        if len(self._words) < _MANY:
            return frozenset(word for word in self._words if word in text)
        pieces = {text[place : place + _PIECE] for place in range(len(text) - _PIECE + 1)}
        likely = [word for end in self._ends.keys() & pieces for word in self._ends[end]]
        return frozenset(word for word in (*likely, *self._short) if word in text)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text that are long enough to be known again."""
    for part in _SENTENCE_END.split(text):
        sentence = part.strip()
        if len(sentence) >= _LONG_SENTENCE and len(_HAN.findall(sentence)) >= _FEWEST_HAN:
            yield sentence


class _Gatherer:
    def __init__(self) -> None:
        self.numbers: set[str] = set()
        self.names: set[str] = set()
        self.strings: set[str] = set()
        self.sentences: set[str] = set()

    def walk(self, value: Any, shape: Field | None, path: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            for key, child in value.items():
                self.walk(child, shape.child(key) if shape else None, (*path, str(key)))
        elif isinstance(value, list):
            for child in value:
                self.walk(child, shape.item if shape else None, path)
        elif isinstance(value, str) and not (shape is not None and (shape.values or shape.ref)):
            self._text(value, shape or Field(), path)

    def _text(self, value: str, field: Field, path: tuple[str, ...]) -> None:
        if path in (("姓名",), ("曾用名",)):
            self.names.add(value)
        elif "证件" in field.clearance or path == ("证件", "号码"):
            # A guardian's number is shared by brothers and sisters; the child's own is nobody else's.
            own = path[0] != "家庭"
            if len(value) >= _SHORTEST_NUMBER:
                (self.numbers if own else self.strings).add(value)
        elif path[-1] == "姓名" and path[0] == "家庭":
            if len(value) >= _SHORTEST_KIN_NAME:
                self.strings.add(value)
        elif field.definition == "phone":
            self.strings |= {value, re.sub(r"[ -]", "", value)}
        elif field.name in _PLACES and re.search(r"[0-9]", value):
            self.strings.add(value)
        self.strings |= {
            token for token in _TOKEN.findall(value) if not _OURS.fullmatch(token) and not STUDENT_ID.search(token)
        }  # fmt: skip
        self.sentences.update(sentences(value))
