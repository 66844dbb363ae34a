"""The school's calendars: one a school year, the next one made of what is announced, the rest marked as guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generators.wording import term_name
from guanai.almanac import make_year
from guanai.errors import GuanaiError
from guanai.grades import school_year
from guanai.saving import Edit
from guanai.web.keepers import KEEPS_CALENDAR
from guanai.web.render import address_of, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.settling import settled
from guanai.web.visitor import Visitor, visitor_of
from guanai.yamlfile import Set

_TENTATIVE = "暂定"
_PARTS = ("学期", "放假", "补课日")


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar in words; ``tentative`` is what is not announced yet."""

    name: str
    edit: str
    terms: tuple[str, ...]
    holidays: tuple[str, ...]
    tentative: int


def _page(request: Request) -> Response:
    return _shown(request)


def _shown(request: Request, *, told: str = "") -> Response:
    visitor = visitor_of(request)
    years = sorted(visitor.workspace.snapshot.ids("calendar"), reverse=True)
    return render(
        request,
        "admin_calendar.html",
        status=422 if told else 200,
        told=told,
        years=[_year(request, visitor, each) for each in years],
        missing=_missing(visitor),
    )


def _make(request: Request) -> Response:
    visitor = visitor_of(request)
    missing = _missing(visitor)
    if not missing:
        return RedirectResponse(address_of(request, "admin-calendar"), status_code=303)
    made = make_year(int(missing[:4]))
    edit = Edit("calendar", (Set((), dict(made.record)),), is_new=True)
    told = settled(request, (edit,), f"{missing} 学年的校历已建好；请按本校校历核对开学和放假的日期。")
    if told:
        return _shown(request, told=told)
    return RedirectResponse(address_of(request, "admin-calendar"), status_code=303)


def _missing(visitor: Visitor) -> str:
    """Return the school year that has no calendar yet: this one, or the next."""
    known = visitor.workspace.snapshot.ids("calendar")
    first = school_year(visitor.on)
    names = (f"{each}-{each + 1}" for each in (first, first + 1))
    return next((each for each in names if each not in known), "")


def _year(request: Request, visitor: Visitor, name: str) -> Year:
    try:
        data: Mapping[str, Any] = visitor.workspace.snapshot.mapping("calendar", name)
    except GuanaiError:
        data = {}
    return Year(
        name,
        address_of(request, "edit-record", record_id=name),
        tuple(
            f"{term_name(str(each['编号'])).rpartition('学年')[2]}：{each['开学']} 开学，{each['放假']} 放假"
            for each in data.get("学期", ())
        ),
        tuple(
            f"{each['名称']} {each['起']} 至 {each['止']}{'（暂定）' if each.get(_TENTATIVE) else ''}"
            for each in data.get("放假", ())
        ),
        sum(1 for part in _PARTS for each in data.get(part, ()) if each.get(_TENTATIVE)),
    )


DOORS = (
    Door("/admin/calendar", ("GET",), _page, KEEPS_CALENDAR, "admin-calendar"),
    Door(
        "/admin/calendar/make",
        ("POST",),
        _make,
        KEEPS_CALENDAR,
        "admin-make-calendar",
        body_limit=SHORT_FORM_BYTES,
    ),
)
