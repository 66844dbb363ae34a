"""Policies and their figures: each figure stands beside the clause that prints it, and the clause follows as one types."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from generators import presets
from guanai.errors import Invalid
from guanai.saving import Edit
from guanai.web.forms.desk import Desk, Sheet
from guanai.web.guard import form_of, text_in
from guanai.web.keepers import KEEPS_POLICIES
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.settling import settled
from guanai.web.visitor import visitor_of
from guanai.workspace.figure_sheet import figure_changes, figure_sheet, sheet_problems
from guanai.yamlfile import Set, load
from guanai.yamlfile.paths import steps

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
            (each, sample.name, "、".join(sample.stages))
            for each, sample in ((each, presets.load_preset(each)) for each in presets.preset_slugs())
            if each not in known
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
    return _shown(request, _read(request), {})


def _save(request: Request) -> Response:
    """Save the figures that were changed since the page was made, or only show how the clauses would read."""
    policy_id, sent = request.path_params["policy_id"], _sent(request)
    read = _read(request, text_in(request, "version"))
    try:
        problems, changes = sheet_problems(read.view, sent), figure_changes(read.view, sent)
        if problems or text_in(request, "do") != "save":
            return _shown(request, read, sent, is_tried=not problems)
        edit = Edit(policy_id, changes, Desk(request).unsealed(read.version))
        told = settled(request, (edit,), "数字已保存；条文、待办和提醒从现在起都照新的算。")
    except Invalid as error:
        return _shown(request, _read(request), {}, told=str(error))
    if told:
        changed = {each.path for each in changes}
        own = {pointer: text for pointer, text in sent.items() if steps(pointer) in changed}
        return _shown(request, _read(request), own, told=told)
    return RedirectResponse(address_of(request, "admin-figures", policy_id=policy_id), status_code=303)


def _live(request: Request) -> Response:
    """Return the clauses as they would print, for the page that is being typed into."""
    sent = _sent(request)
    data = _read(request, text_in(request, "version")).view
    try:
        sheet = figure_sheet(data, sent, visitor_of(request).edition.context)
        problems = sheet_problems(data, sent)
    except Invalid as error:
        return JSONResponse({"clauses": {}, "problems": {"": str(error)}})
    return JSONResponse(
        {"clauses": {each.pointer: "\n".join(each.lines) for each in sheet}, "problems": problems}
    )


def _read(request: Request, version: str = "") -> Sheet:
    """Return the policy that is asked for as a page was made of it, "" for as it is now."""
    policy_id = request.path_params["policy_id"]
    visitor_of(request).workspace.snapshot.path(
        "policy", policy_id
    )  # records of other kinds are not found here
    return Desk(request).sheet(policy_id, version)


def _shown(
    request: Request, read: Sheet, sent: Mapping[str, str], *, told: str = "", is_tried: bool = False
) -> Response:
    """Return the page of a policy as it was read, with the figures that were sent in their fields."""
    context = visitor_of(request).edition.context
    problems = sheet_problems(read.view, sent)
    try:
        sheet = figure_sheet(read.view, sent, context)
    except Invalid as error:
        sheet, told = figure_sheet(read.view, {}, context), str(error)
    others = {place: words for place, words in problems.items() if place not in sent}
    return render(
        request,
        "admin_figures.html",
        status=422 if problems or told else 200,
        told=told or "；".join(others.values()),
        is_tried=is_tried,
        policy_id=read.record,
        policy=_record(read.view),
        sheet=sheet,
        sent=sent,
        problems=problems,
        version=read.version,
    )


def _sent(request: Request) -> dict[str, str]:
    return {
        name: text[:_MOST_SIGNS]
        for name, text in form_of(request).multi_items()
        if name.startswith(_FIGURE) and isinstance(text, str)
    }


_SMALL = 64 * 1024
DOORS = (
    Door("/admin/policies", ("GET",), _list, KEEPS_POLICIES, "admin-policies"),
    Door("/admin/policies/adopt", ("POST",), _adopt, KEEPS_POLICIES, "admin-adopt", body_limit=_SMALL),
    Door("/admin/policies/{policy_id}", ("GET",), _figures, KEEPS_POLICIES, "admin-figures"),
    Door("/admin/policies/{policy_id}/save", ("POST",), _save, KEEPS_POLICIES, "admin-save-figures", body_limit=_SMALL),
    Door("/admin/policies/{policy_id}/live", ("POST",), _live, KEEPS_POLICIES, "admin-live-figures", body_limit=_SMALL),
)  # fmt: skip
