"""Another child in free text: completed from whom one may see, written without JavaScript too, told only to who may know."""

from typing import Any

import pytest

TOKEN = "ABCD2345"  # noqa: S105 -- signs of a page, no secret


@pytest.fixture
def classes(served: Any) -> dict[str, list[str]]:
    snapshot = served.gateway.moments.now().snapshot
    found: dict[str, list[str]] = {}
    for each in snapshot.ids("student"):
        found.setdefault(snapshot.mapping("student", each)["学籍"][-1].get("班级"), []).append(each)
    return found


@pytest.fixture
def mine(served: Any, classes: dict[str, list[str]]) -> list[str]:
    staff = served.gateway.moments.now().snapshot.staff[served.staff("班主任")]
    return classes[next(post.scope for post in staff.assignments if post.role == "班主任")]


def _name(served: Any, student: str) -> str:
    return str(served.gateway.moments.now().snapshot.mapping("student", student)["姓名"])


def _texts(served: Any, student: str) -> list[str]:
    held = served.gateway.moments.now().snapshot.mapping("student", student).get("过程记录", [])
    return [str(each["内容"]) for each in held]


def test_only_whom_one_may_see_is_offered(
    served: Any, login: Any, classes: dict[str, list[str]], mine: list[str]
) -> None:
    browser = login("班主任")
    others = [each for members in classes.values() for each in members if each not in mine]
    found = browser.mentions(_name(served, mine[0]))
    assert f"@{mine[0]} " in {each["insert"] for each in found}
    for each in others[:6]:
        told = browser.mentions(_name(served, each))
        assert f"@{each} " not in {made["insert"] for made in told}
        assert browser.mentions(each) == []
    assert browser.mentions("") == []
    assert login("系统管理员").mentions(_name(served, mine[0])) == []


def test_a_colleague_is_offered_by_name(served: Any, login: Any) -> None:
    name = served.gateway.moments.now().snapshot.staff[served.staff("年级组长")].name
    found = login("班主任").mentions(name)
    assert {"insert": name, "title": name, "hint": "教职工"} in found


def test_a_name_is_written_as_a_mention_with_one_button(served: Any, login: Any, mine: list[str]) -> None:
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"
    words = f"和{_name(served, mine[1])}同桌以后上课踏实了。"
    fields = {"token": TOKEN, "/过程记录/n1/内容": words}
    asked = browser.submit(address, **fields)
    assert 'name="mention"' in asked.text
    assert words not in _texts(served, mine[0])
    assert browser.submit(address, **fields, mention="1").status_code == 303
    written = words.replace(_name(served, mine[1]), f"@{mine[1]} ")
    assert written in _texts(served, mine[0])
    entry = served.gateway.moments.now().snapshot.mapping("student", mine[0])["过程记录"][-1]["编号"]
    page = browser.get(f"/child/{mine[0]}/edit?at=/过程记录/{entry}").text
    assert f"@{mine[1]} 是{_name(served, mine[1])}" in page


def test_a_name_outside_ones_scope_is_left_to_its_writer(
    served: Any, login: Any, classes: dict[str, list[str]], mine: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"
    known = {_name(served, each) for each in mine}
    stranger = next(
        each
        for members in classes.values()
        for each in members
        if each not in mine and _name(served, each) not in known and len(_name(served, each)) > 2
    )
    words = f"和{_name(served, stranger)}一起骑车。"
    again = browser.submit(address, token=TOKEN, mention="1", **{"/过程记录/n1/内容": words})
    assert again.status_code == 200
    assert "就这样保存" in again.text
    assert stranger not in again.text
    assert words not in _texts(served, mine[0])


@pytest.fixture
def strangers(served: Any, classes: dict[str, list[str]], mine: list[str]) -> list[str]:
    """Names of children of other classes, none of whom is called like one of one's own."""
    known = {_name(served, each) for each in mine}
    names = {_name(served, each) for members in classes.values() for each in members if each not in mine}
    return sorted(each for each in names - known if len(each) > 2)


def test_whether_a_stranger_is_a_pupil_is_not_confirmed_and_the_log_tells_that_it_was_asked(
    served: Any, login: Any, mine: list[str], strangers: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"
    asked = browser.submit(address, token=TOKEN, **{"/过程记录/n1/内容": f"和{strangers[0]}一起骑车。"})
    assert "像是另一个人的姓名" in asked.text
    assert "学生的姓名" not in asked.text
    assert 'name="mention"' not in asked.text, "there is nobody to write instead"
    own = browser.submit(
        address, token=TOKEN, **{"/过程记录/n1/内容": f"和{_name(served, mine[1])}一起骑车。"}
    )
    assert "另一名学生的姓名" in own.text
    lines = [(each.record, each.result) for each in served.gateway.audit.events() if each.action == "检索"]
    assert lines == [("", "成")]
    raw = b"".join(path.read_bytes() for path in (served.root / ".guanai" / "audit").iterdir()).decode()
    assert strangers[0] not in raw


def test_who_tries_name_after_name_is_asked_no_more(
    login: Any, mine: list[str], strangers: list[str]
) -> None:
    """Then all is saved as it is, be it a pupil's name or nobody's: history holds it, and nothing is learned."""
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"

    def told(name: str) -> int:
        words = {"/过程记录/n1/内容": f"和{name}一起骑车。"}
        return int(browser.submit(address, token=TOKEN, **words).status_code)

    assert [told(name) for name in strangers[:6]] == [200] * 5 + [303]
    number = {"/过程记录/n1/内容": f"和{strangers[6]}一起，父亲服刑。"}
    asked = browser.submit(address, token="ABCD2346", **number)  # noqa: S106 -- signs of a page, no secret
    assert "服刑" in asked.text
    assert "像是另一个人的姓名" not in asked.text


def test_a_list_of_names_confirms_none_of_them(
    served: Any, login: Any, mine: list[str], strangers: list[str]
) -> None:
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"
    words = f"一起骑车的：{'、'.join(strangers[:4])}。"
    answer = browser.submit(address, token=TOKEN, **{"/过程记录/n1/内容": words})
    assert answer.status_code == 303
    assert words in _texts(served, mine[0])
    lines = [(each.record, each.result) for each in served.gateway.audit.events() if each.action == "检索"]
    assert lines == [("", "成")]
    more = f"父亲服刑。一起骑车的：{'、'.join(strangers[4:8])}。"
    asked = browser.submit(address, token="ABCD2346", **{"/过程记录/n1/内容": more})  # noqa: S106 -- signs of a page, no secret
    assert "服刑" in asked.text
    assert "像是另一个人的姓名" not in asked.text


def test_each_name_that_is_asked_about_is_counted(login: Any, mine: list[str], strangers: list[str]) -> None:
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"

    def told(*names: str) -> int:
        words = {"/过程记录/n1/内容": f"和{'、'.join(names)}一起骑车，回来{names[0]}先走。"}
        return int(browser.submit(address, token=TOKEN, **words).status_code)

    assert [told(*strangers[:3]), told(*strangers[3:5]), told(strangers[5])] == [200, 200, 303]


def test_a_mistyped_child_is_told_without_files(login: Any, mine: list[str]) -> None:
    browser, address = login("班主任"), f"/child/{mine[0]}/add/谈话"
    answer = browser.submit(address, token=TOKEN, **{"/过程记录/n1/内容": "和 @S2024-ZZZZZ 一起骑车。"})
    assert answer.status_code == 422
    assert "没有编号为 S2024-ZZZZZ 的学生；请用 @ 从名单里选，或者核对编号。" in answer.text
    assert "records/" not in answer.text.split("<main")[1]
