"""The guide's page about Excel: its sheets are taken in, its commands run as typed, its reasons are those that are told."""

import io
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from guanai.cli.main import run
from guanai.sheets.kinds import KINDS
from guanai.sheets.ledger import ledger_lists
from guanai.sheets.reader import read_workbook
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
_PAGE = (Path(__file__).resolve().parents[2] / "site" / "guide" / "excel.md").read_text(encoding="utf-8")
_TYPED = re.findall(r"^\$ guanai (.+?)(?: +# .*)?$", _PAGE, re.MULTILINE)
_WHO = ["万启航", "J2024-02"]


def _table(first: str) -> list[list[str]]:
    """Return the table of the page whose header begins so, without the line below the header."""
    found = next(each for each in re.findall(r"(?:^\|.*\n)+", _PAGE, re.MULTILINE) if each.startswith(first))
    lines = [line.strip("|\n").split("|") for line in found.splitlines() if not line.startswith("| ---")]
    return [[cell.strip() for cell in line] for line in lines]


def _run(school: Workspace, line: str) -> int:
    words = shlex.split(line.replace("T-3XK9", "T-WSLF"))
    return run(["-C", str(school.root), *words, "--on", "2026-11-20"])


def _commits(school: Workspace) -> str:
    return school.store.pair.main.head()


def test_the_roster_of_the_page_is_shown_and_then_saved(
    school: Workspace, sheet: Sheet, capsys: pytest.CaptureFixture[str]
) -> None:
    (school.root / "花名册.xlsx").write_bytes(sheet(_table("| 姓名 | 班级 | 类别")))
    look, save = (each for each in _TYPED if "花名册.xlsx" in each)
    head = _commits(school)
    assert _run(school, look) == 0
    assert "还没有保存" in capsys.readouterr().err
    assert _commits(school) == head
    assert _run(school, save) == 0
    child = next(
        each for each in school.snapshot.ids("student")
        if school.snapshot.mapping("student", each)["姓名"] == "万启航"
    )  # fmt: skip
    data = Workspace(school.root).snapshot.mapping("student", child)
    told = {(each["情形"], each.get("说明")) for each in data["特殊情形"]}
    assert {("留守", "父亲常年跑长途"), ("学习困难", "英语吃力")} <= told
    capsys.readouterr()
    assert _run(school, look) == 0
    assert "已经一样 2 行" in capsys.readouterr().out


def test_the_scores_of_the_page_are_taken_in_sheet_by_sheet(
    school: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    rows = _table("| 姓名 | 班级 | 语文")
    for title in ("九2班", "九1班"):
        page = book.create_sheet(title)
        for row in (
            [["期中成绩"], *rows] if title == "九2班" else [rows[0], ["侯睿", "J2024-01", *rows[1][2:]]]
        ):
            page.append(row)
    book.save(school.root / "期中成绩.xlsx")
    look, save, other = (each for each in _TYPED if "期中成绩.xlsx" in each)
    without = look.partition(" --with")[0]
    assert _run(school, f"{without} --kind 成绩") == 1
    assert "缺少这样的列：日期" in capsys.readouterr().err
    assert _run(school, look.removesuffix(" --map 国学=不要")) == 0
    assert "国学" in capsys.readouterr().err
    assert _run(school, look) == 0
    capsys.readouterr()
    assert _run(school, save) == 0
    told = capsys.readouterr()
    assert ("有改动 2 行" in told.out, "还有工作表 九1班 没有读" in told.err) == (True, True)
    assert _run(school, other) == 0
    assert "有改动 1 行" in capsys.readouterr().out


def test_a_ledger_goes_out_and_comes_back_as_the_page_says(
    school: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, ledger, back = (each for each in _TYPED if "export" in each or "documents/" in each)
    assert (_run(school, roster), _run(school, ledger)) == (0, 0)
    assert _run(school, back) == 0
    assert "有改动 0 行" in capsys.readouterr().out
    file = school.root / "documents" / "roster-J2024-02.xlsx"
    book = openpyxl.load_workbook(file)
    page: Any = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[2]}
    with_talent = next(row for row in range(3, page.max_row) if page.cell(row, places["特长"]).value)
    page.cell(with_talent, places["特长"]).value = None
    page.delete_cols(places["曾用名"])
    page.delete_rows(with_talent + 1)
    book.save(file)
    assert _run(school, back) == 0
    told = capsys.readouterr().out
    assert "特长：" in told
    assert "→ （空）" in told
    assert "有改动 1 行" in told


def test_every_command_of_the_page_is_tried() -> None:
    assert len(_TYPED) == _PAGE.count("$ guanai") == 8


def test_the_page_tells_every_kind_of_sheet_with_what_it_needs_and_every_ledger(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    rows = _table("| 表 | 表头里要有")[1:]
    assert [kind for kind, *_ in rows] == list(KINDS)
    for kind, heads, _ in rows:
        wanted = [re.sub(r"（.*）", "", head) for head in heads.split("、")]
        plan(sheet([[*wanted, "备注"], ["某某", *["2026-11-12"] * len(wanted)]]), kind=kind)
    named = re.search(r"^台账有：(.+?)。", _PAGE, re.MULTILINE)
    assert named
    assert tuple(named[1].split("、")) == ledger_lists(school.schemas.record("student"))


#: What the page says that is told, with the kind of sheet and the rows of which it is told.
_BAD: dict[str, tuple[str, list[list[Any]]]] = {
    "找不到这名学生": ("花名册", [["姓名", "班级", "备注"], ["某某某", "J2024-02", "甲"]]),
    "与第 2 行是同一名学生": ("花名册", [["姓名", "班级", "备注"], [*_WHO, "甲"], [*_WHO, "甲"]]),
    "行已写过": ("花名册", [["姓名", "班级", "类别"], [*_WHO, "留守"], [*_WHO, "留守、学困生"]]),
    "一行有几个类别": ("花名册", [["姓名", "班级", "类别", "具体情况"], [*_WHO, "留守、学困生", "甲"]]),
    "后面几位已经丢失": ("花名册", [["姓名", "班级", "身份证号", "备注"], [*_WHO, "9.90101E+17", "甲"]]),
    "是 Excel 的日期序号": ("花名册", [["姓名", "班级", "出生日期"], [*_WHO, "40850"]]),
    "是公式，程序不计算公式": ("花名册", [["姓名", "班级", "备注"], [*_WHO, '="甲"&"乙"']]),
    "还没有到（今天是": ("成绩", [["姓名", "班级", "考试日期", "语文"], [*_WHO, "2026-12-12", 88]]),
    "不新建档案": ("学籍", [["姓名", "性别", "班级", "学籍状态"], ["某某某", "男", "J2024-02", "休学"]]),
    "与档案里的班级": (
        "学籍", [["姓名", "性别", "班级", "身份证号"], ["万启航", "男", "J2024-01", "990101201111033078"]]
    ),
    "教职工名单里没有这个人": ("花名册", [["姓名", "班级", "帮扶教师"], [*_WHO, "某某某"]]),
}  # fmt: skip


def test_reasons_are_told_in_the_words_of_the_page_and_come_back_with_the_rows(
    sheet: Sheet, plan: Planner
) -> None:
    assert [told for told, _ in _table("| 原因里有")[1:]] == list(_BAD)
    for words, (kind, rows) in _BAD.items():
        made = plan(sheet(rows), kind=kind)
        assert any(words in each.reason for each in made.faults), words
        (returned,) = read_workbook(made.faulty())
        assert words in returned.lines[1].cell(0).text
        if "公式" in words:
            assert returned.lines[1].cell(3).text == ""


def test_a_row_is_added_to_a_ledger_as_the_page_says(school: Workspace, plan: Planner) -> None:
    assert _run(school, next(each for each in _TYPED if "ledger" in each)) == 0
    file = school.root / "documents" / "ledger-aids-school.xlsx"
    book = openpyxl.load_workbook(file)
    page: Any = book.worksheets[0]
    places = {cell.value: cell.column for cell in page[2]}
    row = [cell.value for cell in page[3]]
    new = page.max_row + 1
    for place, value in enumerate(row, 1):
        page.cell(new, place).value = value
    page.cell(new, places["项目"]).value = "冬衣"

    def brought() -> Plan:
        made = io.BytesIO()
        book.save(made)
        return plan(made.getvalue())

    refused = brought()
    assert [(each.line, "复制" in each.reason) for each in refused.faults] == [(new, True)]
    page.cell(new, places["条目"]).value = None
    taken = brought()
    assert ([each.line for each in taken.proposals], taken.faults) == ([new], ())
    page.cell(new, places["学生编号"]).value = None
    assert "认不出是哪一名学生" in brought().faults[0].reason
