"""Who may see a child and why, who has looked, and the first page."""

import re
from datetime import date
from typing import Any

from guanai.yamlfile import load


def _own(browser: Any) -> list[str]:
    return re.findall(r"/students/(S\d{4}-\w{5})\"", browser.get("/students").text)


def test_who_may_see_a_child_is_told_by_name_reason_and_labels(served_once: Any) -> None:
    principal, teacher = served_once.logged_in("校长"), served_once.logged_in("班主任")
    page = principal.get(f"/students/{_own(teacher)[0]}/sight").text
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page)]
    by_reason = {row[1]: row[2] for row in rows if row}
    assert by_reason["校长（全校）"] == "教学、关爱、限制、证件"
    assert any(
        why.startswith("班主任（") and labels == "教学、关爱、限制、证件" for why, labels in by_reason.items()
    )
    assert "系统管理员" not in page.split("<tbody>")[1]


def test_who_sees_teaching_alone_learns_no_labels_and_no_pairing(served_once: Any) -> None:
    teacher, staff = served_once.logged_in("科任教师"), served_once.staff("科任教师")
    people = load((served_once.root / "records" / "staff.yml").read_bytes(), "staff").data["教职工"]
    paired = {post["范围"] for each in people if each["编号"] == staff for post in each["任职"]}
    for child in [each for each in _own(teacher) if each not in paired][:5]:
        table = teacher.get(f"/students/{child}/sight").text.split("<tbody>")[1].split("</tbody>")[0]
        assert "校长（全校）" in table
        assert "结对" not in table
        assert "关爱" not in table


def test_the_principal_is_told_who_has_looked_and_who_was_refused(served: Any) -> None:
    teacher = served.logged_in("班主任")
    child = _own(teacher)[0]
    teacher.get(f"/students/{child}")
    served.logged_in("系统管理员").get(f"/students/{child}")
    page = served.logged_in("校长").get(f"/students/{child}/reads").text
    names = served.gateway.moments.now().snapshot.staff
    assert names[served.staff("班主任")].name in page
    assert names[served.staff("系统管理员")].name in page
    assert ">拒绝<" in page, "in the lines, not only in the head of the table"


def test_the_first_page_tells_at_most_seven_duties_and_has_the_search(served_once: Any) -> None:
    teacher = served_once.logged_in("班主任")
    page = teacher.get("/").text
    assert 1 <= page.count('class="state') <= 7
    assert 'action="/students"' in page
    menu = re.findall(r'<a href="(/[a-z]*)"', page.split("<nav")[1].split("</nav>")[0])
    wanted = ["/", "/duties", "/students", "/papers"]
    assert [each for each in menu if each in wanted] == wanted


def test_ledgers_and_policies_are_named_in_words(served_once: Any) -> None:
    page = served_once.logged_in("校长").get("/papers").text
    words = re.findall(r'<a href="/papers/[^"]*">([^<]*)</a>', page)
    assert words
    assert not [each for each in words if re.search(r"[PJ]\d{4}|\d{4}-\d{4}-[12]|[a-z]{3}", each)]


def test_the_page_of_a_child_says_in_words_why_one_sees_it(served_once: Any) -> None:
    view = served_once.gateway.moments.now().look(staff=served_once.staff("班主任"), on=date(2026, 11, 20))
    student = next(iter(view.facts.children))
    page = served_once.logged_in("班主任").get(f"/students/{student}").text
    reason = page.partition("您能看到这份档案：")[2].partition("<")[0]
    assert "年级（" in reason
    assert view.class_of(student) not in reason
