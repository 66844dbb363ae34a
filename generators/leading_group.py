"""The leading group (领导小组) of a policy: who sits in it on a day, and its list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from generators import official
from generators.context import Context
from generators.document import Paragraph, Role
from guanai.model.policy import LeadingPost

_OFFICES: Final = {"科任教师": "各科任教师"}

#: An office that nobody holds is not left open where someone holds the one it is part of.
_HELD_WITH: Final = {"副校长": "分管副校长"}

#: Posts of two characters are spaced to the width of 副组长.
_SHORT_POST: Final = 2


@dataclass(frozen=True, slots=True)
class Seat:
    """A line of the list.

    Attributes:
        post: 组长, 副组长, 成员 …
        office: what these people are in the school, "" where that is left open.
        names: empty where they are left open.
        is_office: the office stands for the people, no name is wanted.
    """

    post: str
    office: str
    names: tuple[str, ...]
    is_office: bool = False


def seats(posts: Iterable[LeadingPost], context: Context, on: date) -> Iterator[Seat]:
    """Yield the lines of the list; who holds several offices is named under the first."""
    named: set[str] = set()
    for post in posts:
        if post.is_blank or not (post.roles or post.staff):
            yield Seat(post.post, "", ())
            continue
        for role in post.roles:
            office = _OFFICES.get(role, role)
            if post.by_office:
                yield Seat(post.post, office, (), is_office=True)
                continue
            holders = _holders(context, role, on)
            fresh = tuple(name for name in holders if name not in named)
            named.update(fresh)
            if fresh or not (holders or _holders(context, _HELD_WITH.get(role, ""), on)):
                yield Seat(post.post, office, fresh)
        if post.staff:
            yield Seat(post.post, "", tuple(map(context.staff_name, post.staff)))


def roll(lines: Iterable[Seat], *, blank: bool) -> Iterator[Paragraph]:
    """Yield the list, one paragraph a post: ``副组长：林望舒（分管副校长）；周怀远（副校长）``.

    Args:
        lines: what `seats` yields.
        blank: leave all names open for the hand.
    """
    for post, members in groupby(lines, key=lambda seat: seat.post):
        label = "　".join(post) if len(post) == _SHORT_POST else post
        between = "；\n" if blank else "；"  # a gap for the hand may not break over two lines
        text = f"{label}：{between.join(_member(seat, blank=blank) for seat in members)}"
        yield official.paragraph(Role.ROLL, text)


def _holders(context: Context, role: str, on: date) -> tuple[str, ...]:
    """Return who holds a role on a day: for the whole school first, then by stage, younger grades and lower classes."""
    found = {
        (_scope_order(held.scope), place): person.name
        for place, person in enumerate(context.staff.values())
        for held in person.assignments
        if held.role == role
        and (held.since is None or held.since <= on)
        and (held.until is None or on <= held.until)
    }
    return tuple(dict.fromkeys(found[order] for order in sorted(found)))


def _scope_order(scope: str) -> tuple[bool, bool, int, str]:
    grade, _, number = scope.partition("-")
    year = int(grade[1:]) if grade[1:].isdecimal() else 0
    return year > 0, grade[:1] == "J", -year, number


def _member(seat: Seat, *, blank: bool) -> str:
    if seat.is_office:
        return seat.office
    names = "、".join(seat.names) if seat.names and not blank else _open(seat)
    return f"{names}（{seat.office}）" if seat.office else names


def _open(seat: Seat) -> str:
    """Return room for one name, or for several where a whole post is left open."""
    return official.GAP if seat.office or seat.post == "组长" else "、".join([official.GAP] * 3)
