"""The agenda of a meeting as one person may know it: what changed since the one before, and what is overdue."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from guanai.calendar import instant
from guanai.rules.agenda import AgendaItem, draft, shifts, tasks_of
from guanai.rules.clocked import accounts_of
from guanai.rules.duties import State
from guanai.rules.levels import rules_of
from guanai.rules.persuasion import Stage
from guanai.workspace.watch.signs import signs_of_school
from guanai.workspace.watch.vigil import View

#: The meeting at which levels are looked at (研判会).
USUAL_KIND: Final = "月研判会"
#: Ours: how far back is looked where there was no such meeting yet.
_FIRST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Agenda:
    """A drafted agenda.

    Attributes:
        since: the day of the meeting before, or a month ago.
    """

    kind: str
    since: date
    items: tuple[AgendaItem, ...]


def agenda_of(view: View, now: date | datetime, kind: str = USUAL_KIND) -> Agenda:
    """Return the agenda of a meeting; what the person may not know of leaves no trace, not even in a count.

    Args:
        view: what the person may know.
        now: the instant, or a day, which stands for its last second.
        kind: kind of meeting, by its Chinese word.
    """
    moment = instant(now)
    since = _last_held(view, kind, moment)
    facts, rules = view.facts, rules_of(view.facts.policies)
    running = (
        each
        for child in facts.children.values()
        for each in accounts_of(facts, child, rules, moment)
        if each.stage is not Stage.CLOSED and view.shows(each)
    )
    changed = shifts(facts.children.values(), since, moment.date())
    late = (each for each in view.duties(moment) if each.state is State.OVERDUE and not each.source)
    items = draft(
        changed=[each for each in changed if view.shows(each)],
        proposed=signs_of_school(view).proposals,
        running=list(running),
        overdue=list(late),
        # What stands there was cut to the person when the facts were put together.
        before=[each for each in tasks_of(facts.resolutions) if each.matter],
        now=moment,
    )
    return Agenda(kind, since, items)


def _last_held(view: View, kind: str, now: datetime) -> date:
    held = [each.at[:10] for each in view.facts.deeds.get(f"会议.{kind}", ())]
    before = [date.fromisoformat(each) for each in held if each < now.date().isoformat()]
    return max(before, default=now.date() - _FIRST)
