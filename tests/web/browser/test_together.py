"""Two roles at one child at once, a line that breaks in the middle, and a change taken back by who leads, in Chromium."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.saving import Edit, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.yamlfile import Add

_SAVE = ".bar button:text-is('保存')"


@pytest.fixture(scope="module")
def school(copy_school: Callable[[], Path], serve_long: Callable[..., Any]) -> Any:
    return serve_long(copy_school(), people={})


def _with_post(served: Any, role: str, *scopes: str) -> str:
    """Return who has a post of a role, in one of some scopes where any are named."""
    people = served.gateway.moments.now().snapshot.staff.values()
    found: str = next(
        each.id
        for each in people
        if any(post.role == role and (not scopes or post.scope in scopes) for post in each.assignments)
    )
    return found


@pytest.fixture
def team(school: Any) -> dict[str, str]:
    """A class and those who work with it: 学生, another child of it, and the staff by role."""
    teacher = _with_post(school, "班主任")
    snapshot = school.gateway.moments.now().snapshot
    class_id = next(post.scope for post in snapshot.staff[teacher].assignments if post.role == "班主任")
    view = school.gateway.moments.now().look(staff="", on=school.clock().date())
    first, second, *_ = sorted(each.id for each in view.facts.members(class_id, school.clock().date()))
    return {
        "学生": first,
        "同学": second,
        "班主任": teacher,
        "年级组长": _with_post(school, "年级组长", class_id.partition("-")[0]),
        "心理健康教师": _with_post(school, "心理健康教师"),
        "校长": _with_post(school, "校长"),
        "德育主任": _with_post(school, "德育主任"),
    }


def _child(served: Any, student: str) -> Any:
    return served.gateway.moments.now().snapshot.mapping("student", student)


def _entry(served: Any, student: str, item: str) -> Any:
    return next(each for each in _child(served, student)["过程记录"] if each["编号"] == item)


def _noted(served: Any, staff: str, student: str, words: str) -> str:
    """Have somebody note a talk; return its 编号."""
    moment = f"{served.clock():%Y-%m-%dT%H:%M}+08:00"
    entry = {"类型": "谈话", "时间": moment, "记录人": staff, "内容": words}
    request = Request(
        staff, Reason.ENTRY, (Edit(student, (Add(("过程记录",), entry),)),), when=served.clock(), is_confirmed=True
    )  # fmt: skip
    outcome = save(served.gateway.moments.store, load_schemas(), request)
    assert isinstance(outcome, Saved)
    return next(each for ids in outcome.given.values() for each in ids)


@pytest.mark.parametrize("role", ["心理健康教师", "年级组长"], ids=["counsellor", "gradehead"])
def test_two_roles_at_one_entry_keep_both_fields_and_choose_where_both_wrote(
    role: str, school: Any, team: dict[str, str], sit: Callable[..., Any]
) -> None:
    student = team["学生"]
    item = _noted(school, team[role], student, "问了最近睡得怎么样。")
    mine, theirs = sit(school, team["班主任"]), sit(school, team[role], phone=True)
    address = f"/child/{student}/edit?at=/过程记录/{item}"
    for hand in (mine, theirs):
        hand.page.goto(address)
    theirs.write("学生态度", "愿意说。")
    theirs.tap(_SAVE)
    assert "已保存" in theirs.told()
    mine.write("约定与措施", "每晚十点前睡。")
    mine.tap(_SAVE)
    assert "两边的改动都留着" in mine.told()
    held = _entry(school, student, item)
    assert (held["学生态度"], held["约定与措施"]) == ("愿意说。", "每晚十点前睡。")

    for hand in (mine, theirs):
        hand.page.goto(address)
    theirs.write("内容", "问了睡眠，比上周好。")
    theirs.tap(_SAVE)
    theirs.told()
    mine.write("内容", "问了睡眠，还要再看。")
    mine.tap(_SAVE)
    mine.page.locator("h1:has-text('两个人改了同一处')").wait_for()
    name = school.gateway.moments.now().snapshot.staff[team[role]].name
    page = mine.page.locator("main").inner_text()
    assert name in page
    assert "问了最近睡得怎么样。" in page
    assert _entry(school, student, item)["内容"] == "问了睡眠，比上周好。"
    mine.looked_at(f"conflict-{team[role]}-desk")
    mine.tap("label:has(input[value=mine])")
    mine.tap("button:text-is('按所选的保存')")
    mine.told()
    assert _entry(school, student, item)["内容"] == "问了睡眠，还要再看。"


def test_a_long_form_filled_in_without_a_line_is_saved_whole_and_once(
    school: Any, team: dict[str, str], sit: Callable[..., Any]
) -> None:
    student, store = team["同学"], school.gateway.moments.store
    hand = sit(school, team["班主任"], phone=True)
    hand.page.goto(f"/child/{student}/edit")
    hand.page.context.set_offline(True)
    hand.write("特长", "二胡")
    hand.write("课堂安全提示", "坐前排，少安排剧烈运动")
    hand.tap(_SAVE)
    hand.page.locator("text=连不上学校的服务器").wait_for()
    hand.looked_at("offline-long-phone")
    before = store.head()
    hand.page.context.set_offline(False)
    hand.told()
    held = _child(school, student)
    assert (held["特长"], held["课堂安全提示"]) == ("二胡", "坐前排，少安排剧烈运动")
    assert store.head() != before
    hand.page.goto(f"/child/{student}/edit")
    hand.page.wait_for_load_state("networkidle")
    assert "接着写" not in hand.page.locator("main").inner_text()


def test_an_entry_whose_answer_was_lost_stands_once_and_is_not_offered_again(
    school: Any, team: dict[str, str], sit: Callable[..., Any]
) -> None:
    student, words = team["同学"], "答复在路上丢了的一条。"
    hand = sit(school, team["班主任"], phone=True)
    page, address = hand.page, f"/child/{student}/add/谈话"
    page.goto(address)
    hand.write("内容", words)
    sent: list[tuple[str, str]] = []

    def answer_lost(route: Any) -> None:
        if route.request.method == "POST":
            sent.append((route.request.url, route.request.post_data))
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/add/**", answer_lost)
    hand.tap(_SAVE)
    page.wait_for_event("requestfailed", predicate=lambda each: each.method == "POST")
    page.unroute("**/add/**")
    # What the browser then offers is to send the very same once more.
    again = page.context.request.post(
        sent[0][0],
        data=sent[0][1],
        headers={"content-type": "application/x-www-form-urlencoded", "origin": school.base},
        max_redirects=0,
    )
    assert again.status == 303
    page.goto(address)
    assert "接着写" not in page.locator("main").inner_text()
    assert [each["内容"] for each in _child(school, student)["过程记录"]].count(words) == 1


@pytest.mark.parametrize(
    ("role", "is_phone"), [("校长", True), ("德育主任", False)], ids=["principal-phone", "moral-desk"]
)
def test_a_leader_takes_back_what_somebody_noted(
    role: str, school: Any, team: dict[str, str], sit: Callable[..., Any], *, is_phone: bool
) -> None:
    student, words = team["学生"], f"记错了人的一条，{role}改。"
    school.clock.now += timedelta(minutes=1)
    item = _noted(school, team["班主任"], student, words)
    hand = sit(school, team[role], phone=is_phone)
    hand.page.goto(f"/students/{student}")
    hand.looked_at(f"child-{team[role]}")
    hand.tap("a.button:text-is('修改历史')")
    newest = hand.page.locator(".timeline > li").first
    newest.wait_for()
    assert words in newest.inner_text()
    hand.looked_at(f"history-{team[role]}")
    hand.tap(newest.locator("a:text-is('撤销这一次')"))
    hand.page.locator("[name=reason]").select_option("更正")
    hand.looked_at(f"undo-{team[role]}")
    hand.tap("button:text-is('改回去')")
    assert "已经改回去" in hand.told()
    assert item not in [each["编号"] for each in _child(school, student).get("过程记录", [])]
    who = school.gateway.moments.now().snapshot.staff[team[role]].name
    assert who in hand.page.locator(".timeline > li").first.inner_text()
