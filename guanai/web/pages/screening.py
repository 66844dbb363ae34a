"""A class's screening on one page: tap what was found, the rest with one button."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import NotFound
from guanai.saving import Edit
from guanai.web.forms.desk import Desk, Sheet
from guanai.web.forms.drafts import Drafts
from guanai.web.forms.filing import Paper, filed, opened, pairs_of, token_of
from guanai.web.forms.model import FormModel, Rows
from guanai.web.forms.render import render as form_of
from guanai.web.forms.screening import (
    LINES,
    NOTHING_FOUND,
    Household,
    by_child,
    is_done,
    noted_in,
    settled,
    told_in,
)
from guanai.web.gateway import gateway_of
from guanai.web.guard import text_in
from guanai.web.pages.students import roll, view_of
from guanai.web.policy import CLASS
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of
from guanai.yamlfile import Change, Set

_KIND = "screening"


def _screening(request: Request) -> Response:
    visitor, class_id = visitor_of(request), request.path_params["class_id"]
    calendar = view_of(visitor).facts.calendar
    term = calendar.term_of(visitor.on) if calendar.covers(visitor.on) else None
    if term is None:
        return render(request, "forms/no_school.html", day=visitor.on)
    desk = Desk(request)
    head = {"班级": class_id, "学期": term.id, "排查人": visitor.staff_id}
    paper = _paper(request, desk, head)
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _paper(request: Request, desk: Desk, head: dict[str, str]) -> Paper:
    visitor, class_id, path = (
        desk.visitor,
        head["班级"],
        f"records/screenings/{head['学期']}/{head['班级']}.yml",
    )
    address = address_of(request, "screening", class_id=class_id)
    pairs = _typed(request, address)
    sheet, now = _sheets(desk, path, head, pairs)
    model = form_of(
        sheet.shape, sheet.view, sheet.powers, at=(LINES,), choices=desk.choices, words=desk.words, version=sheet.version,
        token=token_of(request),
    )  # fmt: skip
    rows = next((node for node in model.nodes if isinstance(node, Rows)), Rows((LINES,), LINES, ()))
    pupils = roll(view_of(visitor), class_id, visitor.on)
    household = Household(pupils, rows, told_in(pairs or ()), noted_in(now), is_done(now))
    known, names = {"日期": f"{visitor.on}", "方式": "面谈"}, dict(pupils)

    def edits(changes: Any, base: str) -> tuple[Edit, ...]:
        if not base:
            return (Edit(_KIND, (Set((), head), *changes), is_new=True),)
        return (Edit(path, changes, base),)

    def settles(changes: tuple[Change, ...], chosen: Mapping[str, str]) -> tuple[Change, ...] | None:
        return settled(changes, chosen, sheet.view, desk.sheet(path, text_in(request, "seen")).view)

    def shows(shown: FormModel) -> dict[str, Any]:
        typed = next((node for node in shown.nodes if isinstance(node, Rows)), rows)
        return {"lines": household.with_rows(typed).lines(known)}

    return Paper(
        heading=f"{desk.context.class_name(class_id, visitor.on)} · 摸底",
        action=address,
        model=model,
        newest=sheet.newest,
        edits=edits,
        done=lambda _: RedirectResponse(address, 303),
        shows=shows,
        read=lambda model, pairs: household.read(
            model, pairs, rest=NOTHING_FOUND if text_in(request, "rest") else "", known=known, on=f"{visitor.on}"
        ),
        settles=settles,
        names=lambda each: by_child(each, names),
        context={"rest": NOTHING_FOUND, "back": address_of(request, "students"), "back_title": "学生"},
        template="forms/screening.html",
    )  # fmt: skip


def _typed(request: Request, address: str) -> list[tuple[str, str]] | None:
    """Return what comes back: a post, or the draft that is asked for; None for a page opened anew."""
    if request.method == "POST":
        return pairs_of(request)
    if not request.query_params.get("draft"):
        return None
    found = Drafts(gateway_of(request).db).find(visitor_of(request).staff_id, address)
    return list(found.pairs) if found else None


def _sheets(
    desk: Desk, path: str, head: dict[str, str], pairs: list[tuple[str, str]] | None
) -> tuple[Sheet, Mapping[str, Any]]:
    """Return the screening as the page was made of it, and what stands there now.

    A page that comes back without a version was opened when nothing stood there, whatever does by now.
    """
    version = dict(pairs or ()).get("version", "")
    empty = desk.fresh(_KIND, {**head, LINES: []})
    try:
        now = desk.sheet(path)
    except NotFound:
        return empty, {}
    if pairs is not None and not version:
        return replace(empty, newest=now.newest), now.view
    return (desk.sheet(path, version) if version else now), now.view


DOORS = (
    Door(
        "/class/{class_id}/screening",
        ("GET", "POST"),
        _screening,
        CLASS,
        "screening",
        audits="摸底",
        subject="class_id",
    ),
)
