"""Classes and the step into the next school year: everything is shown before anything is saved."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guanai.errors import GuanaiError, Invalid
from guanai.grades import grade_of, school_year
from guanai.model.student import Student
from guanai.rules.enrolment import class_on
from guanai.web.guard import text_in
from guanai.web.keepers import KEEPS_SCHOOL, PROMOTES, SCHOOL_FILE, STAFF_FILE
from guanai.web.naming import units_named
from guanai.web.pages.students import view_of
from guanai.web.render import address_of, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.settling import day_in, settled
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.promotion import Promotion, Pupil, demand_past, leaving_classes, promotion

_SUMMER = 5
_COUNT = "count-"


def _page(request: Request) -> Response:
    return _shown(request)


def _shown(request: Request, *, told: str = "") -> Response:
    visitor = visitor_of(request)
    may_promote = PROMOTES.allows(visitor, {})
    year, left_on, counts = _asked(request, visitor)
    plan = None
    if may_promote:
        try:
            plan = planned(visitor, year, left_on, counts)
        except Invalid as error:
            told = told or str(error)
            plan = planned(visitor, year, left_on, {})
    return render(
        request,
        "admin_year.html",
        status=422 if told else 200,
        told=told,
        grades=_grades(visitor),
        record=address_of(request, "edit-record", record_id=SCHOOL_FILE),
        plan=plan,
        years=tuple(school_year(visitor.on) + each for each in (0, 1)),
        year_name=f"{year}-{year + 1}",
        is_early=left_on > visitor.on,
        names=_names(visitor, plan) if plan else {},
        posts=_posts(visitor, plan) if plan else (),
        entering={
            each.grade: visitor.edition.context.grade_name(each.grade, date(year, 9, 1))
            for each in plan.beginning
        }
        if plan
        else {},
        has_calendar=f"{year}-{year + 1}" in visitor.workspace.snapshot.ids("calendar"),
    )


def _promote(request: Request) -> Response:
    visitor = visitor_of(request)
    try:
        year, left_on, counts = _asked(request, visitor)
        demand_past(day_in(request, "left", "毕业日期"), visitor.on)
        plan = planned(visitor, year, left_on, counts)
        if plan.is_done:
            raise Invalid("没有要改的；这个学年已经办好。")
        version = visitor.workspace.version
        edits = plan.edits(version(STAFF_FILE), version(SCHOOL_FILE))
        count = sum(len(each.graduates) for each in plan.leaving)
        told = settled(request, edits, f"新学年已办好：{count} 名学生毕业，{_made(plan)} 个新班。")
    except GuanaiError as error:
        told = str(error)
    if told:
        return _shown(request, told=told)
    return RedirectResponse(address_of(request, "admin-year"), status_code=303)


def planned(visitor: Visitor, year: int, left_on: date, counts: dict[str, int]) -> Promotion:
    """Return what a new school year brings, worked out of the records as they are.

    Raises:
        OddNumber: a number of classes is out of reason.
    """
    snapshot = visitor.workspace.snapshot
    return promotion(
        snapshot.school,
        snapshot.mapping("staff", STAFF_FILE),
        _leavers(visitor, leaving_classes(snapshot.school, year)),
        year=year,
        left_on=left_on,
        counts=counts,
    )


def _leavers(visitor: Visitor, classes: frozenset[str]) -> Iterator[Pupil]:
    """Yield the children whose last class leaves; only their files are opened."""
    for child in view_of(visitor).facts.children.values():
        if child.enrolments and child.enrolments[-1].class_id in classes:
            stays = Student.from_mapping(visitor.edition.record("student", child.id)).enrolments
            yield Pupil(child.id, stays)


def _asked(request: Request, visitor: Visitor) -> tuple[int, date, dict[str, int]]:
    """Return year, day of the graduation and numbers of classes, as asked for or as is usual."""
    fields: dict[str, Any] = {**request.query_params}
    fields |= {name: text_in(request, name) for name in ("year", "left") if text_in(request, name)}
    usual = school_year(visitor.on) + (1 if visitor.on.month >= _SUMMER or visitor.on.month == 1 else 0)
    text = str(fields.get("year", ""))
    near = school_year(visitor.on) + 1
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else usual
    year = year if year in (near - 1, near) else usual
    try:
        left_on = date.fromisoformat(str(fields.get("left", "")))
    except ValueError:
        left_on = _last_day(visitor, year)
    if left_on.year != year:
        left_on = _last_day(visitor, year)
    return year, left_on, _counts(request, year)


def _counts(request: Request, year: int) -> dict[str, int]:
    found = {}
    for stage in ("P", "J"):
        grade = f"{stage}{year}"
        text = text_in(request, _COUNT + grade) or request.query_params.get(_COUNT + grade, "")
        if text.isascii() and text.isdecimal() and len(text) < 4:
            found[grade] = int(text)
    return found


def _last_day(visitor: Visitor, year: int) -> date:
    """Return the last day of the school year that ends in a year; 1 July where the calendar does not tell."""
    snapshot = visitor.workspace.snapshot
    name = f"{year - 1}-{year}"
    try:
        terms = snapshot.mapping("calendar", name)["学期"]
        return date.fromisoformat(str(terms[-1]["放假"]))
    except (GuanaiError, ValueError, LookupError):
        return date(year, 7, 1)


def _grades(visitor: Visitor) -> list[tuple[str, str, list[tuple[str, str, int, str]]]]:
    """Return the grades with pupils or still to come: name, head, and of each class id, name, pupils and homeroom."""
    snapshot, on = visitor.workspace.snapshot, visitor.on
    context, view = visitor.edition.context, view_of(visitor)
    pupils: dict[str, int] = {}
    for child in view.facts.children.values():
        class_id = class_on(child, on)
        pupils[class_id or ""] = pupils.get(class_id or "", 0) + 1
    heads = {each.id: each.head for each in snapshot.school.grades}
    rooms = _homerooms(visitor)
    found: dict[str, list[tuple[str, str, int, str]]] = {}
    for each in sorted(snapshot.school.classes, key=lambda entry: entry.id):
        row = (each.id, context.class_name(each.id, on), pupils.get(each.id, 0), rooms.get(each.id, ""))
        found.setdefault(grade_of(each.id), []).append(row)
    return [
        (context.grade_name(grade, on), context.staff_name(head) if (head := heads.get(grade)) else "", rows)
        for grade, rows in sorted(found.items(), reverse=True)
    ]


def _homerooms(visitor: Visitor) -> dict[str, str]:
    return {
        post.scope: person.name
        for person in visitor.workspace.snapshot.staff.values()
        for post in person.assignments
        if post.role == "班主任"
        and (post.since is None or post.since <= visitor.on)
        and (post.until is None or visitor.on <= post.until)
    }


def _posts(visitor: Visitor, plan: Promotion) -> list[tuple[str, str]]:
    """Return whose posts end, and which."""
    context = visitor.edition.context
    return [(name, units_named(post, context, visitor.on)) for name, post in plan.posts]


def _names(visitor: Visitor, plan: Promotion) -> dict[str, str]:
    view = view_of(visitor)
    ids = (each for leaving in plan.leaving for each in (*leaving.graduates, *dict(leaving.others)))
    return {each: view.name(each) or each for each in ids}


def _made(plan: Promotion) -> int:
    return sum(len(each.classes) for each in plan.beginning)


DOORS = (
    Door("/admin/year", ("GET",), _page, KEEPS_SCHOOL, "admin-year"),
    Door(
        "/admin/year/promote",
        ("POST",),
        _promote,
        PROMOTES,
        "admin-promote",
        audits="新学年",
        body_limit=SHORT_FORM_BYTES,
        is_slow=True,
    ),
)
