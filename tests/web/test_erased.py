"""What is erased beside a running gateway is gone from it too: the next page it serves knows nothing of the child."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import httpx
import pytest

from guanai.web.forms.drafts import Drafts
from guanai.yamlfile import load

_LINK = re.compile(r"""(?:href|src)="([^"#]*)""")
_MOST_PAGES = 60
_CANARY = "金丝雀九零三七五"
_PROGRAM = [sys.executable, "-c", "from guanai.cli.main import main; main()"]


def _crawled(browser: httpx.Client, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each page that can be reached with its text."""
    waiting, seen = [*starts], set(starts)
    while waiting and len(seen) - len(waiting) < _MOST_PAGES:
        place = waiting.pop(0)
        answer = browser.get(place)
        text = unquote(unescape(answer.text)) if "text" in answer.headers.get("content-type", "") else ""
        yield place, text
        found = [
            each for each in _LINK.findall(answer.text) if each.startswith("/") and "/logout" not in each
        ]
        fresh = [
            each
            for each in dict.fromkeys(map(unescape, found))
            if each not in seen and "/static/" not in each
        ]
        seen.update(fresh)
        waiting += fresh


@pytest.mark.slow
def test_a_running_gateway_serves_nothing_of_an_erased_child(
    served: Any, login: Callable[[str], Any]
) -> None:
    root: Path = served.root
    file = max(root.glob("records/students/*/*.yml"), key=lambda each: each.stat().st_size)
    child, name = file.stem, str(load(file.read_bytes(), "x").data["姓名"])
    other = next(each.stem for each in sorted(root.glob("records/students/*/*.yml")) if each != file)
    browser, gateway = login("校长"), served.gateway
    addresses = [f"/students/{child}", f"/students/{child}/history", f"/papers/student-file/{child}"]
    assert all(name in browser.get(each).text for each in addresses[:1])
    assert [browser.get(each).status_code for each in addresses] == [200] * 3

    body = [("内容", f"{name}，{_CANARY}"), ("参加学生", f"@{child}")]
    Drafts(gateway.db).keep(served.staff("校长"), f"/record/{other}/edit", "谈话", body, when=served.clock())
    Drafts(gateway.db).keep(
        served.staff("校长"), f"/record/{other}/add", "谈话", [("内容", "留着")], when=served.clock()
    )
    browser_of_another = login("分管副校长")
    session = gateway.sessions.of(served.staff("分管副校长"))[0]
    gateway.sessions.flash(session.key, f"已保存：{child} {_CANARY}")
    for place in (
        ".guanai/cache/imports/ABC/book.csv",
        ".guanai/sites/J2024-01/x/index.html",
        "documents/x.html",
    ):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(f"{child},{name},{_CANARY}", encoding="utf-8")

    searched = browser.submit("/students", q=name).headers["location"]
    assert name in browser.get(searched).text

    begun = browser.submit("/batch/term", term="2026-2027-1")
    assert begun.status_code == 303
    command = [*_PROGRAM, "-C", str(root), "erase", child, "--yes", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["remains"] == []

    served.gateway.packers.of_school.submit(int).result(
        timeout=120
    )  # what was being made has come to its end
    packs = root / ".guanai" / "cache" / "packs"
    assert not packs.exists() or not list(packs.iterdir()), "neither a pack nor what it was being made of"
    at = begun.headers["location"]
    answers = [browser.get(each) for each in (at, f"{at}/file")]
    assert [(each.status_code, each.headers.get("location")) for each in answers] == [(422, None)] * 2
    assert [browser.get(each).status_code for each in addresses] == [404] * 3
    words = (child, name, _CANARY)
    assert name not in browser.get(searched).text
    assert name not in str(vars(gateway.searches))
    for visitor in (browser, browser_of_another):
        starts = [
            "/",
            "/students",
            "/duties",
            "/drafts",
            "/papers",
            f"/students?{urlencode({'q': name})}",
            f"/students/{other}",
        ]
        for place, text in _crawled(visitor, starts):
            found = [word for word in words if word in text.replace(urlencode({"q": name}), "")]
            assert not found or place.startswith("/students?"), (place, found)
    assert [each.title for each in Drafts(gateway.db).of(served.staff("校长"))] == ["谈话"]
    for each in sorted((root / ".guanai").rglob("*")):
        if each.is_file() and "audit" not in each.parts:
            raw = each.read_bytes()
            assert not [word for word in (*words, urlencode({"": name})[1:]) if word.encode() in raw], each
