"""Lists that come in as Excel sheets: what they would change is shown first, row by row, and saved only when confirmed."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import GuanaiError, Invalid, Unsaid
from guanai.saving import Saved
from guanai.saving.drafts import TakenPlace
from guanai.sheets.faulty import sentence_of
from guanai.sheets.headers import names_a_place, targets
from guanai.sheets.kinds import KINDS, UNWANTED
from guanai.sheets.reader import read_workbook
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import form_of, text_in
from guanai.web.keepers import IMPORTS
from guanai.web.plans import Progress
from guanai.web.render import address_of, flash, render
from guanai.web.routes import Door
from guanai.web.uploads import file_in
from guanai.web.visitor import visitor_of
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Importer, Plan, Wanted, Watch
from guanai.workspace.previews import Preview, Previews, UnknownPreview

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST = 16 * 2**20
_SHOWN = 200
_MAPPED = "map:"
_LONGEST = 80
_MOVED = "看过以后档案又改过，会改的已经不同；请再看一遍，再保存。"


def _list(request: Request) -> Response:
    return _listed(request)


def _listed(request: Request, *, told: str = "") -> Response:
    visitor = visitor_of(request)
    return render(
        request,
        "admin_imports.html",
        status=422 if told else 200,
        told=told,
        kinds=tuple(KINDS),
        waiting=_previews(request).of(visitor.staff_id),
    )


def _bring(request: Request) -> Response:
    """Keep a workbook and lead to what it would change."""
    visitor = visitor_of(request)
    try:
        name, raw = file_in(request, "file", most=_MOST)
        read_workbook(raw)
        kind = text_in(request, "kind") if text_in(request, "kind") in KINDS else ""
        made = _previews(request).bring(
            Preview(visitor.staff_id, visitor.now, name, kind, _given(request)), raw
        )
    except GuanaiError as error:
        return _listed(request, told=_worded(error))
    return RedirectResponse(address_of(request, "admin-import", import_id=made.id), status_code=303)


def _preview(request: Request) -> Response:
    try:
        preview = _found(request)
    except UnknownPreview as error:
        return _listed(request, told=str(error))
    return _shown(request, preview)


def _shown(request: Request, preview: Preview, *, told: str = "") -> Response:
    plan: Plan | None = None
    try:
        found = gateway_of(request).plans.look(preview, *_origin(request, preview))
        if isinstance(found, Progress):
            words = {"refresh": "2"}
            return render(request, "admin_import_wait.html", headers=words, preview=preview, progress=found)
        plan = found
    except GuanaiError as error:
        told = told or _worded(error)
    kind = plan.kind if plan else preview.kind
    known = KINDS.get(kind)
    return render(
        request,
        "admin_import.html",
        status=422 if told else 200,
        told=told,
        preview=preview,
        plan=plan,
        kind=kind,
        kinds=tuple(KINDS),
        columns=tuple(known.columns) if known else (),
        targets=targets(known) if known else (),
        sheet=plan.sheet if plan else preview.sheet,
        sheets=_other_sheets(request, preview, plan),
        unwanted=UNWANTED,
        rows=_rows(request, plan) if plan else [],
        faults=[sentence_of(each) for each in plan.faults[:_SHOWN]] if plan else [],
        bad=len({each.line for each in plan.faults}) if plan else 0,
        seen=digest(plan) if plan else "",
        shown=_SHOWN,
    )


def _other_sheets(request: Request, preview: Preview, plan: Plan | None) -> tuple[str, ...]:
    """Return the sheets that can be looked at instead; where none could be read, all that show something."""
    if plan:
        return plan.other_sheets
    try:
        grids = read_workbook(_previews(request).raw(preview))
    except GuanaiError:
        return ()  # gone meanwhile: the page tells so
    readable = [grid.title for grid in grids if grid.lines and not grid.is_hidden]
    return tuple(each for each in readable if len(readable) > 1 and each != preview.sheet)


def _rows(request: Request, plan: Plan) -> list[tuple[int, str, bool, list[tuple[str, str, str]]]]:
    """Return the first rows with a change: number, whom it is about, whether that is new, and what changes."""
    context = visitor_of(request).edition.context
    return [
        (
            each.line,
            context.child_name(each.subject) if each.subject.startswith("S") else each.subject,
            each.is_new,
            [(told.label, told.old, told.new) for told in each.differences],
        )
        for each in plan.proposals[:_SHOWN]
    ]


def _say(request: Request) -> Response:
    """Take what was said of the sheet: which one it is, its kind, its columns, what holds for all rows."""
    try:
        preview = _found(request)
        said = {
            name.removeprefix(_MAPPED)[:_LONGEST]: text[:_LONGEST]
            for name, text in form_of(request).multi_items()
            if name.startswith(_MAPPED) and isinstance(text, str) and text
        }
        header, target = text_in(request, "header").strip()[:_LONGEST], text_in(request, "target")[:_LONGEST]
        said |= {header: target} if header and target else {}
        kind, sheet = text_in(request, "kind"), text_in(request, "sheet")[:_LONGEST]
        before = _turned(preview, sheet) if sheet else preview
        changed = replace(
            before,
            kind=kind if kind in KINDS else before.kind,
            mapping={**before.mapping, **said},
            given={**before.given, **_given(request)},
        )
        _previews(request).keep(changed)
    except UnknownPreview as error:
        return _listed(request, told=str(error))
    return RedirectResponse(address_of(request, "admin-import", import_id=preview.id), status_code=303)


def _turned(preview: Preview, sheet: str) -> Preview:
    """Return a preview of another sheet: what was said of the first one's letters or days says nothing of it."""
    mapping = {head: key for head, key in preview.mapping.items() if not names_a_place(head)}
    return replace(preview, sheet=sheet, kind="", mapping=mapping, given={})


def _save(request: Request) -> Response:
    """Save what was shown; where the records have moved on since, it is shown again first."""
    visitor = visitor_of(request)
    try:
        preview = _found(request)
    except UnknownPreview as error:
        return _listed(request, told=str(error))
    try:
        importer, plan = _importer(request, preview), _planned(request, preview)
        if plan.unknown:
            raise Invalid("还有列没有说明是什么；请在下面逐一选好，不要的选“不要”。")
        if text_in(request, "seen") != digest(plan):
            return _shown(request, preview, told=_MOVED)
        outcome = importer.save(plan, now=visitor.now)
    except TakenPlace:
        return _shown(request, preview, told=_MOVED)
    except GuanaiError as error:
        return _shown(request, preview, told=_worded(error))
    if outcome is not None and not isinstance(outcome, Saved):
        return _shown(request, preview, told="导入的时候有人改了同样的地方，没有保存；请再看一遍。")
    return _left(request, preview, plan)


def _left(request: Request, preview: Preview, plan: Plan) -> Response:
    """Tell what was saved and lead on: to what is left of the workbook, or to the next one."""
    bad = len({each.line for each in plan.faults})
    saved = (*preview.saved, plan.sheet)
    unread = [each for each in plan.other_sheets if each not in saved]
    told = f"已保存：{len(plan.proposals)} 行有改动，{plan.same} 行本来就一样，{bad} 行没有导入。"
    flash(request, told + (f"还有工作表没有读：{'、'.join(unread)}。" if unread else ""))
    if not bad and not unread:
        _previews(request).drop(preview)
        return RedirectResponse(address_of(request, "admin-imports"), status_code=303)
    _previews(request).keep(replace(preview, saved=saved))
    return RedirectResponse(address_of(request, "admin-import", import_id=preview.id), status_code=303)


def _drop(request: Request) -> Response:
    try:
        _previews(request).drop(_found(request))
    except UnknownPreview as error:
        return _listed(request, told=str(error))
    flash(request, "已撤掉，什么都没有改。")
    return RedirectResponse(address_of(request, "admin-imports"), status_code=303)


def _faulty(request: Request) -> Response:
    """Hand out the rows that are not taken in, each with its reason, to be mended and brought again."""
    try:
        preview = _found(request)
        raw = _planned(request, preview).faulty()
    except GuanaiError as error:
        return _listed(request, told=_worded(error))
    name = quote(f"{preview.name.rpartition('.')[0] or preview.name}-未导入.xlsx")
    disposition = f"attachment; filename=\"rows.xlsx\"; filename*=UTF-8''{name}"
    return Response(raw, media_type=XLSX, headers={"content-disposition": disposition})


def digest(plan: Plan) -> str:
    """Return a mark of what a plan would save: the same mark, the same changes.

    An id that is drawn anew for each plan is no difference.
    """
    told = [
        (each.line, each.is_new, "" if each.is_new else each.record, each.base, each.differences)
        for each in plan.proposals
    ]
    return hashlib.sha256(repr((plan.kind, plan.sheet, told, plan.faults)).encode()).hexdigest()[:32]


def _planned(request: Request, preview: Preview) -> Plan:
    return gateway_of(request).plans.of(preview, *_origin(request, preview))


def _origin(request: Request, preview: Preview) -> tuple[Workspace, date, Callable[[Watch], Plan]]:
    """Return what a plan is made of beside its workbook, and what makes it."""
    raw, visitor = _previews(request).raw(preview), visitor_of(request)
    importer = partial(_importer, request, preview)
    return (
        visitor.workspace,
        visitor.on,
        lambda watch: importer().plan(raw, now=visitor.now, watch=watch),
    )


def _importer(request: Request, preview: Preview) -> Importer:
    visitor = visitor_of(request)
    wanted = Wanted(visitor.staff_id, visitor.on, preview.kind, preview.sheet, preview.mapping, preview.given)
    return Importer(visitor.workspace, wanted)


def _found(request: Request) -> Preview:
    return _previews(request).find(request.path_params["import_id"], visitor_of(request).staff_id)


def _given(request: Request) -> dict[str, str]:
    key, text = text_in(request, "given_key")[:_LONGEST], text_in(request, "given_text").strip()[:_LONGEST]
    return {key: text} if key and text else {}


def _previews(request: Request) -> Previews:
    return Previews(gateway_of(request).root)


def _worded(error: GuanaiError) -> str:
    return f"{error.told}请在下面写明。" if isinstance(error, Unsaid) else str(error)


def _sweep(gateway: Gateway) -> None:
    Previews(gateway.root).sweep(gateway.settings.now())
    gateway.plans.forget(gateway.moments.now())


CHORES = (_sweep,)
_AT = "/admin/imports/{import_id}"
_SMALL = 2**17
DOORS = (
    Door("/admin/imports", ("GET",), _list, IMPORTS, "admin-imports"),
    Door("/admin/imports", ("POST",), _bring, IMPORTS, "admin-bring", audits="导入预览",
         body_limit=_MOST + 2**16, is_slow=True),
    Door(_AT, ("GET",), _preview, IMPORTS, "admin-import", audits="导入预览"),
    Door(f"{_AT}/say", ("POST",), _say, IMPORTS, "admin-say-import", body_limit=_SMALL),
    Door(f"{_AT}/save", ("POST",), _save, IMPORTS, "admin-save-import", audits="导入", body_limit=_SMALL, is_slow=True),
    Door(f"{_AT}/drop", ("POST",), _drop, IMPORTS, "admin-drop-import", body_limit=_SMALL),
    Door(f"{_AT}/faulty", ("GET",), _faulty, IMPORTS, "admin-faulty-rows", audits="下载"),
)  # fmt: skip
