"""Repeatable chance: each part of the school throws dice of its own, so that a new part changes no other."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

from guanai import ids

T = TypeVar("T")


class Dice:
    """Chance derived from the school's seed and the name of a part."""

    __slots__ = ("_draw", "random")

    def __init__(self, *part: object) -> None:
        """``part``: the seed and words that name the part; equal words throw equal dice."""
        self.random = Random("/".join(map(str, part)))
        self._draw = self.random.random

    def chance(self, share: float) -> bool:
        """Tell yes with a probability between 0 and 1."""
        return self._draw() < share

    def number(self, low: int, high: int) -> int:
        """Return a whole number; both ends may come."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[int(self._draw() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """Return one of the items, each as likely as its weight."""
        left = self._draw() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Return different items in their order, all of them where there are fewer than ``count``."""
        places = self.shuffled(range(len(items)))[: max(count, 0)]
        return [items[place] for place in sorted(places)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self._draw() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed


class Numbers:
    """Gives the items of one file their 编号, of the form of `guanai.ids.new_id`.

    A school has a hundred thousand of them, so four signs are drawn in one go.
    """

    __slots__ = ("_choices", "_taken")

    def __init__(self, dice: Dice) -> None:
        """``dice``: chance of this file."""
        self._choices = dice.random.choices
        self._taken: set[str] = set()

    def item(self, prefix: str, day: date | None = None) -> str:
        """Return a 编号 that this file does not have yet; ``day`` for dated lists."""
        head = f"{prefix}{day:%Y%m%d}-" if day else f"{prefix}-"
        while True:
            made = head + "".join(self._choices(ids.ALPHABET, k=4))
            if made not in self._taken:
                self._taken.add(made)
                return made
