"""Journeys in Chromium: a mention completed from the keyboard, a change taken back, a class screened on a phone."""

import re
from typing import Any

import pytest

from guanai.store.note import Action, Note, Reason


@pytest.fixture(scope="module")
def served(served_here: Any) -> Any:
    return served_here


def test_a_mention_is_completed_from_the_keyboard_and_the_entry_is_taken_back(
    served: Any, enter: Any
) -> None:
    mine, other = served.children()[:2]
    name = served.gateway.moments.now().snapshot.mapping("student", other)["姓名"]
    page = enter()
    page.goto(f"/child/{mine}/add/谈话")
    box = page.get_by_label("内容")
    box.fill("和")
    box.press("End")
    box.press_sequentially(f"@{name}", delay=20)
    option = page.locator(".mentions [role=option]").first
    option.wait_for()
    assert name in option.inner_text()
    enter.looked_at(page, "mention-desk")
    box.press("Enter")
    assert box.input_value() == f"和@{other} "
    box.press_sequentially("一起订了计划。")
    page.click(".form button:has-text('保存')")
    page.wait_for_url("**/students/**")
    held = served.gateway.moments.now().snapshot.mapping("student", mine)["过程记录"]
    assert held[-1]["内容"] == f"和@{other} 一起订了计划。"

    page.click("a:has-text('修改历史')")
    enter.looked_at(page, "history-desk")
    assert name in page.locator(".timeline li").first.inner_text()
    page.locator("a:has-text('撤销这一次')").first.click()
    page.select_option("[name=reason]", "更正")
    enter.looked_at(page, "undo-desk")
    page.click("button:has-text('改回去')")
    page.locator(".flashes").wait_for()
    assert "已经改回去" in page.locator(".flashes").inner_text()
    left = served.gateway.moments.now().snapshot.mapping("student", mine).get("过程记录", [])
    assert not any("一起订了计划" in each["内容"] for each in left)
    page.click("a:has-text('比较两个日期')")
    enter.looked_at(page, "compare-desk")
    assert page.faults == []


def test_a_class_is_screened_on_a_phone_with_a_tap_for_what_is_found_and_one_for_the_rest(
    served: Any, enter: Any
) -> None:
    class_id, pupils = served.class_of(), served.children()
    store, path = served.gateway.moments.store, f"records/screenings/2026-2027-1/{class_id}.yml"
    note = Note(Action.DELETE, (), "", "程序", Reason.CORRECTION, served.clock())
    store.put({path: None}, note, parent=store.head())
    page = enter(phone=True)
    page.goto("/students")
    page.tap(f"a[href='/class/{class_id}/screening']")
    taps = 1
    page.wait_for_url("**/screening*")
    page.locator(".households li").nth(2).locator("label:has-text('有情形')").tap()
    page.locator(".households li").nth(2).locator("summary").tap()
    page.locator(".households li").nth(2).locator("label:has-text('留守')").tap()
    taps += 3
    enter.looked_at(page, "screening-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.tap("button:has-text('其余都记')")
    taps += 1
    page.locator(".flashes").wait_for()
    lines = served.gateway.moments.now().snapshot.mapping("screening", path)["逐户"]
    assert len(lines) == len(pupils)
    assert [each["情形"] for each in lines if each["结果"] == "有情形"] == [["留守"]]
    assert taps <= 12
    assert re.search(rf"已记 {len(pupils)} 户", page.locator("main").inner_text())
    page.goto(f"/students/{pupils[0]}/history")
    enter.looked_at(page, "history-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.faults == []
