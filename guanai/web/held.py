"""A change that waits for a second person, in words: that it is kept, for whom it waits, and that nothing is left to do."""

import re

from guanai.access import actor_on
from guanai.access.widening import APPROVERS
from guanai.ids import STUDENT_ID
from guanai.saving import Held
from guanai.web.naming import units_named
from guanai.web.pages.students import pupils
from guanai.web.visitor import Visitor

_STAFF = re.compile(r"T-[2-9A-HJ-NP-Z]{4}")
_ANYBODY = "另一位校长或分管副校长"


def held_words(visitor: Visitor, held: Held) -> str:
    """Return what somebody is told whose change was kept, not saved."""
    gains = "；".join(named(visitor, each, is_children=visitor.is_approver) for each in held.gains)
    return (
        f"已经记下，还没有生效：这样改会有人看到更多（{gains}），要等{_confirmers(visitor)}在“申请”页上确认，"
        "确认以后自动生效。您不用再做什么；不想改了，可以在“申请”页上收回。"
    )


def named(visitor: Visitor, sentence: str, *, is_children: bool) -> str:
    """Return a sentence with the names of staff, classes and grades, and of children, in place of their ids."""
    staff = visitor.workspace.snapshot.staff
    told = _STAFF.sub(lambda found: staff[found[0]].name if found[0] in staff else found[0], sentence)
    told = units_named(told, visitor.edition.context, visitor.on)
    if not is_children or not STUDENT_ID.search(told):
        return told
    names = {each.id: each.name for each in pupils(visitor)}
    return STUDENT_ID.sub(lambda found: f"{names.get(found[0], '')}（{found[0]}）", told)


def _confirmers(visitor: Visitor) -> str:
    """Return who may confirm a change of this person, by name: ``郑怀远（校长）或苏佩兰（分管副校长）``."""
    others = (each for each in visitor.workspace.snapshot.staff.values() if each.id != visitor.staff_id)
    found = [
        f"{person.name}（{post.role}）"
        for person in others
        for post in actor_on(person, visitor.on).posts
        if post.role in APPROVERS
    ]
    return "或".join(found) or _ANYBODY
