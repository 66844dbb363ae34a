"""Where a child's name, phone or address is typed in others' files: what a person has to decide."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanai.paths import kind_of
from guanai.schema import Field, Schemas
from guanai.store.traces import Traces
from guanai.yamlfile import load

#: Stands for the messages of commits, which have no path.
MESSAGES = "提交说明"
_OF_THE_SCHOOL = ("school", "staff", "access", "calendar", "policy")
_SHORT_NAME = 2
_AROUND = 12


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One word in one file.

    Attributes:
        path: the file, from the workspace's root; `MESSAGES` for messages of commits.
        line: the line in today's version, 0 where only an older version holds the word.
        word: the name, phone, address …
        text: the words around it.
        doubt: why it might not mean the child, or belongs to somebody else as well; "" where nothing speaks
            against replacing it.
    """

    path: str
    line: int
    word: str
    text: str
    doubt: str


class Witness:
    """Judges what a word in somebody else's file means."""

    def __init__(self, traces: Traces, namesakes: Mapping[str, Iterable[str]], schemas: Schemas) -> None:
        """Take what is known of the words.

        Args:
            traces: of the erased children.
            namesakes: by name the ids of other people called so.
            schemas: those of the installed program.
        """
        self._traces = traces
        self._namesakes = namesakes
        self._schemas = schemas

    def mentions(self, path: str, text: str, words: Iterable[str], *, is_current: bool) -> Iterator[Mention]:
        """Yield each place of the words in a text, one a line."""
        kind = kind_of(path)
        data = load(text.encode(), path).data if kind else None
        for word in sorted(words):
            doubt = self._doubt(kind, data, text, word)
            for number, line in enumerate(text.split("\n"), 1):
                if word in line:
                    yield Mention(path, number if is_current else 0, word, _around(line, word), doubt)
                    if not is_current:
                        break

    def _doubt(self, kind: str | None, data: Any, text: str, word: str) -> str:
        if word in self._traces.names:
            others = "、".join(sorted(self._namesakes.get(word, ())))
            if others:
                return f"{others} 也叫这个名字"
            if len(word) <= _SHORT_NAME and not _stands_alone(text, word):
                return "前后还有字，可能是别的词"
        if kind in _OF_THE_SCHOOL:
            return "这是学校自己的记录"
        if (
            kind in ("student", "counseling")
            and word in self._traces.strings
            and self._is_own(kind, data, word)
        ):
            return "这也是这份档案自己的内容（如兄弟姐妹同一个家）"
        return ""

    def _is_own(self, kind: str, data: Any, word: str) -> bool:
        shape = self._schemas.record(kind)
        return any(value == word for value in _facts(data, shape))


def _facts(value: Any, shape: Field | None) -> Iterator[str]:
    """Yield what stands in fields of its own, as opposed to free text."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _facts(child, shape.child(key) if shape else None)
    elif isinstance(value, list):
        for child in value:
            yield from _facts(child, shape.item if shape else None)
    elif isinstance(value, str) and shape is not None and shape.definition != "note":
        yield value


def _stands_alone(text: str, word: str) -> bool:
    place = text.find(word)
    while place >= 0:
        before, after = text[place - 1 : place], text[place + len(word) : place + len(word) + 1]
        if _is_han(before) or _is_han(after):
            return False
        place = text.find(word, place + 1)
    return True


def _is_han(sign: str) -> bool:
    return "㐀" <= sign <= "鿿" or sign >= "𠀀"


def _around(line: str, word: str) -> str:
    place = line.index(word)
    return line[max(place - _AROUND, 0) : place + len(word) + _AROUND].strip()
