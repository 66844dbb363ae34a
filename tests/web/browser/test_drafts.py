"""Drafts in a real Chromium: what is typed and not saved stays, however the page is left, and goes once it is saved."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from guanai.web.forms.drafts import Drafts

#: A page that is put out of sight, as a phone does with it.
_HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
_KINDS = {"leaves": "谈话", "hides": "家访"}


@pytest.fixture(scope="module")
def served(served_here: Any) -> Any:
    return served_here


def test_names_that_were_ticked_and_not_saved_come_back_after_a_reload_and_are_gone_once_saved(
    served: Any, enter: Any
) -> None:
    page = enter("班主任", phone=True)
    page.goto(f"/class/{served.class_of()}/attendance")
    before = page.locator(".roll input:checked").count()
    free = page.locator(".roll li:not(:has(input:checked)) label")
    free.first.tap()
    page.locator("text=草稿已留在服务器").wait_for()
    free.first.tap()
    page.goto("/duties")  # left at once, before the clock of the draft has run down
    page.goto(f"/class/{served.class_of()}/attendance")
    page.tap("text=接着写")
    page.locator("text=这是您没保存的点名").wait_for()
    assert page.locator(".roll input:checked").count() == before + 2
    enter.looked_at(page, "attendance-draft-phone")
    with page.expect_navigation():
        page.tap("[data-count]")
    page.goto(f"/class/{served.class_of()}/attendance")
    assert page.locator("text=接着写").count() == 0
    assert page.evaluate("Object.keys(localStorage).length") == 0


def _with_late_script(page: Any, place: str) -> Callable[[], None]:
    """Open a page whose script does not come before the call that is returned."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/forms.js*", hold)
    page.goto(place, wait_until="commit")
    page.locator("h1").wait_for()

    def come() -> None:
        page.evaluate("0")  # lets the browser tell what it asked for
        held.pop().continue_()
        page.wait_for_load_state()

    return come


def test_what_was_typed_before_the_script_came_has_a_draft_too(served: Any, enter: Any) -> None:
    student = served.children()[9]
    place, page = f"/child/{student}/add/家访", enter("班主任", phone=True)
    come = _with_late_script(page, place)
    page.get_by_label("内容").fill("脚本还没到就写完了。")
    come()
    page.locator("text=草稿已留在服务器").wait_for()
    assert _drafts(served, place) == ["脚本还没到就写完了。"]
    page.tap(".form button:has-text('保存')")
    page.wait_for_url("**/students/**")
    assert _drafts(served, place) == []


@pytest.mark.parametrize("kind", ["谈话", "家访", "转介"])
def test_a_form_that_nobody_touched_keeps_no_draft_and_lets_go(served: Any, enter: Any, kind: str) -> None:
    place, page = f"/child/{served.children()[9]}/add/{kind}", enter("班主任")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for _ in range(2):
        page.goto(place)
        page.wait_for_timeout(2_500)
    page.goto("/duties")
    assert _drafts(served, place) == []


def test_a_name_ticked_before_the_script_came_is_counted_on_the_button_and_kept(
    served: Any, enter: Any
) -> None:
    place, page = f"/class/{served.class_of()}/attendance", enter("班主任", phone=True)
    come = _with_late_script(page, place)
    before = page.locator(".roll input:checked").count()
    page.locator(".roll li:not(:has(input:checked)) label").first.tap()
    come()
    page.locator(f"button:text-is('保存：{before + 1} 人没到')").wait_for()
    page.locator("text=草稿已留在服务器").wait_for()


def test_a_draft_is_taken_up_again_where_it_was_left(served: Any, enter: Any) -> None:
    student = served.children()[3]
    page = enter("班主任")
    page.goto(f"/child/{student}/add/家访")
    page.get_by_label("内容").fill("写到一半。\n第二行")
    page.locator("text=草稿已留在服务器").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/child/{student}/add/家访")
    page.click("a:has-text('接着写')")
    assert page.get_by_label("内容").input_value() == "写到一半。\n第二行"


def _drafts(served: Any, place: str) -> list[str]:
    found = Drafts(served.gateway.db).of(served.staff("班主任"))
    return [each.value("/过程记录/n1/内容") for each in found if unquote(each.address) == place]


def _at(page: Any, place: str) -> Any:
    """Open a form whose clock stands still but for what the test lets run down."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.clock.install(time="2026-11-20T09:00:00")
    page.goto(place)
    page.clock.pause_at("2026-11-20T10:00:00")
    return page.get_by_label("内容")


def test_who_types_without_a_pause_has_a_draft(served: Any, enter: Any) -> None:
    page, place = enter("班主任"), f"/child/{served.children()[4]}/add/谈话"
    _at(page, place).focus()
    with page.expect_response("**/drafts/keep"):
        for word in ("一", "二", "三"):  # never two seconds without a key
            page.keyboard.insert_text(word)
            page.clock.run_for(1500)
    assert _drafts(served, place) == ["一二"]
    page.keyboard.insert_text("四")
    with page.expect_response("**/drafts/keep"):
        page.clock.run_for(2000)
    assert _drafts(served, place) == ["一二三四"]


@pytest.mark.parametrize("way", ["leaves", "hides"])
def test_the_last_words_before_a_page_is_gone_are_kept(served: Any, enter: Any, way: str) -> None:
    page, place = enter("班主任", phone=True), f"/child/{served.children()[5]}/add/{_KINDS[way]}"
    _at(page, place).fill("还没停笔")
    page.evaluate(_HIDE) if way == "hides" else page.goto("/duties")
    for _ in range(100):
        if _drafts(served, place):
            break
        time.sleep(0.05)
    assert _drafts(served, place) == ["还没停笔"]


def _left_for(page: Any, address: str) -> bool:
    """Go elsewhere by hand; tell whether the browser asked first."""
    asked: list[str] = []

    def accept(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", accept)
    page.goto(address)
    return asked == ["beforeunload"]


def test_leaving_a_page_that_was_sent_back_is_asked_about_and_loses_nothing(served: Any, enter: Any) -> None:
    page, place = enter("班主任"), f"/child/{served.children()[6]}/add/谈话"
    page.goto(place)
    page.get_by_label("内容").fill("说父亲在服刑。")
    page.click(".form button:has-text('保存')")
    page.locator("text=就这样保存").first.wait_for()
    page.click("h1")  # browsers ask only where somebody has done something on the page
    assert _left_for(page, "/duties")
    page.goto(place)
    page.click("a:has-text('接着写')")
    assert page.get_by_label("内容").input_value() == "说父亲在服刑。"


def test_leaving_the_choice_between_two_is_asked_about_but_for_its_own_link(served: Any, enter: Any) -> None:
    student = served.children()[7]
    mine, theirs = enter("班主任"), enter("班主任", phone=True)
    for page in (mine, theirs):
        page.goto(f"/child/{student}/edit")
    theirs.get_by_label("课堂安全提示").fill("坐后排")
    theirs.tap("button:has-text('保存')")
    theirs.locator(".flashes").wait_for()
    for is_meant in (False, True):
        mine.get_by_label("课堂安全提示").fill("坐窗边")
        mine.click("button:has-text('保存')")
        mine.locator("h1:has-text('两个人改了同一处')").wait_for()
        mine.check("input[value=mine]")
        if is_meant:
            mine.click("a:has-text('不保存')")
        else:
            assert _left_for(mine, f"/child/{student}/edit?draft=1")
        mine.locator("a:has-text('接着写')" if is_meant else "text=没保存的草稿").wait_for()


def test_two_tabs_of_one_form_keep_a_draft_each_and_saving_one_leaves_the_other(
    served: Any, enter: Any
) -> None:
    place = f"/child/{served.children()[8]}/add/谈话"
    one = enter("班主任")
    two = one.context.new_page()
    for page, words in ((one, "甲页写的"), (two, "乙页写的")):
        page.goto(place)
        page.get_by_label("内容").fill(words)
        page.locator("text=草稿已留在服务器").wait_for()
    assert sorted(_drafts(served, place)) == ["乙页写的", "甲页写的"]
    one.click(".form button:has-text('保存')")
    one.wait_for_url("**/students/**")
    assert _drafts(served, place) == ["乙页写的"]
    two.click(".form button:has-text('保存')")
    two.wait_for_url("**/students/**")
    assert _drafts(served, place) == []


def test_a_draft_that_is_on_its_way_does_not_outlive_the_save(served: Any, enter: Any) -> None:
    page, place = enter("班主任"), f"/child/{served.children()[9]}/add/谈话"
    held: list[Any] = []
    page.route("**/drafts/keep", lambda route: held.append(route))  # noqa: PLW0108 -- a built-in function takes no marks
    page.goto(place)
    with page.expect_request("**/drafts/keep"):
        page.get_by_label("内容").fill("写完就按保存。")
    with page.expect_response("**/drafts/token"):
        page.click(".form button:has-text('保存')")
    page.wait_for_timeout(700)
    assert len(_entries_of(served, place)) == 0, "saved only after the draft is there to be dropped"
    held[0].continue_()
    page.wait_for_url("**/students/**")
    assert len(_entries_of(served, place)) == 1
    assert _drafts(served, place) == []


def test_a_draft_held_up_on_a_weak_line_does_not_take_the_place_of_a_later_one(
    served: Any, enter: Any
) -> None:
    page, place = enter("班主任"), f"/child/{served.children()[9]}/add/家访"
    held: list[Any] = []

    def hold_first(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/drafts/keep", hold_first)
    text = _at(page, place)
    text.fill("先写的")
    with page.expect_request("**/drafts/keep"):
        page.clock.run_for(2000)
    text.fill("先写的，又添了一句")
    with page.expect_response("**/drafts/keep"):
        page.evaluate(_HIDE)  # not put off until the line is free: nobody knows whether there is a later
    assert _drafts(served, place) == ["先写的，又添了一句"]
    with page.expect_response("**/drafts/keep"):
        held[0].continue_()
    assert _drafts(served, place) == ["先写的，又添了一句"]


def _entries_of(served: Any, place: str) -> list[Any]:
    found = served.child(place.split("/")[2]).get("过程记录", [])
    return [each for each in found if each["内容"] == "写完就按保存。"]
