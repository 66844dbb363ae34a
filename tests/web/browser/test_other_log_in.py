"""Two people at one computer: what one typed is neither kept nor saved as the other's."""

from datetime import timedelta
from typing import Any

import pytest

from guanai.web.forms.drafts import Drafts


def test_a_form_left_open_is_not_kept_under_the_next_persons_log_in(served_once: Any, sit: Any) -> None:
    me, other = served_once.staff("班主任"), served_once.staff("校长")
    hand = sit(served_once, me)
    page, context = hand.page, hand.page.context
    drafts = Drafts(served_once.gateway.db)
    page.goto("/students")
    child = page.locator(".pupils a").first.get_attribute("href").rpartition("/")[2]
    page.goto(f"/child/{child}/add/谈话")
    hand.write("内容", "第一句。")
    page.get_by_text("草稿已留在服务器").wait_for()
    name, number = served_once.session(other)
    context.add_cookies([{"name": name, "value": number, "url": served_once.base}])
    hand.write("内容", "第一句。第二句。")
    page.get_by_text("这里现在登录的是别人").wait_for()
    hand.tap("button:has-text('保存')")
    page.get_by_text("这里现在登录的是别人").wait_for()
    assert drafts.of(other) == ()
    assert "第二句" not in str(drafts.of(me))
    held = served_once.gateway.moments.now().snapshot.mapping("student", child)
    assert "第一句" not in str(held.get("过程记录"))
    assert page.locator("textarea").first.input_value() == "第一句。第二句。", (
        "what was typed stays on the page"
    )
    name, number = served_once.session(me)
    context.add_cookies([{"name": name, "value": number, "url": served_once.base}])
    hand.write("内容", "第一句。第二句。第三句。")
    page.get_by_text("草稿已留在服务器").wait_for()
    page.locator("[data-banner]").wait_for(state="hidden")
    assert "第三句" in str(drafts.of(me))
    drafts.forget_old(served_once.clock() + timedelta(days=60))


@pytest.mark.parametrize("width", [390, 1280])
def test_what_nobody_is_known_to_have_sent_is_asked_about_in_words_that_say_what_comes(
    served_once: Any, sit: Any, width: int
) -> None:
    hand = sit(served_once, served_once.staff("班主任"), phone=width == 390, java_script_enabled=False)
    page = hand.page
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/students")
    child = page.locator(".pupils a").first.get_attribute("href").rpartition("/")[2]
    page.locator("main input[name=q]").fill("雀")
    _asked(hand, "main form:has(input[name=q])", f"whose-search-{width}")
    button = page.locator("button.main").inner_text()
    assert ("查找" in button, "保存" in page.locator("main").inner_text()) == (True, False)
    hand.tap("button.main")
    page.get_by_role("heading", name="请再找一次").wait_for()
    page.goto(f"/child/{child}/add/谈话")
    hand.write("内容", "第一句。")
    _asked(hand, "form.form", f"whose-{width}")
    assert "查找" not in page.locator("main").inner_text()
    hand.tap("button.main")
    page.wait_for_url("**draft=1")
    assert page.locator("textarea").first.input_value() == "第一句。"
    Drafts(served_once.gateway.db).forget_old(served_once.clock() + timedelta(days=60))


def _asked(hand: Any, form: str, name: str) -> None:
    """Send a form whose token tells nobody, and look at the page that asks whose it is."""
    sent = hand.page.locator(form).first
    sent.locator("input[name=csrf]").evaluate("(field) => { field.value = '0'.repeat(64); }")
    sent.evaluate("(form) => HTMLFormElement.prototype.submit.call(form)")
    hand.page.locator("form[action='/login/code']").wait_for()
    hand.looked_at(name)
    width = hand.page.viewport_size["width"]
    assert hand.measured("document.documentElement.scrollWidth") <= width
    for button in hand.page.locator("main .button, main button").all():
        box = button.bounding_box()
        assert box["height"] >= 44, "a finger hits it"
        assert box["y"] + box["height"] <= hand.page.viewport_size["height"], "it is seen at once"
