"""What happens at a door: who asks, is the form ours, may they pass, and a line in the log before anything is shown."""

from collections.abc import Mapping
from typing import Any

from anyio import to_thread
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from guanai.errors import GuanaiError
from guanai.web import carrying, faults
from guanai.web.gateway import gateway_of
from guanai.web.policy import Stage
from guanai.web.render import address_of
from guanai.web.routes import Door
from guanai.web.security import comes_from_us, is_safe, is_token, origin_of
from guanai.web.visitor import Step, Visitor, find_visitor

#: The field and the header in which a form carries its token.
TOKEN_FIELD, TOKEN_HEADER = "csrf", "x-csrf-token"
_MOST_FIELDS = 5000
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_REFUSED = "拒绝"
#: What a door is called in the log that hands out files; so many an hour and person.
_DOWNLOAD, _TOO_MANY = "下载", "次数过多"


class TooLarge(Exception):
    """More was sent than a door takes."""


class Guarded:
    """A door as an ASGI application."""

    def __init__(self, door: Door) -> None:
        """``door``: the one to guard."""
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, _limited(receive, self.door.body_limit))
        try:
            response = await self._response(request)
        except TooLarge:
            response = faults.page(request, 413)
        except ClientDisconnect:
            return  # the line broke while something was sent: nobody is there to be answered, and it is no fault of ours
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if is_safe(request.method):
            request.state.form = FormData()
            return await self._threaded(request)
        may_be_silent = self.door.policy.stage is Stage.ANYBODY
        if not comes_from_us(request.headers, origin_of(request.scope), may_be_silent=may_be_silent):
            return await to_thread.run_sync(self._foreign, request)
        if int(request.headers.get("content-length") or 0) > self.door.body_limit:
            raise TooLarge
        if not _is_readable(request.headers.get("content-type", "")):
            return faults.page(request, 400)
        if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _FORMS:
            await request.body()  # no door reads it, but one that is too large is refused like any other
            request.state.form = FormData()
            return await self._threaded(request)
        async with request.form(
            max_fields=_MOST_FIELDS, max_files=20, max_part_size=self.door.body_limit
        ) as form:
            request.state.form = form
            return await self._threaded(request)

    async def _threaded(self, request: Request) -> Response:
        limiter = request.app.state.slow_lane if self.door.is_slow and request.method == "POST" else None
        return await to_thread.run_sync(self._answer, request, limiter=limiter)

    def _foreign(self, request: Request) -> Response:
        """Refuse what a page that is not ours sent; with somebody's cookie it goes into the log."""
        try:
            visitor = find_visitor(request)
            if visitor is not None:
                self._note(request, visitor, "别处来的表单")
        except faults.VITAL as error:
            return faults.unavailable(request, error)
        return faults.page(request, 403)

    def _answer(self, request: Request) -> Response:
        request.state.visitor = None
        try:
            return self._judged(request)
        except faults.VITAL as error:
            return faults.unavailable(request, error)

    def _judged(self, request: Request) -> Response:
        visitor = request.state.visitor = find_visitor(request)
        if self.door.policy.stage is not Stage.ANYBODY:
            if visitor is None:
                return self._carried(request, None) or _to_login(request)
            if not is_safe(request.method) and not _is_ours(request, visitor):
                self._note(request, visitor, "表单无效")
                return self._carried(request, visitor) or faults.page(request, 403)
            if self.door.policy.stage is Stage.INSIDE and visitor.step is not Step.DONE:
                carried = self._carried(request, visitor)
                return carried or RedirectResponse(address_of(request, visitor.step), status_code=303)
            if not self.door.policy.allows(visitor, request.path_params):
                self._note(request, visitor, _REFUSED)
                return faults.page(request, 404)
            if self.door.audits == _DOWNLOAD and request.method != "HEAD":
                return self._handed_out(request, visitor)
        return self._passed(request, visitor)

    def _handed_out(self, request: Request, visitor: Visitor) -> Response:
        """Hand out a file. It is counted beforehand, so that many at once cannot pass, and not if none comes of it."""
        gateway, staff, is_file = gateway_of(request), visitor.staff_id, False
        downloads, when = gateway.downloads, gateway.settings.clock()
        if self.door.is_bundle:
            downloads.count(staff, when=when)
        elif wait := downloads.wait_seconds(staff, when=when):
            self._note(request, visitor, _TOO_MANY)
            return faults.too_many_files(request, wait)
        try:
            response = self._passed(request, visitor)
            is_file = 200 <= response.status_code < 300
        finally:
            if not is_file:
                downloads.give_back(staff, when=when)
        return response

    def _passed(self, request: Request, visitor: Visitor | None) -> Response:
        try:
            response = self.door.endpoint(request)
        except faults.VITAL:
            raise
        except GuanaiError as error:
            status = faults.status_of(error)
            if visitor is not None and status in (403, 404):
                self._note(request, visitor, _REFUSED)
            return faults.page(request, status, str(error) if faults.is_for_people(error) else "")
        if self.door.audits and visitor is not None:
            self._note(request, visitor, "成" if response.status_code < 400 else str(response.status_code))
        return response

    def _carried(self, request: Request, visitor: Visitor | None) -> Response | None:
        """Return the page that keeps what was posted where the session has ended; None where there is nothing to keep."""
        if is_safe(request.method) or self.door.policy.stage is not Stage.INSIDE:
            return None
        if visitor is None:
            return carrying.ended(request, _asked_for(request), address_of(request, "login"))
        is_through = visitor.step is Step.DONE
        return (carrying.stale if is_through else carrying.midway)(request, visitor, _asked_for(request))

    def _note(self, request: Request, visitor: Visitor, result: str) -> None:
        door = self.door
        record = str(request.path_params.get(door.subject or _named(door.policy.needs), ""))
        gateway_of(request).audit.record(
            actor=visitor.staff_id,
            role="、".join(visitor.roles),
            action=door.audits or door.name,
            record=record,
            edition="" if result == _REFUSED else _edition(visitor, record),
            result=result,
            address=origin_of(request.scope).address,
        )


def note(request: Request, visitor: Visitor, action: str, record: str, *, result: str = "成") -> None:
    """Add a line to the log of who looked at what, for what a door's own line does not tell.

    Args:
        request: the request.
        visitor: who.
        action: in a word, such as 下载.
        record: the record's id.
        result: what came of it.
    """
    gateway_of(request).audit.record(
        actor=visitor.staff_id,
        role="、".join(visitor.roles),
        action=action,
        record=record,
        edition=_edition(visitor, record),
        result=result,
        address=origin_of(request.scope).address,
    )


def form_of(request: Request) -> FormData:
    """Return the fields that were posted; empty for GET."""
    form: FormData = request.state.form
    return form


def text_in(request: Request, name: str) -> str:
    """Return one posted text field, "" where there is none.

    Raises:
        SentTwice: there are several: no form of ours sends them, and which of them was meant nobody knows.
    """
    values = form_of(request).getlist(name)
    if len(values) > 1:
        raise faults.SentTwice
    return values[0] if values and isinstance(values[0], str) else ""


def _is_readable(content_type: str) -> bool:
    """Tell whether a text is sent in the one encoding of ours; in some of Python's others it cannot be read or told again."""
    named = parse_options_header(content_type)[1].get(b"charset", b"utf-8")
    return named.decode("latin-1").strip().lower() in ("utf-8", "utf8")


def _named(needs: tuple[str, ...]) -> str:
    return needs[0] if needs else ""


def _edition(visitor: Visitor, record: str) -> str:
    if not record:
        return ""
    try:
        labels = visitor.edition.decision(visitor.workspace.snapshot.find(record), record).labels
    except GuanaiError:
        return ""
    return " ".join(sorted(labels))


def _is_ours(request: Request, visitor: Visitor) -> bool:
    given = request.headers.get(TOKEN_HEADER) or form_of(request).get(TOKEN_FIELD)
    return is_token(given, visitor.csrf)


def _to_login(request: Request) -> Response:
    if not is_safe(request.method):
        return faults.page(request, 401)
    query: Mapping[str, Any] = {"next": _asked_for(request)} if request.url.path != "/" else {}
    return RedirectResponse(address_of(request, "login", query=query), status_code=303)


def _asked_for(request: Request) -> str:
    """Return the address below this host that was asked for."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge
        return message

    return limited
