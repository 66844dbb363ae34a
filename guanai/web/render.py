"""Turns templates into pages: escaped, complete, without any script or style in the page itself."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from guanai.errors import GuanaiError
from guanai.web.gateway import gateway_of
from guanai.web.routes import Door
from guanai.web.visitor import Step, Visitor
from guanai.workspace.facade import Workspace


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu."""

    title: str
    href: str
    is_here: bool


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    is_bare: bool = False,
    **context: Any,
) -> Response:
    """Return a page.

    Args:
        request: the request; who asks is in the page as ``visitor``.
        template: file in ``templates``, usually built on base.html.
        status: of the answer.
        headers: further ones.
        is_bare: without menu and messages: the same page for everybody.
        context: what the template names.
    """
    visitor = None if is_bare else getattr(request.state, "visitor", None)
    known = {
        "visitor": visitor,
        "csrf": visitor.csrf if visitor else "",
        "menu": _menu(request, visitor),
        "flashes": _flashes(request, visitor),
        "school": _school(request, visitor),
        "is_demo": _is_demo(request, visitor),
        "url": _Addresses(request),
        "static": static_address,
        "taps_key": _taps_key(visitor),
    }
    body = _environment().get_template(template).render({**known, **context})
    return HTMLResponse(body, status_code=status, headers=dict(headers or {}))


def _taps_key(visitor: Visitor | None) -> str:
    """Return the key with which a person's browser seals what waits in it for a line; "" for who is not let in."""
    if visitor is None or visitor.step is not Step.DONE:
        return ""
    try:
        secret = visitor.workspace.secret
    except GuanaiError:  # a damaged key is told where papers are made
        return ""
    return hmac.new(secret, b"guanai taps\0" + visitor.staff_id.encode(), hashlib.sha256).hexdigest()


def flash(request: Request, words: str) -> None:
    """Keep a sentence for the visitor's next page, as after a form was taken in."""
    visitor: Visitor = request.state.visitor
    gateway_of(request).sessions.flash(visitor.session.key, words)
    request.state.has_flashes = True


def address_of(request: Request, name: str, *, query: Mapping[str, Any] | None = None, **params: str) -> str:
    """Return the address of a door by its name, below this host."""
    path = str(request.app.state.addresses[name].url_path_for(name, **params))
    return f"{path}?{urlencode(query)}" if query else path


def static_address(name: str) -> str:
    """Return the address of a file of ours, which changes with its content and so may be kept for long."""
    return f"/static/{name}?v={_digest(name)}"


@cache
def static_file(name: str) -> bytes | None:
    """Return a file of ours; None where there is none of that name."""
    place = files("guanai.web") / "static" / name
    return place.read_bytes() if "/" not in name and name[:1] != "." and place.is_file() else None


def by_dots(name: str) -> Markup:
    """Return a name that may break after each of its dots, where a narrow list leaves no room for all of it.

    >>> by_dots("阿依夏木·阿不力孜")
    Markup('阿依夏木·<wbr>阿不力孜')
    """
    return Markup("·<wbr>").join(map(escape, name.split("·")))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256(static_file(name) or b"").hexdigest()[:12]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("guanai.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["by_dots"] = by_dots
    made.filters["weekday"] = lambda day: f"星期{'一二三四五六日'[day.weekday()]}"
    return made


class _Addresses:
    """``url("child", student_id=…)`` in templates."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, name: str, **params: str) -> str:
        return address_of(self._request, name, query=None, **params)


def _menu(request: Request, visitor: Visitor | None) -> tuple[MenuItem, ...]:
    if visitor is None or visitor.step is not Step.DONE:
        return ()
    doors: tuple[Door, ...] = request.app.state.doors
    shown = [
        door
        for door in sorted(doors, key=attrgetter("nav_rank"))
        if door.nav and not door.params and door.policy.allows(visitor, {})
    ]
    holding = [door.path for door in shown if _is_within(request.url.path, door.path)]
    here = max(holding, key=len, default="")
    return tuple(MenuItem(door.nav, door.path, door.path == here) for door in shown)


def _is_within(path: str, door: str) -> bool:
    return path == door or (door != "/" and path.startswith(f"{door}/"))


def _flashes(request: Request, visitor: Visitor | None) -> tuple[str, ...]:
    """Return what is to be told on this page: kept when the session was found, or said during this very request."""
    if visitor is None or not (visitor.session.has_flashes or getattr(request.state, "has_flashes", False)):
        return ()
    return gateway_of(request).sessions.take_flashes(visitor.session.key)


def _school(request: Request, visitor: Visitor | None) -> str:
    try:
        school = _workspace(request, visitor).snapshot.school
    except GuanaiError:
        return "关爱"
    return school.short_name or school.name


def _is_demo(request: Request, visitor: Visitor | None) -> bool:
    try:
        return bool(_workspace(request, visitor).snapshot.school.is_demo)
    except GuanaiError:
        return False


def _workspace(request: Request, visitor: Visitor | None) -> Workspace:
    return visitor.workspace if visitor else gateway_of(request).moments.now()
