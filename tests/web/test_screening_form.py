"""A class is screened in one page: what was found is tapped, the rest with one button; nothing is noted twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from guanai.store.note import Action, Note, Reason
from guanai.store.snapshot import FaultyRecord


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


def _chosen(page: str) -> dict[str, str]:
    """Return what the conflict page carries, with a choice left open at each dispute."""
    names = dict.fromkeys(re.findall(r'<input type="radio" name="(choose:[^"]+)"', page))
    return {**_hidden(page), **dict.fromkeys(names, "")}


def _at_once(*posts: Any) -> list[Any]:
    with ThreadPoolExecutor(len(posts)) as pool:
        return [each.result() for each in [pool.submit(post) for post in posts]]


def test_two_first_saves_at_once_of_different_children_are_both_kept(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    browsers, address = [login("班主任"), login("校长")], f"/class/{class_id}/screening"
    pages = [each.get(address).text for each in browsers]
    posts = []
    for browser, page, student, result in zip(browsers, pages, pupils[:2], ("有情形", "待核实"), strict=True):
        fields = {**_hidden(page), f"{_field(served, page, student)}/结果": result}
        posts.append(partial(browser.submit, address, **fields))
    assert [each.status_code for each in _at_once(*posts)] == [303, 303]
    made = _record(served, class_id)
    assert {each["学生"]: each["结果"] for each in made["逐户"]} == dict(
        zip(pupils, ("有情形", "待核实"), strict=False)
    )


def test_a_page_opened_before_another_s_save_gives_each_child_its_own_words(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    mine, other, address = login("班主任"), login("校长"), f"/class/{class_id}/screening"
    page, first = mine.get(address).text, other.get(address).text
    line = _field(served, first, pupils[0])
    assert other.submit(address, **_hidden(first), **{f"{line}/结果": "有情形"}).status_code == 303
    words = {
        f"{_field(served, page, pupils[2])}/结果": "待核实",
        f"{_field(served, page, pupils[2])}/说明": "电话没人接",
    }
    assert mine.submit(address, **_hidden(page), **words, rest="1").status_code == 303
    made = _record(served, class_id)
    lines = {each["学生"]: (each["结果"], each.get("说明", "")) for each in made["逐户"]}
    assert lines.pop(pupils[0]) == ("有情形", ""), (
        "the button for the rest says nothing of who was noted meanwhile"
    )
    assert lines.pop(pupils[2]) == ("待核实", "电话没人接")
    assert set(lines) == set(pupils) - {pupils[0], pupils[2]}
    assert set(lines.values()) == {("无情况", "")}
    assert (made["排查人"], made["完成日期"]) == (served.staff("校长"), "2026-11-20")


def test_two_first_saves_of_the_same_child_are_asked_about_and_the_rest_is_kept(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    mine, other, address = login("班主任"), login("校长"), f"/class/{class_id}/screening"
    page, first = mine.get(address).text, other.get(address).text
    both = pupils[:2]
    found = {f"{_field(served, first, each)}/结果": "无情况" for each in both}
    assert other.submit(address, **_hidden(first), **found).status_code == 303
    words = {f"{_field(served, page, each)}/结果": "有情形" for each in (*both, pupils[3])}
    words |= {f"{_field(served, page, both[0])}/说明": "奶奶带。"}
    asked = mine.submit(address, **_hidden(page), **words)
    assert asked.status_code == 409
    names = [served.gateway.moments.now().snapshot.mapping("student", each)["姓名"] for each in both]
    assert all(f"{name}·结果" in asked.text for name in names)
    assert len(_record(served, class_id)["逐户"]) == 2, "nothing is saved before it is chosen"
    choices = _chosen(asked.text)
    one, two = (name for name in choices if name.startswith("choose:"))
    half = mine.submit(address, **{**choices, one: "mine"})
    assert half.status_code == 409, "one was not chosen"
    assert "请选一个" in half.text
    done = mine.submit(address, **{**choices, one: "mine", two: "theirs"})
    assert done.status_code == 303, done.text
    lines = {each["学生"]: each for each in _record(served, class_id)["逐户"]}
    by_name = dict(zip((one, two), ("有情形", "无情况"), strict=True))
    assert {f"choose:/逐户/{each}/结果": lines[each]["结果"] for each in both} == by_name
    assert lines[both[0]]["说明"] == "奶奶带。"
    assert lines[pupils[3]]["结果"] == "有情形"
    assert len(_record(served, class_id)["逐户"]) == 3


def test_the_same_first_save_sent_twice_at_once_stands_once(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/screening"
    fields = {**_hidden(browser.get(address).text), "rest": "1"}
    again = served.logged_in("班主任")
    answers = _at_once(partial(browser.submit, address, **fields), partial(again.submit, address, **fields))
    assert [each.status_code for each in answers] == [303, 303]
    assert sorted(each["学生"] for each in _record(served, class_id)["逐户"]) == sorted(pupils)


def test_a_screening_that_was_left_is_offered_again_for_the_children_it_was_about(
    served: Any, login: Any, class_id: str, pupils: list[str]
) -> None:
    mine, other, address = login("班主任"), login("校长"), f"/class/{class_id}/screening"
    page = mine.get(address).text
    line = _field(served, page, pupils[2])
    typed = {**_hidden(page), f"{line}/结果": "待核实", f"{line}/说明": "电话没人接"}
    assert mine.submit("/drafts/keep", **{**typed, "place": address}).status_code == 200
    first = other.get(address).text
    other.submit(address, **_hidden(first), **{f"{_field(served, first, pupils[0])}/结果": "有情形"})
    assert f"{address}?draft=1" in mine.get(address).text
    draft = mine.get(f"{address}?draft=1").text
    again = _field(served, draft, pupils[2])
    assert re.search(rf'name="{again}/结果" value="待核实" checked', draft)
    assert "电话没人接" in draft.partition(f'id="f:{again}/说明"')[2][:200]
    saved = {f"{again}/结果": "待核实", f"{again}/说明": "电话没人接"}
    assert mine.submit(address, **_hidden(draft), **saved).status_code == 303
    lines = {each["学生"]: each["结果"] for each in _record(served, class_id)["逐户"]}
    assert lines == {pupils[0]: "有情形", pupils[2]: "待核实"}
    assert "draft=1" not in mine.get(address).text


@pytest.fixture
def finished(served: Any, login: Any, class_id: str, pupils: list[str]) -> str:
    """The address of a screening in which every child of the class has a line."""
    address, browser = f"/class/{class_id}/screening", login("班主任")
    assert browser.submit(address, **_hidden(browser.get(address).text), rest="1").status_code == 303
    assert sorted(each["学生"] for each in _record(served, class_id)["逐户"]) == sorted(pupils)
    return address


def test_who_may_add_to_a_finished_screening_and_change_nothing_finds_every_child_noted_and_adds_none(
    served: Any, login: Any, class_id: str, pupils: list[str], finished: str
) -> None:
    before = _record(served, class_id)
    head = login("年级组长")
    page = head.get(finished).text
    assert f"已记 {len(pupils)} 户" in page
    assert 'name="/逐户/n1/' not in page, "no child is offered a second line"
    forged = {f"/逐户/n{number}/结果": "待核实" for number in range(1, 3)}
    head.submit(finished, **_hidden(page), **forged, rest="1")
    assert sorted(each["学生"] for each in _record(served, class_id)["逐户"]) == sorted(pupils)
    assert _record(served, class_id)["逐户"] == before["逐户"]


def test_a_child_whose_file_cannot_be_read_closes_the_class_s_screening_to_nobody(
    served: Any, login: Any, pupils: list[str], finished: str
) -> None:
    store = served.gateway.moments.store
    path = served.gateway.moments.now().path(pupils[0])
    note = Note(Action.CHANGE, (), "", "程序", Reason.CORRECTION, served.clock())
    store.put(
        {path: store.source().read(path).replace("出生日期: ".encode(), "出生日期: 不详 ".encode())},
        note,
        parent=store.head(),
    )
    with pytest.raises(FaultyRecord):
        served.gateway.moments.now().snapshot.mapping("student", pupils[0])
    assert login("年级组长").get(finished).status_code == 200
