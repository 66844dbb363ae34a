"""The pages between a password and being let in: second factor, password of one's own, setting up the factor."""

from typing import Any

import pyotp
import segno
from starlette.requests import Request
from starlette.responses import Response

from guanai.web.carrying import carried_in, marked
from guanai.web.gateway import gateway_of
from guanai.web.guard import text_in
from guanai.web.passwords import LONGEST, SHORTEST
from guanai.web.render import render
from guanai.web.visitor import Step, Visitor

#: The light ground belongs to the code: in the dark it could not be read otherwise.
_GROUND, _INK = "#ffffff", "#000000"


def page_of(request: Request, visitor: Visitor) -> Response:
    """Return the page of what a person has still to do; what went along with the log-in stays in its form."""
    return _PAGES[visitor.step](request, visitor)


def code_page(request: Request, _: Visitor, told: str = "", *, status: int = 200, wait: int = 0) -> Response:
    """Return the page that asks for the second factor."""
    return _page(request, "login_code.html", told, status=status, wait=wait)


def password_page(
    request: Request, visitor: Visitor, told: str = "", *, status: int = 200, wait: int = 0
) -> Response:
    """Return the page that asks for a password of one's own."""
    is_first = visitor.step is Step.PASSWORD
    return _page(
        request, "login_password.html", told, status=status, wait=wait,
        is_first=is_first, shortest=SHORTEST, longest=LONGEST,
    )  # fmt: skip


def enrol_page(
    request: Request, visitor: Visitor, told: str = "", *, status: int = 200, wait: int = 0
) -> Response:
    """Return the page that brings the secret of the second factor into a phone: by camera, by link or by hand."""
    secret = pending_secret(request, visitor)
    issuer = visitor.workspace.snapshot.school.short_name or "关爱"
    uri = pyotp.TOTP(secret).provisioning_uri(name=visitor.account.user, issuer_name=issuer)
    return _page(
        request, "login_enrol.html", told, status=status, wait=wait,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        uri=uri, picture=_picture(uri), is_first=visitor.step is Step.ENROL,
    )  # fmt: skip


def pending_secret(request: Request, visitor: Visitor) -> str:
    """Return the secret that is being set up in a session; the first time, draw it."""
    if visitor.session.pending:
        return visitor.session.pending
    secret = pyotp.random_base32()
    gateway_of(request).sessions.set_pending(visitor.session.key, secret)
    return secret


def target_of(request: Request) -> str:
    """Return the page of ours that was asked for before the log-in, "" for none."""
    return _inside(text_in(request, "next") or request.query_params.get("next", ""))


_PAGES = {Step.CODE: code_page, Step.PASSWORD: password_page, Step.ENROL: enrol_page}


def _page(request: Request, template: str, told: str, *, status: int, wait: int, **context: Any) -> Response:
    headers = {"retry-after": str(wait)} if wait else None
    return render(
        request, template, status=status, headers=headers, told=told, next=target_of(request),
        carried=marked(carried_in(request)), **context,
    )  # fmt: skip


def _picture(uri: str) -> str:
    """Return the QR code of an address as the address of a picture; nothing of it leaves the page."""
    return segno.make(uri, micro=False, error="m").svg_data_uri(scale=4, dark=_INK, light=_GROUND)


def _inside(target: str) -> str:
    """Return an address if it leads to a page of ours, else "".

    >>> _inside("/students/S2024-7K3QD"), _inside("//elsewhere.example"), _inside("https://elsewhere.example")
    ('/students/S2024-7K3QD', '', '')
    """
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if is_ours and target.isprintable() and len(target) < 500 else ""
