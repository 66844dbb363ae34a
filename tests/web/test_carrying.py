"""A form posted after the session has ended, without JavaScript: nothing typed is lost, nothing is taken unasked."""

import html
import re
from typing import Any

import pyotp
import pytest

from guanai.web.enrolment import Desk
from guanai.web.forms.drafts import Drafts, spots_of
from guanai.web.settings import Hashing

NEW = "蓝鲸在操场边晒太阳-41"
TOKEN = "ABCD2345"  # noqa: S105 -- signs of a page, no secret
WORDS = '他说："作业太多"。\r\n</textarea><script>alert(1)</script> & 😀 明天再谈'


def _texts(served: Any, student: str) -> list[str]:
    held = served.gateway.moments.now().snapshot.mapping("student", student).get("过程记录", [])
    return [str(each["内容"]) for each in held]


def _fields(page: str) -> dict[str, str]:
    """Return what a browser sends of a page's hidden fields and texts."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    areas = re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    others = re.findall(r'<input id="[^"]*" name="([^"]+)" type="[^"]*" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(text) for name, text in (*inputs, *areas, *others)}


def _post(browser: Any, address: str, fields: dict[str, Any]) -> Any:
    return browser.post(address, data=fields, headers={"origin": str(browser.base_url).rstrip("/")})


def _written(browser: Any, address: str) -> dict[str, str]:
    """Return the fields of an open form with something typed in it."""
    return {**_fields(browser.get(address).text), "/过程记录/n1/内容": WORDS}


def test_what_was_posted_after_the_session_goes_through_the_log_in_back_to_the_form(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话?duty=x"
    fields = _written(browser, address)
    served.clock.forward(hours=2)
    ended = _post(browser, address, fields)
    assert ended.status_code == 401
    assert "<script>" not in ended.text.replace("<script src", "")
    assert fields["csrf"] not in ended.text
    known = {key: served.logins["班主任"][key] for key in ("user", "password")}
    wrong = _post(browser, "/login", {**_fields(ended.text), **known, "password": "x"})
    assert wrong.status_code == 401
    entered = _post(browser, "/login", {**_fields(wrong.text), **known})
    assert entered.status_code == 303
    back = browser.get(entered.headers["location"])
    again = _fields(back.text)
    assert again["/过程记录/n1/内容"].replace("\n", "\r\n") == WORDS
    assert (again["token"], again["csrf"] == fields["csrf"]) == (fields["token"], False)
    assert not any(WORDS[:8] in each for each in _texts(served, student))
    assert _post(browser, address, again).status_code == 303
    assert _texts(served, student)[-1] == WORDS.replace("\r\n", "\n")


def test_it_goes_through_the_second_factor_too(served: Any, login: Any, student: str) -> None:
    browser, address = login("校长"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    served.clock.forward(hours=2)
    ended = _post(browser, address, fields)
    known = {key: served.logins["校长"][key] for key in ("user", "password")}
    asked = _post(browser, "/login", {**_fields(ended.text), **known})
    assert (asked.status_code, "totp" in asked.text) == (200, True)
    code = served.logins["校长"]["totp"]
    entered = _post(browser, "/login/code", {**_fields(asked.text), "totp": code})
    assert entered.status_code == 303, entered.text
    back = browser.get(entered.headers["location"]).text
    assert _fields(back)["/过程记录/n1/内容"].replace("\n", "\r\n") == WORDS


def _reset(served: Any, role: str) -> dict[str, str]:
    """Have someone's password reset while the form is open; return what is handed over."""
    desk = Desk(served.root, Hashing(passes=1, memory_kib=8, lanes=1), clock=served.clock)
    handed = desk.reset(served.staff(role))
    desk.close()
    return {"user": handed.user, "password": handed.password}


def test_it_goes_through_a_password_that_has_to_be_changed_and_a_new_second_factor(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("校长"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    known = _reset(served, "校长")
    ended = _post(browser, address, fields)
    asked = _post(browser, "/login", {**_fields(ended.text), **known})
    assert (asked.status_code, "接着保存" in asked.text) == (200, True)
    weak = _post(browser, "/login/password", {**_fields(asked.text), "password": "x", "again": "x"})
    assert weak.status_code == 422
    enrol = _post(browser, "/login/password", {**_fields(weak.text), "password": NEW, "again": NEW})
    assert enrol.status_code == 200, enrol.text
    code = pyotp.TOTP(re.findall(r'class="secret">([A-Z2-7 ]+)<', enrol.text)[0].replace(" ", "")).at(
        served.clock.now
    )
    wrong = _post(browser, "/login/enrol", {**_fields(enrol.text), "totp": "x"})
    assert wrong.status_code == 422
    entered = _post(browser, "/login/enrol", {**_fields(wrong.text), "totp": code})
    assert entered.status_code == 303, entered.text
    back = browser.get(entered.headers["location"]).text
    assert _fields(back)["/过程记录/n1/内容"].replace("\n", "\r\n") == WORDS


def test_what_is_posted_between_log_in_and_new_password_goes_along_too(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    known = _reset(served, "班主任")
    assert _post(browser, "/login", known).headers["location"] == "/login/password"
    for token in (fields["csrf"], browser.token("/login/password")):
        halted = _post(browser, address, {**fields, "csrf": token})
        assert halted.status_code == 403
        assert not any(WORDS[:8] in each for each in _texts(served, student))
    page = _post(browser, "/login/password", _fields(halted.text))
    assert (page.status_code, 'role="alert"' in page.text) == (200, False)
    entered = _post(browser, "/login/password", {**_fields(page.text), "password": NEW, "again": NEW})
    assert entered.status_code == 303, entered.text
    again = _fields(browser.get(entered.headers["location"]).text)
    assert _post(browser, address, again).status_code == 303
    assert _texts(served, student)[-1] == WORDS.replace("\r\n", "\n")


def test_a_page_that_stayed_open_over_a_new_log_in_is_posted_once_more(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    newer = login("班主任")
    stale = _post(newer, address, fields)
    assert stale.status_code == 403
    assert "<script>alert" not in stale.text
    again = _fields(stale.text)
    assert again["/过程记录/n1/内容"] == WORDS
    assert not any(WORDS[:8] in each for each in _texts(served, student))
    assert _post(newer, address, again).status_code == 303
    assert _texts(served, student)[-1] == WORDS.replace("\r\n", "\n")


def test_taps_of_attendance_come_back_as_a_button(served: Any, login: Any, student: str) -> None:
    browser = login("班主任")
    class_id = served.gateway.moments.now().snapshot.mapping("student", student)["学籍"][-1]["班级"]
    address = f"/class/{class_id}/attendance"
    fields = {
        "csrf": browser.token(address), "action": "check", "day": "2026-11-20", "slot": "课间操", "missing": student,
    }  # fmt: skip
    served.clock.forward(hours=2)
    ended = _post(browser, address, fields)
    known = {key: served.logins["班主任"][key] for key in ("user", "password")}
    entered = _post(browser, "/login", {**_fields(ended.text), **known})
    assert entered.status_code == 200
    again = _fields(entered.text)
    assert again["missing"] == student
    assert _post(browser, address, again).status_code == 303
    assert "没到的学生" in browser.get(address).text


def test_what_is_too_much_secret_or_foreign_does_not_come_back(served: Any, login: Any, student: str) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    served.clock.forward(hours=2)
    told = _post(browser, address, {**fields, "password": "geheim-1", "totp": "123456"})
    assert "geheim-1" not in told.text
    assert "123456" not in told.text
    much = _post(browser, address, {**fields, "x": "y" * 250_000})
    assert (much.status_code, "carried:" in much.text) == (401, False)
    bare = _post(browser, address, {"/过程记录/n1/内容": "没有令牌"})
    assert (bare.status_code, "没有令牌" in bare.text) == (401, False)
    foreign = browser.post(address, data=fields, headers={"origin": "https://elsewhere.example"})
    assert (foreign.status_code, "carried:" in foreign.text) == (403, False)
    known = {key: served.logins["班主任"][key] for key in ("user", "password")}
    away = _post(
        browser, "/login", {**known, "next": "//elsewhere.example/", "carried:place": "//elsewhere.example/"}
    )
    assert away.headers["location"] == "/"


def test_a_page_asked_for_without_a_session_keeps_its_query(served: Any) -> None:
    answer = served.browser().get("/duties?q=li&x=1")
    assert answer.headers["location"] == "/login?next=%2Fduties%3Fq%3Dli%26x%3D1"


def _known(served: Any, role: str, *names: str) -> dict[str, str]:
    return {key: served.logins[role][key] for key in ("user", "password", *names)}


def _drafts(served: Any, role: str) -> list[str]:
    return [each.value("/过程记录/n1/内容") for each in Drafts(served.gateway.db).of(served.staff(role))]


def _keep(served: Any, role: str, place: str, words: str) -> None:
    pairs = [("token", "ZZZZ2345"), ("/过程记录/n1/内容", words)]
    Drafts(served.gateway.db).keep(served.staff(role), place, "谈话", pairs, when=served.clock())


def test_what_one_person_typed_becomes_a_draft_of_that_person_when_another_logs_in(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    _keep(served, "校长", fields["place"], "校长自己的草稿")
    browser.cookies.clear()
    ended = _post(browser, address, fields)
    assert re.fullmatch("[0-9a-f]{32}", _fields(ended.text)["carried:@owner"]), (
        "tells nobody who is at the browser"
    )
    asked = _post(browser, "/login", {**_fields(ended.text), **_known(served, "校长")})
    assert (asked.status_code, asked.headers["location"]) == (303, "/login/code")
    code = browser.get("/login/code").text
    assert "另一位老师" in code
    assert (WORDS[:8] in html.unescape(code), "carried:" in code) == (False, False)
    entered = browser.submit("/login/code", "/login/code", totp=served.logins["校长"]["totp"])
    assert entered.headers["location"] == "/"
    assert _drafts(served, "校长") == ["校长自己的草稿"]
    assert _drafts(served, "班主任") == [WORDS]
    back = _fields(login("班主任").get(f"{fields['place']}?draft=1").text)
    assert (back["/过程记录/n1/内容"].replace("\n", "\r\n"), back["token"]) == (WORDS, fields["token"])


def test_another_persons_words_stand_beside_the_draft_of_theirs_and_either_is_taken_up(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    _keep(served, "班主任", fields["place"], "另一天写的")
    served.clock.forward(minutes=1)
    other = served.browser()
    _post(other, "/login", _known(served, "校长", "totp"))
    for _ in range(2):  # sent twice it is still the same work
        assert _post(other, address, fields).headers["location"] == "/"
    home = other.get("/").text
    assert ("留作草稿" in home, WORDS[:8] in html.unescape(home)) == (True, False)
    assert (_drafts(served, "班主任"), _drafts(served, "校长")) == ([WORDS, "另一天写的"], [])
    place = f"{fields['place']}#2"
    stranger = other.submit("/drafts/resume", place=place)
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/drafts")
    mine = login("班主任")
    listed = mine.get("/drafts").text
    assert listed.count("同一张表的另一份") == 1
    opened = mine.get(mine.submit("/drafts/resume", place=place).headers["location"])
    back = _fields(opened.text)
    assert (back["/过程记录/n1/内容"].replace("\n", "\r\n"), back["token"]) == (WORDS, fields["token"])
    assert _post(mine, address, back).status_code == 303
    assert _texts(served, student)[-1] == WORDS.replace("\r\n", "\n")
    assert _drafts(served, "班主任") == ["另一天写的"]
    again = mine.get(f"{fields['place']}?draft=1")
    assert _fields(again.text)["/过程记录/n1/内容"] == "另一天写的"


def test_where_as_much_as_may_wait_of_one_form_does_the_rest_is_told_not_to_be_kept(
    served: Any, login: Any, student: str
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    kept = [f"第{number}天写的" for number in range(4)]
    for spot, words in zip(spots_of(fields["place"]), kept, strict=True):
        _keep(served, "班主任", spot, words)
    browser.cookies.clear()
    ended = _post(browser, address, fields)
    known = _known(served, "校长", "totp")
    assert _post(browser, "/login", {**_fields(ended.text), **known}).headers["location"] == "/"
    home = browser.get("/").text
    assert ("另一位老师" in home, "留作草稿" in home, WORDS[:8] in html.unescape(home)) == (
        True,
        False,
        False,
    )
    assert (sorted(_drafts(served, "班主任")), _drafts(served, "校长")) == (kept, [])


@pytest.mark.parametrize("is_through", [True, False])
def test_a_page_left_open_is_not_posted_under_the_next_persons_log_in(
    served: Any, login: Any, student: str, *, is_through: bool
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    other = served.browser()
    _post(other, "/login", _known(served, "校长", *(["totp"] if is_through else [])))
    assert _post(other, address, fields).headers["location"] == "/"
    told = other.get("/" if is_through else "/login/code").text
    assert ("留作草稿" in told, WORDS[:8] in html.unescape(told)) == (True, False)
    assert (_drafts(served, "班主任"), _drafts(served, "校长")) == ([WORDS], [])


@pytest.mark.parametrize(
    "changed",
    [{"carried:@owner": ""}, {"carried:@owner": "0" * 32}, {"carried:/过程记录/n1/内容": "别人换进去的话"}],
)
def test_what_is_nobodys_for_sure_is_asked_about_before_it_is_shown_or_kept(
    served: Any, login: Any, student: str, changed: dict[str, str]
) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    browser.cookies.clear()
    ended = _post(browser, address, fields)
    going = {**_fields(ended.text), **_known(served, "校长", "totp"), **changed}
    asked = _post(browser, "/login", going)
    assert (asked.status_code, "是您写的吗" in asked.text) == (200, True)
    seen = re.sub(r"<[^>]*>", "", asked.text)
    assert going["carried:/过程记录/n1/内容"][:6] not in html.unescape(seen)
    assert (_drafts(served, "班主任"), _drafts(served, "校长")) == ([], [])
    entered = _post(browser, "/login/code", _fields(asked.text))
    assert entered.headers["location"].endswith("?draft=1")
    assert _drafts(served, "校长") == [going["carried:/过程记录/n1/内容"]]


def test_a_page_whose_token_tells_nobody_is_asked_about_too(login: Any, student: str) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = {**_written(browser, address), "csrf": "0" * 64}
    asked = _post(browser, address, fields)
    assert (asked.status_code, "是您写的吗" in asked.text) == (403, True)
    assert WORDS[:8] not in html.unescape(re.sub(r"<[^>]*>", "", asked.text))


def test_an_own_draft_of_another_time_stays_until_one_says_so(served: Any, login: Any, student: str) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    _keep(served, "班主任", fields["place"], "另一天写的")
    served.clock.forward(hours=2)
    ended = _post(browser, address, fields)
    entered = _post(browser, "/login", {**_fields(ended.text), **_known(served, "班主任")})
    assert (entered.status_code, "先前没写完的草稿" in entered.text) == (200, True)
    assert _drafts(served, "班主任") == ["另一天写的"]
    assert _post(browser, address, _fields(entered.text)).status_code == 303
    assert _texts(served, student)[-1] == WORDS.replace("\r\n", "\n")


def test_the_draft_of_the_same_page_is_brought_up_to_date(served: Any, login: Any, student: str) -> None:
    browser, address = login("班主任"), f"/child/{student}/add/谈话"
    fields = _written(browser, address)
    kept = {**fields, "/过程记录/n1/内容": "他说"}
    assert _post(browser, "/drafts/keep", kept).json() == {"kept": True}
    served.clock.forward(hours=2)
    ended = _post(browser, address, fields)
    entered = _post(browser, "/login", {**_fields(ended.text), **_known(served, "班主任")})
    assert entered.status_code == 303
    assert _drafts(served, "班主任") == [WORDS]
