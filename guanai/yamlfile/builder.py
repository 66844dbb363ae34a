"""From libyaml's events to plain data, refusing on the way what our rules forbid."""

from collections.abc import Callable
from typing import Any

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from guanai.errors import Problem
from guanai.yamlfile.characters import is_refused_value
from guanai.yamlfile.hints import explain
from guanai.yamlfile.paths import pointer
from guanai.yamlfile.scalars import ODD_FIRST, is_text, meaning
from guanai.yamlfile.slips import Slip, comma_slip, inner_slip, key_slip, stray_slip, value_slip

#: Deepest nesting of mappings and lists, and most events of a file.
MAX_DEPTH = 16
MAX_EVENTS = 200_000

#: Rules whose problems leave the data usable.
MILD = frozenset({"yaml.bom", "yaml.crlf", "yaml.number"})

_MAX_PROBLEMS = 20
# A character makes at most four events (`[:` opens a list, a mapping and two empty scalars).
_COUNTED_LENGTH = MAX_EVENTS // 4


def build(text: str, path: str) -> tuple[Any, list[Problem]]:
    """Return a record's data, None where a problem is fatal, and what is wrong with it.

    Args:
        text: normal text of allowed characters.
        path: the file's name in the problems.
    """
    builder = _Builder(text, path)
    data = None
    try:
        data = builder.document()
    except _Enough:
        pass
    except YAMLError as error:
        if not builder.is_fatal():  # a slip found before is the cause of this
            builder.problems.append(explain(error, text, path))
    return None if builder.is_fatal() else data, builder.problems


class _Enough(Exception):
    """Reading on would tell nothing new."""


class _Builder:
    """Reads one document. Events are ``Any``: libyaml's classes share no type that knows their fields."""

    def __init__(self, text: str, path: str) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._path = path
        self._trail: list[str | int] = []
        self._has_escapes = "\\" in text
        self._may_have_properties = "&" in text or "!" in text
        self._property = -1
        following = CParser(text).get_event
        self._next: Callable[[], Any] = following if len(text) < _COUNTED_LENGTH else self._counted(following)

    def is_fatal(self) -> bool:
        return any(problem.rule not in MILD for problem in self.problems)

    def document(self) -> Any:
        self._next()
        start = self._next()
        if start.__class__ is StreamEndEvent:
            self._empty()
        if start.version or start.tags:
            self._note(start, "yaml.directive", "“%”开头的指令不能用；请删去这一行。")
        data = self._root(self._next())
        self._next()
        after = self._next()
        if after.__class__ is DocumentStartEvent:
            message = "“---”把文件分成了两份；一个文件只放一份记录，请删去这一行，或分成两个文件。"
            self._note(after, "yaml.documents", message)
        return data

    def _root(self, event: Any) -> Any:
        kind: object = event.__class__
        if kind is not ScalarEvent:
            return self._value(event)
        self._properties(event)
        if not event.value and not event.style and not self.problems:
            self._empty()
        if not event.style:
            lines = enumerate(self._raw_lines(event), event.start_mark.line)
            any(self._slip(place, stray_slip(line)) for place, line in lines)
        if not self.problems:
            self._note(event, "yaml.root", "这里没有“栏目: 内容”；请每行写一个栏目，用半角冒号，后面空一格。")
        return None

    def _value(self, event: Any, key: Any = None, commas: str = "") -> Any:
        """Return any value.

        Args:
            event: its first event.
            key: event of the key it stands behind, None for an item.
            commas: full-width signs that are slips here; "" outside of brackets.
        """
        kind = event.__class__
        if kind is ScalarEvent:
            return self._scalar(event, key, commas)
        if kind is AliasEvent:
            self._note(event, "yaml.alias", "“*”开头的内容会被当作引用；若是文字，请加英文引号。")
            return None
        if self._may_have_properties:
            self._properties(event)
        if len(self._trail) >= MAX_DEPTH:
            self._note(event, "yaml.depth", f"层次超过 {MAX_DEPTH} 层；请检查括号和缩进。")
            raise _Enough
        return self._mapping(event) if kind is MappingStartEvent else self._list(event)

    def _mapping(self, start: Any) -> dict[str, Any]:
        following, trail, commas = self._next, self._trail, "，" if start.flow_style else ""
        box: dict[str, Any] = {}
        events: dict[str, Any] = {}
        trail.append("")
        event = following()
        while event.__class__ is not MappingEndEvent:
            key = self._key(event)
            if key in box:
                line = events[key].start_mark.line + 1
                message = f"“{key}”写了两次，第 {line} 行已经有了；请合并或删去一处。"
                self._note(event, "yaml.duplicate", message)
            events[key] = event
            box[key] = self._value(following(), event, commas)
            event = following()
        trail.pop()
        return box

    def _list(self, start: Any) -> list[Any]:
        following, trail, commas = self._next, self._trail, "，、" if start.flow_style else ""
        box: list[Any] = []
        trail.append(0)
        event = following()
        while event.__class__ is not SequenceEndEvent:
            trail[-1] = len(box)
            box.append(self._value(event, None, commas))
            event = following()
        trail.pop()
        return box

    def _key(self, event: Any) -> str:
        kind: object = event.__class__
        if kind is not ScalarEvent:
            self._trail[-1] = ""
            if kind is not AliasEvent:
                message = "栏目名的位置上是括号；若内容里有 { } 或 [ ]，请给整段内容加英文引号。"
                self._note(event, "yaml.key", message)
            self._value(event)
            return ""
        if self._may_have_properties:
            self._properties(event)
        key: str = event.value
        self._trail[-1] = key
        if event.style:
            self._escaped(event)
        elif slip := key_slip(key):
            self._slip(event.start_mark.line, slip)
        return key

    def _scalar(self, event: Any, key: Any, commas: str) -> object:
        if self._may_have_properties:
            self._properties(event)
        value: str = event.value
        if event.style:
            self._escaped(event)
            return value
        if not value:
            return None
        is_odd = value[0] in ODD_FIRST or commas or "：" in value or ":" in value or " -" in value
        return self._odd(event, key, commas) if is_odd else value

    def _odd(self, event: Any, key: Any, commas: str) -> object:
        """Return a plain scalar that is no common text, or perhaps a slip."""
        value: str = event.value
        if not is_text(value):
            return self._typed(event, value)
        line = event.start_mark.line
        slip = value_slip(value) or comma_slip(value, commas)
        if not slip and key is not None and line > key.start_mark.line:
            slip = inner_slip(self._raw_lines(event)[0])
        if not self._slip(line, slip):
            self._swallowed(event)
        return value

    def _typed(self, event: Any, value: str) -> object:
        found = meaning(value)
        if isinstance(found, str):
            message = f'{value[:40]} 会被当作数，但超出了数的范围，别的程序读出来会走样；若是号码请加引号："{value[:40]}"。'
            self._note(event, "yaml.number", message)
        return found

    def _swallowed(self, event: Any) -> None:
        """Look for keys and items that a plain text over several lines has swallowed."""
        start, end = event.start_mark, event.end_mark
        if start.line == end.line:
            return
        for place, line in enumerate(self._raw_lines(event)):
            if place and self._slip(start.line + place, inner_slip(line)):
                return

    def _raw_lines(self, event: Any) -> list[str]:
        raw = self._text[event.start_mark.index : event.end_mark.index]
        return [line.strip(" \t") for line in raw.split("\n")]

    def _properties(self, event: Any) -> None:
        start = event.start_mark.index
        if start == self._property:
            return  # a block mapping begins where the mark of its first key stands
        self._property = start
        sign = self._text[start : start + 1]
        if sign == "&":
            self._note(event, "yaml.anchor", "“&”开头的内容会被当作记号；若是文字，请加英文引号。")
        elif sign == "!":
            self._note(event, "yaml.tag", "“!”开头的内容会被当作类型标记；若是文字，请加英文引号。")

    def _escaped(self, event: Any) -> None:
        if self._has_escapes and event.style == '"' and is_refused_value(event.value):
            self._note(event, "yaml.control", "引号里用 \\ 写出了记录里不能有的隐藏字符；请删去它。")

    def _empty(self) -> None:
        self._report(0, "yaml.empty", "文件里没有内容；请填写，或删去这个文件。")
        raise _Enough

    def _note(self, event: Any, rule: str, message: str) -> None:
        self._report(event.start_mark.line, rule, message)

    def _slip(self, line: int, slip: Slip | None) -> bool:
        if slip:
            self._report(line, *slip)
        return slip is not None

    def _report(self, line: int, rule: str, message: str) -> None:
        self.problems.append(Problem(self._path, line + 1, pointer(tuple(self._trail)), rule, message))
        if len(self.problems) >= _MAX_PROBLEMS:
            raise _Enough

    def _counted(self, following: Callable[[], Any]) -> Callable[[], Any]:
        left = MAX_EVENTS

        def counted() -> Any:
            nonlocal left
            left -= 1
            event = following()
            if left < 0:
                self._note(event, "yaml.events", f"内容超过 {MAX_EVENTS} 个单元；请分成几个文件。")
                raise _Enough
            return event

        return counted
