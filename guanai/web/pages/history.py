"""Who changed what in a child's file, in sentences, as far as the visitor may see it."""

from starlette.requests import Request
from starlette.responses import Response

from guanai.web.policy import CHILD_SEE
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import visitor_of
from guanai.workspace.chronicle import Chronicle

_SHOWN = 50


def _history(request: Request) -> Response:
    visitor, student_id = visitor_of(request), request.path_params["student_id"]
    workspace = visitor.workspace
    field = request.query_params.get("field", "").strip()[:60]
    chronicle = Chronicle(
        workspace.store.pair, workspace.snapshot, workspace.schemas, visitor.edition, on=visitor.on
    )
    events = list(chronicle.events(student_id, field=field, limit=_SHOWN + 1))
    name = visitor.edition.record("student", student_id).get("姓名") or student_id
    return render(
        request,
        "history.html",
        student_id=student_id,
        name=name,
        field=field,
        events=events[:_SHOWN],
        has_more=len(events) > _SHOWN,
    )


DOORS = (
    Door(
        "/students/{student_id}/history", ("GET",), _history, CHILD_SEE, "child-history",
        audits="看修改历史", subject="student_id",
    ),
)  # fmt: skip
