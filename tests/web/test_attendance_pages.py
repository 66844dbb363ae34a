"""A tap on the attendance page is kept, or said not to be; who may not write it is shown no button."""

import html
import re
from typing import Any

import pytest

from guanai.schema import load_schemas
from guanai.store.journal import Journal
from guanai.store.locks import StoreBusy
from guanai.store.note import Action, Note, Reason
from guanai.web.pages import attendance
from guanai.yamlfile import Add, edit, load

_DAY = "2026-11-20"


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


@pytest.mark.parametrize("role", ["科任教师", "年级组长", "心理健康教师"])
def test_who_may_not_change_what_another_wrote_sees_it_without_a_button(
    login: Any, class_id: str, pupil: str, role: str
) -> None:
    address = f"/class/{class_id}/attendance?slot=课间操"
    login("班主任").submit(address, action="check", day=_DAY, slot="课间操", missing=[pupil])
    browser = login(role)
    page = browser.get(address).text
    assert "这里已由别人记下，您的任职只能改自己记的" in page
    assert 'name="missing"' not in page
    assert "已到校" not in page
    told = _told(browser, address, action="check", day=_DAY, slot="课间操")
    assert (told.status_code, told.json()["kept"]) == (403, False)
    assert "只能改自己记的" in told.json()["told"]


@pytest.fixture
def deputy(served: Any, class_id: str) -> Any:
    """A subject teacher who is 副班主任 of the class too, which nobody has checked this month."""
    store, staff = served.gateway.moments.store, served.staff("科任教师")
    post = {"角色": "副班主任", "范围": class_id, "起": "2026-09-01"}
    text = edit(
        store.source().read("records/staff.yml").decode(),
        (Add(("教职工", staff, "任职"), post),),
        load_schemas().record("staff"),
    )
    note = Note(Action.ADD, (), "", "程序", Reason.ENTRY, served.clock())
    month = f"records/attendance/2026-2027-1/{class_id}/2026-11.yml"
    store.put({"records/staff.yml": text.encode(), month: None}, note, parent=store.head())
    return served.logged_in("科任教师")


def test_who_may_change_own_entries_alone_is_told_so_and_offered_no_other_button(
    login: Any, deputy: Any, class_id: str, pupil: str
) -> None:
    address = f"/class/{class_id}/attendance"
    login("班主任").submit(address, action="check", day=_DAY, slot="课间操", missing=[pupil])
    page = deputy.get(f"{address}?slot=课间操").text
    assert "只能改自己记的" in page
    assert 'name="missing"' not in page
    assert "已到校" not in page
    told = _told(deputy, address, action="check", day=_DAY, slot="课间操")
    assert told.status_code == 403
    assert "只能改自己记的" in told.json()["told"]
    free = deputy.get(f"{address}?slot=放学前").text
    assert 'name="missing"' in free
    other = re.findall(r'name="missing" value="(S[^"]+)"', free)[1]
    assert _told(deputy, address, action="check", day=_DAY, slot="放学前", missing=[other]).json()["kept"]
    assert deputy.get(address).text.count("已到校") == 1, "a button for the own entry, none for the other's"


def test_marks_that_came_too_late_are_shown_to_who_made_them(
    served: Any, login: Any, deputy: Any, class_id: str, pupil: str
) -> None:
    address = f"/class/{class_id}/attendance?slot=放学前"
    name = served.gateway.moments.now().snapshot.mapping("student", pupil)["姓名"]
    place = re.findall(r'data-place="([^"]+)"', deputy.get(address).text)[0]
    marks = {"place": html.unescape(place), "title": "点名", "missing": pupil, f"kind:{pupil}": "病假"}
    assert deputy.submit("/drafts/keep", **marks).json()["kept"]
    login("班主任").submit(address, action="check", day=_DAY, slot="放学前")
    page = deputy.get(f"{address}&draft=1").text
    assert f"您没保存的点名：{name}（病假）" in page
    assert "请看过再保存" not in page


def test_a_tap_that_stands_on_the_disk_is_said_to_be_kept_while_the_store_is_busy(
    served: Any, login: Any, class_id: str, pupil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, browser = f"/class/{class_id}/attendance", login("班主任")

    def busy(*_: Any, **__: Any) -> None:
        raise StoreBusy(served.root)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "flush", busy)
        told = _told(browser, address, action="check", day=_DAY, slot="放学前", missing=[pupil])
        assert (told.status_code, told.json()["kept"]) == (200, True)
    attendance.journal_of(served.gateway).flush(served.clock(), is_urgent=True)
    assert any((each["学生"], each["节点"]) == (pupil, "放学前") for each in _exceptions(served, class_id))
