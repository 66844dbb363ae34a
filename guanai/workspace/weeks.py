"""Sheets of somebody's week (我的一周): made from what is due, and made again to verify one."""

from collections.abc import Iterable, Iterator

from generators import my_week
from generators.document import Document, Stamp
from generators.stamp import make_stamp
from guanai import __version__
from guanai.calendar import instant
from guanai.errors import NotFound
from guanai.rules.duties import Occurrence
from guanai.workspace.watch.tellings import week_inputs, week_of
from guanai.workspace.watch.vigil import View


class NobodysWeek(NotFound):
    """The sheet names somebody who is not on the staff."""

    def __init__(self, person: str) -> None:
        super().__init__(f"教职工名册里没有编号为 {person} 的人，“我的一周”无从核对。")


def week_sheets(view: View, who: str, secret: bytes) -> Iterator[tuple[Document, Stamp]]:
    """Yield the sheets of the week of a view's day.

    Args:
        view: what may be known.
        who: whose sheet alone, with what that person shares too; "" for everybody's, of what each answers for.
        secret: the workspace's.
    """
    week = week_of(view.on)
    found = view.duties_between(view.on, week.ends, instant(view.on))
    for person, own in by_person(view, found, who):
        inputs = week_inputs(view, person, week, own)
        document = my_week.build(inputs, on=view.on)
        labels = frozenset[str]().union(*(each.labels for each in own))
        yield (
            document,
            make_stamp(
                document, secret=secret, inputs=inputs, labels=labels, staff=view.staff, version=__version__
            ),
        )


def again(view: View, stamp: Stamp, secret: bytes) -> tuple[Document, Stamp]:
    """Return the sheet of a stamp as it would be made now; the one that still matches where there are two ways.

    Raises:
        NobodysWeek: nobody has that id any more.
    """
    person = next((each.id for each in view.frame.staff.people if stamp.subject.startswith(each.id)), None)
    if person is None:
        raise NobodysWeek(stamp.subject)
    whole = list(week_sheets(view, person, secret))
    others = [each for each in week_sheets(view, "", secret) if each[0].subject == stamp.subject]
    return next((each for each in (*whole, *others) if each[1].inputs == stamp.inputs), whole[0])


def by_person(view: View, found: Iterable[Occurrence], who: str) -> Iterator[tuple[str, list[Occurrence]]]:
    """Yield each person with what they answer for and may know of, what they share too only for ``who``."""
    by: dict[str, list[Occurrence]] = {who: []} if who else {}
    for each in found:
        for owner in each.owners if who else each.reminded:
            if not who or owner == who:
                by.setdefault(owner, []).append(each)
    for person, own in sorted(by.items()):
        if (known := list(view.known_to(person, own))) or who:
            yield person, known
