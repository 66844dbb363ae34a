"""My duties: what I answer for today, the most urgent first, child by child."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from starlette.requests import Request
from starlette.responses import Response

from guanai.access import powers_over
from guanai.errors import GuanaiError
from guanai.paths import kind_of, stem_id
from guanai.rules.duties import Occurrence, State, plans_of
from guanai.rules.explain import explain
from guanai.rules.resolutions import Resolution
from guanai.saving import Saved
from guanai.web.forms.ways import Way, outcome_way, ways
from guanai.web.gateway import gateway_of
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import SIGNED_IN
from guanai.web.render import flash, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.watch.tellings import number_of, still_open, subject_name

#: So many stand on the first page.
URGENT = 7
#: A reminder's number is looked for among the duties of so many days before and after today.
_BACK, _AHEAD = timedelta(days=31), timedelta(days=14)
_LONGEST_NUMBER = 20
#: Records that one makes as a whole, and the key under which their maker stands.
_HOSTS = {"activity": "组织者", "decision": "决定人", "counseling": "负责教师"}
#: Records that fulfil a duty as a whole, not by an entry in them.
_WHOLE = frozenset({"meeting", "activity", "decision"})


@dataclass(frozen=True, slots=True)
class Task:
    """One duty as a page shows it."""

    title: str
    whom: str
    student: str
    due: str
    state: str
    because: str
    is_overdue: bool
    duty: str
    ways: tuple[Way, ...] = ()


def to_do(visitor: Visitor) -> tuple[Occurrence, ...]:
    """Return what a visitor answers for and has not done yet, overdue first, reminders last."""
    mine = (each for each in view_of(visitor).duties(visitor.minute) if visitor.staff_id in each.reminded)
    return still_open(mine)


def tasks_about(visitor: Visitor, student_id: str) -> tuple[Task, ...]:
    """Return what is open for a child, whoever answers for it; with ways to it only for those who do."""
    open_now = (each for each in view_of(visitor).duties(visitor.minute) if each.student == student_id)
    found = tuple(still_open(open_now))
    return tuple(
        task if visitor.staff_id in made.reminded else replace(task, ways=())
        for made, task in zip(found, tasks(visitor, found), strict=True)
    )


def tasks(visitor: Visitor, found: Sequence[Occurrence]) -> tuple[Task, ...]:
    """Return duties as a page shows them to a visitor, with the ways to the forms that fulfil them."""
    if not found:
        return ()
    view = view_of(visitor)
    context = names_of(view)
    evidence = {plan.id: plan.evidence for plan in plans_of(view.facts)}
    makes = visitor.edition.once("makes", lambda: _makes(visitor))
    resolutions = {each.id: each for each in view.facts.resolutions}

    def ways_of(made: Occurrence) -> tuple[Way, ...]:
        if made.source:
            return _outcome_ways(visitor, resolutions[made.source]) if made.source in resolutions else ()
        return visitor.edition.once(
            ("ways", made.duty, made.student, made.class_id),
            lambda: ways(
                evidence.get(made.duty, ()),
                student=made.student,
                class_id=made.class_id,
                duty=made.duty,
                makes=makes,
            ),
        )

    def task(made: Occurrence) -> Task:
        name = view.name(made.student) if made.student else subject_name(view, context, made)
        return Task(
            made.title, name, made.student, _when(made, visitor.on), str(made.state), made.because,
            made.state is State.OVERDUE, made.duty, ways_of(made),
        )  # fmt: skip

    return tuple(task(each) for each in found)


def _when(made: Occurrence, on: date) -> str:
    """Return by when a duty is to be done, as one says it on a day."""
    if made.is_soft:
        return "适时"
    days = (made.due.date() - on).days
    day = {0: "今天", 1: "明天"}.get(days, f"{made.due.month}月{made.due.day}日")
    if made.is_timed:
        return f"{day} {made.due:%H:%M} 前"
    return f"{day}之内" if days in (0, 1) else f"{day}前"


def _outcome_ways(visitor: Visitor, each: Resolution) -> tuple[Way, ...]:
    """Return where a visitor notes the outcome of a decision: in the minutes, or in the form of those it names."""
    snapshot = visitor.workspace.snapshot
    try:
        data = snapshot.mapping("meeting", each.meeting)
    except GuanaiError:  # it does not fit its schema just now
        return ()
    edits = powers_over(visitor.actor, "meeting", data, snapshot.access, on=visitor.on).edits
    may_edit = bool(each.matter) and edits is not None and each.labels <= edits
    if not may_edit and visitor.staff_id not in each.owners:
        return ()
    return (outcome_way(each.meeting, each.id, may_edit=may_edit),)


def _makes(visitor: Visitor) -> frozenset[str]:
    """Return the kinds of records that a visitor may make as a whole."""
    return frozenset(kind for kind, host in _HOSTS.items() if _may_make(visitor, kind, host))


def _may_make(visitor: Visitor, kind: str, host: str) -> bool:
    powers = powers_over(
        visitor.actor, kind, {host: visitor.staff_id}, visitor.workspace.snapshot.access, on=visitor.on
    )
    return powers.appends is not None or powers.edits is not None


def tell_done(request: Request, saved: Saved, *, worked_on: str = "") -> None:
    """Say on the next page which duties a save fulfilled.

    Args:
        request: who saved.
        saved: what came of it; entries that it added count, and whole records of the school.
        worked_on: 编号 of an entry that was there and was filled in.
    """
    given = {each for ids in saved.given.values() for each in ids} | {worked_on}
    whole = {stem_id(path) for path in saved.versions if kind_of(path) in _WHOLE}
    visitor = visitor_of(request)
    try:
        view = gateway_of(request).moments.now().look(staff=visitor.staff_id, on=visitor.on)
        done = [
            made.title
            for made in view.duties(visitor.now)
            if any(proof.item in given if proof.item else proof.record in whole for proof in made.proofs)
        ]
    except GuanaiError:
        done = []
    if done:
        flash(request, f"这一条算作完成：{'、'.join(dict.fromkeys(done))}。")


def by_whom(found: Iterable[Task]) -> list[tuple[str, str, list[Task]]]:
    """Return tasks grouped by child or unit, in the order of each group's most urgent: (name, child's id, tasks)."""
    groups: dict[tuple[str, str], list[Task]] = {}
    for each in found:
        groups.setdefault((each.whom, each.student), []).append(each)
    return [(whom, student, each) for (whom, student), each in groups.items()]


def _duties(request: Request) -> Response:
    visitor = visitor_of(request)
    found = tasks(visitor, to_do(visitor))
    firm = [each for each in found if each.state != State.REMINDER]
    soft = [each for each in found if each.state == State.REMINDER]
    return render(
        request,
        "duties.html",
        groups=by_whom(firm),
        soft=by_whom(soft),
        count=len(firm),
        soft_count=len(soft),
    )


def _duty(request: Request) -> Response:
    """Show the one duty that a reminder names by its number, if the visitor may know of it."""
    visitor, wanted = visitor_of(request), request.path_params["number"]
    found = _numbered(visitor, wanted)
    return render(
        request,
        "duty.html",
        number=wanted[:_LONGEST_NUMBER],
        task=tasks(visitor, (found,))[0] if found is not None else None,
        is_done=found is not None and found.state is State.DONE,
        told=explain(view_of(visitor).facts, found) if found is not None and not found.source else None,
    )


def _numbered(visitor: Visitor, wanted: str) -> Occurrence | None:
    """Return the duty of a number: of today, or of the weeks around; a mail may be read late."""
    view, secret = view_of(visitor), visitor.workspace.secret
    covered = view.facts.calendar.covered
    since = max(visitor.on - _BACK, covered[0].begins) if covered else visitor.on
    until = min(visitor.on + _AHEAD, covered[-1].ends) if covered else visitor.on
    for made in chain(view.duties(visitor.minute), view.duties_between(since, until, visitor.minute)):
        if number_of(secret, made) == wanted:
            return made
    return None


DOORS = (
    Door("/duties", ("GET",), _duties, SIGNED_IN, "duties", nav="待办", nav_rank=10),
    Door("/duties/{number}", ("GET",), _duty, SIGNED_IN, "duty"),
)
