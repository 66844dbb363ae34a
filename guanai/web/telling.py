"""A redacted record as words for a page: facts, entries, their titles; ids as names, what is hidden as such."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from generators import wording
from generators.context import Context
from guanai.model.base import HIDDEN
from guanai.schema import Field

#: Keys that tell the day of an entry, the first that is there.
_DAYS: Final = ("时间", "日期", "触发日期", "起", "建档日期")
#: Keys that head an entry, in this order, where they are there.
_HEADS: Final = (
    "类型",
    "情形",
    "等级",
    "职责",
    "姓名",
    "名称",
    "项目",
    "状态",
    "级别",
    "学科",
    "班级",
    "学期",
    "目标",
)
#: What stands in the head or concerns machines alone.
_SILENT: Final = frozenset({"编号"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One field with its words; ``is_hidden`` where the edition keeps it back."""

    title: str
    words: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list.

    Attributes:
        id: its 编号, "" for lists without.
        day: ISO date or instant it is about, "" where it has none.
        head: what it is, in a few words.
        facts: the rest.
        parts: lists inside it.
    """

    id: str
    day: str
    head: str
    facts: tuple[Fact, ...]
    parts: "tuple[Part, ...]" = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A field that holds a list or a mapping, under its title."""

    title: str
    facts: tuple[Fact, ...] = ()
    items: tuple[Item, ...] = ()
    parts: "tuple[Part, ...]" = ()
    is_hidden: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return not (self.facts or self.items or self.parts or self.is_hidden)


class Teller:
    """Words of one edition on one day."""

    def __init__(self, context: Context, on: date) -> None:
        """``context``: names that the edition may know."""
        self._context = context
        self._on = on

    def part(self, title: str, shape: Field, value: Any) -> Part:
        """Return a record, a mapping or a list with all that is in it; lists newest first."""
        if value is HIDDEN:
            return Part(title, is_hidden=True)
        if isinstance(value, list):
            item = shape.item or shape
            found = [self._item(item, each) for each in value if isinstance(each, Mapping)]
            return Part(title, items=tuple(sorted(found, key=lambda each: each.day, reverse=True)))
        facts, parts = self._inside(shape, value)
        return Part(title, facts, parts=parts)

    def words(self, shape: Field, value: Any) -> str:
        """Return one value as people write it."""
        if isinstance(value, bool):
            return wording.yes_no(value)
        if isinstance(value, int | float):
            return (
                f"{wording.number(value)}{shape.unit}" if isinstance(value, float) else f"{value}{shape.unit}"
            )
        if isinstance(value, list):
            item = shape.item or shape
            return wording.joined(self.words(item, each) for each in value)
        if isinstance(value, Mapping):
            return "，".join(self.words(shape.child(key) or shape, each) for key, each in value.items())
        return _instant(str(value)) or wording.text(str(value), self._context, self._on)

    def _inside(self, shape: Field, value: Mapping[str, Any]) -> tuple[tuple[Fact, ...], tuple[Part, ...]]:
        facts, parts = [], []
        for key, each in value.items():
            inner = shape.child(key)
            if key in _SILENT or inner is None:
                continue
            if each is HIDDEN:
                facts.append(Fact(key, wording.HIDDEN_WORDS, is_hidden=True))
            elif _is_part(each):
                parts.append(self.part(key, inner, each))
            else:
                facts.append(Fact(key, self.words(inner, each)))
        return tuple(facts), tuple(parts)

    def _item(self, shape: Field, value: Mapping[str, Any]) -> Item:
        day = next((str(value[key]) for key in _DAYS if isinstance(value.get(key), str)), "")
        heads = [key for key in _HEADS if isinstance(value.get(key), str)][:2]
        head = " · ".join(self.words(shape.child(key) or shape, value[key]) for key in heads)
        shown = {key: each for key, each in value.items() if key not in heads}
        facts, parts = self._inside(shape, shown)
        return Item(str(value.get("编号", "")), day, head, facts, parts)


def _is_part(value: Any) -> bool:
    """Tell whether a value is a list of entries or a mapping with more than words."""
    if isinstance(value, Mapping):
        return True
    return isinstance(value, list) and any(isinstance(each, Mapping) for each in value)


def _instant(text: str) -> str:
    """Return an instant as ``2026-11-02 16:40``, "" for anything else."""
    is_instant = len(text) > 16 and text[4:5] == "-" and text[10:11] == "T" and text.endswith("+08:00")
    return text[:16].replace("T", " ") if is_instant else ""


def day_words(day: str) -> str:
    """Return the day or instant of an entry, shortly."""
    return _instant(day) or day


def parts_of(teller: Teller, shape: Field, record: Mapping[str, Any]) -> Iterator[Part]:
    """Yield a record part by part: its own facts first, then each list or group, in schema order."""
    whole = teller.part("", shape, record)
    yield Part("基本情况", whole.facts)
    order = {key: place for place, key in enumerate(shape.keys)}
    yield from sorted(whole.parts, key=lambda part: order.get(part.title, len(order)))


def timeline(parts: Sequence[Part], titles: Sequence[str]) -> list[tuple[str, str, Item]]:
    """Return the dated entries of some parts as (day, title of the part, entry), newest first."""
    found = [(item.day, part.title, item) for part in parts if part.title in titles for item in part.items]
    return sorted(found, key=lambda each: each[0], reverse=True)
