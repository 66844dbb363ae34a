"""Children who stayed away, and the persuasion (劝返) that followed: the days, not yet the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guanai.demo.children import Child
from guanai.demo.setting import Setting

#: Below this size nobody stays away.
_FROM_SIZE = 100
_SHARE = 0.004
_LEAST = 3
#: Circumstances that may lead to staying away.
_LEADING = frozenset(
    {
        "学习困难",
        "不良行为",
        "严重不良行为",
        "离家出走经历",
        "留守",
        "家庭经济困难",
        "家庭重大变故",
        "单亲或父母离异",
    }
)


@dataclass(frozen=True, slots=True)
class Dropout:
    """One story of staying away.

    Attributes:
        status: 状态 of today.
        since: first day missed.
        triggered: third school day missed.
        steps: (level, day) of each visit; the first is made on the day of the trigger, well within 24 hours.
        returned: first day back, None while away.
        stable: day that made thirty school days without a gap, None before.
        suspected: day from which the school counts the child as 疑似辍学, None if never.
        is_refusing: the guardians were reached but did not help.
    """

    status: str
    since: date
    triggered: date
    steps: tuple[tuple[str, date], ...]
    returned: date | None = None
    stable: date | None = None
    suspected: date | None = None
    is_refusing: bool = False


def invent_dropouts(setting: Setting, children: Sequence[Child]) -> dict[str, Dropout]:
    """Return the stories by child; empty for a small school or a young term."""
    if len(children) < _FROM_SIZE:
        return {}
    dice = setting.dice("dropout")
    fitting = [
        child
        for child in children
        if child.plan.is_junior and not child.is_newcomer and _LEADING.intersection(child.kinds)
    ]
    chosen = dice.shuffled(fitting)[: max(_LEAST, round(len(children) * _SHARE))]
    makers = [make for make in (_stable, _running, _back, _reported) if make(setting.days) is not None]
    found: dict[str, Dropout] = {}
    for place, child in enumerate(chosen):
        made = makers[place % len(makers)](setting.days) if makers else None
        if made:
            found[child.id] = made
    return found


def _stable(days: Sequence[date]) -> Dropout | None:
    if len(days) < 42:
        return None
    return Dropout(
        "稳定就读",
        days[4],
        days[6],
        (("一级", days[6]), ("一级", days[7])),
        returned=days[8],
        stable=days[37],
    )


def _running(days: Sequence[date]) -> Dropout | None:
    if len(days) < 12:
        return None
    return Dropout("进行中", days[-6], days[-4], (("一级", days[-4]), ("二级", days[-2])), is_refusing=True)


def _back(days: Sequence[date]) -> Dropout | None:
    if len(days) < 28:
        return None
    steps = (("一级", days[-22]), ("二级", days[-20]))
    return Dropout("已返校", days[-24], days[-22], steps, returned=days[-17])


def _reported(days: Sequence[date]) -> Dropout | None:
    if len(days) < 32:
        return None
    steps = (("一级", days[-26]), ("二级", days[-24]), ("二级", days[-22]), ("三级", days[-19]))
    return Dropout("已上报", days[-28], days[-26], steps, suspected=days[-18], is_refusing=True)
