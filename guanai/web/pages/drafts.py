"""Drafts: kept while someone types, offered again, and the token that a page needs after a new log-in."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from guanai.web.forms.drafts import Draft, Drafts
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import form_of, text_in
from guanai.web.policy import SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of

_UNKEPT = frozenset({"csrf", "place", "confirmed"})


def drafts_of(request: Request) -> Drafts:
    """Return where drafts are kept."""
    return Drafts(gateway_of(request).db)


def spoken(moment: datetime) -> str:
    """Return an instant as people say it: 11月20日 09:30."""
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def _told(draft: Draft) -> dict[str, str | bool]:
    return {
        "place": draft.place,
        "title": draft.title,
        "when": spoken(draft.kept_at),
        "resume": _resume(draft),
        "is_put_by": draft.is_put_by,
    }


def _resume(draft: Draft) -> str:
    return f"{draft.address}{'&' if '?' in draft.address else '?'}draft=1"


def _keep(request: Request) -> Response:
    visitor, place = visitor_of(request), text_in(request, "place")
    if not place.startswith("/") or place.startswith("//") or len(place) > 400:
        return JSONResponse({"kept": False}, status_code=422)
    pairs = [
        (name, text)
        for name, text in form_of(request).multi_items()
        if isinstance(text, str) and name not in _UNKEPT
    ]
    title = text_in(request, "title")[:80] or "没写完的表单"
    is_kept = drafts_of(request).keep(visitor.staff_id, place, title, pairs, when=visitor.now)
    return JSONResponse({"kept": is_kept}, status_code=200 if is_kept else 413)


def _drop(request: Request) -> Response:
    place = text_in(request, "place")
    drafts_of(request).drop(visitor_of(request).staff_id, place)
    flash(request, "草稿已删去。")
    return RedirectResponse(place if _is_ours(place) else "/", status_code=303)


def _take_up(request: Request) -> Response:
    """Open a form with what was put by beside the draft it would open with."""
    found = drafts_of(request).take_up(visitor_of(request).staff_id, text_in(request, "place"))
    if found is None or not _is_ours(found.place):
        flash(request, "这份草稿已经不在了。")
        return RedirectResponse(address_of(request, "drafts"), status_code=303)
    return RedirectResponse(_resume(found), status_code=303)


def _is_ours(place: str) -> bool:
    return place.startswith("/") and not place.startswith(("//", "/\\"))


def _list(request: Request) -> Response:
    found = drafts_of(request).of(visitor_of(request).staff_id)
    return render(request, "forms/drafts.html", drafts=[_told(each) for each in found])


def _token(request: Request) -> Response:
    visitor = visitor_of(request)
    told = {"csrf": visitor.csrf, "staff": visitor.staff_id}
    return JSONResponse(told, headers={"cache-control": "no-store"})


def _forget_old(gateway: Gateway) -> None:
    Drafts(gateway.db).forget_old(gateway.settings.now())


CHORES = (_forget_old,)
DOORS = (
    Door("/drafts", ("GET",), _list, SIGNED_IN, "drafts"),
    Door("/drafts/keep", ("POST",), _keep, SIGNED_IN, "keep-draft"),
    Door("/drafts/drop", ("POST",), _drop, SIGNED_IN, "drop-draft"),
    Door("/drafts/resume", ("POST",), _take_up, SIGNED_IN, "take-up-draft"),
    Door("/drafts/token", ("GET",), _token, SIGNED_IN, "draft-token"),
)
