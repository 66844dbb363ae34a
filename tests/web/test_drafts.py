"""Drafts: the newest words stay, what waits beside is found again, and what is saved leaves none behind."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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


def test_a_new_record_that_is_sent_again_leaves_no_draft(served: Any, login: Any) -> None:
    browser, address = login("班主任"), "/new/activity?kind=家长开放日"
    page = {**_fields(browser.get(address).text), "/名称": "秋季家长开放日", "/范围": _class_of(served)}
    head = served.gateway.moments.store.head
    saved = set()
    for _ in range(2):  # the answer to the first was lost, and the page kept on to keep what it had
        browser.submit("/drafts/keep", **page)
        assert browser.submit(address, **page).status_code == 303
        saved.add(head())
        assert Drafts(served.gateway.db).of(served.staff("班主任")) == ()
    assert len(saved) == 1


def test_a_draft_for_several_children_knows_who_was_ticked(served: Any, login: Any) -> None:
    snapshot = served.gateway.moments.now().snapshot
    browser, address = login("班主任"), f"/class/{_class_of(served)}/add/谈话"
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


def _class_of(served: Any) -> str:
    staff = served.gateway.moments.now().snapshot.staff[served.staff("班主任")]
    return str(next(post.scope for post in staff.assignments if post.role == "班主任"))


def _fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(text) for name, text in found if name != "csrf"}
