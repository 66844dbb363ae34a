"""The stars of the month (进步之星): chosen each month among children on the way up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from guanai import ids
from guanai.demo.children import Child
from guanai.demo.levels import GREEN, YELLOW, Level, level_on
from guanai.demo.setting import Setting

#: At most so many children of a school get the certificate in one month.
_MOST = 20
_NAMES = ("学习进步之星", "阳光成长之星", "劳动进步之星", "自理进步之星", "友爱之星", "阅读进步之星")


@dataclass(frozen=True, slots=True)
class Star:
    """A certificate; all of a month rest on one decision."""

    day: date
    name: str
    decision: str


def invent_stars(
    setting: Setting, children: Sequence[Child], levels: Mapping[str, Sequence[Level]]
) -> dict[str, list[Star]]:
    """Return the certificates by child."""
    found: dict[str, list[Star]] = {}
    for month, days in setting.months():
        if days[-1].day < 26:
            continue
        dice = setting.dice("star", month)
        day = days[-1]
        decision = ids.new_id("D", on=day, rng=dice.random)
        up = [child for child in children if level_on(levels[child.id], day) in (GREEN, YELLOW)]
        for child in dice.some(up, min(_MOST, max(1, len(up) // 8))):
            found.setdefault(child.id, []).append(Star(day, dice.pick(_NAMES), decision))
    return found
