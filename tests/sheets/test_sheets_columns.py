"""Columns that are named by hand: two of one header, subjects under other words, and the kind that follows from them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from guanai.sheets.headers import UnknownTarget, names_a_place
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan, Unmapped

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
_ROOM = "J2024-01"


@pytest.fixture
def child(school: Workspace) -> str:
    """Id of a child of the class that has no test of the day."""
    for each in school.snapshot.ids("student"):
        data = school.snapshot.mapping("student", each)
        if data["学籍"][-1] == {**data["学籍"][-1], "班级": _ROOM, "状态": "在籍"}:
            return each
    raise AssertionError(_ROOM)


@pytest.fixture
def name(school: Workspace, child: str) -> str:
    """The child's name."""
    return str(school.snapshot.mapping("student", child)["姓名"])


def _marks(school: Workspace, child: str) -> dict[str, Any]:
    tests = Workspace(school.root).snapshot.mapping("student", child).get("成绩", [])
    return {each["学科"]: each["分数"] for each in tests if each["日期"] == "2026-11-18"}


@pytest.mark.parametrize("said", ["关系（G 列）", "关系(G列)", "关系（g 列）"])
def test_one_of_two_columns_of_one_header_is_named_by_its_letters(
    school: Workspace, sheet: Sheet, plan: Planner, name: str, said: str
) -> None:
    head = ["姓名", "班级", "监护人", "关系", "监护人电话", "备注", "关系"]
    raw = sheet([head, [name, _ROOM, "试家长", "母亲", "13900000001", None, "外祖母"]])
    with pytest.raises(Unmapped, match=r'--map "关系（G 列）=不要"') as told:
        plan(raw, kind="花名册", yes=True)
    assert "每次都要写" in str(told.value)
    made = plan(raw, kind="花名册", mapping={said: "不要", "监护人电话": "监护人电话"}, yes=True)
    assert (made.unknown, len(made.proposals)) == ((), 1)
    assert "关系：母亲" in made.proposals[0].differences[0].new
    assert "G" not in (school.root / ".guanai" / "mappings.yml").read_text(encoding="utf-8")
    again = plan(raw, kind="花名册")
    assert (again.proposals, again.unknown) == ((), ("关系（G 列）",)), "of another file it says nothing"


def test_the_one_to_be_taken_may_stand_behind(sheet: Sheet, plan: Planner, name: str) -> None:
    head = ["姓名", "班级", "监护人", "关系", "关系"]
    raw = sheet([head, [name, _ROOM, "试家长", "住在一起", "母亲"]])
    (proposal,) = plan(raw, kind="花名册", mapping={"关系（D 列）": "不要"}).proposals
    assert "关系：母亲" in proposal.differences[0].new


def test_what_names_a_place_is_known() -> None:
    assert [names_a_place(each) for each in ("E列", "关系（G 列）", "关系(aa列)", "关系", "备注（列）", "系列")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_subjects_are_known_by_usual_words_and_said_of_any_other(
    school: Workspace, sheet: Sheet, plan: Planner, name: str, child: str
) -> None:
    raw = sheet([["姓名", "班级", "日期", "语文（满分120）", "政治", "生物"], [name, _ROOM, "2026-11-18", 95, 88, 77]])  # fmt: skip
    assert plan(raw, kind="成绩").unknown == ("语文（满分120）",)
    made = plan(raw, mapping={"语文（满分120）": "语文"}, given={"满分": "120"}, yes=True)
    assert (made.kind, made.unknown, made.faults) == ("成绩", (), ())
    assert _marks(school, child) == {"语文": 95, "道德与法治": 88, "生物学": 77}
    again = plan(raw, given={"满分": "120"}, yes=True)
    assert (again.kind, again.unknown, again.proposals, again.same) == ("成绩", (), (), 1), (
        "it was remembered"
    )


@pytest.mark.parametrize("word", ["道法", "政治", "思品", "思想品德", "道德与法治"])
def test_a_column_of_subjects_takes_the_same_words(
    school: Workspace, sheet: Sheet, plan: Planner, name: str, child: str, word: str
) -> None:
    raw = sheet([["姓名", "班级", "日期", "科目", "分数"], [name, _ROOM, "2026-11-18", word, 66]])
    assert len(plan(raw, kind="成绩", yes=True).proposals) == 1
    assert _marks(school, child) == {"道德与法治": 66}


def test_two_columns_of_one_subject_are_asked_about(sheet: Sheet, plan: Planner, name: str) -> None:
    raw = sheet([["姓名", "班级", "日期", "政治", "道法"], [name, _ROOM, "2026-11-18", 88, 66]])
    assert plan(raw, kind="成绩").unknown == ("道法（E 列）",)
    made = plan(raw, kind="成绩", mapping={"政治": "不要"})
    assert (made.unknown, "66" in made.proposals[0].differences[0].new) == ((), True)


def test_a_target_that_is_none_is_answered_with_all_that_are(sheet: Sheet, plan: Planner, name: str) -> None:
    raw = sheet([["姓名", "班级", "日期", "语文", "国学"], [name, _ROOM, "2026-11-18", 88, 66]])
    with pytest.raises(UnknownTarget, match=r"国学课.*分数.*道德与法治.*不要"):
        plan(raw, mapping={"国学": "国学课"})


def test_what_is_given_and_said_tells_the_kind(sheet: Sheet, plan: Planner, name: str) -> None:
    scores = sheet([["姓名", "班级", "语文", "数学"], [name, _ROOM, 88, 91]])
    assert plan(scores, given={"日期": "2026-11-18"}).kind == "成绩"
    absences = sheet([["姓名", "班级", "哪天", "怎么了"], [name, _ROOM, "2026-11-18", "病假"]])
    assert plan(absences, mapping={"哪天": "日期", "怎么了": "类型"}, yes=True).kind == "考勤"
    again = plan(absences)
    assert (again.kind, again.proposals, again.same) == ("考勤", (), 1)
