"""What opens something to somebody, and which two persons may open it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.access import FULL, Action, Child, actor_on, decide, widening
from guanai.access.widening import Backer, objection
from guanai.model.access import Access
from guanai.model.staff import StaffMember

_POST = {"角色": "班主任", "范围": "J2024-01", "起": "2026-09-01", "止": "2027-07-10"}
_HEAD = {"角色": "年级组长", "范围": "J2024", "起": "2026-09-01"}
_ROLE = {"角色": "科任教师", "看": ["教学"], "追加": ["教学"]}
_GRANT = {
    "编号": "V-89YA", "教师": "T-AAAA", "学生": "S2024-7K3QD", "看": ["教学", "关爱"], "起": "2026-11-01",
    "止": "2026-12-01", "批准人": "T-BBBB",
}  # fmt: skip


def _staff(*posts: dict[str, Any]) -> dict[str, Any]:
    return {"教职工": [{"编号": "T-AAAA", "姓名": "甲", "任职": list(posts)}]}


def _access(role: dict[str, Any] | None = None, *grants: dict[str, Any]) -> dict[str, Any]:
    return {"角色": [role or _ROLE], "特许": list(grants)}


@pytest.mark.parametrize(
    "after",
    [
        _staff(_POST, {**_POST, "范围": "J2024-02"}),
        _staff({**_POST, "范围": "J2024"}),
        _staff({**_POST, "角色": "年级组长"}),
        _staff({**_POST, "起": "2026-08-01"}),
        _staff({**_POST, "止": "2027-07-11"}),
        _staff({key: value for key, value in _POST.items() if key != "止"}),
        {"教职工": [*_staff(_POST)["教职工"], {"编号": "T-CCCC", "姓名": "丙", "任职": [_POST]}]},
    ],
    ids=["another", "wider", "role", "earlier", "later", "endless", "newcomer"],
)
def test_a_post_that_holds_more_is_wider(after: dict[str, Any]) -> None:
    (gain,) = widening("staff", _staff(_POST), after)
    assert gain.staff in ("T-AAAA", "T-CCCC")
    assert not gain.is_grant


@pytest.mark.parametrize(
    "after",
    [
        _staff(_POST),
        _staff(),
        _staff({**_POST, "止": "2026-11-20"}),
        _staff({**_POST, "起": "2026-10-01"}),
        _staff({**_POST, "代理": True}),
        {"教职工": [{**_staff(_POST)["教职工"][0], "电话": "13700000000"}]},
    ],
    ids=["same", "none", "ended", "begun later", "acting", "phone"],
)
def test_a_post_that_holds_less_or_as_much_is_not(after: dict[str, Any]) -> None:
    assert widening("staff", _staff(_POST), after) == ()


def test_a_class_of_ones_own_grade_opens_nothing_new() -> None:
    assert widening("staff", _staff(_HEAD), _staff({**_HEAD, "范围": "J2024-03"})) == ()


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        (_ROLE, {**_ROLE, "看": ["教学", "关爱"]}, True),
        (_ROLE, {**_ROLE, "结对学生另看": ["限制"]}, True),
        (_ROLE, {**_ROLE, "改": ["教学"]}, True),
        ({**_ROLE, "只看": "汇总"}, _ROLE, True),
        ({**_ROLE, "只看": "汇总"}, {**_ROLE, "只看": "有无档案"}, True),
        (_ROLE, {**_ROLE, "只看": "汇总"}, False),
        (_ROLE, {**_ROLE, "看": []}, False),
        (_ROLE, {**_ROLE, "备注": "只看课堂"}, False),
        (_ROLE, {**_ROLE, "看": ["教学", "心理"]}, False),  # the floor: it opens nothing
    ],
)
def test_a_role_that_sees_more_is_wider(
    before: dict[str, Any], after: dict[str, Any], *, is_wider: bool
) -> None:
    found = widening("access", _access(before), _access(after))
    assert bool(found) is is_wider
    assert [each.role for each in found] == ["科任教师"] * is_wider


@pytest.mark.parametrize(
    ("after", "is_wider"),
    [
        ({**_GRANT, "看": ["教学", "关爱", "证件"]}, True),
        ({**_GRANT, "止": "2026-12-02"}, True),
        ({**_GRANT, "学生": "S2024-22222"}, True),
        ({**_GRANT, "教师": "T-CCCC"}, True),
        ({**_GRANT, "止": "2026-11-20"}, False),
        ({**_GRANT, "理由": "同行家访"}, False),
    ],
)
def test_an_exception_that_shows_more_is_wider(after: dict[str, Any], *, is_wider: bool) -> None:
    assert bool(widening("access", _access(None, _GRANT), _access(None, after))) is is_wider
    assert all(each.is_grant for each in widening("access", _access(None, _GRANT), _access(None, after)))


def test_a_schools_first_rules_are_held_against_nothing() -> None:
    assert widening("access", {}, _access(None, _GRANT)) == widening("student", {"a": 1}, {"a": 2}) == ()


@pytest.mark.parametrize(
    ("first", "second", "is_open"),
    [
        (("T-ADMN", "系统管理员"), ("T-HEAD", "校长"), True),
        (("T-HEAD", "校长"), ("T-DPTY", "分管副校长"), True),
        (("T-HEAD", "校长"), ("T-HEAD", "校长"), False),
        (("T-HEAD", "校长"), ("T-ADMN", "系统管理员"), False),
        (("T-ADMN", "系统管理员"), ("T-AAAA", "分管副校长"), False),  # who gains does not confirm
        (("T-ADMN", "系统管理员"), ("T-MORL", "德育主任"), False),
    ],
)
def test_of_two_one_is_a_leader_who_gains_nothing(
    first: tuple[str, str], second: tuple[str, str], *, is_open: bool
) -> None:
    gains = widening("staff", _staff(), _staff(_POST))
    one, other = (Backer(staff, frozenset({role})) for staff, role in (first, second))
    assert (objection(gains, one, other) == "") is is_open


def test_who_asked_for_an_exception_is_the_other_person_for_that_alone() -> None:
    asker, leader = Backer("T-AAAA", frozenset({"班主任"})), Backer("T-HEAD", frozenset({"校长"}))
    assert objection(widening("access", _access(), _access(None, _GRANT)), leader, asker) == ""
    foreign = widening("access", _access(), _access(None, {**_GRANT, "教师": "T-CCCC"}))
    assert objection(foreign, leader, asker)
    assert objection(widening("staff", _staff(), _staff(_POST)), leader, asker)


_roles = st.sampled_from(["班主任", "科任教师", "年级组长", "心理健康教师", "系统管理员", "校长"])
_days = st.sampled_from(["2026-09-01", "2026-10-01", "2026-11-20", "2026-12-31"])
_posts = st.lists(
    st.fixed_dictionaries(
        {"角色": _roles, "范围": st.sampled_from(["全校", "J2024", "J2024-01", "J2024-02", "S2024-7K3QD"])},
        optional={"起": _days, "止": _days},
    ),
    max_size=3,
)
_words = st.lists(st.sampled_from(sorted(FULL)), unique=True, max_size=4)
_rules = st.lists(
    st.fixed_dictionaries(
        {"角色": _roles, "看": _words},
        optional={
            "结对学生另看": _words,
            "有预警时另看": _words,
            "只看": st.sampled_from(["汇总", "不看学生"]),
        },
    ),
    max_size=4,
    unique_by=lambda item: str(item["角色"]),
)


@given(_posts, _posts, _rules, _rules)
def test_what_is_not_wider_shows_nobody_anything_new(
    old: list[dict[str, Any]], new: list[dict[str, Any]], was: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    """The law behind it all: where no gain is found in either file, no day shows a label that was hidden before."""
    if widening("staff", _staff(*old), _staff(*new)) or widening("access", {"角色": was}, {"角色": now}):
        return
    for child in (Child("S2024-7K3QD", "J2024-01", has_level=True), Child("S2024-22222", "J2025-01")):
        for day in ("2026-09-01", "2026-10-15", "2026-11-20", "2027-01-01"):
            assert _seen(new, now, child, day) <= _seen(old, was, child, day)


def _seen(posts: list[dict[str, Any]], rules: list[dict[str, Any]], child: Child, day: str) -> frozenset[str]:
    person = StaffMember.from_mapping(_staff(*posts)["教职工"][0])
    on = date.fromisoformat(day)
    return decide(actor_on(person, on), Action.SEE, child, Access.from_mapping({"角色": rules}), on=on).labels
