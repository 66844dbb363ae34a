"""Who may pass a door: each policy a name and a judgement on the visitor and what the address names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from guanai.access import Action, Child, decide, entrusted, powers_over
from guanai.errors import GuanaiError
from guanai.web.visitor import Visitor

#: The parts of an address: ``{"student_id": "S2024-7K3QD"}``.
Params = Mapping[str, str]


class Stage(StrEnum):
    """How far someone must be let in for a policy to be asked."""

    ANYBODY = "anybody"
    ENTERING = "entering"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule for doors.

    Attributes:
        name: stable name, for the matrix of tests.
        judge: tells whether a visitor may pass; asked only of who is let in as far as ``stage``.
        needs: parts of the address that the judge reads; without any, the verdict follows from the person's posts and
            the records, and is worked out once until the next save.
        stage: how far the visitor must be.
    """

    name: str
    judge: Callable[[Visitor, Params], bool]
    needs: tuple[str, ...] = ()
    stage: Stage = Stage.INSIDE

    def allows(self, visitor: Visitor, params: Params) -> bool:
        """Tell whether a visitor may pass; what cannot be judged is refused."""
        try:
            if self.needs:
                return self.judge(visitor, params)
            return visitor.edition.once(self, lambda: self.judge(visitor, params))
        except GuanaiError:
            return False


def _anybody(_: Visitor, __: Params) -> bool:
    return True


def _sees_child(visitor: Visitor, params: Params) -> bool:
    return visitor.edition.decision("student", params["student_id"]).allowed


def _changes_child(visitor: Visitor, params: Params) -> bool:
    return _may_change(visitor, "student", params["student_id"])


def _sees_record(visitor: Visitor, params: Params) -> bool:
    snapshot = visitor.workspace.snapshot
    return visitor.edition.decision(snapshot.find(params["record_id"]), params["record_id"]).allowed


def _changes_record(visitor: Visitor, params: Params) -> bool:
    return _may_change(visitor, visitor.workspace.snapshot.find(params["record_id"]), params["record_id"])


def _is_named(visitor: Visitor, params: Params) -> bool:
    snapshot = visitor.workspace.snapshot
    data = snapshot.mapping("meeting", params["record_id"])
    powers = powers_over(visitor.actor, "meeting", data, snapshot.access, on=visitor.on)
    return powers.is_entrusted and params["item"] in {
        each.get("编号") for each in entrusted(data, visitor.staff_id)
    }


def _may_change(visitor: Visitor, kind: str, record_id: str) -> bool:
    snapshot = visitor.workspace.snapshot
    data = snapshot.mapping(kind, record_id)
    powers = powers_over(visitor.actor, kind, data, snapshot.access, on=visitor.on)
    return powers.sees is not None and (powers.appends is not None or powers.edits is not None)


def _of_class(visitor: Visitor, params: Params) -> bool:
    snapshot, class_id = visitor.workspace.snapshot, params["class_id"]
    if class_id not in {each.id for each in snapshot.school.classes}:
        return False
    child = Child(id="", class_id=class_id)
    return decide(visitor.actor, Action.SEE, child, snapshot.access, on=visitor.on).allowed


def _may_approve(visitor: Visitor, _: Params) -> bool:
    return visitor.is_approver


def _administers(visitor: Visitor, _: Params) -> bool:
    return visitor.is_admin


def _oversees(visitor: Visitor, _: Params) -> bool:
    return visitor.is_admin or visitor.is_approver


def _counsels(visitor: Visitor, _: Params) -> bool:
    return visitor.is_counsellor


#: Anyone, logged in or not: nothing of the school may stand there but its name.
OPEN = Policy("open", _anybody, stage=Stage.ANYBODY)
#: Who has given a password and still has to give a code or choose a new one.
ENTERING = Policy("entering", _anybody, stage=Stage.ENTERING)
#: Everyone who is let in.
SIGNED_IN = Policy("signed-in", _anybody)
#: Who sees anything of a child's file (``student_id``).
CHILD_SEE = Policy("child-see", _sees_child, ("student_id",))
#: Who may add to or change a child's file (``student_id``); each field is judged again when it is saved.
CHILD_EDIT = Policy("child-edit", _changes_child, ("student_id",))
#: Who sees anything of a record of any kind (``record_id``).
RECORD_SEE = Policy("record-see", _sees_record, ("record_id",))
#: Who may add to or change a record of any kind (``record_id``).
RECORD_EDIT = Policy("record-edit", _changes_record, ("record_id",))
#: Whom a meeting named (责任人) in one of its decisions (``record_id``, ``item``), whatever else of it they may see.
NAMED = Policy("named", _is_named, ("record_id", "item"))
#: Who works with a class (``class_id``): its teachers, its grade head, the school's leaders.
CLASS = Policy("class", _of_class, ("class_id",))
#: 校长, 分管副校长: who grants sight and sees who has looked.
APPROVER = Policy("approver", _may_approve)
#: 系统管理员: accounts, backups, health.
ADMIN = Policy("admin", _administers)
#: 系统管理员, 校长, 分管副校长: what concerns the machine and everybody, and no child.
OVERSIGHT = Policy("oversight", _oversees)
#: 心理健康教师.
COUNSELLOR = Policy("counsellor", _counsels)
