"""A child's page: what the visitor may see of the file, entry by entry, and the ways on from there."""

from starlette.requests import Request
from starlette.responses import Response

from generators.papers import papers
from guanai.access import powers_over
from guanai.model.student import Student
from guanai.rules.reporting import unreported, what_to_do
from guanai.web.forms.short import ENTRIES
from guanai.web.pages.duties import tasks_about
from guanai.web.pages.students import names_of, view_of, worded
from guanai.web.policy import CHILD_EDIT, CHILD_SEE
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.telling import Teller, day_words, parts_of, timeline
from guanai.web.visitor import Visitor, visitor_of

#: Lists that make up what happened, in one line of time.
_EVENTS = ("过程记录", "预警", "劝返", "照顾", "荣誉", "计划")
_SHOWN = 40
#: The contacts that are noted most often, and so many buttons.
_USUAL = ("谈话", "家访", "课堂反馈", "辅导")
_OFFERED = 2


def _child(request: Request) -> Response:
    visitor, student_id = visitor_of(request), request.path_params["student_id"]
    record = visitor.edition.record("student", student_id)
    child, decision = Student.from_mapping(record), visitor.edition.decision("student", student_id)
    teller = Teller(visitor.edition.context, visitor.on)
    parts = [
        part
        for part in parts_of(teller, visitor.workspace.schemas.record("student"), record)
        if not part.is_empty
    ]
    view = view_of(visitor)
    level = (
        view.facts.children[student_id].level_on(visitor.on) if student_id in view.facts.children else None
    )
    is_known = level is not None and view.holds(student_id, level.labels)
    events = timeline(parts, _EVENTS)
    return render(
        request,
        "child.html",
        student_id=student_id,
        may_add=CHILD_EDIT.allows(visitor, {"student_id": student_id}),
        entries=_entries(visitor, student_id),
        name=record.get("姓名") or student_id,
        class_name=names_of(view).class_name(view.class_of(student_id), visitor.on)
        if view.class_of(student_id)
        else "",
        level=level.level if level and is_known else "",
        parts=[part for part in parts if part.title not in _EVENTS],
        events=[(day_words(day), title, item) for day, title, item in events[:_SHOWN]],
        more_events=[(day_words(day), title, item) for day, title, item in events[_SHOWN:]],
        reports=unreported(child.entries),
        what_to_do=what_to_do(is_reported=False),
        duties=tasks_about(visitor, student_id),
        reason=worded(visitor, student_id, decision.reason),
        kinds=[
            paper
            for paper in papers().values()
            if paper.subject == "student"
            and paper.clearance <= decision.labels
            and (paper.suits is None or paper.suits(child, visitor.edition.context, visitor.on))
        ],
    )


def _entries(visitor: Visitor, student_id: str) -> tuple[str, ...]:
    """Return the kinds of contacts that a visitor may add to a file, the usual ones first; two at most."""
    snapshot = visitor.workspace.snapshot
    data = snapshot.mapping("student", student_id)
    powers = powers_over(visitor.actor, "student", data, snapshot.access, on=visitor.on)
    held = (powers.appends or frozenset()) | (powers.edits or frozenset())
    kinds = visitor.workspace.schemas.record("student").at((ENTRIES, 0, "类型"))
    values = kinds.values if kinds else {}
    return tuple(sorted((each for each in values if values[each].clearance <= held), key=_usual))[:_OFFERED]


def _usual(kind: str) -> int:
    return _USUAL.index(kind) if kind in _USUAL else len(_USUAL)


DOORS = (
    Door("/students/{student_id}", ("GET",), _child, CHILD_SEE, "child", audits="查看", subject="student_id"),
)
