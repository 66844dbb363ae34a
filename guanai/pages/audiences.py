"""Audiences (受众): a unit and the labels with which it is read; everyone who reads it so is served the same pages.

An audience holds what the least entitled of its readers may see: what a person wrote, and what hangs on
being the chair of a meeting, comes from the gateway.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from guanai.access import Actor, Child
from guanai.access.clearance import COUNSELOR, within_floor
from guanai.grades import grade_of
from guanai.model.access import Access, Role
from guanai.model.staff import Assignment

SCHOOL: Final = "全校"
#: The role under which an audience asks, where it holds no label that is kept for one role.
_READERS: Final = "受众"
_PSYCHOLOGY: Final = "心理"
#: Only the first so many signs of a hash: 80 bits, too many to be guessed and few enough for a path on Windows.
_ID_SIGNS: Final = 20


@dataclass(frozen=True, slots=True, order=True)
class Audience:
    """A unit × an edition.

    Attributes:
        unit: 全校, a grade, a class or a child's id.
        sees: labels, sorted.
        sees_with_level: further labels for children with a warning level, sorted.
    """

    unit: str
    sees: tuple[str, ...]
    sees_with_level: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """An opaque name for paths and logs; it tells neither the unit nor the labels."""
        words = "\n".join((self.unit, " ".join(self.sees), " ".join(self.sees_with_level)))
        return hashlib.sha256(words.encode()).hexdigest()[:_ID_SIGNS]

    @property
    def opens(self) -> frozenset[str]:
        """Every label that it has for any child."""
        return frozenset((*self.sees, *self.sees_with_level))

    @property
    def is_of_children(self) -> bool:
        """Whether its tree has pages of single children: that of a class or of one child."""
        return self.unit != SCHOOL and "-" in self.unit

    @property
    def is_of_one_child(self) -> bool:
        """Whether it is about a single child."""
        return self.unit.startswith("S")

    @property
    def actor(self) -> Actor:
        """Someone who may see exactly this, for `guanai.access.decide_record`; nobody of the staff has this id."""
        return Actor("", "", (Assignment(role=self._role, scope=self.unit),))

    @property
    def access(self) -> Access:
        """What that someone's role may see."""
        role = Role(role=self._role, sees=self.sees, sees_with_level=self.sees_with_level)
        return Access(roles=(role,))

    @property
    def _role(self) -> str:
        return COUNSELOR if _PSYCHOLOGY in (*self.sees, *self.sees_with_level) else _READERS


@dataclass(frozen=True, slots=True)
class Roll:
    """Who is where on a day.

    Attributes:
        classes: ids of all classes, sorted.
        children: by id, with the class of the day or the last one.
    """

    classes: tuple[str, ...]
    children: Mapping[str, Child] = field(default_factory=dict)

    @property
    def grades(self) -> tuple[str, ...]:
        """Ids of all grades, sorted."""
        return tuple(sorted({grade_of(each) for each in self.classes}))


def audiences(actors: Iterable[Actor], access: Access, roll: Roll, *, on: date) -> tuple[Audience, ...]:
    """Return every audience that any of some people is served, in order.

    Args:
        actors: people with the posts of the day.
        access: the school's access.yml.
        roll: who is where.
        on: the day, for grants that end.
    """
    return tuple(sorted({each for actor in actors for each in audiences_of(actor, access, roll, on=on)}))


def audiences_of(actor: Actor, access: Access, roll: Roll, *, on: date) -> tuple[Audience, ...]:
    """Return what a person is served: at most one audience for each unit, sorted.

    Whoever holds a post is served the school's one, be it with no label at all: it holds the policies.
    """
    posts = [_Held.of(post, access) for post in actor.posts]
    found = [_over(posts, SCHOOL, (SCHOOL,))] if posts else []
    found += [
        _over(posts, unit, (unit, grade_of(unit), SCHOOL)) for unit in (*roll.grades, *sorted(roll.classes))
    ]
    by_unit = {each.unit: each for each in found if each.opens or each.unit == SCHOOL}
    for child in _singled_out(actor, posts, access, roll):
        own = _of_child(actor, posts, access, child, on)
        whole = by_unit.get(child.class_id)
        if own.opens and (whole is None or not _covers(whole, own)):
            by_unit[child.id] = own
    return tuple(sorted(by_unit.values()))


@dataclass(frozen=True, slots=True)
class _Held:
    """A post with what its role opens, the floor in code applied."""

    scope: str
    sees: frozenset[str]
    with_level: frozenset[str]
    paired: frozenset[str]

    @classmethod
    def of(cls, post: Assignment, access: Access) -> "_Held":
        role = next((each for each in reversed(access.roles) if each.role == post.role), None)
        if role is None or role.sees_only:
            return cls(post.scope, frozenset(), frozenset(), frozenset())
        parts = (role.sees, role.sees_with_level, role.sees_paired)
        return cls(post.scope, *(within_floor(post.role, frozenset(each)) for each in parts))


def _over(posts: Iterable[_Held], unit: str, scopes: tuple[str, ...]) -> Audience:
    covering = [post for post in posts if post.scope in scopes]
    return _audience(
        unit,
        frozenset[str]().union(*(post.sees for post in covering)),
        frozenset[str]().union(*(post.with_level for post in covering)),
    )


def _audience(unit: str, sees: frozenset[str], with_level: frozenset[str]) -> Audience:
    return Audience(unit, tuple(sorted(sees)), tuple(sorted(with_level - sees)))


def _singled_out(actor: Actor, posts: Iterable[_Held], access: Access, roll: Roll) -> Iterator[Child]:
    named = {post.scope for post in posts} | {
        grant.student for grant in access.grants if grant.staff == actor.staff
    }
    return (roll.children[each] for each in sorted(named) if each in roll.children)


def _of_child(actor: Actor, posts: Iterable[_Held], access: Access, child: Child, on: date) -> Audience:
    covering = _over(posts, child.id, (child.id, child.class_id, grade_of(child.class_id), SCHOOL))
    paired = frozenset[str]().union(*(post.paired for post in posts if post.scope == child.id))
    granted = _granted(actor, access, child, on)
    sees = frozenset(covering.sees) | paired | granted
    return _audience(child.id, sees, frozenset(covering.sees_with_level))


def _granted(actor: Actor, access: Access, child: Child, on: date) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for grant in access.grants:
        is_theirs = grant.staff == actor.staff and grant.student == child.id
        if (
            is_theirs
            and grant.since is not None
            and grant.until is not None
            and grant.since <= on <= grant.until
        ):
            found = found.union(*(within_floor(post.role, frozenset(grant.sees)) for post in actor.posts))
    return found


def _covers(whole: Audience, own: Audience) -> bool:
    held = frozenset(whole.sees)
    later = held | frozenset(whole.sees_with_level)
    return frozenset(own.sees) <= held and frozenset((*own.sees, *own.sees_with_level)) <= later
