"""A log that was cut off is told to the administrator the same day, and every day until it is settled."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.web.anchoring import alarm
from guanai.web.log_checks import LogCheck, check_log, last_check
from guanai.web.pages import health

_UNFIT = "核对时和另存的日志头对不上"


@pytest.fixture
def disk(changeable: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of another disk where heads are kept."""
    folder = tmp_path_factory.mktemp("disk")
    (changeable.root / ".guanai" / "backup.yml").write_text(f"备份文件夹: {folder}\n", encoding="utf-8")
    return folder


def _night(served: Any) -> None:
    served.clock.forward(days=1)
    for chore in health.CHORES:
        chore(served.gateway)


def test_a_log_that_was_cut_off_is_told_at_once_and_until_it_is_settled(
    changeable: Any,
    disk: Path,
    add: Callable[[Any, int], None],
    open_months: Callable[[Path], list[Path]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    admin = changeable.staff("系统管理员")

    def page() -> str:
        return str(changeable.browser_of(admin).get("/admin/health").text)

    log = changeable.gateway.audit
    for number in range(6):
        add(log, number)
    _night(changeable)
    assert last_check(changeable.gateway.db) == LogCheck(changeable.clock.now.date(), "")
    assert _UNFIT not in page()
    last = open_months(changeable.root)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-4]))
    for number in range(9):  # it grows again, beyond where it ended
        add(log, number)
    (heads,) = disk.glob("*audit-head.txt")
    for nights in (2, 3):
        caplog.clear()
        with caplog.at_level(logging.ERROR, logger="guanai.web"):
            _night(changeable)
        assert "和另存的日志头对不上" in caplog.text
        assert heads.read_text(encoding="utf-8").count("\n") == nights, "what is evidence goes on"
        told = page()
        assert _UNFIT in told
        assert "日志被改动过" in told
        assert "不要删改" in told
    heads.rename(disk / "kept-by-the-headmaster.txt")
    _night(changeable)
    assert _UNFIT not in page()


def test_it_is_looked_at_once_a_day(changeable: Any, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def noted(*_: object, is_suspect: bool) -> str:
        asked.append(is_suspect)
        return ""

    monkeypatch.setattr("guanai.web.log_checks.alarm", noted)
    changeable.clock.now += timedelta(days=1)
    for _ in range(3):
        check_log(changeable.gateway)
    assert asked == [False]
    assert last_check(changeable.gateway.db) == LogCheck(changeable.clock.now.date(), "")
    assert list(disk.iterdir()) == [], "looking keeps nothing"


def test_a_file_of_heads_that_cannot_be_read_is_told_and_keeps_nothing_else_from_being_done(
    changeable: Any,
    disk: Path,
    tmp_path: Path,
    add: Callable[[Any, int], None],
    open_months: Callable[[Path], list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirror, log = tmp_path / "mirror.git", changeable.gateway.audit
    with (changeable.root / ".guanai" / "backup.yml").open("a", encoding="utf-8") as plan:
        plan.write(f"镜像: {mirror}\n")
    for number in range(6):
        add(log, number)
    _night(changeable)
    (closed,), (other,) = tmp_path.glob("*audit-head.txt"), disk.glob("*audit-head.txt")
    read = Path.read_text

    def refused(path: Path, *args: Any, **named: Any) -> str:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *args, **named)

    monkeypatch.setattr(Path, "read_text", refused)
    _night(changeable)
    check = last_check(changeable.gateway.db)
    assert check is not None
    assert (check.on, f"{closed} 读不出来（没有权限）" in check.told) == (changeable.clock.now.date(), True)
    assert other.read_text(encoding="utf-8").count("\n") == 2, (
        "the head of the day is kept where that can be done"
    )
    page = changeable.browser_of(changeable.staff("系统管理员")).get("/admin/health")
    assert (page.status_code, "读不出来" in page.text) == (200, True)
    last = open_months(changeable.root)[-1]
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-4]))
    assert "后面的被删去了" in alarm(changeable.root, log), "the other heads are held all the same"
