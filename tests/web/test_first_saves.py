"""Two people make the same thing at once, with nothing there yet: both are kept, once each, and nobody sees an error."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from guanai.store.note import Action, Note, Reason

_MEETING = {
    "token": "ABCD2345",
    "/类型": "家长座谈会",
    "/时间": "2026-11-20T16:40",
    "/地点": "会议室",
    "/范围": "全校",
    "/议题/n1": "留守学生",
}


def _at_once(*posts: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(posts)) as pool:
        return [each.result() for each in [pool.submit(post) for post in posts]]


def _errors(answer: Any) -> list[str]:
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[:1200]]


def _meetings(served: Any, name: str) -> list[Any]:
    snapshot = served.gateway.moments.now().snapshot
    found = (snapshot.mapping("meeting", each) for each in snapshot.ids("meeting"))
    return [each for each in found if each["名称"] == name]


def _fields(served: Any, role: str, name: str) -> dict[str, str]:
    known = {each: served.staff(role) for each in ("/主持人", "/记录人", "/出席/n1/教师")}
    return {**_MEETING, **known, "/名称": name}


def test_a_meeting_sent_twice_at_once_stands_once(served: Any, login: Callable[[str], Any]) -> None:
    browsers = [login("校长"), served.logged_in("校长")]
    fields = _fields(served, "校长", "十一月研判会")
    answers = _at_once(*(partial(each.submit, "/new/meeting", **fields) for each in browsers))
    assert [each.status_code for each in answers] == [303, 303], _errors(answers[0])
    assert len(_meetings(served, "十一月研判会")) == 1


def test_two_meetings_that_draw_one_number_are_two(served: Any, login: Callable[[str], Any]) -> None:
    first, second = login("校长"), login("德育主任")
    posts = [
        partial(first.submit, "/new/meeting", **_fields(served, "校长", "甲会")),
        partial(second.submit, "/new/meeting", **_fields(served, "德育主任", "乙会")),
    ]
    answers = _at_once(*posts)
    assert [each.status_code for each in answers] == [303, 303], _errors(answers[0])
    (one,), (two,) = _meetings(served, "甲会"), _meetings(served, "乙会")
    assert one["编号"] != two["编号"]
    assert _at_once(*posts)[1].status_code == 303
    assert (len(_meetings(served, "甲会")), len(_meetings(served, "乙会"))) == (1, 1), "sent again, made once"


@pytest.fixture
def unsheeted(served: Any) -> tuple[str, str]:
    """A class of which no attendance stands this month, and its sheet."""
    store, staff = served.gateway.moments.store, served.gateway.moments.now().snapshot.staff
    homeroom = staff[served.staff("班主任")]
    class_id = next(post.scope for post in homeroom.assignments if post.role == "班主任")
    path = f"records/attendance/2026-2027-1/{class_id}/2026-11.yml"
    note = Note(Action.DELETE, (), "", "程序", Reason.CORRECTION, served.clock())
    if store.source().version(path) is not None:
        store.put({path: None}, note, parent=store.head())
    return class_id, path


def test_two_first_attendance_sheets_at_once_are_both_kept(
    served: Any, login: Callable[[str], Any], unsheeted: tuple[str, str]
) -> None:
    class_id, path = unsheeted
    address, browsers = f"/class/{class_id}/attendance", [login("班主任"), served.logged_in("班主任")]
    page = browsers[0].get(address).text
    student, *_ = re.findall(r'name="missing" value="([^"]+)"', page)
    one, two, *_ = re.findall(r'<a href="\?slot=[^"]+"[^>]*>([^<]+)<', page)
    posts = [
        partial(browsers[0].submit, address, action="check", slot=one, missing=student),
        partial(browsers[1].submit, address, action="check", slot=two),
    ]
    assert [each.status_code for each in _at_once(*posts)] == [303, 303]
    served.clock.forward(minutes=2)
    browsers[0].submit(address, action="check", slot=one, missing=student)
    made = served.gateway.moments.now().snapshot.mapping("attendance", path)
    assert [each["节点"] for each in made["核查"]].count(one) == 1
    assert [each["节点"] for each in made["核查"]].count(two) == 1
    assert [(each["学生"], each["节点"]) for each in made["异常"]] == [(student, one)]
