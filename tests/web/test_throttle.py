"""Who guesses is slowed down, also over a restart; nobody locks anybody else out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from guanai.calendar import SHANGHAI
from guanai.web.db import Database
from guanai.web.enrolment import Desk
from guanai.web.settings import Hashing
from guanai.web.throttle import Throttle, codes_of, wait_words

WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)


@pytest.fixture
def throttle(tmp_path: Path) -> Any:
    db = Database(tmp_path / "app.sqlite")
    yield Throttle(db)
    db.close()


def _guess(throttle: Throttle, times: int, *, when: datetime = WHEN, **other: str) -> int:
    """Try so many times and return the last wait."""
    where = {"user": "linxiao", "address": "10.0.0.5", **other}
    return [throttle.wait_seconds(when=when, **where) for _ in range(times)][-1]


def test_a_restart_forgets_nothing_and_the_page_tells_until_when(
    demo_school: Path, gateway_at: Callable[..., Any]
) -> None:
    def told(served: Any, password: str) -> Any:
        user = served.logins["班主任"]["user"]
        return served.browser().post("/login", data={"user": user, "password": password})

    first = gateway_at(demo_school)
    assert [told(first, f"guess {number}").status_code for number in range(5)] == [401] * 5
    first.stack.close()
    second = gateway_at(demo_school)
    locked = told(second, second.logins["班主任"]["password"])
    assert locked.status_code == 429
    assert "请在 09:45 以后再试（还有 15 分钟）" in locked.text
    assert locked.headers["retry-after"] == "900"
    second.clock.forward(minutes=16)
    assert told(second, second.logins["班主任"]["password"]).status_code == 303


def test_a_browser_that_one_has_logged_in_with_is_not_locked_by_who_sits_at_the_same_address(
    served: Any,
) -> None:
    teacher = served.browser()
    login = {key: served.logins["班主任"][key] for key in ("user", "password")}
    given = teacher.post("/login", data=login).headers.get_list("set-cookie")
    assert all("HttpOnly" in each and "SameSite=lax" in each for each in given)
    teacher.submit("/logout")
    assert list(teacher.cookies) == ["guanai-known"]
    pupil = served.browser()
    guesses = [pupil.post("/login", data={**login, "password": f"guess {each}"}) for each in range(7)]
    assert guesses[-1].status_code == 429
    for _ in range(100):
        served.gateway.throttle.blame("127.0.0.1", when=served.clock())
    assert pupil.post("/login", data={"user": "nobody", "password": "x"}).status_code == 429
    assert teacher.post("/login", data=login).status_code == 303
    pupil.cookies.set("guanai-known", "made-up")
    assert pupil.post("/login", data=login).status_code == 429


def test_a_known_browser_guesses_no_more_than_others(throttle: Throttle) -> None:
    browser = throttle.know("", "linxiao", when=WHEN)
    assert _guess(throttle, 6, browser=browser) > 0
    assert _guess(throttle, 1, user="wangfang", browser=browser) == 0
    assert _guess(throttle, 5, user="wangfang") > 0, "known for one name alone: its tries count by address"


def test_machines_without_number_lock_out_only_who_was_never_here(throttle: Throttle) -> None:
    browser = throttle.know("", "linxiao", when=WHEN)
    for machine in range(61):
        _guess(throttle, 5, address=f"10.1.0.{machine}")
    assert _guess(throttle, 1, address="10.2.0.1") > 0
    assert _guess(throttle, 1, address="10.2.0.1", browser=browser) == 0


def test_who_guesses_codes_is_told_until_when_and_the_right_one_waits_too(served: Any) -> None:
    browser, login = served.browser(), served.logins["校长"]
    assert browser.post("/login", data={key: login[key] for key in ("user", "password")}).status_code == 303
    token = browser.token("/login/code")

    def told(code: str) -> Any:
        return browser.post(
            "/login/code", data={"csrf": token, "totp": code}, headers={"origin": served.base}
        )

    assert [told("000000").status_code for _ in range(6)] == [401] * 5 + [429]
    waiting = told(pyotp.TOTP(login["totp"]).at(served.clock.now))
    assert (waiting.status_code, "请在 09:45 以后再试" in waiting.text) == (429, True)
    served.clock.forward(minutes=16)
    assert told(pyotp.TOTP(login["totp"]).at(served.clock.now)).status_code == 303


def test_codes_sent_along_with_the_password_are_counted_as_all_others(served: Any) -> None:
    """Neither the right password nor the other page begins the count anew, and the right code waits too."""
    browser, login = served.browser(), served.logins["校长"]
    known = {key: login[key] for key in ("user", "password")}

    def told(**fields: str) -> Any:
        return browser.post("/login", data={**known, **fields})

    assert [told(totp="000000").status_code for _ in range(3)] == [401] * 3
    assert told().headers["location"] == "/login/code"
    page = browser.submit("/login/code", "/login/code", totp="000000")
    assert page.status_code == 401
    assert [told(totp="000000").status_code for _ in range(2)] == [401, 429]
    assert told().status_code == 303, "the password alone lets nobody in: it need not wait"
    right = pyotp.TOTP(login["totp"]).at(served.clock.now)
    waiting = told(totp=right)
    assert (waiting.status_code, "请在 09:45 以后再试" in waiting.text) == (429, True)
    assert browser.submit("/login/code", "/login/code", totp=right).status_code == 429
    served.clock.forward(minutes=16)
    right = pyotp.TOTP(login["totp"]).at(served.clock.now)
    assert told(totp=right).headers["location"] == "/"
    assert [told(totp="000000").status_code for _ in range(5)] == [401] * 5, "who got in begins anew"


def test_wrong_codes_count_against_the_address(served: Any) -> None:
    browser, login = served.browser(), served.logins["校长"]
    known = {key: login[key] for key in ("user", "password")}
    for _ in range(98):
        served.gateway.throttle.blame("127.0.0.1", when=served.clock())
    assert browser.post("/login", data={**known, "totp": "000000"}).status_code == 401
    browser.post("/login", data=known)
    assert browser.submit("/login/code", "/login/code", totp="000000").status_code == 401
    assert browser.post("/login", data=known).status_code == 429


def test_codes_are_few_however_many_machines_try_them(throttle: Throttle) -> None:
    for machine in range(7):
        _guess(throttle, 5, user=codes_of("T-3XK9"), address=f"10.1.0.{machine}")
    assert _guess(throttle, 1, user=codes_of("T-3XK9"), address="10.2.0.1") > 0


def test_who_gets_in_uses_up_no_tries_however_often(throttle: Throttle) -> None:
    for machine in range(40):
        there = f"10.1.0.{machine}"
        assert _guess(throttle, 1, user=codes_of("T-3XK9"), address=there) == 0
        throttle.forgive(codes_of("T-3XK9"), there)
    for machine in range(29):
        _guess(throttle, 1, user=codes_of("T-3XK9"), address=f"10.2.0.{machine}")
    assert _guess(throttle, 1, user=codes_of("T-3XK9"), address="10.3.0.1") == 0
    throttle.forgive(codes_of("T-3XK9"), "10.3.0.1")
    assert _guess(throttle, 1, user=codes_of("T-3XK9"), address="10.3.0.2") == 0, "one try is given back"
    assert _guess(throttle, 1, user=codes_of("T-3XK9"), address="10.3.0.3") > 0, (
        "those of others stay counted"
    )


def test_no_other_spelling_and_no_other_address_of_the_same_network_begins_anew(throttle: Throttle) -> None:
    for user in ("linxiao", "LinXiao", " linxiao", "ｌinxiao", "linｘiao"):
        assert _guess(throttle, 1, user=user, address="2001:db8::1") == 0
    assert _guess(throttle, 1, user="ｌｉｎｘｉａｏ", address="2001:db8::2") > 0
    assert _guess(throttle, 1, user="linxiao", address="2001:db8:0:1::2") == 0


def test_the_waits_grow_and_end(throttle: Throttle) -> None:
    assert _guess(throttle, 6) == 15 * 60
    later = WHEN + timedelta(minutes=15)
    assert _guess(throttle, 6, when=later) == 2 * 3600 - 15 * 60
    later = WHEN + timedelta(hours=2)
    assert _guess(throttle, 5, when=later) == 0
    later = WHEN + timedelta(hours=24)
    throttle.sweep(later + timedelta(days=1))
    assert _guess(throttle, 1, when=later) == 0


def test_a_clock_that_is_put_back_locks_nobody_for_longer(throttle: Throttle) -> None:
    assert _guess(throttle, 6, when=WHEN + timedelta(days=400)) > 0
    assert _guess(throttle, 1) == 15 * 60
    assert _guess(throttle, 1, when=WHEN + timedelta(minutes=15)) == 0


def test_who_is_given_a_new_password_need_not_wait(served: Any) -> None:
    desk, staff = Desk(served.root, CHEAP, clock=served.clock), served.staff("科任教师")
    login = served.logins["科任教师"]
    browser = served.browser()
    for number in range(6):
        refused = browser.post("/login", data={"user": login["user"], "password": f"guess {number}"})
    assert refused.status_code == 429
    handed = desk.reset(staff)
    desk.close()
    answer = browser.post("/login", data={"user": handed.user, "password": handed.password})
    assert answer.headers["location"] == "/login/password"


def test_what_was_typed_in_the_wrong_field_is_not_to_be_found(throttle: Throttle, tmp_path: Path) -> None:
    _guess(throttle, 1, user="蓝鲸在操场边晒太阳-41")
    with throttle._db.reading() as connection:
        kept = [row["name"] for row in connection.execute("SELECT name FROM tries")]
    assert all(len(name) <= 6 for name in kept)
    assert "蓝鲸".encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_wait_is_told_for_tomorrow_too() -> None:
    assert wait_words(20 * 3600, WHEN) == "试得太多了：请在明天 05:30 以后再试（还有 20 小时）。"
