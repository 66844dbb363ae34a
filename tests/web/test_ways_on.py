"""From every page there is a way on and a way back, in words that a teacher uses."""

import html
import re
from typing import Any

_BUTTON = re.compile(r'<a class="button[^"]*" href="([^"]+)">([^<]+)</a>')
_BACK = re.compile(r'<p class="back[^"]*"><a href="([^"]+)">← ([^<]+)</a>')


def _asked(served: Any, role: str) -> tuple[str, str]:
    """Return a child's id with a duty that a role is asked to see to, and the duty's title."""
    page = html.unescape(served.logged_in(role).get("/duties").text)
    card = next(each for each in page.split('<section class="card">') if 'href="/students/' in each)
    return re.findall(r'href="/students/(S[^"]+)"', card)[0], re.findall(r"<b>([^<]+)</b>", card)[0]


def _to_do(page: str) -> str:
    return page.partition("<h2>要做的事</h2>")[2].partition("</section>")[0]


def test_a_childs_page_leads_to_the_form_of_a_duty_for_who_answers_for_it(served_once: Any) -> None:
    child, title = _asked(served_once, "班主任")
    own, other = (
        html.unescape(_to_do(served_once.logged_in(role).get(f"/students/{child}").text))
        for role in ("班主任", "德育主任")
    )
    assert title in own
    assert title in other
    ways = [(address, words) for address, words in _BUTTON.findall(own) if child in address]
    assert ways, "a button to the form of this very child"
    assert served_once.logged_in("班主任").get(ways[0][0]).status_code == 200
    assert _BUTTON.findall(other) == [], "who does not answer for it is not sent to do it"


def test_a_preview_leads_back_to_the_child_or_to_the_ledgers(served_once: Any) -> None:
    browser = served_once.logged_in("班主任")
    child, _ = _asked(served_once, "班主任")
    name = served_once.gateway.moments.now().snapshot.mapping("student", child)["姓名"]
    page = html.unescape(browser.get(f"/papers/student-file/{child}").text)
    assert _BACK.findall(page) == [(f"/students/{child}", name)]
    listed = re.findall(r'href="(/papers/[a-z-]+/[^"/]+)"', browser.get("/papers").text)
    assert _BACK.findall(browser.get(listed[0]).text) == [("/papers", "文书")]


def test_a_minutes_preview_leads_back_to_the_papers_of_its_meeting(served_once: Any) -> None:
    browser = served_once.logged_in("校长")
    meeting = served_once.gateway.moments.now().snapshot.ids("meeting")[0]
    listed = browser.get(f"/record/{meeting}/papers").text
    address = next(
        each for each in re.findall(r'href="(/papers/[^"]+)"', listed) if not each.endswith("/file")
    )
    back = _BACK.findall(browser.get(address).text)
    assert [each[0] for each in back] == [f"/record/{meeting}/papers"]
    assert browser.get(back[0][0]).status_code == 200


def test_ones_own_posts_are_told_by_the_names_of_classes(served_once: Any) -> None:
    page = served_once.logged_in("班主任").get("/account").text
    told = page.partition("<dt>今天的任职</dt>")[2].partition("</dd>")[0]
    assert "）班" in told
    assert not re.search(r"[PJ]\d{4}", told)


def test_who_was_sent_to_log_in_is_told_why(served_once: Any) -> None:
    answer = served_once.browser().get("/students", follow_redirects=True)
    assert "登录以后接着打开刚才那一页" in answer.text
    assert "登录以后接着打开" not in served_once.browser().get("/login").text


def test_the_log_says_in_words_what_did_not_work(served: Any) -> None:
    teacher = served.logged_in("班主任")
    child, _ = _asked(served, "班主任")
    assert teacher.submit(f"/child/{child}/add/谈话").status_code == 422
    principal = served.logged_in("校长")
    for page in ("/admin/audit", f"/students/{child}/reads"):
        told = principal.get(page).text
        assert ">没有通过核对<" in told, page
        assert ">422<" not in told, page
