"""A session is one browser's, new with every right, and gone the moment it is ended."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.saving import Edit, Request, Saved, save
from guanai.store.git import Author
from guanai.store.note import Reason
from guanai.web.sessions import key_of
from guanai.yamlfile import Set, dump, load


def _is_in(browser: Any) -> bool:
    return bool(browser.get("/").status_code == 200)


def test_the_number_in_the_browser_is_kept_nowhere(served: Any) -> None:
    browser = served.logged_in("班主任")
    number = browser.cookies["guanai"]
    served.gateway.db.close()
    kept = b"".join(path.read_bytes() for path in (served.root / ".guanai").rglob("*") if path.is_file())
    assert number.encode() not in kept
    assert key_of(number).encode() in kept


def test_a_prepared_number_does_not_become_a_session(served: Any) -> None:
    """Session fixation: what the browser brings along is never taken."""
    login, browser = served.logins["班主任"], served.browser()
    browser.cookies.set("guanai", "prepared-by-a-pupil")
    answer = browser.post("/login", data={"user": login["user"], "password": login["password"]})
    number = answer.cookies["guanai"]
    assert number != "prepared-by-a-pupil"
    assert len(number) >= 43
    other = served.browser()
    other.cookies.set("guanai", "prepared-by-a-pupil")
    assert not _is_in(other)


def test_logging_in_again_ends_the_session_before(served: Any) -> None:
    browser = served.logged_in("班主任")
    old = browser.cookies["guanai"]
    login = served.logins["科任教师"]
    browser.post("/login", data={"user": login["user"], "password": login["password"]})
    stale = served.browser()
    stale.cookies.set("guanai", old)
    assert not _is_in(stale)


def test_a_copied_cookie_is_worth_nothing_after_logging_out(served: Any) -> None:
    browser, copy = served.logged_in("班主任"), served.browser()
    copy.cookies.set("guanai", browser.cookies["guanai"])
    assert _is_in(copy)
    answer = browser.submit("/logout")
    assert answer.headers["location"] == "/login"
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert not _is_in(copy)


def test_who_leaves_before_being_let_in_throws_nothing_away_that_waits_in_the_browser(served: Any) -> None:
    browser, login = served.browser(), served.logins["校长"]
    answer = browser.post("/login", data={"user": login["user"], "password": login["password"]})
    assert answer.headers["location"] == "/login/code"
    assert browser.submit("/logout", "/login/code").headers["clear-site-data"] == '"cache"'
    waiting = served.logged_in("班主任").submit("/logout", waiting="1")
    assert waiting.headers["clear-site-data"] == '"cache"'


def test_logging_out_everywhere_ends_every_browser_of_the_person_alone(served: Any) -> None:
    here, there, other = (served.logged_in(role) for role in ("班主任", "班主任", "科任教师"))
    here.submit("/logout", everywhere="1")
    assert [_is_in(each) for each in (here, there, other)] == [False, False, True]


def test_one_browser_can_be_ended_from_another_but_only_ones_own(served: Any) -> None:
    here, there, other = (served.logged_in(role) for role in ("班主任", "班主任", "科任教师"))
    for browser in (there, other):
        here.submit("/account/end", key=key_of(browser.cookies["guanai"]))
    assert [_is_in(each) for each in (here, there, other)] == [True, False, True]


def test_a_form_that_another_page_sent_with_somebodys_cookie_is_refused_and_logged(served: Any) -> None:
    browser = served.logged_in("班主任")
    token = browser.token()
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {}):
        answer = browser.post("/logout", data={"csrf": token}, headers=headers)
        assert answer.status_code == 403
    told = [(event.actor, event.action, event.result) for event in served.gateway.audit.events()]
    assert told[-3:] == [(served.staff("班主任"), "logout", "别处来的表单")] * 3
    assert (
        served.browser().post("/logout", headers={"origin": "https://elsewhere.example"}).status_code == 403
    )
    assert len(list(served.gateway.audit.events())) == len(told), "nobody's cookie, nothing to log"


def test_a_clock_that_is_put_back_lengthens_no_session(served: Any) -> None:
    browser = served.logged_in("班主任")
    served.clock.forward(minutes=-1)
    assert _is_in(browser), "set right by the network"
    served.clock.forward(hours=-3)
    assert not _is_in(browser)
    newer = served.logged_in("班主任")
    served.clock.forward(days=-400)
    served.gateway.sessions.sweep(served.clock())
    assert served.gateway.sessions.count() == 0
    assert not _is_in(newer)


@pytest.mark.parametrize(
    ("pauses", "is_alive"),
    [([29] * 3, True), ([31], False), ([29, 29, 31], False), ([25] * 23, True), ([25] * 25, False)],
)
def test_a_session_ends_after_a_pause_and_after_ten_hours_at_any_rate(
    served: Any,
    pauses: list[int],
    is_alive: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    browser = served.logged_in("班主任")
    for minutes in pauses:
        served.clock.forward(minutes=minutes)
        alive = _is_in(browser)
    assert alive is is_alive


def test_what_has_ended_is_swept_away(served: Any) -> None:
    served.logged_in("班主任")
    gateway = served.gateway
    assert gateway.sessions.sweep(served.clock.now) == 0
    assert gateway.sessions.sweep(served.clock.now + timedelta(hours=1)) == 1
    assert gateway.sessions.count() == 0


def test_changing_the_password_ends_all_other_browsers(served: Any) -> None:
    here, there = served.logged_in("班主任"), served.logged_in("班主任")
    new, login = "蓝鲸在操场边晒太阳-41", served.logins["班主任"]
    assert (
        here.submit("/login/password", "/login/password", old="wrong", password=new, again=new).status_code
        == 401
    )
    done = here.submit("/login/password", "/login/password", old=login["password"], password=new, again=new)
    assert done.status_code == 303
    assert [_is_in(each) for each in (here, there)] == [True, False]


def test_closing_an_account_ends_its_sessions_at_once(served: Any) -> None:
    browser = served.logged_in("班主任")
    served.gateway.accounts.close(served.staff("班主任"))
    assert not _is_in(browser)


def test_a_post_that_ends_is_gone_at_the_next_request(served: Any) -> None:
    """Roles are read from staff.yml at the newest commit, at every request."""
    browser = served.logged_in("年级组长")
    assert "年级组长" in browser.get("/").text
    gateway, staff = served.gateway, served.staff("年级组长")
    people = gateway.moments.now().snapshot.mapping("staff", "records/staff.yml")["教职工"]
    person = next(each for each in people if each["编号"] == staff)
    changes = tuple(
        Set(("教职工", staff, "任职", index, "止"), "2026-11-19")
        for index, post in enumerate(person["任职"])
        if post["角色"] == "年级组长" and "止" not in post
    )
    outcome = save(
        gateway.moments.store,
        gateway.moments.now().schemas,
        Request(
            served.staff("系统管理员"),
            Reason.CORRECTION,
            (Edit("staff", changes),),
            served.clock.now,
            is_confirmed=True,
            on=gateway.settings.today(),
        ),
    )
    assert isinstance(outcome, Saved)
    answer = browser.get("/")
    assert answer.status_code == 303 or "年级组长" not in answer.text.split("今天的任职")[-1]


@pytest.mark.parametrize("readings", range(6))
def test_a_page_asked_for_at_midnight_leaves_no_door_open_to_who_had_it_until_then(
    demo_school: Path, gateway_at: Callable[..., Any], readings: int
) -> None:
    """Wherever in the request the day turns: the posts and the edition they open are those of one day."""
    served = gateway_at(demo_school, on=None)
    staff = served.staff("系统管理员")
    _until(served, staff, "系统管理员", "2026-11-20", then="后勤主任")
    served.clock.now = datetime(2026, 11, 20, 23, 50, tzinfo=SHANGHAI)
    browser = served.browser_of(staff)
    assert browser.get("/admin/health").status_code == 200
    served.clock.turn(datetime(2026, 11, 21, tzinfo=SHANGHAI), readings)
    browser.get("/admin/health")
    served.clock.forward(minutes=1)
    assert [browser.get(each).status_code for each in ("/admin/health", "/admin/accounts")] == [404, 404]


def _until(served: Any, staff: str, role: str, day: str, *, then: str) -> None:
    """Let a post end with a day, and another one stand beside it."""
    repository = served.gateway.moments.store.pair.main
    head = repository.head()
    people = load(repository.read_at(head, "records/staff.yml"), "staff").data
    posts = next(each for each in people["教职工"] if each["编号"] == staff)["任职"]
    next(each for each in posts if each["角色"] == role)["止"] = day
    posts.append({"角色": then, "范围": "全校", "起": "2022-09-01"})
    made = repository.write_tree_commit(
        {"records/staff.yml": dump(people).encode()}, parent=head, author=Author("n", "n@example.org"), message="n",
        when=served.clock(),
    )  # fmt: skip
    repository.move(made, head)


def test_the_same_records_are_shared_until_someone_saves(served: Any) -> None:
    moments = served.gateway.moments
    assert moments.now() is moments.now()


def test_with_tls_in_front_the_cookie_is_bound_to_the_name(
    demo_school: Path, gateway_at: Callable[..., Any]
) -> None:
    served = gateway_at(demo_school, names=("school.lan",))
    login = served.logins["班主任"]
    browser = served.browser(
        host="school.lan", **{"x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.9"}
    )
    answer = browser.post("/login", data={"user": login["user"], "password": login["password"]})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-guanai=")
    assert all(word in cookie for word in ("; Secure", "; HttpOnly", "; Path=/", "SameSite=lax"))
    assert "max-age=" in answer.headers["strict-transport-security"]
    assert served.gateway.sessions.of(served.staff("班主任"))[0].address == "10.0.0.9"
