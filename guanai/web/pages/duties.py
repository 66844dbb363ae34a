"""My duties: what I answer for today, the most urgent first, child by child."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from guanai.rules.duties import Occurrence, State, plans_of
from guanai.web.forms.ways import Way, ways
from guanai.web.pages.students import names_of, view_of
from guanai.web.policy import SIGNED_IN
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of
from guanai.workspace.watch.tellings import still_open, subject_name

#: So many stand on the first page.
URGENT = 7


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
    view = view_of(visitor)
    context = names_of(view)
    evidence = {plan.id: plan.evidence for plan in plans_of(view.facts)}
    mine = (each for each in view.duties(visitor.now) if visitor.staff_id in each.owners[:1])

    def task(made: Occurrence) -> Task:
        name = view.name(made.student) if made.student else subject_name(view, context, made)
        day = f"{made.due.month}月{made.due.day}日"
        when = "适时" if made.is_soft else f"{day} {made.due:%H:%M} 前" if made.is_timed else f"{day}前"
        return Task(
            made.title, name, made.student, when, str(made.state), made.because,
            made.state is State.OVERDUE, made.duty,
            ways(evidence.get(made.duty, ()), student=made.student, class_id=made.class_id, duty=made.duty),
        )  # fmt: skip

    return tuple(task(each) for each in still_open(mine))


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


DOORS = (Door("/duties", ("GET",), _duties, SIGNED_IN, "duties", nav="待办", nav_rank=10),)
