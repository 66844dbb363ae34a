"""Who is reminded of what: whoever answers first and may know of it, else the next one; what nobody may know is told apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guanai.rules.duties import Occurrence, State, in_order
from guanai.workspace.watch.vigil import View


@dataclass(frozen=True, slots=True)
class Reminders:
    """What is to be told to whom.

    Attributes:
        to: duties by staff id, as that person may know them.
        untold: those of which nobody who answers for them may know; a mail about them would tell that there is a child.
    """

    to: Mapping[str, tuple[Occurrence, ...]]
    untold: tuple[Occurrence, ...]


def reminders(view: View, found: Iterable[Occurrence]) -> Reminders:
    """Return who is told of some duties; done ones and those without a last day are left out.

    Args:
        view: the moment; nobody is told of what it does not hold.
        found: duties of that view.
    """
    due = [each for each in found if each.state in (State.OPEN, State.OVERDUE)]
    to: dict[str, list[Occurrence]] = {}
    untold = {each.id: each for each in due}
    for person in view.frame.staff.people:
        own = [each for each in due if person.id in each.reminded]
        for made in _told(view, to, person.id, own):
            untold.pop(made.id, None)
    for each in tuple(untold.values()):
        others = (owner for owner in each.owners if owner not in each.reminded)
        if any(_told(view, to, owner, [each]) for owner in others):
            del untold[each.id]
    return Reminders({person: in_order(made) for person, made in to.items()}, tuple(untold.values()))


def _told(
    view: View, to: dict[str, list[Occurrence]], who: str, own: Sequence[Occurrence]
) -> list[Occurrence]:
    """Put down what somebody may know of some duties; return those that the person is told of, as the view has them."""
    known = view.known_to(who, own) if own else ()
    if not known:
        return []
    to.setdefault(who, []).extend(known)
    ids = {each.id for each in known}
    # What is told without a word of what or of whom goes by another id.
    return [each for each in own if each.id in ids or view.known_to(who, [each])]
