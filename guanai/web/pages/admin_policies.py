"""Policies and their figures: each figure stands beside the clause that prints it, and the clause follows as one types."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from generators import presets
from guanai.errors import GuanaiError, Invalid
from guanai.saving import Edit
from guanai.web.guard import form_of, text_in
from guanai.web.keepers import KEEPS_POLICIES
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.settling import settled
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.figure_sheet import figure_changes, figure_sheet, sheet_problems
from guanai.yamlfile import Set, load

#: Posted names of figures are pointers; all others are the page's own.
_FIGURE = "/"
_MOST_SIGNS = 60


def _list(request: Request) -> Response:
    return _listed(request)


def _listed(request: Request, *, told: str = "") -> Response:
    snapshot = visitor_of(request).workspace.snapshot
    known = snapshot.ids("policy")
    return render(
        request,
        "admin_policies.html",
        status=422 if told else 200,
        told=told,
        policies=[(each, _record(snapshot.mapping("policy", each))) for each in known],
        edits={each: address_of(request, "edit-record", record_id=each) for each in known},
        presets=[
            (each, presets.load_preset(each).name) for each in presets.preset_slugs() if each not in known
        ],
    )


def _record(data: Mapping[str, Any]) -> dict[str, str]:
    adopted = data.get("采用") or {}
    return {
        "name": str(data["名称"]),
        "kind": str(data["类别"]),
        "day": str(adopted.get("日期", "")),
        "number": str(adopted.get("文号", "")),
    }


def _adopt(request: Request) -> Response:
    slug = text_in(request, "slug")
    if slug not in presets.preset_slugs() or slug in visitor_of(request).workspace.snapshot.ids("policy"):
        return _listed(request, told="没有这份样本，或者已经采用了。")
    data = load(presets.preset_path(slug).read_bytes(), f"{slug}.yml").data
    told = settled(
        request, (Edit("policy", (Set((), data),), is_new=True),), "已采用；请核对数字，开会通过后再编文号。"
    )
    if told:
        return _listed(request, told=told)
    return RedirectResponse(address_of(request, "admin-figures", policy_id=slug), status_code=303)


def _figures(request: Request) -> Response:
    return _sheet(request, {})


def _save(request: Request) -> Response:
    """Save the figures that were changed, or only show how the clauses would read."""
    visitor, policy_id, sent = visitor_of(request), request.path_params["policy_id"], _sent(request)
    data = visitor.workspace.snapshot.mapping("policy", policy_id)
    try:
        problems = sheet_problems(data, sent)
        if problems or text_in(request, "do") != "save":
            return _sheet(request, sent, is_tried=not problems)
        edit = Edit(policy_id, figure_changes(data, sent), _version(visitor, policy_id, request))
        told = settled(request, (edit,), "数字已保存；条文、待办和提醒从现在起都照新的算。")
    except Invalid as error:
        return _sheet(request, {}, told=str(error))
    if told:
        return _sheet(request, sent, told=told)
    return RedirectResponse(address_of(request, "admin-figures", policy_id=policy_id), status_code=303)


def _live(request: Request) -> Response:
    """Return the clauses as they would print, for the page that is being typed into."""
    visitor, sent = visitor_of(request), _sent(request)
    data = visitor.workspace.snapshot.mapping("policy", request.path_params["policy_id"])
    try:
        sheet = figure_sheet(data, sent, visitor.edition.context)
        problems = sheet_problems(data, sent)
    except Invalid as error:
        return JSONResponse({"clauses": {}, "problems": {"": str(error)}})
    return JSONResponse(
        {"clauses": {each.pointer: "\n".join(each.lines) for each in sheet}, "problems": problems}
    )


def _sheet(request: Request, sent: Mapping[str, str], *, told: str = "", is_tried: bool = False) -> Response:
    visitor, policy_id = visitor_of(request), request.path_params["policy_id"]
    data = visitor.workspace.snapshot.mapping("policy", policy_id)
    problems = sheet_problems(data, sent)
    try:
        sheet = figure_sheet(data, sent, visitor.edition.context)
    except Invalid as error:
        sheet, told = figure_sheet(data, {}, visitor.edition.context), str(error)
    others = {place: words for place, words in problems.items() if place not in sent}
    return render(
        request,
        "admin_figures.html",
        status=422 if problems or told else 200,
        told=told or "；".join(others.values()),
        is_tried=is_tried,
        policy_id=policy_id,
        policy=_record(data),
        sheet=sheet,
        sent=sent,
        problems=problems,
        version=visitor.workspace.version(policy_id),
    )


def _sent(request: Request) -> dict[str, str]:
    return {
        name: text[:_MOST_SIGNS]
        for name, text in form_of(request).multi_items()
        if name.startswith(_FIGURE) and isinstance(text, str)
    }


def _version(visitor: Visitor, policy_id: str, request: Request) -> str:
    """Return the version that the page was made of; where it is not one of this policy's, saving refuses it."""
    sent = text_in(request, "version")
    try:
        return sent or visitor.workspace.version(policy_id)
    except GuanaiError:
        return ""


_SMALL = 64 * 1024
DOORS = (
    Door("/admin/policies", ("GET",), _list, KEEPS_POLICIES, "admin-policies"),
    Door("/admin/policies/adopt", ("POST",), _adopt, KEEPS_POLICIES, "admin-adopt", body_limit=_SMALL),
    Door("/admin/policies/{policy_id}", ("GET",), _figures, KEEPS_POLICIES, "admin-figures"),
    Door("/admin/policies/{policy_id}/save", ("POST",), _save, KEEPS_POLICIES, "admin-save-figures", body_limit=_SMALL),
    Door("/admin/policies/{policy_id}/live", ("POST",), _live, KEEPS_POLICIES, "admin-live-figures", body_limit=_SMALL),
)  # fmt: skip
