"""The way in: the session that begins, and where it goes on from there."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.web.accounts import Account
from guanai.web.carrying import carried_in, landed, left_by_another
from guanai.web.gateway import gateway_of
from guanai.web.render import address_of
from guanai.web.security import Origin, origin_of
from guanai.web.steps import page_of, target_of
from guanai.web.throttle import KNOWN_DAYS, codes_of, wait_words
from guanai.web.visitor import Step, Visitor, identify

_DAY_SECONDS = 24 * 3600


def entered(request: Request, account: Account, *, is_strong: bool) -> Response:
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
    return _let_in(request, account, number, is_entering=True)


def renewed(request: Request, visitor: Visitor, *, is_strong: bool) -> Response:
    """Give the session a new number: with new rights comes a new one."""
    gateway = gateway_of(request)
    account = gateway.accounts.of(visitor.staff_id)
    number = gateway.sessions.renew(
        visitor.session, account, is_strong=is_strong, when=gateway.settings.clock()
    )
    return _let_in(request, account, number, is_entering=visitor.step is not Step.DONE)


def onward(request: Request, visitor: Visitor | None) -> Response:
    """Send a person on: to what is still to be done, else to the page that was asked for."""
    if visitor is None:
        return RedirectResponse(address_of(request, "login"), status_code=303)
    target = target_of(request)
    if left_by_another(request, visitor, target):
        return RedirectResponse(address_of(request, visitor.step) if visitor.step else "/", status_code=303)
    if visitor.step is Step.DONE:
        return landed(request, visitor, target) or RedirectResponse(target or "/", status_code=303)
    if carried_in(request):  # by an address alone it would be lost
        request.state.visitor = visitor
        return page_of(request, visitor)
    query = {"next": target} if target else None
    return RedirectResponse(address_of(request, visitor.step, query=query), status_code=303)


def wait_for(request: Request, name: str) -> tuple[int, str]:
    """Count a try at a name; return (0, "") or how many seconds to wait, and that in words."""
    gateway, when = gateway_of(request), gateway_of(request).settings.clock()
    address, browser = origin_of(request.scope).address, _known_secret(request)
    wait = gateway.throttle.wait_seconds(name, address, when=when, browser=browser)
    return wait, wait_words(wait, when) if wait else ""


def forgive(request: Request, name: str) -> None:
    """Forget the tries at a name from here."""
    address = origin_of(request.scope).address
    gateway_of(request).throttle.forgive(name, address, browser=_known_secret(request))


def note(  # noqa: PLR0913 -- the facts of a line
    request: Request, staff: str, action: str, result: str, *, role: str = "", record: str = ""
) -> None:
    """Add a line about someone's account to the log; ``record``: whose it is, where nobody has shown to be that person."""
    gateway_of(request).audit.record(
        actor=staff,
        role=role,
        action=action,
        record=record,
        result=result,
        address=origin_of(request.scope).address,
    )


def _let_in(request: Request, account: Account, number: str, *, is_entering: bool) -> Response:
    gateway, origin = gateway_of(request), origin_of(request.scope)
    session = gateway.sessions.find(number, when=gateway.settings.clock())
    visitor = identify(gateway, account, session, number) if session else None
    if visitor is None:
        return onward(request, None)
    if is_entering and visitor.step is Step.DONE:
        note(request, visitor.staff_id, "登录", "成", role="、".join(visitor.roles))
    response = onward(request, visitor)
    response.set_cookie(origin.cookie, number, path="/", httponly=True, samesite="lax", secure=origin.is_tls)
    if visitor.step is Step.DONE:
        _make_known(request, response, account)
    return response


def _make_known(request: Request, response: Response, account: Account) -> None:
    """Have the browser known from now on: its tries are counted apart from everybody else's."""
    gateway, origin = gateway_of(request), origin_of(request.scope)
    names = (account.user, codes_of(account.staff))
    secret = gateway.throttle.know(_known_secret(request), *names, when=gateway.settings.clock())
    response.set_cookie(
        _known_cookie(origin), secret, max_age=KNOWN_DAYS * _DAY_SECONDS, path="/",
        httponly=True, samesite="lax", secure=origin.is_tls,
    )  # fmt: skip


def _known_secret(request: Request) -> str:
    return request.cookies.get(_known_cookie(origin_of(request.scope)), "")


def _known_cookie(origin: Origin) -> str:
    return f"{origin.cookie}-known"
