"""The program's own database: what keeps it from being used is told in a sentence, and lets nobody in."""

import errno
import socket
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.cli.main import run
from guanai.web.accounts import Accounts
from guanai.web.audit import AuditLog
from guanai.web.db import Database, DatabaseUnusable, NewerDatabase
from guanai.web.gateway import DATABASE, Gateway
from guanai.web.passwords import Passwords
from guanai.web.serving import PortTaken, serve
from guanai.web.settings import Hashing, Settings

CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)


def test_a_damaged_database_is_told_and_left_as_it_is(
    demo_school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = demo_school / DATABASE
    for place in file.parent.glob("app.sqlite-*"):
        place.unlink()
    file.write_bytes(b"no database " * 1000)
    kept = file.read_bytes()
    for command in (("serve", "--port", "0"), ("user", "list")):
        assert run(["-C", str(demo_school), *command]) == 1
        told = capsys.readouterr().err
        assert "坏了" in told
        assert "guanai user add" in told
    assert file.read_bytes() == kept


def test_a_database_of_a_later_version_is_not_touched(
    demo_school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(demo_school / DATABASE) as connection:
        connection.execute("PRAGMA user_version = 2")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    kept = (demo_school / DATABASE).read_bytes()
    assert run(["-C", str(demo_school), "serve", "--port", "0"]) == 1
    assert "更新的 guanai 写的（格式 2，这一版只认得格式 1）" in capsys.readouterr().err
    assert (demo_school / DATABASE).read_bytes() == kept
    with pytest.raises(NewerDatabase):
        Database(demo_school / DATABASE)


def test_a_place_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / ".guanai").write_text("", encoding="utf-8")
    with pytest.raises(DatabaseUnusable, match="谁也不能登录"):
        Database(tmp_path / DATABASE)
    (tmp_path / "app.sqlite").mkdir()
    with pytest.raises(DatabaseUnusable, match="是文件夹"):
        Database(tmp_path / "app.sqlite")


def test_a_full_disk_lets_nobody_in_and_loses_nothing(tmp_path: Path) -> None:
    db = Database(tmp_path / "app.sqlite")
    accounts = Accounts(db, Passwords(CHEAP))
    accounts.create("T-3XK9", "linxiao", "long-enough-for-a-test", when=WHEN)
    with db.reading() as connection:  # the one that the next lender gets
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseUnusable, match="磁盘已满"):
        _fill(accounts)
    assert accounts.check_password("linxiao", "long-enough-for-a-test") is not None
    with db.reading() as connection:
        assert not connection.in_transaction
        connection.execute("PRAGMA max_page_count = 100000")
    accounts.create("T-8PLW", "later", "long-enough-for-a-test", when=WHEN)
    db.close()


def _fill(accounts: Accounts) -> None:
    for number in range(2000):
        accounts.create(f"T-{number}", f"user{number}", "long-enough-for-a-test", when=WHEN)


def test_a_request_that_meets_a_broken_database_is_answered_in_words(
    served: Any, caplog: pytest.LogCaptureFixture
) -> None:
    browser = served.logged_in("班主任")
    served.clock.forward(minutes=5)  # so that the page has something to write down
    with served.gateway.db.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    answers = [browser.get("/students"), browser.get("/login")]
    with served.gateway.db.reading() as connection:
        connection.execute("PRAGMA query_only = OFF")
    assert {answer.status_code for answer in answers} == {503}
    assert all(
        "请告诉系统管理员" in answer.text and str(served.root) not in answer.text for answer in answers
    )
    assert "只能读，不能写" in caplog.text
    assert browser.get("/students").status_code == 200


def test_a_clock_that_has_been_put_back_is_told(served: Any) -> None:
    admin = served.logged_in("系统管理员")
    assert "拨回去了" not in admin.get("/admin/health").text
    served.clock.now -= timedelta(days=30)
    told = served.logged_in("系统管理员").get("/admin/health").text
    assert "时钟是 2026-10-21 09:30，比日志里最近的（2026-11-20 09:30）还早" in told
    served.clock.now += timedelta(days=30)
    assert "拨回去了" not in served.logged_in("系统管理员").get("/admin/health").text


def test_a_start_with_a_clock_put_back_warns_and_a_refused_one_lets_go_of_everything(
    demo_school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    AuditLog(demo_school, lambda: WHEN + timedelta(days=1)).record(actor="", role="", action="登录")
    closed: list[Gateway] = []
    close = Gateway.close

    def counted(gateway: Gateway) -> None:
        closed.append(gateway)
        close(gateway)

    monkeypatch.setattr(Gateway, "close", counted)
    monkeypatch.setattr("uvicorn.Server.run", lambda _, sockets: [each.close() for each in sockets])
    settings, warned = Settings(port=0, clock=lambda: WHEN, hashing=CHEAP), list[str]()
    serve(demo_school, settings, tell=lambda _: None, warn=warned.append)
    assert "拨回去了" in "".join(warned)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = replace(settings, port=taken.getsockname()[1])
        with pytest.raises(PortTaken, match="也许 guanai 已经在运行"):
            serve(demo_school, refused, tell=lambda _: None)
    assert len(closed) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EADDRINUSE, "也许 guanai 已经在运行"), (errno.EACCES, "1024 以下"), (errno.EADDRNOTAVAIL, "没有这个地址"),
     (errno.EMFILE, "打开的文件太多")],
)  # fmt: skip
def test_why_a_port_cannot_be_had_is_told_in_chinese(number: int, words: str) -> None:
    assert words in str(PortTaken("127.0.0.1", 8000, OSError(number, "Some English")))
    assert "English" not in str(PortTaken("127.0.0.1", 8000, OSError(number, "Some English")))
