"""Logging in and out: password, second factor, first password of one's own, one's sessions."""

from datetime import datetime
from typing import Any

import pyotp
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.calendar import SHANGHAI
from guanai.web.accounts import Account, matching_step
from guanai.web.carrying import carried_in, landed, marked
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import text_in
from guanai.web.passwords import LONGEST, SHORTEST, WeakPassword, demand_strong
from guanai.web.policy import ENTERING, OPEN, SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import FORM_BYTES, Door
from guanai.web.security import origin_of
from guanai.web.visitor import Step, Visitor, identify, may_enter, visitor_of

_WRONG = "用户名或密码不对。忘了密码，请找学校的系统管理员。"
_WRONG_CODE = "动态口令不对，或者已经用过。请等下一个，再输入。"
_NO_POST = "您今天没有任职，不能登录。请找学校的系统管理员。"
#: The more particular mark first: most browsers also claim to be the others.
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "苹果手机"),
    ("iPad", "平板"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
#: Bytes of a log-in form; nobody has to be let in to send one.
_SMALL = 16 * 1024
#: The same with what was typed when the session ended.
_CARRYING = _SMALL + FORM_BYTES


def _login(request: Request) -> Response:
    if request.method == "POST":
        return _log_in(request)
    if request.state.visitor is not None:
        return _redirect(request, request.state.visitor)
    return _form(request)


def _form(request: Request, told: str = "", *, status: int = 200, user: str = "") -> Response:
    target = text_in(request, "next") or request.query_params.get("next", "")
    headers = {"retry-after": "60"} if status == 429 else None
    return render(
        request, "login.html", status=status, headers=headers, told=told, user=user, next=_inside(target),
        carried=marked(carried_in(request)),
    )  # fmt: skip


def _log_in(request: Request) -> Response:
    gateway, user = gateway_of(request), text_in(request, "user")
    address = origin_of(request.scope).address
    wait = gateway.throttle.wait_seconds(user, address)
    if wait:
        _note(gateway, "", "登录", "次数过多")
        minutes = -(-wait // 60)
        return _form(request, f"试得太多了，请过 {minutes} 分钟再试。", status=429, user=user)
    account = gateway.accounts.check_password(user, text_in(request, "password"))
    if account is None or _is_stray(gateway, account):
        gateway.throttle.blame(address)
        _note(gateway, "", "登录", "失败")
        return _form(request, _WRONG, status=401, user=user)
    if may_enter(gateway, account) is None:
        _note(gateway, account.staff, "登录", "没有任职")
        return _form(request, _NO_POST, status=403, user=user)
    code, is_strong = text_in(request, "totp").strip(), False
    if account.has_totp and code:
        is_strong = gateway.accounts.check_totp(account.staff, code, when=gateway.settings.clock())
        if not is_strong:
            _note(gateway, account.staff, "登录", "动态口令不对")
            return _form(request, _WRONG_CODE, status=401, user=user)
    gateway.throttle.forgive(user, address)
    return _enter(request, account, is_strong=is_strong)


def _enter(request: Request, account: Account, *, is_strong: bool) -> Response:
    """Begin a session; one that the browser had before ends, so nobody can have prepared it."""
    gateway, old = gateway_of(request), request.state.visitor
    if old is not None:
        gateway.sessions.end(old.session.key)
    number = gateway.sessions.open(
        account,
        is_strong=is_strong,
        when=gateway.settings.clock(),
        address=origin_of(request.scope).address,
        agent=request.headers.get("user-agent", ""),
    )
    return _entered(request, account, number)


def _entered(request: Request, account: Account, number: str) -> Response:
    gateway = gateway_of(request)
    session = gateway.sessions.find(number, when=gateway.settings.clock())
    visitor = identify(gateway, account, session, number) if session else None
    if visitor is None:
        return _redirect(request, None)
    if visitor.step is Step.DONE:
        _note(gateway, visitor.staff_id, "登录", "成", role="、".join(visitor.roles))
    response = _redirect(request, visitor)
    origin = origin_of(request.scope)
    response.set_cookie(origin.cookie, number, path="/", httponly=True, samesite="lax", secure=origin.is_tls)
    return response


def _redirect(request: Request, visitor: Visitor | None) -> Response:
    """Send a person on: to what is still to be done, else to the page that was asked for."""
    if visitor is None:
        return RedirectResponse(address_of(request, "login"), status_code=303)
    target = _inside(text_in(request, "next") or request.query_params.get("next", ""))
    if visitor.step is Step.DONE:
        return landed(request, visitor, target) or RedirectResponse(target or "/", status_code=303)
    if visitor.step is Step.CODE and carried_in(request):  # by an address alone it would be lost
        request.state.visitor = visitor
        return _step_page(request, "login_code.html", csrf=visitor.csrf)
    query = {"next": target} if target else None
    return RedirectResponse(address_of(request, visitor.step, query=query), status_code=303)


def _inside(target: str) -> str:
    """Return an address if it leads to a page of ours, else "".

    >>> _inside("/students/S2024-7K3QD"), _inside("//elsewhere.example"), _inside("https://elsewhere.example")
    ('/students/S2024-7K3QD', '', '')
    """
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if is_ours and target.isprintable() and len(target) < 500 else ""


def _code(request: Request) -> Response:
    """Ask for the second factor."""
    visitor = visitor_of(request)
    if visitor.step is not Step.CODE:
        return _redirect(request, visitor)
    if request.method == "GET":
        return _step_page(request, "login_code.html")
    gateway = gateway_of(request)
    address = origin_of(request.scope).address
    if gateway.throttle.wait_seconds(f"totp {visitor.staff_id}", address):
        return _step_page(request, "login_code.html", "试得太多了，请过一会儿再试。", status=429)
    code = text_in(request, "totp").strip()
    if not gateway.accounts.check_totp(visitor.staff_id, code, when=gateway.settings.clock()):
        _note(gateway, visitor.staff_id, "登录", "动态口令不对")
        return _step_page(request, "login_code.html", _WRONG_CODE, status=401)
    gateway.throttle.forgive(f"totp {visitor.staff_id}", address)
    return _renewed(request, visitor, is_strong=True)


def _password(request: Request) -> Response:
    """Have a handed-over password replaced, or change one's own."""
    visitor = visitor_of(request)
    if visitor.step not in (Step.PASSWORD, Step.DONE):
        return _redirect(request, visitor)
    if request.method == "GET":
        return _password_page(request, visitor)
    gateway, new = gateway_of(request), text_in(request, "password")
    if visitor.step is Step.DONE:
        told = _wrong_old(request, gateway, visitor)
        if told:
            return _password_page(request, visitor, told, status=401)
    try:
        demand_strong(new, avoid=_own_words(visitor))
    except WeakPassword as error:
        return _password_page(request, visitor, str(error), status=422)
    if new != text_in(request, "again"):
        return _password_page(request, visitor, "两次写的不一样，请再写一遍。", status=422)
    if gateway.accounts.check_password(visitor.account.user, new) is not None:
        return _password_page(request, visitor, "新密码和现在的一样，请换一个。", status=422)
    gateway.accounts.set_password(visitor.staff_id, new, when=gateway.settings.clock())
    _note(gateway, visitor.staff_id, "改密码", "成")
    flash(request, "密码已经改好；别处的登录都已退出。")
    return _renewed(request, visitor, is_strong=visitor.session.is_strong)


def _wrong_old(request: Request, gateway: Gateway, visitor: Visitor) -> str:
    address = origin_of(request.scope).address
    if gateway.throttle.wait_seconds(visitor.account.user, address):
        return "试得太多了，请过一会儿再试。"
    if gateway.accounts.check_password(visitor.account.user, text_in(request, "old")) is None:
        return "现在的密码不对。"
    gateway.throttle.forgive(visitor.account.user, address)
    return ""


def _own_words(visitor: Visitor) -> tuple[str, ...]:
    school = visitor.workspace.snapshot.school
    return (visitor.account.user, visitor.name, visitor.staff_id, school.name, school.short_name or "")


def _password_page(request: Request, visitor: Visitor, told: str = "", *, status: int = 200) -> Response:
    return _step_page(
        request,
        "login_password.html",
        told,
        status=status,
        is_first=visitor.step is Step.PASSWORD,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _enrol(request: Request) -> Response:
    """Set up the second factor: the secret goes into an app, its first code proves that it arrived."""
    visitor = visitor_of(request)
    if visitor.step not in (Step.ENROL, Step.DONE):
        return _redirect(request, visitor)
    gateway = gateway_of(request)
    secret = visitor.session.pending
    if not secret:
        secret = pyotp.random_base32()
        gateway.sessions.set_pending(visitor.session.key, secret)
    if request.method == "GET":
        return _enrol_page(request, visitor, secret)
    told = _wrong_old(request, gateway, visitor) if visitor.step is Step.DONE else ""
    if told:
        return _enrol_page(request, visitor, secret, told, status=401)
    if not matching_step(secret, text_in(request, "totp"), gateway.settings.clock()):
        return _enrol_page(
            request, visitor, secret, "口令不对。请核对手机上的时间，等下一个口令再输入。", status=422
        )
    gateway.accounts.set_totp(visitor.staff_id, secret)
    _note(gateway, visitor.staff_id, "设动态口令", "成")
    flash(request, "动态口令已经设好，下次登录时要用。")
    return _renewed(request, visitor, is_strong=True)


def _enrol_page(
    request: Request, visitor: Visitor, secret: str, told: str = "", *, status: int = 200
) -> Response:
    issuer = visitor.workspace.snapshot.school.short_name or "关爱"
    uri = pyotp.TOTP(secret).provisioning_uri(name=visitor.account.user, issuer_name=issuer)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return _step_page(
        request,
        "login_enrol.html",
        told,
        status=status,
        secret=grouped,
        uri=uri,
        is_first=visitor.step is Step.ENROL,
    )


def _step_page(
    request: Request, template: str, told: str = "", *, status: int = 200, **context: Any
) -> Response:
    target = _inside(text_in(request, "next") or request.query_params.get("next", ""))
    carried = marked(carried_in(request))
    return render(request, template, status=status, told=told, next=target, carried=carried, **context)


def _renewed(request: Request, visitor: Visitor, *, is_strong: bool) -> Response:
    """Give the session a new number: with new rights comes a new one."""
    gateway = gateway_of(request)
    account = gateway.accounts.of(visitor.staff_id)
    number = gateway.sessions.renew(
        visitor.session, account, is_strong=is_strong, when=gateway.settings.clock()
    )
    return _entered(request, account, number)


def _logout(request: Request) -> Response:
    visitor = visitor_of(request)
    gateway = gateway_of(request)
    if text_in(request, "everywhere"):
        gateway.sessions.end_all(visitor.staff_id)
    gateway.sessions.end(visitor.session.key)
    _note(gateway, visitor.staff_id, "退出", "成")
    response = RedirectResponse(address_of(request, "login"), status_code=303)
    response.delete_cookie(origin_of(request.scope).cookie, path="/")
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


def _account(request: Request) -> Response:
    """Show one's own account and where one is logged in."""
    visitor = visitor_of(request)
    sessions = [
        (
            each,
            _browser(each.agent),
            datetime.fromtimestamp(each.seen, SHANGHAI),
            each.key == visitor.session.key,
        )
        for each in gateway_of(request).sessions.of(visitor.staff_id)
    ]
    return render(request, "account.html", sessions=sessions)


def _browser(agent: str) -> str:
    """Return what a browser calls itself in words that its owner knows.

    >>> _browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0")
    'Edge，Windows'
    """
    name = next((words for mark, words in _BROWSERS if mark in agent), "")
    system = next((words for mark, words in _SYSTEMS if mark in agent), "")
    return "，".join(filter(None, (name, system))) or "不知名的浏览器"


def _end_session(request: Request) -> Response:
    visitor = visitor_of(request)
    if gateway_of(request).sessions.end(text_in(request, "key"), staff=visitor.staff_id):
        _note(gateway_of(request), visitor.staff_id, "退出别处", "成")
        flash(request, "那一处已经退出。")
    return RedirectResponse(address_of(request, "account"), status_code=303)


def _note(gateway: Gateway, staff: str, action: str, result: str, *, role: str = "") -> None:
    gateway.audit.record(actor=staff, role=role, action=action, result=result)


def _is_stray(gateway: Gateway, account: Account) -> bool:
    """Tell whether this is a demo's account in a school that is none; it counts as unknown."""
    return account.is_demo and not gateway.moments.now().snapshot.school.is_demo


def _sweep(gateway: Gateway) -> None:
    gateway.sessions.sweep(gateway.settings.clock())


DOORS = (
    Door("/login", ("GET", "POST"), _login, OPEN, "login", body_limit=_CARRYING, is_slow=True),
    Door("/login/code", ("GET", "POST"), _code, ENTERING, Step.CODE.value, body_limit=_CARRYING),
    Door(
        "/login/password",
        ("GET", "POST"),
        _password,
        ENTERING,
        Step.PASSWORD.value,
        body_limit=_SMALL,
        is_slow=True,
    ),
    Door(
        "/login/enrol", ("GET", "POST"), _enrol, ENTERING, Step.ENROL.value, body_limit=_SMALL, is_slow=True
    ),
    Door("/logout", ("POST",), _logout, ENTERING, "logout", body_limit=_SMALL),
    Door("/account", ("GET",), _account, SIGNED_IN, "account"),
    Door("/account/end", ("POST",), _end_session, SIGNED_IN, "end-session", body_limit=_SMALL),
)
CHORES = (_sweep,)
