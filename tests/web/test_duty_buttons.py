"""Every button of everybody's duties opens a page on which that duty can be done by who has it."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from guanai.saving import Edit, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.yamlfile import Add

ON = "2026-11-20"
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


def test_every_button_of_the_duties_opens_a_page_with_something_to_do(served_once: Any) -> None:
    seen, told = set(), []
    for staff in _people(served_once):
        browser = served_once.browser_of(staff)
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
    assert len(seen) > 20
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
