"""Short ways to what is noted often: a duty behind the number of a reminder, a session, several children at once."""

import html
import re
from typing import Any

from guanai.workspace.watch.tellings import number_of, still_open

TOKEN = "ABCD2345"  # noqa: S105 -- signs of a page, no secret


def _numbers(served: Any, role: str) -> list[tuple[str, Any]]:
    workspace = served.gateway.moments.now()
    staff = served.staff(role)
    view = workspace.look(staff=staff, on=served.gateway.settings.today())
    mine = (each for each in still_open(view.duties(served.gateway.settings.now())) if staff in each.owners)
    return [(number_of(workspace.secret, each), each) for each in mine]


def test_the_address_in_a_reminder_shows_its_duty_to_who_may_know_it_and_leads_to_the_form(
    served: Any, login: Any
) -> None:
    browser, other = login("班主任"), login("系统管理员")
    number, duty = next((number, each) for number, each in _numbers(served, "班主任") if each.student)
    page = browser.get(f"/duties/{number}")
    name = served.gateway.moments.now().snapshot.mapping("student", duty.student)["姓名"]
    assert (page.status_code, duty.title in page.text, name in page.text) == (200, True, True)
    assert "/add/" in page.text or "/edit" in page.text
    hidden = other.get(f"/duties/{number}")
    assert (hidden.status_code, name in hidden.text, duty.title in hidden.text) == (200, False, False)
    assert served.browser().get(f"/duties/{number}").headers["location"].startswith("/login?next=%2Fduties")
    strange = browser.get("/duties/N-<script>x")
    assert "<script>x" not in strange.text


def test_a_session_is_noted_in_five_fields_by_the_counsellor_alone(served: Any, login: Any) -> None:
    browser = login("心理健康教师")
    page = browser.get("/counselling").text
    address = re.search(r'href="(/counselling/Y[^"]+/session)"', page)
    assert address is not None
    form = browser.get(address[1]).text
    front = form.split('<details class="more"')[0]
    names = set(re.findall(r'(?<!hidden" )name="(/[^"]+)"', front))
    assert 1 <= len(names) <= 5
    version = re.search(r'name="version" value="([0-9a-f]+)"', form)
    assert version is not None
    fields = {
        "token": TOKEN,
        "version": version[1],
        "/个案记录/n1/过程": "聊了最近的睡眠。",
        "/个案记录/n1/处置": "约下周再谈。",
    }
    for _ in range(2):
        assert browser.submit(address[1], **fields).status_code == 303
    record = address[1].split("/")[2]
    sessions = served.gateway.moments.now().snapshot.mapping("counseling", record)["个案记录"]
    made = [each for each in sessions if each["过程"] == "聊了最近的睡眠。"]
    assert [(each["时间"], each["方式"], each["次数"]) for each in made] == [
        ("2026-11-20T09:30+08:00", "面谈", len(sessions))
    ]
    for role in ("校长", "班主任", "系统管理员"):
        other = login(role)
        assert other.get("/counselling").status_code == 404
        assert other.get(address[1]).status_code == 404
        assert other.submit(address[1], **fields).status_code == 404


def test_the_class_teacher_finds_the_forms_for_several_children(login: Any, class_id: str) -> None:
    page = html.unescape(login("班主任").get("/students").text)
    assert f'href="/class/{class_id}/screening"' in page
    assert re.search(rf'href="/class/{class_id}/add/[^"]+"', page)
    assert f"/class/{class_id}/screening" not in login("科任教师").get("/students").text


def test_an_open_day_is_one_record_with_the_children_who_came(served: Any, login: Any, class_id: str) -> None:
    snapshot = served.gateway.moments.now().snapshot
    children = [
        each
        for each in snapshot.ids("student")
        if snapshot.mapping("student", each)["学籍"][-1].get("班级") == class_id
    ]
    browser, address = login("班主任"), "/new/activity?kind=家长开放日"
    page = browser.get(address).text
    offered = set(re.findall(r'type="checkbox" name="/参加学生" value="([^"]+)"', page))
    assert set(children) <= offered
    stranger = next(each for each in snapshot.ids("student") if each not in offered)
    fields = {"token": TOKEN, "/名称": "秋季家长开放日", "/范围": class_id, "?/参加学生": "1"}
    refused = browser.submit(address, **fields, **{"/参加学生": [*children[:2], stranger]})
    assert refused.status_code == 422
    head = served.gateway.moments.store.head()
    for _ in range(2):
        assert browser.submit(address, **fields, **{"/参加学生": children[:3]}).status_code == 303
    newest = served.gateway.moments.now().snapshot
    made = [newest.mapping("activity", each) for each in newest.ids("activity")]
    (day,) = [each for each in made if each["名称"] == "秋季家长开放日"]
    assert (day["参加学生"], day["类型"]) == (children[:3], "家长开放日")
    assert len(list(served.gateway.moments.store.pair.main.log(since=head))) == 1


def test_a_mandatory_report_says_at_once_what_to_do(served: Any, login: Any, class_id: str) -> None:
    snapshot = served.gateway.moments.now().snapshot
    child = next(
        each
        for each in snapshot.ids("student")
        if snapshot.mapping("student", each)["学籍"][-1].get("班级") == class_id
    )
    browser, address = login("班主任"), f"/child/{child}/add/强制报告"
    form = browser.get(address).text
    assert form.count("遭受") > 3, "the page tells in which situations one has to report"
    assert "遭受" not in browser.get(f"/child/{child}/add/谈话").text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    fields = {html.unescape(name): html.unescape(text) for name, text in hidden if name != "csrf"}
    saved = browser.submit(address, **fields, **{"/过程记录/n1/内容": "手臂多处伤，说不清来由。"})
    assert saved.status_code == 303, saved.text
    assert "请立即向公安机关报告" in browser.get(saved.headers["location"]).text
    (made,) = [
        each
        for each in served.gateway.moments.now().snapshot.mapping("student", child)["过程记录"]
        if each["内容"].startswith("手臂多处伤")
    ]
    assert (made["类型"], made["密级"]) == ("强制报告", "限制")
    principal = login("校长")
    assert "的强制报告</a>还没有写明已向谁报告" in principal.get(f"/students/{child}").text
    assert "没有写明已向谁报告" not in login("科任教师").get(f"/students/{child}").text
