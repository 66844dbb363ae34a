"""A roster's cells that speak of a category: papers begun later change no day, none is lost or refused for want of one."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan, Unmapped

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
#: Of the sample school: a child with a category in force, and another of the class.
_CHILD, _ROOM, _HAS = "S2024-Z9L8D", "J2024-01", "家庭经济困难"


@pytest.fixture
def who(school: Workspace) -> list[str]:
    """Name and class of the child."""
    data = school.snapshot.mapping("student", _CHILD)
    return [data["姓名"], data["学籍"][-1]["班级"]]


@pytest.fixture
def fellow(school: Workspace) -> list[str]:
    """Name and class of another child of the class."""
    for each in school.snapshot.ids("student"):
        data = school.snapshot.mapping("student", each)
        if each != _CHILD and data["学籍"][-1] == {**data["学籍"][-1], "班级": _ROOM, "状态": "在籍"}:
            return [data["姓名"], _ROOM]
    raise AssertionError(_ROOM)


def _items(school: Workspace) -> dict[str, dict[str, Any]]:
    data = Workspace(school.root).snapshot.mapping("student", _CHILD)
    return {each["情形"]: dict(each) for each in data["特殊情形"] if "止" not in each}


@pytest.mark.parametrize("head", ["建档日期", "建档时间"])
def test_the_day_papers_were_begun_is_the_first_day_of_what_is_new_alone(
    school: Workspace, sheet: Sheet, plan: Planner, who: list[str], head: str
) -> None:
    before = _items(school)
    raw = sheet([["姓名", "班级", "类别", head], [*who, f"{_HAS}、留守", "2026-09-20"]])
    made = plan(raw, yes=True)
    assert (made.kind, made.unknown, made.faults, len(made.proposals)) == ("花名册", (), (), 1)
    after = _items(school)
    assert after.pop("留守")["起"] == "2026-09-20"
    assert after == before
    assert plan(raw, yes=True).same == 1


def test_the_day_it_began_goes_before_the_day_papers_were_begun(
    school: Workspace, sheet: Sheet, plan: Planner, who: list[str]
) -> None:
    head = ["姓名", "班级", "类别", "建档日期", "起始日期"]
    raw = sheet([head, [*who, "留守", "2026-09-20", "2026-09-01"], [*who, _HAS, "2026-09-21", "2026-09-02"]])
    assert len(plan(raw, yes=True).proposals) == 2
    assert [_items(school)[each]["起"] for each in ("留守", _HAS)] == ["2026-09-01", "2026-09-02"]


@pytest.mark.parametrize("key", ["起始日期", "认定日期", "建档日期", "具体情况"])
def test_what_is_given_for_the_sheet_counts_for_rows_with_a_category(
    school: Workspace, sheet: Sheet, plan: Planner, who: list[str], fellow: list[str], key: str
) -> None:
    raw = sheet([["姓名", "班级", "类别", "备注"], [*who, "留守", "甲"], [*fellow, "无", "乙"]])
    made = plan(raw, given={key: "2026-09-20"}, yes=True)
    assert (made.faults, [each.line for each in made.proposals]) == ((), [2, 3])
    assert [each.label for each in made.proposals[1].differences] == ["备注"]
    assert "2026-09-20" in _items(school)["留守"].values()
    assert plan(raw, given={key: "2026-09-20"}, yes=True).same == 2


@pytest.mark.parametrize("category", [None, "无"])
@pytest.mark.parametrize("key", ["起始日期", "认定日期", "建档日期"])
def test_a_day_without_a_category_costs_the_row_nothing(
    sheet: Sheet, plan: Planner, who: list[str], category: str | None, key: str
) -> None:
    made = plan(sheet([["姓名", "班级", "类别", key, "备注"], [*who, category, "2026-09-20", "甲"]]))
    assert made.faults == ()
    assert [each.label for each in made.proposals[0].differences] == ["备注"]


@pytest.mark.parametrize("head", ["具体情况", "情况说明"])
def test_words_in_a_sheet_without_categories_are_asked_about_once(
    sheet: Sheet, plan: Planner, who: list[str], fellow: list[str], head: str
) -> None:
    raw = sheet([["姓名", "班级", head, "认定日期", "备注"], [*who, "好", "2026-09-20", "甲"], [*fellow, "好", None, "乙"]])  # fmt: skip
    made = plan(raw)
    assert (made.faults, made.unknown, len(made.proposals)) == ((), (head,), 2)
    (question,) = made.questions
    assert ("没有“类别”" in question, f"“{head}”" in question) == (True, True)
    with pytest.raises(Unmapped, match=f"--map {head}=不要"):
        plan(raw, yes=True)
    left_out = plan(raw, mapping={head: "不要"})
    assert (left_out.questions, left_out.unknown, len(left_out.proposals)) == ((), (), 2)
    of_one = plan(raw, given={"类别": "留守"})
    assert (of_one.questions, of_one.unknown, len(of_one.proposals)) == ((), (), 2)


def test_an_empty_column_of_words_asks_nothing(sheet: Sheet, plan: Planner, who: list[str]) -> None:
    made = plan(sheet([["姓名", "班级", "具体情况", "备注"], [*who, "无", "甲"]]))
    assert (made.unknown, made.questions, len(made.proposals)) == ((), (), 1)


def test_a_category_that_stands_in_two_rows_is_told_with_the_first_one(
    school: Workspace, sheet: Sheet, plan: Planner, who: list[str]
) -> None:
    raw = sheet([["姓名", "班级", "类别"], [*who, "留守"], [*who, "留守、学困"], [*who, "学困"]])
    made = plan(raw, yes=True)
    assert [(each.line, each.label) for each in made.faults] == [(3, "类别")]
    assert made.faults[0].reason.startswith("类别“留守”第 2 行已写过；请从这一行删去")
    assert [each.line for each in made.proposals] == [2, 4], "the refused row has taken no category"
    assert {"留守", "学习困难"} <= set(_items(school))
    again = plan(raw, yes=True)
    assert (again.proposals, again.same, [each.line for each in again.faults]) == ((), 2, [3])


def test_a_refused_row_takes_no_place(sheet: Sheet, plan: Planner, who: list[str]) -> None:
    rows: list[list[object]] = [[*who, "某某某", "甲"], [*who, None, "乙"]]
    made = plan(sheet([["姓名", "班级", "帮扶教师", "备注"], *rows]))
    assert [(each.line, each.label) for each in made.faults] == [(2, "帮扶教师")]
    assert [each.line for each in made.proposals] == [3]


@pytest.mark.parametrize("mapping", [{}, {"备注": "原因"}])
def test_absences_with_remarks_are_no_roster(
    sheet: Sheet, plan: Planner, who: list[str], mapping: dict[str, str]
) -> None:
    head = ["序号", "班级", "姓名", "日期", "类型", "备注"]
    made = plan(sheet([head, [1, who[1], who[0], "2026-11-18", "病假", "发烧"]]), mapping=mapping)
    assert (made.kind, made.unknown, made.faults) == ("考勤", () if mapping else ("备注",), ())
    assert len(made.proposals) == 1
