"""Who changed what in a record, in sentences, as far as the visitor may see it; and how it was on two days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from guanai.access import powers_over
from guanai.model.base import HIDDEN
from guanai.schema import Field
from guanai.web.policy import CHILD_EDIT, CHILD_SEE, RECORD_EDIT, RECORD_SEE
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.chronicle import Chronicle, Event, NotYet, Told, UnknownField

#: So many saves stand on a page at first, and so many at most.
_SHOWN, _MOST = 50, 1000
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Past:
    """One record whose past is shown.

    Attributes:
        record: its id or path.
        name: what the visitor calls it.
        back: address of the page one came from.
        history: address of its history.
        compare: address where two days are compared.
        undo: address where a change is taken back, "" where the visitor may change nothing in it.
    """

    record: str
    name: str
    back: str
    history: str
    compare: str
    undo: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change: its sentence, the address of its field's own history, and where in the record it is."""

    words: str
    only: str
    field: str


def past_of(request: Request) -> Past:
    """Return the record that an address names, as the pages about its past need it."""
    visitor, params = visitor_of(request), request.path_params
    if "student_id" in params:
        record, which, named = params["student_id"], "child", {"student_id": params["student_id"]}
        back, may = address_of(request, "child", **named), CHILD_EDIT.allows(visitor, named)
    else:
        record, which, named = params["record_id"], "record", {"record_id": params["record_id"]}
        may = RECORD_EDIT.allows(visitor, named)
        back = address_of(request, "edit-record", **named) if may else "/"
    return Past(
        record,
        _name(visitor, record),
        back,
        address_of(request, f"{which}-history", **named),
        address_of(request, f"{which}-compare", **named),
        address_of(request, f"{which}-undo", **named) if may else "",
    )


def chronicle_of(visitor: Visitor) -> Chronicle:
    """Return the past of the records as a visitor may know it."""
    workspace = visitor.workspace
    return Chronicle(workspace.history, workspace.snapshot, visitor.edition, on=visitor.on)


def _history(request: Request) -> Response:
    visitor, past = visitor_of(request), past_of(request)
    field = request.query_params.get("field", "").strip()[:120]
    most = _number(request.query_params.get("most", ""))
    told = ""
    try:
        events = list(chronicle_of(visitor).events(past.record, field=field, limit=most + 1))
    except UnknownField as error:
        events, told = [], str(error)
    rights = _Rights(visitor, past)
    return render(
        request,
        "history.html",
        past=past,
        field=field,
        field_title=_field_title(field),
        fields=_fields(visitor, past.record),
        told=told,
        events=[(each, list(_lines(past, each)), rights.undoes(each)) for each in events[:most]],
        most=most,
        more=min(most * 2, _MOST) if len(events) > most and most < _MOST else 0,
    )


def _compare(request: Request) -> Response:
    visitor, past = visitor_of(request), past_of(request)
    asked = [
        _day(request.query_params.get("from", ""), visitor.on - _MONTH),
        _day(request.query_params.get("to", ""), visitor.on),
    ]
    earlier, later = sorted(asked)
    changes: tuple[Told, ...] = ()
    told = ""
    try:
        changes = chronicle_of(visitor).between(past.record, earlier, later)
    except NotYet:
        told = f"{earlier.year}年{earlier.month}月{earlier.day}日还没有这份记录，请选晚一些的日期。"
    return render(
        request,
        "compare.html",
        past=past,
        earlier=earlier,
        later=later,
        changes=[_line(past, each) for each in changes],
        told=told,
    )


class _Rights:
    """Which changes of a record a visitor may take back: all where a field may be changed, else one's own."""

    def __init__(self, visitor: Visitor, past: Past) -> None:
        self._staff = visitor.staff_id
        self._may = bool(past.undo)
        self._is_editor = self._may and _edits(visitor, past.record)

    def undoes(self, event: Event) -> bool:
        if not self._may or not all(each.path for each in event.changes):
            return False
        return self._is_editor or event.staff == self._staff


def _edits(visitor: Visitor, record: str) -> bool:
    snapshot = visitor.workspace.snapshot
    kind = snapshot.find(record)
    data = snapshot.mapping(kind, record)
    return powers_over(visitor.actor, kind, data, snapshot.access, on=visitor.on).edits is not None


def _lines(past: Past, event: Event) -> Iterator[Line]:
    return (_line(past, each) for each in event.changes)


def _line(past: Past, told: Told) -> Line:
    if not told.path or any(isinstance(step, int) for step in told.path):
        return Line(told.words, "", "")
    field = "/".join(map(str, told.path))
    return Line(told.words, past.history, field)


def _fields(visitor: Visitor, record: str) -> list[tuple[str, str]]:
    """Return the fields whose history may be asked for: those that the visitor sees filled in today."""
    snapshot = visitor.workspace.snapshot
    kind = snapshot.find(record)
    shape = visitor.workspace.schemas.record(kind)
    return list(_filled(shape, visitor.edition.record(kind, record), ()))


def _filled(shape: Field, value: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key, field in shape.children.items():
        held = value.get(key, HIDDEN)
        if held is HIDDEN or (key == "编号" and not above):
            continue
        yield "/".join((*above, key)), " › ".join((*above, key))
        if field.type == "object" and isinstance(held, Mapping):
            yield from _filled(field, held, (*above, key))


def _field_title(field: str) -> str:
    """Return a field as people call it; the 编号 of entries on the way are left out."""
    return " › ".join(step for step in field.replace(".", "/").split("/") if step and not step.isascii())


def _name(visitor: Visitor, record: str) -> str:
    kind = visitor.workspace.snapshot.find(record)
    view = visitor.edition.record(kind, record)
    found = view.get("姓名") or view.get("名称")
    return found if isinstance(found, str) else visitor.workspace.schemas.title(kind)


def _number(text: str) -> int:
    return min(max(int(text), 1), _MOST) if text.isascii() and text.isdecimal() and len(text) < 6 else _SHOWN


def _day(text: str, usual: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return usual


DOORS = (
    Door(
        "/students/{student_id}/history", ("GET",), _history, CHILD_SEE, "child-history",
        audits="看修改历史", subject="student_id",
    ),
    Door(
        "/students/{student_id}/compare", ("GET",), _compare, CHILD_SEE, "child-compare",
        audits="看修改历史", subject="student_id",
    ),
    Door(
        "/record/{record_id:path}/history", ("GET",), _history, RECORD_SEE, "record-history",
        audits="看修改历史", subject="record_id",
    ),
    Door(
        "/record/{record_id:path}/compare", ("GET",), _compare, RECORD_SEE, "record-compare",
        audits="看修改历史", subject="record_id",
    ),
)  # fmt: skip
