"""Slips of whoever fills a sheet: the row says where, what, and what to do."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan, UnknownSheet

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
_ROOM = "J2024-01"


@pytest.fixture
def name(school: Workspace) -> str:
    """Name of a child of the class."""
    for child in school.snapshot.ids("student"):
        data = school.snapshot.mapping("student", child)
        if data["学籍"][-1]["班级"] == _ROOM and not data.get("劝返"):
            return str(data["姓名"])
    raise AssertionError(_ROOM)


def test_an_absence_on_a_day_that_has_not_come_is_refused_in_its_cell(
    sheet: Sheet, plan: Planner, name: str
) -> None:
    head = ["姓名", "班级", "日期", "异常类型", "联系时间"]
    rows = [
        [name, _ROOM, "2026-11-20", "迟到", "2026-11-20 09:00"],  # today has come
        [name, _ROOM, "2026-11-21", "未请假缺勤", ""],
        [name, _ROOM, "2027-11-18", "早退", ""],
        [name, _ROOM, "2026-11-18", "未请假缺勤", "2026-11-28 09:00"],
    ]
    made = plan(sheet([head, *rows]))
    assert [each.line for each in made.proposals] == [2]
    assert [(each.line, each.label) for each in made.faults] == [(3, "日期"), (4, "日期"), (5, "联系时间")]
    assert all("还没有到" in each.reason and "请核对" in each.reason for each in made.faults)
    assert made.questions == ()


def test_a_leave_ahead_is_asked_about_until_it_stands_there(sheet: Sheet, plan: Planner, name: str) -> None:
    raw = sheet([["姓名", "班级", "日期", "异常类型"], [name, _ROOM, "2026-12-03", "病假"]])
    made = plan(raw, yes=True)
    assert (len(made.proposals), made.faults) == (1, ())
    assert len(made.questions) == 1
    assert made.questions[0].startswith("第 2 行：病假的日期 2026-12-03 还没有到")
    assert plan(raw).questions == ()


def test_a_test_and_a_return_on_a_day_that_has_not_come_are_refused_too(
    sheet: Sheet, plan: Planner, name: str
) -> None:
    scores = plan(
        sheet([["姓名", "班级", "考试日期", "学科", "成绩"], [name, _ROOM, "2026-11-30", "数学", 88]])
    )
    assert [(each.label, "还没有到" in each.reason) for each in scores.faults] == [("考试日期", True)]
    head = ["姓名", "班级", "登记日期", "辍学原因", "返校日期"]
    back = plan(sheet([head, [name, _ROOM, "2026-11-10", "失联", "2026-12-10"]]), kind="控辍台账")
    assert [(each.label, "还没有到" in each.reason) for each in back.faults] == [("返校日期", True)]


@pytest.mark.parametrize(
    ("header", "kind"),
    [("身份证号", "考勤"), ("学籍号", "考勤"), ("身份证号", "花名册"), ("学生编号", "考勤")],
)
def test_a_number_that_excel_has_cut_short_is_told_in_its_own_column(
    sheet: Sheet, plan: Planner, name: str, header: str, kind: str
) -> None:
    said = {"考勤": ["2026-11-18", "病假"], "花名册": ["留守", "父母外出"]}[kind]
    words = {"考勤": ["日期", "异常类型"], "花名册": ["类别", "具体情况"]}[kind]
    made = plan(sheet([["姓名", "班级", header, *words], [name, _ROOM, "1.1E+17", *said]]), kind=kind)
    assert made.proposals == ()
    assert [(each.line, each.column, each.label) for each in made.faults] == [(2, 2, header)]
    assert "科学计数" in made.faults[0].reason
    assert "“文本”" in made.faults[0].reason
    assert "重新填写" in made.faults[0].reason


def test_a_phone_that_excel_has_cut_short_is_no_phone(sheet: Sheet, plan: Planner, name: str) -> None:
    rows = [["姓名", "班级", "类别", "监护人", "与学生关系", "监护人电话"], [name, _ROOM, "留守", "试甲", "祖母", "1.39e10"]]  # fmt: skip
    made = plan(sheet(rows), kind="花名册")
    assert [(each.label, "科学计数" in each.reason) for each in made.faults] == [("监护人电话", True)]


def test_an_id_nobody_has_is_told_in_the_column_of_the_ids(sheet: Sheet, plan: Planner, name: str) -> None:
    head = ["姓名", "学生编号", "日期", "异常类型"]
    made = plan(sheet([head, [name, "S2024-ZZZZZ", "2026-11-18", "病假"]]))
    assert [(each.label, "没有编号为" in each.reason) for each in made.faults] == [("学生编号", True)]


def test_a_sheet_that_is_not_there_is_answered_with_those_that_are(sheet: Sheet, plan: Planner) -> None:
    raw = sheet([["姓名", "班级", "日期", "异常类型"], ["试甲", _ROOM, "2026-11-18", "病假"]])
    with pytest.raises(UnknownSheet, match="没有叫“花名册1”的工作表；有这些：Sheet。"):
        plan(raw, sheet="花名册1")
