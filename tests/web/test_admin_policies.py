"""Figures of a policy in the browser: the clause shows what a figure does before it is saved, and nothing else changes."""

import html
import re
from collections.abc import Callable
from typing import Any

from guanai.yamlfile import load

_POLICY = "records/policies/care-a1.yml"


def _policy(served: Any) -> Any:
    return load(served.gateway.moments.store.source().read(_POLICY), _POLICY).data


def _pointer(page: str, words: str) -> str:
    """Return the name of the field that is called so."""
    found = re.search(rf'<label for="f:([^"]+)">{words}</label>', page)
    assert found is not None, words
    return found[1]


def _version(page: str) -> str:
    found = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def _figures(page: str) -> dict[str, str]:
    """Return all figures of a page, as a browser sends them."""
    found = re.findall(r'<input id="f:[^"]+" name="([^"]+)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(text) for name, text in found}


def test_a_figure_is_tried_seen_in_its_clause_and_then_saved(
    served: Any, login: Callable[[str], Any]
) -> None:
    browser, before = login("德育主任"), _policy(served)
    page = browser.get("/admin/policies/care-a1").text
    field = _pointer(page, "跟踪的周期")
    assert "班主任每月对每名特殊学生至少跟踪教育1次" in page
    form = {field: "每两周", "version": _version(page)}

    tried = browser.submit("/admin/policies/care-a1/save", do="look", **form)
    assert "班主任每两周对每名特殊学生" in tried.text
    assert "还没有保存" in tried.text
    assert _policy(served) == before

    assert browser.submit("/admin/policies/care-a1/save", do="save", **form).status_code == 303
    assert "班主任每两周对每名特殊学生" in browser.get("/admin/policies/care-a1").text
    assert "每两周" in browser.get("/papers/policy/care-a1").text, "the printed paper follows"
    after = _policy(served)
    (duty,) = (
        each
        for chapter in after["章"]
        for clause in chapter["条"]
        for each in clause.get("职责", ())
        if each["编号"] == "跟踪"
    )
    assert duty["周期"] == "每两周"
    duty["周期"] = "每月"
    assert after == before, "no other word has changed"


def test_the_clause_follows_while_one_types(served_once: Any) -> None:
    browser = served_once.logged_in("校长")
    page = browser.get("/admin/policies/care-a1").text
    cadence, count = _pointer(page, "跟踪的周期"), _pointer(page, "跟踪的次数")
    told = browser.submit("/admin/policies/care-a1/live", **{cadence: "每周", count: "3"}).json()
    assert any("班主任每周对每名特殊学生至少跟踪教育3次" in each for each in told["clauses"].values())
    assert told["problems"] == {}
    odd = browser.submit("/admin/policies/care-a1/live", **{cadence: "有空时", count: "很多"}).json()
    assert set(odd["problems"]) == {cadence, count}


def test_a_figure_that_cannot_be_read_is_told_at_its_field_and_not_saved(served_once: Any) -> None:
    browser, before = served_once.logged_in("校长"), _policy(served_once)
    page = browser.get("/admin/policies/care-a1").text
    field = _pointer(page, "跟踪的周期")
    answer = browser.submit("/admin/policies/care-a1/save", do="save", **{field: "<b>有空时"})
    assert answer.status_code == 422
    assert "读不懂" in answer.text
    assert html.escape("<b>有空时") in answer.text
    assert "<b>有空时" not in answer.text
    assert _policy(served_once) == before


def test_only_figures_can_be_set_there(served_once: Any) -> None:
    browser, before = served_once.logged_in("校长"), _policy(served_once)
    for pointer in ("/名称", "/章/0/标题", "/章/99/条/0/职责/0/周期", "/"):
        answer = browser.submit("/admin/policies/care-a1/save", do="save", **{pointer: "改掉"})
        assert answer.status_code == 422, pointer
    assert _policy(served_once) == before


def test_two_who_change_the_same_figure_do_not_overwrite_each_other(login: Callable[[str], Any]) -> None:
    first, second = login("德育主任"), login("校长")
    pages = [each.get("/admin/policies/care-a1").text for each in (first, second)]
    field, (own, other) = _pointer(pages[0], "跟踪的周期"), map(_version, pages)
    path = "/admin/policies/care-a1/save"
    assert first.submit(path, do="save", version=own, **{field: "每两周"}).status_code == 303
    answer = second.submit(path, do="save", version=other, **{field: "每周"})
    assert answer.status_code == 422
    assert "别人刚改过" in answer.text


def _opened(browser: Any, path: str) -> dict[str, str]:
    """Return the fields of the page as somebody opens it."""
    page = browser.get(path).text
    return {**_figures(page), "version": _version(page)}


def _following(browser: Any, path: str) -> tuple[str, str]:
    """Return the names of two fields: how often a child is followed, and how many times."""
    page = browser.get(path).text
    return _pointer(page, "跟踪的周期"), _pointer(page, "跟踪的次数")


def test_who_comes_second_sets_back_nothing_that_the_first_changed(login: Callable[[str], Any]) -> None:
    first, second = login("德育主任"), login("校长")
    path = "/admin/policies/care-a1"
    own, other = _opened(first, path), _opened(second, path)
    cadence, count = _following(first, path)
    assert first.submit(f"{path}/save", do="save", **{**own, cadence: "每两周"}).status_code == 303
    looked = second.submit(f"{path}/save", do="look", **{**other, count: "2"}).text
    assert "每月" in _figures(looked)[cadence], "the page is of what was read"
    again = {**_figures(looked), "version": _version(looked)}
    assert second.submit(f"{path}/save", do="save", **again).status_code == 303
    saved = _figures(second.get(path).text)
    assert (saved[cadence], saved[count]) == ("每两周", "2")


def test_a_clash_is_shown_over_what_the_first_saved(login: Callable[[str], Any]) -> None:
    first, second = login("德育主任"), login("校长")
    path = "/admin/policies/care-a1"
    own, other = _opened(first, path), _opened(second, path)
    cadence, count = _following(first, path)
    first.submit(f"{path}/save", do="save", **{**own, cadence: "每两周", count: "2"})
    clash = second.submit(f"{path}/save", do="save", **{**other, cadence: "每周"})
    assert (clash.status_code, "别人刚改过" in clash.text) == (422, True)
    assert (_figures(clash.text)[cadence], _figures(clash.text)[count]) == ("每周", "2")


def test_a_page_of_figures_holds_a_version_that_opens_to_nobody_else(
    login: Callable[[str], Any], served: Any
) -> None:
    browsers = [login("德育主任"), login("校长")]
    held = [_version(each.get("/admin/policies/care-a1").text) for each in (*browsers, browsers[0])]
    assert len(set(held)) == 3, "the same version looks different each time"
    plain = served.gateway.moments.store.source().versions()[_POLICY]
    assert all(plain not in each for each in held)


def test_a_record_that_is_no_policy_has_no_page_of_figures(served_once: Any) -> None:
    browser = served_once.logged_in("校长")
    snapshot = served_once.gateway.moments.now().snapshot
    for other in ("staff", "access", snapshot.ids("student")[0]):
        assert browser.get(f"/admin/policies/{other}").status_code == 404


def test_a_preset_is_adopted_once(login: Callable[[str], Any]) -> None:
    browser = login("校长")
    page = browser.get("/admin/policies").text
    slug = re.findall(r'name="slug" value="([a-z0-9-]+)"', page)[0]
    assert browser.submit("/admin/policies/adopt", slug=slug).status_code == 303
    assert browser.get(f"/admin/policies/{slug}").status_code == 200
    assert browser.submit("/admin/policies/adopt", slug=slug).status_code == 422
