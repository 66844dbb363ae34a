"""The meetings of today that nobody has ended yet: whoever starts one of the same kind for the same people is led there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from guanai.errors import GuanaiError
from guanai.web.gateway import Gateway
from guanai.web.policy import RECORD_EDIT, RECORD_SEE
from guanai.web.visitor import Visitor

_KIND = "meeting"


@dataclass(frozen=True, slots=True)
class OpenMeeting:
    """A meeting that goes on.

    Attributes:
        id: its id.
        kind: its kind (类型).
        scope: for whom it is held (范围).
        name: what it is called.
        is_writable: whether the visitor may write its minutes.
    """

    id: str
    kind: str
    scope: str
    name: str
    is_writable: bool


def open_meetings(visitor: Visitor) -> Iterator[OpenMeeting]:
    """Yield the meetings of today without an end, of those that the visitor may know of, in order of their paths."""
    snapshot, today = visitor.workspace.snapshot, visitor.on.isoformat()
    for each in snapshot.ids(_KIND):
        try:
            data = snapshot.mapping(_KIND, each)
        except GuanaiError:  # what cannot be read is no reason to begin none
            continue
        if data.get("散会时间") or str(data.get("时间", ""))[:10] != today:
            continue  # without asking who may see them: of years there are hundreds
        if RECORD_SEE.allows(visitor, {"record_id": each}):
            seen = visitor.edition.record(_KIND, each)
            is_writable = RECORD_EDIT.allows(visitor, {"record_id": each})
            name = seen.get("名称") or seen["类型"]
            yield OpenMeeting(each, seen["类型"], seen.get("范围", ""), name, is_writable)


def standing(
    gateway: Gateway, visitor: Visitor, kind: str, scope: str, *, beside: Collection[str] = ()
) -> OpenMeeting | None:
    """Return the meeting of today that is open already; None where there is none.

    To be asked while the store is locked: then nobody begins the same one before the answer is acted upon.

    Args:
        gateway: hands out the newest records, which may be newer than those of the visitor's request.
        visitor: who asks.
        kind: kind of the meeting (类型).
        scope: for whom it is (范围).
        beside: ids of open ones that do not count: another one is wanted beside them.
    """
    workspace = gateway.moments.now()
    edition = workspace.edition(staff=visitor.staff_id, on=visitor.on)
    found = open_meetings(replace(visitor, workspace=workspace, edition=edition))
    same = (each for each in found if (each.kind, each.scope) == (kind, scope) and each.id not in beside)
    # Who may write there goes into the room; otherwise one is told of any.
    return max(same, key=lambda each: each.is_writable, default=None)
