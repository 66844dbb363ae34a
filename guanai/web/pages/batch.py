"""Many papers at once, of one kind or a whole term's: made in the background, with a page that tells how far they are."""

import logging
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from generators.papers import Paper, papers
from generators.wording import term_name
from guanai.errors import GuanaiError, Invalid
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.guard import text_in
from guanai.web.keepers import WHOLE_SCHOOL, sees_whole_school
from guanai.web.pages.documents import DOCX, has_office, may_have, may_have_all
from guanai.web.pages.students import names_of, pupils, view_of
from guanai.web.policy import SIGNED_IN
from guanai.web.render import address_of, flash, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.security import origin_of
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.inspections import fill_whole_term, may_have_whole, whole_term
from guanai.workspace.pack_maker import MOST_PAPERS, fill_pack
from guanai.workspace.packs import WHOLE_TERM, Pack, Packs, Shape, State, UnknownPack

_ZIP = "application/zip"
_TITLES = {
    Shape.ONE_FILE: "合成一个 Word 文件，方便打印",
    Shape.FILES: "每份一个 Word 文件（压缩包）",
    Shape.PDF: "每份一个 PDF（压缩包）",
}
_FAULT = "程序出了错，这一批没有做成，别的不受影响。请撤掉，重新做一批；还是不行，请告诉系统管理员。"
#: So many terms are offered.
_MOST_TERMS = 8
_log = logging.getLogger("guanai.web")


@dataclass(frozen=True, slots=True)
class Bar:
    """A pack as the page shows it."""

    pack: Pack
    percent: int


def _list(request: Request) -> Response:
    return _listed(request)


def _listed(request: Request, *, told: str = "") -> Response:
    visitor = visitor_of(request)
    return render(
        request,
        "batch.html",
        status=422 if told else 200,
        told=told,
        packs=[_bar(each) for each in _packs(request).of(visitor.staff_id)],
        kinds=[(each.kind, each.title) for each in _offered(visitor)],
        units=_units(visitor),
        shapes=[(str(shape), title) for shape, title in _TITLES.items() if _is_possible(shape)],
        asked={key: request.query_params.get(key, "")[:60] for key in ("kind", "unit")},
        most=MOST_PAPERS,
        terms=_terms(visitor),
    )


def _terms(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the terms whose papers a visitor may take along as one, the newest first; none who sees only a part."""
    if not sees_whole_school(visitor):
        return []
    begun = (each.id for each in view_of(visitor).facts.calendar.terms if each.begins <= visitor.on)
    return [(each, term_name(each)) for each in sorted(begun, reverse=True)[:_MOST_TERMS]]


def _begin_term(request: Request) -> Response:
    """Begin a whole term's pack, or lead to the one that is being made."""
    visitor, term, packs = visitor_of(request), text_in(request, "term"), _packs(request)
    known = packs.of(visitor.staff_id)
    under_way = [each for each in known if each.kind == WHOLE_TERM and each.unit == term and not each.is_over]
    if under_way:
        return RedirectResponse(address_of(request, "batch-pack", batch_id=under_way[0].id), status_code=303)
    try:
        if term not in dict(_terms(visitor)):
            raise Invalid("请选一个已经开始的学期。")
        pack = packs.begin(whole_term(term, staff=visitor.staff_id, now=visitor.now, on=visitor.on))
    except GuanaiError as error:
        return _listed(request, told=str(error))
    _make(request, pack)
    return RedirectResponse(address_of(request, "batch-pack", batch_id=pack.id), status_code=303)


def _begin(request: Request) -> Response:
    visitor = visitor_of(request)
    try:
        pack = _packs(request).begin(_wanted(request, visitor))
    except GuanaiError as error:
        return _listed(request, told=str(error))
    _make(request, pack)
    return RedirectResponse(address_of(request, "batch-pack", batch_id=pack.id), status_code=303)


def _wanted(request: Request, visitor: Visitor) -> Pack:
    kind, unit, shape = (text_in(request, key) for key in ("kind", "unit", "shape"))
    offered = {each.kind: each for each in _offered(visitor)}
    units = dict(_units(visitor))
    if kind not in offered or unit not in units:
        raise Invalid("请选一种文书和一个班。")
    if shape not in list(Shape) or not _is_possible(Shape(shape)):
        raise Invalid("请选做成什么样子；要 PDF，电脑上得装有 LibreOffice。")
    title = f"{offered[kind].title}　{units[unit]}"
    return Pack(visitor.staff_id, visitor.now, kind, unit, Shape(shape), title, visitor.on)


def _make(request: Request, pack: Pack) -> None:
    """Have a pack made in the background; the log tells from where it was asked for."""
    gateway, address = gateway_of(request), origin_of(request.scope).address
    gateway.packers.submit(pack, partial(_fill, gateway, pack, visitor_of(request), address))


def _fill(gateway: Gateway, pack: Pack, visitor: Visitor, address: str) -> None:
    """Make a pack in the background; each paper in it is a line in the log of who looked at what."""
    packs = Packs(gateway.root)
    role = "、".join(visitor.roles)

    def noted(subject: str) -> None:
        gateway.audit.record(
            actor=visitor.staff_id, role=role, action="成批生成", record=subject, address=address
        )

    try:
        if pack.kind == WHOLE_TERM:
            fill_whole_term(packs, pack, visitor.workspace, noted)
            return
        press, edition = visitor.workspace.press, visitor.edition
        fill_pack(packs, pack, press, edition, partial(_subjects, visitor, pack), noted)
    except Exception as error:  # noqa: BLE001 -- a fault must not end the worker that makes all packs
        gateway.meters.fault(type(error).__name__)
        _log.error("一批文书没有做成：%s", type(error).__name__)
        _keep_broken(packs, pack)


def _keep_broken(packs: Packs, pack: Pack) -> None:
    packs.file(pack).unlink(missing_ok=True)
    try:
        packs.keep(replace(pack, state=State.BROKEN, told=_FAULT))
    except (GuanaiError, OSError):  # otherwise its page would wait for ever
        packs.drop(pack)


def _subjects(visitor: Visitor, pack: Pack) -> list[str]:
    """Return what the papers of a pack are about."""
    paper = papers()[pack.kind]
    found = visitor.workspace.press.subjects(paper, visitor.edition, visitor.on)
    if paper.view is not None:
        return [each for each in found if not pack.unit or each.partition(".")[0] == pack.unit]
    named = {each.id: each.class_id for each in pupils(visitor)}
    return [
        each
        for each in found
        if each in named
        and (not pack.unit or named[each] == pack.unit)
        and may_have(visitor, {"kind": pack.kind, "subject": each})
    ]


def _pack(request: Request) -> Response:
    try:
        pack = _found(request)
    except UnknownPack as error:
        return _listed(request, told=str(error))
    headers = {} if pack.is_over else {"refresh": "2"}
    return render(request, "batch_pack.html", headers=headers, bar=_bar(pack), pack=pack)


def _file(request: Request) -> Response:
    """Hand out a pack's file to who may still have each paper in it."""
    visitor = visitor_of(request)
    try:
        pack = _found(request)
    except UnknownPack as error:
        return _listed(request, told=str(error))
    path = _packs(request).file(pack)
    if pack.state is not State.READY or not path.is_file():
        return _listed(request, told="这批文书还没有做好。")
    if not _may_still_have(visitor, pack):
        _packs(request).drop(pack)
        return _listed(request, told="做好以后您的任职变了，里面有您不能再看的；已经撤掉，请重新做一批。")
    name = quote(f"{pack.title.replace('　', '-')}{path.suffix}")
    disposition = f"attachment; filename=\"papers{path.suffix}\"; filename*=UTF-8''{name}"
    kind = DOCX if pack.shape is Shape.ONE_FILE else _ZIP
    return FileResponse(path, media_type=kind, headers={"content-disposition": disposition})


def _may_still_have(visitor: Visitor, pack: Pack) -> bool:
    if pack.kind == WHOLE_TERM:
        return sees_whole_school(visitor) and may_have_whole(visitor.workspace, pack, visitor.edition)
    return may_have_all(visitor, pack.kind, pack.subjects)


def _drop(request: Request) -> Response:
    try:
        _packs(request).drop(_found(request))
    except UnknownPack as error:
        return _listed(request, told=str(error))
    flash(request, "已撤掉。")
    return RedirectResponse(address_of(request, "batch"), status_code=303)


def _offered(visitor: Visitor) -> list[Paper]:
    """Return the kinds that may be made many at a time: about children, or worked out of many records."""
    units = ("", *(each.id for each in visitor.workspace.snapshot.school.classes))
    held = frozenset[str]().union(*(visitor.edition.reach(each) or frozenset() for each in units))
    is_told_counts = visitor.edition.counts().allowed
    kinds = (
        each
        for each in papers().values()
        if (each.subject == "student" if each.view is None else is_told_counts or not each.view.is_aggregate)
    )
    return [each for each in kinds if held and each.clearance <= held]


def _units(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the classes of which the visitor knows children, by id and name, and all of them together."""
    context = names_of(view_of(visitor))
    known = dict.fromkeys(each.class_id for each in pupils(visitor) if each.class_id)
    return [("", "能看到的全部")] + [(each, context.class_name(each, visitor.on)) for each in known]


def _is_possible(shape: Shape) -> bool:
    return shape is not Shape.PDF or has_office()


def _bar(pack: Pack) -> Bar:
    return Bar(pack, 100 * pack.done // pack.total if pack.total else 0)


def _found(request: Request) -> Pack:
    return _packs(request).find(request.path_params["batch_id"], visitor_of(request).staff_id)


def _packs(request: Request) -> Packs:
    return Packs(gateway_of(request).root)


def _sweep(gateway: Gateway) -> None:
    Packs(gateway.root).sweep(gateway.settings.now())


CHORES = (_sweep,)
DOORS = (
    Door("/batch", ("GET",), _list, SIGNED_IN, "batch"),
    Door(
        "/batch", ("POST",), _begin, SIGNED_IN, "begin-batch", audits="成批生成", body_limit=SHORT_FORM_BYTES
    ),
    Door(
        "/batch/term",
        ("POST",),
        _begin_term,
        WHOLE_SCHOOL,
        "begin-term-batch",
        audits="成批生成",
        body_limit=SHORT_FORM_BYTES,
    ),
    Door("/batch/{batch_id}", ("GET",), _pack, SIGNED_IN, "batch-pack"),
    Door("/batch/{batch_id}/file", ("GET",), _file, SIGNED_IN, "batch-file", audits="下载", is_bundle=True),
    Door("/batch/{batch_id}/drop", ("POST",), _drop, SIGNED_IN, "drop-batch", body_limit=SHORT_FORM_BYTES),
)
