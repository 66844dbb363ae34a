"""A workbook with several sheets: one is read at a time, and those that were not are told."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest

from guanai.workspace import exporting
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan, UnknownSheet

Planner = Callable[..., Plan]
_ON = date(2026, 11, 20)
_HEAD = ["姓名", "性别", "班级", "学籍号"]


def _book(sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
        page.sheet_state = "hidden" if title in hidden else "visible"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _class(name: str, room: str) -> list[list[Any]]:
    return [_HEAD, [name, "男", room, None]]


def test_sheets_that_were_not_read_are_told_and_read_by_their_name(school: Workspace, plan: Planner) -> None:
    names = [school.snapshot.mapping("student", each)["姓名"] for each in school.snapshot.ids("student")]
    raw = _book({"八1": _class("试甲", "J2025-01"), "八2": _class("试乙", "J2025-02")})
    first = plan(raw, yes=True)
    assert (first.sheet, first.other_sheets) == ("八1", ("八2",))
    second = plan(raw, sheet="八2", yes=True)
    assert (second.sheet, second.other_sheets, len(second.proposals)) == ("八2", ("八1",), 1)
    assert plan(raw, sheet="八2", yes=True).same == 1
    after = Workspace(school.root).snapshot
    found = [after.mapping("student", each)["姓名"] for each in after.ids("student")]
    assert sorted(found) == sorted([*names, "试甲", "试乙"])


def test_sheets_that_list_nobody_are_not_told(plan: Planner) -> None:
    raw = _book(
        {
            "八1": _class("试甲", "J2025-01"),
            "填表说明": [["请照样填写"], ["一行一人"]],
            "汇总": [["班级", "合计"], ["八年级1班", 40]],
            "空表": [_HEAD],
            "旧表": _class("试丙", "J2025-02"),
        },
        hidden=["旧表"],
    )
    assert plan(raw).other_sheets == ()


def test_a_sheet_that_lacks_something_is_told_all_the_same(plan: Planner) -> None:
    scores: list[list[Any]] = [["姓名", "班级", "语文"], ["试甲", "J2025-01", 88]]
    raw = _book({"八1": scores, "八2": scores})
    made = plan(raw, given={"日期": "2026-11-18"})
    assert (made.kind, made.sheet, made.other_sheets) == ("成绩", "八1", ("八2",))
    assert plan(_book({"名册": _class("试甲", "J2025-01"), "成绩": scores})).other_sheets == ("成绩",)


def test_a_ledger_that_came_back_tells_what_was_put_beside_it(school: Workspace, plan: Planner) -> None:
    ledger, _ = exporting.roster(school, school.edition(staff="T-WSLF", on=_ON), "J2025-01", on=_ON)
    book = openpyxl.load_workbook(io.BytesIO(ledger))
    page = book.create_sheet("八1")
    for row in _class("试甲", "J2025-01"):
        page.append(row)
    made = io.BytesIO()
    book.save(made)
    raw = made.getvalue()
    assert plan(raw).other_sheets == ("八1",)
    beside = plan(raw, sheet="八1")
    assert (beside.kind, len(beside.proposals)) == ("学籍", 1)
    with pytest.raises(UnknownSheet, match="八1"):
        plan(raw, sheet="八9")
