"""Where a value stands in a record: Chinese paths such as ``家庭.监护人[主].电话``, checked when a form is read.

A step through a list takes all its items; a pick in brackets narrows it: 首 the first, 末 the latest, 现 those in
force, 主 the main guardian, 数 how many there are. A template is text with paths in braces; what stands in square
brackets is left out unless each of its paths has a value: ``{分数}[（满分{满分}）]``. ``{起:年月}`` names a format.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from generators.form.derived import OF_RECORD, OF_SCHOOL, SHARED
from guanai.errors import Invalid
from guanai.model.base import Record, key
from guanai.model.person import Person, Storage

#: Values that can be printed as they are.
_PRINTABLE: Final = (str, bool, int, float, date, datetime, Person, Storage)

#: Attributes that tell an item's day, the first one it has.
_DAYS: Final = ("dated_on", "at", "triggered_on", "since")

#: What may be taken of a list, and the key its items need for it.
PICKS: Final = {"首": None, "末": None, "现": "止", "主": "主要监护人", "数": None}

#: Formats that set the values of a list below each other: with numbers, without.
LINES: Final = ("分行", "逐行")

#: Formats, and the values they are for.
FORMATS: Final = {
    "长日期": (date, datetime),
    "日期": (date, datetime),
    "年月": (date, datetime),
    "时刻": (datetime,),
    "届次": (str,),
    "原样": (str,),
    "姓名": (Person,),
    "分行": (str, Person),
    "逐行": (str, Person),
}

_STEP = re.compile(r"([^.\[\]:{}]+)(?:\[([^\]]*)\])?")
_PIECE = re.compile(r"\{([^{}]*)\}|\[((?:[^\[\]{}]|\{[^{}]*\})*)\]")


class BadPath(Invalid):
    """A path that leads nowhere; the form's reader adds file and place."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"取值“{path}”{why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Record):
    """One of several words that stand in a list by themselves, as a row or line of its own."""

    word: str = key("本条", "")


class Base(StrEnum):
    """Where a path begins."""

    ITEM = "本条"
    OWNER = "所属"  # what holds the item's list
    ROOT = "全文"  # the form's record


@dataclass(frozen=True, slots=True)
class Step:
    """One attribute on the way; ``many`` for a list, ``pick`` what is taken of it, "" for all."""

    name: str
    many: bool = False
    pick: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A checked path.

    Attributes:
        text: as written.
        label: its last word.
        steps: attributes from where it begins.
        base: where it begins.
        derived: the computed word it ends in, "" for a value of the record.
        leaf: type of the value.
        style: format, "" for the usual one.
    """

    text: str
    label: str
    steps: tuple[Step, ...]
    base: Base
    derived: str
    leaf: type
    style: str = ""


@dataclass(frozen=True, slots=True)
class Optional:
    """Part of a template that prints only when all its paths have a value."""

    parts: tuple[str | Path, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Text with values in it, or one value alone."""

    parts: tuple[str | Path | Optional, ...]

    @property
    def only(self) -> Path | None:
        """The path, where nothing else stands beside it."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if isinstance(first, Path) else None

    def paths(self) -> Iterator[Path]:
        """Yield all paths from left to right."""
        for part in self.parts:
            if isinstance(part, Path):
                yield part
            elif isinstance(part, Optional):
                yield from (each for each in part.parts if isinstance(each, Path))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a form a path is written: what it can begin at.

    Attributes:
        item: the item at hand, or the record.
        root: the record; ``word`` in front of a path begins there.
        word: 学生, 会议, 名册.
        owner: what holds the item's list; 所属 in front of a path begins there.
        is_inner: within long items, whose lists are left out where they are empty.
    """

    item: type[Record]
    root: type[Record]
    word: str
    owner: type[Record] | None = None
    is_inner: bool = False

    def path(self, text: str) -> Path:
        """Return a path to values that can be printed.

        Raises:
            BadPath: a step does not exist, or the path ends too early.
        """
        found = self._path(text)
        if found.leaf not in _PRINTABLE:
            inner = next(iter(found.leaf.names())) if issubclass(found.leaf, Record) else "…"
            raise BadPath(text, f"要写到具体栏目，如“{found.text}.{inner}”。")
        _check_style(found)
        return found

    def items(self, text: str) -> "tuple[Path, Place]":
        """Return a path to a list and the place of what is written about its items.

        Raises:
            BadPath: it leads to something else.
        """
        found = self._path(text)
        item = Line if found.leaf is str else found.leaf
        if not issubclass(item, Record) or not found.steps or not found.steps[-1].many:
            raise BadPath(text, "不是分条的栏目，不能列表。")
        owner = self._walked(text, found.base, found.text.split(".")[found.base is not Base.ITEM : -1])[1]
        return found, Place(item, self.root, self.word, owner, self.is_inner)

    def template(self, text: str) -> Template:
        """Return text with paths in braces.

        Raises:
            BadPath: one of the paths is wrong, or a brace does not close.
        """
        return Template(tuple(self._pieces(text)))

    def value(self, text: str) -> Template:
        """Return a template, or a path written without braces."""
        return self.template(text) if "{" in text else Template((self.path(text),))

    def _pieces(self, text: str) -> Iterator[str | Path | Optional]:
        end = 0
        for found in _PIECE.finditer(text):
            if found.start() > end:
                yield _plain(text, text[end : found.start()])
            end = found.end()
            if found[1] is not None:
                yield self.path(found[1])
            else:
                yield Optional(tuple(self._flat(text, found[2])))
        if end < len(text):
            yield _plain(text, text[end:])

    def _flat(self, whole: str, text: str) -> Iterator[str | Path]:
        for piece in self._pieces(text):
            if isinstance(piece, Optional):
                raise BadPath(whole, "的方括号里不能再有方括号。")
            yield piece

    def _path(self, text: str) -> Path:
        body, _, style = text.strip().partition(":")
        words = body.strip().split(".")
        base = self._base(words)
        steps, leaf, derived = self._walked(text, base, words[base is not Base.ITEM :])
        return Path(body.strip(), words[-1].partition("[")[0], steps, base, derived, leaf, style.strip())

    def _base(self, words: list[str]) -> Base:
        """A key of the item itself comes before the words that lead elsewhere."""
        if len(words) == 1 or words[0] in self.item.names():
            return Base.ITEM
        if words[0] == self.word:
            return Base.ROOT
        return Base.OWNER if self.owner and words[0] == Base.OWNER.value else Base.ITEM

    def _walked(self, text: str, base: Base, words: list[str]) -> tuple[tuple[Step, ...], type, str]:
        start = {Base.ITEM: self.item, Base.OWNER: self.owner or self.item, Base.ROOT: self.root}[base]
        return _walk(text, start, words)


def _walk(text: str, start: type, words: list[str]) -> tuple[tuple[Step, ...], type, str]:
    steps: list[Step] = []
    here = start
    for position, word in enumerate(words):
        found = _STEP.fullmatch(word)
        if found is None:
            raise BadPath(text, "写法不对；路径写成“家庭.监护人[主].电话”的样子。")
        name, pick = found[1], found[2] or ""
        if not issubclass(here, Record):
            raise BadPath(text, f"走不通：“{words[position - 1]}”下面没有“{name}”。")
        if position == len(words) - 1 and not pick and _is_derived(here, name):
            return tuple(steps), str, name
        step, here = _step(text, here, name, pick)
        steps.append(step)
        if pick == "数":
            return tuple(steps), _counted(text, words, position), ""
    return tuple(steps), here, ""


def _step(text: str, here: type[Record], name: str, pick: str) -> tuple[Step, type]:
    attribute = here.names().get(name)
    if attribute is None:
        known = [*here.names(), *OF_RECORD.get(here, {}), *SHARED, *OF_SCHOOL]
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"；是不是“{near[0]}”？" if near else f"；可用的有{'、'.join(here.names())}。"
        raise BadPath(text, f"走不通：没有“{name}”{hint}")
    many, leaf = _type(here, attribute)
    if pick:
        _check_pick(text, pick, leaf, many=many)
    return Step(attribute, many, pick), leaf


def _check_pick(text: str, pick: str, leaf: type, *, many: bool) -> None:
    if pick not in PICKS or not many:
        raise BadPath(
            text, f"的“[{pick}]”不能用；只有列表后面可以写{'、'.join(f'[{each}]' for each in PICKS)}。"
        )
    needed = PICKS[pick]
    if needed and not (issubclass(leaf, Record) and needed in leaf.names()):
        raise BadPath(text, f"的“[{pick}]”要靠“{needed}”一栏，这个列表没有。")


def _counted(text: str, words: list[str], position: int) -> type:
    if position != len(words) - 1:
        raise BadPath(text, "的“[数]”只能写在最后。")
    return int


def _check_style(path: Path) -> None:
    if not path.style:
        return
    if path.style not in FORMATS:
        raise BadPath(path.text, f"的格式“{path.style}”没有；可用的有{'、'.join(FORMATS)}。")
    if path.leaf not in FORMATS[path.style]:
        raise BadPath(path.text, f"不能用“{path.style}”的格式。")


def _plain(whole: str, piece: str) -> str:
    if any(sign in piece for sign in "{}[]"):
        raise BadPath(whole, "的括号没有配对；{} 里写取值，[] 里写可以省去的部分。")
    return piece


def _is_derived(here: type[Record], name: str) -> bool:
    if name in here.names():
        return False
    return name in OF_RECORD.get(here, {}) or name in SHARED or name in OF_SCHOOL


def _type(cls: type[Record], name: str) -> tuple[bool, type]:
    """Return whether an attribute is a list, and the type of its value or items."""
    if cls not in _hints:
        _hints[cls] = get_type_hints(cls)
    return _unwrapped(_hints[cls][name])


#: The types of each class's attributes; Python takes long to work them out.
_hints: dict[type[Record], dict[str, Any]] = {}


def _unwrapped(hint: Any) -> tuple[bool, type]:
    if get_origin(hint) is UnionType:
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        return True, get_args(hint)[0]
    return False, get_origin(hint) or hint


def day_attribute(cls: type[Record]) -> str | None:
    """Return the attribute that tells an item's day, None where it has none."""
    return next((name for name in _DAYS if hasattr(cls, name)), None)


def day_of(item: Record) -> date | None:
    """Return an item's day, None where it is not known or hidden."""
    name = day_attribute(type(item))
    found = getattr(item, name) if name else None
    return found.date() if isinstance(found, datetime) else found


def is_current(item: Record, on: date) -> bool:
    """Tell whether an item with 起 and 止 is in force on a day."""
    since, until = getattr(item, "since", None), getattr(item, "until", None)
    return (since is None or since <= on) and (until is None or on <= until)
