"""What a 学籍 sheet says of a child's standing (学生状态) is held against the file and never stored."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
_HEAD = ["姓名", "性别", "班级", "学生状态"]
#: Of the sample school: one who has moved away, one who is back from a leave.
_GONE, _BACK = "S2024-U3ZDG", "S2024-UWWJF"


def _row(school: Workspace, child: str, status: str | None) -> list[Any]:
    data = school.snapshot.mapping("student", child)
    return [data["姓名"], data["性别"], data["学籍"][-1]["班级"], status]


@pytest.mark.parametrize(
    "status",
    [
        "休学",
        "转出",
        "已转出",
        "退学",
        "辍学",
        "死亡",
        "毕业",
        "转入",
        "未注册",
        "不在校",
        "休学（在籍）",
        "无学籍",
    ],
)
def test_nobody_of_another_standing_is_founded_as_attending(
    school: Workspace, sheet: Sheet, plan: Planner, status: str
) -> None:
    before = len(school.snapshot.ids("student"))
    made = plan(sheet([_HEAD, ["试新生", "男", "J2025-01", status]]), yes=True)
    assert [(each.line, each.column, each.label) for each in made.faults] == [(2, 3, "学生状态")]
    assert f"“{status}”，不新建档案" in made.faults[0].reason
    assert "“学籍”" in made.faults[0].reason
    assert made.faults[0].reason.endswith("只是叫法不同的，这一列可以选“不要”")
    assert len(Workspace(school.root).snapshot.ids("student")) == before


@pytest.mark.parametrize(
    "status",
    [
        "在籍", "正常", " 在 校 ", None, "在校生", "正常就读", "正常在读", "在读生", "在籍生", "正常（在校）",
        "在籍（在校）", "在籍(在校)", "无异常", "有学籍", "已注册", "新生",
    ],
)  # fmt: skip
def test_one_who_attends_is_founded_and_the_word_is_stored_nowhere(
    school: Workspace, sheet: Sheet, plan: Planner, status: str | None
) -> None:
    raw = sheet([_HEAD, ["试新生", "男", "J2025-01", status]])
    (proposal,) = plan(raw, yes=True).proposals
    data = Workspace(school.root).snapshot.mapping("student", proposal.subject)
    assert [each["状态"] for each in data["学籍"]] == ["在籍"]
    assert "学生状态" not in data
    again = plan(raw, yes=True)
    assert (again.proposals, again.faults, again.same) == ((), (), 1)


@pytest.mark.parametrize(
    ("child", "status", "is_fine"),
    [
        (_GONE, "转出", True),
        (_GONE, "已转出", True),
        (_GONE, "正常", False),
        (_GONE, "休学", False),
        (_BACK, "正常", True),
        (_BACK, "复学", True),
        (_BACK, "休学中", False),
        (_GONE, "正常转出", True),
        (_GONE, "在校生", False),
        (_BACK, "在读生", True),
        (_BACK, "休学生", False),
        (_BACK, "转出", False),
        (_BACK, None, True),
    ],
)
def test_what_differs_from_the_file_is_told_and_what_agrees_changes_nothing(
    school: Workspace, sheet: Sheet, plan: Planner, child: str, status: str | None, *, is_fine: bool
) -> None:
    made = plan(sheet([_HEAD, _row(school, child, status)]))
    assert made.proposals == ()
    assert (made.same, [each.label for each in made.faults]) == ((1, []) if is_fine else (0, ["学生状态"]))
    for fault in made.faults:
        assert f"“{school.snapshot.mapping('student', child)['学籍'][-1]['状态']}”" in fault.reason
        assert fault.reason.endswith("只是叫法不同的，这一列可以选“不要”")


def test_the_column_may_be_left_out_by_hand(school: Workspace, sheet: Sheet, plan: Planner) -> None:
    made = plan(sheet([_HEAD, _row(school, _BACK, "转出")]), mapping={"学生状态": "不要"})
    assert (made.faults, made.same) == ((), 1)
