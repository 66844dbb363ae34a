"""Hosts, headers and forged forms: what is looked at before anyone is asked who they are."""

import hmac
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guanai.web.meters import Meters
from guanai.web.settings import LOOPBACK, Settings

#: Of every page that sends no policy of its own.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
        "x-robots-tag": "noindex, nofollow",
    }
)
_YEAR_SECONDS = 365 * 24 * 3600
_HOST = re.compile(r"(\[[0-9a-f:]{2,39}\]|[a-z0-9.-]{1,253})(?::[0-9]{1,5})?")
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_KEY = "guanai.origin"


@dataclass(frozen=True, slots=True)
class Origin:
    """How a request reached us.

    Attributes:
        host: the Host header, a name that is served.
        is_tls: the browser speaks HTTPS (with the proxy in front).
        is_trusted: browsers hold the way for safe: HTTPS, or this machine.
        address: of the browser.
    """

    host: str
    is_tls: bool
    is_trusted: bool
    address: str

    @property
    def text(self) -> str:
        """What browsers call it in the header ``Origin``."""
        return f"{'https' if self.is_tls else 'http'}://{self.host}"

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; __Host- keeps it from other names and from plain HTTP."""
        return "__Host-guanai" if self.is_tls else "guanai"


def origin_of(scope: Scope) -> Origin:
    """Return how a request reached us."""
    found: Origin = scope[_KEY]
    return found


class HostGate:
    """Lets in only requests for a name that is served, the way that was settled for that name."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """``app``: what is behind; ``settings``: the names."""
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 to a foreign name."""
        if scope["type"] == "http":
            origin = self._origin(scope)
            if isinstance(origin, str):
                await PlainTextResponse(origin, status_code=400)(scope, receive, send)
                return
            scope[_KEY] = origin
        await self._app(scope, receive, send)

    def _origin(self, scope: Scope) -> Origin | str:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        found = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
        if found is None:
            return "这里不认识这个网址。"
        name, peer = found[1].strip("[]"), (scope.get("client") or ("",))[0]
        is_proxied = bool(self._settings.names) and peer in self._settings.proxies
        address = _forwarded(headers, self._settings.proxies) if is_proxied else ""
        if name in self._settings.names:
            if not is_proxied or headers.get("x-forwarded-proto", "").lower() != "https":
                return "请用 https:// 打开。"
            return Origin(hosts[0].lower(), is_tls=True, is_trusted=True, address=address or peer)
        if name in LOOPBACK and peer in LOOPBACK and not address:
            return Origin(hosts[0].lower(), is_tls=False, is_trusted=True, address=peer)
        if name in self._settings.insecure_names:
            return Origin(hosts[0].lower(), is_tls=False, is_trusted=False, address=peer)
        return "这里不认识这个网址。"


def _forwarded(headers: Headers, proxies: Iterable[str]) -> str:
    """Return the browser's address as the last proxy of ours saw it: from the right, what a browser claims is left of it."""
    hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
    return next((hop for hop in reversed(hops) if hop and hop not in proxies), "")


class HeaderGate:
    """Puts the headers of a private site on every answer, errors too, and counts the answers."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        """``app``: what is behind; ``meters``: where answers are counted."""
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), scope.get(_KEY))
                self._meters.count(message["status"], time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, dressed)

    def _dress(self, headers: MutableHeaders, origin: Origin | None) -> None:
        for name, value in _ALWAYS.items():
            headers[name] = value
        headers.setdefault("content-security-policy", CSP)
        headers.setdefault("cache-control", "no-store")
        # Told to send no referrer at all, a browser that does not trust plain HTTP calls every form's origin "null".
        is_untrusted = origin is not None and not origin.is_trusted
        headers["referrer-policy"] = "same-origin" if is_untrusted else "no-referrer"
        if origin is not None and origin.is_tls:
            headers["strict-transport-security"] = f"max-age={_YEAR_SECONDS}"


def is_safe(method: str) -> bool:
    """Tell whether a method only reads."""
    return method in _SAFE_METHODS


def comes_from_us(headers: Headers, origin: Origin, *, may_be_silent: bool = False) -> bool:
    """Tell whether a form was sent by a page of ours.

    Args:
        headers: the request's.
        origin: how it reached us.
        may_be_silent: let pass what names no origin at all; every browser names it when a foreign page sends a form,
            so that is a program, and no program is tricked into using somebody's cookie.
    """
    site, named = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        # "none" is a person who typed the address: no page sent it.
        return site in ("same-origin", "none") and named in (None, "null", origin.text)
    if named is not None:
        return named.lower() == origin.text
    return may_be_silent


def is_token(given: object, expected: str) -> bool:
    """Tell whether a form carries the session's token."""
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
