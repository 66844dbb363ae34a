"""Whose a form is: told by what it was sent with, after its session has ended too, and only to who has the workspace's key."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from guanai.errors import GuanaiError
from guanai.web.gateway import Gateway
from guanai.web.sessions import csrf_token
from guanai.workspace.facade import Workspace

#: Half of a form's token is the session's secret, half says whose it is: 128 bits each.
_HALF: Final = 32
_TOKEN, _CARRIED = b"guanai form of", b"guanai carried of"


def form_token(workspace: Workspace, staff: str, number: str) -> str:
    """Return the token that the forms of a person's session carry: 64 signs.

    Args:
        workspace: whose key seals; where that is damaged, the token does not tell whose it is.
        staff: the person.
        number: the session's in the browser.
    """
    token, secret = csrf_token(number), _secret(workspace)
    return token[:_HALF] + _seal(secret, _TOKEN, staff, token[:_HALF]) if secret else token


def owner_of_form(gateway: Gateway, token: str) -> str:
    """Return whose session a form's token is of, ended or not; "" where it tells nobody."""
    secret = _secret(gateway.moments.now())
    return _found(gateway, secret, _TOKEN, token[:_HALF], token[_HALF:]) if len(token) == 2 * _HALF else ""


def seal_of(gateway: Gateway, staff: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return what says that these fields are a person's and holds for no others; "" for nobody's."""
    secret = _secret(gateway.moments.now())
    return _seal(secret, _CARRIED, staff, _text(pairs)) if staff and secret else ""


def owner_of_seal(gateway: Gateway, seal: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return whose these fields are by what ``seal_of`` gave them; "" where it tells nobody."""
    return _found(gateway, _secret(gateway.moments.now()), _CARRIED, _text(pairs), seal)


def _found(gateway: Gateway, secret: bytes, use: bytes, text: str, given: str) -> str:
    if not secret or not given:
        return ""
    people = (each.staff for each in gateway.accounts.all())
    signs = given.encode("utf-8", "replace")
    return next(
        (each for each in people if hmac.compare_digest(_seal(secret, use, each, text).encode(), signs)), ""
    )


def _seal(secret: bytes, use: bytes, staff: str, text: str) -> str:
    whole = b"\0".join((use, staff.encode(), text.encode()))
    return hmac.new(secret, whole, hashlib.sha256).hexdigest()[:_HALF]


def _text(pairs: Sequence[tuple[str, str]]) -> str:
    """Return fields as one text; browsers send every end of a line in one way, whatever it was before."""
    return urlencode([(name, text.replace("\r\n", "\n").replace("\r", "\n")) for name, text in pairs])


def _secret(workspace: Workspace) -> bytes:
    try:
        return workspace.secret
    except GuanaiError:  # a damaged key is told where papers are made
        return b""
