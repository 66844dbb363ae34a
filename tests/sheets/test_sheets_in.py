"""Sheets that a school brings: read, shown as a diff, saved once."""

import io
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest

from guanai.identity import check_sign
from guanai.sheets.headers import MissingColumns
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan, Unmapped

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
_HEAD = ["学籍号", "姓名", "性别", "出生日期", "身份证件号", "民族", "班级", "班内学号", "现住址", "成员1姓名", "成员1关系", "成员1联系电话"]  # fmt: skip


def _child(number: int) -> list[Any]:
    born = f"{2012 + number % 2}{1 + number % 12:02}{1 + number % 28:02}"
    first = f"990101{born}{number % 1000:03}"
    papers = first + check_sign(first)
    sex = "12"[int(papers[16]) % 2 == 0]
    room = ("九年级（1）班", "902", "2025级1班", "J2025-02")[number % 4]
    name = f"试{chr(0x4E00 + number % 4000)}{chr(0x5000 + number // 3)}"
    return [
        f"G{papers}", name, sex, born, papers, f"{1 + number % 56:02}", room, str(1 + number % 60), f"禾坪镇{number}号",
        f"家{chr(0x5000 + number)}", "52", f"139{number:08d}",
    ]  # fmt: skip


def _commits(school: Workspace) -> list[str]:
    log = subprocess.run(
        ["git", "log", "--format=%s"], cwd=school.root, check=True, capture_output=True, text=True
    )
    return log.stdout.splitlines()


def test_a_preview_saves_nothing_and_tells_each_child_and_field(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    before = _commits(school)
    made = plan(sheet([["某校学生名册"], _HEAD, _child(1), _child(2)]))
    assert made.kind == "学籍"
    assert [each.line for each in made.proposals] == [3, 4]
    told = {each.label: each.new for each in made.proposals[0].differences}
    assert (told["民族"], told["出生日期"], told["性别"]) == (
        "蒙古族",
        "2013-02-02",
        "女" if int(_child(1)[4][16]) % 2 == 0 else "男",
    )
    assert _commits(school) == before


def test_an_import_is_one_commit_and_a_second_one_changes_nothing(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    raw = sheet([_HEAD, *(_child(number) for number in range(12))])
    before = _commits(school)
    assert len(plan(raw, yes=True).proposals) == 12
    assert len(_commits(school)) == len(before) + 1
    assert _commits(school)[0].startswith("导入 ")
    again = plan(raw, yes=True)
    assert (again.proposals, again.faults, again.same) == ((), (), 12)
    assert len(_commits(school)) == len(before) + 1


_SORTS: tuple[tuple[int, Any], ...] = (
    (4, lambda row: row[4][:17] + ("0" if row[4][17] != "0" else "1")),  # a number that does not prove itself
    (3, lambda _: "2012-02-30"),  # a day no calendar has
    (6, lambda _: "十二年级9班"),  # a class the school has not
    (5, lambda _: "火星族"),  # a people that is none
    (11, lambda _: "电话在家长那里"),  # a phone that is none
    (0, lambda row: row[0][:10]),  # a 学籍号 too short
    (1, lambda _: None),  # no name
    (2, lambda row: "2" if row[2] == "1" else "1"),  # a sex that the number denies
    (8, lambda _: "=1+1"),  # a formula
    (10, lambda _: "邻居的邻居"),  # a relation that is none
)


@pytest.mark.slow
def test_forty_planted_errors_of_ten_sorts_are_told_by_row_and_column_and_nothing_is_lost(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    rows = [_child(number) for number in range(3000)]
    planted = {}
    for number in range(40):
        column, spoil = _SORTS[number % len(_SORTS)]
        at = 37 + number * 71
        rows[at][column] = spoil(rows[at])
        planted[at + 2] = column
    children = len(school.snapshot.ids("student"))
    made = plan(sheet([_HEAD, *rows]), yes=True)
    told: dict[int, set[int]] = {}
    for fault in made.faults:
        told.setdefault(fault.line, set()).add(fault.column)
    assert set(told) == set(planted)
    # The number and what it denies stand in different columns: either may be named, always one of the two.
    pairs = {0: {0, 4}, 2: {2, 4}, 4: {0, 4}}
    for line, column in planted.items():
        assert told[line] & pairs.get(column, {column}), (line, column, told[line])
    assert len(Workspace(school.root).snapshot.ids("student")) == children + 2960
    page = openpyxl.load_workbook(io.BytesIO(made.faulty())).active
    assert page is not None
    back = list(page.iter_rows(values_only=True))
    assert len(back) == 41
    assert all(row[0] and "原第" in str(row[0]) for row in back[1:])


def test_faulty_rows_come_back_and_go_in_once_they_are_mended(sheet: Sheet, plan: Planner) -> None:
    rows = [_child(number) for number in range(4)]
    good = rows[2][5]
    rows[2][5] = "火星族"
    made = plan(sheet([_HEAD, *rows]), yes=True)
    assert [(each.line, each.column, each.label) for each in made.faults] == [(4, 5, "民族")]
    book = openpyxl.load_workbook(io.BytesIO(made.faulty()))
    page = book.active
    assert page is not None
    assert "火星族" in str(page["A2"].value)
    page.cell(2, 7, good)
    mended = io.BytesIO()
    book.save(mended)
    assert len(plan(mended.getvalue(), yes=True).proposals) == 1


def test_names_and_numbers_are_known_however_they_were_typed(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    name, room, child = _somebody(school)
    papers = str(school.snapshot.mapping("student", child)["证件"]["号码"])
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in papers)
    for typed in (papers, f" {papers} ", wide, papers.lower(), f"{papers[:6]} {papers[6:]}"):
        made = plan(
            sheet([["姓名", "班级", "身份证号"], [f"{name[:1]}　{name[1:]}", room, typed]]), kind="花名册"
        )
        assert (made.faults, made.proposals, made.same) == ((), (), 1), typed


def test_a_mobile_number_is_written_one_way(sheet: Sheet, plan: Planner) -> None:
    rows = [[*_child(number)] for number in (1, 2, 3)]
    for row, typed in zip(rows, ("139 0000 0001", "139-0000-0002", "0199-6920 8672"), strict=True):
        row[-1] = typed
    made = plan(sheet([_HEAD, *rows]))
    told = [each.new for row in made.proposals for each in row.differences if "监护人" in each.label]
    for phone, text in zip(("13900000001", "13900000002", "0199-6920 8672"), told, strict=True):
        assert f"电话：{phone}" in text


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("202609", "2026-09-01"),
        ("2026-9", "2026-09-01"),
        ("2026年9月", "2026-09-01"),
        ("2026年9月1日", "2026-09-01"),
        ("2026-1-1", "2026-01-01"),
        ("2026/11/1", "2026-11-01"),
        ("20260901", "2026-09-01"),
    ],
)
def test_a_month_of_entry_is_read_in_every_usual_writing(
    sheet: Sheet, plan: Planner, typed: str, entry: str
) -> None:
    made = plan(sheet([[*_HEAD, "入学年月"], [*_child(1), typed]]))
    assert made.faults == ()
    assert made.edits[0].changes[0].value["学籍"][0]["起"] == entry  # type: ignore[union-attr]


def test_a_day_that_excel_shows_as_a_number_is_told_with_the_day_it_means(
    sheet: Sheet, plan: Planner
) -> None:
    row = _child(1)
    row[3] = 41770
    (fault,) = plan(sheet([_HEAD, row])).faults
    assert "2014-05-11" in fault.reason


def test_a_cell_at_fault_is_told_once(sheet: Sheet, plan: Planner) -> None:
    row = _child(1)
    row[1] = "=A1"
    (fault,) = plan(sheet([_HEAD, row])).faults
    assert "公式" in fault.reason


def test_a_child_twice_in_one_sheet_is_told(sheet: Sheet, plan: Planner) -> None:
    made = plan(sheet([_HEAD, _child(1), _child(1)]))
    assert [(each.line, "第 2 行" in each.reason) for each in made.faults] == [(3, True)]


def test_unknown_columns_are_named_once_and_remembered(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    name, room, _ = _somebody(school)
    raw = sheet([["姓名", "班级", "类别", "老师说的", "内部代码"], [name, room, "学困生", "需要多鼓励", "x"]])
    with pytest.raises(Unmapped, match="老师说的"):
        plan(raw, yes=True)
    mapping = {"老师说的": "具体情况", "内部代码": "不要"}
    assert plan(raw, yes=True, mapping=mapping).unknown == ()
    assert plan(raw).unknown == ()
    assert "老师说的" in (school.root / ".guanai" / "mappings.yml").read_text(encoding="utf-8")


def test_what_stands_below_no_header_is_asked_about_each_time(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    name, room, _ = _somebody(school)
    raw = sheet([[None, "姓名", "班级", "类别", None], [1, name, room, "学困生", "需要多鼓励"]])
    with pytest.raises(Unmapped, match="E列"):
        plan(raw, yes=True)
    (proposal,) = plan(raw, yes=True, mapping={"E列": "具体情况"}).proposals
    assert "需要多鼓励" in proposal.differences[0].new
    assert plan(raw).unknown == ("E列",)


def test_headers_in_two_rows_under_a_merged_cell_are_read_as_one(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    name, room, _ = _somebody(school)
    rows: list[list[Any]] = [
        ["花名册"],
        ["序号", "姓名", "班级", "家长", None, None, "备注"],
        [None, None, None, "姓名", "关系", "联系电话", None],
        [1, name, room, "家甲", "母亲", "13900000001", "好"],
        [2, "没有这个人", room, "家乙", "母亲", "13900000002", None],
    ]
    made = plan(sheet(rows), kind="花名册")
    (proposal,) = made.proposals
    assert (made.unknown, [each.line for each in made.faults]) == ((), [5])
    assert all(word in proposal.differences[0].new for word in ("家甲", "母亲", "13900000001"))
    again = plan(made.faulty(), kind="花名册")
    assert (again.unknown, len(again.faults)) == ((), 1)


def test_the_school_s_own_roster_and_ledger_fill_circumstances_helpers_and_persuasion(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    name, room, child = _somebody(school)
    teacher = next(each.name for each in school.snapshot.staff.values() if each.id == "T-2HQG")
    roster = sheet(
        [
            ["特殊学生花名册"],
            ["序号", "姓名", "班级", "类别", "具体情况", "帮扶教师"],
            ["1", name, room, "学困生", "数学吃力", teacher],
        ]
    )
    assert plan(roster, yes=True).kind == "花名册"
    ledger = sheet(
        [
            ["序号", "姓名", "班级", "离校时间", "离校原因", "目前状态"],
            ["1", name, room, "2026年11月3日", "随父母外出", "已复学"],
        ]
    )
    assert plan(ledger, yes=True).kind == "控辍台账"
    data = Workspace(school.root).snapshot.mapping("student", child)
    assert ("学习困难", "数学吃力") in [(each["情形"], each.get("说明")) for each in data["特殊情形"]]
    assert "T-2HQG" in [each["教师"] for each in data["帮扶责任人"]]
    assert [each["状态"] for each in data["劝返"] if each["触发日期"] == "2026-11-03"] == ["已返校"]
    for raw in (roster, ledger):
        assert plan(raw).proposals == ()


def test_scores_with_a_column_a_subject_become_tests(school: Workspace, sheet: Sheet, plan: Planner) -> None:
    name, room, child = _somebody(school)
    raw = sheet([["姓名", "班级", "语文", "数学", "总分"], [name, room, 88, 91.5, 179.5]])
    with pytest.raises(MissingColumns, match="日期"):
        plan(raw, kind="成绩")
    given = {"日期": "2026-11-18", "名称": "第三单元", "满分": "100"}
    assert len(plan(raw, kind="成绩", given=given, yes=True).proposals) == 1
    tests = Workspace(school.root).snapshot.mapping("student", child)["成绩"]
    found = {each["学科"]: each["分数"] for each in tests if each.get("名称") == "第三单元"}
    assert found == {"语文": 88, "数学": 91.5}
    assert plan(raw, kind="成绩", given=given).proposals == ()


def test_absences_go_into_the_month_of_the_class_also_a_new_month(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    name, room, child = _somebody(school)
    rows = [["日期", "姓名", "班级", "异常类型", "原因"], ["2026-11-18", name, room, "病假", "发烧"], ["2026-12-01", name, room, "事假", "路远"],
            ["2026-12-02", name, room, "病假", "感冒"]]  # fmt: skip
    made = plan(sheet(rows), yes=True)
    assert made.kind == "考勤"
    assert made.faults == ()
    after = Workspace(school.root).snapshot
    november = after.mapping("attendance", f"{room}.2026-11")["异常"]
    december = after.mapping("attendance", f"{room}.2026-12")["异常"]
    assert ("2026-11-18", "发烧") in [
        (each["日期"], each.get("原因")) for each in november if each["学生"] == child
    ]
    assert [each["日期"] for each in december] == ["2026-12-01", "2026-12-02"]
    assert plan(sheet(rows)).proposals == ()


def test_nobody_imports_beyond_what_he_may_see_or_do(school: Workspace, sheet: Sheet, plan: Planner) -> None:
    teacher = _teacher_of(school, "J2025-01")
    name, _, _ = _somebody(school, "J2024-01")
    other = plan(sheet([["姓名", "班级", "类别"], [name, "J2024-01", "学困生"]]), staff=teacher)
    assert other.proposals == ()
    assert "找不到" in other.faults[0].reason
    founding = plan(sheet([_HEAD, _child(1)]), staff=_subject_teacher(school))
    assert founding.proposals == ()
    assert founding.faults


def _somebody(school: Workspace, room: str = "J2024-01") -> tuple[str, str, str]:
    """Return name, class and id of a child without circumstances, so that all that is imported is new."""
    for child in school.snapshot.ids("student"):
        data = school.snapshot.mapping("student", child)
        if data["学籍"][-1]["班级"] == room and not data.get("特殊情形") and not data.get("劝返"):
            return data["姓名"], room, child
    raise AssertionError(room)


def _teacher_of(school: Workspace, room: str) -> str:
    return next(
        person.id
        for person in school.snapshot.staff.values()
        for post in person.assignments
        if post.role == "班主任" and post.scope == room and post.until is None
    )


def _subject_teacher(school: Workspace) -> str:
    return next(
        person.id
        for person in school.snapshot.staff.values()
        if {post.role for post in person.assignments} == {"科任教师"}
    )
