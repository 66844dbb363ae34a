"""Setting up the second factor as people do it, and what was typed coming through it, in a browser."""

from pathlib import Path
from typing import Any

import pyotp
import pytest

from guanai.web.enrolment import Desk
from guanai.web.settings import Hashing

sync_api = pytest.importorskip("playwright.sync_api")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright")
_CHROMIUM = Path("/usr/bin/chromium")
_NEW = "蓝鲸在操场边晒太阳-41"
_WORDS = "家访：祖母说最近夜里睡不好，想换个座位。"


def _log_in(page: Any, user: str, password: str) -> None:
    page.fill("[name=user]", user)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def _serious(page: Any) -> list[str]:
    found = axe_api.Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']}" for each in found if each["impact"] in ("serious", "critical")]


def test_the_code_can_be_scanned_tapped_or_typed_on_every_screen(served: Any) -> None:
    login, told, said = served.logins["心理健康教师"], list[str](), list[str]()
    served.gateway.accounts.set_totp(served.staff("心理健康教师"), "")
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        for width, scheme in ((1280, "light"), (390, "dark")):
            size = {"width": width, "height": 844}
            context = chromium.new_context(base_url=served.base, viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.on("console", lambda message: said.append(message.text))
            page.goto("/login")
            _log_in(page, login["user"], login["password"])
            image = page.locator("img.qr")
            image.wait_for()
            page.wait_for_load_state()
            assert image.evaluate("each => each.complete && each.naturalWidth") > 100, (
                "the policy lets it be shown"
            )
            assert image.bounding_box()["width"] >= 200, "large enough for a camera"
            secret = pyotp.parse_uri(page.get_attribute("a[href^='otpauth:']", "href")).secret
            page.focus("summary")
            page.keyboard.press("Enter")
            assert page.locator(".secret").inner_text().replace(" ", "") == secret
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            told += _serious(page)
        page.fill("[name=totp]", pyotp.TOTP(secret).at(served.clock.now))
        page.click("button.main")
        page.locator("h1:has-text('您好')").wait_for()
        chromium.close()
    assert (told, said) == ([], [])


def test_without_javascript_a_reset_in_the_middle_of_typing_loses_nothing(served: Any) -> None:
    snapshot, staff = served.gateway.moments.now().snapshot, served.staff("校长")
    student = str(next(iter(snapshot.ids("student"))))
    login = served.logins["校长"]
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        page = chromium.new_context(base_url=served.base, java_script_enabled=False).new_page()
        page.goto(f"/login?next=/child/{student}/add/谈话")
        _log_in(page, login["user"], login["password"])
        page.fill("[name=totp]", pyotp.TOTP(login["totp"]).at(served.clock.now))
        page.click("button.main")
        page.get_by_label("内容").fill(_WORDS)
        desk = Desk(served.root, Hashing(passes=1, memory_kib=8, lanes=1), clock=served.clock)
        handed = desk.reset(staff)
        desk.close()
        page.click(".form button:has-text('保存')")
        _log_in(page, handed.user, handed.password)
        page.fill("[name=password]", _NEW)
        page.fill("[name=again]", _NEW)
        page.click("button.main")
        secret = pyotp.parse_uri(page.get_attribute("a[href^='otpauth:']", "href")).secret
        page.fill("[name=totp]", pyotp.TOTP(secret).at(served.clock.now))
        page.click("button.main")
        assert page.get_by_label("内容").input_value() == _WORDS
        page.click(".form button:has-text('保存')")
        assert page.url.startswith(f"{served.base}/"), page.url
        chromium.close()
    kept = served.gateway.moments.now().snapshot.mapping("student", student).get("过程记录", [])
    assert _WORDS in [str(each["内容"]) for each in kept]
