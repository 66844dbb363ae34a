"""What the gateway writes into the log, and what it does where the log cannot be written."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from generators.letters.privacy import audit as audit_letter
from guanai.calendar import SHANGHAI
from guanai.web.audit import AuditNotKept
from guanai.web.pages import health
from guanai.web.yearly import year_of_access


def test_every_line_of_a_browser_tells_from_where(served: Any) -> None:
    teacher, admin = served.logged_in("班主任"), served.logged_in("系统管理员")
    served.browser().post("/login", data={"user": "niemand", "password": "falsch-falsch"})
    child = re.findall(r'href="(/students/S\d{4}-\w{5})"', teacher.get("/students").text)[0]
    teacher.get(child)
    teacher.get("/admin/health")  # refused
    admin.submit("/admin/accounts/change", "/admin/accounts", staff=served.staff("科任教师"), do="停用账号")
    admin.submit("/logout")
    events = list(served.gateway.audit.events())
    assert {"登录", "查看", "停用账号", "退出"} <= {each.action for each in events}
    assert {"失败", "拒绝"} <= {each.result for each in events}
    assert {each.address for each in events} == {"127.0.0.1"}
    assert "<td>127.0.0.1</td>" in served.logged_in("校长").get("/admin/audit").text


def test_behind_a_proxy_the_line_names_the_browser_as_the_proxy_saw_it(
    demo_school: Path, gateway_at: Any
) -> None:
    served = gateway_at(demo_school, names=("guanai.school.lan",))
    login = {key: served.logins["班主任"][key] for key in ("user", "password")}
    heads = {
        "host": "guanai.school.lan",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "8.8.8.8, 10.0.3.7",  # the first is but a claim
        "origin": "https://guanai.school.lan",
    }
    assert served.browser(**heads).post("/login", data=login).status_code == 303
    assert [each.address for each in served.gateway.audit.events()] == ["10.0.3.7"]


def test_what_cannot_be_logged_is_not_shown(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = served.logged_in("班主任")
    found = browser.submit("/students", q="li").headers["location"]
    assert browser.get(found).status_code == 200

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("guanai.web.audit._put_all", full)
    log = served.gateway.audit
    with pytest.raises(AuditNotKept, match="磁盘已满"):
        log.record(actor="", role="", action="登录", result="成")
    login = {key: served.logins["班主任"][key] for key in ("user", "password")}
    for answer in (
        browser.get(found),
        browser.get("/admin/health"),  # refused: even that cannot be written down
        served.browser().post("/login", data=login),
    ):
        assert (answer.status_code, "磁盘已满" in answer.text) == (503, True), answer.url
        assert "set-cookie" not in answer.headers


def test_log_ins_refusals_and_failures_are_logged_without_any_value(served: Any) -> None:
    browser = served.logged_in("班主任")
    browser.get("/admin/health")
    served.browser().post("/login", data={"user": "geheim-user", "password": "geheim-password"})
    served.browser().post(
        "/login", data={"user": served.logins["校长"]["user"], "password": "geheim-password"}
    )
    events = list(served.gateway.audit.events())
    told = {(event.actor, event.action, event.result) for event in events}
    staff = served.staff("班主任")
    assert {(staff, "登录", "成"), (staff, "admin-health", "拒绝"), ("", "登录", "失败")} <= told
    failed = [event.record for event in events if event.result == "失败"]
    assert failed == ["", served.staff("校长")], (
        "whose password was guessed at; a name that nobody has is not kept"
    )
    raw = b"".join(path.read_bytes() for path in (served.root / ".guanai" / "audit").glob("*.jsonl"))
    assert b"geheim" not in raw


def test_the_page_of_the_administrator_tells_where_the_head_is_kept(served: Any) -> None:
    assert "日志头另存到" in served.logged_in("系统管理员").get("/admin/health").text


def test_a_year_that_is_over_stands_in_the_paper_of_the_yearly_audit(served: Any) -> None:
    """Kept by the gateway's chore in January; the year that goes on stays open, or the paper would not stay the same."""
    browser = served.logged_in("班主任")
    child = re.findall(r"/students/(S\d{4}-\w{5})\"", browser.get("/students").text)[0]
    browser.get(f"/students/{child}")
    browser.get("/admin/health")
    log = served.gateway.audit
    log.record(actor=served.staff("校长"), role="校长", action="确认放宽", record="7K3QDM")
    year = year_of_access(log.events(), 2026)
    assert year.opened >= 1
    assert (year.refused, year.widened, year.approvers) == (1, 1, (served.staff("校长"),))

    def paper() -> str:
        workspace = served.gateway.moments.now()
        edition = workspace.edition(staff="", on=date(2026, 12, 31))
        letter = audit_letter(edition.context.school, edition.context, date(2026, 12, 31))
        return str(letter)

    assert f"查看{year.opened}次" not in paper()
    served.clock.now = datetime(2027, 1, 4, 8, 0, tzinfo=SHANGHAI)
    for chore in health.CHORES:
        chore(served.gateway)
    told = paper()
    name = served.gateway.moments.now().snapshot.staff[served.staff("校长")].name
    assert f"查看{year.opened}次，下载{year.downloaded}次" in told
    assert f"1次（{name}）" in told
