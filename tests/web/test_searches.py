"""What somebody searched for stands in no address and belongs to one session alone."""

import re
from datetime import datetime, timedelta
from pathlib import Path
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


def test_an_erasure_beside_a_running_gateway_forgets_every_word(tmp_path: Path) -> None:
    stones = tmp_path / "tombstones.jsonl"
    searches = Searches(longest=timedelta(hours=10), stones=stones)
    for look in (searches.sweep, lambda when: searches.keep("two", "新的", when=when)):
        key = searches.keep("one", "雀斑", when=WHEN)
        assert searches.word("one", key) == "雀斑"
        with stones.open("ab") as file:
            file.write(b"{}\n")
        look(WHEN)
        assert "雀斑" not in str(vars(searches))
    key = searches.keep("one", "雀斑", when=WHEN)
    with stones.open("ab") as file:
        file.write(b"{}\n")
    assert searches.word("one", key) == ""


@pytest.mark.parametrize("role", ["班主任", "校长"])
def test_a_search_after_the_session_ended_goes_through_the_log_in_in_words_of_a_search(
    served: Any, role: str
) -> None:
    browser, login = served.logged_in(role), served.logins[role]
    fields = {"csrf": browser.token(), "q": "雀斑"}
    browser.headers["origin"] = served.base
    served.clock.forward(hours=2)
    told = [browser.post("/students", data=fields).text]
    known = {key: login[key] for key in ("user", "password")}
    told.append(browser.post("/login", data={**_hidden(told[-1]), **known}).text)
    if login["totp"]:
        told.append(browser.post("/login/code", data={**_hidden(told[-1]), "totp": login["totp"]}).text)
    assert "<h1>请再找一次</h1>" in told[-1]
    assert all(re.search("接着找|再按一次就找", each) for each in told)
    assert not any(re.search("还没有保存|接着保存|>保存<", each) for each in told)
    answer = browser.post("/students", data=_hidden(told[-1]))
    assert answer.status_code == 303
    assert 'value="雀斑"' in browser.get(answer.headers["location"]).text


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
