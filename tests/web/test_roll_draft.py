"""Marks of a roll that nobody saved are offered again, in the right check, until that check is saved."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

_DAY = "2026-11-20"


@pytest.fixture
def address(served: Any) -> str:
    staff = served.gateway.moments.now().snapshot.staff[served.staff("班主任")]
    class_id = next(post.scope for post in staff.assignments if post.role == "班主任")
    return f"/class/{class_id}/attendance"


def _place(address: str, slot: str) -> str:
    return f"{address}?day={_DAY}&slot={quote(slot)}"


def _ticked(page: str) -> list[str]:
    return re.findall(r'name="missing" value="([^"]+)" checked', page)


def _free(page: str) -> list[str]:
    return re.findall(r'name="missing" value="([^"]+)">', page)


def test_marks_that_were_left_are_offered_in_their_check_and_gone_once_it_is_saved(
    login: Callable[[str], Any], address: str
) -> None:
    browser = login("班主任")
    page = browser.get(f"{address}?slot=下午").text
    slot = re.findall(r'name="slot" value="([^"]+)"', page)[0]
    place = re.findall(r'data-place="([^"]+)"', page)[0].replace("&amp;", "&")
    assert place == _place(address, slot)
    before, (one, two, *_) = _ticked(page), _free(page)
    kept = {"missing": [*before, one, two], f"kind:{one}": "病假", f"kind:{two}": "迟到"}
    assert browser.submit("/drafts/keep", place=place, title="点名", **kept).status_code == 200
    offered = browser.get(place).text
    assert "程序替您留着草稿" in offered
    assert _ticked(offered) == before, "what is offered is not shown as if it were saved"
    resumed = browser.get(f"{place}&draft=1").text
    assert set(_ticked(resumed)) == {*before, one, two}
    assert re.search(rf'name="kind:{one}".*?<option selected>病假<', resumed, re.DOTALL)
    assert "全部到齐" not in resumed, "one tap must not throw the marks away"
    other = next(each for each in re.findall(r'href="\?slot=([^"]+)"', page) if quote(slot) != each)
    assert "程序替您留着草稿" not in browser.get(f"{address}?day={_DAY}&slot={other}").text
    assert "程序替您留着草稿" not in login("校长").get(place).text
    assert browser.submit(address, action="check", day=_DAY, slot=slot, **kept).status_code == 303
    after = browser.get(place).text
    assert "程序替您留着草稿" not in after
    assert set(_ticked(after)) == {*before, one, two}


def test_a_draft_that_says_what_was_checked_is_not_offered_and_names_nobody_of_another_class(
    login: Callable[[str], Any], address: str
) -> None:
    browser = login("班主任")
    page = browser.get(address).text
    place = re.findall(r'data-place="([^"]+)"', page)[0].replace("&amp;", "&")
    same: dict[str, Any] = {"missing": _ticked(page)}
    for student in _ticked(page):
        kind = re.search(rf'name="kind:{student}".*?<option selected>([^<]+)<', page, re.DOTALL)
        same[f"kind:{student}"] = kind[1] if kind else ""
    browser.submit("/drafts/keep", place=place, title="点名", **same)
    assert "程序替您留着草稿" not in browser.get(place).text
    browser.submit("/drafts/keep", place=place, title="点名", missing=["S2020-22222"])
    assert "S2020-22222" not in browser.get(f"{place}&draft=1").text
