"""Categories in a roster: days and words that differ are changes, and what is said of one category goes into no other."""

from collections.abc import Callable, Sequence
from typing import Any

from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan

Sheet = Callable[[Sequence[Sequence[Any]]], bytes]
Planner = Callable[..., Plan]
#: Of the sample school: two categories in force, each with days and words of its own.
_CHILD, _ROOM = "S2024-Z9L8D", "J2024-01"
_ONE, _OTHER = "家庭重大变故", "家庭经济困难"
#: Class teacher of that class alone.
_TEACHER = "T-2HQG"


def _items(school: Workspace) -> dict[str, dict[str, Any]]:
    data = Workspace(school.root).snapshot.mapping("student", _CHILD)
    return {each["情形"]: dict(each) for each in data["特殊情形"] if "止" not in each}


def _sheet(school: Workspace, sheet: Sheet, head: Sequence[str], *rows: Sequence[Any]) -> bytes:
    data = school.snapshot.mapping("student", _CHILD)
    who = [data["姓名"], data["学籍"][-1]["班级"]]
    return sheet([["姓名", "班级", *head], *([*who, *row] for row in rows)])


def test_a_day_that_differs_is_a_change_and_the_second_time_none(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    before = _items(school)
    for head, key in (("起始日期", "起"), ("认定日期", "认定日期")):
        raw = _sheet(school, sheet, ["类别", head], [_OTHER, "2026-09-20"])
        (proposal,) = plan(raw, kind="花名册", yes=True).proposals
        assert [(each.old, each.new) for each in proposal.differences] == [
            (before[_OTHER][key], "2026-09-20")
        ]
        assert plan(raw, kind="花名册", yes=True).same == 1
    after = _items(school)
    assert after.pop(_OTHER) == before.pop(_OTHER) | {"起": "2026-09-20", "认定日期": "2026-09-20"}
    assert after == before


def test_words_for_several_categories_are_asked_about_and_overwrite_none(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    before = _items(school)
    raw = _sheet(school, sheet, ["类别", "具体情况"], [f"{_OTHER}、{_ONE}", "父亲住院"])
    made = plan(raw, kind="花名册", yes=True)
    assert [(each.column, each.label) for each in made.faults] == [(3, "具体情况")]
    assert "一行写一类" in made.faults[0].reason
    assert made.proposals == ()
    assert _items(school) == before


def test_a_day_for_several_categories_overwrites_none_either(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    raw = _sheet(school, sheet, ["类别", "起始日期"], [f"{_OTHER}、{_ONE}", "2026-09-20"])
    assert [each.label for each in plan(raw, kind="花名册").faults] == ["起始日期"]
    new = _sheet(school, sheet, ["类别", "起始日期"], ["留守、随迁子女", "2026-09-20"])
    assert len(plan(new, kind="花名册", yes=True).proposals) == 1
    assert [_items(school)[each]["起"] for each in ("留守", "随迁子女")] == ["2026-09-20"] * 2


def test_a_child_may_stand_in_a_row_for_each_category(school: Workspace, sheet: Sheet, plan: Planner) -> None:
    raw = _sheet(school, sheet, ["类别", "具体情况"], [_ONE, "父亲住院"], ["留守", "母亲外出"])
    assert len(plan(raw, kind="花名册", yes=True).proposals) == 2
    assert [_items(school)[each]["说明"] for each in (_ONE, "留守")] == ["父亲住院", "母亲外出"]
    again = plan(raw, kind="花名册", yes=True)
    assert (again.proposals, again.faults, again.same) == ((), (), 2)


def test_rows_of_one_child_that_say_different_things_are_told(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    head = ["类别", "住址"]
    twice = plan(_sheet(school, sheet, head, [_ONE, None], [_ONE, None]), kind="花名册")
    assert [(each.line, "第 2 行" in each.reason) for each in twice.faults] == [(3, True)]
    other = plan(_sheet(school, sheet, head, [_ONE, "禾坪镇1号"], ["留守", "禾坪镇2号"]), kind="花名册")
    assert [(each.line, each.label) for each in other.faults] == [(3, "住址")]


def test_words_without_a_category_are_not_dropped_in_silence(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    made = plan(_sheet(school, sheet, ["类别", "具体情况"], [None, "父亲住院"]), kind="花名册")
    assert [(each.label, "类别" in each.reason) for each in made.faults] == [("具体情况", True)]


def test_a_preview_confirms_no_name_that_the_importer_may_not_know(
    school: Workspace, sheet: Sheet, plan: Planner
) -> None:
    """Nobody counts previews: a cell full of names would tell which of them are pupils' of other classes."""
    snapshot = school.snapshot
    rooms = {each: snapshot.mapping("student", each)["学籍"][-1]["班级"] for each in snapshot.ids("student")}
    names = {each: str(snapshot.mapping("student", each)["姓名"]) for each in rooms}
    child, fellow = [each for each, room in rooms.items() if room == _ROOM and each != _CHILD][:2]
    own = {names[each] for each, room in rooms.items() if room == _ROOM}
    strangers = [names[each] for each, room in rooms.items() if room == "J2025-01" and names[each] not in own]
    told = "、".join([names[fellow], *strangers])
    raw = sheet([["姓名", "班级", "类别", "具体情况"], [names[child], _ROOM, "学困生", told]])
    made = plan(raw, kind="花名册", staff=_TEACHER)
    assert (len(made.proposals), len(strangers) > 0) == (1, True)
    assert [each for each in names.values() if f"“{each}”" in "".join(made.questions)] == [names[fellow]]
