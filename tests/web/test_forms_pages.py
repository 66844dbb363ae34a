"""The pages of forms without JavaScript: what is posted is saved, refused with the reason, asked about, or chosen."""

import html
import json
import re
from typing import Any

import pytest

from guanai.saving import Edit, Request, Saved, save
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.web.forms.drafts import Drafts
from guanai.yamlfile import Set, load

TOKEN = "ABCD2345"  # noqa: S105 -- signs of a page, no secret


def _child(served: Any, student: str) -> Any:
    return served.gateway.moments.now().snapshot.mapping("student", student)


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(text) for name, text in found if name != "csrf"}


def _entries(served: Any, student: str, text: str) -> list[Any]:
    return [each for each in _child(served, student).get("过程记录", []) if each["内容"] == text]


def test_an_entry_posted_twice_stands_once(served: Any, login: Any, children: list[str]) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    fields = {
        "token": "ABCD2345",
        "/过程记录/n1/内容": "说了作业。\r\n明天补上。",
        "/过程记录/n1/时间": "2026-11-20T09:10",
    }
    assert [browser.submit(address, **fields).status_code for _ in range(2)] == [303, 303]
    (made,) = _entries(served, children[0], "说了作业。\n明天补上。")
    assert (made["类型"], made["密级"], made["形式"], made["记录人"]) == (
        "谈话",
        "关爱",
        "面谈",
        served.staff("班主任"),
    )


def test_at_most_five_fields_stand_before_the_rest(login: Any, children: list[str]) -> None:
    browser = login("班主任")
    for kind in ("谈话", "家访", "联系监护人", "跟踪", "辅导", "课堂反馈", "预警", "照顾", "荣誉"):
        page = browser.get(f"/child/{children[0]}/add/{kind}").text
        front = page.split('<details class="more"')[0]
        names = set(re.findall(r'(?<!hidden" )name="(/[^"]+)"', front))
        assert 1 <= len(names) <= 5, (kind, names)


def test_an_error_stands_at_the_field_and_in_the_summary_and_nothing_typed_is_lost(
    served: Any, login: Any, children: list[str]
) -> None:
    answer = login("班主任").submit(
        f"/child/{children[0]}/add/家访",
        token=TOKEN,
        **{"/过程记录/n1/家庭情况": "奶奶一人带", "/过程记录/n1/时间": "昨天下午"},
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "奶奶一人带" in answer.text
    assert 'href="#f:/%E8%BF%87' in answer.text
    assert not _entries(served, children[0], "")


def test_a_word_of_the_kept_list_is_asked_about_and_saved_when_confirmed(
    served: Any, login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/add/谈话"
    fields = {"token": "ABCD", "/过程记录/n1/内容": "说父亲在服刑。"}
    asked = browser.submit(address, **fields)
    assert "就这样保存" in asked.text
    assert not _entries(served, children[0], "说父亲在服刑。")
    assert (
        browser.submit(address, confirmed="1", **{**fields, **_hidden(asked.text), **fields}).status_code
        == 303
    )
    assert len(_entries(served, children[0], "说父亲在服刑。")) == 1


def test_one_talk_with_several_children_is_one_commit(
    served: Any, login: Any, class_id: str, children: list[str]
) -> None:
    browser, head = login("班主任"), served.gateway.moments.store.head()
    fields = {"token": "ABCD", "student": children[:3], "/过程记录/n1/内容": "一起说了路上的安全。"}
    for _ in range(2):
        assert browser.submit(f"/class/{class_id}/add/谈话", **fields).status_code == 303
    made = [_entries(served, each, "一起说了路上的安全。") for each in children[:3]]
    assert [len(each) for each in made] == [1, 1, 1]
    assert len({each[0]["编号"] for each in made}) == 3
    assert len(list(served.gateway.moments.store.pair.main.log(since=head))) == 1


def test_fields_out_of_ones_labels_are_not_in_the_page_and_not_taken(
    served: Any, login: Any, children: list[str]
) -> None:
    student = next(each for each in children if "家庭" in _child(served, each))
    browser, before = login("科任教师"), dict(_child(served, student))
    page = browser.get(f"/child/{student}/edit")
    assert page.status_code in (200, 404)
    assert "/家庭/住址" not in page.text
    browser.submit(
        f"/child/{student}/edit",
        **{"/家庭/住址": "别处", "/姓名": "改名", "/证件/号码": "1", "/民族": "汉族"},
    )
    browser.submit(f"/child/{student}/edit?at=/家庭", **{"/家庭/住址": "别处"})
    assert _child(served, student) == before


@pytest.mark.parametrize("loss", ["sees", "edits"])
def test_what_was_typed_before_one_s_rights_narrowed_comes_back_and_stays_a_draft(
    served: Any, login: Any, children: list[str], loss: str
) -> None:
    student = next(each for each in children if "现状" in _child(served, each))
    browser, address = login("班主任"), f"/child/{student}/edit?at=/现状"
    page = browser.get(address).text
    fields = re.findall(r'<textarea[^>]* name="(/现状/[^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    name = html.unescape(fields[0][0])
    filled = {html.unescape(each): html.unescape(text) for each, text in fields}
    typed = {**filled, name: "写了两个小时的一段话", **_hidden(page)}
    _narrow(served, "班主任", ("看", "追加", "改") if loss == "sees" else ("追加", "改"))
    before = dict(_child(served, student))
    back = browser.submit(address, **typed)
    assert (back.status_code, _child(served, student)) == (409, before)
    assert "这一次什么都没有保存" in back.text
    assert re.search(
        rf"<dt[^>]*>{name.rpartition('/')[2]}</dt>\s*<dd[^>]*>写了两个小时的一段话</dd>", back.text
    )
    found = Drafts(served.gateway.db).find(served.staff("班主任"), typed["place"])
    assert found is not None
    again = browser.get(f"{address}&draft=1").text
    assert ("写了两个小时的一段话" in again) == (loss == "edits")
    # What stood in the other fields, and is not to be seen any more, does not come back out of the draft.
    stood = [text for each, text in filled.items() if each != name and text]
    assert stood
    assert all((html.escape(text) in again) == (loss == "edits") for text in stood)
    # Once that has been read the rest is saved as ever.
    assert browser.submit(f"/child/{student}/edit", **{"/课堂安全提示": "坐前排"}).status_code == 303
    assert _child(served, student)["课堂安全提示"] == "坐前排"


def _narrow(served: Any, role: str, keys: tuple[str, ...]) -> None:
    """Take what a child's file says beyond 教学 from a role."""
    store = served.gateway.moments.store
    roles = load(store.source().read("records/access.yml"), "access").data["角色"]
    place = next(index for index, each in enumerate(roles) if each["角色"] == role)
    changes = tuple(
        Set(("角色", place, key), [word for word in roles[place][key] if word not in ("关爱", "限制")])
        for key in keys
    )
    edit = Edit("records/access.yml", changes)
    request = Request(served.staff("校长"), Reason.CORRECTION, (edit,), when=served.clock())
    assert isinstance(save(store, load_schemas(), request), Saved)


def test_the_same_field_changed_twice_asks_and_saves_nothing_until_chosen(
    served: Any, login: Any, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{children[0]}/edit"
    version = _hidden(browser.get(address).text)["version"]
    assert browser.submit(address, version=version, **{"/课堂安全提示": "坐前排"}).status_code == 303
    assert browser.submit(address, version=version, **{"/特长": "二胡"}).status_code == 303
    clash = browser.submit(address, version=version, **{"/课堂安全提示": "坐后排", "/备注": "另记一句"})
    assert (clash.status_code, _child(served, children[0]).get("备注")) == (409, None)
    chosen = browser.submit(address, **{**_hidden(clash.text), "choose:/课堂安全提示": "theirs"})
    assert chosen.status_code == 303
    child = _child(served, children[0])
    assert (child["课堂安全提示"], child["特长"], child["备注"]) == ("坐前排", "二胡", "另记一句")


def _month(served: Any, class_id: str) -> Any:
    served.gateway.moments.store.head()
    raw = served.gateway.moments.store.source().read(f"records/attendance/2026-2027-1/{class_id}/2026-11.yml")
    return load(raw, "").data


def _today(record: Any, key: str, slot: str) -> list[Any]:
    return [each for each in record[key] if each["日期"] == "2026-11-20" and each["节点"] == slot]


def _of(record: Any, student: str) -> list[Any]:
    return [each for each in _today(record, "异常", "课间操") if each["学生"] == student]


def test_a_check_posted_three_times_is_kept_once_and_a_later_list_replaces_it(
    served: Any, login: Any, class_id: str, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/attendance"
    post = {"action": "check", "day": "2026-11-20", "slot": "课间操"}
    for _ in range(3):
        browser.submit(address, **post, missing=children[:2])
    record = _month(served, class_id)
    assert len(_today(record, "核查", "课间操")) == 1
    missed = [each["学生"] for each in _today(record, "异常", "课间操")]
    assert [missed.count(each) for each in children[:2]] == [1, 1]
    served.clock.forward(minutes=5)
    browser.submit(address, **post, missing=children[1:2])
    left = {each["学生"] for each in _today(_month(served, class_id), "异常", "课间操")}
    assert (children[0] in left, children[1] in left) == (False, True)


def test_a_zero_report_waits_in_the_journal_and_shows_at_once(served: Any, login: Any, class_id: str) -> None:
    served.clock.forward(hours=8)
    browser, head = login("班主任"), served.gateway.moments.store.head()
    browser.submit(f"/class/{class_id}/attendance", action="check", day="2026-11-20", slot="放学前")
    assert served.gateway.moments.store.head() == head
    page = browser.get(f"/class/{class_id}/attendance").text
    assert "✓ 17:30 全到" in re.sub(r"\s+", " ", page)


def test_the_family_s_call_stops_its_clock(
    served: Any, login: Any, class_id: str, children: list[str]
) -> None:
    browser, address = login("班主任"), f"/class/{class_id}/attendance"
    browser.submit(address, action="check", day="2026-11-20", slot="课间操", missing=children[:1])
    (missed,) = _of(_month(served, class_id), children[0])
    served.clock.forward(minutes=20)
    browser.submit(address, action="contact", day="2026-11-20", item=missed["编号"], result="失联")
    browser.submit(address, action="report", day="2026-11-20", item=missed["编号"])
    (told,) = _of(_month(served, class_id), children[0])
    assert (told["联系时间"], told["联系结果"], told["报备时间"]) == (
        "2026-11-20T09:50+08:00",
        "失联",
        "2026-11-20T09:50+08:00",
    )


def test_nonsense_is_not_kept_and_nobody_else_s_class_is_there(
    served: Any, login: Any, class_id: str
) -> None:
    browser, head = login("班主任"), served.gateway.moments.store.head()
    address = f"/class/{class_id}/attendance"
    for fields in (
        {"action": "check", "slot": "半夜"},
        {"action": "contact", "item": "K20261120-2222", "result": "失联"},
        {"action": "contact", "item": "x" * 500, "result": "随便"},
        {"action": "x"},
        {"action": "check", "slot": "放学前", "missing": "S2024-AAAAA", "at": "9999-99-99"},
    ):
        assert browser.submit(address, day="2026-11-20", **fields).status_code < 500
    assert served.gateway.moments.store.head() == head
    others = [each.id for each in served.gateway.moments.now().snapshot.school.classes if each.id != class_id]
    assert browser.get(f"/class/{others[0]}/attendance").status_code in (200, 404)
    assert json.dumps(browser.get("/drafts/token").json()).count("csrf") == 1


def test_a_meeting_is_started_with_an_agenda_written_down_and_ended_with_its_paper(
    served: Any, login: Any
) -> None:
    browser = login("班主任")
    started = browser.submit("/meetings/start", kind="学情研判会")
    assert started.status_code == 303, started.text
    room = started.headers["location"]
    record = room.split("/")[2]
    page = browser.get(room).text
    assert "下阶段安排" in page
    fields = {
        **_hidden(page),
        "/决定/n1/事项": "每天放学前核对作业。",
        "/决定/n1/责任人": served.staff("班主任"),
        "/决定/n1/期限": "2026-11-27",
    }
    ended = browser.submit(room, **fields, end="1")
    assert (ended.status_code, ended.headers["location"]) == (303, f"/papers/meeting-record/{record}")
    meeting = served.gateway.moments.now().snapshot.mapping("meeting", record)
    assert (meeting["散会时间"], meeting["决定"][0]["责任人"]) == (
        "2026-11-20T09:30+08:00",
        [served.staff("班主任")],
    )
    assert browser.get(ended.headers["location"]).status_code == 200
