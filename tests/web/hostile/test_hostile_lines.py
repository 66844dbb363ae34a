"""What no form sends: encodings that are not ours, an impossible clock, a line that breaks; none is a fault."""

import socket
from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    "charset", ["undefined", "punycode", "unicode_escape", "utf-16", "idna", "hex", "\t"]
)
def test_text_in_an_encoding_that_is_not_ours_is_refused(
    charset: str, attacked: Any, demand_sound: Callable[..., None]
) -> None:
    body = b'--xq7\r\ncontent-disposition: form-data; name="user"\r\n\r\n\\ud800 xn--\r\n--xq7--\r\n'
    for kind in ("multipart/form-data; boundary=xq7", "application/x-www-form-urlencoded"):
        headers = {"content-type": f'{kind}; charset="{charset}"'}
        for role, address in (("", "/login"), ("班主任", "/drafts/keep")):
            answer = attacked.client(role).post(address, content=body, headers=headers)
            demand_sound(answer, (role, kind))
            assert answer.status_code == 400


@pytest.mark.parametrize(
    "told", ["0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "0001-01-01T00:00", "x"]
)
def test_a_phone_with_an_impossible_clock_is_not_believed(told: str, attacked: Any) -> None:
    snapshot = attacked.served.gateway.moments.now().snapshot
    posts = snapshot.staff[attacked.staff["班主任"]].assignments
    class_id = next(post.scope for post in posts if post.role == "班主任")
    sent = {"action": "check", "slot": "早读", "at": told}
    answer = attacked.client("班主任").post(f"/class/{class_id}/attendance", data=sent)
    assert answer.status_code == 303


def test_a_line_that_breaks_in_the_middle_is_no_fault(attacked: Any) -> None:
    client, address = attacked.client("班主任"), attacked.served.base.removeprefix("http://")
    host, _, port = address.partition(":")
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=xq7",
        "application/json",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as line:
            head = (
                f"POST /drafts/keep HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n"
                f"cookie: guanai={client.cookies['guanai']}\r\ncontent-type: {kind}\r\ncontent-length: 5000\r\n\r\n--xq7\r\n"
            )
            line.sendall(head.encode())
    assert client.get("/drafts/token").status_code == 200
    assert attacked.served.gateway.meters.read().faults == ()
