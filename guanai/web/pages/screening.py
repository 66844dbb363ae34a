"""A class's screening on one page: tap what was found, the rest with one button."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import NotFound
from guanai.saving import Edit
from guanai.web.forms.desk import Desk, Sheet
from guanai.web.forms.filing import Paper, filed, opened, token_of
from guanai.web.forms.model import FormModel, Rows
from guanai.web.forms.render import render as form_of
from guanai.web.forms.screening import LINES, NOTHING_FOUND, Household, whole
from guanai.web.guard import text_in
from guanai.web.pages.students import view_of
from guanai.web.policy import CLASS
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of
from guanai.yamlfile import Set

_KIND = "screening"


def _screening(request: Request) -> Response:
    visitor, class_id = visitor_of(request), request.path_params["class_id"]
    calendar = view_of(visitor).facts.calendar
    term = calendar.term_of(visitor.on) if calendar.covers(visitor.on) else None
    if term is None:
        return render(request, "forms/no_school.html", day=visitor.on)
    desk = Desk(request)
    head = {"班级": class_id, "学期": term.id, "排查人": visitor.staff_id}
    sheet = _sheet(request, desk, head)
    paper = _paper(request, desk, sheet, head)
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _sheet(request: Request, desk: Desk, head: dict[str, str]) -> Sheet:
    try:
        return desk.sheet(
            f"records/screenings/{head['学期']}/{head['班级']}.yml", text_in(request, "version")
        )
    except NotFound:
        return desk.fresh(_KIND, {**head, LINES: []})


def _paper(request: Request, desk: Desk, sheet: Sheet, head: dict[str, str]) -> Paper:
    visitor, class_id = desk.visitor, head["班级"]
    model = form_of(
        sheet.shape, sheet.view, sheet.powers, at=(LINES,), choices=desk.choices, version=sheet.version,
        token=token_of(request),
    )  # fmt: skip
    rows = next((node for node in model.nodes if isinstance(node, Rows)), Rows((LINES,), LINES, ()))
    household = Household(_pupils(desk, class_id), rows)
    known = {"日期": f"{visitor.on}", "方式": "面谈"}
    is_new = not sheet.newest

    def edits(changes: Any, base: str) -> tuple[Edit, ...]:
        if is_new:
            return (Edit(_KIND, (Set((), whole(changes, head)),), is_new=True),)
        return (Edit(sheet.record, changes, base),)

    def shows(shown: FormModel) -> dict[str, Any]:
        typed = next((node for node in shown.nodes if isinstance(node, Rows)), rows)
        return {"lines": household.with_rows(typed).lines(known)}

    address = address_of(request, "screening", class_id=class_id)
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
        context={"rest": NOTHING_FOUND, "back": address_of(request, "students"), "back_title": "学生"},
        template="forms/screening.html",
    )  # fmt: skip


def _pupils(desk: Desk, class_id: str) -> tuple[tuple[str, str], ...]:
    view = view_of(desk.visitor)
    members = [child.id for child in view.facts.members(class_id, desk.visitor.on)]
    return tuple((each, view.name(each)) for each in members if view.name(each))


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
