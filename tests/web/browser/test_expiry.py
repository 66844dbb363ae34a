"""Chromium, when the session ends in the middle of typing or the page has no JavaScript: nothing typed is lost."""

from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
_CHROMIUM = Path("/usr/bin/chromium")
WORDS = "打字时登录过期。\n第二行：“引号”和 <b>尖括号</b>。"


def _enter(page: Any, login: dict[str, str]) -> None:
    page.fill("[name=user]", login["user"])
    page.fill("[name=password]", login["password"])
    page.click("button.main")


@pytest.mark.parametrize("has_script", [False, True])
def test_what_was_typed_is_saved_after_a_new_log_in_in_the_same_window(
    served: Any, student: str, *, has_script: bool
) -> None:
    login, address = served.logins["班主任"], f"/child/{student}/add/谈话"
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(_CHROMIUM), args=["--no-sandbox"])
        page = chromium.new_context(
            base_url=served.base, locale="zh-CN", java_script_enabled=has_script
        ).new_page()
        page.set_default_timeout(10_000)
        page.goto(f"/login?next={address}")
        _enter(page, login)
        page.get_by_label("内容").fill(WORDS)
        if has_script:
            page.locator("text=草稿已留在服务器").wait_for()
        served.clock.forward(hours=2)
        page.click(".form button:has-text('保存')")
        if has_script:
            page.locator("text=登录已过期").wait_for()
            page.on("dialog", lambda dialog: dialog.accept())
            page.goto(address)  # away from the page, as a tired person does
            _enter(page, login)
            page.click("a:has-text('接着写')")
        else:
            assert "没有丢" in page.locator(".note").inner_text()
            _enter(page, login)
        assert page.get_by_label("内容").input_value() == WORDS
        page.click(".form button:has-text('保存')")
        page.wait_for_url("**/students/**")
        chromium.close()
    held = served.gateway.moments.now().snapshot.mapping("student", student)["过程记录"]
    assert [each["内容"] for each in held].count(WORDS) == 1
