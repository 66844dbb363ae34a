"""The one verdict behind every door: default deny, always with a reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guanai.access.actor import Actor
from guanai.access.clearance import Label, within_floor
from guanai.grades import grade_of
from guanai.model.access import Access, Role
from guanai.model.staff import Assignment

_SCHOOL = "全校"
#: What 只看 says of a post that is told the counts of the whole school.
_COUNTS = ("汇总", "有无档案")


class Action(StrEnum):
    """What someone wants to do with a record."""

    SEE = "看"
    APPEND = "追加"
    EDIT = "改"


@dataclass(frozen=True, slots=True)
class Child:
    """What the rules need to know of a child.

    Attributes:
        id: the file's id.
        class_id: the class of today, or the last one.
        has_level: whether a warning level 红, 黄 or 绿 is in force.
    """

    id: str
    class_id: str
    has_level: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict: which labels it opens, and why; nobody's name stands in the reason."""

    allowed: bool
    reason: str
    labels: frozenset[str] = frozenset()


def decide(actor: Actor, action: Action, child: Child, access: Access, *, on: date) -> Decision:
    """Tell what a person may do with a child's file.

    Args:
        actor: the person with the posts of the day.
        action: see, append or edit.
        child: the file asked for.
        access: the school's access.yml.
        on: the day, for grants that end.
    """
    opened = [*_by_post(actor, action, child, access), *_by_grant(actor, action, child, access, on)]
    labels = frozenset[str]().union(*(found for found, _ in opened))
    if not labels:
        return Decision(allowed=False, reason=f"您今天的任职不含{_DOING[action]}这名学生档案的权限。")
    return Decision(allowed=True, reason="；".join(dict.fromkeys(why for _, why in opened)), labels=labels)


class Verdicts:
    """Verdicts of one person, for one action on one day, over many children.

    Children who differ in nothing that counts share one: beside class and level only the id of a child that a post
    or a grant names.
    """

    def __init__(self, actor: Actor, action: Action, access: Access, *, on: date) -> None:
        """Take what `decide` takes, but for the child."""
        self._actor, self._action, self._access, self._on = actor, action, access, on
        self._named = {post.scope for post in actor.posts} | {grant.student for grant in access.grants}
        self._known: dict[tuple[str, bool, str], Decision] = {}

    def over(self, child: Child) -> Decision:
        """Return what `decide` says of a child."""
        key = (child.class_id, child.has_level, child.id if child.id in self._named else "")
        found = self._known.get(key)
        if found is None:
            found = decide(self._actor, self._action, child, self._access, on=self._on)
            self._known[key] = found
        return found


_DOING = {Action.SEE: "查看", Action.APPEND: "添写", Action.EDIT: "改动"}


def _by_post(
    actor: Actor, action: Action, child: Child, access: Access
) -> Iterator[tuple[frozenset[str], str]]:
    roles = {role.role: role for role in access.roles}
    for post in actor.posts:
        role = roles.get(post.role)
        if role is None or role.sees_only or not covers(post, child):
            continue
        labels = within_floor(post.role, _labels(role, post, action, child))
        if labels:
            yield labels, f"{post.role}（{post.scope}）"


def covers(post: Assignment, child: Child) -> bool:
    """Tell whether a post's scope holds a child: the school, the grade, the class or the child itself."""
    return post.scope in (_SCHOOL, grade_of(child.class_id), child.class_id, child.id)


def _labels(role: Role, post: Assignment, action: Action, child: Child) -> frozenset[str]:
    sees = frozenset(role.sees)
    if child.has_level:
        sees |= frozenset(role.sees_with_level)
    if post.scope == child.id:
        sees |= frozenset(role.sees_paired)
    if action is Action.APPEND:
        return sees & frozenset(role.appends)
    if action is Action.EDIT:
        return sees & frozenset(role.edits)
    return sees


def _by_grant(
    actor: Actor, action: Action, child: Child, access: Access, on: date
) -> Iterator[tuple[frozenset[str], str]]:
    if action is not Action.SEE:
        return
    held = {post.role for post in actor.posts}
    for grant in access.grants:
        if grant.staff != actor.staff or grant.student != child.id:
            continue
        if grant.since is None or grant.until is None or not grant.since <= on <= grant.until:
            continue
        labels = frozenset[str]().union(*(within_floor(role, frozenset(grant.sees)) for role in held))
        if labels:
            yield labels, f"特许（至 {grant.until}）"


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the rules need to know of a meeting: whom it was about, who led it and who wrote it down."""

    scope: str
    chair: str
    secretary: str


def decide_gathering(actor: Actor, gathering: Gathering, access: Access) -> Decision:
    """Tell what a person may see of a meeting.

    Everyone who works with children sees the head; who leads or writes the record, or holds a post over the
    meeting's scope, sees what the post's labels open. Whoever holds no post any more sees nothing.
    """
    labels: frozenset[str] = frozenset()
    roles = {role.role: role for role in access.roles}
    for post in actor.posts:
        role = roles.get(post.role)
        held = (
            within_floor(post.role, frozenset(role.sees)) if role and not role.sees_only else frozenset[str]()
        )
        scopes = (gathering.scope, grade_of(gathering.scope), _SCHOOL)
        labels |= held if post.scope in scopes else held & {Label.TEACHING}
    if actor.posts and actor.staff in (gathering.chair, gathering.secretary):
        labels |= {Label.TEACHING, Label.CARE}
    if not labels:
        return Decision(allowed=False, reason="您今天的任职不含查看这次会议的权限。")
    return Decision(allowed=True, reason="按任职和会议范围", labels=labels)


def decide_counts(actor: Actor, access: Access, *, on: date) -> Decision:
    """Tell whether a person may have the counts (汇总) of the whole school, small ones kept back.

    They are for who reads the files of all children, and for posts that are told counts and no child. Whoever reads
    some of the files could take what they know from the totals: a small count of the others would be left.
    """
    whole = decide(actor, Action.SEE, Child("", ""), access, on=on)
    if Label.CARE in whole.labels:
        return whole
    if is_told_counts(actor, access):
        return Decision(allowed=True, reason="任职只看汇总", labels=whole.labels)
    return Decision(allowed=False, reason="您今天的任职不含查看全校汇总数字的权限。")


def is_told_counts(actor: Actor, access: Access) -> bool:
    """Tell whether a post of a person opens the counts of the school, and no child."""
    roles = {post.role for post in actor.posts}
    return any(role.role in roles and (role.sees_only or "").startswith(_COUNTS) for role in access.roles)
