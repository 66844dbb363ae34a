"""``guanai import`` of a workbook with several sheets, and of one with two columns of one header."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from guanai.store.git import found

Call = Callable[..., Any]
_ON = ("--on", "2026-11-20", "--as", "T-WSLF")
_ROOMS = (("八1", "J2025-01"), ("八 2", "J2025-02"))


def _book(sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture
def brought(school: Path) -> str:
    """A workbook with a sheet for each of two classes, in the school's folder."""
    found(school, "新建", date(2026, 11, 1))
    rows = [
        (title, [["姓名", "性别", "班级"], [f"试{number}", "男", room]])
        for number, (title, room) in zip("甲乙", _ROOMS, strict=True)
    ]
    (school / "两班.xlsx").write_bytes(_book(rows))
    return "两班.xlsx"


def test_sheets_that_were_not_read_are_told_with_the_words_that_read_them(guanai: Call, brought: str) -> None:
    first = guanai("import", brought, *_ON, "--yes")
    assert first.code == 0, first.err
    assert '还有工作表 八 2 没有读；用 --sheet "八 2" 再导入一次。' in first.err
    second = guanai("import", brought, "--sheet", "八 2", *_ON, "--json")
    body = json.loads(second.out)
    assert (body["sheet"], body["other_sheets"], len(body["changed"])) == ("八 2", ["八1"], 1)
    again = guanai("import", brought, *_ON, "--yes")
    assert "内容和现在的一样" in again.out


def test_the_words_that_a_message_asks_for_are_taken(guanai: Call, school: Path) -> None:
    found(school, "新建", date(2026, 11, 1))
    head = ["姓名", "性别", "班级", "监护人", "关系", "关系"]
    row = ["试甲", "男", "J2025-01", "试家长", "母亲", "好"]
    (school / "名册.xlsx").write_bytes(_book([("八1", [head, row])]))
    asked = guanai("import", "名册.xlsx", *_ON)
    assert '--map "关系（F 列）=不要"' in asked.err
    done = guanai("import", "名册.xlsx", "--map", "关系（F 列）=不要", *_ON, "--yes")
    assert (done.code, "已保存" in done.out) == (0, True), done.err
