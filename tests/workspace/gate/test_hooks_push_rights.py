"""A push is its pusher's own work, within the pusher's rights, and widens nobody's."""

import re
from collections.abc import Callable
from typing import Any

from guanai.yamlfile import Add, Set, edit, load


def test_anothers_commit_is_refused(clone: Callable[..., Any]) -> None:
    mine, other = clone(), clone("班主任")
    path, _ = mine.child()
    mine.change(path, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit()
    mine.staff = other.staff
    pushed = mine.push()
    assert pushed.code != 0
    assert "每个人只能推送自己的提交" in pushed.told
    assert f"--as {other.staff}" in pushed.told


def test_an_id_with_anothers_name_is_refused(clone: Callable[..., Any]) -> None:
    mine = clone()
    mine.name = "别人"
    mine.commit()
    assert "姓名和编号要和 records/staff.yml 一致" in mine.push().told


def test_nobody_in_particular_is_refused(clone: Callable[..., Any]) -> None:
    mine = clone()
    mine.commit()
    mine.staff = ""
    assert "不知道是谁在推送" in mine.push().told
    mine.staff = "T-2222"
    assert "没有编号为 T-2222 的教职工" in mine.push().told


def test_a_field_beyond_ones_rights_is_refused_by_name(clone: Callable[..., Any]) -> None:
    """A homeroom teacher changes her own class's file, but not a child's of another class, nor the school's rights."""
    mine = clone("班主任")
    staff = mine.staff_file()
    me = next(each for each in staff if each["编号"] == mine.staff)
    scope = next(post["范围"] for post in me["任职"] if post["角色"] == "班主任")
    children = [mine.child(place) for place in range(60)]
    own = next(path for path, data in children if data["学籍"][-1]["班级"] == scope)
    foreign = next(path for path, data in children if data["学籍"][-1]["班级"] != scope)
    mine.change(own, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit()
    pushed = mine.push()
    assert pushed.code == 0, pushed.told
    mine.change(foreign, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert re.search(rf"{re.escape(foreign)}:[0-9]+：.*权限", pushed.told), pushed.told


def test_one_cannot_give_oneself_a_right_and_use_it_in_one_push(clone: Callable[..., Any]) -> None:
    mine = clone("班主任")
    staff = mine.staff_file()
    me = next(each for each in staff if each["编号"] == mine.staff)
    mine.change(
        "records/staff.yml",
        Add(("教职工", me["编号"], "任职"), {"角色": "校长", "范围": "全校", "起": "2024-09-01"}),
    )
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert "records/staff.yml:" in pushed.told
    assert "只由校长" in pushed.told or "权限" in pushed.told


def test_nobody_alone_lets_anybody_see_more_by_a_push(clone: Callable[..., Any]) -> None:
    """Not in one commit, not in a commit that names a second person, not when a later one takes it back."""
    mine = clone()
    before = mine.head()
    staff = mine.staff_file()
    other = next(
        each
        for each in staff
        if each["编号"] != mine.staff and any(p["角色"] == "科任教师" for p in each["任职"])
    )
    post = {"角色": "德育主任", "范围": "全校", "起": "2024-09-01"}
    mine.change("records/staff.yml", Add(("教职工", other["编号"], "任职"), post))
    mine.commit(f"修改 staff\n\n操作人: {mine.staff}\n确认人: T-AU8V")
    pushed = mine.push()
    assert pushed.code != 0
    assert "不能靠一个人推送" in pushed.told
    mine.git("revert", "--no-edit", "HEAD")
    assert mine.push().code != 0
    assert mine.head() == before


def test_the_principal_does_not_change_a_counselling_file(clone: Callable[..., Any]) -> None:
    mine = clone("校长", ".counseling")
    file = min(mine.place.rglob("Y*.yml"))
    record = load(file.read_bytes(), "x").data
    file.write_text(edit(file.read_text(encoding="utf-8"), [Set(("学生",), "S2024-22222")]), encoding="utf-8")
    assert record
    mine.commit()
    assert "权限" in mine.push().told
