"""Pages that change a record: one part of it at a time, long lists folded."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import GuanaiError
from guanai.saving import Edit, Saved
from guanai.web.forms.desk import Desk, Sheet
from guanai.web.forms.filing import Paper, filed, opened, token_of
from guanai.web.forms.model import FormModel, Node
from guanai.web.forms.render import render, sections
from guanai.web.guard import text_in
from guanai.web.pages.duties import tell_done
from guanai.web.policy import CHILD_EDIT, RECORD_EDIT
from guanai.web.render import address_of
from guanai.web.routes import Door
from guanai.yamlfile import Path

_BASICS = "基本情况"
_LONGEST_DUTY = 40
_DECISIONS = "决定"
_OUTCOME = ("完成", "结果")


def place_of(pointer: str) -> Path:
    """Return the path of a pointer in an address: items by 编号, or by number where they have none."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return tuple(
        int(part) if part.isascii() and part.isdecimal() and len(part) < 6 else part for part in parts
    )


def _child(request: Request) -> Response:
    student_id = request.path_params["student_id"]
    address = address_of(request, "edit-child", student_id=student_id)
    back = address_of(request, "child", student_id=student_id)
    return _answered(
        request, student_id, address, (back, address_of(request, "child-history", student_id=student_id))
    )


def _record(request: Request) -> Response:
    record = request.path_params["record_id"]
    address = address_of(request, "edit-record", record_id=record)
    return _answered(request, record, address, ("/", address_of(request, "record-history", record_id=record)))


def _answered(request: Request, record: str, address: str, ways: tuple[str, str]) -> Response:
    """Answer for a record; ``ways``: the addresses of the page one came from and of the record's history."""
    desk = Desk(request)
    sheet = desk.sheet(record, text_in(request, "version"))
    paper = _paper(request, desk, sheet, address, ways)
    return opened(request, paper) if request.method == "GET" else filed(request, paper)


def _paper(request: Request, desk: Desk, sheet: Sheet, address: str, ways: tuple[str, str]) -> Paper:
    asked = request.query_params.get("at", "")
    at = place_of(asked)
    named = sections(sheet.shape, sheet.view, sheet.powers)
    model = render(
        sheet.shape,
        sheet.view,
        sheet.powers,
        at=at,
        is_flat=not at and bool(named) and sheet.kind == "student",
        choices=desk.choices_of(sheet.kind),
        words=desk.words,
        version=sheet.version,
        token=token_of(request),
    )
    duty = request.query_params.get("duty", "")[:_LONGEST_DUTY]
    query = {key: value for key, value in (("at", asked), ("duty", duty)) if value}
    here = f"{address}?{urlencode(query)}" if query else address
    whole = f"{address}?{urlencode({'at': f'/{at[0]}'})}" if at else address
    parts = [(_BASICS if sheet.kind == "student" else "全部", address, not at)]
    parts += [(key, f"{address}?{urlencode({'at': f'/{key}'})}", at[:1] == (key,)) for key in named]
    is_outcome = bool(duty) and at[:1] == (_DECISIONS,)
    return Paper(
        heading=_matter(model) if is_outcome else _heading(desk, sheet, model.title),
        action=here,
        model=model,
        newest=sheet.newest,
        edits=lambda changes, base: (Edit(sheet.record, changes, base),),
        done=lambda saved: _done(request, saved, duty, whole if len(at) > 1 else here),
        display=_outcome if is_outcome else None,
        context={
            "back": ways[0],
            "back_title": _name(desk, sheet),
            "parts": () if is_outcome else parts,
            "edit": address,
            "history": f"{ways[1]}?{urlencode({'field': asked.strip('/')})}" if asked else ways[1],
        },
    )


def _matter(model: FormModel) -> str:
    """Return what was decided, as a heading; what of it one may not see is not told."""
    told = next((each.text for each in model.controls() if each.path[-1] == "事项"), "")
    return f"记结果：{told}" if told else "记结果"


def _outcome(shown: FormModel) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Return what is filled in when a decision has been carried out, and all else of it."""
    first = tuple(node for node in shown.nodes if node.path[-1] in _OUTCOME)
    return first, tuple(node for node in shown.nodes if node not in first)


def _done(request: Request, saved: Saved, entry: str, to: str) -> Response:
    """Go on; to the duties, where one came from there to fill in an entry."""
    if not entry:
        return RedirectResponse(to, 303)
    tell_done(request, saved, worked_on=entry)
    return RedirectResponse(address_of(request, "duties"), 303)


def _heading(desk: Desk, sheet: Sheet, title: str) -> str:
    part = title or (_BASICS if sheet.kind == "student" else "")
    return " · ".join(filter(None, (_name(desk, sheet), part)))


def _name(desk: Desk, sheet: Sheet) -> str:
    try:
        return str(
            sheet.view.get("姓名")
            or sheet.view.get("名称")
            or desk.visitor.workspace.schemas.title(sheet.kind)
        )
    except GuanaiError:
        return sheet.record


DOORS = (
    Door(
        "/child/{student_id}/edit",
        ("GET", "POST"),
        _child,
        CHILD_EDIT,
        "edit-child",
        audits="改动",
        subject="student_id",
    ),
    Door(
        "/record/{record_id:path}/edit",
        ("GET", "POST"),
        _record,
        RECORD_EDIT,
        "edit-record",
        audits="改动",
        subject="record_id",
    ),
)
