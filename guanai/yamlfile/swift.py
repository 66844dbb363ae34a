"""The fast path: reads what looks exactly like the canonical layout, without the parser's events.

Whatever it is not sure of it leaves to `builder`, which decides: flow style, escapes, other indentations, slips of
any kind. A fuzz in the tests holds the two against each other.

A line's level is twice its column, plus one for an item: so a key and a dash in one column are told apart, and
an open mapping or list takes just the lines of its own level.
"""

import re
from functools import lru_cache
from typing import Any, Final

from guanai.yamlfile.builder import MAX_DEPTH, MAX_EVENTS
from guanai.yamlfile.scalars import NO_PLAIN_FIRST, ODD_FIRST, is_text, is_wide_number, meaning

#: Returned instead of data by a text that is not for the fast path.
MISS: Final = object()

_MAX_LINES = MAX_EVENTS // 8
_STEP = 2
_LONGEST = 100  # heads are remembered, whole paragraphs should not be
_OPENED = -1  # level while a key waits for the value that begins on the next line
_HEAD = re.compile(r"( *)(- )?([^\W\d]\w{0,60})").fullmatch
_HEADER = re.compile(r"\|(2?)(-?)").fullmatch
_QUOTED = re.compile(r'"([^"\\]*)" *(?: #.*)?').fullmatch


def read_canonical(text: str) -> Any:
    """Return the data of a text in the canonical layout, MISS for any other text."""
    lines = text.split("\n")
    if "\t" in text or lines.pop() or len(lines) > _MAX_LINES:
        return MISS
    try:
        return _Reading(lines).record()
    except _Doubt:
        return MISS


class _Doubt(Exception):
    """Something is not as the canonical layout has it."""


@lru_cache(maxsize=2048)
def _head(text: str) -> tuple[int, str] | None:
    """Return level and key of what stands before a colon, None for what is not surely a key."""
    match = _HEAD(text)
    if match is None or not is_text(match[3]):
        return None
    return 2 * len(match[1]) + (match[2] is not None), match[3]


class _Reading:
    """Goes through the lines with the open collections on a stack."""

    __slots__ = ("_base", "_box", "_key", "_level", "_lines", "_place", "_stack")

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._place = 0  # the next line
        self._box: Any = {}
        self._level = 0
        self._stack: list[tuple[Any, int]] = []
        self._key = ""  # the key that waits, of a mapping of this level
        self._base = 0

    def record(self) -> dict[str, Any]:
        """Read all lines; this loop is the hot one."""
        root: dict[str, Any] = self._box
        lines, total = self._lines, len(self._lines)
        while (place := self._place) < total:
            self._place = place + 1
            before, colon, value = lines[place].partition(": ")
            head = _head(before) if colon and len(before) < _LONGEST else None
            if head is None:
                self._other(lines[place])
                continue
            level, key = head
            if level != self._level or level & 1:
                self._enter(level)
            if key in self._box:
                raise _Doubt
            is_simple = "\u3400" <= value[:1] <= "\u9fff" and ":" not in value and "#" not in value
            self._box[key] = value if is_simple and value[-1] != " " else self._value(value)
        if self._level == _OPENED or not root:
            raise _Doubt
        return root

    def _other(self, line: str) -> None:
        """Read a line without a value behind a key: a comment, a blank line, a bare key, an item."""
        bare = line.lstrip(" ")
        if not bare or bare[0] == "#":
            return
        head = _head(line[:-1]) if line[-1] == ":" and len(line) < _LONGEST else None
        if head:
            level, key = head
            if level != self._level or level & 1:
                self._enter(level)
            if key in self._box:
                raise _Doubt
            self._key, self._base, self._level = key, self._level, _OPENED
            return
        if not bare.startswith("- ") or ": " in bare:
            raise _Doubt
        self._enter(2 * (len(line) - len(bare)) + 1, is_pair=False)
        self._box.append(self._value(bare[2:]))

    def _enter(self, level: int, *, is_pair: bool = True) -> None:
        """Find or open the collection that takes a line of a level; a pair behind a dash opens its mapping."""
        if self._level == _OPENED:
            self._level = self._base
            box: Any = [] if level & 1 else {}
            if level >> 1 != (self._base >> 1) + _STEP:
                raise _Doubt
            self._box[self._key] = box
            self._push(box, level)
        while level < self._level:
            self._box, self._level = self._stack.pop()
        if level != self._level:
            raise _Doubt
        if level & 1 and is_pair:
            item: dict[str, Any] = {}
            self._box.append(item)
            self._push(item, level - 1 + 2 * _STEP)

    def _push(self, box: Any, level: int) -> None:
        self._stack.append((self._box, self._level))
        self._box, self._level = box, level
        if len(self._stack) >= MAX_DEPTH:
            raise _Doubt

    def _value(self, text: str) -> Any:
        first = text[:1]
        if first == '"' and (match := _QUOTED(text)):
            return match[1]
        if " #" in text:
            text = text[: text.index(" #")].rstrip(" ")
        if first in ODD_FIRST and not is_text(text):
            value = meaning(text)
            if isinstance(value, str):
                raise _Doubt
            return value
        if first in NO_PLAIN_FIRST or first == " ":
            return self._special(text)
        if ": " in text or text[-1:] in (" ", ":", "") or is_wide_number(text):
            raise _Doubt
        return text

    def _special(self, text: str) -> Any:
        if match := _HEADER(text):
            return self._block(is_indented=bool(match[1]), end="" if match[2] else "\n")
        if text == "[]":
            return []
        if text == "{}":
            return {}
        raise _Doubt

    def _block(self, *, is_indented: bool, end: str) -> str:
        pad = " " * ((self._level >> 1) + _STEP)
        lines, start = self._lines, self._place
        place, total = start, len(lines)
        while place < total and (not lines[place] or lines[place].startswith(pad)):
            place += 1
        if place < total and not lines[place].strip(" "):
            raise _Doubt  # a short blank line: whether it still belongs to the text is for the parser
        self._place = place
        rows = [line[len(pad) :] for line in lines[start:place]]
        while rows and not rows[-1]:
            rows.pop()
        lead = next((row for row in rows if row), " ")
        if not rows or (lead[0] == " " and not is_indented):
            raise _Doubt
        return "\n".join(rows) + end
