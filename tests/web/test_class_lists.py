"""Children stand in lists as a school has them: by grade and class as people read them, then by seat."""

import html
import re
from typing import Any

from guanai.grades import rung
from guanai.yamlfile import load


def _places(served: Any) -> dict[str, tuple[str, int]]:
    """Return class and seat of each child, as they lie on the disk."""
    found = {}
    for path in (served.root / "records" / "students").rglob("*.yml"):
        data = load(path.read_bytes(), str(path)).data
        found[data["编号"]] = (data["学籍"][-1]["班级"], data["学籍"][-1].get("座号", 0))
    return found


def _in_order(places: dict[str, tuple[str, int]], shown: list[str]) -> bool:
    keys = [(rung(places[each][0]), places[each][1]) for each in shown]
    return keys == sorted(keys)


def test_the_list_of_children_goes_by_grade_class_and_seat(served_once: Any) -> None:
    places = _places(served_once)
    assert len({class_id for class_id, _ in places.values()}) > 1
    assert len({seat for _, seat in places.values()}) > 10
    page = served_once.logged_in("校长").get("/students").text
    shown = re.findall(r'href="/students/(S[^"]+)"', page.partition("<main")[2])
    assert len(shown) > 40
    assert _in_order(places, shown)


def test_the_roll_and_the_screening_of_a_class_go_by_seat(served_once: Any) -> None:
    places = _places(served_once)
    staff = served_once.gateway.moments.now().snapshot.staff[served_once.staff("班主任")]
    class_id = next(post.scope for post in staff.assignments if post.role == "班主任")
    browser = served_once.logged_in("班主任")
    roll = re.findall(r'name="missing" value="(S[^"]+)"', browser.get(f"/class/{class_id}/attendance").text)
    assert len(roll) > 10
    assert _in_order(places, roll)
    names = re.findall(r"<legend>([^<]+)</legend>\s*<", browser.get(f"/class/{class_id}/screening").text)
    by_name = {
        load(path.read_bytes(), str(path)).data["姓名"]: path.stem
        for path in (served_once.root / "records" / "students").rglob("*.yml")
    }
    screened = [by_name[html.unescape(each)] for each in names if html.unescape(each) in by_name]
    assert len(screened) > 10
    assert _in_order(places, screened)


def test_whom_a_meeting_may_be_about_stands_in_the_same_order(served_once: Any) -> None:
    places = _places(served_once)
    page = served_once.logged_in("校长").get("/new/decision?kind=表彰").text
    named = page.partition('name="?/学生"')[2]
    offered = list(dict.fromkeys(re.findall(r'name="/学生" value="(S[^"]+)"', named or page)))
    assert len(offered) > 40
    assert _in_order(places, offered)
