"""Nobody logs in who may not, and nobody learns who exists."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyotp
import pytest
import segno
from click.testing import CliRunner

from guanai.calendar import SHANGHAI
from guanai.cli.main import cli, run
from guanai.errors import GuanaiError
from guanai.web.accounts import Accounts, TakenAccount, UnusableUser
from guanai.web.approvals import Approvals, Standing
from guanai.web.db import Database
from guanai.web.enrolment import Desk, NoDemo
from guanai.web.passwords import Passwords, WeakPassword, demand_strong, new_password
from guanai.web.settings import Hashing
from guanai.workspace.founding import found_empty

CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
_HANDED = ("建账号", "重设密码")
GOOD = "蓝鲸在操场边晒太阳-41"


@pytest.fixture
def accounts(tmp_path: Path) -> Any:
    db = Database(tmp_path / "app.sqlite")
    yield Accounts(db, Passwords(CHEAP))
    db.close()


def test_a_password_is_kept_only_as_an_argon2id_hash(accounts: Accounts, tmp_path: Path) -> None:
    accounts.create("T-3XK9", "Lin Xiao".replace(" ", ""), GOOD, when=WHEN)
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("app.sqlite*"))
    assert b"$argon2id$" in raw
    assert GOOD.encode() not in raw
    assert (tmp_path / "app.sqlite").stat().st_mode & 0o077 == 0


def test_the_cost_of_a_hash_is_that_of_rfc_9106_unless_told() -> None:
    assert Passwords(Hashing()).hashed("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_names_are_alike_in_every_spelling(accounts: Accounts) -> None:
    accounts.create("T-3XK9", "LinXiao", GOOD, when=WHEN)
    assert accounts.check_password(" ｌｉｎｘｉａｏ ", GOOD) is not None
    with pytest.raises(TakenAccount):
        accounts.create("T-8PLW", "LINXIAO", GOOD, when=WHEN)
    for unusable in ("", "x", "a b", "y" * 41, "a\nb"):
        with pytest.raises(UnusableUser):
            accounts.create("T-8PLW", unusable, GOOD, when=WHEN)


def test_a_code_is_good_once_and_near_its_time(accounts: Accounts) -> None:
    accounts.create("T-3XK9", "linxiao", GOOD, when=WHEN)
    secret = pyotp.random_base32()
    accounts.set_totp("T-3XK9", secret)
    code = pyotp.TOTP(secret).at(WHEN)
    assert not accounts.check_totp("T-3XK9", code, when=WHEN + timedelta(minutes=5))
    assert accounts.check_totp("T-3XK9", code, when=WHEN + timedelta(seconds=20))
    assert not accounts.check_totp("T-3XK9", code, when=WHEN + timedelta(seconds=21))
    assert not accounts.check_totp("T-3XK9", secret, when=WHEN), "only a demo takes the secret itself"


@pytest.mark.parametrize(
    "weak",
    ["kort", "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "password2026!", "qwertyuiop123456", "woaini520520520", "20260901-20260902",
     "linxiao-linxiao-77", "禾丰中学欢迎您大家好呀", "x" * 129],
)  # fmt: skip
def test_weak_passwords_are_refused_with_the_reason(weak: str) -> None:
    with pytest.raises(WeakPassword, match="这个密码不能用："):
        demand_strong(weak, avoid=("linxiao", "禾丰中学", ""))


def test_a_sentence_of_ones_own_is_good_enough_and_so_is_what_we_hand_over() -> None:
    demand_strong(GOOD, avoid=("linxiao", "林晓"))
    demand_strong(new_password(), avoid=("linxiao", "林晓"))


def test_an_unknown_name_is_told_the_same_as_a_wrong_password(served: Any) -> None:
    browser = served.browser()

    def told(user: str) -> tuple[int, str]:
        answer = browser.post("/login", data={"user": user, "password": "falsch-falsch"})
        return answer.status_code, answer.text.replace(user, "…")

    assert told(served.logins["班主任"]["user"]) == told("nobody")


def test_a_hash_of_the_same_cost_is_checked_where_there_is_no_account(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    passwords = accounts._passwords
    monkeypatch.setattr(passwords, "_hasher", _Counting(passwords._hasher, checked))
    assert accounts.check_password("nobody", "whatever") is None
    accounts.create("T-3XK9", "linxiao", GOOD, when=WHEN)
    checked.clear()
    assert accounts.check_password("linxiao", "whatever") is None
    assert accounts.check_password("nobody", "whatever") is None
    assert len(checked) == 2
    assert len({hash_.rsplit("$", 2)[0] for hash_ in checked}) == 1, "both at the same cost"


class _Counting:
    def __init__(self, inner: Any, checked: list[str]) -> None:
        self._inner, self._checked = inner, checked

    def verify(self, hash_: str, password: str) -> bool:
        self._checked.append(hash_)
        verified: bool = self._inner.verify(hash_, password)
        return verified

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_guessing_is_slowed_down_alike_for_names_that_nobody_has(served: Any) -> None:
    for user in (served.logins["班主任"]["user"], "nobody"):
        browser = served.browser()
        answers = [
            browser.post("/login", data={"user": user, "password": f"guess {number}"}) for number in range(7)
        ]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
        assert "试得太多了" in answers[-1].text


def test_the_right_password_does_not_pass_a_slowed_down_address_but_passes_from_another(
    demo_school: Path, gateway_at: Callable[..., Any]
) -> None:
    served = gateway_at(demo_school, names=("school.lan",))
    login = served.logins["班主任"]

    def post(address: str, password: str) -> int:
        headers = {"x-forwarded-proto": "https", "x-forwarded-for": address}
        browser = served.browser(host="school.lan", **headers)
        answer = browser.post("/login", data={"user": login["user"], "password": password})
        return int(answer.status_code)

    assert [post("10.0.0.5", "guess") for _ in range(6)][-1] == 429
    assert post("10.0.0.5", login["password"]) == 429
    assert post("10.0.0.6", login["password"]) == 303


def test_a_pupil_cannot_lock_a_teacher_out_from_a_few_machines(served: Any) -> None:
    throttle = served.gateway.throttle
    for machine in range(8):
        for _ in range(8):
            throttle.wait_seconds("teacher", f"10.0.1.{machine}", when=WHEN)
    assert throttle.wait_seconds("teacher", "10.0.2.1", when=WHEN) == 0


def test_a_handed_over_password_must_be_changed_before_anything_is_seen(served: Any) -> None:
    desk = Desk(served.root, CHEAP, clock=served.clock)
    staff = next(
        each.id
        for each in served.gateway.moments.now().snapshot.staff.values()
        if [post.role for post in each.assignments] == ["科任教师"]
        and each.id not in {account.staff for account in served.gateway.accounts.all()}
    )
    handed = desk.add(staff)
    desk.close()
    browser = served.browser()
    answer = browser.post("/login", data={"user": handed.user, "password": handed.password})
    assert answer.headers["location"] == "/login/password"
    assert browser.get("/").headers["location"] == "/login/password"
    weak = browser.submit("/login/password", "/login/password", password="qwertyuiop12", again="qwertyuiop12")  # noqa: S106 -- one that must be refused
    assert weak.status_code == 422
    assert browser.get("/").status_code == 303
    old = browser.cookies["guanai"]
    done = browser.submit("/login/password", "/login/password", password=GOOD, again=GOOD)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert browser.cookies["guanai"] != old
    assert browser.get("/").status_code == 200
    assert (
        served.browser().post("/login", data={"user": handed.user, "password": handed.password}).status_code
        == 401
    )


def test_a_handed_over_password_that_nobody_used_is_worth_nothing_after_a_month(served: Any) -> None:
    staff = served.staff("科任教师")
    desk = Desk(served.root, CHEAP, clock=served.clock)
    handed = desk.reset(staff)
    desk.close()
    known = {"user": handed.user, "password": handed.password}
    served.clock.now = served.gateway.accounts.of(staff).changed_at + timedelta(days=29)
    assert served.browser().post("/login", data=known).headers["location"] == "/login/password"
    served.clock.forward(days=2)
    late = served.browser().post("/login", data=known)
    assert (late.status_code, "找系统管理员重设" in late.text) == (403, True)
    assert served.browser().post("/login", data={**known, "password": "x"}).status_code == 401


def test_a_new_phone_ends_the_log_ins_elsewhere(served: Any) -> None:
    here, there = served.logged_in("校长"), served.logged_in("校长")
    page = here.get("/login/enrol").text
    secret = re.findall(r'class="secret">([A-Z2-7 ]+)<', page)[0].replace(" ", "")
    fields = {"old": served.logins["校长"]["password"], "totp": pyotp.TOTP(secret).at(served.clock.now)}
    assert here.submit("/login/enrol", "/login/enrol", **fields).status_code == 303
    assert "别处的登录都已退出" in here.get("/").text
    me = served.staff("校长")
    done = [event.action for event in served.gateway.audit.events() if event.actor == me]
    assert (done.count("登录"), done.count("设动态口令")) == (2, 1), "a new number is no new log-in"
    assert there.get("/").headers["location"] == "/login"


@pytest.mark.parametrize("role", ["校长", "分管副校长", "心理健康教师", "系统管理员"])
def test_the_second_factor_is_asked_of_those_who_see_most(served: Any, role: str) -> None:
    browser, login = served.browser(), served.logins[role]
    answer = browser.post("/login", data={"user": login["user"], "password": login["password"]})
    assert answer.headers["location"] == "/login/code"
    assert browser.get("/").headers["location"] == "/login/code"
    assert browser.submit("/login/code", "/login/code", totp="000000").status_code == 401
    code = pyotp.TOTP(login["totp"]).at(served.clock.now)
    assert browser.submit("/login/code", "/login/code", totp=code).headers["location"] == "/"
    assert browser.get("/").status_code == 200


def test_who_becomes_counsellor_sets_up_the_second_factor_at_the_next_request(served: Any) -> None:
    gateway = served.gateway
    staff = served.staff("心理健康教师")
    gateway.accounts.set_totp(staff, "")  # as if it had never been set up
    login = served.logins["心理健康教师"]
    browser = served.browser()
    answer = browser.post("/login", data={"user": login["user"], "password": login["password"]})
    assert answer.headers["location"] == "/login/enrol"
    assert browser.get("/").headers["location"] == "/login/enrol"
    page = html.unescape(browser.get("/login/enrol").text)
    groups = page.split('<p class="secret">')[1].split("</p>")[0].split(" ")
    assert {len(group) for group in groups} == {4}
    secret = "".join(groups)
    link = page.split('<a href="otpauth:')[1].split('"')[0]
    assert pyotp.parse_uri(f"otpauth:{link}").secret == secret
    assert _modules_in(page) == [
        list(row) for row in segno.make(f"otpauth:{link}", micro=False, error="m").matrix
    ]
    assert browser.submit("/login/enrol", "/login/enrol", totp="123").status_code == 422
    code = pyotp.TOTP(secret).at(served.clock.now)
    assert browser.submit("/login/enrol", "/login/enrol", totp=code).headers["location"] == "/"
    assert gateway.accounts.of(staff).has_totp
    fresh = served.browser()
    fresh.post("/login", data={"user": login["user"], "password": login["password"]})
    assert fresh.submit("/login/code", "/login/code", totp=code).status_code == 401, "a code is good once"
    asked = fresh.get("/login/code").text
    assert "guanai user reset" in asked, "who has lost the phone is told the way"


def test_a_deputy_without_a_second_factor_decides_on_nothing(served: Any) -> None:
    deputy, gateway = served.staff("分管副校长"), served.gateway
    asker = served.logged_in("班主任")
    asked = {"about": "某某", "reason": "要一起家访，先看看情况", "days": "30", "label": "关爱"}
    assert asker.submit("/approvals/ask", **asked).status_code == 303
    gateway.accounts.set_totp(deputy, "")  # an account of before the factor was asked of deputies
    login, browser = served.logins["分管副校长"], served.browser()
    browser.post("/login", data={"user": login["user"], "password": login["password"]})
    fields = {"decision": "refuse", "answer": "不必"}
    answer = browser.submit("/approvals/1/decide", "/login/enrol", **fields)
    assert (answer.status_code, "还没有保存" in answer.text) == (403, True)
    assert [each.state for each in Approvals(gateway.db).waiting()] == [Standing.WAITING]


def _modules_in(page: str) -> list[list[int]]:
    """Return the squares of the QR code in a page: what a camera would see, row by row."""
    picture = unquote(
        page.split('class="qr" src="data:image/svg+xml;charset=utf-8,')[1].split('"', maxsplit=1)[0]
    )
    side = int(re.findall(r"M0 0h(\d+)v", picture)[0])
    rows, x, y = [[0] * side for _ in range(side)], 0, 0
    path = re.findall(r'class=.qrline.[^>]* d=.(M[^"\']+)', picture)[0]
    for move, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(each) for each in re.findall(r"-?[\d.]+", numbers)]
        if move == "h":
            rows[y][x : x + int(values[0])] = [1] * int(values[0])
            x += int(values[0])
        else:
            x, y = (0, 0) if move == "M" else (x, y)
            x, y = x + int(values[0]), y + int(values[1])
    assert any(map(any, rows))
    return [row[4:-4] for row in rows[4:-4]]


def test_demo_accounts_do_not_pass_outside_a_demo(served: Any) -> None:
    browser = served.logged_in("班主任")
    vars(served.gateway.moments.now().snapshot)["school"] = _not_a_demo(served)
    assert browser.get("/").headers["location"] == "/login"
    login = served.logins["班主任"]
    assert (
        served.browser()
        .post("/login", data={"user": login["user"], "password": login["password"]})
        .status_code
        == 401
    )


def _not_a_demo(served: Any) -> Any:
    return replace(served.gateway.moments.now().snapshot.school, is_demo=None)


def test_demo_logins_are_refused_in_a_school_that_is_none(tmp_path: Path) -> None:
    found_empty(tmp_path / "school", name="禾坪镇初级中学", stage="初中", on=WHEN.date())
    desk = Desk(tmp_path / "school", CHEAP)
    with pytest.raises(NoDemo):
        desk.add_demo(WHEN.date())
    desk.close()


def test_accounts_from_the_command_line(demo_school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("guanai.web.enrolment.Hashing", lambda: CHEAP)
    runner = CliRunner()

    def call(*arguments: str) -> Any:
        return runner.invoke(cli, ["-C", str(demo_school), "user", *arguments], catch_exceptions=True)

    listed = call("list", "--on", "2026-11-20")
    assert "班主任" in listed.output
    staff = next(line.split("\t")[1] for line in listed.output.splitlines() if line.startswith("homeroom\t"))
    assert "密码只显示这一次" in call("reset", staff).output
    assert "已停用" in call("close", staff).output
    assert isinstance(call("add", staff).exception, TakenAccount)
    assert isinstance(call("add", "T-0000").exception, GuanaiError)
    assert "已去掉" in call("demo", "--remove").output
    assert run(["-C", str(demo_school), "user", "close", "T-XXXX"]) == 1


def test_the_administrator_hands_over_accounts_in_the_browser(served: Any) -> None:
    admin = served.logged_in("系统管理员")
    taken = {each.staff for each in served.gateway.accounts.all()}
    staff = next(
        person.id for person in served.gateway.moments.now().snapshot.staff.values() if person.id not in taken
    )
    change = "/admin/accounts/change"
    page = admin.submit(change, "/admin/accounts", staff=staff, do="建账号")
    password = page.text.split('<span class="secret">')[1].split("</span>")[0]
    user = served.gateway.accounts.of(staff).user
    teacher = served.browser()
    answer = teacher.post("/login", data={"user": user, "password": password})
    assert answer.headers["location"] == "/login/password"
    page = admin.submit(change, "/admin/accounts", staff=staff, do="重设密码")
    assert password not in page.text
    assert teacher.get("/login/password").headers["location"].startswith("/login")
    admin.submit(change, "/admin/accounts", staff=staff, do="停用账号")
    assert served.gateway.accounts.of(staff).is_closed
    told = {(event.actor, event.action, event.record) for event in served.gateway.audit.events()}
    me = served.staff("系统管理员")
    assert {(me, do, staff) for do in ("建账号", "重设密码", "停用账号")} <= told


@pytest.mark.parametrize("role", ["校长", "分管副校长", "心理健康教师"])
def test_an_administrator_cannot_become_who_opens_records_or_counsels(served: Any, role: str) -> None:
    admin, staff, accounts = served.logged_in("系统管理员"), served.staff(role), served.gateway.accounts
    before = accounts.of(staff)
    for is_known, command in ((True, "reset"), (False, "add")):
        if not is_known:
            with served.gateway.db.writing() as connection:
                connection.execute("DELETE FROM accounts WHERE staff = ?", (staff,))
        do = "重设密码" if is_known else "建账号"
        answer = admin.submit("/admin/accounts/change", "/admin/accounts", staff=staff, do=do)
        assert answer.status_code == 303
        page = admin.get("/admin/accounts").text
        assert "网页上不办" in page
        assert f"guanai user {command} {staff}" in page
        assert 'class="secret"' not in page
        known = {each.staff: each for each in accounts.all()}
        assert known.get(staff) == (before if is_known else None)
    assert staff not in {event.record for event in served.gateway.audit.events() if event.action in _HANDED}


def test_nobody_closes_or_resets_the_account_one_is_using(served: Any) -> None:
    admin, me = served.logged_in("系统管理员"), served.staff("系统管理员")
    for do in ("重设密码", "停用账号", "别的"):
        admin.submit("/admin/accounts/change", "/admin/accounts", staff=me, do=do)
    assert not served.gateway.accounts.of(me).is_closed
    assert admin.get("/admin/accounts").status_code == 200
