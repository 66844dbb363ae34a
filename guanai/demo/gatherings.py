"""What meetings and activities share: the people of the school by office, and a writer for both."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from guanai import ids
from guanai.demo.dice import Dice, Numbers
from guanai.demo.stories.desk import instant
from guanai.demo.wording import Bank, Slots, tell
from guanai.demo.world import World

#: Who sits in the leading group (领导小组), besides heads of grades.
GROUP = ("校长", "分管副校长", "校办主任", "德育主任", "教务主任")


class Scribe:
    """Writes one meeting or activity; each has chance of its own."""

    def __init__(self, world: World, day: date, *part: object) -> None:
        """``part``: words that tell this gathering from the others of the day."""
        self.world, self.day = world, day
        self.dice = Dice(world.setting.seed, "gathering", day, *part)
        self.numbers = Numbers(self.dice)
        self._slots: Slots = {"月": f"{day.month}"}

    def new_id(self, prefix: str) -> str:
        """Return the id of the record itself."""
        return ids.new_id(prefix, on=self.day, rng=self.dice.random)

    def say(self, bank: Bank, slots: Mapping[str, str] | None = None) -> str:
        """Return one wording of a bank."""
        return tell(self.dice, self.dice.pick(bank), {**self._slots, **(slots or {})})

    def some(self, bank: Bank, count: int) -> list[str]:
        """Return different wordings of a bank."""
        return [tell(self.dice, each, self._slots) for each in self.dice.some(bank, count)]

    def at(self, clock: str) -> str:
        """Return a moment of the day."""
        return instant(self.day, clock)

    def leaders(self) -> list[str]:
        """Return the leading group."""
        staff = self.world.staff
        return list(dict.fromkeys([*(staff.leader[role] for role in GROUP), *staff.grade_head.values()]))

    def homerooms(self) -> list[str]:
        """Return who leads a class on the day."""
        return [self.world.staff.homeroom(plan.id, self.day) for plan in self.world.classes]


def people(ids_of_staff: list[str]) -> list[dict[str, Any]]:
    """Return staff as those who take part."""
    return [{"教师": who} for who in dict.fromkeys(ids_of_staff)]
