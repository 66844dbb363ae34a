"""What one person may do with one record of any kind: the labels for each action, and the posts that count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from guanai.access.actor import Actor
from guanai.access.clearance import Label, within_floor
from guanai.access.decide import Action, Child, Decision, Gathering, covers, decide, decide_gathering
from guanai.access.spots import entrusted
from guanai.model.access import Access

_LEVELS_IN_FORCE = ("红", "黄", "绿")
_SCHOOL = "全校"
_OF_A_CLASS = re.compile(r"[PJ][0-9]{4}(-[0-9]{2})?")

#: Records of the whole school, who keeps them, and with which labels (*ours*; the sources are silent). Nobody else
#: changes them; the administrator keeps accounts and never sees why a child is in access.yml.
CARETAKERS: Mapping[str, Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        kind: {role: frozenset(labels) for role in roles}
        for kind, roles, labels in (
            ("school", ("校长", "分管副校长", "教务主任", "学籍管理员", "系统管理员"), ()),
            ("staff", ("校长", "系统管理员"), (Label.TEACHING, Label.CARE)),
            ("access", ("校长", "分管副校长"), (Label.TEACHING, Label.CARE)),
            ("calendar", ("校长", "分管副校长", "教务主任"), ()),
            ("policy", ("校长", "分管副校长", "德育主任"), ()),
        )
    }
)
_ADMINISTRATOR = "系统管理员"
#: Kinds that everyone who holds a post may read.
_OPEN = frozenset({"policy", "calendar", "school"})
_OUTSIDERS = frozenset({"家长代表"})
#: What the person who holds a meeting or an activity, or writes it down, may put into its record.
_HOST = frozenset({Label.TEACHING, Label.CARE})


@dataclass(frozen=True, slots=True)
class Powers:
    """Which labels one person holds over one record.

    Attributes:
        staff: the person's id.
        sees: labels for reading; None where nothing of the record may be seen.
        appends: labels for adding list items.
        edits: labels for any other change.
        roles: the roles whose posts reach this record.
        held: every role held that day, wherever.
        is_entrusted: the record is a meeting that named the person in a decision: what came of that is the person's
            to write, even where nothing of the meeting may be seen.
    """

    staff: str
    sees: frozenset[str] | None
    appends: frozenset[str] | None
    edits: frozenset[str] | None
    roles: frozenset[str]
    held: frozenset[str]
    is_entrusted: bool = False

    def labels(self, action: Action) -> frozenset[str] | None:
        """Return the labels for an action; None where it is not allowed at all."""
        return {Action.SEE: self.sees, Action.APPEND: self.appends, Action.EDIT: self.edits}[action]


def powers_over(actor: Actor, kind: str, data: Mapping[str, Any], access: Access, *, on: date) -> Powers:
    """Return what a person may do with a record.

    Args:
        actor: the person with the posts of the day.
        kind: the record's kind.
        data: the whole record, or what is known of a new one.
        access: the school's access.yml.
        on: the day.
    """
    found = {}
    for action in Action:
        verdict = decide_record(actor, action, kind, data, access, on=on)
        found[action] = verdict.labels if verdict.allowed else None
    child = _subject(kind, data, on)
    return Powers(
        staff=actor.staff,
        sees=found[Action.SEE],
        appends=found[Action.APPEND],
        edits=found[Action.EDIT],
        roles=frozenset(post.role for post in actor.posts if covers(post, child)),
        held=frozenset(post.role for post in actor.posts),
        is_entrusted=kind == "meeting" and bool(actor.posts) and any(entrusted(data, actor.staff)),
    )


def decide_record(  # noqa: PLR0913 -- one argument a fact of the question
    actor: Actor, action: Action, kind: str, data: Mapping[str, Any], access: Access, *, on: date
) -> Decision:
    """Tell what a person may do with a record of any kind; default deny.

    Source: ours; the sources say who acts, not who sees.
    """
    if kind == "student":
        return decide(actor, action, child_of(data, on), access, on=on)
    if kind in CARETAKERS:
        return _kept(actor, action, kind, access, on)
    if kind == "meeting" and action is Action.SEE:
        return decide_gathering(actor, gathering_of(data), access)
    verdict = decide(actor, action, _subject(kind, data, on), access, on=on)
    if _is_host(actor, kind, data):
        return Decision(allowed=True, reason=f"由本人{_DOING[action]}", labels=verdict.labels | _HOST)
    if not verdict.allowed:
        return Decision(allowed=False, reason=f"您今天的任职不含{_DOING[action]}这份记录的权限。")
    if kind == "counseling" and Label.PSYCHOLOGY not in verdict.labels:
        return Decision(allowed=False, reason=f"心理档案只有心理健康教师可以{_DOING[action]}。")
    return verdict


_DOING = {Action.SEE: "查看", Action.APPEND: "添写", Action.EDIT: "改动"}


def child_of(data: Mapping[str, Any], on: date) -> Child:
    """Return what the rules need of a child's record: the class of a day, or the last one before it."""
    today = on.isoformat()
    stays = data.get("学籍", [])
    begun = [stay for stay in stays if stay["起"] <= today] or stays[:1]
    warned = [item for item in data.get("预警", []) if item["日期"] <= today]
    # Items may stand in any order; of two of one day the lower in the file is the later.
    stay = sorted(begun, key=itemgetter("起"))[-1:]
    level = sorted(warned, key=itemgetter("日期"))[-1:]
    return Child(
        id=data["编号"],
        class_id=stay[0]["班级"] if stay else "",
        has_level=bool(level) and level[0]["等级"] in _LEVELS_IN_FORCE,
    )


def gathering_of(data: Mapping[str, Any]) -> Gathering:
    """Return what the rules need of a meeting's record."""
    return Gathering(data.get("范围", _SCHOOL), data["主持人"], data["记录人"])


def _subject(kind: str, data: Mapping[str, Any], on: date) -> Child:
    """Return whom a record speaks of: a child, all of a class or grade, or the whole school."""
    if kind == "student":
        return child_of(data, on)
    scope = data.get("班级") if kind in ("attendance", "screening") else data.get("范围")
    is_part = isinstance(scope, str) and _OF_A_CLASS.fullmatch(scope) is not None
    return Child(id="", class_id=str(scope) if is_part and kind != "decision" else "")


def _kept(actor: Actor, action: Action, kind: str, access: Access, on: date) -> Decision:
    keepers = CARETAKERS[kind]
    labels = [keepers[post.role] for post in actor.posts if post.role in keepers and post.scope == _SCHOOL]
    if kind == "access" and any(post.role == _ADMINISTRATOR for post in actor.posts):
        labels.append(frozenset())
    if labels:
        return Decision(allowed=True, reason="按职务管理", labels=frozenset[str]().union(*labels))
    if action is not Action.SEE:
        keeping = "、".join((*keepers, *((_ADMINISTRATOR,) if kind == "access" else ())))
        return Decision(allowed=False, reason=f"这份记录只由{keeping}改动。")
    if kind in _OPEN:
        is_staff = any(post.role not in _OUTSIDERS for post in actor.posts)
        return Decision(allowed=is_staff or (kind == "policy" and bool(actor.posts)), reason="对教职工公开。")
    return decide(actor, action, Child("", ""), access, on=on)


def _is_host(actor: Actor, kind: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a person who works with children holds a meeting or an activity, or writes it down."""
    hosts = {"meeting": ("主持人", "记录人"), "activity": ("组织者",)}.get(kind, ())
    is_at_work = any(within_floor(post.role, _HOST) for post in actor.posts)
    return is_at_work and actor.staff in [data.get(key) for key in hosts]
