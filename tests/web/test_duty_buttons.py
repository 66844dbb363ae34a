"""Every button of everybody's duties opens a page on which that duty can be done by who has it."""

import html
import re
from copy import deepcopy
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest

from guanai.saving import Edit, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.yamlfile import Add, Set

ON = "2026-11-20"
_MATTER = "把说好的事办完，第"
_BUTTON = re.compile(r'<a class="button[^"]*" href="([^"]+)">([^<]+)</a>')
#: Where one begins with a button, or looks something up.
_PAGES = ("/meetings", "/papers", "/counselling")
_FIELD = re.compile(r'<(?:input(?! type="hidden")|textarea|select)[^>]*\bname="/')


def _people(served: Any) -> list[str]:
    return sorted(each.id for each in served.gateway.moments.now().snapshot.staff.values())


def _buttons(page: str) -> list[tuple[str, str]]:
    """Return address and words of the buttons of a list of duties."""
    main = page.partition("<main")[2]
    return [(html.unescape(address), words) for address, words in _BUTTON.findall(main)]


def _kind(address: str) -> str:
    """Return what is alike in the addresses of one duty for many children."""
    return re.sub(r"S[0-9]{4}-[0-9A-Z]{5}", "S", address)


def test_every_button_of_the_duties_opens_a_page_with_something_to_do(
    changeable: Any, named: tuple[str, dict[str, tuple[str, str]]]
) -> None:
    seen, told = set(), []
    for staff in named[1]:
        browser = changeable.browser_of(staff)
        for address, words in _buttons(browser.get("/duties").text):
            if (staff, _kind(address)) in seen:
                continue
            seen.add((staff, _kind(address)))
            answer = browser.get(address, follow_redirects=True)
            is_form = (
                address.startswith(_PAGES) or "/attendance" in address or bool(_FIELD.search(answer.text))
            )
            if answer.status_code != 200 or not is_form:
                told.append(f"{staff} {words} {address}: {answer.status_code}")
    assert {staff for staff, address in seen if named[0] in address} == set(_people(changeable))
    assert len(seen) > 20 + 2 * len(named[1])
    assert not told, "\n".join(told)


def test_the_counsellor_has_a_button_for_what_a_file_of_counselling_proves(served_once: Any) -> None:
    counsellor = served_once.staff("心理健康教师")
    browser = served_once.browser_of(counsellor)
    row = next(each for each in browser.get("/duties").text.split("<li>") if "心理筛查" in each)
    assert ("/counselling", "记心理筛查") in _buttons(f"<main{row}")
    files = browser.get("/counselling").text
    edit = re.search(r'href="(/record/Y[^"]+/edit)"', files)
    assert edit is not None
    assert "/评估" in browser.get(edit[1]).text
    assert "/new/counseling" in files
    for staff in _people(served_once):
        shown = served_once.browser_of(staff).get("/duties").text
        assert staff == counsellor or "/counselling" not in {address for address, _ in _buttons(shown)}


@pytest.fixture
def resolved(served: Any) -> tuple[str, str]:
    """The homeroom teacher has something to do that a meeting decided: the teacher's id, what it is."""
    gateway, matter = served.gateway, "给家长打一次电话，说明补助怎么申请"
    snapshot, teacher = gateway.moments.now().snapshot, served.staff("班主任")
    class_id = next(post.scope for post in snapshot.staff[teacher].assignments if post.role == "班主任")
    meeting = next(
        each for each in snapshot.ids("meeting") if snapshot.mapping("meeting", each).get("范围") == class_id
    )
    item = {"编号": "J-AAAA", "事项": matter, "责任人": [teacher], "期限": "2026-11-25"}
    outcome = save(
        gateway.moments.store,
        load_schemas(),
        Request(
            snapshot.mapping("meeting", meeting)["主持人"], Reason.ENTRY,
            (Edit(meeting, (Add(("决定",), item),)),), when=served.clock(), is_confirmed=True,
        ),
    )  # fmt: skip
    assert isinstance(outcome, Saved)
    return teacher, matter


def test_what_a_meeting_decided_is_done_from_the_duties(served: Any, resolved: tuple[str, str]) -> None:
    teacher, matter = resolved
    browser = served.browser_of(teacher)
    row = next(each for each in browser.get("/duties").text.split("<li>") if matter in each)
    (address, words), *_ = _buttons(f"<main{row}")
    assert words == "记结果"
    page = browser.get(address).text
    version = re.search(r'name="version" value="([0-9a-f]+)"', page)
    names = [html.unescape(each) for each in re.findall(r'name="(/[^"]+)"', page)]
    done = next(each for each in names if each.endswith("/完成"))
    assert f"<h1>记结果：{matter}</h1>" in page
    front = page.partition('<details class="more"')[0]
    assert [each for each in names if f'name="{each}"' in front] == [done, done.replace("完成", "结果")]
    assert version is not None
    answer = browser.submit(address, page=address, version=version[1], token="ABCD2345", **{done: ON})  # noqa: S106 -- signs of a page, no secret
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/duties")
    told = browser.get("/duties").text
    assert "这一条算作完成：会议决定" in told
    assert matter not in told


@pytest.fixture(scope="module")
def named(changeable: Any) -> tuple[str, dict[str, tuple[str, str]]]:
    """A meeting of the whole school named everybody: its id; by staff id two decisions, the second one restricted."""
    gateway = changeable.gateway
    snapshot = gateway.moments.now().snapshot
    meeting = next(
        each for each in snapshot.ids("meeting") if snapshot.mapping("meeting", each).get("范围") == "全校"
    )
    signs = "ABCDEFGHJKLMNPQR"
    items = {
        staff: (f"J-{first}{second}AA", f"J-{first}{second}BB")
        for staff, (first, second) in zip(_people(changeable), product(signs, signs), strict=False)
    }
    added = [
        Add(("决定",), {"编号": item, "事项": f"{_MATTER}{item[2:]}", "责任人": [staff], "期限": "2026-11-25", "密级": label})
        for staff, both in items.items()
        for item, label in zip(both, ("关爱", "限制"), strict=True)
    ]  # fmt: skip
    request = Request(
        changeable.staff("校长"), Reason.ENTRY, (Edit(meeting, tuple(added)),), when=changeable.clock(), is_confirmed=True,
    )  # fmt: skip
    assert isinstance(save(gateway.moments.store, load_schemas(), request), Saved)
    return meeting, items


def _written(served: Any, meeting: str) -> dict[str, Any]:
    data: dict[str, Any] = served.gateway.moments.now().snapshot.mapping("meeting", meeting)
    return deepcopy(data)


def test_whoever_a_meeting_of_the_school_named_notes_the_outcome_and_nothing_else(
    changeable: Any, named: tuple[str, dict[str, tuple[str, str]]]
) -> None:
    meeting, items = named
    short = veiled = 0
    for staff, both in items.items():
        browser = changeable.browser_of(staff)
        listed = browser.get("/duties").text
        for item in both:
            address = next(to for to, words in _buttons(listed) if words == "记结果" and item in to)
            page = browser.get(address)
            assert page.status_code == 200, (staff, address)
            if not address.startswith("/decided/"):
                assert f'name="/决定/{item}/完成"' in page.text
                continue
            short += 1
            told = page.text.partition("<main")[2].replace(meeting, "")
            assert re.search(rf"<h1[^>]*>记结果：({_MATTER}\w{{4}}|\d+月\d+日会议的决定)</h1>", told)
            assert f"{_MATTER}{item[2:]}" in told or f"{_MATTER}{item[2:]}" not in listed
            veiled += f"{_MATTER}{item[2:]}" not in told
            assert [each for each in re.findall(_MATTER + "(....)", told) if each != item[2:]] == []
            names = [html.unescape(each) for each in re.findall(r'name="(/[^"]+)"', told)]
            assert names == [f"/决定/{item}/完成", f"/决定/{item}/结果"]
            before = _written(changeable, meeting)
            version = re.search(r'name="version" value="([0-9a-f]+)"', told)
            assert version is not None
            fields = {"version": version[1], "token": "ABCD2345", names[0]: ON, names[1]: "已经办完。"}
            more = {f"/决定/{item}/事项": "改写", "/名称": "改写"}  # which the page does not have
            assert browser.submit(address, page=address, **fields, **more).status_code == 409
            assert _written(changeable, meeting) == before
            answer = browser.submit(address, page=address, **fields)
            assert (answer.status_code, answer.headers.get("location")) == (303, "/duties"), staff
            next(each for each in before["决定"] if each["编号"] == item).update(完成=ON, 结果="已经办完。")
            assert _written(changeable, meeting) == before
            assert address not in browser.get("/duties").text
    assert short > veiled > 5


def test_nobody_opens_the_outcome_of_what_another_was_named_for(
    changeable: Any, named: tuple[str, dict[str, tuple[str, str]]]
) -> None:
    meeting, items = named
    for staff in items:
        browser = changeable.browser_of(staff)
        other = next(both[0] for each, both in items.items() if each != staff)
        assert browser.get(f"/decided/{meeting}/{other}").status_code == 404
        assert browser.get(f"/decided/{meeting}/J-2222").status_code == 404


def test_a_result_that_another_wrote_out_of_sight_is_neither_told_nor_written_over(
    changeable: Any, named: tuple[str, dict[str, tuple[str, str]]]
) -> None:
    meeting, _ = named
    item, staff = "J-WWWW", changeable.staff("后勤主任")
    decision = {
        "编号": item, "事项": _MATTER, "责任人": [staff], "期限": "2026-11-25", "结果": "同事写的话",
    }  # fmt: skip
    request = Request(
        changeable.staff("校长"), Reason.ENTRY, (Edit(meeting, (Add(("决定",), decision),)),), when=changeable.clock(), is_confirmed=True,
    )  # fmt: skip
    assert isinstance(save(changeable.gateway.moments.store, load_schemas(), request), Saved)
    browser, address = changeable.browser_of(staff), f"/decided/{meeting}/{item}"
    page = browser.get(address).text
    assert "结果已经有人写过" in page
    assert "同事写的话" not in page
    version = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert version is not None
    fields = {"version": version[1], f"/决定/{item}/完成": ON}
    over = browser.submit(address, page=address, **fields, **{f"/决定/{item}/结果": "盖过去"})
    assert (over.status_code, "同事写的话" in over.text) == (409, False)
    assert browser.submit(address, page=address, **fields).status_code == 303
    written = next(each for each in _written(changeable, meeting)["决定"] if each["编号"] == item)
    assert (written["完成"], written["结果"]) == (ON, "同事写的话")


def test_two_who_note_one_outcome_at_once_are_asked_and_what_is_veiled_stays_so(
    changeable: Any, named: tuple[str, dict[str, tuple[str, str]]]
) -> None:
    meeting, _ = named
    item, staff, leader = "J-VVVV", changeable.staff("后勤主任"), changeable.staff("校长")

    def note(*changes: Any) -> None:
        request = Request(
            leader, Reason.ENTRY, (Edit(meeting, changes),), when=changeable.clock(), is_confirmed=True
        )
        assert isinstance(save(changeable.gateway.moments.store, load_schemas(), request), Saved)

    note(Add(("决定",), {"编号": item, "事项": _MATTER, "责任人": [staff], "期限": "2026-11-25"}))
    browser, address = changeable.browser_of(staff), f"/decided/{meeting}/{item}"
    version = re.search(r'name="version" value="([0-9a-f]+)"', browser.get(address).text)
    assert version is not None
    note(Set(("决定", item, "结果"), "同事写的话"))
    result = f"/决定/{item}/结果"
    fields = {"version": version[1], f"/决定/{item}/完成": ON, result: "自己写的话"}
    asked = browser.submit(address, page=address, **fields)
    assert asked.status_code == 409
    assert "自己写的话" in asked.text
    assert "同事写的话" not in asked.text
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', asked.text)
    assert seen is not None
    chosen = {**fields, "seen": seen[1], f"choose:{result}": "theirs"}
    assert browser.submit(address, page=address, **chosen).status_code == 303
    written = next(each for each in _written(changeable, meeting)["决定"] if each["编号"] == item)
    assert (written["完成"], written["结果"]) == (ON, "同事写的话")


def test_a_paper_that_is_due_is_noted_from_the_duties_and_is_no_duty_any_more(served: Any) -> None:
    browser = served.browser_of(served.staff("学籍管理员"))
    address = next(
        address for address, words in _buttons(browser.get("/duties").text) if words == "记控辍保学月报告"
    )
    page = browser.get(address).text
    token = re.search(r'name="token" value="([0-9A-Z]+)"', page)
    assert token is not None
    fields = {"/日期": ON, "/决定人": served.staff("学籍管理员")}
    fields |= {"/类型": "公文", "/名称": "控辍保学月报告", "/文书/类别": "控辍保学月报告"}
    answer = browser.submit(address, page=address, token=token[1], **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/duties"), re.findall(
        r"<li>.*?</li>", answer.text
    )[:8]
    told = browser.get("/duties").text
    assert "算作完成：月报告" in told
    assert "记控辍保学月报告" not in told


def test_the_form_of_an_activity_is_short_filled_in_and_speaks_of_no_file(served_once: Any) -> None:
    browser = served_once.browser_of(served_once.staff("德育主任"))
    page = browser.get("/new/activity", params={"kind": "进步之星评选"}).text
    front = page.partition('<form method="post" action="/new/')[2].partition('<details class="more"')[0]
    titles = re.findall(r'<label for="[^"]+">([^<]+)', front)
    assert 1 <= len(titles) <= 5, titles
    assert 'value="11月进步之星评选"' in front
    assert "<h1>记进步之星评选</h1>" in page
    assert "records/" not in re.sub(r"<[^>]+>", "", page)
