"""Who answers for a warning level (红→校长, 黄→分管副校长, 绿→年级组长), what they did, and decisions that lack something."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from guanai.access.actor import actor_on
from guanai.grades import grade_of
from guanai.model.care import WarningDecision
from guanai.model.staff import Staff
from guanai.model.student import Student
from guanai.rules.clock import day_of
from guanai.rules.derived import labels_of
from guanai.rules.warning import LEVELS

#: The role that answers for a level.
OWNER_ROLES: Final[Mapping[str, str]] = MappingProxyType({"红": "校长", "黄": "分管副校长", "绿": "年级组长"})

_SCHOOL: Final = "全校"


@dataclass(frozen=True, slots=True)
class Supervision:
    """What the owner of a level did (督办) since it stands.

    Attributes:
        warning: id of the decision in force.
        owner: staff id: as decided, else who holds the post; "" for a vacancy.
        entries: ids of the owner's records of it, oldest first.
        last_on: day of the last one, None where there is none.
    """

    student: str
    warning: str
    level: str
    owner: str
    since: date
    entries: tuple[str, ...]
    last_on: date | None

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it."""
        return labels_of("student", "预警", "等级")


@dataclass(frozen=True, slots=True)
class DecisionGap:
    """A decision on a level that lacks something."""

    student: str
    warning: str
    message: str

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it."""
        return labels_of("student", "预警", "等级")


def standing(decisions: Sequence[WarningDecision], on: date) -> WarningDecision | None:
    """Return the decision in force on a day, None where there is no level."""
    made = [each for each in decisions if each.dated_on is not None and each.dated_on <= on]
    last = max(enumerate(made), key=lambda item: (item[1].dated_on or date.min, item[0]), default=(0, None))[
        1
    ]
    return None if last is None or last.level == LEVELS[0] else last


def holder(role: str, class_id: str, staff: Staff, on: date) -> str:
    """Return who holds a post over a class on a day: acting people first, "" for a vacancy."""
    scopes = (_SCHOOL, grade_of(class_id), class_id)
    found = [
        (not post.is_acting, person.id)
        for person in staff.people
        for post in actor_on(person, on).posts
        if post.role == role and post.scope in scopes
    ]
    return min(found, default=(True, ""))[1]


def owner_of(level: str, class_id: str, staff: Staff, on: date) -> str:
    """Return who answers for a level: the holder of its post, else the grade head, "" where both are vacant."""
    role = OWNER_ROLES.get(level, "")
    return (holder(role, class_id, staff, on) or holder("年级组长", class_id, staff, on)) if role else ""


def supervision(student: Student, class_id: str, staff: Staff, on: date) -> Supervision | None:
    """Return how the level of a child is looked after, None where there is no level."""
    decision = standing(student.warnings, on)
    if decision is None or decision.dated_on is None:
        return None
    since = decision.dated_on
    owner = decision.owner or owner_of(decision.level, class_id, staff, on)
    made = sorted(
        (day_of(each.at), each.id or "")
        for each in student.entries
        if each.kind == "督办"
        and each.at is not None
        and since <= day_of(each.at) <= on
        and each.warning in (None, decision.id)
    )
    return Supervision(
        student.id,
        decision.id or "",
        decision.level,
        owner,
        since,
        tuple(item for _, item in made),
        made[-1][0] if made else None,
    )


def decision_gaps(student: Student, class_id: str, staff: Staff) -> tuple[DecisionGap, ...]:
    """Return what the decisions on a child's level lack: a reason, a second person or a meeting, the right owner."""
    before: Sequence[WarningDecision | None] = (None, *student.warnings)
    return tuple(
        DecisionGap(student.id, after.id or "", sentence)
        for previous, after in pairwise(before)
        if after is not None
        for sentence in _decision(previous, after, class_id, staff)
    )


def _decision(
    previous: WarningDecision | None, after: WarningDecision, class_id: str, staff: Staff
) -> Iterator[str]:
    if not after.reason.strip():
        yield "没有写理由；等级由人决定，请写明为什么。"
    second = after.reviewed_by if after.reviewed_by != after.decided_by else None
    is_backed = bool(after.meeting or second)
    is_lower = previous is not None and LEVELS.index(after.level) < LEVELS.index(previous.level)
    if is_lower and not is_backed:
        yield "调低等级，没有写会议，也没有第二人复核；请补上。"
    elif after.level == "红" and not is_backed:
        yield "列为红色，没有写会议，也没有第二人复核；请补上。"
    role = OWNER_ROLES.get(after.level)
    if (
        role
        and after.owner
        and after.dated_on
        and not _may_own(after.owner, role, class_id, staff, after.dated_on)
    ):
        yield f"{after.level}色预警的责任人应是{role}；请核对责任人。"


def _may_own(who: str, role: str, class_id: str, staff: Staff, on: date) -> bool:
    posts = [post for person in staff.people if person.id == who for post in actor_on(person, on).posts]
    scopes = (_SCHOOL, grade_of(class_id), class_id)
    is_vacant = not holder(role, class_id, staff, on)
    return any(
        post.scope in scopes and (post.role == role or (is_vacant and post.role == "年级组长"))
        for post in posts
    )
