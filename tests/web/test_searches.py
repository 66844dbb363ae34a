"""What somebody searched for stands in no address and belongs to one session alone."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.calendar import SHANGHAI
from guanai.web import searches as kept
from guanai.web.searches import Searches

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)


def test_the_word_stands_in_no_address_and_the_page_answers_again_and_again(served_once: Any) -> None:
    browser = served_once.logged_in("班主任")
    word = served_once.gateway.moments.now().snapshot.staff[served_once.staff("班主任")].name[:1]
    answer = browser.submit("/students", "/", q=word)
    address = answer.headers["location"]
    assert answer.status_code == 303
    assert word not in unquote(address)
    first, again = browser.get(address), browser.get(address)
    assert (first.status_code, first.text) == (200, again.text)
    assert f'value="{word}"' in first.text
    assert f'value="{word}"' not in browser.get(f"/students?q={word}").text, "an address is no way to search"


def test_a_search_is_one_persons_and_one_sessions(served_once: Any) -> None:
    here, other = served_once.logged_in("班主任"), served_once.logged_in("校长")
    address = here.submit("/students", "/students", q="雀斑").headers["location"]
    assert "雀斑" in here.get(address).text
    for stranger in (other, served_once.logged_in("班主任")):
        told = stranger.get(address)
        assert (told.status_code, "雀斑" in told.text) == (200, False)
        assert "请再找一次" in told.text
    here.submit("/logout")
    assert "雀斑" not in str(vars(served_once.gateway.searches))


def test_an_empty_search_shows_everybody_and_a_foreign_form_finds_nothing(served_once: Any) -> None:
    browser = served_once.logged_in("班主任")
    assert browser.submit("/students", "/students", q="  ").headers["location"] == "/students"
    bare = browser.post("/students", data={"q": "李"}, headers={"origin": served_once.base})
    assert (bare.status_code, "location" in bare.headers) == (403, False)


def test_every_look_at_what_was_found_is_in_the_log_without_the_word(served_once: Any) -> None:
    browser, me = served_once.logged_in("年级组长"), served_once.staff("年级组长")

    def lines() -> list[Any]:
        events = served_once.gateway.audit.events()
        return [each for each in events if (each.actor, each.action) == (me, "检索")]

    before = len(lines())
    address = browser.submit("/students", "/students", q="雀斑").headers["location"]
    browser.get(address)
    browser.get(address)
    browser.mentions("雀斑")
    assert len(lines()) == before + 3
    assert "雀斑" not in str(lines())


def test_words_are_forgotten_in_time_and_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 3)
    searches = Searches(longest=timedelta(hours=10))
    keys = [searches.keep("one", f"字{number}", when=WHEN) for number in range(4)]
    assert [searches.word("one", key) for key in keys] == ["", "字1", "字2", "字3"]
    assert searches.word("other", keys[3]) == ""
    searches.sweep(WHEN + timedelta(hours=9))
    assert searches.word("one", keys[3]) == "字3"
    searches.sweep(WHEN + timedelta(hours=11))
    assert searches.word("one", keys[3]) == ""
