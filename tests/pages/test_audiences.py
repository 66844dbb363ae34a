"""Audiences: what a person is served is what `decide` opens, neither more nor less."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.access import FULL, Action, Actor, Child, Label, decide
from guanai.model.access import Access, Grant, Role
from guanai.model.staff import Assignment
from guanai.pages.audiences import Audience, Roll, audiences_of
from guanai.workspace.sites import Holdings

_ON = date(2026, 11, 20)
_CLASSES = ("J2024-01", "J2024-02", "J2025-01")
_CHILDREN = {
    each.id: each
    for each in (
        Child("S2024-AAAAA", "J2024-01", has_level=True),
        Child("S2024-BBBBB", "J2024-01"),
        Child("S2024-CCCCC", "J2024-02", has_level=True),
        Child("S2025-DDDDD", "J2025-01"),
    )
}
_ROLL = Roll(_CLASSES, _CHILDREN)
_ROLES = ("校长", "年级组长", "班主任", "科任教师", "心理健康教师", "系统管理员", "教务主任")
_SOME = st.frozensets(st.sampled_from([str(label) for label in Label])).map(
    lambda found: tuple(sorted(found))
)


@st.composite
def _schools(draw: st.DrawFn) -> tuple[Actor, Access]:
    roles = tuple(
        Role(role=role, sees=draw(_SOME), sees_with_level=draw(_SOME), sees_paired=draw(_SOME))
        for role in _ROLES
    )
    scopes = st.sampled_from(["全校", "J2024", "J2025", *_CLASSES, *_CHILDREN])
    posts = draw(
        st.lists(st.builds(Assignment, role=st.sampled_from(_ROLES), scope=scopes), min_size=1, max_size=4)
    )
    days = st.sampled_from([date(2026, 9, 1), date(2026, 11, 20), date(2026, 12, 1)])
    grants = draw(
        st.lists(
            st.builds(
                Grant,
                staff=st.sampled_from(["T-2222", "T-3333"]),
                student=st.sampled_from(sorted(_CHILDREN)),
                sees=_SOME,
                since=days,
                until=days,
            ),
            max_size=2,
        )
    )
    return Actor("T-2222", "某人", tuple(posts)), Access(roles=roles, grants=tuple(grants))


def _audience_for(child: Child, served: Iterable[Audience]) -> Audience | None:
    """Return which of the audiences has a child's page: one of its own goes before that of the class."""
    by_unit = {each.unit: each for each in served}
    return by_unit.get(child.id) or by_unit.get(child.class_id)


def _opened(audience: Audience | None, child: Child) -> frozenset[str]:
    if audience is None:
        return frozenset()
    return decide(audience.actor, Action.SEE, child, audience.access, on=_ON).labels


@given(school=_schools(), child=st.sampled_from(sorted(_CHILDREN.values(), key=lambda each: each.id)))
def test_a_person_is_served_exactly_the_labels_that_decide_opens(
    school: tuple[Actor, Access], child: Child
) -> None:
    actor, access = school
    served = audiences_of(actor, access, _ROLL, on=_ON)
    expected = decide(actor, Action.SEE, child, access, on=_ON).labels
    assert _opened(_audience_for(child, served), child) == expected


@given(school=_schools(), child=st.sampled_from(sorted(_CHILDREN.values(), key=lambda each: each.id)))
def test_no_audience_that_a_person_is_served_shows_more_of_a_child_than_decide_opens(
    school: tuple[Actor, Access], child: Child
) -> None:
    """Grade and school tell of children as well."""
    actor, access = school
    expected = decide(actor, Action.SEE, child, access, on=_ON).labels
    for audience in audiences_of(actor, access, _ROLL, on=_ON):
        assert _opened(audience, child) <= expected


@given(school=_schools())
def test_a_person_is_served_at_most_one_audience_for_a_unit(school: tuple[Actor, Access]) -> None:
    units = [each.unit for each in audiences_of(*school, _ROLL, on=_ON)]
    assert len(units) == len(set(units))


def test_who_holds_no_post_is_served_nothing() -> None:
    assert audiences_of(Actor("T-2222", "某人", ()), Access(), _ROLL, on=_ON) == ()


@pytest.mark.parametrize("role", ["系统管理员", "教务主任", "家长代表", "后勤主任"])
def test_roles_without_children_are_served_no_label_whatever_access_says(role: str) -> None:
    actor = Actor("T-2222", "某人", (Assignment(role=role, scope="全校"),))
    access = Access(roles=(Role(role=role, sees=tuple(FULL)),))
    assert audiences_of(actor, access, _ROLL, on=_ON) == (Audience("全校", ()),)


def test_psychology_is_served_to_the_counsellor_alone() -> None:
    roles = tuple(Role(role=role, sees=("教学", "心理")) for role in ("校长", "心理健康教师"))
    for role, expected in (("校长", ("教学",)), ("心理健康教师", ("心理", "教学"))):
        actor = Actor("T-2222", "某人", (Assignment(role=role, scope="全校"),))
        served = audiences_of(actor, Access(roles=roles), _ROLL, on=_ON)
        assert {each.sees for each in served} == {tuple(sorted(expected))}


def test_the_id_tells_nothing_and_hangs_on_unit_and_labels() -> None:
    first = Audience("J2024-01", ("关爱", "教学"), ("限制",))
    others = [
        replace(first, unit="J2024-02"),
        replace(first, sees=("教学",)),
        replace(first, sees_with_level=()),
    ]
    assert len({first.id, *(each.id for each in others)}) == 4
    assert first.id == Audience("J2024-01", ("关爱", "教学"), ("限制",)).id
    assert first.id.isascii()
    assert "J2024" not in first.id


def test_the_sample_school_serves_everybody_what_the_roles_say(held: Holdings) -> None:
    by_role: dict[str, set[tuple[str, ...]]] = {}
    for actor in held.actors:
        for post in actor.posts:
            alone = replace(actor, posts=(post,))
            for each in audiences_of(alone, replace(held.access, grants=()), held.roll, on=held.on):
                if each.unit in held.roll.classes:
                    by_role.setdefault(post.role, set()).add((*each.sees, "+", *each.sees_with_level))
    assert by_role["班主任"] == {("关爱", "教学", "证件", "限制", "+")}
    assert by_role["年级组长"] == {("关爱", "教学", "+", "限制")}
    assert by_role["科任教师"] == {("教学", "+")}
    assert "系统管理员" not in by_role
