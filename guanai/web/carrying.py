"""What was posted when the session had ended: it goes along through the log-in, and back to the form it came from."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.web.forms.drafts import Drafts
from guanai.web.gateway import gateway_of
from guanai.web.render import render
from guanai.web.visitor import Visitor

#: Names of fields that go along begin so: none of the log-in's own is called like that.
_MARK: Final = "carried:"
_MOST_FIELDS: Final = 3000
_MOST_SIGNS: Final = 200_000
#: What belongs to the session that ended, or is secret.
_LEFT: Final = frozenset({"csrf", "password", "old", "again", "totp"})

Pairs = Sequence[tuple[str, str]]


def carried_in(request: Request) -> list[tuple[str, str]]:
    """Return what goes along with a log-in, under the names of the form it came from; [] for nothing or too much."""
    pairs = [(name.removeprefix(_MARK), text) for name, text in _texts(request) if name.startswith(_MARK)]
    return pairs if _is_small(pairs) else []


def ended(request: Request, address: str, login: str) -> Response | None:
    """Return the page that asks who had been logged in for the password, with what was posted in it.

    Args:
        request: a post that nobody is logged in for; its form has been read.
        address: where it went to, with its query.
        login: address of the log-in.

    Returns:
        None where there is nothing of a page of ours in it, or too much: then the usual page is the answer.
    """
    pairs = _kept(request)
    if not pairs:
        return None
    return render(
        request,
        "carried_login.html",
        status=401,
        is_bare=True,
        carried=marked(pairs),
        login=login,
        next=address,
        told=_told(pairs),
    )


def stale(request: Request, visitor: Visitor, address: str) -> Response | None:
    """Return the page that offers to post once more with the token of now; None as `ended` does.

    A page of ours was open when someone logged in anew: what is typed in it is theirs, its token is none any more.
    """
    pairs = _kept(request)
    return _again(request, visitor, address, pairs, status=403) if pairs else None


def midway(request: Request, visitor: Visitor, address: str) -> Response | None:
    """Return the page that leads on to what is still to be done before one is let in; None as `ended` does.

    A page of ours was open when someone logged in anew, and is not through yet: the token may be of either session.
    """
    pairs = _kept(request)
    if not pairs:
        return None
    return render(
        request,
        "carried_step.html",
        status=403,
        is_bare=True,
        csrf=visitor.csrf,
        carried=marked(pairs),
        step=visitor.step,
        next=address,
        told=_told(pairs),
    )


def landed(request: Request, visitor: Visitor, address: str) -> Response | None:
    """Return where to go on after a log-in that something went along with; None where nothing did.

    A form that keeps drafts opens with all that was typed; anything else is shown and posted once more by hand.
    """
    pairs = carried_in(request)
    place = next((text for name, text in pairs if name == "place"), "")
    if not pairs or not address:
        return None
    if not place or _path(place) != _path(address):
        return _again(request, visitor, address, pairs, status=200)
    title = next((text for name, text in pairs if name == "title"), "")[:80] or "没写完的表单"
    gateway = gateway_of(request)
    kept = [pair for pair in pairs if pair[0] not in ("place", "confirmed")]
    if not Drafts(gateway.db).keep(visitor.staff_id, place, title, kept, when=visitor.now):
        return _again(request, visitor, address, pairs, status=200)
    return RedirectResponse(f"{place}{'&' if '?' in place else '?'}draft=1", status_code=303)


def marked(pairs: Pairs) -> list[tuple[str, str]]:
    """Return fields under the names that they have while they go along."""
    return [(f"{_MARK}{name}", text) for name, text in pairs]


def _again(request: Request, visitor: Visitor, address: str, pairs: Pairs, *, status: int) -> Response:
    return render(
        request,
        "carried_again.html",
        status=status,
        is_bare=True,
        csrf=visitor.csrf,
        who=visitor.name,
        carried=pairs,
        address=address,
        told=_told(pairs),
    )


def _kept(request: Request) -> list[tuple[str, str]]:
    """Return what a page of ours posted; [] for what a script sent, which keeps its own, and for what is too much."""
    is_script = "x-csrf-token" in request.headers or "json" in request.headers.get("accept", "")
    every = [] if is_script else request.state.form.multi_items()
    if not any(name == "csrf" for name, _ in every) or not all(isinstance(text, str) for _, text in every):
        return []
    pairs = [(name, text) for name, text in _texts(request) if name not in _LEFT]
    return pairs if _is_small(pairs) else []


def _texts(request: Request) -> list[tuple[str, str]]:
    return [(name, text) for name, text in request.state.form.multi_items() if isinstance(text, str)]


def _path(address: str) -> str:
    return unquote(address.partition("?")[0])


def _is_small(pairs: Pairs) -> bool:
    return len(pairs) <= _MOST_FIELDS and sum(len(name) + len(text) for name, text in pairs) <= _MOST_SIGNS


def _told(pairs: Pairs) -> list[tuple[str, str]]:
    """Return what a person typed, to be read: the field's last word and the text."""
    return [
        (next((step for step in reversed(name.split("/")) if not step.isascii()), ""), text)
        for name, text in pairs
        if name[:1] == "/" and text.strip()
    ]
