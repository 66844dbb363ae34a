"""What stands below a list and is no row of it; and what a file with the faulty rows shows of a number that lost digits."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest

from guanai.sheets.reader import read_workbook
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
_HEAD = ["序号", "姓名", "性别", "班级", "身份证号", "现住址"]
_ROW = [1, "试甲", "男", "J2025-01", None, "禾坪镇1号"]


@pytest.mark.parametrize(
    "note",
    [
        ["注：本表一式两份"],
        [None, "备注：转学的另附"],
        ["说明："],
        [" 注 1: 照户口簿填"],
        ["填表人：试老师　审核人：试主任"],
        ["填表人：试老师", None, "审核人：试主任", None, "填表日期：2026年11月20日"],
        ["填 报 单 位：某校"],
        ["班主任：试老师"],
        ["合计：1人"],
        ["共计", None, 1],
        ["填报单位（盖章）："],
        ["校长（签字）：", None, "班主任签字：", None, "单位负责人(签名):"],
    ],
)
def test_notes_below_a_list_are_no_rows(sheet: Sheet, plan: Planner, note: list[Any]) -> None:
    made = plan(sheet([_HEAD, _ROW, note]))
    assert (made.kind, made.rows, made.faults, len(made.proposals)) == ("学籍", 1, (), 1)


@pytest.mark.parametrize(
    "row",
    [
        [2, "注：", "男", "J2025-01", None, None],
        [None, "注册的学生"],
        [None, None, None, None, None, "备注里写着地址"],
        ["备注：", "试乙", "男", "十二年级1班"],
        ["校长（签字）：", "试乙", "男", "J2025-01", None, None],
        [None, "校长"],
    ],
)
def test_a_row_that_only_looks_like_one_is_told(sheet: Sheet, plan: Planner, row: list[Any]) -> None:
    made = plan(sheet([_HEAD, _ROW, row]))
    assert (made.rows, len(made.proposals) + len({each.line for each in made.faults})) == (2, 2)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (990101201301021000, "990101201301021"),
        (9.90101201301021e17, "990101201301021"),
        (999999999999999000, "999999999999999"),
        (1e18, "100000000000000"),
    ],
)
def test_digits_that_excel_lost_are_not_made_up(
    school: Workspace, sheet: Sheet, plan: Planner, typed: float, shown: str
) -> None:
    before = len(school.snapshot.ids("student"))
    row = [1, "试甲", "男", "J2025-01", typed, "禾坪镇1号"]
    made = plan(sheet([_HEAD, row]), yes=True)
    assert [(each.label, "丢失" in each.reason) for each in made.faults] == [("身份证号", True)]
    page = openpyxl.load_workbook(io.BytesIO(made.faulty())).active
    assert page is not None
    assert str(page.cell(2, 6).value) == f"{shown}…〔后面的没有了〕"
    again = plan(made.faulty(), yes=True)
    assert [(each.label, "重新填写" in each.reason) for each in again.faults] == [("身份证号", True)]
    assert len(Workspace(school.root).snapshot.ids("student")) == before


def test_a_number_without_its_end_is_taken_in_no_column(sheet: Sheet, plan: Planner) -> None:
    row = [1, "试甲", "男", "J2025-01", None, 990101201301021000]
    made = plan(sheet([_HEAD, row]))
    assert [each.label for each in made.faults] == ["现住址"]
    assert [each.label for each in plan(made.faulty()).faults] == ["现住址"]


def test_a_text_that_was_too_long_does_not_come_back_as_its_beginning(sheet: Sheet, plan: Planner) -> None:
    made = plan(sheet([_HEAD, [1, "试甲", "男", "J2025-01", None, "长" * 5001]]))
    assert [each.label for each in made.faults] == ["现住址"]
    assert [each.label for each in plan(made.faulty()).faults] == ["现住址"]


def test_fifteen_digits_are_all_there(sheet: Sheet) -> None:
    (grid,) = read_workbook(sheet([[990101201301021]]))
    assert grid.lines[0].cells[0].text == "990101201301021"
    assert not grid.lines[0].cells[0].fault
