"""A backup takes accounts, requests and the log along, and nothing that lets anybody in or opens what is closed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.cli.main import run
from guanai.store.private_folder import EMPTIED
from guanai.store.seal import KeyPair, new_key, unseal
from guanai.store.tombstones import tombstone, written
from guanai.web.approvals import Approvals
from guanai.web.audit import AuditLog
from guanai.web.forms.drafts import Drafts
from guanai.workspace import keeping
from guanai.workspace.secret import load_secret

NOW = datetime(2026, 11, 20, 16, 40, tzinfo=SHANGHAI)
#: What a backup holds of the program's tables; a new one has to be settled here, or in EMPTIED.
_TAKEN = {"accounts", "known_browsers", "approvals", "sqlite_sequence"}
_DRAFTED = "沙盘里反复埋起一个小人"


@pytest.fixture
def keys() -> tuple[KeyPair, KeyPair]:
    return new_key(), new_key()


def _settle(root: Path, keys: tuple[KeyPair, KeyPair]) -> None:
    people = "".join(f"  - 谁: 甲{place}\n    公钥: {key.public}\n" for place, key in enumerate(keys))
    (root / ".guanai/backup.yml").write_text(
        f"备份文件夹: ../backup\n收件人:\n{people}心理收件人:\n{people}", encoding="utf-8"
    )


@pytest.fixture
def lived_in(demo_school: Path, gateway_at: Any, keys: tuple[KeyPair, KeyPair]) -> Any:
    """A gateway that people are logged in to, with a request about a child, a draft and lines in the log."""
    served = gateway_at(demo_school, chores=())
    _settle(served.root, keys)
    child = min(served.root.glob("records/students/*/*.yml")).stem
    name = served.gateway.moments.now().snapshot.mapping("student", child)["姓名"]
    teacher = served.logged_in("班主任")
    asked = {"about": f"{name}（{child}）", "reason": "要一起家访，先看看情况", "days": "30", "label": "关爱"}
    assert teacher.submit("/approvals/ask", **asked).status_code == 303
    served.logged_in("心理健康教师")
    drafts = Drafts(served.gateway.db)
    drafts.keep(served.staff("心理健康教师"), "/counselling", "咨询", [("内容", _DRAFTED)], when=NOW)
    (served.root / ".guanai/sites/x").mkdir(parents=True)
    (served.root / ".guanai/sites/x/index.html").write_text("x", encoding="utf-8")
    return served


def _unpacked(file: Path, key: KeyPair, folder: Path) -> Iterator[Path]:
    def take(name: str, content: Any) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read())

    unseal(file, [key.secret], take)
    return (each for each in folder.rglob("*") if each.is_file())


def test_the_copy_holds_accounts_and_the_log_and_nobody_who_is_logged_in(
    lived_in: Any, keys: tuple[KeyPair, KeyPair], tmp_path: Path
) -> None:
    file = keeping.back_up(lived_in.root, to=None, hosts=(), when=NOW).sealed[0].file
    found = list(_unpacked(file, keys[0], tmp_path / "out"))
    database = tmp_path / "out/guanai/app.sqlite"
    with closing(sqlite3.connect(database)) as opened:
        tables = {row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        counts = {each: opened.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in tables}  # noqa: S608 -- names of the database's own
    assert tables <= {*_TAKEN, *EMPTIED}, "a new table: settle whether a backup takes its rows"
    assert counts["accounts"] == len(lived_in.gateway.accounts.all())
    assert counts["approvals"] == 1
    assert {counts[each] for each in EMPTIED if each in tables} == {0}
    sessions = lived_in.gateway.sessions.of(lived_in.staff("班主任"))
    assert len(sessions) == 1, "who is logged in stays logged in"
    raw = b"".join(each.read_bytes() for each in found)
    for word in (sessions[0].key, _DRAFTED, "%E6%B2%99%E7%9B%98"):
        assert word.encode() not in raw
    assert not list((tmp_path / "out/guanai").glob("sites*"))
    assert AuditLog(lived_in.root, lived_in.clock).head().number > 1
    log = (tmp_path / "out/guanai/audit/2026-11.jsonl").read_bytes()
    assert log == (lived_in.root / ".guanai/audit/2026-11.jsonl").read_bytes()


def test_after_a_restore_the_passwords_are_good_and_no_old_session_is(
    lived_in: Any, keys: tuple[KeyPair, KeyPair], tmp_path: Path, gateway_at: Any, capsys: Any
) -> None:
    file = keeping.back_up(lived_in.root, to=None, hosts=(), when=NOW).sealed[0].file
    name, number = lived_in.session(lived_in.staff("班主任"))
    paper = tmp_path / "key.txt"
    paper.write_text(keys[1].secret, encoding="utf-8")
    kept = lived_in.gateway.audit.head()
    (file.parent / f"{lived_in.root.name}.audit-head.txt").write_text(
        f"{kept.number + 3} {'0' * 64} 2026-11-20\n", encoding="utf-8"
    )
    root = tmp_path / "again" / lived_in.root.name
    root.parent.mkdir()
    (root.parent / "backup").symlink_to(file.parent)
    assert run(["-C", str(tmp_path), "restore", str(file), str(root), "--key", str(paper)]) == 0
    told = capsys.readouterr().out
    assert "所有人要重新登录" in told
    assert (
        f"查看日志完好，到第 {kept.number} 条为止；另存的日志头到第 {kept.number + 3} 条，备份以后的 3 条"
        in told
    )
    assert AuditLog(root, lived_in.clock).verify().number == kept.number + 1, (
        "the restore itself is in the log"
    )
    assert run(["-C", str(root), "audit", "verify"]) == 0
    told = capsys.readouterr().out
    assert f"从备份恢复，此前第 {kept.number + 1} 至 {kept.number + 3} 条不在备份里。" in told
    assert (root / ".guanai/sites").is_dir(), "sites are built again"
    (root / "logins.json").write_bytes((lived_in.root / "logins.json").read_bytes())
    again = gateway_at(root, chores=())
    stranger = again.browser()
    stranger.cookies.set(name, number)
    assert stranger.get("/").headers["location"] == "/login"
    again.logged_in("班主任")
    assert len(Approvals(again.gateway.db).waiting()) == 1


def test_a_child_erased_since_goes_from_the_requests_of_a_restored_backup(
    lived_in: Any, keys: tuple[KeyPair, KeyPair], tmp_path: Path
) -> None:
    file = keeping.back_up(lived_in.root, to=None, hosts=(), when=NOW).sealed[0].file
    child = min(lived_in.root.glob("records/students/*/*.yml")).stem
    stone = tombstone(child, secret=load_secret(lived_in.root), on=NOW.date())
    (file.parent / "tombstones.jsonl").write_bytes(written([stone]))
    paper = tmp_path / "key.txt"
    paper.write_text(keys[0].secret, encoding="utf-8")
    assert run(["-C", str(tmp_path), "restore", str(file), "again", "--key", str(paper)]) == 0
    database = (tmp_path / "again/.guanai/app.sqlite").read_bytes()
    assert child.encode() not in database
    with closing(sqlite3.connect(tmp_path / "again/.guanai/app.sqlite")) as opened:
        assert opened.execute("SELECT count(*) FROM approvals").fetchone()[0] == 0
        assert opened.execute("SELECT count(*) FROM accounts").fetchone()[0] > 0
