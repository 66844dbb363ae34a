"""Staff and assignments in the browser: taking over, arriving, leaving, with the dates they need."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from guanai.yamlfile import load


def _people(served: Any) -> dict[str, Any]:
    raw = served.gateway.moments.store.source().read("records/staff.yml")
    return {each["编号"]: each for each in load(raw, "records/staff.yml").data["教职工"]}


def _homeroom(people: dict[str, Any], scope: str) -> tuple[str, dict[str, Any]]:
    found = [
        (staff, post)
        for staff, person in people.items()
        for post in person["任职"]
        if (post["角色"], post["范围"]) == ("班主任", scope) and "止" not in post
    ]
    assert len(found) == 1, found
    return found[0]


def _confirm_the_one_that_waits(browser: Any) -> None:
    (held,) = set(re.findall(r"/approvals/held/([^/\"]+)", browser.get("/approvals").text))
    assert browser.submit(f"/approvals/held/{held}", decision="confirm").status_code == 303


def test_who_takes_over_a_class_begins_when_the_other_ends(served: Any, login: Callable[[str], Any]) -> None:
    browser = login("校长")
    before, _ = _homeroom(_people(served), "J2024-01")
    after = next(staff for staff in _people(served) if staff not in (before, served.staff("校长")))
    fields = {"staff": after, "role": "班主任", "scope": "J2024-01", "since": "2026-11-20", "handover": "1"}
    assert browser.submit("/admin/staff/appoint", **fields).status_code == 303
    page = browser.get("/admin/staff").text
    assert "还没有生效" in page, "who sees more needs a second person"
    assert _homeroom(_people(served), "J2024-01")[0] == before, "until then the other has the class"

    _confirm_the_one_that_waits(login("分管副校长"))
    people = _people(served)
    assert _homeroom(people, "J2024-01")[0] == after
    ended = [post for post in people[before]["任职"] if post["角色"] == "班主任"]
    assert [post.get("止") for post in ended] == ["2026-11-19"]
    assert "2026-11-19 止" in browser.get("/admin/staff").text


def test_a_post_that_opens_nothing_counts_at_once(served: Any, login: Callable[[str], Any]) -> None:
    staff, scope = next(
        (staff, post["范围"])
        for staff, person in _people(served).items()
        for post in person["任职"]
        if post["角色"] == "科任教师" and post["范围"].startswith("J") and "止" not in post
    )
    post = {"角色": "科任教师", "范围": scope, "学科": "劳动", "起": "2026-11-23"}
    names = {"角色": "role", "范围": "scope", "学科": "subject", "起": "since"}
    fields = {names[key]: word for key, word in post.items()}
    browser = login("系统管理员")
    assert browser.submit("/admin/staff/appoint", staff=staff, **fields).status_code == 303
    assert post in _people(served)[staff]["任职"]
    assert "任职已记下" in browser.get("/admin/staff").text


def test_a_new_colleague_gets_an_id_and_a_post(served: Any, login: Callable[[str], Any]) -> None:
    known = set(_people(served))
    fields = {
        "name": "邓小舟",
        "phone": "13800005566",
        "role": "校医",
        "scope": "全校",
        "since": "2026-11-20",
    }
    assert login("系统管理员").submit("/admin/staff/add", **fields).status_code == 303
    _confirm_the_one_that_waits(login("校长"))
    people = _people(served)
    (made,) = set(people) - known
    assert people[made]["姓名"] == "邓小舟"
    assert people[made]["任职"] == [{"角色": "校医", "范围": "全校", "起": "2026-11-20"}]


def test_who_leaves_holds_nothing_afterwards(served: Any, login: Callable[[str], Any]) -> None:
    staff = served.staff("校医")
    browser = login("校长")
    assert browser.submit("/admin/staff/leave", staff=staff, until="2026-11-19").status_code == 303
    assert all(post["止"] <= "2026-11-19" for post in _people(served)[staff]["任职"])
    assert served.browser().post("/login", data=served.logins["校医"]).status_code != 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": "班主任", "scope": "J2024-01", "since": "昨天"}, "从哪天起"),
        ({"role": "班主任", "scope": "J2024-01", "since": "0001-01-01", "handover": "1"}, "从哪天起"),
        ({"role": "班主任", "scope": "全校", "since": "2026-11-20"}, "一个班"),
        ({"role": "总务", "scope": "全校", "since": "2026-11-20"}, "任什么职"),
        ({"role": "校医", "scope": "J2024-09", "since": "2026-11-20"}, "范围"),
        ({"staff": "T-ZZZZ", "role": "校医", "scope": "全校", "since": "2026-11-20"}, "没有编号为"),
    ],
)
def test_what_cannot_be_a_post_is_told_and_changes_nothing(
    served_once: Any, fields: dict[str, str], said: str
) -> None:
    browser = served_once.logged_in("校长")
    before = _people(served_once)
    answer = browser.submit("/admin/staff/appoint", **{"staff": served_once.staff("校医"), **fields})
    assert answer.status_code == 422
    assert said in answer.text
    assert _people(served_once) == before


def test_a_post_that_is_held_already_is_told_with_the_name_of_the_class(served_once: Any) -> None:
    people = _people(served_once).items()
    staff, scope = next(
        (staff, post["范围"])
        for staff, person in people
        for post in person["任职"]
        if post["角色"] == "班主任" and "止" not in post
    )
    answer = served_once.logged_in("校长").submit(
        "/admin/staff/appoint", staff=staff, role="班主任", scope=scope, since="2026-11-20"
    )
    assert answer.status_code == 422
    assert re.search(r"那天已经是班主任（[七八九]年级（\d）班）", answer.text)


def test_each_finds_under_administration_what_is_theirs(served_once: Any) -> None:
    def offered(role: str) -> str:
        return str(served_once.logged_in(role).get("/admin").text)

    admin, principal, registrar = offered("系统管理员"), offered("校长"), offered("学籍管理员")
    assert "教职工和任职" in admin
    assert "运行情况和备份" in admin
    assert "导入 Excel" not in admin, "the administrator sees no child"
    assert "导入 Excel" in principal
    assert "制度和数字" in principal
    assert "教职工和任职" not in registrar
    assert "导入 Excel" in registrar
    assert served_once.logged_in("校医").get("/admin").status_code == 404
