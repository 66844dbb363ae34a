"""How often each field is filled, so that what nobody needs can be left out of the forms."""

from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from guanai.web.keepers import WHOLE_SCHOOL
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.facade import Workspace
from guanai.workspace.field_use import Use, field_use

#: Kinds worth asking about, most used first.
_KINDS = ("student", "meeting", "activity", "decision", "screening", "attendance")
#: Filled less often than this, a field is seldom used.
_SELDOM = 0.05

#: What was counted at a commit, for each reader and kind: it holds until somebody saves.
_counted: WeakKeyDictionary[Workspace, dict[tuple[str, str, str], tuple[Use, ...]]] = WeakKeyDictionary()


def _page(request: Request) -> Response:
    visitor = visitor_of(request)
    asked = request.query_params.get("kind", "")
    kind = asked if asked in _KINDS else _KINDS[0]
    uses = _uses(visitor, kind)
    return render(
        request,
        "admin_filled.html",
        kind=kind,
        kinds=[(each, visitor.workspace.schemas.title(each)) for each in _KINDS],
        total=len(visitor.workspace.snapshot.ids(kind)),
        never=[each for each in uses if not each.filled],
        seldom=[each for each in uses if each.filled and each.share < _SELDOM],
        often=[each for each in uses if each.share >= _SELDOM],
    )


def _uses(visitor: Visitor, kind: str) -> tuple[Use, ...]:
    known = _counted.setdefault(visitor.workspace, {})
    key = (visitor.staff_id, kind, visitor.on.isoformat())
    if key not in known:
        workspace = visitor.workspace
        known[key] = field_use(workspace.snapshot, workspace.schemas, visitor.edition, kind)
    return known[key]


DOORS = (Door("/admin/filled", ("GET",), _page, WHOLE_SCHOOL, "admin-filled", audits="栏目使用情况"),)
