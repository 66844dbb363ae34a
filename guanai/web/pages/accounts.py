"""Accounts in the browser: for the administrator, who sees no child and needs no shell for a forgotten password."""

from collections.abc import Iterable
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.access import actor_on
from guanai.errors import Conflict, GuanaiError
from guanai.model.staff import StaffMember
from guanai.web.accounts import Account
from guanai.web.enrolment import free_user
from guanai.web.gateway import gateway_of
from guanai.web.guard import text_in
from guanai.web.passwords import new_password
from guanai.web.policy import ADMIN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.security import origin_of
from guanai.web.throttle import codes_of
from guanai.web.visitor import Visitor, visitor_of

#: Who opens records to others or writes what nobody else reads: whoever hands over their password could act as them.
_KEEPERS = frozenset({"校长", "分管副校长", "心理健康教师"})


def _list(request: Request, *, handed: tuple[str, str, str] | None = None) -> Response:
    """Show everybody in staff.yml with the account, if any; ``handed``: name, log-in name and password, shown once."""
    visitor = visitor_of(request)
    accounts = {each.staff: each for each in gateway_of(request).accounts.all()}
    rows = [
        (
            person,
            tuple(dict.fromkeys(post.role for post in actor.posts)),
            accounts.get(person.id),
            bool(_kept_by(person, visitor.on)),
        )
        for person in visitor.workspace.snapshot.staff.values()
        for actor in [actor_on(person, visitor.on)]
        if actor.posts or person.id in accounts
    ]
    return render(
        request, "accounts.html", rows=rows, handed=handed, lone=_is_lone(visitor, accounts.values())
    )


def _change(request: Request) -> Response:
    visitor, staff = visitor_of(request), text_in(request, "staff")
    person = visitor.workspace.snapshot.staff.get(staff)
    change = _CHANGES.get(text_in(request, "do"))
    if person is None or change is None:
        flash(request, "没有这个人，或者没有选要做什么；什么都没有改。")
        return _back(request)
    try:
        password = change(request, visitor, staff)
    except GuanaiError as error:
        flash(request, str(error))
        return _back(request)
    gateway_of(request).audit.record(
        actor=visitor.staff_id,
        role="、".join(visitor.roles),
        action=text_in(request, "do"),
        record=staff,
        address=origin_of(request.scope).address,
    )
    if not password:
        flash(request, f"{person.name}的账号已停用，所有登录都已退出。")
        return _back(request)
    return _list(request, handed=(person.name, gateway_of(request).accounts.of(staff).user, password))


def _add(request: Request, visitor: Visitor, staff: str) -> str:
    _demand_no_keeper(visitor, staff, "add")
    gateway, password = gateway_of(request), new_password()
    taken = {each.user for each in gateway.accounts.all()}
    user = free_user(visitor.workspace.snapshot.staff[staff].name, taken)
    gateway.accounts.create(staff, user, password, when=gateway.settings.clock())
    return password


def _reset(request: Request, visitor: Visitor, staff: str) -> str:
    _demand_other(visitor, staff)
    _demand_no_keeper(visitor, staff, "reset")
    gateway, password = gateway_of(request), new_password()
    _demand_not_demo(gateway.accounts.of(staff))
    gateway.accounts.reset(staff, password, when=gateway.settings.clock())
    gateway.throttle.forget(gateway.accounts.of(staff).user, codes_of(staff))
    return password


def _close(request: Request, visitor: Visitor, staff: str) -> str:
    _demand_other(visitor, staff)
    gateway_of(request).accounts.close(staff)
    return ""


_CHANGES = {"建账号": _add, "重设密码": _reset, "停用账号": _close}


def _demand_other(visitor: Visitor, staff: str) -> None:
    if staff == visitor.staff_id:
        raise Conflict("自己的密码在“我的账号”里改；自己的账号不能由自己停用。")


def _demand_no_keeper(visitor: Visitor, staff: str, command: str) -> None:
    person = visitor.workspace.snapshot.staff[staff]
    if held := _kept_by(person, visitor.on):
        raise Conflict(
            f"{person.name}任{'、'.join(held)}：谁拿到这个密码，就能以这个身份看档案、批申请，"
            f"所以网页上不办。请管服务器的人在本人面前运行 guanai user {command} {staff}，把密码当面交给本人。"
        )


def _demand_not_demo(account: Account) -> None:
    if account.is_demo:
        raise Conflict("演示用的账号不在这里重设；请运行 guanai user demo 重新生成。")


def _kept_by(person: StaffMember, on: date) -> tuple[str, ...]:
    """Return the posts for which a password is not handed over here, those that begin later as well."""
    lasting = (post.role for post in person.assignments if post.until is None or on <= post.until)
    return tuple(dict.fromkeys(role for role in lasting if role in _KEEPERS))


def _is_lone(visitor: Visitor, accounts: Iterable[Account]) -> bool:
    """Tell whether nobody else could reset the visitor's account in the browser."""
    staff = visitor.workspace.snapshot.staff
    able = {each.staff for each in accounts if not each.is_closed and each.staff in staff}
    admins = {
        each
        for each in able
        if any(post.role == "系统管理员" for post in actor_on(staff[each], visitor.on).posts)
    }
    return admins <= {visitor.staff_id}


def _back(request: Request) -> Response:
    return RedirectResponse(address_of(request, "accounts"), status_code=303)


DOORS = (
    Door("/admin/accounts", ("GET",), _list, ADMIN, "accounts", nav="账号", nav_rank=80),
    Door("/admin/accounts/change", ("POST",), _change, ADMIN, "change-account", body_limit=SHORT_FORM_BYTES),
)
