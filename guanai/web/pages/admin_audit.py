"""The log of who looked at what, by day and person; what it was about stands there only for who grants sight of it."""

from collections import deque
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response

from guanai.errors import GuanaiError
from guanai.model.staff import StaffMember
from guanai.web.anchoring import anchored_heads
from guanai.web.audit import Event
from guanai.web.gateway import gateway_of
from guanai.web.heads import hold
from guanai.web.naming import outcome_words
from guanai.web.policy import OVERSIGHT
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of

_SHOWN = 300
_DONE = "成"


def _page(request: Request) -> Response:
    visitor, gateway = visitor_of(request), gateway_of(request)
    day, staff = _day(request, visitor.now), request.query_params.get("staff", "")
    is_refused = request.query_params.get("only") == "refused"
    month, total = f"{day:%Y-%m}", 0
    found: deque[Event] = deque(maxlen=_SHOWN)
    for each in gateway.audit.events(since=month, until=month):
        if each.at.date() == day and staff in ("", each.actor) and (not is_refused or each.result != _DONE):
            found.append(each)
            total += 1
    return render(
        request,
        "admin_audit.html",
        day=day.isoformat(),
        staff=staff,
        is_refused=is_refused,
        people=[(each.id, each.name) for each in visitor.workspace.snapshot.staff.values()],
        lines=[_line(visitor, each) for each in reversed(found)],
        total=total,
        sees_records=visitor.is_approver,
        told=_whole(request) if "verify" in request.query_params else "",
    )


def _line(visitor: Visitor, event: Event) -> tuple[str, ...]:
    person: StaffMember | None = visitor.workspace.snapshot.staff.get(event.actor)
    return (
        f"{event.at:%H:%M:%S}",
        person.name if person else event.actor or "没有登录",
        event.role,
        event.action,
        (event.record or "—") if visitor.is_approver else "",
        outcome_words(event.result),
        event.address or "—",
    )


def _day(request: Request, now: datetime) -> date:
    try:
        return date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return now.date()


def _whole(request: Request) -> str:
    """Return in a sentence whether every line is still what it was."""
    try:
        gateway = gateway_of(request)
        head, restored = hold(gateway.audit, anchored_heads(gateway.root))
    except GuanaiError as error:
        return str(error)
    told = "".join(map(str, restored))
    return f"{told}从头到第 {head.number} 条都对得上，没有被改过；指纹 {head.hash[:16]}…"


DOORS = (Door("/admin/audit", ("GET",), _page, OVERSIGHT, "admin-audit", audits="看日志"),)
