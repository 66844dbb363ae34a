"""预警: the level that signs suggest. The decision is always a person's, with a reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from guanai.rules.derived import labels_of
from guanai.rules.facts import ChildFacts
from guanai.rules.signs import Sign, Weight, looked_at
from guanai.rules.thresholds import EDITION, Thresholds, house_thresholds

#: Levels, lowest first; 解除 is none.
LEVELS: Final = ("解除", "绿", "黄", "红")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level put forward for a person to decide on.

    Attributes:
        level: 红, 黄, 绿 or 解除.
        current: the level in force.
        signs: why.
        version: edition of the rules, and of the school's own figures.
    """

    student: str
    level: str
    current: str
    signs: tuple[Sign, ...]
    version: str = EDITION

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it; “no sign” says something of every field that was looked at."""
        own = labels_of("student", "预警", "等级").union(*(sign.labels for sign in self.signs))
        return own if self.is_rise else own | looked_at()

    @property
    def is_rise(self) -> bool:
        """Whether it would be a higher level than the one in force."""
        return LEVELS.index(self.level) > LEVELS.index(self.current)

    @property
    def needs(self) -> str:
        """What the decision needs beside a reason, in words."""
        if LEVELS.index(self.level) < LEVELS.index(self.current):
            return "调低等级须经会议研判，或者由第二人复核。"
        return "红色须经会议研判，或者由第二人复核。" if self.level == LEVELS[-1] else ""


def propose(
    child: ChildFacts, found: Sequence[Sign], on: date, using: Thresholds | None = None
) -> Proposal | None:
    """Return the level that signs suggest where it differs from the one in force, None where it does not.

    Rules are for children of the six groups, for those with a level, and for those in whom something happened; for
    all others there are no signs, and so no proposal. A higher level is proposed for a grave sign, or for one that came
    after the last decision: what was known then has been weighed. A lower level is proposed one step at a time, once
    the present one has stood for `Thresholds.recent_days`.

    Args:
        child: the child.
        found: its signs; those that the reader may not see have been left out.
        on: the day.
        using: the figures; None for those of the house.
    """
    using = using or house_thresholds()
    standing = child.level_on(on)
    current = standing.level if standing else LEVELS[0]
    level = suggested(found)
    if level == current:
        return None
    if LEVELS.index(level) < LEVELS.index(current):
        level = LEVELS[LEVELS.index(current) - 1]
        is_ripe = standing is None or on - standing.days.begins >= timedelta(days=using.recent_days)
    else:
        decided = max(
            (each.at[:10] for each in child.done("预警") if each.at[:10] <= on.isoformat()), default=""
        )
        is_ripe = any(sign.weight is Weight.GRAVE or sign.since.isoformat() > decided for sign in found)
    if not is_ripe:
        return None
    return Proposal(child.id, level, current, tuple(found), using.version)


def suggested(found: Collection[Sign]) -> str:
    """Return the level that signs suggest.

    A grave sign is 红; a serious one beside another sign, two serious ones, or three groups are 黄; any sign is 绿.
    """
    weights = [sign.weight for sign in found]
    if Weight.GRAVE in weights:
        return "红"
    if Weight.SERIOUS in weights and len(weights) > 1:
        return "黄"
    if len(weights) >= 3:
        return "黄"
    return "绿" if weights else LEVELS[0]


def uncontacted(
    child: ChildFacts, found: Sequence[Sign], on: date, using: Thresholds | None = None
) -> tuple[Sign, ...]:
    """Return a child's signs where there are many and nobody has been in touch lately, else nothing.

    Args:
        child: the child.
        found: its signs.
        on: the day.
        using: the figures; None for those of the house.
    """
    using = using or house_thresholds()
    since = (on - timedelta(days=using.recent_days)).isoformat()
    touched = any(
        happening.at[:10] <= on.isoformat() for word in CONTACTS for happening in child.done(word, since)
    )
    return tuple(found) if len(found) >= using.signs and not touched else ()


#: What counts as being in touch with the child or its family.
CONTACTS: Final = (
    "谈话",
    "家访",
    "校访",
    "跟踪",
    "联系监护人",
    "结对谈心",
    "心理疏导",
    "家庭教育指导",
    "亲情联系",
)
