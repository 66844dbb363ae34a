"""A new school year in the browser: shown first, saved in one commit, nobody forgotten; and its calendar."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.yamlfile import load


def _record(served: Any, path: str) -> Any:
    return load(served.gateway.moments.store.source().read(path), path).data


def _children(served: Any, class_id: str) -> dict[str, list[dict[str, Any]]]:
    source = served.gateway.moments.store.source()
    found = {}
    for path in source.versions():
        if path.startswith("records/students/"):
            data = load(source.read(path), path).data
            if data["学籍"][-1]["班级"] == class_id:
                found[data["编号"]] = data["学籍"]
    return found


@pytest.fixture
def july(demo_school: Any, gateway_at: Callable[..., Any]) -> Any:
    """The demo school on the first of August, when its oldest grade has left."""
    served = gateway_at(demo_school, on=None)
    served.clock.now = datetime(2027, 8, 1, 9, 30, tzinfo=SHANGHAI)
    return served


def test_before_the_day_the_year_can_be_looked_at_but_not_begun(served_once: Any) -> None:
    browser = served_once.logged_in("校长")
    page = browser.get("/admin/year?year=2027").text
    told = re.search(r"九年级（1）班：(\d+) 人毕业", page)
    assert told is not None
    assert int(told[1]) > 0
    assert "J2027-01" in page
    assert "班主任（九年级（1）班）" in page
    assert "（J2024" not in page
    assert "还没有到" in page
    assert "就这样办" not in page
    before = served_once.gateway.moments.store.head()
    answer = browser.submit("/admin/year/promote", year="2027", left="2027-07-02")
    assert answer.status_code == 422
    assert "还没有到" in answer.text
    assert served_once.gateway.moments.store.head() == before


def test_a_new_year_is_one_commit_in_which_the_oldest_grade_leaves(july: Any) -> None:
    browser, store = july.logged_in("校长"), july.gateway.moments.store
    page = browser.get("/admin/year").text
    told = re.search(r"九年级（1）班：(\d+) 人毕业", page)
    before = _children(july, "J2024-01")
    assert store.pair.main.head()
    count = len(store.pair.main.run("rev-list", "HEAD").split())
    answer = browser.submit("/admin/year/promote", year="2027", left="2027-07-02", **{"count-J2027": "2"})
    assert answer.status_code == 303, answer.text
    assert len(store.pair.main.run("rev-list", "HEAD").split()) == count + 1

    graduated = {child for child, stays in _children(july, "J2024-01").items() if stays[-1]["状态"] == "毕业"}
    assert told is not None
    assert len(graduated) == int(told[1]) > 0
    for child in graduated:
        *earlier, last = _children(july, "J2024-01")[child]
        assert (last["起"], last["班级"]) == ("2027-07-02", "J2024-01")
        assert earlier[-1]["止"] == "2027-07-01"
        assert len(earlier) == len(before[child]), "the past stays as it was"
    assert {
        child: stays for child, stays in _children(july, "J2024-01").items() if child not in graduated
    } == {child: stays for child, stays in before.items() if child not in graduated}
    classes = [each["编号"] for each in _record(july, "records/school.yml")["班级"]]
    assert {"J2024-01", "J2025-01", "J2027-01", "J2027-02"} <= set(classes)
    posts = [
        post
        for person in _record(july, "records/staff.yml")["教职工"]
        for post in person["任职"]
        if post["范围"] in ("J2024", "J2024-01")
    ]
    assert all(post["止"] <= "2027-07-02" for post in posts)
    assert all(stays[-1]["状态"] != "毕业" for stays in _children(july, "J2025-01").values())


def test_a_year_that_has_begun_is_not_begun_again(july: Any) -> None:
    browser = july.logged_in("校长")
    assert browser.submit("/admin/year/promote", year="2027", left="2027-07-02").status_code == 303
    head = july.gateway.moments.store.head()
    assert "已经办好" in browser.get("/admin/year").text
    answer = browser.submit("/admin/year/promote", year="2027", left="2027-07-02")
    assert answer.status_code == 422
    assert july.gateway.moments.store.head() == head


def test_the_administrator_who_sees_no_child_begins_no_year(served_once: Any) -> None:
    browser = served_once.logged_in("系统管理员")
    page = browser.get("/admin/year?year=2027").text
    assert "人毕业" not in page
    assert browser.submit("/admin/year/promote", year="2027", left="2026-07-02").status_code == 404


def test_the_next_calendar_is_made_of_what_is_known_and_the_rest_is_marked(
    served: Any, login: Callable[[str], Any]
) -> None:
    browser = login("校长")
    page = browser.get("/admin/calendar").text
    missing = re.search(r"建 (\d{4}-\d{4}) 学年的校历", page)
    assert missing is not None
    assert browser.submit("/admin/calendar/make").status_code == 303
    made = _record(served, f"records/calendar/{missing[1]}.yml")
    assert made["学年"] == missing[1]
    assert len(made["学期"]) == 2
    assert "是暂定的" in browser.get("/admin/calendar").text
