"""Who works at the school and as what: posts with their dates, taking over, arriving, leaving."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from generators.context import Context
from guanai.errors import GuanaiError, Invalid
from guanai.model.staff import Assignment, StaffMember
from guanai.saving import Edit
from guanai.schema import Field
from guanai.web.guard import text_in
from guanai.web.keepers import KEEPS_STAFF, SCHOOL_FILE, STAFF_FILE, keeps
from guanai.web.naming import units_named
from guanai.web.render import address_of, render
from guanai.web.routes import SHORT_FORM_BYTES, Door
from guanai.web.settling import day_in, settled, words_in
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.appointing import Post, appointed, left, newcomer
from guanai.yamlfile import Change, Set

_SCHOOL = "全校"
_HEAD = "年级组长"
_POSTS = ("教职工", 0, "任职", 0)


@dataclass(frozen=True, slots=True)
class Held:
    """A post in words; ``state`` is 现任, 将任 or 已止."""

    words: str
    days: str
    state: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the list."""

    id: str
    name: str
    edit: str
    posts: tuple[Held, ...]
    past: tuple[Held, ...]

    @property
    def is_here(self) -> bool:
        """Whether the person holds a post or will."""
        return bool(self.posts)


def _list(request: Request) -> Response:
    return _shown(request)


def _shown(request: Request, *, told: str = "") -> Response:
    visitor = visitor_of(request)
    context = visitor.edition.context
    people = [_colleague(request, context, each) for each in visitor.workspace.snapshot.staff.values()]
    shape = visitor.workspace.schemas.record("staff")
    return render(
        request,
        "admin_staff.html",
        status=422 if told else 200,
        told=told,
        here=[each for each in people if each.is_here],
        gone=[each for each in people if not each.is_here],
        roles=_words(shape, "角色"),
        subjects=_words(shape, "学科"),
        scopes=context.scopes(visitor.on),
        today=visitor.on.isoformat(),
        sent={
            key: text_in(request, key)
            for key in ("name", "phone", "staff", "role", "scope", "subject", "since", "until")
        },
        record=address_of(request, "edit-record", record_id=STAFF_FILE),
    )


def _words(shape: Field, key: str) -> tuple[str, ...]:
    field = shape.at((*_POSTS, key))
    return tuple(field.values) if field else ()


def _colleague(request: Request, context: Context, person: StaffMember) -> Colleague:
    on = visitor_of(request).on
    held = [(_held(context, post, on), post) for post in person.assignments]
    at = urlencode({"at": f"/教职工/{person.id}"})
    return Colleague(
        person.id,
        person.name,
        f"{address_of(request, 'edit-record', record_id=STAFF_FILE)}?{at}",
        tuple(each for each, _ in held if each.state != "已止"),
        tuple(each for each, _ in held if each.state == "已止"),
    )


def _held(context: Context, post: Assignment, on: date) -> Held:
    words = post.role + ("（代理）" if post.is_acting else "")
    scope = "" if post.scope == _SCHOOL else _scope_words(context, post.scope, on)
    days = f"{post.since or '?'} 起" + (f"，{post.until} 止" if post.until else "")
    if post.until is not None and post.until < on:
        state = "已止"
    else:
        state = "将任" if post.since is not None and post.since > on else "现任"
    return Held(" ".join(filter(None, (scope, post.subject, words))), days, state)


def _scope_words(context: Context, scope: str, on: date) -> str:
    if scope.startswith("S"):
        return f"结对 {context.child_name(scope) or scope}"
    return context.class_name(scope, on) if "-" in scope else context.grade_name(scope, on)


def _appoint(request: Request) -> Response:
    return _done(request, _appointed, "任职已记下。")


def _add(request: Request) -> Response:
    return _done(request, _newcomer, "新同事已加进来；要登录的，请到“账号”里建账号。")


def _leave(request: Request) -> Response:
    return _done(request, _left, "任职都已写上“止”；账号在“账号”里停用。")


def _done(request: Request, make: Callable[[Request, Visitor], Sequence[Edit]], words: str) -> Response:
    """Work out the edits of a form and save them; the page comes back with what was typed where that fails."""
    try:
        told = settled(request, make(request, visitor_of(request)), words)
    except GuanaiError as error:
        told = units_named(str(error), visitor_of(request).edition.context, visitor_of(request).on)
    if told:
        return _shown(request, told=told)
    return RedirectResponse(address_of(request, "admin-staff"), status_code=303)


def _appointed(request: Request, visitor: Visitor) -> tuple[Edit, ...]:
    post, staff = _post(request, visitor), text_in(request, "staff")
    data = visitor.workspace.snapshot.mapping("staff", STAFF_FILE)
    changes = appointed(data, staff, post, is_handover=text_in(request, "handover") == "1")
    return (_staff_edit(visitor, changes), *_heads(visitor, post, staff))


def _newcomer(request: Request, visitor: Visitor) -> tuple[Edit, ...]:
    data = visitor.workspace.snapshot.mapping("staff", STAFF_FILE)
    name, phone = words_in(request, "name", "姓名"), text_in(request, "phone").strip()
    _, change = newcomer(data, name, _post(request, visitor), phone=phone)
    return (_staff_edit(visitor, (change,)),)


def _left(request: Request, visitor: Visitor) -> tuple[Edit, ...]:
    data = visitor.workspace.snapshot.mapping("staff", STAFF_FILE)
    changes = left(data, text_in(request, "staff"), day_in(request, "until", "最后一天"))
    if not changes:
        raise Invalid("这个人那天没有要结束的任职。")
    return (_staff_edit(visitor, changes),)


def _post(request: Request, visitor: Visitor) -> Post:
    shape, scope = visitor.workspace.schemas.record("staff"), text_in(request, "scope")
    role, subject = text_in(request, "role"), text_in(request, "subject")
    if role not in _words(shape, "角色"):
        raise Invalid("请选“任什么职”。")
    if scope not in dict(visitor.edition.context.scopes(visitor.on)):
        raise Invalid("请选“范围”：全校、一个年级或一个班。")
    if subject and subject not in _words(shape, "学科"):
        raise Invalid("“学科”请从列出的里面选。")
    is_acting = text_in(request, "acting") == "1"
    return Post(role, scope, day_in(request, "since", "从哪天起"), subject, is_acting)


def _staff_edit(visitor: Visitor, changes: Sequence[Change]) -> Edit:
    return Edit(STAFF_FILE, tuple(changes), visitor.workspace.version(STAFF_FILE))


def _heads(visitor: Visitor, post: Post, staff: str) -> Iterator[Edit]:
    """Yield the change of the school's record that goes with a new grade head, where it takes effect today."""
    grades = {each.id: each for each in visitor.workspace.snapshot.school.grades}
    is_due = post.role == _HEAD and post.scope in grades and post.since <= visitor.on and not post.is_acting
    if is_due and keeps(visitor, "school") and grades[post.scope].head != staff:
        yield Edit(SCHOOL_FILE, (Set(("年级", post.scope, _HEAD), staff),))


DOORS = (
    Door("/admin/staff", ("GET",), _list, KEEPS_STAFF, "admin-staff"),
    Door(
        "/admin/staff/appoint", ("POST",), _appoint, KEEPS_STAFF, "admin-appoint", body_limit=SHORT_FORM_BYTES
    ),
    Door("/admin/staff/add", ("POST",), _add, KEEPS_STAFF, "admin-newcomer", body_limit=SHORT_FORM_BYTES),
    Door("/admin/staff/leave", ("POST",), _leave, KEEPS_STAFF, "admin-leave", body_limit=SHORT_FORM_BYTES),
)
