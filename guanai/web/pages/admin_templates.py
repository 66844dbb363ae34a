"""The school's own Word forms: put in and checked at once, listed with what is wrong, filled from a child's page."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generators.template import BadTemplate
from guanai.errors import GuanaiError
from guanai.web.gateway import gateway_of
from guanai.web.guard import text_in
from guanai.web.keepers import KEEPS_SCHOOL
from guanai.web.policy import CHILD_SEE
from guanai.web.render import address_of, flash, render
from guanai.web.routes import Door
from guanai.web.uploads import file_in
from guanai.web.visitor import visitor_of
from guanai.workspace.form_shelf import SUFFIX, Keeper, put_form
from guanai.workspace.templates import Templates, UnknownTemplate

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST = 8 * 2**20
#: Placeholders to begin with; the guide has the others (site/guide/word-forms.md, and the glossary every field).
_SAMPLES = ("学生.姓名", "学生.年级班级", "学生.家庭.住址", "学校.名称", "今天.填表日期")


def _list(request: Request) -> Response:
    return _shown(request)


def _shown(request: Request, *, told: str = "", mistakes: tuple[str, ...] = (), name: str = "") -> Response:
    templates = visitor_of(request).workspace.templates
    return render(
        request,
        "admin_templates.html",
        status=422 if told or mistakes else 200,
        told=told,
        mistakes=mistakes,
        name=name,
        forms=[(each, _mistakes(templates, each)) for each in templates.names()],
        samples=_SAMPLES,
    )


def _put(request: Request) -> Response:
    """Check a form and keep it; one with a mistake is not kept, and each mistake is told with its paragraph."""
    visitor = visitor_of(request)
    name = text_in(request, "name").strip()
    try:
        file, raw = file_in(request, "file", most=_MOST)
        name = name or file.removesuffix(SUFFIX).strip()
        mistakes = visitor.workspace.templates.mistakes(raw)
        if mistakes:
            return _shown(request, mistakes=mistakes, name=name)
        keeper = Keeper(visitor.staff_id, visitor.name, visitor.now)
        is_changed = put_form(gateway_of(request).moments.store, name, raw, keeper)
    except GuanaiError as error:
        return _shown(request, told=str(error), name=name)
    flash(
        request, f"模板“{name}”已放好，没有发现错误。" if is_changed else "这个模板和现有的一样，没有改动。"
    )
    return RedirectResponse(address_of(request, "admin-templates"), status_code=303)


def _drop(request: Request) -> Response:
    visitor, name = visitor_of(request), text_in(request, "name")
    if name not in visitor.workspace.templates.names():
        return _shown(request, told="没有这个模板，可能已经撤下了。")
    try:
        keeper = Keeper(visitor.staff_id, visitor.name, visitor.now)
        put_form(gateway_of(request).moments.store, name, None, keeper)
    except GuanaiError as error:
        return _shown(request, told=str(error))
    flash(request, f"模板“{name}”已撤下；历史里还在。")
    return RedirectResponse(address_of(request, "admin-templates"), status_code=303)


def _take(request: Request) -> Response:
    """Hand out a form as it was put in; one that is not there is told without a fault."""
    name = request.path_params["form"]
    try:
        raw = visitor_of(request).workspace.templates.file(name)
    except (UnknownTemplate, BadTemplate) as error:
        return _shown(request, told=str(error))
    return _sent(raw, name)


def _filled(request: Request) -> Response:
    """Hand out a form filled for a child, in the visitor's own edition."""
    visitor, params = visitor_of(request), request.path_params
    try:
        raw, _ = visitor.workspace.templates.make(
            params["form"], params["student_id"], visitor.edition, visitor.on
        )
    except (UnknownTemplate, BadTemplate) as error:
        return render(
            request, "own_form_unfit.html", status=422, told=str(error), student_id=params["student_id"]
        )
    return _sent(raw, f"{params['form']}-{params['student_id']}")


def _sent(raw: bytes, name: str) -> Response:
    disposition = f"attachment; filename=\"form.docx\"; filename*=UTF-8''{quote(name + SUFFIX)}"
    return Response(raw, media_type=DOCX, headers={"content-disposition": disposition})


def _mistakes(templates: Templates, name: str) -> tuple[str, ...]:
    try:
        return templates.mistakes(templates.file(name))
    except GuanaiError as error:
        return (str(error),)


DOORS = (
    Door("/admin/templates", ("GET",), _list, KEEPS_SCHOOL, "admin-templates"),
    Door(
        "/admin/templates/put", ("POST",), _put, KEEPS_SCHOOL, "admin-put-template",
        body_limit=_MOST + 2**16, is_slow=True,
    ),
    Door("/admin/templates/drop", ("POST",), _drop, KEEPS_SCHOOL, "admin-drop-template", body_limit=2**14),
    Door("/admin/templates/{form}/file", ("GET",), _take, KEEPS_SCHOOL, "admin-take-template"),
    Door(
        "/students/{student_id}/form/{form}", ("GET",), _filled, CHILD_SEE, "own-form",
        audits="下载", subject="student_id",
    ),
)  # fmt: skip
