"""Each role in Chromium, at a desk and on a phone: from the list of duties to the duty done in few interactions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.workspace.watch.tellings import still_open

#: A Monday, so that the duties of a new week are there.
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
_COLOURS = {"desk": "light", "phone": "dark"}
#: Interactions from the first page, on which the most urgent duties stand, to the one that saves.
_MOST = 6


@dataclass(frozen=True)
class Journey:
    """What a role does about a duty.

    Attributes:
        role: the post that answers for it.
        duty: its title in the list.
        button: what its button says.
        fields: label and text of what is filled in.
        starts: a button to press before that, "" for none.
        saves: the button that saves.
        picks: where one ticks one's own name, "" for nowhere.
        name: of pictures.
    """

    role: str
    duty: str
    button: str
    fields: tuple[tuple[str, str], ...]
    name: str
    starts: str = ""
    saves: str = "保存"
    picks: str = ""


_JOURNEYS = (
    Journey("班主任", "亲情联系", "记亲情联系", (("内容", "和在外务工的父亲通了电话，约好周日视频。"),), "homeroom"),
    Journey("班主任", "跟踪", "记跟踪", (("内容", "这一周每天都到齐。"), ("教育策略", "每天放学前说两句。"), ("教育效果", "作业交齐了。"), ("经验与教训", "说得少一点更有用。")), "tracking"),
    Journey("科任教师", "结对谈心", "记结对谈心", (("内容", "说了最近的作业，答应每天把不会的题圈出来。"),), "subject"),
    Journey("年级组长", "绿色落实", "记督办", (("内容", "问过班主任，本周的进步卡片已经发了。"),), "gradehead"),
    Journey("分管副校长", "督查", "记专项督查", (("过程", "查了两个班的档案和考勤。"),), "deputy"),
    Journey("校长", "月研判", "开月研判会", (("事项", "给两户各家访一次"),), "principal", "开始，议程自动拟好", "保存并散会", "责任人"),
    Journey("德育主任", "进步之星", "记进步之星评选", (("过程", "各班推荐，年级评议。"),), "moral"),
    Journey("心理健康教师", "面谈", "记心理疏导", (("内容", "沙盘一次，情绪平稳，约定两周后再来。"),), "counsellor"),
    Journey("学籍管理员", "月报告", "记控辍保学月报告", (), "registrar"),
)  # fmt: skip


@pytest.fixture(scope="module", params=["desk", "phone"])
def stage(
    request: pytest.FixtureRequest, copy_school: Callable[[], Path], serve_long: Callable[..., Any]
) -> tuple[Any, str]:
    """A school of its own for each screen, and the screen."""
    served = serve_long(copy_school(), people={}, on=None)
    served.clock.now = NOW
    return served, request.param


def _open(served: Any, staff: str) -> list[tuple[str, str]]:
    """Return title and subject of what somebody answers for and has not done."""
    view = served.gateway.moments.now().look(staff=staff, on=NOW.date())
    mine = (each for each in view.duties(NOW) if staff in each.reminded)
    return [(each.title, each.subject) for each in still_open(mine)]


def _who(served: Any, journey: Journey) -> str:
    """Return who has the post and the duty."""
    people = served.gateway.moments.now().snapshot.staff.values()
    posted = [each.id for each in people if any(post.role == journey.role for post in each.assignments)]
    return str(
        next(each for each in posted if any(title == journey.duty for title, _ in _open(served, each)))
    )


@pytest.mark.parametrize("journey", _JOURNEYS, ids=lambda each: each.name)
def test_a_role_does_a_duty_from_its_list_in_at_most_six_interactions(
    journey: Journey, stage: tuple[Any, str], sit: Callable[..., Any]
) -> None:
    school, screen = stage
    staff = _who(school, journey)
    before = _open(school, staff)
    hand = sit(school, staff, phone=screen == "phone", color_scheme=_COLOURS[screen])
    button = hand.page.locator(f"main a.button:text-is('{journey.button}')").first
    hand.looked_at(f"{journey.name}-{screen}-1-home")
    if not button.is_visible():
        hand.tap("nav.menu a:text-is('待办')")
        button.wait_for(state="attached")
        hand.looked_at(f"{journey.name}-{screen}-2-duties")
    if not button.is_visible():
        hand.tap("summary:has-text('提示')")
    hand.tap(button)
    if journey.starts:
        hand.looked_at(f"{journey.name}-{screen}-3-start")
        hand.tap(f"button:text-is('{journey.starts}')")
    hand.page.locator("[data-form]").wait_for()
    hand.looked_at(f"{journey.name}-{screen}-4-form")
    for label, text in journey.fields:
        hand.write(label, text)
    if journey.picks:
        name = school.gateway.moments.now().snapshot.staff[staff].name
        hand.tap(
            hand.page.locator(f"fieldset:has(> legend:has-text('{journey.picks}'))").last.get_by_label(name)
        )
    hand.tap(f".bar button:text-is('{journey.saves}')")
    assert f"算作完成：{journey.duty}" in hand.told()
    hand.looked_at(f"{journey.name}-{screen}-5-done")
    assert hand.count <= _MOST
    after = _open(school, staff)
    assert sum(title == journey.duty for title, _ in after) < sum(
        title == journey.duty for title, _ in before
    )


def test_who_answers_for_nothing_is_told_so_at_once(stage: tuple[Any, str], sit: Callable[..., Any]) -> None:
    school, screen = stage
    people = school.gateway.moments.now().snapshot.staff.values()
    staff = next(each.id for each in people if any(post.role == "资源教师" for post in each.assignments))
    hand = sit(school, staff, phone=screen == "phone")
    assert "今天没有要做的事" in hand.page.locator("main").inner_text()
    hand.looked_at(f"resource-{screen}-1-home")
