"""The three levels of 劝返 in the figures of the adopted policy: who goes, by when, with what, and how far a school may go.

A school persuades, offers help and reports. Papers that oblige a family are the township's and the bureau's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from guanai import figures
from guanai.clauses import assignments
from guanai.figures import Limit, Unit
from guanai.model.policy import Duty, Policy
from guanai.rules.thresholds import Thresholds, thresholds_of
from guanai.rules.truancy import REFUSING, UNREACHED


class Level(StrEnum):
    """The three levels of persuasion."""

    FIRST = "一级"
    SECOND = "二级"
    THIRD = "三级"


#: The levels, lowest first.
ORDER: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One level as the policy has it.

    Attributes:
        owners: roles; the first leads.
        limit: how soon, from the trigger or from the failure of the level before.
        fields: what its record must hold (要素).
        papers: what goes along.
        others: who outside the school takes part.
        authority: what the school may do here, and what is not its to do.
    """

    level: Level
    owners: tuple[str, ...]
    limit: Limit
    fields: tuple[str, ...]
    papers: tuple[str, ...]
    others: str
    authority: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures of persuasion.

    Attributes:
        trigger_days: school days in a row (触发天数).
        trigger_results: what the calls brought (触发条件); empty where absence alone is enough.
        levels: the three levels.
        stable_days: school days without unexcused absence that make a return stable.
        thresholds: when something is a sign of warning.
    """

    trigger_days: int
    trigger_results: tuple[str, ...]
    levels: Mapping[Level, LevelRule]
    stable_days: int
    thresholds: Thresholds


def rules_of(policies: Iterable[Policy]) -> Rules:
    """Return the figures of persuasion of the adopted policies; what none has keeps the source's or ours."""
    held = tuple(policies)
    duties = [assignment.duty for policy in held for assignment in assignments(policy)]
    start = next((duty for duty in duties if duty.trigger_days), None)
    stable = next((duty for duty in duties if duty.starts_from == "复学" and duty.limit), None)
    return Rules(
        figures.read_days(start.trigger_days) if start and start.trigger_days else 3,
        start.trigger_results if start else (UNREACHED, REFUSING),
        MappingProxyType({level: _level_rule(level, duties, start) for level in Level}),
        _stable_days(stable),
        thresholds_of(held),
    )


_LIMITS: Final[Mapping[Level, Limit]] = MappingProxyType(
    {
        Level.FIRST: Limit(24, Unit.HOUR),
        Level.SECOND: Limit(3, Unit.SCHOOL_DAY),
        Level.THIRD: Limit(1, Unit.SCHOOL_DAY),
    }
)
_AFTER: Final[Mapping[str, Level]] = MappingProxyType(
    {"劝返触发": Level.FIRST, "一级未果": Level.SECOND, "二级未果": Level.THIRD}
)
_OWNERS: Final[Mapping[Level, tuple[str, ...]]] = MappingProxyType(
    {
        Level.FIRST: ("班主任", "科任教师"),
        Level.SECOND: ("分管副校长", "年级组长", "班主任"),
        Level.THIRD: ("校长",),
    }
)
_PAPERS: Final[Mapping[Level, tuple[str, ...]]] = MappingProxyType(
    {
        Level.FIRST: ("义务教育法节选", "在校表现资料", "劝返记录表"),
        Level.SECOND: ("义务教育法节选", "劝返记录表", "劝学通知书", "送达回证"),
        Level.THIRD: ("书面报告", "历次劝返记录"),
    }
)
_OTHERS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.FIRST: "",
        Level.SECOND: "村（居）委会干部",
        Level.THIRD: "乡镇人民政府（街道办事处）主导，县级教育行政部门参加",
    }
)
_AUTHORITY: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.FIRST: "学校可以上门讲明法律、听取困难、商量办法；不签字也可以，注明情况并请见证人签字。",
        Level.SECOND: "学校可以提出帮扶办法、送交劝学通知书并取回送达回证；通知书只告知和劝说，不设处理措施。",
        Level.THIRD: "学校书面报告并提供材料；督促返校的文书由乡镇人民政府（街道办事处）和县级教育行政部门出具，"
        "学校只协助送达、登记备查。",
    }
)


def _level_rule(level: Level, duties: Sequence[Duty], start: Duty | None) -> LevelRule:
    own = [duty for duty in duties if _AFTER.get(duty.starts_from or "") is level and not duty.trigger_days]
    limited = [duty for duty in own if duty.limit]
    if level is Level.FIRST and start is not None and not limited:
        limited = [start]
    duty = next(iter(own), None)
    limit = next((figures.read_limit(each.limit) for each in limited if each.limit), _LIMITS[level])
    return LevelRule(
        level,
        duty.owner if duty else _OWNERS[level],
        limit,
        duty.fields if duty else (),
        _PAPERS[level],
        _OTHERS[level],
        _AUTHORITY[level],
    )


def _stable_days(duty: Duty | None) -> int:
    limit = figures.read_limit(duty.limit) if duty and duty.limit else Limit(30, Unit.SCHOOL_DAY)
    # Whoever writes weeks means school weeks.
    return limit.amount * {Unit.WEEK: 5, Unit.MONTH: 20}.get(limit.unit, 1)
