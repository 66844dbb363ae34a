"""A real Chromium, and people who sit at it; every test of this folder is one of a browser."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

_CHROMIUM = Path("/usr/bin/chromium")
_MARKS = (
    pytest.mark.browser,
    pytest.mark.skipif(not _CHROMIUM.exists(), reason=f"needs {_CHROMIUM}"),
)
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.hookimpl(tryfirst=True)  # before those are left out that lack a mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in _MARKS:
                item.add_marker(mark)


def log_in(page: Any, login: Mapping[str, str]) -> None:
    """Give name and password on the page for it, of a role that needs no code."""
    page.goto("/login")
    page.fill("[name=user]", login["user"])
    page.fill("[name=password]", login["password"])
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    assert page.locator("[name=code], [name=totp]").count() == 0, "this role needs a code"


def looked_at(page: Any, name: str) -> None:
    """Keep a picture of a page where the environment names a folder for them."""
    folder = os.environ.get("GUANAI_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


class Hand:
    """Somebody at a page, and how often that person did anything: each tap, each choice and each field filled in is one."""

    def __init__(self, page: Any, *, is_touch: bool) -> None:
        """``is_touch``: taps with a finger instead of clicking with a mouse."""
        self.page = page
        self.count = 0
        self._is_touch = is_touch

    def tap(self, target: Any) -> None:
        """Tap or click a thing: a locator, or what selects the first one that can be seen."""
        found = self.page.locator(target).locator("visible=true").first if isinstance(target, str) else target
        found.tap() if self._is_touch else found.click()
        self.count += 1

    def write(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.locator(".form").get_by_label(re.compile(rf"^\s*{label}( 必填)?\s*$")).first.fill(text)
        self.count += 1

    def told(self) -> str:
        """Return what the page says of what was just done."""
        found = self.page.locator(".flashes")
        found.wait_for()
        return str(found.inner_text())

    def measured(self, script: str) -> Any:
        """Run a script on the page once its styles have come: what a tap led to can be seen before that."""
        self.page.wait_for_load_state()
        return self.page.evaluate(script)

    def looked_at(self, name: str) -> None:
        """Keep a picture of the page where the environment names a folder for them."""
        looked_at(self.page, name)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser of a module's tests."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium: Any, served: Any) -> Iterator[Callable[..., Any]]:
    """``enter("班主任", phone=True)`` returns a page that somebody has logged in on by the form for it.

    ``page.faults`` are the complaints of its console, ``enter.log_in`` and ``enter.looked_at`` are for further pages.
    """
    contexts: list[Any] = []

    def entered(role: str = "班主任", *, phone: bool = False) -> Any:
        context = chromium.new_context(base_url=served.base, locale="zh-CN", **(_PHONE if phone else _DESK))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        faults = page.faults = []
        page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
        log_in(page, served.logins[role])
        return page

    entered.log_in, entered.looked_at = log_in, looked_at  # type: ignore[attr-defined]
    yield entered
    for each in contexts:
        each.close()


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Hand]]:
    """``sit(served, staff, phone=True)`` returns the hand of somebody who is logged in, at the first page."""
    contexts: list[Any] = []
    faults: list[str] = []

    def sat(served: Any, staff: str, *, phone: bool = False, **options: Any) -> Hand:
        touch = {"has_touch": True, "is_mobile": True} if phone else {}
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        context = chromium.new_context(
            base_url=served.base, locale="zh-CN", viewport=size, **touch, **options
        )
        contexts.append(context)
        name, number = served.session(staff)
        context.add_cookies([{"name": name, "value": number, "url": served.base}])
        page = context.new_page()
        page.set_default_timeout(12_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.goto("/")
        return Hand(page, is_touch=phone)

    yield sat
    for each in contexts:
        each.close()
    assert faults == []
