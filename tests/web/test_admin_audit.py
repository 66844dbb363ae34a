"""The log in the browser: the day's lines for who oversees, with what they were about only for who grants sight."""

from pathlib import Path
from typing import Any

from guanai.web.anchoring import anchor


def test_the_log_tells_who_did_what_and_to_the_administrator_not_to_whom(served: Any) -> None:
    teacher, child = served.logged_in("班主任"), ""
    child = teacher.get("/students").text.split('href="/students/')[1].split('"')[0]
    teacher.get(f"/students/{child}")
    teacher.get("/admin/accounts")
    principal = served.logged_in("校长").get("/admin/audit").text
    assert child in principal
    assert "拒绝" in principal
    administrator = served.logged_in("系统管理员").get("/admin/audit").text
    assert "查看" in administrator
    assert child not in administrator
    assert served.logged_in("德育主任").get("/admin/audit").status_code == 404


def test_the_log_can_be_narrowed_and_held_against_itself(served: Any) -> None:
    teacher, principal = served.logged_in("班主任"), served.logged_in("校长")
    assert teacher.get("/admin/accounts").status_code == 404
    staff = served.staff("班主任")
    page = principal.get(f"/admin/audit?staff={staff}&only=refused").text
    assert page.count("<td>拒绝</td>") == 1
    assert "这一天没有" in principal.get(f"/admin/audit?day=2020-01-01&staff={staff}").text
    assert "没有被改过" in principal.get("/admin/audit?verify=1").text
    assert principal.get("/admin/audit?day=%3Cscript%3E").status_code == 200


def test_the_page_holds_the_log_against_the_heads_kept_elsewhere(served: Any, tmp_path: Path) -> None:
    principal, disk = served.logged_in("校长"), tmp_path / "disk"
    disk.mkdir()
    (served.root / ".guanai/backup.yml").write_text(f"备份文件夹: {disk}\n", encoding="utf-8")
    assert anchor(served.root, served.gateway.audit, served.clock()) == ()
    assert "没有被改过" in principal.get("/admin/audit?verify=1").text
    (kept,) = disk.glob("*audit-head.txt")
    kept.write_text(f"1 {'0' * 64} 2026-11-19\n{kept.read_text(encoding='utf-8')}", encoding="utf-8")
    told = principal.get("/admin/audit?verify=1").text
    assert "和另存的日志头（第 1 条）不一致" in told
    assert "没有被改过；" not in told
