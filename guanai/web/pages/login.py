"""Logging in: password, second factor, first password of one's own."""

from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from guanai.web.accounts import Account, matching_step
from guanai.web.carrying import carried_in, marked
from guanai.web.entrance import entered, forgive, note, onward, renewed, wait_for
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import form_of, text_in
from guanai.web.passwords import WeakPassword, demand_strong
from guanai.web.policy import ENTERING, OPEN
from guanai.web.render import flash, render
from guanai.web.routes import FORM_BYTES, SHORT_FORM_BYTES, Door
from guanai.web.security import origin_of
from guanai.web.steps import code_page, enrol_page, password_page, pending_secret, target_of
from guanai.web.throttle import codes_of
from guanai.web.visitor import Step, Visitor, may_enter, visitor_of

_WRONG = "用户名或密码不对。忘了密码，请找学校的系统管理员。"
_WRONG_CODE = "动态口令不对，或者已经用过。请等下一个，再输入；总是不对，请看手机的时间准不准。"
_NO_POST = "您今天没有任职，不能登录。请找学校的系统管理员。"
#: A password that was handed over and never used is somewhere on a slip of paper.
_HANDED_DAYS = 30
_STALE = f"这个密码交给您已经过了 {_HANDED_DAYS} 天，没有用过，作废了。请找系统管理员重设一个。"
_WRONG_FIRST = "口令不对。请核对手机上的时间，等下一个口令再输入。"
#: Bytes of a log-in form, with what was typed when the session ended; nobody has to be let in to send one.
_CARRYING = SHORT_FORM_BYTES + FORM_BYTES


def _login(request: Request) -> Response:
    if request.method == "POST":
        return _log_in(request)
    if request.state.visitor is not None:
        return onward(request, request.state.visitor)
    return _form(request)


def _form(request: Request, told: str = "", *, status: int = 200, user: str = "", wait: int = 0) -> Response:
    return render(
        request, "login.html", status=status, headers={"retry-after": str(wait)} if wait else None,
        told=told, user=user, next=target_of(request), carried=marked(carried_in(request)),
    )  # fmt: skip


def _log_in(request: Request) -> Response:
    gateway, user = gateway_of(request), text_in(request, "user")
    wait, told = wait_for(request, user)
    if wait:
        note(request, "", "登录", "次数过多", record=gateway.accounts.staff_named(user))
        return _form(request, told, status=429, user=user, wait=wait)
    account = gateway.accounts.check_password(user, text_in(request, "password"))
    if account is None or _is_stray(gateway, account):
        gateway.throttle.blame(origin_of(request.scope).address, when=gateway.settings.clock())
        note(request, "", "登录", "失败", record=gateway.accounts.staff_named(user))
        return _form(request, _WRONG, status=401, user=user)
    if not may_enter(gateway, account):
        note(request, account.staff, "登录", "没有任职")
        return _form(request, _NO_POST, status=403, user=user)
    if account.must_change and gateway.settings.clock() - account.changed_at > timedelta(days=_HANDED_DAYS):
        note(request, account.staff, "登录", "密码过期")
        return _form(request, _STALE, status=403, user=user)
    is_strong = account.has_totp and bool(text_in(request, "totp").strip())
    refusal = _wrong_code(request, account.staff) if is_strong else None
    if refusal is not None:
        return _form(request, refusal[1], status=refusal[0], user=user, wait=refusal[2])
    forgive(request, user)  # the password was right; tries of codes are counted apart
    return entered(request, account, is_strong=is_strong)


def _code(request: Request) -> Response:
    """Ask for the second factor."""
    visitor = visitor_of(request)
    if visitor.step is not Step.CODE:
        return onward(request, visitor)
    if not _is_answered(request, "totp"):
        return code_page(request, visitor)
    refusal = _wrong_code(request, visitor.staff_id)
    if refusal is not None:
        return code_page(request, visitor, refusal[1], status=refusal[0], wait=refusal[2])
    return renewed(request, visitor, is_strong=True)


def _wrong_code(request: Request, staff: str) -> tuple[int, str, int] | None:
    """Return status, words and seconds to wait where the code posted is not the person's, or too many were; else None."""
    gateway, name = gateway_of(request), codes_of(staff)
    wait, told = wait_for(request, name)
    if wait:
        note(request, staff, "登录", "次数过多")
        return 429, told, wait
    code, when = text_in(request, "totp").strip(), gateway.settings.clock()
    if not gateway.accounts.check_totp(staff, code, when=when):
        gateway.throttle.blame(origin_of(request.scope).address, when=when)
        note(request, staff, "登录", "动态口令不对")
        return 401, _WRONG_CODE, 0
    forgive(request, name)
    return None


def _password(request: Request) -> Response:
    """Have a handed-over password replaced, or change one's own."""
    visitor = visitor_of(request)
    if visitor.step not in (Step.PASSWORD, Step.DONE):
        return onward(request, visitor)
    if not _is_answered(request, "password"):
        return password_page(request, visitor)
    gateway, new = gateway_of(request), text_in(request, "password")
    refusal = _wrong_old(request, visitor)
    if refusal is not None:
        return password_page(request, visitor, refusal[1], status=refusal[0], wait=refusal[2])
    try:
        demand_strong(new, avoid=_own_words(visitor))
    except WeakPassword as error:
        return password_page(request, visitor, str(error), status=422)
    if new != text_in(request, "again"):
        return password_page(request, visitor, "两次写的不一样，请再写一遍。", status=422)
    if gateway.accounts.check_password(visitor.account.user, new) is not None:
        return password_page(request, visitor, "新密码和现在的一样，请换一个。", status=422)
    gateway.accounts.set_password(visitor.staff_id, new, when=gateway.settings.clock())
    note(request, visitor.staff_id, "改密码", "成")
    flash(request, "密码已经改好；别处的登录都已退出。")
    return renewed(request, visitor, is_strong=visitor.session.is_strong)


def _wrong_old(request: Request, visitor: Visitor) -> tuple[int, str, int] | None:
    """Return status, words and seconds to wait where the present password is asked for and was not given; else None."""
    if visitor.step is not Step.DONE:
        return None
    user = visitor.account.user
    wait, told = wait_for(request, user)
    if wait:
        return 429, told, wait
    if gateway_of(request).accounts.check_password(user, text_in(request, "old")) is None:
        return 401, "现在的密码不对。", 0
    forgive(request, user)
    return None


def _own_words(visitor: Visitor) -> tuple[str, ...]:
    school = visitor.workspace.snapshot.school
    return (visitor.account.user, visitor.name, visitor.staff_id, school.name, school.short_name or "")


def _enrol(request: Request) -> Response:
    """Set up the second factor: the secret goes into an app, its first code proves that it arrived."""
    visitor = visitor_of(request)
    if visitor.step not in (Step.ENROL, Step.DONE):
        return onward(request, visitor)
    if not _is_answered(request, "totp"):
        return enrol_page(request, visitor)
    gateway, secret = gateway_of(request), pending_secret(request, visitor)
    refusal = _wrong_old(request, visitor)
    if refusal is not None:
        return enrol_page(request, visitor, refusal[1], status=refusal[0], wait=refusal[2])
    used = matching_step(secret, text_in(request, "totp"), gateway.settings.clock())
    if not used:
        return enrol_page(request, visitor, _WRONG_FIRST, status=422)
    gateway.accounts.set_totp(visitor.staff_id, secret, used=used)
    note(request, visitor.staff_id, "设动态口令", "成")
    ended = gateway.sessions.end_all(visitor.staff_id, but=visitor.session.key)
    flash(request, f"动态口令已经设好，下次登录时要用。{'别处的登录都已退出。' if ended else ''}")
    return renewed(request, visitor, is_strong=True)


def _is_answered(request: Request, field: str) -> bool:
    """Tell whether what a page asks for was posted; without it, something merely goes along on its way through."""
    return request.method == "POST" and field in form_of(request)


def _is_stray(gateway: Gateway, account: Account) -> bool:
    """Tell whether this is a demo's account in a school that is none; it counts as unknown."""
    return account.is_demo and not gateway.moments.now().snapshot.school.is_demo


def _sweep(gateway: Gateway) -> None:
    gateway.sessions.sweep(gateway.settings.clock())
    gateway.throttle.sweep(gateway.settings.clock())


def _step_door(path: str, endpoint: Callable[[Request], Response], step: Step, *, is_slow: bool) -> Door:
    return Door(path, ("GET", "POST"), endpoint, ENTERING, step.value, body_limit=_CARRYING, is_slow=is_slow)


DOORS = (
    Door("/login", ("GET", "POST"), _login, OPEN, "login", body_limit=_CARRYING, is_slow=True),
    _step_door("/login/code", _code, Step.CODE, is_slow=False),
    _step_door("/login/password", _password, Step.PASSWORD, is_slow=True),
    _step_door("/login/enrol", _enrol, Step.ENROL, is_slow=True),
)
CHORES = (_sweep,)
