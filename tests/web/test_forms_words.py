"""What a form shows and offers is said in words: names for ids, a time as people write it; a new thing names itself."""

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from guanai.saving.held import held_changes

_CODE = re.compile(r"\b(T-[2-9A-Z]{4}|[PJ]\d{4}(-\d{2})?|20\d\d-20\d\d-[12]|True|False)\b|\+08:00|\dT\d\d:")
_KINDS = ("meeting", "activity", "decision", "attendance", "screening")
_SCHOOL, _CALENDAR = "records/school.yml", "records/calendar/2026-2027.yml"


def _form(browser: Any, record: str, at: str = "") -> str:
    answer = browser.get(f"/record/{quote(record, safe='')}/edit", params={"at": at} if at else {})
    assert answer.status_code in (200, 404)
    return str(answer.text) if answer.status_code == 200 else ""


def _options(page: str, name: str) -> dict[str, str]:
    """Return what can be picked in a field: values and what they are called."""
    found = re.search(rf'<select id="f:{re.escape(name)}".*?</select>', page, re.DOTALL)
    assert found is not None, f"{name} is not picked from a list"
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', found[0]))


@pytest.mark.parametrize("role", ["科任教师", "资源教师", "心理健康教师", "年级组长"])
def test_what_cannot_be_changed_is_read_without_a_code(
    role: str, served_once: Any, login_once: Callable[[str], Any]
) -> None:
    snapshot, browser = served_once.gateway.moments.now().snapshot, login_once(role)
    told, count = list[str](), 0
    for kind in _KINDS:
        for record in sorted(snapshot.ids(kind))[-4:]:
            shown = re.findall(
                r'<span class="field-title">([^<]*)</span><p class="field-shown">([^<]*)</p>',
                _form(browser, record),
            )
            count += len(shown)
            told += [
                f"{record}: {title} {text}" for title, text in shown if title != "编号" and _CODE.search(text)
            ]
    assert count
    assert told == []


def test_save_stands_where_something_can_be_filled_in_and_nowhere_else(
    served_once: Any, login_once: Callable[[str], Any]
) -> None:
    snapshot, seen = served_once.gateway.moments.now().snapshot, set[bool]()
    for role in ("科任教师", "资源教师", "心理健康教师", "年级组长", "校长"):
        for record in [each for kind in _KINDS for each in sorted(snapshot.ids(kind))[-2:]]:
            form = re.search(r"<form [^>]*data-form.*?</form>", _form(login_once(role), record), re.DOTALL)
            if form is None:
                continue
            takes = re.search(r'<(textarea|select|input (?!type="hidden"))', form[0]) is not None
            assert ('<button class="main">' in form[0]) == takes, (role, record)
            assert ("您只能看，不能改" in form[0]) == (not takes and "field-shown" in form[0]), (role, record)
            seen.add(takes)
    assert seen == {True, False}


def test_a_locked_teacher_class_term_and_time_are_read_by_name(
    served_once: Any, login_once: Callable[[str], Any]
) -> None:
    snapshot = served_once.gateway.moments.now().snapshot
    meeting = next(
        each
        for each in reversed(snapshot.ids("meeting"))
        if re.fullmatch(r"J\d{4}-\d\d", snapshot.mapping("meeting", each).get("范围", ""))
        and "field-shown" in _form(login_once("资源教师"), each)
    )
    data, page = snapshot.mapping("meeting", meeting), html.unescape(_form(login_once("资源教师"), meeting))
    assert f'<p class="field-shown">{snapshot.staff[data["主持人"]].name}</p>' in page
    assert re.search(r'<p class="field-shown">[七八九]年级（\d）班</p>', page)
    assert re.search(r'field-title">时间</span><p class="field-shown">[^<]*\d+:\d\d', page)
    assert f'field-title">编号</span><p class="field-shown">{meeting}</p>' in page


def test_whom_a_meeting_is_for_is_picked_by_name(served_once: Any, login_once: Callable[[str], Any]) -> None:
    page = login_once("班主任").get("/new/meeting?kind=学情研判会").text
    offered = _options(page, "/范围")
    assert offered["全校"] == "全校"
    classes = [each.id for each in served_once.gateway.moments.now().snapshot.school.classes]
    assert {*classes, *(each.partition("-")[0] for each in classes)} <= set(offered)
    assert re.fullmatch(r"[七八九]年级（\d）班", offered[classes[0]])


def test_what_names_a_new_class_grade_or_term_is_typed_and_not_picked_from_those_there_are(
    login_once: Callable[[str], Any],
) -> None:
    browser = login_once("教务主任")
    for record, key in ((_SCHOOL, "班级"), (_SCHOOL, "年级"), (_CALENDAR, "学期")):
        assert f'<input id="f:/{key}/n1/编号"' in _form(browser, record, f"/{key}")


def test_a_post_may_be_for_one_child_so_what_it_is_for_is_typed(
    served: Any, login: Callable[[str], Any]
) -> None:
    staff, browser = served.staff("科任教师"), login("校长")
    page = _form(browser, "records/staff.yml", f"/教职工/{staff}")
    start = html.unescape(re.findall(r'<input id="f:(/教职工/[^"]*/任职/n1)/范围"', page)[0])
    child = next(iter(served.gateway.moments.now().snapshot.ids("student")))
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    fields = {html.unescape(name): html.unescape(text) for name, text in hidden if name != "csrf"}
    fields |= {f"{start}/角色": "科任教师", f"{start}/范围": child, f"{start}/起": "2026-11-20"}
    address = f"/record/{quote('records/staff.yml', safe='')}/edit?at=/教职工/{staff}"
    answer = browser.submit(address, **fields)
    assert answer.status_code == 303, answer.text
    gains = [gain for each in held_changes(served.root) for gain in each.gains]
    assert any(child in gain for gain in gains), "it waits for a second leader, as each post that opens more"


def test_the_term_of_a_result_is_picked_from_the_calendars(
    served_once: Any, login_once: Callable[[str], Any]
) -> None:
    snapshot, staff = served_once.gateway.moments.now().snapshot, served_once.staff("班主任")
    class_id = next(post.scope for post in snapshot.staff[staff].assignments if post.role == "班主任")
    student = next(
        each
        for each in snapshot.ids("student")
        if snapshot.mapping("student", each)["学籍"][-1].get("班级") == class_id
    )
    page = login_once("班主任").get(f"/child/{student}/edit", params={"at": "/成绩"}).text
    offered = _options(page, "/成绩/n1/学期")
    terms = {f"{year}-{term}" for year in snapshot.ids("calendar") for term in (1, 2)}
    assert {each for each in offered if each} == terms
    assert offered["2026-2027-1"] == "2026—2027学年第一学期"


def test_what_two_people_wrote_at_once_is_told_by_name(served: Any, login: Callable[[str], Any]) -> None:
    snapshot = served.gateway.moments.now().snapshot
    meeting = next(
        each for each in snapshot.ids("meeting") if snapshot.mapping("meeting", each)["范围"] == "全校"
    )
    grade, first = snapshot.school.grades[0].id, snapshot.school.classes[0].id
    address, one, two = f"/record/{meeting}/edit", login("校长"), login("德育主任")
    pages = {each: each.get(address).text for each in (one, two)}
    answers = []
    for browser, scope in ((one, grade), (two, first)):
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', pages[browser])
        fields = {html.unescape(name): html.unescape(text) for name, text in hidden if name != "csrf"}
        answers.append(browser.submit(address, **fields, **{"/范围": scope}, confirmed="1"))
    assert [each.status_code for each in answers] == [303, 409], answers[0].text
    told = re.sub(r"<[^>]+>", " ", answers[1].text.partition("<main")[2])
    assert re.search(r"[七八九]年级（\d）班", told)
    assert not re.search(r"[PJ]\d{4}", told)
