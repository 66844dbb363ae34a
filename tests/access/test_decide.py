"""Who may see what, by posts held on a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.access import (
    Action,
    Actor,
    Child,
    Gathering,
    Label,
    actor_on,
    decide,
    decide_counts,
    decide_gathering,
)
from guanai.access.clearance import NO_CHILD, within_floor
from guanai.model.access import Access
from guanai.model.staff import Assignment, StaffMember

ON = date(2026, 11, 20)
CHILD = Child("S2024-7K3QD", "J2024-03")
ACCESS = Access.from_mapping(
    {
        "角色": [
            {
                "角色": "班主任",
                "看": ["教学", "关爱", "限制", "证件"],
                "追加": ["教学", "关爱", "限制"],
                "改": ["教学", "关爱"],
            },
            {"角色": "年级组长", "看": ["教学", "关爱"], "有预警时另看": ["限制"], "追加": ["教学", "关爱"]},
            {"角色": "科任教师", "看": ["教学"], "结对学生另看": ["关爱"], "追加": ["教学"]},
            {"角色": "心理健康教师", "看": ["教学", "关爱", "心理"]},
            {"角色": "校长", "看": ["教学", "关爱", "限制", "证件", "心理"]},
            {"角色": "系统管理员", "看": ["教学", "关爱"]},
            {"角色": "学籍管理员", "看": ["教学", "证件"]},
            {"角色": "教务主任", "看": ["教学"], "只看": "有无档案"},
            {"角色": "后勤主任", "只看": "批准的减免"},
            {"角色": "家长代表", "只看": "汇总"},
        ],
        "特许": [
            {
                "编号": "V-2345",
                "教师": "T-AAAA",
                "学生": "S2024-7K3QD",
                "看": ["关爱"],
                "起": "2026-11-01",
                "止": "2026-11-30",
                "批准人": "T-BBBB",
            }
        ],
    }
)


def _actor(role: str, scope: str, staff: str = "T-3XK9") -> Actor:
    return Actor(staff, "某", (Assignment(role=role, scope=scope),))


def _labels(role: str, scope: str, child: Child = CHILD, action: Action = Action.SEE) -> set[str]:
    return set(decide(_actor(role, scope), action, child, ACCESS, on=ON).labels)


def test_a_homeroom_teacher_sees_own_class_only() -> None:
    assert _labels("班主任", "J2024-03") == {"教学", "关爱", "限制", "证件"}
    assert _labels("班主任", "J2024-02") == set()


def test_a_grade_head_sees_restricted_matter_only_of_a_child_with_a_level() -> None:
    assert _labels("年级组长", "J2024") == {"教学", "关爱"}
    assert _labels("年级组长", "J2024", Child("S2024-7K3QD", "J2024-03", has_level=True)) == {
        "教学",
        "关爱",
        "限制",
    }


def test_a_paired_teacher_sees_more_of_that_child() -> None:
    assert _labels("科任教师", "J2024-03") == {"教学"}
    assert _labels("科任教师", "S2024-7K3QD") == {"教学", "关爱"}


def test_append_and_edit_are_rights_of_their_own() -> None:
    assert _labels("科任教师", "J2024-03", action=Action.APPEND) == {"教学"}
    assert _labels("科任教师", "J2024-03", action=Action.EDIT) == set()
    assert _labels("年级组长", "J2024", action=Action.EDIT) == set()


def test_the_floor_holds_against_access_yml() -> None:
    assert _labels("系统管理员", "全校") == set()
    assert Label.PSYCHOLOGY not in _labels("校长", "全校")
    assert Label.PSYCHOLOGY in _labels("心理健康教师", "全校")


def test_a_role_that_sees_only_aggregates_gets_no_file() -> None:
    verdict = decide(_actor("教务主任", "全校"), Action.SEE, CHILD, ACCESS, on=ON)
    assert not verdict.allowed
    assert "任职" in verdict.reason


@pytest.mark.parametrize(
    ("role", "scope", "is_told"),
    [
        ("校长", "全校", True),
        ("心理健康教师", "全校", True),
        ("教务主任", "全校", True),
        ("家长代表", "全校", True),
        ("年级组长", "J2024", False),
        ("班主任", "J2024-03", False),
        ("科任教师", "S2024-7K3QD", False),
        ("学籍管理员", "全校", False),
        ("后勤主任", "全校", False),
        ("系统管理员", "全校", False),
        ("没有的角色", "全校", False),
    ],
)
def test_counts_of_the_school_are_for_who_reads_every_file_or_is_told_counts_alone(
    role: str, scope: str, *, is_told: bool
) -> None:
    verdict = decide_counts(_actor(role, scope), ACCESS, on=ON)
    assert verdict.allowed is is_told
    assert verdict.labels == frozenset(_labels(role, scope, Child("", ""))) or not is_told


def test_a_grant_for_one_child_and_an_ended_post_open_no_counts() -> None:
    assert not decide_counts(_actor("科任教师", "J2025-01", staff="T-AAAA"), ACCESS, on=ON).allowed
    assert not decide_counts(Actor("T-3XK9", "某", ()), ACCESS, on=ON).allowed


def test_a_grant_opens_one_child_until_it_ends() -> None:
    actor = _actor("科任教师", "J2025-01", staff="T-AAAA")
    assert decide(actor, Action.SEE, CHILD, ACCESS, on=ON).labels == {"关爱"}
    assert not decide(actor, Action.SEE, CHILD, ACCESS, on=date(2026, 12, 1)).allowed
    assert not decide(actor, Action.APPEND, CHILD, ACCESS, on=ON).allowed


def test_a_grant_does_not_lift_the_floor() -> None:
    assert not decide(_actor("系统管理员", "全校", staff="T-AAAA"), Action.SEE, CHILD, ACCESS, on=ON).allowed


@pytest.mark.parametrize(
    ("on", "posts"),
    [(date(2026, 8, 31), 0), (date(2026, 9, 1), 1), (date(2026, 11, 30), 1), (date(2026, 12, 1), 0)],
)
def test_posts_count_from_their_first_to_their_last_day(on: date, posts: int) -> None:
    person = StaffMember.from_mapping(
        {
            "编号": "T-3XK9",
            "姓名": "某",
            "任职": [
                {"角色": "班主任", "范围": "J2024-03", "代理": True, "起": "2026-09-01", "止": "2026-11-30"}
            ],
        }
    )
    assert len(actor_on(person, on).posts) == posts


def test_someone_without_a_post_sees_nothing() -> None:
    assert not decide(Actor("T-3XK9", "某", ()), Action.SEE, CHILD, ACCESS, on=ON).allowed


def test_a_meeting_shows_its_head_to_teachers_and_more_to_those_over_its_scope() -> None:
    gathering = Gathering("J2024", "T-BBBB", "T-CCCC")
    assert decide_gathering(_actor("科任教师", "J2025-01"), gathering, ACCESS).labels == {"教学"}
    assert decide_gathering(_actor("年级组长", "J2024"), gathering, ACCESS).labels == {"教学", "关爱"}
    assert decide_gathering(_actor("科任教师", "J2025-01", staff="T-CCCC"), gathering, ACCESS).labels == {
        "教学",
        "关爱",
    }
    assert not decide_gathering(_actor("系统管理员", "全校"), gathering, ACCESS).allowed


def test_a_meeting_is_closed_to_its_chair_once_no_post_is_held() -> None:
    assert not decide_gathering(
        Actor("T-BBBB", "某", ()), Gathering("J2024", "T-BBBB", "T-CCCC"), ACCESS
    ).allowed


_ROLES = st.sampled_from([role.role for role in ACCESS.roles])
_SCOPES = st.sampled_from(["全校", "J2024", "J2024-03", "J2025-01", "S2024-7K3QD"])
_POSTS = st.lists(
    st.builds(lambda role, scope: Assignment(role=role, scope=scope), _ROLES, _SCOPES), max_size=4
)


@given(_POSTS, _POSTS, st.sampled_from(list(Action)))
def test_fewer_posts_never_mean_more_sight(
    few: list[Assignment], more: list[Assignment], action: Action
) -> None:
    small = decide(Actor("T-3XK9", "某", tuple(few)), action, CHILD, ACCESS, on=ON)
    large = decide(Actor("T-3XK9", "某", tuple(few + more)), action, CHILD, ACCESS, on=ON)
    assert small.labels <= large.labels


@given(_ROLES, st.frozensets(st.sampled_from([str(label) for label in Label])))
def test_the_floor_only_takes_away(role: str, labels: frozenset[str]) -> None:
    kept = within_floor(role, labels)
    assert kept <= labels
    assert role not in NO_CHILD or not kept
