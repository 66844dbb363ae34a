"""The counsellor's desk: the files, and a session in five fields."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.saving import Edit
from guanai.web.forms.desk import Desk, Sheet
from guanai.web.forms.filing import Paper, filed, opened, token_of
from guanai.web.forms.model import FormModel
from guanai.web.forms.render import render as form_of
from guanai.web.forms.short import SESSION, first_text, prepared, split
from guanai.web.guard import text_in
from guanai.web.pages.students import view_of
from guanai.web.policy import COUNSELLOR, RECORD_EDIT
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of

_KIND = "counseling"
_HOW = "面谈"


def _files(request: Request) -> Response:
    """List the files that the counsellor may open, the one met last first."""
    visitor, view = visitor_of(request), view_of(visitor_of(request))
    found = []
    for record in visitor.workspace.snapshot.ids(_KIND):
        if not visitor.edition.decision(_KIND, record).allowed:
            continue
        data = visitor.edition.record(_KIND, record)
        held = data.get(SESSION)
        met = max((str(each.get("时间", "")) for each in held), default="") if isinstance(held, list) else ""
        name = view.name(str(data.get("学生", ""))) or str(data.get("学生", record))
        found.append((met[:10], name, record, data.get("风险等级", ""), len(held or ())))
    return render(request, "forms/counselling.html", files=sorted(found, reverse=True))


def _session(request: Request) -> Response:
    """Add one session to a file."""
    record = request.path_params["record_id"]
    desk = Desk(request)
    sheet = desk.sheet(record, text_in(request, "version"))
    if sheet.kind != _KIND:
        return RedirectResponse(address_of(request, "edit-record", record_id=record), status_code=303)
    model = _model(request, desk, sheet)
    name = view_of(desk.visitor).name(str(sheet.view.get("学生", ""))) or record
    back = address_of(request, "counselling")
    paper = Paper(
        heading=f"{name} · 记一次辅导",
        action=address_of(request, "counselling-session", record_id=record),
        model=model,
        edits=lambda changes, base: (Edit(record, changes, base),),
        done=lambda _: RedirectResponse(back, 303),
        display=lambda shown: split(shown, SESSION, ()),
        must=first_text(model),
        context={"back": back, "back_title": "心理辅导"},
    )
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _model(request: Request, desk: Desk, sheet: Sheet) -> FormModel:
    model = form_of(
        sheet.shape, sheet.view, sheet.powers, at=(SESSION,), choices=desk.choices, words=desk.words, version=sheet.version,
        token=token_of(request),
    )  # fmt: skip
    held = sheet.view.get(SESSION)
    count = len(held) if isinstance(held, list) else 0
    given = {"方式": _HOW, "次数": str(count + 1)}
    return replace(prepared(model, "", now=desk.visitor.now, given=given), version=sheet.version)


DOORS = (
    Door(
        "/counselling",
        ("GET",),
        _files,
        COUNSELLOR,
        "counselling",
        audits="查看",
        nav="心理辅导",
        nav_rank=30,
    ),
    Door(
        "/counselling/{record_id}/session",
        ("GET", "POST"),
        _session,
        RECORD_EDIT,
        "counselling-session",
        audits="添写",
        subject="record_id",
    ),
)
