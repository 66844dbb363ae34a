"""Who answers for a warning level (红→校长, 黄→分管副校长, 绿→年级组长), and which decision on it is in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from guanai.model.care import WarningDecision
from guanai.rules.posts import Posts
from guanai.rules.warning import LEVELS

#: The role that answers for a level.
OWNER_ROLES: Final[Mapping[str, str]] = MappingProxyType({"红": "校长", "黄": "分管副校长", "绿": "年级组长"})


def standing(decisions: Sequence[WarningDecision], on: date) -> WarningDecision | None:
    """Return the decision in force on a day, None where there is no level."""
    made = [each for each in decisions if each.dated_on is not None and each.dated_on <= on]
    last = max(enumerate(made), key=lambda item: (item[1].dated_on or date.min, item[0]), default=(0, None))[
        1
    ]
    return None if last is None or last.level == LEVELS[0] else last


def owner_of(level: str, class_id: str, posts: Posts, on: date) -> str:
    """Return who answers for a level: the holder of its post, else who stands in, "" where there is nobody."""
    role = OWNER_ROLES.get(level)
    return next(iter(posts.owners((role,), class_id, on).staff), "") if role else ""
