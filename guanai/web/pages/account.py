"""One's own account: where one is logged in, and logging out, here or everywhere."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.calendar import SHANGHAI
from guanai.web.entrance import note
from guanai.web.gateway import gateway_of
from guanai.web.guard import text_in
from guanai.web.pages.home import posts_of
from guanai.web.policy import ENTERING, SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.security import origin_of
from guanai.web.visitor import Step, visitor_of

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
    return render(request, "account.html", sessions=sessions, posts=posts_of(visitor))


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
        note(request, visitor.staff_id, "退出别处", "成")
        flash(request, "那一处已经退出。")
    return RedirectResponse(address_of(request, "account"), status_code=303)


def _logout(request: Request) -> Response:
    visitor = visitor_of(request)
    gateway = gateway_of(request)
    if text_in(request, "everywhere"):
        gateway.sessions.end_all(visitor.staff_id)
    gateway.sessions.end(visitor.session.key)
    gateway.searches.forget(visitor.session.key)
    note(request, visitor.staff_id, "退出", "成")
    response = RedirectResponse(address_of(request, "login"), status_code=303)
    response.delete_cookie(origin_of(request.scope).cookie, path="/")
    # Taps of a roll that wait here, sealed, for their owner's next log-in are not thrown away: the page says whether
    # there are any, and before one is let in no page can.
    is_told = visitor.step is Step.DONE and not text_in(request, "waiting")
    response.headers["clear-site-data"] = '"cache", "storage"' if is_told else '"cache"'
    return response


DOORS = (
    Door("/account", ("GET",), _account, SIGNED_IN, "account"),
    Door("/account/end", ("POST",), _end_session, SIGNED_IN, "end-session", body_limit=SHORT_FORM_BYTES),
    Door("/logout", ("POST",), _logout, ENTERING, "logout", body_limit=SHORT_FORM_BYTES),
)
