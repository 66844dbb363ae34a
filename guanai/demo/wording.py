"""Sentences with holes: ``[a|b]`` is one of several wordings, ``{slot}`` is filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from guanai.demo.dice import Dice

#: What fills the holes: a text, or several of which one is taken each time.
Slots = Mapping[str, str | Sequence[str]]
#: Wordings of one sentence.
Bank = tuple[str, ...]


class Teller:
    """Tells one child's story without using the same sentence twice while others are left."""

    __slots__ = ("_left", "dice", "slots")

    def __init__(self, dice: Dice, slots: Slots) -> None:
        """Keep what fills the holes and the chance that chooses."""
        self.dice = dice
        self.slots = slots
        self._left: dict[Bank, list[str]] = {}

    def say(self, bank: Bank, **more: str) -> str:
        """Return one sentence of a bank; ``more`` fills holes of this sentence only."""
        left = self._left.get(bank)
        if not left:
            left = self._left[bank] = self.dice.shuffled(bank)
        return tell(self.dice, left.pop(), {**self.slots, **more} if more else self.slots)


def tell(dice: Dice, template: str, slots: Slots) -> str:
    """Return a template with each choice made and each hole filled.

    >>> tell(Dice(1), "{他}[说|说]好。", {"他": "她"})
    '她说好。'
    """
    told: list[str] = []
    _tell(dice, _parts(template), slots, told)
    return "".join(told)


@dataclass(frozen=True, slots=True)
class _Hole:
    name: str


@dataclass(frozen=True, slots=True)
class _Choice:
    wordings: tuple[tuple["_Part", ...], ...]


_Part = str | _Hole | _Choice
_MARK = re.compile(r"\[([^\]]*)\]|\{([^}]*)\}")


def _tell(dice: Dice, parts: tuple[_Part, ...], slots: Slots, told: list[str]) -> None:
    for part in parts:
        if isinstance(part, str):
            told.append(part)
        elif isinstance(part, _Hole):
            value = slots[part.name]
            told.append(value if isinstance(value, str) else dice.pick(value))
        else:
            _tell(dice, dice.pick(part.wordings), slots, told)


@cache
def _parts(template: str) -> tuple[_Part, ...]:
    return tuple(_read(template))


def _read(template: str) -> Iterator[_Part]:
    end = 0
    for mark in _MARK.finditer(template):
        if mark.start() > end:
            yield template[end : mark.start()]
        choice, hole = mark.groups()
        yield _Hole(hole) if hole else _Choice(tuple(_parts(wording) for wording in choice.split("|")))
        end = mark.end()
    if end < len(template):
        yield template[end:]
