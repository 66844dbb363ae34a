"""Journeys in a real Chromium: few taps, nothing lost on a weak line, at the end of a session or between two people."""

import re
from typing import Any
from urllib.parse import quote

import pytest


@pytest.fixture(scope="module")
def served(served_here: Any) -> Any:
    return served_here


def test_a_talk_is_recorded_from_the_duties_in_six_interactions(served: Any, enter: Any) -> None:
    page = enter("班主任")
    page.goto("/")
    taps = 0
    page.click("nav a:has-text('待办')")
    taps += 1
    enter.looked_at(page, "duties-desk")
    button = page.locator(f"a[href*='/add/{quote('谈话')}']").first
    if not button.is_visible():
        page.click("summary:has-text('提示')")
        taps += 1
    href = button.get_attribute("href") or ""
    student = re.search(r"S[0-9]{4}-[0-9A-Z]{5}", href)[0]  # type: ignore[index]
    button.click()
    taps += 1
    visible = [each for each in page.locator(".form [name^='/过程记录/n1/']").all() if each.is_visible()]
    assert 1 <= len(visible) <= 5
    page.get_by_label("内容").fill("说了最近的作业，答应每天把不会的题圈出来。")
    taps += 1
    enter.looked_at(page, "talk-desk")
    page.click("button:has-text('保存')")
    taps += 1
    assert taps <= 6
    page.wait_for_url("**/duties*")
    assert "算作完成" in page.locator(".flashes").inner_text()
    assert page.locator(f"a[href='{href}']").count() == 0
    assert served.child(student)["过程记录"][-1]["内容"].startswith("说了最近的作业")


def test_two_people_at_different_fields_keep_both_and_at_the_same_field_choose(
    served: Any, enter: Any
) -> None:
    student = served.children()[0]
    mine, theirs = enter("班主任"), enter("班主任", phone=True)
    for page in (mine, theirs):
        page.goto(f"/child/{student}/edit")
    theirs.get_by_label("特长").fill("二胡")
    theirs.tap("button:has-text('保存')")
    theirs.locator(".flashes").wait_for()
    mine.get_by_label("课堂安全提示").fill("坐前排，少安排剧烈运动")
    mine.click("button:has-text('保存')")
    mine.locator(".flashes").wait_for()
    assert "两边的改动都留着" in mine.locator(".flashes").inner_text()
    assert (served.child(student)["特长"], served.child(student)["课堂安全提示"]) == (
        "二胡",
        "坐前排，少安排剧烈运动",
    )

    for page in (mine, theirs):
        page.goto(f"/child/{student}/edit")
    theirs.get_by_label("课堂安全提示").fill("坐后排")
    theirs.tap("button:has-text('保存')")
    theirs.locator(".flashes").wait_for()
    mine.get_by_label("课堂安全提示").fill("坐窗边")
    mine.get_by_label("特长").fill("书法")
    mine.click("button:has-text('保存')")
    mine.locator("h1:has-text('两个人改了同一处')").wait_for()
    enter.looked_at(mine, "conflict-desk")
    assert served.child(student)["特长"] == "二胡"
    mine.check("input[value=mine]")
    mine.click("button:has-text('按所选的保存')")
    mine.locator(".flashes").wait_for()
    assert (served.child(student)["特长"], served.child(student)["课堂安全提示"]) == ("书法", "坐窗边")


def test_what_was_typed_survives_a_lost_line(served: Any, enter: Any) -> None:
    student = served.children()[1]
    page = enter("班主任")
    page.goto(f"/child/{student}/add/谈话")
    page.get_by_label("内容").fill("线断的时候写的字。")
    page.context.set_offline(True)
    page.click("button:has-text('保存')")
    page.locator("text=连不上学校的服务器").wait_for()
    enter.looked_at(page, "offline-desk")
    assert page.get_by_label("内容").input_value() == "线断的时候写的字。"
    page.context.set_offline(False)
    page.wait_for_url("**/students/**", timeout=15_000)
    written = [each for each in served.child(student)["过程记录"] if each["内容"] == "线断的时候写的字。"]
    assert len(written) == 1


def test_what_was_typed_survives_the_end_of_the_session(served: Any, enter: Any) -> None:
    student = served.children()[2]
    page = enter("班主任", phone=True)
    page.goto(f"/child/{student}/add/谈话")
    page.get_by_label("内容").fill("打字时登录过期。")
    page.locator("text=草稿已留在服务器").wait_for()
    served.clock.forward(hours=2)
    page.tap("button:has-text('保存')")
    page.locator("text=登录已过期").wait_for()
    enter.looked_at(page, "expired-phone")
    with page.context.expect_page() as opened:
        page.tap("a:has-text('请在新窗口登录')")
    other = opened.value
    enter.log_in(other, served.logins["班主任"])
    other.goto(f"/child/{student}/add/谈话")
    assert "接着写" in other.locator("main").inner_text()
    enter.looked_at(other, "draft-offered-phone")
    page.tap("button:has-text('保存')")
    page.wait_for_url("**/students/**")
    assert [each["内容"] for each in served.child(student)["过程记录"]].count("打字时登录过期。") == 1
