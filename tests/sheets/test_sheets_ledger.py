"""A ledger goes out, is edited elsewhere and comes back: exactly the edited cells change."""

import io
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from guanai.sheets.papers import write_paper
from guanai.sheets.reader import read_workbook
from guanai.sheets.sheet import HEADER_ROW
from guanai.workspace import exporting
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan
from guanai.workspace.office import converted
from guanai.workspace.papers import paper_of

Planner = Callable[..., Plan]
_ON = date(2026, 11, 20)
_PRINCIPAL = "T-WSLF"
_IN_OFFICE = Path(__file__).parents[2] / "scripts" / "edit_in_office.py"


def _edited(raw: bytes, *edits: tuple[int, str, Any]) -> bytes:
    """Change cells by row and header, as somebody in front of a screen does."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    page: Any = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[HEADER_ROW]}
    for row, label, value in edits:
        page.cell(row, places[label]).value = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _diff(school: Workspace) -> list[str]:
    shown = subprocess.run(["git", "show", "--format=", "-U0", "HEAD"], cwd=school.root, check=True, capture_output=True, text=True)  # fmt: skip
    return [line for line in shown.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def _roster(school: Workspace, staff: str = _PRINCIPAL, unit: str = "") -> bytes:
    return exporting.roster(school, school.edition(staff=staff, on=_ON), unit, on=_ON)[0]


def test_an_untouched_roster_changes_nothing(school: Workspace, plan: Planner) -> None:
    made = plan(_roster(school))
    assert (made.proposals, made.faults, made.same) == ((), (), len(school.snapshot.ids("student")))


def test_exactly_the_edited_cells_change_each_in_one_line(school: Workspace, plan: Planner) -> None:
    raw = _edited(
        _roster(school),
        (3, "家庭·住址", "禾坪镇新街9号"),
        (5, "监护人·电话", "13900001111"),
        (7, "特长", "=1+1 象棋"),
    )
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.worksheets[0].cell(7, 1).value
    made = plan(raw, yes=True)
    assert made.faults[:1] == () or made.faults[0].label == "特长"
    lines = _diff(school)
    assert "+  住址: 禾坪镇新街9号" in lines
    assert '+      电话: "13900001111"' in lines
    assert len(lines) == 2 * len(made.proposals)


def test_a_cell_that_was_emptied_takes_its_line_away_and_one_that_must_be_there_is_told(
    school: Workspace, plan: Planner
) -> None:
    cells = {
        cell.value: cell.column
        for cell in openpyxl.load_workbook(io.BytesIO(_roster(school))).worksheets[0][2]
    }
    page: Any = openpyxl.load_workbook(io.BytesIO(_roster(school))).worksheets[0]
    row = next(number for number in range(3, 40) if page.cell(number, cells["特长"]).value)
    plan(_edited(_roster(school), (row, "特长", None)), yes=True)
    assert [line[:4] for line in _diff(school)] == ["-特长:"]
    made = plan(_edited(_roster(school), (row, "姓名", None)))
    assert [each.label for each in made.faults] == ["姓名"]


def test_rows_may_be_sorted_and_columns_moved_or_left_out(school: Workspace, plan: Planner) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_edited(_roster(school), (4, "备注", "看过了"))))
    page: Any = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=HEADER_ROW)]
    order = [0, 1, 2, *reversed(range(5, len(rows[0]) - 3))]
    page.delete_rows(1, page.max_row)
    for number, row in enumerate([rows[0], *reversed(rows[1:])], 1):
        for place, at in enumerate(order, 1):
            page.cell(number, place).value = row[at]
    made = io.BytesIO()
    book.save(made)
    labels = [rows[0][at] for at in order]
    found = plan(made.getvalue())
    assert [[told.label for told in each.differences] for each in found.proposals] == (
        [["备注"]] if "备注" in labels else []
    )
    assert not found.faults


def test_what_someone_else_changed_meanwhile_is_kept_and_the_same_cell_is_asked_about(
    school: Workspace, plan: Planner
) -> None:
    old = _roster(school)
    plan(_edited(_roster(school), (3, "家庭·住址", "甲地1号")), yes=True)
    made = plan(_edited(old, (3, "家庭·电话", "0300-1234567")), yes=True)
    assert len(made.proposals) == 1
    data = {
        line.strip()
        for line in (school.root / school.path(made.proposals[0].record)).read_text("utf-8").splitlines()
    }
    assert {"住址: 甲地1号", "电话: 0300-1234567"} <= data or {
        "住址: 甲地1号",
        '电话: "0300-1234567"',
    } <= data
    clash = plan(_edited(old, (3, "家庭·住址", "乙地2号")))
    assert clash.proposals == ()
    assert "先改过" in clash.faults[0].reason
    assert clash.faults[0].label == "家庭·住址"


def test_a_list_ledger_takes_edits_and_new_rows(school: Workspace, plan: Planner) -> None:
    edition = school.edition(staff=_PRINCIPAL, on=_ON)
    raw, rows = exporting.ledger(school, edition, "照顾", "", on=_ON)
    assert plan(raw).proposals == ()
    book = openpyxl.load_workbook(io.BytesIO(raw))
    page: Any = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[HEADER_ROW]}
    page.cell(3, places["事由"]).value = "家里盖房"
    new = HEADER_ROW + rows + 1
    for label in ("学生编号", "版本"):
        page.cell(new, places[label]).value = page.cell(3, places[label]).value
    for label, value in (("类型", "物资"), ("项目", "冬衣"), ("起", "2026-11-19")):
        page.cell(new, places[label]).value = value
    made = io.BytesIO()
    book.save(made)
    found = plan(made.getvalue(), yes=True)
    assert [each.line for each in found.proposals] == [3, new]
    assert "+    事由: 家里盖房" in [line.replace("      ", "    ", 1) for line in _diff(school)]
    assert any("冬衣" in line for line in _diff(school))


def test_a_roster_shows_what_its_reader_may_see_and_takes_nothing_beyond(
    school: Workspace, plan: Planner
) -> None:
    teacher = next(
        person.id
        for person in school.snapshot.staff.values()
        if {post.role for post in person.assignments} == {"科任教师"}
    )
    raw = _roster(school, teacher)
    text = str([[cell.text for cell in line.cells] for grid in read_workbook(raw) for line in grid.lines])
    edition = school.edition(staff=teacher, on=_ON)
    hidden = [
        child
        for child in school.snapshot.ids("student")
        if "关爱" not in edition.decision("student", child).labels
    ]
    assert hidden
    for data in (school.snapshot.mapping("student", child) for child in hidden):
        assert data["证件"]["号码"] not in text
        assert data.get("学籍号", "\0") not in text
        assert all(
            each["电话"] not in text for each in data.get("家庭", {}).get("监护人", []) if "电话" in each
        )
    assert plan(raw, staff=teacher).proposals == ()
    refused = plan(_edited(raw, (3, "特长", "改一改")), staff=teacher)
    assert (refused.proposals, len(refused.faults)) == ((), 1)


def test_a_sheet_holds_no_hash_of_a_file_with_which_one_could_try_out_what_it_leaves_away(
    school: Workspace, plan: Planner
) -> None:
    raw = _roster(school)
    versions = {each: school.version(each) for each in school.snapshot.ids("student")}
    book = openpyxl.load_workbook(io.BytesIO(raw))
    page: Any = book.worksheets[0]
    held = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert held.isdisjoint(versions.values())
    ids, places = (
        [cell.column for cell in page[HEADER_ROW][:2]],
        {cell.value: cell.column for cell in page[HEADER_ROW]},
    )
    row = HEADER_ROW + 1
    page.cell(row, ids[1]).value = versions[page.cell(row, ids[0]).value]
    page.cell(row, places["特长"]).value = "象棋"
    made = io.BytesIO()
    book.save(made)
    assert "哪一版" in plan(made.getvalue()).faults[0].reason


def test_hidden_columns_that_were_cleared_are_told_row_by_row(school: Workspace, plan: Planner) -> None:
    made = plan(_edited(_roster(school), (3, "学生编号", None), (3, "特长", "x")))
    assert [(each.line, "隐藏" in each.reason) for each in made.faults] == [(3, True)]


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_reads_every_sheet_and_gives_back_what_it_did_not_touch(
    school: Workspace, plan: Planner, tmp_path: Path
) -> None:
    edition = school.edition(staff=_PRINCIPAL, on=_ON)
    made = {"roster": _edited(_roster(school), (3, "家庭·住址", "在办公软件里改的"))}
    for key in ("预警", "照顾", "成绩"):
        made[key] = exporting.ledger(school, edition, key, "", on=_ON)[0]
    document, stamp = school.press.make(paper_of("special-roster"), "school", edition, _ON)
    made["paper"] = write_paper(document, stamp)
    files = []
    for name, raw in made.items():
        (tmp_path / f"{name}.xlsx").write_bytes(raw)
        files.append((tmp_path / f"{name}.xlsx", tmp_path / "out" / f"{name}.xlsx"))
    assert [outcome for outcome in converted(files, "xlsx") if not isinstance(outcome, Path)] == []
    for name, (_, there) in zip(made, files, strict=True):
        before, after = read_workbook(made[name]), read_workbook(there.read_bytes())
        assert [line.cells for line in after[0].lines] == [line.cells for line in before[0].lines], name
    found = plan((tmp_path / "out" / "roster.xlsx").read_bytes(), yes=True)
    assert [[told.label for told in each.differences] for each in found.proposals] == [["家庭·住址"]]
    assert sorted(line[:1] for line in _diff(school)) == ["+", "-"]
    for name in ("预警", "照顾", "成绩"):
        again = plan((tmp_path / "out" / f"{name}.xlsx").read_bytes())
        assert (again.proposals, again.faults) == ((), ()), name


@pytest.mark.office
@pytest.mark.slow
def test_what_was_typed_in_libreoffice_itself_is_all_that_changes(
    school: Workspace, plan: Planner, tmp_path: Path
) -> None:
    raw, file = _roster(school), tmp_path / "roster.xlsx"
    places = {
        cell.value: str(cell.column)
        for cell in openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0][HEADER_ROW]
    }
    file.write_bytes(raw)
    typed = (
        ("3", "家庭·住址", "禾坪镇新街9号"),
        ("5", "监护人·电话", "13900001111"),
        ("6", "特长", "二胡、象棋"),
    )
    cells = [word for row, label, words in typed for word in (row, places[label], words)]
    # The bridge belongs to the system's own Python.
    subprocess.run(
        ["/usr/bin/python3", _IN_OFFICE, file, *cells], check=True, capture_output=True, timeout=180
    )
    found = plan(file.read_bytes(), yes=True)
    assert not found.faults
    assert [[told.label for told in each.differences] for each in found.proposals] == [
        [label] for _, label, _ in typed
    ]
    lines = _diff(school)
    assert {words for _, _, words in typed} == {
        line.split(": ")[1].strip('"') for line in lines if line[0] == "+"
    }
    assert len([line for line in lines if line[0] == "+"]) == len(typed)
