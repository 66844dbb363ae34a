"""A tap on the attendance page is kept, or said not to be; who may not write it is shown no button."""

import re
from typing import Any

import pytest

from guanai.yamlfile import load

_DAY = "2026-11-20"


@pytest.fixture
def class_id(served: Any) -> str:
    staff = served.gateway.moments.now().snapshot.staff[served.staff("班主任")]
    return str(next(post.scope for post in staff.assignments if post.role == "班主任"))


@pytest.fixture
def pupil(login: Any, class_id: str) -> str:
    page = login("班主任").get(f"/class/{class_id}/attendance").text
    return str(re.findall(r'name="missing" value="(S[^"]+)"', page)[0])


def _told(browser: Any, address: str, **fields: Any) -> Any:
    """Post as the phone does, and return what it is told."""
    origin = str(browser.base_url).rstrip("/")
    return browser.post(
        address,
        data={"csrf": browser.token("/account"), **fields},
        headers={"origin": origin, "accept": "application/json"},
    )


def _exceptions(served: Any, class_id: str) -> list[Any]:
    raw = served.gateway.moments.store.source().read(f"records/attendance/2026-2027-1/{class_id}/2026-11.yml")
    found: list[Any] = load(raw, "").data.get("异常", [])
    return found


def _item(served: Any, class_id: str, pupil: str) -> str:
    return str(
        next(
            each["编号"]
            for each in _exceptions(served, class_id)
            if (each["学生"], each["日期"], each["节点"]) == (pupil, _DAY, "课间操")
        )
    )


def test_a_call_about_a_child_that_a_later_list_took_back_is_not_said_to_be_kept(
    served: Any, login: Any, class_id: str, pupil: str
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/attendance"
    check = {"action": "check", "day": _DAY, "slot": "课间操"}
    browser.submit(address, **check, missing=[pupil])
    item = _item(served, class_id, pupil)
    call = {"action": "contact", "day": _DAY, "item": item, "result": "已知去向"}
    served.clock.forward(minutes=5)
    browser.submit(address, **check)
    told = _told(browser, address, **call)
    assert (told.status_code, told.json()["kept"]) == (422, False)
    assert "名单已经改过" in told.json()["told"]
    assert browser.submit(address, **call).status_code == 303
    assert "没有记下：名单已经改过" in browser.get(address).text
    assert not any("联系时间" in each for each in _exceptions(served, class_id) if each["编号"] == item)


def test_a_call_sent_again_is_kept_once_and_said_to_be(
    served: Any, login: Any, class_id: str, pupil: str
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/attendance"
    browser.submit(address, action="check", day=_DAY, slot="课间操", missing=[pupil])
    call = {"action": "report", "day": _DAY, "item": _item(served, class_id, pupil)}
    for _ in range(2):
        told = _told(browser, address, **call)
        assert (told.status_code, told.json()["kept"]) == (200, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"action": "check", "slot": "半夜"}, "已经变了"),
        ({"action": "check", "slot": "课间操", "missing": "S2024-ZZZZZ"}, "已经变了"),
        ({"action": "contact", "item": "K20261120-2222", "result": "随便"}, "对不上"),
        ({"action": "x"}, "对不上"),
        ({"action": "check", "slot": "课间操", "day": "2026-11-15"}, "不上课"),
    ],
)
def test_what_cannot_be_kept_is_told_with_the_reason(
    served: Any, login: Any, class_id: str, fields: dict[str, str], words: str
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/attendance"
    head = served.gateway.moments.store.head()
    told = _told(browser, address, **{"day": _DAY, **fields})
    assert (told.status_code, told.json()["kept"]) == (422, False)
    assert words in told.json()["told"]
    assert browser.submit(address, **{"day": _DAY, **fields}).status_code == 303
    assert "没有记下：" in browser.get(address).text
    assert served.gateway.moments.store.head() == head


def test_who_may_not_write_attendance_sees_it_without_a_button(login: Any, class_id: str, pupil: str) -> None:
    address = f"/class/{class_id}/attendance?slot=课间操"
    login("班主任").submit(address, action="check", day=_DAY, slot="课间操", missing=[pupil])
    for role in ("科任教师", "年级组长"):
        browser = login(role)
        page = browser.get(address)
        assert "考勤由班主任、副班主任记" in page.text, role
        assert 'name="missing"' not in page.text, role
        told = _told(browser, address, action="check", day=_DAY, slot="课间操")
        assert (told.status_code, told.json()["kept"]) == (403, False), role
        assert "班主任、副班主任记" in told.json()["told"]
