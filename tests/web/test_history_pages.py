"""The past of a record in the browser: told as far as one may see, compared day by day, taken back change by change."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

TOKEN = "ABCD2345"  # noqa: S105 -- signs of a page, no secret
NOTE = "说了作业，答应每天补上。"


def _child(served: Any, student: str) -> Any:
    return served.gateway.moments.now().snapshot.mapping("student", student)


def _save(browser: Any, student: str, **fields: Any) -> None:
    assert browser.submit(f"/child/{student}/edit", **fields).status_code == 303


def _newest_undo(browser: Any, student: str) -> str:
    """Return the address behind the first button that takes a change back."""
    page = browser.get(f"/students/{student}/history").text
    found = re.search(r'href="(/students/[^"]+/undo\?commit=[0-9a-f]{40})"', page)
    assert found is not None
    return html.unescape(found[1])


def _places(page: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'name="place" value="([^"]+)"', page)]


def test_a_change_is_told_in_a_sentence_and_its_field_has_a_history_of_its_own(
    login: Any, student: str
) -> None:
    browser = login("班主任")
    _save(browser, student, **{"/课堂安全提示": "坐前排", "/特长": "二胡"})
    page = browser.get(f"/students/{student}/history").text
    assert "填写 特长：二胡" in page or "改为 二胡" in page
    only = browser.get(f"/students/{student}/history?field={quote('课堂安全提示')}").text
    assert "坐前排" in only
    assert "二胡" not in only
    wrong = browser.get(f"/students/{student}/history?field=<b>x</b>")
    assert wrong.status_code == 200
    assert "<b>x" not in wrong.text


def test_history_hides_what_the_reader_may_not_see(login: Any, student: str) -> None:
    browser = login("班主任")
    assert (
        browser.submit(f"/child/{student}/add/谈话", token=TOKEN, **{"/过程记录/n1/内容": NOTE}).status_code
        == 303
    )
    assert NOTE in browser.get(f"/students/{student}/history").text
    other = login("学籍管理员")
    for page in ("history", "compare?from=2026-09-01"):
        told = other.get(f"/students/{student}/{page}")
        assert told.status_code == 200
        assert NOTE not in told.text


def test_two_days_are_compared_in_sentences(
    gateway_at: Callable[..., Any], demo_school: Path, student: str
) -> None:
    served = gateway_at(demo_school, on=None)
    served.clock.forward(days=1)
    browser, address = served.logged_in("班主任"), f"/students/{student}/compare"
    _save(browser, student, **{"/特长": "下象棋"})
    assert "下象棋" in browser.get(f"{address}?from=2026-11-20&to=2026-11-21").text
    assert "下象棋" in browser.get(f"{address}?from=2026-11-21&to=2026-11-20").text
    assert "没有变化" in browser.get(f"{address}?from=2026-11-20&to=2026-11-20").text
    early = browser.get(f"{address}?from=1999-01-01&to=nonsense")
    assert (early.status_code, "还没有" in early.text) == (200, True)


def test_one_change_is_taken_back_with_its_reason_and_the_rest_of_the_save_stays(
    served: Any, login: Any, student: str
) -> None:
    browser, before = login("班主任"), _child(served, student).get("特长")
    _save(browser, student, **{"/课堂安全提示": "坐前排", "/特长": "二胡"})
    address = _newest_undo(browser, student)
    assert set(_places(browser.get(address).text)) == {"/课堂安全提示", "/特长"}
    answer = browser.submit(address, place="/特长", reason="更正")
    assert answer.status_code == 303
    child = _child(served, student)
    assert (child.get("特长"), child["课堂安全提示"]) == (before, "坐前排")
    newest = next(iter(served.gateway.moments.store.pair.main.log(limit=1)))
    assert (newest.reason, newest.staff) == ("更正", served.staff("班主任"))
    assert "已经改回去" in browser.get(answer.headers["location"]).text


def test_a_later_change_of_the_same_field_is_asked_about_before_anything_is_taken_back(
    served: Any, login: Any, student: str
) -> None:
    browser = login("班主任")
    _save(browser, student, **{"/特长": "二胡"})
    address = _newest_undo(browser, student)
    _save(browser, student, **{"/特长": "书法"})
    clash = browser.submit(address, place="/特长", reason="撤销")
    assert clash.status_code == 409
    assert "书法" in clash.text
    assert _child(served, student)["特长"] == "书法"
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', clash.text)
    assert seen is not None
    commit = address.rpartition("=")[2]
    fields = {"commit": commit, "place": "/特长", "reason": "撤销", "seen": seen[1]}
    kept = browser.submit(f"/students/{student}/undo", **fields, **{"choose:/特长": "theirs"})
    assert (kept.status_code, _child(served, student)["特长"]) == (303, "书法")
    back = browser.submit(f"/students/{student}/undo", **fields, **{"choose:/特长": "mine"})
    assert (back.status_code, _child(served, student).get("特长")) == (303, None)


def test_a_talk_with_several_children_is_taken_back_for_one_alone(
    served: Any, login: Any, student: str
) -> None:
    browser, snapshot = login("班主任"), served.gateway.moments.now().snapshot
    class_id = _child(served, student)["学籍"][-1]["班级"]
    others = [
        each
        for each in snapshot.ids("student")
        if snapshot.mapping("student", each)["学籍"][-1].get("班级") == class_id
    ]
    answer = browser.submit(
        f"/class/{class_id}/add/谈话", token=TOKEN, student=others[:2], **{"/过程记录/n1/内容": NOTE}
    )
    assert answer.status_code == 303
    address = _newest_undo(browser, others[0])
    (place,) = _places(browser.get(address).text)
    assert browser.submit(address, place=place).status_code == 303
    held = [
        [each for each in _child(served, child).get("过程记录", []) if each["内容"] == NOTE]
        for child in others[:2]
    ]
    assert [len(each) for each in held] == [0, 1]
    again = browser.submit(address, place=place)
    assert again.status_code in (303, 409)
    assert [each["内容"] for each in _child(served, others[1])["过程记录"]].count(NOTE) == 1


def test_nobody_takes_back_what_is_out_of_reach(served: Any, login: Any, student: str) -> None:
    browser = login("班主任")
    _save(browser, student, **{"/特长": "二胡", "/备注": "另记一句"})
    address = _newest_undo(browser, student)
    other, before = login("学籍管理员"), dict(_child(served, student))
    page = other.get(address)
    assert "另记一句" not in page.text
    other.submit(address, place=["/备注", "/证件/号码", "/姓名"])
    assert _child(served, student) == before
    assert login("系统管理员").get(address).status_code == 404
    for wrong in ("", "0" * 40, "HEAD", "../../x"):
        answer = browser.get(f"/students/{student}/undo?commit={quote(wrong)}")
        assert answer.headers["location"] == f"/students/{student}/history"


def test_a_record_that_is_no_child_s_has_a_history_too(served: Any, login: Any) -> None:
    browser = login("班主任")
    started = browser.submit("/meetings/start", kind="学情研判会").headers["location"]
    record = started.split("/")[2]
    served.clock.forward(minutes=1)
    address = f"/record/{record}/edit"
    assert f'href="/record/{record}/history"' in browser.get(address).text
    assert browser.submit(address, **{"/地点": "三楼"}).status_code == 303
    page = browser.get(f"/record/{record}/history").text
    assert "三楼" in page
    (undo,) = set(re.findall(r'href="(/record/[^"]+/undo\?commit=[0-9a-f]{40})"', page))
    place = _places(browser.get(undo).text)
    assert browser.submit(undo, place=place).status_code == 303
    assert served.gateway.moments.now().snapshot.mapping("meeting", record)["地点"] == "会议室"
