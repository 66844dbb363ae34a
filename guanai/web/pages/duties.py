"""My duties: what I answer for today, the most urgent first, child by child."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from starlette.requests import Request
from starlette.responses import Response

from guanai.rules.duties import Occurrence, State, plans_of
from guanai.rules.explain import explain
from guanai.web.forms.ways import Way, ways
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import SIGNED_IN
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.watch.tellings import number_of, still_open, subject_name

#: So many stand on the first page.
URGENT = 7
#: A reminder's number is looked for among the duties of so many days before and after today.
_BACK, _AHEAD = timedelta(days=31), timedelta(days=14)
_LONGEST_NUMBER = 20


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


def tasks(visitor: Visitor) -> tuple[Task, ...]:
    """Return what a visitor answers for and has not done yet, overdue first, reminders last."""
    mine = (each for each in view_of(visitor).duties(visitor.minute) if visitor.staff_id in each.reminded)
    return _tasks(visitor, still_open(mine))


def _tasks(visitor: Visitor, found: Iterable[Occurrence]) -> tuple[Task, ...]:
    view = view_of(visitor)
    context = names_of(view)
    evidence = {plan.id: plan.evidence for plan in plans_of(view.facts)}

    def task(made: Occurrence) -> Task:
        name = view.name(made.student) if made.student else subject_name(view, context, made)
        day = f"{made.due.month}月{made.due.day}日"
        when = "适时" if made.is_soft else f"{day} {made.due:%H:%M} 前" if made.is_timed else f"{day}前"
        return Task(
            made.title, name, made.student, when, str(made.state), made.because,
            made.state is State.OVERDUE, made.duty,
            ways(evidence.get(made.duty, ()), student=made.student, class_id=made.class_id, duty=made.duty),
        )  # fmt: skip

    return tuple(task(each) for each in found)


def by_whom(found: Iterable[Task]) -> list[tuple[str, str, list[Task]]]:
    """Return tasks grouped by child or unit, in the order of each group's most urgent: (name, child's id, tasks)."""
    groups: dict[tuple[str, str], list[Task]] = {}
    for each in found:
        groups.setdefault((each.whom, each.student), []).append(each)
    return [(whom, student, each) for (whom, student), each in groups.items()]


def _duties(request: Request) -> Response:
    visitor = visitor_of(request)
    found = tasks(visitor)
    firm = [each for each in found if each.state != State.REMINDER]
    soft = [each for each in found if each.state == State.REMINDER]
    return render(request, "duties.html", groups=by_whom(firm), soft=by_whom(soft), count=len(firm))


def _duty(request: Request) -> Response:
    """Show the one duty that a reminder names by its number, if the visitor may know of it."""
    visitor, wanted = visitor_of(request), request.path_params["number"]
    found = _numbered(visitor, wanted)
    return render(
        request,
        "duty.html",
        number=wanted[:_LONGEST_NUMBER],
        task=_tasks(visitor, (found,))[0] if found is not None else None,
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
