"""Warning levels (预警): who has which since when, who decided it, and at which meeting."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from guanai import ids
from guanai.demo.children import Child
from guanai.demo.dice import Dice
from guanai.demo.dropout import Dropout
from guanai.demo.kinds import KINDS
from guanai.demo.setting import Setting
from guanai.demo.staff import Staff
from guanai.demo.wording import tell

NONE, GREEN, YELLOW, RED = ORDER = ("解除", "绿", "黄", "红")
#: The six groups of children for whom a level is considered.
_GROUPS = frozenset(
    {
        "单亲或父母离异", "重组家庭", "留守", "家庭重大变故", "家庭经济困难", "残疾", "随班就读", "先天性或慢性疾病", "学习困难", "离家出走经历", "不良行为",
        "严重不良行为",
    }
)  # fmt: skip
_GRAVE = frozenset({"离家出走经历", "严重不良行为"})


@dataclass(frozen=True, slots=True)
class Level:
    """One decision about a child's level."""

    id: str
    level: str
    day: date
    triggers: tuple[str, ...]
    reason: str
    decided_by: str
    reviewed_by: str = ""
    meeting: str = ""
    owner: str = ""
    before: str = ""
    review_on: date | None = None


#: Days and ids of the review meetings (月研判会) so far.
Reviews = Sequence[tuple[date, str]]


def invent_levels(  # noqa: PLR0913 -- what decides them
    setting: Setting,
    child: Child,
    staff: Staff,
    reviews: Reviews,
    dropout: Dropout | None,
    left: date | None,
) -> tuple[Level, ...]:
    """Return a child's levels, oldest first; empty for a child nobody put forward.

    ``left``: from when on the child is away and nobody speaks of its level, None while it belongs here.
    """
    dice = setting.dice("level", child.number)
    chance = 0.68 if _GROUPS.intersection(child.kinds) else 0.15
    if not child.is_special or (dropout is None and not dice.chance(chance)):
        return ()
    make = _Maker(setting, child, staff, dice, is_dropout=dropout is not None)
    steps = sorted(_steps(setting, child, dice, reviews, dropout), key=lambda step: step[0])
    for day, level, meeting in steps:
        if left is None or day < left:
            make.add(day, level, meeting)
    return tuple(make.made)


def level_on(levels: Sequence[Level], day: date) -> str:
    """Return the level in force on a day, 解除 where there is none."""
    held = [each.level for each in levels if each.day <= day]
    return held[-1] if held else NONE


#: A day, the level from then on, and the meeting that decided it ("" where none did).
_Step = tuple[date, str, str]


def _steps(
    setting: Setting, child: Child, dice: Dice, reviews: Reviews, dropout: Dropout | None
) -> Iterator[_Step]:
    level = (
        YELLOW
        if _GRAVE.intersection(child.kinds)
        else dice.weighted(((GREEN, 6.0), (YELLOW, 3.4), (RED, 0.3)))
    )
    first = _first_day(setting, child, dice)
    if dropout:
        if first < dropout.triggered:
            yield first, GREEN, ""
        yield from _dropout_steps(dropout, reviews)
        return
    open_reviews = [(day, meeting) for day, meeting in reviews if day > first]
    if level == RED and open_reviews:
        day, meeting = open_reviews.pop(0)
        yield day, RED, meeting
    else:
        level = YELLOW if level == RED else level
        yield first, level, ""
    for day, meeting in open_reviews:
        changed = _changed(level, dice)
        if changed != level:
            level = changed
            yield day, level, meeting


def _dropout_steps(dropout: Dropout, reviews: Reviews) -> Iterator[_Step]:
    yield dropout.triggered, RED, ""
    if dropout.returned:
        calmer = [each for each in reviews if each[0] > dropout.returned]
        yield from ((day, YELLOW, meeting) for day, meeting in calmer[-1:])


def _first_day(setting: Setting, child: Child, dice: Dice) -> date:
    last = setting.last_term
    if child.filed_on < last.begins and dice.chance(0.35):
        return last.days[dice.number(8, len(last.days) - 12)]
    days = [day for day in setting.days if day >= child.filed_on]
    return days[min(dice.number(9, 13), len(days) - 1)]


def _changed(level: str, dice: Dice) -> str:
    up, down = {GREEN: (0.06, 0.05), YELLOW: (0.02, 0.12), RED: (0.0, 0.4), NONE: (0.02, 0.0)}[level]
    place = ORDER.index(level)
    if dice.chance(up):
        return ORDER[place + 1]
    return ORDER[place - 1] if dice.chance(down) else level


class _Maker:
    """Writes levels one after another."""

    def __init__(self, setting: Setting, child: Child, staff: Staff, dice: Dice, *, is_dropout: bool) -> None:
        self.made: list[Level] = []
        self._is_dropout = is_dropout
        self._setting, self._child, self._staff, self._dice = setting, child, staff, dice

    def add(self, day: date, level: str, meeting: str) -> None:
        before = self.made[-1].level if self.made else ""
        if level == before:
            return
        made = ids.new_id("W", on=day, taken={each.id for each in self.made}, rng=self._dice.random)
        leader = self._staff.leader
        needs_second = not meeting and (level == RED or (before and ORDER.index(level) < ORDER.index(before)))
        self.made.append(
            Level(
                made,
                level,
                day,
                self._triggers(level),
                self._dice.pick(_REASONS["升" if _rises(before, level) else "降" if before else level]),
                leader["分管副校长"],
                leader["校长"] if needs_second else "",
                meeting,
                {RED: leader["校长"], YELLOW: leader["分管副校长"]}.get(
                    level, self._staff.grade_head[self._child.plan.grade_id]
                ),
                before,
                self._review_on(day) if level != NONE else None,
            )
        )

    def _review_on(self, day: date) -> date | None:
        term = self._setting.term
        wished = date(day.year + day.month // 12, day.month % 12 + 1, 25)
        return term.at_or_before(wished) if term.begins <= day and wished <= term.ends else None

    def _triggers(self, level: str) -> tuple[str, ...]:
        if level == NONE:
            return ()
        if level == RED and self._is_dropout:
            return ("连续三个上课日未到校", "与监护人联系不上或不配合")
        slots = {"科": self._child.weak, "家人": self._child.family.carer.relation}
        banks = [KINDS[word].triggers for word in self._child.kinds if KINDS[word].triggers]
        told = [tell(self._dice, self._dice.pick(bank), slots) for bank in banks]
        return tuple(dict.fromkeys(told[:2])) or ("教师提名，近期需要多关注",)


def _rises(before: str, level: str) -> bool:
    return bool(before) and ORDER.index(level) > ORDER.index(before)


_REASONS: Mapping[str, tuple[str, ...]] = {
    GREEN: (
        "学期初排查，总体平稳，按绿色落实关注措施。", "班主任提名，风险较低，先以家校联系和进步卡片为主。", "情形已有一段时间，孩子适应较好，保持关注。",
        "任课教师反映近来略有波动，先列绿色，下月再看。", "家里照看基本到位，由年级组长落实关注。", "到校稳定，学业上需要多鼓励，列为绿色。",
    ),
    YELLOW: (
        "多项情形叠加，学业和照护都要支持，列入黄色跟进。", "近期到校和情绪有波动，经商议列为黄色。", "任课教师和班主任都提出需要帮扶，先按黄色落实每周辅导。",
        "家校联系间隔偏长，课业跟不上，需要分管领导跟进。", "连续几周作业和出勤不理想，单靠班级力量不够。", "家里照护力量不足，学业有落下的苗头，列为黄色。",
    ),
    RED: ("到校很不稳定，辍学风险高，由校长督办。", "家校联系多次落空，须立即上门并报校长督办。", "已有离校的苗头，须立即采取措施。"),
    "升": ("近期情况有变化，原有措施不够，上调一级。", "出现新的风险，经研判上调并加强跟进。", "措施落实后仍无好转，上调等级，增加人手。"),
    "降": ("措施落实到位，近一个月平稳，下调一级继续观察。", "到校和学业都有好转，经研判下调。", "家校配合好，孩子状态稳定，下调后保持联系。"),
}  # fmt: skip
