"""Whom one may mid-sentence mean by @: children by name, initials or id, and colleagues."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from guanai.web.forms.mentions import mention
from guanai.web.guard import text_in
from guanai.web.pages.students import initials, matches, names_of, pupils, view_of
from guanai.web.policy import SIGNED_IN
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of

_MOST = 8
_LONGEST = 20


def _mentions(request: Request) -> Response:
    visitor = visitor_of(request)
    asked = text_in(request, "q").strip()[:_LONGEST]
    found = [*_children(visitor, asked), *_colleagues(visitor, asked)] if asked else []
    return JSONResponse({"found": found[:_MOST]})


def _children(visitor: Visitor, asked: str) -> Iterator[dict[str, str]]:
    context = names_of(view_of(visitor))
    for each in pupils(visitor):
        if matches(each, asked):
            where = context.class_name(each.class_id, visitor.on) if each.class_id else ""
            yield {"insert": mention(each.id), "title": each.name, "hint": where}


def _colleagues(visitor: Visitor, asked: str) -> Iterator[dict[str, str]]:
    """Yield colleagues: their names are no secret in the house and are written as they are."""
    plain = asked.lower()
    for person in visitor.workspace.snapshot.staff.values():
        if asked in person.name or (plain.isascii() and plain in initials(person.name)):
            yield {"insert": person.name, "title": person.name, "hint": "教职工"}


DOORS = (Door("/mentions", ("POST",), _mentions, SIGNED_IN, "mentions", audits="检索"),)
