"""The built sites: to each visitor those of the own audiences, and the guide to everybody."""

import mimetypes

from starlette.requests import Request
from starlette.responses import Response

from guanai.errors import NotFound
from guanai.pages.audiences import Audience
from guanai.web.gateway import gateway_of
from guanai.web.guard import note
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import SIGNED_IN, Params, Policy
from guanai.web.publishing import audiences_for, is_fresh, publish
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.site_places import ASSETS, GUIDE, POLICY, asset_path, pointer, records_of, serve_path

#: A page of at most so many records has a line in the log for each.
_FEW = 3


class NoSuchPage(NotFound):
    """A site has no page at an address."""

    def __init__(self) -> None:
        super().__init__("校内网站没有这一页；请从目录里点开。")


def _is_theirs(visitor: Visitor, params: Params) -> bool:
    return bool(_audience(visitor, params["audience_id"]))


def _audience(visitor: Visitor, named: str) -> str:
    """Return the id of a site of a visitor's, which pages name by its unit too; "" for none."""
    if named in (GUIDE, ASSETS):
        return named
    found = _theirs(visitor, named)
    return found.id if found is not None else ""


def _theirs(visitor: Visitor, named: str) -> Audience | None:
    return next((each for each in audiences_for(visitor) if named in (each.id, each.unit)), None)


#: Whose site (``audience_id``) may be read: the own audiences of this moment, and what all share.
SITE = Policy("site", _is_theirs, ("audience_id",))


def _list(request: Request) -> Response:
    visitor, root = visitor_of(request), gateway_of(request).root
    found = [
        (each.id, _title(visitor, each.unit))
        for each in audiences_for(visitor)
        if pointer(root, each.id) is not None
    ]
    return render(request, "sites.html", sites=found, guide=GUIDE if pointer(root, GUIDE) else "")


def _title(visitor: Visitor, unit: str) -> str:
    view = view_of(visitor)
    context, school = names_of(view), view.frame.school
    if unit in {each.id for each in school.grades}:
        return context.grade_name(unit, visitor.on)
    if unit.startswith("S"):
        return view.name(unit) or unit
    return context.class_name(unit, visitor.on) if "-" in unit else unit


def _page(request: Request) -> Response:
    visitor, gateway = visitor_of(request), gateway_of(request)
    audience_id = _audience(visitor, request.path_params["audience_id"])
    inner = request.path_params["inner"]
    if audience_id == ASSETS:
        found = asset_path(gateway.root, inner)
    elif is_fresh(gateway, audience_id, inner, on=visitor.on, audience=_theirs(visitor, audience_id)):
        found = serve_path(gateway.root, audience_id, inner)
        _noted(request, visitor, audience_id, records_of(gateway.root, audience_id, inner))
    else:
        return render(request, "site_old.html", status=409)
    if found is None:
        raise NoSuchPage
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return Response(found.read_bytes(), media_type=kind, headers={"content-security-policy": POLICY})


def _noted(request: Request, visitor: Visitor, audience_id: str, records: frozenset[str]) -> None:
    """Log whose records were read; a list of many is told by its unit."""
    unit = next((each.unit for each in audiences_for(visitor) if each.id == audience_id), audience_id)
    for each in sorted(records) if len(records) <= _FEW else (unit,):
        note(request, visitor, "看网站", each)


DOORS = (
    Door("/site", ("GET",), _list, SIGNED_IN, "sites", nav="网站", nav_rank=60),
    Door("/site/{audience_id}/{inner:path}", ("GET",), _page, SITE, "site"),
)
CHORES = (publish,)
