"""A field that stands alone and comes several times is refused; groups of boxes go on as they are."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from guanai.web.approvals import Approvals

_LINK = re.compile(r'href="(/[^"#]*)"')
_MOST_PAGES = 70
_GROUPED = ("checkbox", "radio")


def _post(browser: Any, address: str, *pairs: tuple[str, str]) -> Any:
    body = urlencode([("csrf", browser.token()), *pairs])
    heads = {"origin": str(browser.base_url).rstrip("/"), "content-type": "application/x-www-form-urlencoded"}
    return browser.post(address, content=body, headers=heads)


def test_a_field_that_comes_twice_does_nothing(served: Any) -> None:
    teacher, approvals = served.logged_in("班主任"), Approvals(served.gateway.db)
    asked = [("reason", "要一起家访，先看看情况"), ("days", "30"), ("label", "关爱"), ("label", "限制")]
    refused = _post(teacher, "/approvals/ask", ("about", "甲某"), ("about", "乙某"), *asked)
    assert (refused.status_code, "同一栏送来了两次" in refused.text) == (400, True)
    assert approvals.waiting() == ()
    assert _post(teacher, "/approvals/ask", ("about", "甲某"), *asked).status_code == 303
    assert set(approvals.waiting()[0].labels) >= {"关爱", "限制"}, (
        "boxes of a group come as often as they are ticked"
    )
    assert _post(teacher, "/students", ("q", "甲"), ("q", "乙")).status_code == 400


def test_a_name_given_twice_logs_nobody_in(served_once: Any) -> None:
    login = served_once.logins["班主任"]
    pairs = [("user", "nobody"), ("user", login["user"]), ("password", login["password"])]
    answer = served_once.browser().post(
        "/login",
        content=urlencode(pairs),
        headers={"content-type": "application/x-www-form-urlencoded", "origin": served_once.base},
    )
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


class _Forms(HTMLParser):
    """Names that a form of a page sends several times by itself: other than boxes and buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.twice: set[str] = set()
        self._names: Counter[str] | None = None
        self._buttons: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        name = held.get("name")
        if tag == "form":
            self._names, self._buttons = Counter(), set()
        elif self._names is not None and name:
            is_button = tag == "button" or held.get("type") in ("submit", "image")
            if is_button:
                self._buttons.add(name)
            elif tag in ("input", "select", "textarea") and held.get("type") not in _GROUPED:
                self._names[name] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._names is not None:
            self.twice |= {name for name, count in self._names.items() if count + (name in self._buttons) > 1}
            self._names = None


@pytest.mark.slow
@pytest.mark.parametrize("role", ["班主任", "校长", "心理健康教师", "系统管理员"])
def test_no_form_of_ours_sends_a_field_twice(served_once: Any, role: str) -> None:
    browser, waiting, kinds = served_once.logged_in(role), ["/"], Counter[str]()
    told: dict[str, set[str]] = {}
    pages = 0
    for address in waiting:
        answer = browser.get(address)
        if "html" not in answer.headers.get("content-type", "") or answer.status_code != 200:
            continue
        pages += 1
        if found := _Forms(answer.text).twice:
            told[address] = found
        for link in _LINK.findall(answer.text.replace("&amp;", "&")):
            kind = re.sub(r"[A-Z]\d{4}-[\w-]+", "*", link)
            if link not in waiting and not link.startswith("/static") and len(waiting) < _MOST_PAGES:
                kinds[kind] += 1
                if kinds[kind] <= 2:
                    waiting.append(link)
    assert told == {}
    assert pages > 8
