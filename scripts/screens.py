"""Make the pictures of the guide from the demo school: ``python scripts/screens.py FOLDER`` (``make pictures``).

The demo is invented anew, served on a free port, and driven in Chromium by the log-ins of its roles, so that the
pictures show what the program does today and nobody who exists. With Pillow installed the pictures are kept in a
palette of 128 colours, a third of the size.
"""
# ruff: noqa: INP001 - scripts are no package

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

_GUANAI = Path(sys.executable).with_name("guanai")
_CHROMIUM = "/usr/bin/chromium"
_ON = "2026-11-20"
_DESK: dict[str, Any] = {"viewport": {"width": 960, "height": 720}}
_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 760},
    "device_scale_factor": 1.5,
    "has_touch": True,
    "is_mobile": True,
}
_COLOURS = 128
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Studio:
    """A served demo, a browser, and where the pictures go."""

    browser: Browser
    base: str
    logins: dict[str, dict[str, str]]
    folder: Path

    def door(self, screen: dict[str, Any]) -> Page:
        """Return the log-in page in a browser of its own."""
        page = self.browser.new_context(base_url=self.base, locale="zh-CN", **screen).new_page()
        page.goto("/login")
        return page

    def enter(self, role: str, screen: dict[str, Any]) -> Page:
        """Return the first page of who plays a role."""
        page, login = self.door(screen), self.logins[role]
        page.fill("[name=user]", login["user"])
        page.fill("[name=password]", login["password"])
        page.press("[name=password]", "Enter")
        if login["totp"]:
            page.fill("[name=totp]", login["totp"])
            page.press("[name=totp]", "Enter")
        page.locator("h1:has-text('您好')").wait_for()
        return page

    def shoot(self, page: Page, name: str) -> None:
        """Take a picture of what stands on the screen."""
        place = self.folder / f"{name}.png"
        page.screenshot(path=place, animations="disabled")
        _shrink(place)
        print(f"{place}：{place.stat().st_size} 字节")  # noqa: T201 - a script tells what it made


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as work,
        _served(Path(work) / "school") as (base, logins),
        sync_playwright() as driver,
    ):
        # The order of a date in a field is the browser's, and it takes its language from the environment.
        browser = driver.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox"], env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        studio = Studio(browser, base, logins, folder)
        for sitting in (_coming_in, _reading, _writing, _calling_the_roll, _meeting, _clashing, _asking):
            sitting(studio)
        browser.close()


@contextmanager
def _served(root: Path) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Invent a school, give each role a log-in, serve it until the pictures are taken."""
    for words in (
        ("demo", str(root), "--students", "90", "--seed", "2026", "--on", _ON),
        ("-C", str(root), "user", "demo", "--on", _ON),
    ):
        subprocess.run([_GUANAI, *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    ready = root.parent / "ready"
    command = [str(_GUANAI), "-C", str(root), "serve", "--port", "0", "--on", _ON, "--ready-file", str(ready)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not (ready.exists() and ready.read_text(encoding="utf-8").endswith("\n")):
            if time.monotonic() > until or server.poll() is not None:
                sys.exit("演示学校没有启动。")
            time.sleep(0.2)
        logins = json.loads((root / "logins.json").read_text(encoding="utf-8"))
        yield ready.read_text(encoding="utf-8").strip(), {each["role"]: each for each in logins}
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE_SECONDS)


def _coming_in(studio: Studio) -> None:
    page = studio.door(_DESK)
    page.fill("[name=user]", studio.logins["校长"]["user"])
    studio.shoot(page, "login")
    page.fill("[name=password]", studio.logins["校长"]["password"])
    page.press("[name=password]", "Enter")
    page.locator("[name=totp]").wait_for()
    studio.shoot(page, "code")


def _reading(studio: Studio) -> None:
    page = studio.enter("班主任", _DESK)
    studio.shoot(page, "home")
    page.goto(f"/students/{_watched(page)}")
    studio.shoot(page, "child")
    page.locator("#papers").scroll_into_view_if_needed()
    page.get_by_role("link", name="学生档案", exact=True).click()
    page.locator("text=下载 Word 文件").wait_for()
    studio.shoot(page, "paper")


def _watched(page: Page) -> str:
    """Return the id of a child with a level, whose page has most to show."""
    page.goto("/students")
    link = page.locator(".pupils a:has(.level)").first.get_attribute("href") or ""
    return link.rpartition("/")[2]


def _writing(studio: Studio) -> None:
    page = studio.enter("班主任", _PHONE)
    page.goto("/duties")
    studio.shoot(page, "duties-phone")
    student = _watched(page)
    page.goto(f"/child/{student}/add/谈话")
    page.get_by_label("内容").fill("说了最近的作业，答应每天把不会的题圈出来，第二天来问。")
    studio.shoot(page, "entry-phone")
    page.click("button:has-text('保存')")
    page.locator(".flashes").wait_for()
    studio.shoot(page, "saved-phone")
    page = studio.enter("班主任", _DESK)
    page.goto(f"/students/{student}/history")
    studio.shoot(page, "history")


def _calling_the_roll(studio: Studio) -> None:
    page = studio.enter("班主任", _PHONE)
    page.goto("/attendance")
    page.locator(".roll li:not(:has(input:checked)) label").first.tap()
    page.evaluate("window.scrollTo(0, 0)")
    studio.shoot(page, "attendance-phone")


def _meeting(studio: Studio) -> None:
    page = studio.enter("班主任", _DESK)
    page.goto("/meetings")
    page.click("button:has-text('开始，议程自动拟好')")
    page.wait_for_url(re.compile(r"/room"))
    studio.shoot(page, "meeting")


def _clashing(studio: Studio) -> None:
    """Two windows change the same field: the second is asked."""
    first, second = studio.enter("班主任", _DESK), studio.enter("班主任", _DESK)
    student = _watched(first)
    for page in (first, second):
        page.goto(f"/child/{student}/edit")
    for page, words in ((first, "坐前排，少安排剧烈运动"), (second, "坐窗边，课间提醒喝水")):
        page.get_by_label("课堂安全提示").fill(words)
        page.click("button:has-text('保存')")
        page.locator(".flashes, h1:has-text('两个人改了同一处')").first.wait_for()
    studio.shoot(second, "conflict")


def _asking(studio: Studio) -> None:
    page = studio.enter("年级组长", _DESK)
    page.goto("/approvals")
    page.get_by_label("哪一名学生").fill("别的年级的一名学生，八年级（1）班")
    page.get_by_label("为什么").fill("他的弟弟在我们年级，要一起家访。")
    page.evaluate("window.scrollTo(0, 0)")
    studio.shoot(page, "approvals")
    page = studio.enter("校长", _DESK)
    student = _watched(page)
    page.goto(f"/students/{student}")
    page.goto(f"/students/{student}/reads")
    studio.shoot(page, "reads")


def _shrink(place: Path) -> None:
    try:
        # The pictures are the same without it, only larger.
        from PIL import Image  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - it may be missing
    except ImportError:
        return
    with Image.open(place) as picture:
        small = picture.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    small.save(place, optimize=True)


if __name__ == "__main__":
    main()
