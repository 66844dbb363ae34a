"""The papers of one record, each with what became of it: to read, take along, print, and mark as signed and stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from generators.form import item_ids, load_forms
from generators.papers import Paper, papers
from guanai.errors import GuanaiError
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import Record
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.school import School
from guanai.model.screening import Screening
from guanai.model.student import Student
from guanai.paths import name_of
from guanai.web.marks import item_in, line_words, lines_about, marks_in, place_in
from guanai.web.naming import subject_words
from guanai.web.pages.documents import has_office
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import RECORD_EDIT, RECORD_SEE
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.papers import SCHOOL
from guanai.yamlfile import pointer

_MODELS: dict[str, type[Record]] = {
    "student": Student,
    "meeting": Meeting,
    "activity": Activity,
    "decision": SchoolDecision,
    "screening": Screening,
    "attendance": Attendance,
    "school": School,
}
#: So many sheets of one kind are listed, the newest first; the paper with all of them stands above.
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a kind of paper.

    Attributes:
        subject: what it is about.
        words: which of several it is, "" for the only one.
        marks: what became of it.
        edit: where its marks are set, "" where they cannot be.
    """

    subject: str
    words: str
    marks: tuple[str, ...]
    edit: str = ""


def _page(request: Request) -> Response:
    visitor, record_id = visitor_of(request), request.path_params["record_id"]
    kind = visitor.workspace.snapshot.find(record_id)
    view = visitor.edition.record(kind, record_id)
    held = visitor.edition.decision(kind, record_id).labels
    may_edit, subject = RECORD_EDIT.allows(visitor, {"record_id": record_id}), _subject(kind, record_id)
    rows = [
        (paper, _sheets(request, visitor, paper, record_id, view, may_edit=may_edit))
        for paper in papers().values()
        if paper.subject == kind and subject and paper.clearance <= held and _suits(visitor, paper, view)
    ]
    return render(
        request,
        "subject_papers.html",
        name=str(view.get("姓名") or view.get("名称") or _words(visitor, rows, subject)),
        back=_back(request, kind, record_id),
        rows=rows,
        forms=visitor.workspace.templates.names() if kind == "student" else (),
        record_id=record_id,
        has_office=has_office(),
    )


def _subject(kind: str, record_id: str) -> str:
    """Return under what papers about a record stand, "" for a record that papers know no name for."""
    subject = SCHOOL if kind == SCHOOL else name_of(record_id)
    return "" if "/" in subject else subject


def _words(visitor: Visitor, rows: Sequence[tuple[Paper, list[Sheet]]], subject: str) -> str:
    """Return a record's class and month or term in words, the id of one that has its own."""
    if not rows:
        return subject or "这份记录"
    view = view_of(visitor)
    return subject_words(view, names_of(view), rows[0][0], subject)


def _back(request: Request, kind: str, record_id: str) -> str:
    if kind == "student":
        return address_of(request, "child", student_id=record_id)
    return address_of(request, "meetings" if kind == "meeting" else "papers")


def _suits(visitor: Visitor, paper: Paper, view: dict[str, object]) -> bool:
    model = _MODELS.get(paper.subject)
    if paper.suits is None or model is None:
        return True
    try:
        return paper.suits(model.from_mapping(view), visitor.edition.context, visitor.on)
    except GuanaiError:
        return False


def _sheets(  # noqa: PLR0913 -- whose, of what, and what may be done with it
    request: Request,
    visitor: Visitor,
    paper: Paper,
    record_id: str,
    view: dict[str, object],
    *,
    may_edit: bool,
) -> list[Sheet]:
    lines = lines_about(visitor, paper, record_id)
    whole = tuple(word for line in lines for word in line_words(line)) or tuple(marks_in(view))
    subject = _subject(paper.subject, record_id)
    sheets = [Sheet(subject, "", whole)]
    for item in reversed(_items(visitor, paper, view)[-_SHOWN:]):
        held = item_in(view, item) or {}
        day = str(held.get("时间") or held.get("日期") or held.get("起") or "")[:10]
        edit = _edit(request, paper.subject, record_id, view, item) if may_edit else ""
        sheets.append(Sheet(f"{subject}-{item}", day or item, tuple(marks_in(held)), edit))
    return sheets


def _items(visitor: Visitor, paper: Paper, view: dict[str, object]) -> tuple[str, ...]:
    model, form = _MODELS.get(paper.subject), load_forms().get(paper.kind)
    if not paper.has_items or model is None or form is None:
        return ()
    return item_ids(form, model.from_mapping(view), visitor.edition.context, visitor.on)


def _edit(request: Request, kind: str, record_id: str, view: dict[str, object], item: str) -> str:
    path = place_in(view, item)
    if path is None:
        return ""
    if kind == "student":
        address = address_of(request, "edit-child", student_id=record_id)
    else:
        address = address_of(request, "edit-record", record_id=record_id)
    return f"{address}?{urlencode({'at': pointer(path)})}"


DOORS = (
    Door(
        "/record/{record_id:path}/papers",
        ("GET",),
        _page,
        RECORD_SEE,
        "record-papers",
        audits="查看",
        subject="record_id",
    ),
)
