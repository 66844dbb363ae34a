"""Searching in a real browser: Back and reload show what was found, and ask nothing."""

from typing import Any


def test_back_from_a_child_leads_to_what_was_found(served_once: Any, sit: Any) -> None:
    hand = sit(served_once, served_once.staff("班主任"))
    page = hand.page
    page.goto("/students")
    name = page.locator(".pupils a").first.evaluate("each => each.firstChild.textContent.trim()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("找一名学生").fill(name)
    page.get_by_role("button", name="查找").click()
    page.get_by_text("找到 1 名学生").wait_for()
    page.locator(".pupils a").first.click()
    page.locator("h1", has_text=name).wait_for()
    page.go_back()
    page.get_by_text("找到 1 名学生").wait_for()
    page.reload()
    page.get_by_text("找到 1 名学生").wait_for()
    assert page.get_by_label("找一名学生").input_value() == name
    page.go_back()
    page.get_by_label("找一名学生").wait_for()
    assert page.locator(".pupils a").count() > 1
    hex_name = name.encode().hex()
    assert not [each for each in asked if hex_name in each.lower().replace("%", "")]
