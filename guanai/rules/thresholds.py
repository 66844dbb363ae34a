"""Thresholds of warning signs: figures of ours in the house rules, which a school may change like any clause."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Final

from guanai.errors import Invalid
from guanai.figures import read_number
from guanai.model.policy import Policy
from guanai.rules.house import house_rules

#: Id of the clause whose 参数 hold them.
CLAUSE: Final = "预警建议"
#: Edition of the rules in `guanai.rules.signs`; a proposal names it, so that an old one can be read as it was meant.
EDITION: Final = "预警规则 2026-11"

_FIGURE: Final = re.compile(r"([0-9]+|[零一二两三四五六七八九十百]+)(?:个?(?:上课日|自然日|天|次|项|分))?")


class UnreadableThreshold(Invalid):
    """A figure of the clause that is no number."""

    def __init__(self, policy: str, word: str, text: str) -> None:
        super().__init__(
            f"《{policy}》“{CLAUSE}”的参数“{word}”写作“{text}”，程序读不懂；请写成 3次、30天、60分 的样子。"
        )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When something becomes a sign.

    Attributes:
        recent_days: days of the calendar in which an incident counts and a contact is asked for; a level stands
            as long before a lower one is proposed.
        leaving_days: days of the calendar in which having left the home counts.
        absence_days: school days that are looked back over for absences.
        absent: days without leave among them.
        slips: times late or gone early among them.
        failed: unit tests in a row.
        pass_mark: points of a hundred below which a test counts as failed.
        signs: how many make a child one of many signs.
        version: edition of the rules, and of the figures where the school has its own.
    """

    recent_days: int
    leaving_days: int
    absence_days: int
    absent: int
    slips: int
    failed: int
    pass_mark: int
    signs: int
    version: str = EDITION

    @property
    def pass_share(self) -> float:
        """Share of the full score below which a test counts as failed."""
        return self.pass_mark / 100


#: What each is called among the clause's 参数.
_WORDS: Final[Mapping[str, str]] = {
    "近期": "recent_days",
    "离家近期": "leaving_days",
    "考勤范围": "absence_days",
    "缺勤": "absent",
    "迟到早退": "slips",
    "不及格": "failed",
    "及格线": "pass_mark",
    "迹象": "signs",
}


@cache
def house_thresholds() -> Thresholds:
    """Return the figures that come with the program."""
    return thresholds_of(())


def thresholds_of(policies: Iterable[Policy]) -> Thresholds:
    """Return the figures of a school's policies; what none of them names is as in the house rules.

    Raises:
        UnreadableThreshold: one of them is no number.
    """
    found: dict[str, int] = {}
    for policy in (*policies, house_rules()):
        for word, text in _parameters(policy).items():
            if word in _WORDS:
                found.setdefault(_WORDS[word], _read(policy.name, word, text))
    made = Thresholds(
        recent_days=found["recent_days"],
        leaving_days=found["leaving_days"],
        absence_days=found["absence_days"],
        absent=found["absent"],
        slips=found["slips"],
        failed=found["failed"],
        pass_mark=found["pass_mark"],
        signs=found["signs"],
    )
    return made if _is_house(found) else replace(made, version=f"{EDITION}（{_told(made)}）")


def threshold_problems(policy: Policy) -> list[tuple[str, str]]:
    """Return JSON pointer and Chinese sentence for each figure of a policy that is no number."""
    found = []
    for number, chapter in enumerate(policy.chapters):
        for place, clause in enumerate(chapter.clauses):
            for word, text in (clause.parameters or {}).items() if clause.id == CLAUSE else ():
                try:
                    _read(policy.name, word, text)
                except UnreadableThreshold as error:
                    found.append((f"/章/{number}/条/{place}/参数/{word}", str(error)))
    return found


def _parameters(policy: Policy) -> Mapping[str, str]:
    clauses = (clause for chapter in policy.chapters for clause in chapter.clauses if clause.id == CLAUSE)
    return next((clause.parameters or {} for clause in clauses), {})


def _read(policy: str, word: str, text: str) -> int:
    found = _FIGURE.fullmatch(text.strip())
    number = read_number(found[1]) if found else None
    if not number:
        raise UnreadableThreshold(policy, word, text)
    return number


def _is_house(found: Mapping[str, int]) -> bool:
    own = _parameters(house_rules())
    return all(found[field] == _read("", word, own[word]) for word, field in _WORDS.items())


def _told(made: Thresholds) -> str:
    names = {field: word for word, field in _WORDS.items()}
    values = ((names[each.name], getattr(made, each.name)) for each in fields(made) if each.name in names)
    return "、".join(f"{word} {value}" for word, value in values)
