"""What was posted when the session had ended: it goes along through the log-in, and back to the form it came from."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.web.forms.drafts import Draft, Drafts, spots_of
from guanai.web.gateway import gateway_of
from guanai.web.owners import owner_of_form, owner_of_seal, seal_of
from guanai.web.render import flash, render
from guanai.web.visitor import Visitor

#: Names of fields that go along begin so: none of the log-in's own is called like that.
_MARK: Final = "carried:"
_MOST_FIELDS: Final = 3000
_MOST_SIGNS: Final = 200_000
#: The field that tells, sealed, whose the others are.
_SEAL: Final = "@owner"
#: What belongs to the session that ended, or is secret.
_LEFT: Final = frozenset({"csrf", "password", "old", "again", "totp", _SEAL})
_LONGEST_PLACE: Final = 400
_OTHERS: Final = "刚才没保存的内容是另一位老师的，没有带过来，也没有保存；请他自己登录后再写一次。"
_OTHERS_KEPT: Final = "刚才没保存的内容是另一位老师的，没有带过来，已替他留作草稿；请他自己登录后再接着写。"

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
        carried=marked(_sealed(request, _owner_now(request), pairs)),
        login=login,
        next=address,
        told=_told(pairs),
    )


def stale(request: Request, visitor: Visitor, address: str) -> Response | None:
    """Return the page that offers to post once more with the token of now; None as `ended` does.

    A page of ours was open when someone logged in anew: what is typed in it is theirs, its token is none any more.
    Where it is another person's, it is put by for that person; where nobody knows, it is asked first.
    """
    pairs = _kept(request)
    if not pairs:
        return None
    owner = _owner_now(request)
    if owner == visitor.staff_id:
        return _again(request, visitor, address, pairs, status=403)
    if not owner:
        return _whose(request, visitor, address, pairs, status=403)
    _put_by(request, visitor, owner, address, pairs)
    return RedirectResponse("/", status_code=303)


def midway(request: Request, visitor: Visitor, address: str) -> Response | None:
    """Return the page that leads on to what is still to be done before one is let in; None as `ended` does.

    A page of ours was open when someone logged in anew, and is not through yet: the token may be of either session.
    """
    pairs, owner = _kept(request), _owner_now(request)
    if not pairs:
        return None
    if owner not in ("", visitor.staff_id):
        _put_by(request, visitor, owner, address, pairs)
        return RedirectResponse("/", status_code=303)
    return render(
        request,
        "carried_step.html",
        status=403,
        is_bare=True,
        csrf=visitor.csrf,
        carried=marked(_sealed(request, owner, pairs)),
        step=visitor.step,
        next=address,
        told=_told(pairs) if owner else [],
    )


def left_by_another(request: Request, visitor: Visitor, address: str) -> bool:
    """Tell whether what goes along with a log-in is another person's; then it is put by for that person and goes no further."""
    owner, pairs = _owned(request)
    if not pairs or owner in ("", visitor.staff_id):
        return False
    _put_by(request, visitor, owner, address, pairs)
    return True


def landed(request: Request, visitor: Visitor, address: str) -> Response | None:
    """Return where to go on after a log-in that something went along with; None where nothing did.

    A form that keeps drafts opens with all that was typed; anything else is shown and posted once more by hand, and so
    is what would take the place of another draft. What is nobody's for sure is asked about before it is shown or kept.
    """
    owner, pairs = _owned(request)
    if not pairs or not address:
        return None
    if owner != visitor.staff_id:
        return _whose(request, visitor, address, pairs, status=200)
    place, drafts = _place(pairs, address), Drafts(gateway_of(request).db)
    if not place:
        return _again(request, visitor, address, pairs, status=200)
    found, resume = drafts.find(owner, place), f"{place}{'&' if '?' in place else '?'}draft=1"
    if not _is_same_work(found, pairs):
        return _again(request, visitor, address, pairs, status=200, resume=resume)
    if not drafts.keep(owner, place, _title(pairs), _body(pairs), when=visitor.now):
        return _again(request, visitor, address, pairs, status=200)
    return RedirectResponse(resume, status_code=303)


def marked(pairs: Pairs) -> list[tuple[str, str]]:
    """Return fields under the names that they have while they go along."""
    return [(f"{_MARK}{name}", text) for name, text in pairs]


def _again(  # noqa: PLR0913 -- the words of one page
    request: Request, visitor: Visitor, address: str, pairs: Pairs, *, status: int, resume: str = ""
) -> Response:
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
        resume=resume,
    )


def _put_by(request: Request, visitor: Visitor, owner: str, address: str, pairs: Pairs) -> None:
    """Keep another person's fields as a draft of that person, beside other work; tell the visitor of it, not of them."""
    place, drafts = _place(pairs, address), Drafts(gateway_of(request).db)
    spots = (each for each in spots_of(place) if _is_same_work(drafts.find(owner, each), pairs))
    spot = next(spots, "") if place else ""
    is_kept = bool(spot) and drafts.keep(owner, spot, _title(pairs), _body(pairs), when=visitor.now)
    request.state.visitor = visitor
    flash(request, _OTHERS_KEPT if is_kept else _OTHERS)


def _whose(request: Request, visitor: Visitor, address: str, pairs: Pairs, *, status: int) -> Response:
    """Return the page that asks whether something is the visitor's; by a yes it is sealed as theirs."""
    return render(
        request,
        "carried_whose.html",
        status=status,
        is_bare=True,
        csrf=visitor.csrf,
        who=visitor.name,
        carried=marked(_sealed(request, visitor.staff_id, pairs)),
        next=address,
    )


def _owner_now(request: Request) -> str:
    """Return whose form was posted just now, by its token; "" where nobody knows."""
    given = [text for name, text in _texts(request) if name == "csrf"]
    return owner_of_form(gateway_of(request), given[0]) if len(given) == 1 else ""


def _owned(request: Request) -> tuple[str, list[tuple[str, str]]]:
    """Return whose it is that goes along, "" where nobody knows, and the fields without the seal that tells."""
    every = carried_in(request)
    pairs = [each for each in every if each[0] != _SEAL]
    seal = next((text for name, text in every if name == _SEAL), "")
    return owner_of_seal(gateway_of(request), seal, pairs), pairs


def _sealed(request: Request, owner: str, pairs: Pairs) -> list[tuple[str, str]]:
    return [*pairs, (_SEAL, seal_of(gateway_of(request), owner, pairs))]


def _place(pairs: Pairs, address: str) -> str:
    """Return where a draft of the fields is kept; "" for none."""
    place = next((text for name, text in pairs if name == "place"), "")
    return place if place and len(place) <= _LONGEST_PLACE and _path(place) == _path(address) else ""


def _title(pairs: Pairs) -> str:
    return next((text for name, text in pairs if name == "title"), "")[:80] or "没写完的表单"


def _body(pairs: Pairs) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] not in ("place", "confirmed")]


def _is_same_work(found: Draft | None, pairs: Pairs) -> bool:
    """Tell whether a draft is of the page that the fields are of: then they only are its last state."""
    token = next((text for name, text in pairs if name == "token"), "")
    return (
        found is None or found.pairs == tuple(_body(pairs)) or bool(token and found.value("token") == token)
    )


def _kept(request: Request) -> list[tuple[str, str]]:
    """Return what a page of ours posted; [] for what a script sent, which keeps its own, and for what is too much."""
    is_script = "x-csrf-token" in request.headers or "json" in request.headers.get("accept", "")
    every = [] if is_script else request.state.form.multi_items()
    if not any(name == "csrf" for name, _ in every) or not all(isinstance(text, str) for _, text in every):
        return []
    pairs = [(name, text) for name, text in _texts(request) if name not in _LEFT]
    return pairs if _is_small([*pairs, (_SEAL, "0" * 32)]) else []


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
