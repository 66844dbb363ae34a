"""Who may see a child's file and why; and, for who answers for it, who has looked."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from guanai.access import Action, Child, Label, actor_on, child_of, decide
from guanai.model.staff import StaffMember
from guanai.web.audit import Event
from guanai.web.gateway import gateway_of
from guanai.web.naming import outcome_words
from guanai.web.pages.students import worded
from guanai.web.policy import CHILD_SEE, Params, Policy
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of

#: So far back one looks, and so many single lines are told.
_BACK = timedelta(days=90)
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Someone who may see something of a file; ``labels`` is empty where the visitor may not know which."""

    name: str
    why: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who asked for a file, how often, and when last."""

    name: str
    count: int
    refused: int
    last: str


def onlookers(visitor: Visitor, student_id: str) -> tuple[Onlooker, ...]:
    """Return who may see a child's file today, and why, in the order of staff.yml.

    That a child has a level or is paired with a teacher is 关爱: a visitor without it is told who sees every child of
    the class, and nothing of their labels.
    """
    snapshot, on = visitor.workspace.snapshot, visitor.on
    child = child_of(snapshot.mapping("student", student_id), on)
    is_told = Label.CARE in visitor.edition.decision("student", student_id).labels
    asked = child if is_told else Child("", child.class_id)

    def found() -> Iterator[Onlooker]:
        for person in snapshot.staff.values():
            verdict = decide(actor_on(person, on), Action.SEE, asked, snapshot.access, on=on)
            if verdict.allowed:
                labels = tuple(str(each) for each in Label if each in verdict.labels) if is_told else ()
                yield Onlooker(person.name, worded(visitor, student_id, verdict.reason), labels)

    return tuple(found())


def _sight(request: Request) -> Response:
    visitor, student_id = visitor_of(request), request.path_params["student_id"]
    return render(
        request,
        "sight.html",
        student_id=student_id,
        name=_name(visitor, student_id),
        found=onlookers(visitor, student_id),
        reason=worded(visitor, student_id, visitor.edition.decision("student", student_id).reason),
    )


def _reads(request: Request) -> Response:
    visitor, student_id = visitor_of(request), request.path_params["student_id"]
    since = visitor.on - _BACK
    lines = [
        each
        for each in gateway_of(request).audit.events(since=f"{since:%Y-%m}")
        if _concerns(each, student_id) and each.at.date() >= since
    ]
    staff = visitor.workspace.snapshot.staff
    recent = [
        (
            f"{each.at:%Y-%m-%d %H:%M}",
            _person(staff.get(each.actor), each.actor),
            each.role,
            each.action,
            outcome_words(each.result),
        )
        for each in reversed(lines)
    ]
    return render(
        request,
        "reads.html",
        student_id=student_id,
        name=_name(visitor, student_id),
        readers=_readers(visitor, lines),
        lines=recent[:_SHOWN],
        total=len(recent),
        days=_BACK.days,
    )


def _readers(visitor: Visitor, lines: list[Event]) -> list[Reader]:
    by_person: dict[str, list[Event]] = defaultdict(list)
    for each in lines:
        by_person[each.actor].append(each)
    staff = visitor.workspace.snapshot.staff
    found = [
        Reader(
            _person(staff.get(actor), actor),
            len(events),
            sum(each.result == "拒绝" for each in events),
            f"{events[-1].at:%Y-%m-%d %H:%M}",
        )
        for actor, events in by_person.items()
    ]
    return sorted(found, key=lambda each: each.last, reverse=True)


def _concerns(event: Event, student_id: str) -> bool:
    """Tell whether a line is about a child: its file, or a paper about it or one entry of its file."""
    return event.record == student_id or event.record.startswith((f"{student_id}-", f"{student_id}."))


def _person(person: StaffMember | None, staff_id: str) -> str:
    return person.name if person else staff_id or "命令行"


def _name(visitor: Visitor, student_id: str) -> str:
    return str(visitor.edition.record("student", student_id).get("姓名") or student_id)


def _may_watch(visitor: Visitor, params: Params) -> bool:
    return visitor.is_approver and visitor.edition.decision("student", params["student_id"]).allowed


#: Who grants sight of a child and so may know who has looked: 校长, 分管副校长.
CHILD_WATCH = Policy("child-watch", _may_watch, ("student_id",))

DOORS = (
    Door(
        "/students/{student_id}/sight", ("GET",), _sight, CHILD_SEE, "child-sight",
        audits="看谁能看到", subject="student_id",
    ),
    Door(
        "/students/{student_id}/reads", ("GET",), _reads, CHILD_WATCH, "child-reads",
        audits="看谁看过", subject="student_id",
    ),
)  # fmt: skip
