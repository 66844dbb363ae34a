"""Asking for sight of a child outside one's posts, and deciding on it: two persons, for a time, in the log."""

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.access import Label
from guanai.access.clearance import within_floor
from guanai.errors import Invalid
from guanai.saving import Edit, Saved, Second, save
from guanai.saving import Request as SaveRequest
from guanai.store.note import Reason
from guanai.web.approvals import Approval, Approvals, Standing, UnknownApproval
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import form_of, note, text_in
from guanai.web.pages.confirming import pending_for
from guanai.web.pages.students import Pupil, names_of, pupils, view_of
from guanai.web.policy import APPROVER, SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.yamlfile import Add

#: What a grant may open: never 心理. 教学 comes with each, or the child would have no name.
_OPENED = (Label.TEACHING, Label.CARE, Label.RESTRICTED, Label.IDENTITY)
_DAYS = (7, 30, 90)
#: A grant ends within half a year; who needs longer asks again.
_LONGEST = timedelta(days=180)
_SHORTEST_REASON = 4
_ACCESS = "records/access.yml"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request as who decides sees it; ``choices`` are the children whom its words may mean, the likely ones alone."""

    approval: Approval
    name: str
    roles: str
    choices: tuple[tuple[str, str], ...]
    until: date


def _page(request: Request, told: str = "", *, status: int = 200) -> Response:
    visitor, approvals = visitor_of(request), Approvals(gateway_of(request).db)
    staff = visitor.workspace.snapshot.staff
    return render(
        request,
        "approvals.html",
        status=status,
        told=told,
        mine=[
            (each, staff[each.decider].name if each.decider in staff else "")
            for each in approvals.of(visitor.staff_id)
        ],
        waiting=_waiting(visitor, approvals) if visitor.is_approver else [],
        pending=pending_for(request),
        may_ask=_may_hold(visitor),
        labels=[str(each) for each in _OPENED[1:]],
        days=_DAYS,
        reason=text_in(request, "reason"),
        about=text_in(request, "about"),
    )


def _list(request: Request) -> Response:
    return _page(request)


def _ask(request: Request) -> Response:
    visitor, form = visitor_of(request), form_of(request)
    about, reason = text_in(request, "about").strip()[:60], text_in(request, "reason").strip()[:200]
    asked = {str(each) for each in form.getlist("label")}
    labels = tuple(str(each) for each in _OPENED if each is Label.TEACHING or each in asked)
    days = text_in(request, "days")
    if not _may_hold(visitor):
        return _page(request, "您今天的任职不能看学生档案，申请了也打不开；请和校长说明。", status=422)
    if not about or len(reason) < _SHORTEST_REASON or days not in map(str, _DAYS):
        return _page(request, "请写明是哪一名学生、为什么要看、看多久。", status=422)
    Approvals(gateway_of(request).db).ask(
        visitor.staff_id, about=about, labels=labels, reason=reason, days=int(days), when=visitor.now
    )
    note(request, visitor, "申请查看", "")
    flash(request, "申请已经交给校长和分管副校长；结果会写在这一页上。")
    return RedirectResponse(address_of(request, "approvals"), status_code=303)


def _decide(request: Request) -> Response:
    visitor, gateway = visitor_of(request), gateway_of(request)
    number = request.path_params["approval_id"]
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise UnknownApproval
    is_granted = text_in(request, "decision") == "grant"
    try:
        # Whoever decides at the same moment waits here, and finds it decided.
        with gateway.moments.store.locked():
            whose = _closed(request, visitor, int(number), is_granted=is_granted)
    except Invalid as error:
        return _page(request, str(error), status=422)
    note(request, visitor, "批准查看" if is_granted else "不批准查看", whose)
    flash(request, "已经批准，从现在起有效。" if is_granted else "已经答复：不批准。")
    return RedirectResponse(address_of(request, "approvals"), status_code=303)


def _closed(request: Request, visitor: Visitor, number: int, *, is_granted: bool) -> str:
    """Decide on a request, with the store held; return whom it is about: the child of a grant, else who asked.

    Raises:
        UnknownApproval, AlreadyDecided: it does not wait.
        Invalid: it is the visitor's own, or not such as can be granted.
        NotPermitted: the visitor may not.
    """
    approvals = Approvals(gateway_of(request).db)
    approval = approvals.get(number)
    if approval.staff == visitor.staff_id:
        raise Invalid("自己的申请要由另一位校领导处理。")
    student = _granted(request, visitor, approval) if is_granted else ""
    answer = text_in(request, "answer").strip()[:200]
    state = Standing.GRANTED if is_granted else Standing.REFUSED
    approvals.decide(number, state, by=visitor.staff_id, answer=answer, when=visitor.now)
    return student or approval.staff


def _granted(request: Request, visitor: Visitor, approval: Approval) -> str:
    """Write a grant into access.yml, unless the same stands there, and return the child's id.

    Raises:
        Invalid: child, labels or last day are not such as can be granted.
        NotPermitted: the visitor may not.
    """
    student = text_in(request, "student").strip()
    until = _last_day(text_in(request, "until"), visitor.on)
    if student not in view_of(visitor).facts.children:
        raise Invalid("请选定是哪一名学生；申请里写的看不出是谁时，请不批准，并说明要写编号或班级。")
    if _stands(request, approval, student, until, visitor.on):
        return student
    grant = {
        "教师": approval.staff, "学生": student, "看": [*_sight(approval)], "起": f"{visitor.on}", "止": f"{until}",
        "批准人": visitor.staff_id, "理由": approval.reason,
    }  # fmt: skip
    outcome = save(
        gateway_of(request).moments.store,
        visitor.workspace.schemas,
        SaveRequest(
            visitor.staff_id,
            Reason.ENTRY,
            (Edit(_ACCESS, (Add(("特许",), grant),)),),
            when=visitor.now,
            on=visitor.on,
            is_confirmed=True,  # who decides has just read the words
            second=Second(approval.staff),
        ),
    )
    if not isinstance(outcome, Saved):
        raise Invalid("权限表刚刚被别人改过，这次没有批准成；请再试一次。")
    return student


def _stands(request: Request, approval: Approval, student: str, until: date, on: date) -> bool:
    """Tell whether access.yml holds such a grant already: the program may have ended before the request was closed."""
    wanted = (approval.staff, student, _sight(approval), until, approval.reason)
    return any(
        (each.staff, each.student, each.sees, each.until, each.reason) == wanted and (each.since or on) <= on
        for each in gateway_of(request).moments.now().snapshot.access.grants
    )


def _sight(approval: Approval) -> tuple[str, ...]:
    return tuple(str(each) for each in _OPENED if each is Label.TEACHING or str(each) in approval.labels)


def _last_day(text: str, on: date) -> date:
    try:
        until = date.fromisoformat(text)
    except ValueError:
        until = on - timedelta(days=1)
    if not on <= until <= on + _LONGEST:
        raise Invalid(f"截止日期要在今天以后、{on + _LONGEST} 以前。")
    return until


def _waiting(visitor: Visitor, approvals: Approvals) -> list[Waiting]:
    staff, everyone = visitor.workspace.snapshot.staff, pupils(visitor)
    context = names_of(view_of(visitor))
    found = []
    for each in approvals.waiting():
        person = staff.get(each.staff)
        if person is None or each.staff == visitor.staff_id:
            continue
        choices = tuple(
            (
                pupil.id,
                f"{pupil.name}　{context.class_name(pupil.class_id, visitor.on) if pupil.class_id else ''}",
            )
            for pupil in everyone
            if _is_meant(pupil, each.about)
        )
        roles = "、".join(
            dict.fromkeys(
                post.role for post in person.assignments if post.until is None or post.until >= visitor.on
            )
        )
        found.append(Waiting(each, person.name, roles, choices, visitor.on + timedelta(days=each.days)))
    return found


def _is_meant(pupil: Pupil, about: str) -> bool:
    return pupil.name in about or pupil.id.lower() in about.lower()


def _may_hold(visitor: Visitor) -> bool:
    """Tell whether a grant would open anything to a person with these posts: the floor holds under grants too."""
    return any(within_floor(role, frozenset(_OPENED)) for role in visitor.roles)


def _sweep(gateway: Gateway) -> None:
    Approvals(gateway.db).sweep(gateway.settings.now())


DOORS = (
    Door("/approvals", ("GET",), _list, SIGNED_IN, "approvals", nav="申请", nav_rank=70),
    Door("/approvals/ask", ("POST",), _ask, SIGNED_IN, "ask-approval"),
    Door("/approvals/{approval_id}/decide", ("POST",), _decide, APPROVER, "decide-approval"),
)
CHORES = (_sweep,)
