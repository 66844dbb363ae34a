"""Confirming what opens more to others: changes of posts and rules that a second person has to agree to."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.saving import Saved, confirm, turn_down
from guanai.saving.held import HeldChange, UnknownHeld, held_change, held_changes, sweep_held
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import note, text_in
from guanai.web.held import named
from guanai.web.policy import APPROVER, SIGNED_IN
from guanai.web.render import address_of, flash
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that waits for a second person, in words.

    Attributes:
        held: the change.
        name: who wants it.
        gains: what it opens.
        is_mine: the visitor wants it.
    """

    held: HeldChange
    name: str
    gains: tuple[str, ...]
    is_mine: bool


def pending_for(request: Request) -> list[Pending]:
    """Return what waits: all of it for who may confirm, one's own for everybody else."""
    visitor = visitor_of(request)
    staff = visitor.workspace.snapshot.staff
    found = []
    for each in held_changes(gateway_of(request).root):
        is_mine = each.staff == visitor.staff_id
        if is_mine or visitor.is_approver:
            name = staff[each.staff].name if each.staff in staff else each.staff
            gains = tuple(named(visitor, gain, is_children=visitor.is_approver) for gain in each.gains)
            found.append(Pending(each, name, gains, is_mine))
    return found


def _confirm(request: Request) -> Response:
    """Let a change that waits come true, or turn it down."""
    visitor, gateway = visitor_of(request), gateway_of(request)
    held = held_change(gateway.root, request.path_params["held_id"])
    if held.staff == visitor.staff_id:
        return _back(request, "自己的改动要由另一位校领导确认；不要了可以收回。")
    if text_in(request, "decision") != "confirm":
        turn_down(gateway.moments.store, held.number, staff=visitor.staff_id, on=visitor.on)
        note(request, visitor, "不确认放宽", held.number)
        return _back(request, "已经退回，没有改动。")
    outcome = confirm(
        gateway.moments.store,
        visitor.workspace.schemas,
        held.number,
        staff=visitor.staff_id,
        when=visitor.now,
        on=visitor.on,
    )
    if not isinstance(outcome, Saved):
        return _back(request, "这份记录刚刚被别人改过，没有确认成；请让提出的人重新改一次。")
    note(request, visitor, "确认放宽", held.number)
    return _back(request, "已经确认，从现在起有效。")


def _withdraw(request: Request) -> Response:
    """Take back one's own change that waits."""
    visitor, gateway = visitor_of(request), gateway_of(request)
    held = held_change(gateway.root, request.path_params["held_id"])
    if held.staff != visitor.staff_id:
        raise UnknownHeld
    turn_down(gateway.moments.store, held.number, staff=visitor.staff_id, on=visitor.on)
    note(request, visitor, "收回放宽", held.number)
    return _back(request, "已经收回，没有改动。")


def _back(request: Request, told: str) -> Response:
    flash(request, told)
    return RedirectResponse(address_of(request, "approvals"), status_code=303)


def _sweep(gateway: Gateway) -> None:
    sweep_held(gateway.root, gateway.settings.now())


DOORS = (
    Door("/approvals/held/{held_id}", ("POST",), _confirm, APPROVER, "confirm-held"),
    Door("/approvals/held/{held_id}/withdraw", ("POST",), _withdraw, SIGNED_IN, "withdraw-held"),
)
CHORES = (_sweep,)
