"""A class is screened in one page: what was found is tapped, the rest with one button; nothing is noted twice."""

import re
from typing import Any

import pytest

from guanai.store.note import Action, Note, Reason


@pytest.fixture
def class_id(served: Any) -> str:
    staff = served.gateway.moments.now().snapshot.staff[served.staff("班主任")]
    return str(next(post.scope for post in staff.assignments if post.role == "班主任"))


def _record(served: Any, class_id: str) -> Any:
    path = f"records/screenings/2026-2027-1/{class_id}.yml"
    return served.gateway.moments.now().snapshot.mapping("screening", path)


@pytest.fixture
def pupils(served: Any, class_id: str) -> list[str]:
    """The children of the class, none of whose families has been asked yet this term."""
    store, path = served.gateway.moments.store, f"records/screenings/2026-2027-1/{class_id}.yml"
    note = Note(Action.DELETE, (), "", "程序", Reason.CORRECTION, served.clock())
    store.put({path: None}, note, parent=store.head())
    snapshot = served.gateway.moments.now().snapshot
    return [
        each
        for each in snapshot.ids("student")
        if snapshot.mapping("student", each)["学籍"][-1].get("班级") == class_id
    ]


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: text for name, text in found if name != "csrf"}


def _field(served: Any, page: str, student: str) -> str:
    """Return what the fields of a child's line begin with."""
    name = served.gateway.moments.now().snapshot.mapping("student", student)["姓名"]
    found = re.search(rf'<legend>{name}</legend>.*?name="(/逐户/[^/"]+)/结果"', page, re.DOTALL)
    assert found is not None, name
    return found[1]


def test_a_class_is_screened_by_a_tap_where_something_is_found_and_one_for_the_rest(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/screening"
    page = browser.get(address).text
    line = _field(served, page, pupils[1])
    fields = {
        **_hidden(page), f"{line}/结果": "有情形", f"{line}/情形": ["留守"], f"?{line}/情形": "1", f"{line}/说明": "奶奶带。",
    }  # fmt: skip
    first = browser.submit(address, **fields)
    assert first.status_code == 303, first.text
    made = _record(served, class_id)
    assert [(each["学生"], each["结果"], each["情形"]) for each in made["逐户"]] == [
        (pupils[1], "有情形", ["留守"])
    ]
    assert (made["排查人"], "完成日期" in made) == (served.staff("班主任"), False)
    again = browser.get(address).text
    assert "已记 1 户" in again
    for _ in range(2):  # sent twice it stands once
        assert browser.submit(address, **_hidden(again), rest="1").status_code == 303
    whole = _record(served, class_id)
    assert sorted(each["学生"] for each in whole["逐户"]) == sorted(pupils)
    assert {each["结果"] for each in whole["逐户"] if each["学生"] != pupils[1]} == {"无情况"}
    assert (whole["完成日期"], whole["逐户"][1]["日期"]) == ("2026-11-20", "2026-11-20")
    assert "其余都记" not in browser.get(address).text


def test_a_line_that_says_no_result_is_asked_for_it_and_keeps_its_words(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/screening"
    page = browser.get(address).text
    line = _field(served, page, pupils[0])
    refused = browser.submit(address, **_hidden(page), **{f"{line}/说明": "没问到人"})
    assert refused.status_code == 422
    assert "没问到人" in refused.text
    assert "这一栏要填写" in refused.text


def test_a_noted_line_is_changed_and_another_class_s_child_cannot_slip_in(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/screening"
    browser.submit(address, **_hidden(browser.get(address).text), rest="1")
    page = browser.get(address).text
    line = _field(served, page, pupils[0])
    fields = {f"{line}/结果": "待核实", "/逐户/n1/学生": "S2020-22222", "/逐户/n1/结果": "无情况"}
    assert browser.submit(address, **_hidden(page), **fields).status_code == 303
    lines = {each["学生"]: each["结果"] for each in _record(served, class_id)["逐户"]}
    assert (lines[pupils[0]], set(lines)) == ("待核实", set(pupils))
