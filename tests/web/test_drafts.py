"""Drafts: the newest words stay, what waits beside is found again, and what is saved leaves none behind."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.web.db import Database
from guanai.web.forms.drafts import Drafts, spots_of

PLACE, STAFF, TOKEN = "/new/meeting", "T0001", "PAGE"
BEGUN = datetime(2026, 11, 20, 1, tzinfo=UTC)
_WORDS = "/过程记录/n1/内容"


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(Database(tmp_path / "app.sqlite"))


def _keep(drafts: Drafts, words: str, *, token: str = TOKEN, turn: str = "", after: int = 0) -> None:
    pairs = [("token", token), ("words", words), *([("turn", turn)] if turn else [])]
    assert drafts.keep(STAFF, PLACE, "会议", pairs, when=BEGUN + timedelta(days=after))


def _kept(drafts: Drafts) -> dict[str, str]:
    return {each.place: each.value("words") for each in drafts.of(STAFF)}


@pytest.mark.parametrize(
    ("turns", "stays"),
    [
        (("A.9", "A.10"), "后到的"),
        (("A.10", "A.9"), "先到的"),
        (("A.10", "A.10"), "后到的"),
        (("A.10", "B.1"), "后到的"),
        (("A.10", ""), "后到的"),
        (("", "A.1"), "后到的"),
        (("9", "1"), "后到的"),
        (("A.二", "A." + "9" * 9000), "后到的"),
    ],
)
def test_of_one_page_the_words_that_were_sent_last_stay(
    drafts: Drafts, turns: tuple[str, str], stays: str
) -> None:
    for turn, words in zip(turns, ("先到的", "后到的"), strict=True):
        _keep(drafts, words, turn=turn)
    assert _kept(drafts) == {PLACE: stays}


def test_turns_of_two_pages_of_one_form_are_their_own(drafts: Drafts) -> None:
    _keep(drafts, "甲", token="A", turn="X.5")  # noqa: S106 -- signs of a page, no secret
    _keep(drafts, "乙", token="B", turn="X.4")  # noqa: S106 -- signs of a page, no secret
    assert _kept(drafts) == {PLACE: "甲", spots_of(PLACE)[1]: "乙"}


def test_where_the_first_is_dropped_the_newest_that_was_put_by_takes_its_place(drafts: Drafts) -> None:
    for day in range(3):
        _keep(drafts, f"第{day}天", token=f"P{day}", after=day)
    second, third = spots_of(PLACE)[1:3]
    drafts.drop(STAFF, second)
    assert _kept(drafts) == {PLACE: "第0天", third: "第2天"}
    _keep(drafts, "第3天", token="P3", after=3)  # noqa: S106 -- signs of a page, no secret
    for left in ({PLACE: "第3天", third: "第2天"}, {PLACE: "第2天"}, {}):
        drafts.drop(STAFF, PLACE)
        assert _kept(drafts) == left


def test_where_the_first_is_too_old_to_keep_what_was_put_by_takes_its_place(drafts: Drafts) -> None:
    for day in (0, 20):
        _keep(drafts, f"第{day}天", token=f"P{day}", after=day)
    drafts.forget_old(BEGUN + timedelta(days=31))
    assert _kept(drafts) == {PLACE: "第20天"}


def test_a_new_record_that_is_sent_again_leaves_no_draft(served: Any, login: Any, class_id: str) -> None:
    browser, address = login("班主任"), "/new/activity?kind=家长开放日"
    page = {**_fields(browser.get(address).text), "/名称": "秋季家长开放日", "/范围": class_id}
    head = served.gateway.moments.store.head
    saved = set()
    for _ in range(2):  # the answer to the first was lost, and the page kept on to keep what it had
        browser.submit("/drafts/keep", **page)
        assert browser.submit(address, **page).status_code == 303
        saved.add(head())
        assert Drafts(served.gateway.db).of(served.staff("班主任")) == ()
    assert len(saved) == 1


def test_a_draft_for_several_children_knows_who_was_ticked(served: Any, login: Any, class_id: str) -> None:
    snapshot = served.gateway.moments.now().snapshot
    browser, address = login("班主任"), f"/class/{class_id}/add/谈话"
    page = browser.get(address).text
    first, second, third, *_ = re.findall(r'name="student" value="([^"]+)"', page)
    strange = next(each for each in snapshot.ids("student") if each not in page)
    browser.submit(
        "/drafts/keep", **_fields(page), student=[second, third, strange], **{_WORDS: "一起谈了纪律。"}
    )

    def checked(query: str) -> set[str]:
        return set(re.findall(r'name="student" value="([^"]+)" checked', browser.get(address + query).text))

    assert checked(f"?for={first}") == {first}
    assert checked("?draft=1") == {second, third}
    assert strange not in browser.get(f"{address}?draft=1").text


def test_a_draft_is_offered_only_to_its_writer_and_goes_with_the_save(
    login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    place = _fields(browser.get(address).text)["place"]
    fields = {"token": "ABCD", _WORDS: "写到一半"}
    assert browser.submit("/drafts/keep", place=place, **fields).json() == {"kept": True}
    assert "接着写" in browser.get(address).text
    assert "写到一半" in browser.get(f"{address}?draft=1").text
    assert "写到一半" not in browser.get(address).text
    other = login("年级组长")
    assert "接着写" not in other.get(address).text
    assert browser.submit(address, **fields).status_code == 303
    assert "接着写" not in browser.get(address).text


def test_a_draft_leads_nowhere_else(login: Any) -> None:
    browser = login("班主任")
    for place in ("//evil.example/", "https://evil.example/", "javascript:1", "/\\evil.example"):
        browser.submit("/drafts/keep", place=place, note="1")
        location = browser.submit("/drafts/drop", place=place).headers["location"]
        assert location == "/", place


def _waiting(served: Any, role: str = "班主任") -> list[tuple[str, str]]:
    """Return token and words of the drafts, the newest first."""
    found = Drafts(served.gateway.db).of(served.staff(role))
    return [(each.value("token"), each.value(_WORDS)) for each in found]


@pytest.mark.parametrize(
    ("fields", "is_fixed"),
    [
        ({_WORDS: "奶奶说明天来。", "/过程记录/n1/时间": "昨天下午"}, False),
        ({_WORDS: "说父亲在服刑。"}, True),
    ],
    ids=["refused", "asked"],
)
def test_what_comes_back_is_a_draft_until_it_is_saved(
    served: Any, login: Any, children: list[str], fields: dict[str, str], *, is_fixed: bool
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    page = _fields(browser.get(address).text)
    back = browser.submit(address, **page, **fields).text
    assert "data-form data-dirty" in back
    assert _waiting(served) == [(page["token"], fields[_WORDS])]
    again = browser.get(f"{address}?draft=1").text
    assert fields[_WORDS] in again
    assert _fields(again)["token"] == _fields(back)["token"] == page["token"]
    fixed = {"confirmed": "1"} if is_fixed else {"/过程记录/n1/时间": "2026-11-20T09:10"}
    assert browser.submit(address, **{**_fields(back), **fields, **fixed}).status_code == 303
    assert _waiting(served) == []


def test_a_page_that_comes_back_untouched_is_no_draft(served: Any, login: Any, children: list[str]) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    back = browser.submit(address, **_fields(browser.get(address).text))
    assert (back.status_code, "data-dirty" in back.text, _waiting(served)) == (422, False, [])
    assert "data-dirty" not in browser.get(address).text


def test_a_clash_that_nobody_settles_is_a_draft_on_the_version_it_was_typed_on(
    served: Any, login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/edit"
    page = _fields(browser.get(address).text)
    assert browser.submit(address, **page, **{"/课堂安全提示": "坐前排"}).status_code == 303
    clash = browser.submit(address, **page, **{"/课堂安全提示": "坐后排"})
    assert clash.status_code == 409
    draft = browser.get(f"{address}?draft=1").text
    assert "坐后排" in draft
    assert _fields(draft)["version"] == page["version"]
    chosen = browser.submit(address, **{**_fields(clash.text), "choose:/课堂安全提示": "mine"})
    assert (chosen.status_code, _waiting(served)) == (303, [])


def test_two_pages_of_one_form_keep_a_draft_each_and_saving_one_leaves_the_other(
    served: Any, login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    one, two = (_fields(browser.get(address).text) for _ in range(2))
    for page, words in ((one, "甲"), (two, "乙"), (one, "甲又写"), (two, "乙又写")):
        served.clock.forward(minutes=1)
        browser.submit("/drafts/keep", **page, **{_WORDS: words})
    assert _waiting(served) == [(two["token"], "乙又写"), (one["token"], "甲又写")]
    assert "甲又写" in browser.get(f"{address}?draft=1").text
    assert browser.get("/drafts").text.count("同一张表的另一份") == 1
    assert browser.submit(address, **one, **{_WORDS: "甲又写"}).status_code == 303
    assert _waiting(served) == [(two["token"], "乙又写")]
    assert f"{address}?draft=1" in unquote(browser.get(address).text), "the form offers what stood beside"
    assert "另一份" not in browser.get("/drafts").text
    browser.submit("/drafts/keep", **two, **{_WORDS: "乙写完"})
    assert "乙写完" in browser.get(f"{address}?draft=1").text, "nothing else waits where the form opens"
    assert browser.submit(address, **two, **{_WORDS: "乙写完"}).status_code == 303
    assert _waiting(served) == []


def test_where_no_more_may_wait_of_one_form_the_oldest_goes(
    served: Any, login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    place = _fields(browser.get(address).text)["place"]
    for number in range(5):
        served.clock.forward(minutes=1)
        fields = {"token": f"PAGE{number}", _WORDS: f"第{number}份"}
        assert browser.submit("/drafts/keep", place=place, **fields).json() == {"kept": True}
    assert [words for _, words in _waiting(served)] == ["第4份", "第3份", "第2份", "第1份"]


def test_a_draft_of_before_pages_had_signs_goes_with_the_save(
    served: Any, login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    page = _fields(browser.get(address).text)
    browser.submit("/drafts/keep", place=page["place"], **{_WORDS: "旧的"})
    assert browser.submit(address, **page, **{_WORDS: "新的"}).status_code == 303
    assert _waiting(served) == []


def _fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(text) for name, text in found if name != "csrf"}
