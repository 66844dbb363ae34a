"""Before anyone is asked who they are: hosts, headers, forged forms, sizes, faults."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from guanai.errors import Conflict
from guanai.web.policy import OPEN, SIGNED_IN
from guanai.web.routes import Door, collect

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


def _hello(_: Request) -> Response:
    return PlainTextResponse("hello")


def _broken(_: Request) -> Response:
    raise RuntimeError("张三的身份证号")


def _taken(_: Request) -> Response:
    raise Conflict("别人刚改过。")


_TEST_DOORS = (
    Door("/hello", ("GET", "POST"), _hello, OPEN, "hello", body_limit=1000),
    Door("/in", ("GET", "POST"), _hello, SIGNED_IN, "in", body_limit=1000),
    Door("/broken", ("GET",), _broken, OPEN, "broken"),
    Door("/taken", ("GET",), _taken, OPEN, "taken"),
)


@pytest.fixture
def bare(demo_school: Path, gateway_at: Callable[..., Any]) -> Any:
    """A gateway with the doors of log-in and of these tests."""
    return gateway_at(demo_school, doors=(*collect()[0], *_TEST_DOORS))


def test_every_answer_carries_every_header(bare: Any) -> None:
    inside, outside = bare.logged_in("班主任"), bare.browser()
    answers = [
        *(
            outside.get(path)
            for path in ("/login", "/", "/nowhere", "/health", "/broken", "/taken", "/static/none.css")
        ),
        *(inside.get(path) for path in ("/", "/account", "/admin/health", "/nowhere")),
        outside.post("/login", data={"user": "x", "password": "y"}),
        outside.post("/hello", content=b"x" * 2000),
        outside.put("/login"),
        outside.get("/login", headers={"host": "evil.example"}),
    ]
    assert {answer.status_code for answer in answers} == {200, 303, 400, 401, 404, 405, 409, 413, 500}
    for answer in answers:
        for name, value in _HEADERS.items():
            assert answer.headers.get(name) == value, (answer.url, answer.status_code, name)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "server" not in answer.headers


def test_only_files_of_ours_named_with_their_content_may_be_kept(served_once: Any) -> None:
    browser = served_once.browser()
    page = browser.get("/login").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "immutable" in browser.get(address).headers["cache-control"]
    assert browser.get(address.split("?")[0]).headers["cache-control"] == "no-store"
    assert browser.get("/static/..%2fapp.py").status_code == 404
    assert browser.get("/static/.hidden").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "127.0.0.1:80:80",
        "",
        "evil.example, 127.0.0.1",
    ],
)
def test_a_foreign_host_gets_nothing(served_once: Any, host: str) -> None:
    answer = served_once.browser().get("/login", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_two_hosts_get_nothing(served_once: Any) -> None:
    port = int(served_once.base.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        )
        assert line.recv(12) == b"HTTP/1.1 400"


def test_a_name_with_tls_in_front_is_served_only_through_the_proxy(
    demo_school: Path, gateway_at: Callable[..., Any]
) -> None:
    served = gateway_at(demo_school, names=("school.lan",))
    browser = served.browser(host="school.lan")
    assert browser.get("/login").status_code == 400
    assert browser.get("/login", headers={"x-forwarded-proto": "http"}).status_code == 400
    assert browser.get("/login", headers={"x-forwarded-proto": "https"}).status_code == 200
    other = gateway_at(demo_school, names=("school.lan",), proxies=("10.9.9.9",))
    assert (
        other.browser(host="school.lan").get("/login", headers={"x-forwarded-proto": "https"}).status_code
        == 400
    )


def test_what_a_browser_claims_of_its_address_is_not_believed(
    demo_school: Path, gateway_at: Callable[..., Any]
) -> None:
    served = gateway_at(demo_school, names=("school.lan",))
    login = served.logins["班主任"]
    headers = {"x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4, 10.0.0.7, 127.0.0.1"}
    served.browser(host="school.lan", **headers).post(
        "/login", data={"user": login["user"], "password": login["password"]}
    )
    assert served.gateway.sessions.of(served.staff("班主任"))[0].address == "10.0.0.7"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1"},
        {"origin": "https://127.0.0.1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
        {"sec-fetch-site": ""},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(
    served_once: Any, headers: dict[str, str]
) -> None:
    browser = served_once.logged_in("班主任")
    token = browser.token()
    assert browser.post("/logout", data={"csrf": token}, headers=headers).status_code == 403
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64, "é", None])
def test_a_form_without_the_sessions_token_is_refused_even_from_our_own_page(
    served_once: Any, token: str | None
) -> None:
    browser = served_once.logged_in("班主任")
    fields = {} if token is None else {"csrf": token}
    own = {"origin": served_once.base, "sec-fetch-site": "same-origin"}
    assert browser.post("/logout", data=fields, headers=own).status_code == 403
    assert browser.get("/").status_code == 200


def test_the_token_of_another_session_is_refused(served_once: Any) -> None:
    one, other = served_once.logged_in("班主任"), served_once.logged_in("科任教师")
    answer = one.post("/logout", data={"csrf": other.token()}, headers={"origin": served_once.base})
    assert answer.status_code == 403


def test_logging_in_from_another_site_is_refused(served_once: Any) -> None:
    """A page that logs the visitor in under its own account would read along what is typed."""
    login = served_once.logins["班主任"]
    answer = served_once.browser().post(
        "/login",
        data={key: login[key] for key in ("user", "password")},
        headers={"origin": "http://evil.example"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("is_chunked", [False, True])
def test_what_is_too_large_is_refused_however_it_is_sent(bare: Any, is_chunked: bool) -> None:  # noqa: FBT001 -- a column of the table
    browser = bare.browser()
    raw = b"x" * 5000
    content = iter([raw[:500]] * 10) if is_chunked else raw
    assert browser.post("/hello", content=content).status_code == 413
    assert browser.post("/hello", content=b"x" * 900).status_code == 200
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/hello", content=b"a=" + raw, headers=form).status_code == 413
    boundary = {"content-type": "multipart/form-data; boundary=b"}
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + raw + b"\r\n--b--\r\n"
    assert browser.post("/hello", content=part, headers=boundary).status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&=&&&"),
        ("application/json", b"{"),
        ("", b"\x00\xff"),
    ],
)
def test_a_form_that_is_none_is_no_fault(bare: Any, kind: str, body: bytes) -> None:
    browser = bare.logged_in("班主任")
    headers = {"content-type": kind, "origin": bare.base, "x-csrf-token": browser.token()}
    assert browser.post("/in", content=body, headers=headers).status_code < 500


def test_a_fault_shows_a_reference_and_nothing_of_what_it_was_about(bare: Any) -> None:
    answer = bare.browser().get("/broken")
    assert answer.status_code == 500
    assert "张三" not in answer.text
    assert "Traceback" not in answer.text
    reference = bare.gateway.meters.read().faults[0]
    assert reference in answer.text
    kept = bare.root / ".guanai" / "faults" / f"{reference}.log"
    assert "张三" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0
    assert reference in bare.logged_in("系统管理员").get("/admin/health").text


def test_a_clash_is_told_in_its_own_words(bare: Any) -> None:
    answer = bare.browser().get("/taken")
    assert (answer.status_code, "别人刚改过。" in answer.text) == (409, True)


def test_the_page_for_what_is_not_there_is_that_for_what_one_may_not_see(served_once: Any) -> None:
    browser = served_once.logged_in("班主任")
    assert browser.get("/nowhere").text == browser.get("/admin/health").text
    assert browser.get("/admin/health").status_code == 404
    assert served_once.browser().get("/nowhere").text == browser.get("/nowhere").text


def test_the_word_for_machines_says_nothing(served_once: Any) -> None:
    answer = served_once.browser().get("/health")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "\\\\evil", "/a\nb"],
)
def test_logging_in_leads_nowhere_else(served_once: Any, target: str) -> None:
    login, browser = served_once.logins["班主任"], served_once.browser()
    answer = browser.post(
        "/login", data={"user": login["user"], "password": login["password"], "next": target}
    )
    assert answer.headers["location"] == "/"


def test_logging_in_leads_to_the_page_that_was_asked_for(served_once: Any) -> None:
    login, browser = served_once.logins["班主任"], served_once.browser()
    asked = browser.get("/account")
    assert asked.headers["location"] == "/login?next=%2Faccount"
    assert 'name="next" value="/account"' in browser.get(asked.headers["location"]).text
    answer = browser.post(
        "/login", data={"user": login["user"], "password": login["password"], "next": "/account"}
    )
    assert answer.headers["location"] == "/account"


def test_no_page_asks_for_anything_from_elsewhere(served_once: Any) -> None:
    outside, inside = served_once.browser(), served_once.logged_in("系统管理员")
    pages = [
        outside.get("/login"),
        *(inside.get(path) for path in ("/", "/account", "/admin/health", "/login/enrol")),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "//" not in page.text.replace("otpauth://", ""), page.url
        assert " style=" not in page.text
        assert "<style" not in page.text


def test_without_tls_a_named_host_is_served_and_its_forms_come_through(
    demo_school: Path, gateway_at: Callable[..., Any]
) -> None:
    served = gateway_at(demo_school, insecure_names=("school.lan",))
    browser = served.browser(host="school.lan")
    page = browser.get("/login")
    assert page.headers["referrer-policy"] == "same-origin", "or browsers call the origin of every form null"
    login = served.logins["班主任"]
    fields = {"user": login["user"], "password": login["password"]}
    assert browser.post("/login", data=fields, headers={"origin": "http://school.lan"}).status_code == 303
    assert browser.post("/login", data=fields, headers={"origin": "null"}).status_code == 403


def test_slow_answers_leave_threads_for_the_others(demo_school: Path, gateway_at: Callable[..., Any]) -> None:
    """Everybody logs in at eight o'clock: those who are in already do not wait for it."""
    gate = threading.Event()

    def slow(_: Request) -> Response:
        gate.wait(20)
        return PlainTextResponse("done")

    door = Door("/slow", ("POST",), slow, OPEN, "slow", is_slow=True)
    served = gateway_at(demo_school, doors=(*collect()[0], door))
    threads = [threading.Thread(target=served.browser().post, args=("/slow",)) for _ in range(60)]
    for thread in threads:
        thread.start()
    try:
        assert served.browser().get("/login", timeout=10).status_code == 200
    finally:
        gate.set()
        for thread in threads:
            thread.join()
