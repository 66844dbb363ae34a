"""Assignments as changes of staff.yml: nobody's past is overwritten, no post is held twice."""

from datetime import date
from typing import Any

import pytest

from guanai.workspace.appointing import EndsBeforeItBegins, HeldAlready, Post, appointed, ended_in, left
from guanai.yamlfile.changes import applied

_DAY = date(2026, 11, 20)


def _staff(*posts: dict[str, Any]) -> dict[str, Any]:
    return {
        "教职工": [
            {"编号": "T-2222", "姓名": "甲", "任职": list(posts)},
            {"编号": "T-3333", "姓名": "乙", "任职": []},
        ]
    }


def _homeroom(**more: str) -> dict[str, Any]:
    return {"角色": "班主任", "范围": "J2024-01", "起": "2024-09-01", **more}


def test_a_handover_leaves_no_day_without_and_none_with_two() -> None:
    data = _staff(_homeroom())
    changes = appointed(data, "T-3333", Post("班主任", "J2024-01", _DAY), is_handover=True)
    first, second = applied(data, changes)["教职工"]
    assert first["任职"] == [_homeroom(止="2026-11-19")]
    assert second["任职"] == [{"角色": "班主任", "范围": "J2024-01", "起": "2026-11-20"}]


def test_who_stands_in_leaves_the_holder_the_post() -> None:
    data = _staff(_homeroom())
    acting = Post("班主任", "J2024-01", _DAY, is_acting=True)
    first, second = applied(data, appointed(data, "T-3333", acting, is_handover=False))["教职工"]
    assert first["任职"] == [_homeroom()]
    assert second["任职"][0]["代理"] is True


def test_another_subject_or_class_is_another_post() -> None:
    held = {"角色": "科任教师", "范围": "J2024-01", "学科": "语文", "起": "2024-09-01"}
    data = _staff(held)
    post = Post("科任教师", "J2024-01", _DAY, subject="数学")
    first, _ = applied(data, appointed(data, "T-3333", post, is_handover=True))["教职工"]
    assert first["任职"] == [held]


def test_nobody_takes_over_what_is_theirs_or_before_the_other_began() -> None:
    with pytest.raises(HeldAlready):
        appointed(_staff(_homeroom()), "T-2222", Post("班主任", "J2024-01", _DAY), is_handover=True)
    with pytest.raises(EndsBeforeItBegins, match="2024-09-01"):
        appointed(
            _staff(_homeroom()),
            "T-3333",
            Post("班主任", "J2024-01", date(2024, 9, 1)),
            is_handover=True,
        )


def test_a_post_that_has_ended_is_not_ended_again() -> None:
    data = _staff(_homeroom(止="2025-07-01"), {"角色": "校医", "范围": "全校", "起": "2025-09-01"})
    first, _ = applied(data, left(data, "T-2222", _DAY))["教职工"]
    assert [post["止"] for post in first["任职"]] == ["2025-07-01", "2026-11-20"]


def test_only_posts_of_the_classes_that_leave_end_with_them() -> None:
    other = {"角色": "班主任", "范围": "J2025-01", "起": "2025-09-01"}
    data = _staff(_homeroom(), other)
    first, _ = applied(data, ended_in(data, frozenset({"J2024", "J2024-01"}), _DAY))["教职工"]
    assert first["任职"] == [_homeroom(止="2026-11-20"), other]
