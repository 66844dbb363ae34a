"""Who answers for a duty: the holders of its roles, and who steps in where a post is empty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from guanai.grades import grade_of
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.rules.facts import ChildFacts

_SCHOOL: Final = "全校"
_HOMEROOM: Final = "班主任"
_GRADE_HEAD: Final = "年级组长"
_TEACHER: Final = "科任教师"
#: Who steps in, nearest first.
_STAND_IN: Final = (_GRADE_HEAD, "分管副校长", "校长")
#: The kind of helper (帮扶责任人 职责) that a subject teacher's duty is meant for, by its evidence.
_HELPERS: Final = {
    "进步卡片": ("进步卡片", "结对教师"),
    "结对谈心": ("结对教师",),
    "辅导": ("学科辅导", "结对教师"),
    "计划.学习辅导": ("学科辅导", "结对教师"),
}


@dataclass(frozen=True, slots=True)
class _Post:
    staff: str
    scope: str
    since: date
    until: date
    is_acting: bool

    def stands_on(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Ownership:
    """Staff ids, the one who answers first.

    Attributes:
        is_vacant: nobody holds the post; whoever stands in is named.
    """

    staff: tuple[str, ...]
    is_vacant: bool = False


class Posts:
    """The posts of a school by role."""

    def __init__(self, staff: Staff, school: School) -> None:
        """``school``: its grades name their heads where staff.yml does not."""
        self._posts: dict[str, list[_Post]] = {}
        for person in staff.people:
            for each in person.assignments:
                self._posts.setdefault(each.role, []).append(
                    _Post(
                        person.id,
                        each.scope,
                        each.since or date.min,
                        each.until or date.max,
                        bool(each.is_acting),
                    )
                )
        self._placed: dict[tuple[str, str], list[_Post]] = {}
        for role, posts in self._posts.items():
            for post in posts:
                self._placed.setdefault((role, post.scope), []).append(post)
        self._heads = {grade.id: grade.head for grade in school.grades if grade.head}
        self._known: dict[tuple[str, str, date], tuple[str, ...]] = {}
        self._owned: dict[tuple[tuple[str, ...], str, date], Ownership] = {}

    def holders(self, role: str, scope: str, day: date) -> tuple[str, ...]:
        """Return who holds a role for a class, a grade or the school on a day; who acts in it comes first."""
        found = self._known.get((role, scope, day))
        if found is None:
            found = self._known[role, scope, day] = self._find(role, scope, day)
        return found

    def everyone(self, role: str, day: date) -> tuple[str, ...]:
        """Return everybody who holds a role anywhere on a day."""
        return tuple(dict.fromkeys(post.staff for post in self._posts.get(role, ()) if post.stands_on(day)))

    def owners(self, roles: Sequence[str], scope: str, day: date) -> Ownership:
        """Return who answers for a duty of a class, a grade or the school.

        The first role answers, the others share. An empty post falls to the grade head, then to the leaders.
        """
        asked = (tuple(roles), scope, day)
        found = self._owned.get(asked)
        if found is None:
            found = self._owned[asked] = self._answering(roles, scope, day)
        return found

    def owners_for(
        self, roles: Sequence[str], evidence: Sequence[str], child: ChildFacts, class_id: str, day: date
    ) -> Ownership:
        """Return who answers for a duty towards a child: a subject teacher's falls to the child's own helper."""
        if roles[:1] == (_TEACHER,):
            wanted = next((_HELPERS[word] for word in evidence if word in _HELPERS), ())
            for kind in wanted:
                helpers = _helpers(child, kind, day)
                if helpers:
                    return Ownership(helpers)
        return self.owners(roles, class_id, day)

    def _answering(self, roles: Sequence[str], scope: str, day: date) -> Ownership:
        first = self._of(roles[0], scope, day) if roles else ()
        others = [who for role in roles[1:] for who in self._of(role, scope, day)]
        if first:
            return Ownership(tuple(dict.fromkeys([*first, *others])))
        return Ownership(tuple(dict.fromkeys([*self._stand_in(scope, day), *others])), is_vacant=True)

    def _find(self, role: str, scope: str, day: date) -> tuple[str, ...]:
        near = [
            post
            for wanted in _scopes(scope)
            for post in self._placed.get((role, wanted), ())
            if post.stands_on(day)
        ]
        near.sort(key=lambda post: not post.is_acting)
        found = tuple(dict.fromkeys(post.staff for post in near))
        head = self._heads.get(grade_of(scope)) if role == _GRADE_HEAD else None
        return found or ((head,) if head else ())

    def _of(self, role: str, scope: str, day: date) -> tuple[str, ...]:
        if scope == _SCHOOL and role in (_GRADE_HEAD, _HOMEROOM, _TEACHER):
            return self.everyone(role, day)
        return self.holders(role, scope, day)

    def _stand_in(self, scope: str, day: date) -> tuple[str, ...]:
        return next((found for role in _STAND_IN if (found := self.holders(role, scope, day))), ())[:1]


def _helpers(child: ChildFacts, kind: str, day: date) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(each.staff for each in child.helpers if each.duty == kind and day in each.days)
    )


def _scopes(scope: str) -> Iterator[str]:
    yield scope
    if scope != _SCHOOL:
        if "-" in scope:
            yield grade_of(scope)
        yield _SCHOOL
