"""What a writer of one child's records has at hand: the child, the colleagues, the words, the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from guanai.demo import places
from guanai.demo.dice import Dice, Numbers
from guanai.demo.stories.classroom import POINTS
from guanai.demo.stories.theme import Theme
from guanai.demo.stories.themes_class import CLASS
from guanai.demo.stories.themes_home import HOME
from guanai.demo.stories.themes_self import SELF
from guanai.demo.wording import Slots, Teller
from guanai.demo.world import Life, World

THEMES: Mapping[str, Theme] = {**HOME, **CLASS, **SELF}


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of what was due got written down: shares of the monthly and the weekly duties."""

    monthly: float
    weekly: float


#: A school that keeps up; and files of the usual size for measuring.
DILIGENT = Pace(0.95, 0.9)
BRIEF = Pace(0.4, 0.07)


class Desk:
    """Everything about one child that a teacher needs to write."""

    def __init__(self, world: World, life: Life, pace: Pace, *, part: str = "diary") -> None:
        """Keep the parts; ``part`` names the record that is written, each has chance of its own."""
        self.world, self.life, self.pace = world, life, pace
        self.setting, self.staff = world.setting, world.staff
        self.child = life.child
        self.dice = self.setting.dice(part, self.child.number)
        self.numbers = Numbers(self.setting.dice(part, "numbers", self.child.number))
        self.teller = Teller(self.dice, slots(world, life, self.dice))
        #: Days on which the child was there, by month and by week.
        self.months = _grouped(life.days, lambda day: day.month)
        self.weeks = _grouped(life.days, lambda day: (day.toordinal() - 1) // 7)
        self._themes = self.dice.shuffled(self.child.themes)

    def say(self, bank: tuple[str, ...], **more: str) -> str:
        """Return one wording of a bank."""
        return self.teller.say(bank, **more)

    def next_theme(self) -> Theme:
        """Return what to talk about next: the child's themes in turn."""
        self._themes.append(self._themes.pop(0))
        return THEMES[self._themes[-1]]

    def point(self, subject: str) -> str:
        """Return something that is taught in a subject at the child's age."""
        return self.dice.pick(points(subject, self.child.plan.grade))

    def entry(self, kind: str, day: date, clock: str, author: str, **fields: Any) -> dict[str, Any]:
        """Return an entry (过程记录); empty fields are left out."""
        return {
            "编号": self.numbers.item("E", day),
            "类型": kind,
            "时间": instant(day, clock),
            "记录人": author,
            **{key: value for key, value in fields.items() if value},
        }

    def clock(self, first: str, last: str) -> str:
        """Return a time of day between two, to five minutes."""
        begin, end = (int(each[:2]) * 12 + int(each[3:]) // 5 for each in (first, last))
        found = self.dice.number(begin, end)
        return f"{found // 12:02d}:{found % 12 * 5:02d}"

    def homeroom(self, day: date) -> str:
        """Return who led, on a day, the class the child belonged to then."""
        return self.staff.homeroom(self.life.class_of(day), day)

    def guardian(self) -> dict[str, str]:
        """Return the carer as someone who takes part."""
        carer = self.child.family.carer
        return {"姓名": carer.name, "关系": carer.relation}

    def is_kept(self, share: float, days: Sequence[date]) -> bool:
        """Tell whether a duty of these days was done; what is still running is done less often."""
        is_running = days[-1] >= self.setting.days[-1]
        return self.dice.chance(share * (0.65 if is_running else 1))

    def later(self, day: date, low: int, high: int) -> str:
        """Return a school day some days later, which may lie ahead."""
        return f"{self.setting.term.at_or_after(day + timedelta(days=self.dice.number(low, high)))}"


def _grouped(days: Sequence[date], key: Callable[[date], int]) -> list[list[date]]:
    return [list(group) for _, group in groupby(days, key)]


def instant(day: date, clock: str) -> str:
    """Return a moment as records write it."""
    return f"{day}T{clock}+08:00"


def points(subject: str, grade: int) -> tuple[str, ...]:
    """Return what is taught in a subject at an age."""
    young, middle, old = POINTS.get(subject, ((), (), ()))
    return (young if grade < 3 else middle if grade < 7 else old) or ("本单元内容",)


def slots(world: World, life: Life, dice: Dice) -> Slots:
    """Return what fills the holes of a child's sentences."""
    child, setting = life.child, world.setting
    year, month = child.filed_on.year, setting.days[0].month
    return {
        "他": child.pronoun,
        "家人": child.family.carer.relation,
        "务工地": child.family.away or dice.pick(places.WORKING_PLACES),
        "科": child.weak,
        "强科": child.strong,
        "点": points(child.weak, child.plan.grade),
        "爱好": child.hobby,
        "班务": child.job,
        "年": str(year - dice.number(0, 3)),
        "后年": str(setting.start + dice.number(1, 3)),
        "月": str(dice.number(max(1, month - 6), max(1, month - 1))),
        "考": "考试" if child.plan.grade > 2 else "上台",
        "村委": "居委会" if child.family.village.endswith("社区") else "村委会",
    }
