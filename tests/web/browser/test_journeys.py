"""A day's way of each role in a real Chromium: in, to a child, its file on the disk, out, and nothing left behind."""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guanai.yamlfile import load

sync_api = pytest.importorskip("playwright.sync_api")
_DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
_DESK_DARK = {**_DESK, "color_scheme": "dark"}
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_PHONE_DARK = {**_PHONE, "color_scheme": "dark"}
_SCREENS = {
    "desk-light": _DESK,
    "desk-dark": _DESK_DARK,
    "phone-light": _PHONE,
    "phone-dark": _PHONE_DARK,
}
#: Usual roles that see levels, talks and visits of their own children, and so the whole journey.
_WITH_CARE = {
    "校长": "principal",
    "年级组长": "gradehead",
    "班主任": "homeroom",
    "心理健康教师": "counsellor",
}
#: Each on a desk and on a phone; by turns in the light and in the dark.
_SEEN_ON = (
    *((role, screen) for role in ("校长", "班主任") for screen in ("desk-light", "phone-dark")),
    *((role, screen) for role in ("年级组长", "心理健康教师") for screen in ("desk-dark", "phone-light")),
)
_LEVELS = ("红", "黄", "绿")


@dataclass(frozen=True)
class Pupil:
    """A child with a level as it lies on the disk; ``days`` are those of what was done with it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    level: str
    days: frozenset[str]


@pytest.fixture(scope="module")
def watched(served_once: Any) -> list[Pupil]:
    """The children who have a level today and something told of them."""
    found = []
    for path in sorted((served_once.root / "records" / "students").rglob("*.yml")):
        data = load(path.read_bytes(), str(path)).data
        steps = sorted(data.get("预警", []), key=lambda step: str(step["日期"]))
        if steps and steps[-1]["等级"] in _LEVELS and data.get("过程记录"):
            class_id = data["学籍"][-1]["班级"]
            scopes = ("全校", class_id.partition("-")[0], class_id)
            days = frozenset(str(each["时间"])[:10] for each in data["过程记录"])
            found.append(Pupil(data["编号"], data["姓名"], scopes, steps[-1]["等级"], days))
    assert found
    return found


def _within(served: Any, role: str, watched: list[Pupil]) -> Pupil:
    """Return a watched child in the scope of who plays a role; a subject teacher's is not the paired one."""
    people = load((served.root / "records" / "staff.yml").read_bytes(), "staff.yml").data["教职工"]
    staff = served.staff(role)
    posts = next(each["任职"] for each in people if each["编号"] == staff)
    scopes = {post["范围"] for post in posts if post["角色"] == role}
    return next(each for each in watched if scopes & set(each.scopes) and each.id not in scopes)


@pytest.fixture
def visit(chromium: Any, served_once: Any) -> Iterator[Callable[..., Any]]:
    """``visit("班主任", **screen)`` returns a page that is logged in."""
    contexts = []

    def visited(role: str, **screen: Any) -> Any:
        context = chromium.new_context(base_url=served_once.base, locale="zh-CN", **screen)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        login = served_once.logins[role]
        page.goto("/login")
        page.get_by_label("用户名").fill(login["user"])
        page.get_by_label("密码").fill(login["password"])
        page.get_by_role("button", name="登录").click()
        if login["totp"]:
            page.get_by_label("六位数字").fill(login["totp"])
            page.get_by_role("button", name="继续").click()
        page.locator("h1:has-text('您好')").wait_for()
        return page

    yield visited
    for each in contexts:
        each.close()


def _looked_at(page: Any, name: str) -> None:
    """Hold that a page fits its screen; keep its picture where someone wants to look at it."""
    page.wait_for_load_state()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{name} is {wider} px wider than the screen"
    folder = os.environ.get("GUANAI_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _search(page: Any, pupil: Pupil) -> None:
    """Find a child by part of the name from the first page, and open its file."""
    page.get_by_label("找一名学生").fill(pupil.name[1:])
    page.get_by_role("button", name="查找").click()
    page.locator(f".pupils a[href='/students/{pupil.id}']").click()
    page.wait_for_url(f"**/students/{pupil.id}")
    assert page.locator("h1").inner_text().startswith(pupil.name)


def _download(page: Any, pupil: Pupil, kind: str) -> str:
    """Download a paper about a child from its page; return all its text."""
    with page.expect_download() as started:
        page.locator(f"a[href='/papers/{kind}/{pupil.id}/file']").click()
    with zipfile.ZipFile(io.BytesIO(Path(started.value.path()).read_bytes())) as package:
        return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())


def _leave(page: Any, *secrets: str) -> None:
    """Log out; neither Back nor the old address shows anything of what was seen."""
    address = page.url
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login*")
    for way in (page.go_back, page.go_back, page.reload):
        way()
        page.wait_for_load_state()
        assert [word for word in secrets if word in page.content()] == []
    page.goto(address)
    assert "/login" in page.url
    assert page.locator("[name=password]").is_visible()


@pytest.mark.parametrize(("role", "screen"), _SEEN_ON, ids=lambda each: _WITH_CARE.get(each, each))
def test_who_cares_for_a_child_finds_it_sees_level_and_timeline_and_takes_its_file_along(
    role: str, screen: str, visit: Callable[..., Any], served_once: Any, watched: list[Pupil]
) -> None:
    pupil = _within(served_once, role, watched)
    page, name = visit(role, **_SCREENS[screen]), f"{served_once.logins[role]['user']}-{screen}"
    _looked_at(page, f"{name}-home")
    _search(page, pupil)
    _looked_at(page, f"{name}-child")
    assert page.locator("h1 .level").inner_text() == pupil.level
    told = {each.strip()[:10] for each in page.locator(".timeline time").all_text_contents()}
    assert told & pupil.days
    assert pupil.name in _download(page, pupil, "student-file")
    _leave(page, pupil.name)


@pytest.mark.parametrize("screen", ["desk-dark", "phone-light"])
def test_a_subject_teacher_finds_a_pupil_and_sees_neither_level_nor_talks(
    screen: str, visit: Callable[..., Any], served_once: Any, watched: list[Pupil]
) -> None:
    pupil = _within(served_once, "科任教师", watched)
    page = visit("科任教师", **_SCREENS[screen])
    _search(page, pupil)
    _looked_at(page, f"subject-{screen}-child")
    assert page.locator("h1 .level").count() == 0
    assert "谈话" not in page.locator(".timeline").all_text_contents()
    _leave(page, pupil.name)


@pytest.mark.parametrize("screen", ["desk-light", "phone-dark"])
def test_the_administrator_reaches_accounts_and_health_and_no_child(
    screen: str, visit: Callable[..., Any], served_once: Any, watched: list[Pupil]
) -> None:
    page = visit("系统管理员", **_SCREENS[screen])
    assert page.get_by_label("找一名学生").count() == 0
    for title, words in (("账号", "停用"), ("运行情况", "备份")):
        page.locator("nav.menu").get_by_role("link", name=title, exact=True).click()
        page.locator(f"main :text('{words}')").first.wait_for()
        _looked_at(page, f"admin-{screen}-{title}")
    assert page.goto(f"/students/{watched[0].id}").status == 404
    page.goto("/admin/accounts")
    _leave(page, served_once.logins["校长"]["user"])
