"""The roll of a class of 45 in Chromium on a phone: few taps, by names, the clocks in sight, nothing lost on a weak line."""

import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.schema import load_schemas
from guanai.store.note import Action, Note, Reason
from guanai.yamlfile import dump, load

_SIZE = 45
_MOST = 12
_FRIDAY = datetime(2026, 11, 20, 7, 55, tzinfo=SHANGHAI)
_GIVEN = "安宁清和知远明朗初晴若水青禾乐山望舒云起"
#: What is too small for a thumb, on the page as it is; links within a sentence are as high as their line.
_SMALL = """() => [...document.querySelectorAll('main button, main .button, main summary, main label:has(input), main select, .slots a, nav.menu a, header button')]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.textContent.trim().slice(0, 12), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 40 || box.width < 40)
  .map(([words, box]) => `${words}: ${Math.round(box.width)} × ${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def school(copy_school: Callable[[], Path], serve_long: Callable[..., Any]) -> Any:
    """A school whose homeroom teacher has 45 children, on the seats 1 to 45, and no check of the day yet."""
    served = serve_long(copy_school(), people={}, on=None)
    served.clock.now = _FRIDAY
    gateway = served.gateway
    class_id, shape = _class_of(served), load_schemas().record("student")
    taken = dict.fromkeys(range(1, _SIZE + 1))
    for each in _children(served, class_id):
        taken.pop(gateway.moments.now().snapshot.mapping("student", each)["学籍"][-1].get("座号"), None)
    missing = _SIZE - len(_children(served, class_id))
    entry = class_id[1:5]
    files: dict[str, bytes | None] = {}
    for place, seat in enumerate(list(taken)[:missing]):
        student = f"S{entry}-AA{'ABCDEFGHJK'[place // 8]}A{place % 8 + 2}"
        stay = {"班级": class_id, "状态": "在籍", "起": f"{entry}-09-01", "座号": seat}
        name = f"{'甘艾滕柯蓝'[place % 5]}{_GIVEN[place % 20]}{_GIVEN[(place * 7 + place // 20 + 3) % 20]}"
        data = {"编号": student, "姓名": name, "性别": "女" if place % 2 else "男", "学籍": [stay]}
        files[f"records/students/{entry}/{student}.yml"] = dump(data, shape).encode()
    store = gateway.moments.store
    files[_month_path(class_id)] = None
    store.put(files, Note(Action.ADD, (), "", "程序", Reason.ENTRY, _FRIDAY), parent=store.head())
    return served


@pytest.fixture
def phone(school: Any, sit: Callable[..., Any]) -> Callable[[str], Any]:
    """``phone(staff)`` is in somebody's hand, at the first page; its clock is years behind, so that none of it is believed."""

    def begun(staff: str) -> Any:
        hand = sit(school, staff, phone=True)
        hand.page.context.clock.set_fixed_time(datetime(2020, 1, 1, tzinfo=SHANGHAI))
        hand.page.reload()
        return hand

    return begun


def _class_of(served: Any) -> str:
    staff = served.gateway.moments.now().snapshot.staff[_teacher(served)]
    return str(next(post.scope for post in staff.assignments if post.role == "班主任"))


def _teacher(served: Any) -> str:
    people = served.gateway.moments.now().snapshot.staff.values()
    return str(next(each.id for each in people if any(post.role == "班主任" for post in each.assignments)))


def _children(served: Any, class_id: str) -> list[str]:
    view = served.gateway.moments.now().look(staff="", on=_FRIDAY.date())
    return [each.id for each in view.facts.members(class_id, _FRIDAY.date())]


def _month_path(class_id: str) -> str:
    return f"records/attendance/2026-2027-1/{class_id}/2026-11.yml"


def _month(served: Any) -> dict[str, Any]:
    raw = served.gateway.moments.store.source().read(_month_path(_class_of(served)))
    found = load(raw, "").data if raw is not None else {}
    return found if isinstance(found, dict) else {}


def _of_day(served: Any, key: str, day: str) -> list[dict[str, Any]]:
    return [each for each in _month(served).get(key, []) if each["日期"] == day]


def _fits(hand: Any) -> None:
    assert hand.measured("document.documentElement.scrollWidth <= window.innerWidth")
    assert hand.measured(_SMALL) == []


def test_three_of_forty_five_are_missing_called_and_reported_in_twelve_taps_and_the_next_day_in_one(
    school: Any, phone: Callable[[str], Any]
) -> None:
    hand = phone(_teacher(school))
    hand.tap("nav.menu a:text-is('考勤')")
    hand.page.locator(".roll").wait_for()
    assert hand.page.locator(".roll li").count() == _SIZE
    _fits(hand)
    hand.looked_at("attendance-phone-1-roll")
    names = [each.strip() for each in hand.page.locator(".roll label").all_inner_texts()]
    for name in (names[2], names[20], names[44]):
        hand.tap(hand.page.locator(".roll label").nth(names.index(name)))
    hand.looked_at("attendance-phone-2-ticked")
    with hand.page.expect_navigation():
        hand.tap("button:text-is('保存：3 人没到')")
    rows = hand.page.locator(".rows > li:has(.taps)")
    assert rows.count() == 3
    told = rows.first.inner_text()
    assert "联系家长 08:55 前" in told
    assert "报年级 09:55 前" in told
    _fits(hand)
    hand.looked_at("attendance-phone-3-missed")
    school.clock.forward(minutes=10)
    for words in ("电话：已知去向", "已报年级"):
        for _ in range(3):
            with hand.page.expect_navigation():
                hand.tap(f"button:text-is('{words}')")
    assert hand.count <= _MOST
    assert "联系家长 ✓ 08:05" in rows.first.inner_text()
    assert "报年级 ✓ 08:05" in rows.first.inner_text()
    hand.looked_at("attendance-phone-4-told")
    noted = _of_day(school, "异常", "2026-11-20")
    assert len(noted) == 3
    assert (
        {each["联系时间"] for each in noted}
        == {each["报备时间"] for each in noted}
        == {"2026-11-20T08:05+08:00"}
    )
    check = _of_day(school, "核查", "2026-11-20")[0]
    assert (check["应到"], check["实到"], check["时间"]) == (_SIZE, _SIZE - 3, "07:55")

    school.clock.now = datetime(2026, 11, 23, 7, 50, tzinfo=SHANGHAI)
    hand = phone(_teacher(school))
    hand.page.goto("/attendance")
    with hand.page.expect_navigation():
        hand.tap(f"button:text-is('{_SIZE} 人全部到齐')")
    assert hand.count == 1
    assert re.search(r"✓ 07:50\s*全到", hand.page.locator(".slots").inner_text())


def test_a_roll_tapped_without_a_line_is_sent_once_the_line_is_back_and_never_twice(
    school: Any, phone: Callable[[str], Any]
) -> None:
    school.clock.now = datetime(2026, 11, 24, 7, 50, tzinfo=SHANGHAI)
    hand = phone(_teacher(school))
    page = hand.page
    page.goto("/attendance")
    page.context.set_offline(True)
    hand.tap(".roll label")
    hand.tap("[data-count]")
    page.locator("[data-queue-banner]:visible").wait_for()
    hand.looked_at("attendance-phone-5-offline")
    _holds_nobody(school, page)
    lost: list[str] = []

    def answer_lost(route: Any) -> None:
        """Let the server have the first post, and the phone never hear of it."""
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/class/**", answer_lost)
    page.context.set_offline(False)
    page.locator("button:text-is('电话：失联')").wait_for(timeout=20_000)
    assert len(lost) == 1
    noted = _of_day(school, "异常", "2026-11-24")
    assert [each["节点"] for each in noted] == [_of_day(school, "核查", "2026-11-24")[0]["节点"]]


def _kept(page: Any) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("({...localStorage})")
    return found


def _holds_nobody(school: Any, page: Any) -> None:
    """What waits in the browser tells no name, no child and no class."""
    waiting = _kept(page)
    assert [key.rpartition(".")[0].rpartition(".")[0] for key in waiting] == [
        f"guanai.tap.{_teacher(school)}"
    ]
    told = "".join(waiting.values())
    assert re.fullmatch("[0-9a-f]+", told), "sealed"
    class_id = _class_of(school)
    view = school.gateway.moments.now().look(staff="", on=_FRIDAY.date())
    for word in (class_id, *(view.name(each) for each in _children(school, class_id)), "missing", "S20"):
        assert word not in told
        assert word.encode().hex() not in told


def _tapped_offline(hand: Any, words: str) -> None:
    hand.page.goto("/attendance")
    hand.page.context.set_offline(True)
    hand.tap(f"button:text-is('{words}')")
    hand.page.get_by_text("留在这部手机里").wait_for()


def _enter(school: Any, context: Any, staff: str) -> None:
    name, number = school.session(staff)
    context.add_cookies([{"name": name, "value": number, "url": school.base}])


def test_taps_that_wait_go_out_under_nobody_elses_log_in(school: Any, phone: Callable[[str], Any]) -> None:
    school.clock.now, day = datetime(2026, 11, 25, 7, 50, tzinfo=SHANGHAI), "2026-11-25"
    me, staff = _teacher(school), school.gateway.moments.now().snapshot.staff.values()
    other = next(each.id for each in staff if any(post.role == "校长" for post in each.assignments))
    hand = phone(me)
    _tapped_offline(hand, f"{_SIZE} 人全部到齐")
    mine, context = hand.page, hand.page.context
    school.clock.forward(minutes=31)  # the session ends by itself
    _enter(school, context, other)
    context.set_offline(False)
    mine.get_by_text("这里现在登录的是别人").wait_for(timeout=20_000)
    theirs = context.new_page()
    theirs.goto(f"{school.base}/class/{_class_of(school)}/attendance")
    theirs.locator(".roll").wait_for()
    _holds_nobody(school, theirs)
    assert _of_day(school, "核查", day) == []
    theirs.locator("[data-logout] button").first.click()
    theirs.wait_for_url("**/login")
    _holds_nobody(school, theirs)
    _enter(school, context, me)
    theirs.goto(f"{school.base}/")  # any page of one's own sends them
    theirs.wait_for_function("() => Object.keys(localStorage).length === 0")
    kept = (school.root / ".guanai/journal/attendance.log").read_text(encoding="utf-8")
    assert me in kept.splitlines()[-1]
    assert other not in kept
    theirs.goto(f"{school.base}/attendance")
    assert "全到" in theirs.locator(".slots").inner_text()


def test_logging_out_sends_what_waits_first_and_leaves_nothing(
    school: Any, phone: Callable[[str], Any]
) -> None:
    school.clock.now = datetime(2026, 11, 26, 7, 50, tzinfo=SHANGHAI)
    hand = phone(_teacher(school))
    page = hand.page
    page.goto("/attendance")
    page.route("**/class/**", lambda route: route.abort())
    hand.tap(f"button:text-is('{_SIZE} 人全部到齐')")
    page.get_by_text("留在这部手机里").wait_for()
    hand.tap("[data-logout] button")
    page.get_by_text("送出以后再退出").wait_for()
    assert len(_kept(page)) == 1
    page.unroute("**/class/**")
    hand.tap("[data-logout] button")
    page.wait_for_url("**/login")
    assert _kept(page) == {}
    again = phone(_teacher(school))
    again.page.goto("/attendance")
    assert "全到" in again.page.locator(".slots").inner_text()


def test_a_tap_that_cannot_be_opened_is_kept_and_told_once_while_the_others_go_out(
    school: Any, phone: Callable[[str], Any]
) -> None:
    school.clock.now = datetime(2026, 11, 27, 7, 50, tzinfo=SHANGHAI)
    me = _teacher(school)
    hand = phone(me)
    _tapped_offline(hand, f"{_SIZE} 人全部到齐")
    page = hand.page
    key = f"guanai.tap.{me}.1.0001"
    page.evaluate("(key) => localStorage.setItem(key, 'ab'.repeat(40))", key)
    page.context.set_offline(False)
    page.get_by_text("1 次没送出的点名打不开").wait_for(timeout=20_000)
    assert list(_kept(page)) == [key]
    page.goto("/attendance")
    page.wait_for_load_state("networkidle")
    assert "全到" in page.locator(".slots").inner_text()
    assert page.get_by_text("打不开").count() == 0
    hand.tap("[data-logout] button")
    page.wait_for_url("**/login")
    assert list(_kept(page)) == [key]
    page.evaluate("localStorage.clear()")


def test_pressing_twice_to_log_out_on_a_slow_line_logs_out_once(
    school: Any, phone: Callable[[str], Any]
) -> None:
    page = phone(_teacher(school)).page
    posts: list[str] = []

    def slowly(route: Any) -> None:
        posts.append(route.request.url)
        time.sleep(0.7)
        route.continue_()

    page.route("**/logout", slowly)
    # Others' taps wait here too, so that the page has a word to say on it.
    page.evaluate(
        """() => {
          const button = document.querySelector('[data-logout] button');
          localStorage.setItem('guanai.tap.X.1.0001', 'ab');
          button.click();
          setTimeout(() => button.click(), 200);
        }"""
    )
    page.wait_for_url("**/login")
    page.wait_for_timeout(500)
    assert len(posts) == 1
    assert list(_kept(page)) == ["guanai.tap.X.1.0001"]


def test_the_grade_head_sees_at_a_glance_which_class_has_not_been_checked(
    school: Any, phone: Callable[[str], Any]
) -> None:
    people = school.gateway.moments.now().snapshot.staff.values()
    head = next(each.id for each in people if any(post.role == "年级组长" for post in each.assignments))
    hand = phone(head)
    hand.tap("nav.menu a:text-is('考勤')")
    hand.page.locator("h1:has-text('考勤')").wait_for()
    told = hand.page.locator("main").inner_text()
    assert re.search("待查|未查|✓", told)
    _fits(hand)
    hand.looked_at("attendance-phone-6-grade")


def test_a_call_that_could_not_be_written_down_is_told_with_the_reason(
    school: Any, phone: Callable[[str], Any]
) -> None:
    school.clock.now = datetime(2026, 11, 30, 7, 50, tzinfo=SHANGHAI)
    hand, other = phone(_teacher(school)), phone(_teacher(school))
    hand.page.goto("/attendance")
    hand.tap(hand.page.locator(".roll label").first)
    with hand.page.expect_navigation():
        hand.tap("button:text-is('保存：1 人没到')")
    school.clock.forward(minutes=2)
    other.page.goto("/attendance")
    other.page.goto(other.page.locator(".slots a").first.evaluate("each => each.href"))
    other.tap(other.page.locator(".roll label").first)
    with other.page.expect_navigation():
        other.tap("button:text-is('保存：全部到齐')")
    hand.tap("button:text-is('电话：已知去向')")
    banner = hand.page.locator("[data-queue-banner]")
    banner.get_by_text("名单已经改过").wait_for()
    _fits(hand)
    hand.looked_at("attendance-phone-not-kept")
