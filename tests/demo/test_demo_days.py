"""Nothing in an invented school happens before its people, classes and children are there, or after they have gone."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.almanac import make_year
from guanai.cli.main import run
from guanai.paths import kind_of

School = Mapping[str, Mapping[str, Any]]
Make = Callable[..., School]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CHILD = re.compile(r"S[0-9]{4}-[0-9A-Z]{5}")
_STAFF = re.compile(r"T-[0-9A-Z]{4}")
_UNIT = re.compile(r"[PJ][0-9]{4}(-[0-9]{2})?")
#: Keys that say on which day what stands beside them was so, the most telling first.
_DAYS = ("日期", "时间", "起", "完成", "触发日期", "认定日期", "建档日期")
#: Days that may lie ahead, or behind the beginning of a file.
_AHEAD = frozenset({"止", "期限", "复查日期", "复评日期", "下次跟进"})
_AWAY = frozenset({"转出", "休学"})
#: Schools in which chance has put children that leave, that change class and classes of a first year into many records.
_SEEDS = (7, 12, 17, 19)

#: A value with the path of keys that leads to it and the day it speaks of, "" for none.
_Said = tuple[tuple[str, ...], str, str]


def _said(value: Any, path: tuple[str, ...] = (), day: str = "") -> Iterator[_Said]:
    if isinstance(value, Mapping):
        own = next((str(value[key])[:10] for key in _DAYS if _DAY.match(str(value.get(key, "")))), day)
        for key, each in value.items():
            yield from _said(each, (*path, key), own)
    elif isinstance(value, list):
        for each in value:
            yield from _said(each, path, day)
    elif isinstance(value, str):
        yield path, value, day


def _records(school: School) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, record in school.items():
        if kind_of(path) not in ("staff", "access", "school", "calendar"):
            yield path, record


def _posts(school: School) -> dict[str, list[Mapping[str, Any]]]:
    return {each["编号"]: each["任职"] for each in school["records/staff.yml"]["教职工"]}


def _stays(school: School) -> dict[str, list[Mapping[str, Any]]]:
    return {record["编号"]: record["学籍"] for path, record in school.items() if kind_of(path) == "student"}


def _holds(post: Mapping[str, Any], day: str) -> bool:
    return bool(post["起"] <= day <= post.get("止", day))


@pytest.mark.parametrize("seed", _SEEDS)
def test_whoever_is_named_works_here_on_that_day(school: Make, seed: int) -> None:
    made = school(400, seed=seed)
    posts = _posts(made)
    named = [
        (path, keys, who, day)
        for path, record in _records(made)
        for keys, who, day in _said(record)
        if day and _STAFF.fullmatch(who)
    ]
    assert len(named) > 1000
    assert [each for each in named if not any(_holds(post, each[3]) for post in posts[each[2]])] == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_class_is_named_before_its_first_year(school: Make, seed: int) -> None:
    named = [
        (path, keys, unit, day)
        for path, record in _records(school(400, seed=seed))
        for keys, unit, day in _said(record)
        if day and _UNIT.fullmatch(unit)
    ]
    assert any("班级" in keys and kind_of(path) == "decision" for path, keys, *_ in named)
    assert [each for each in named if each[3] < f"{each[2][1:5]}-09-01"] == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_no_child_is_named_before_it_came_or_after_it_left(school: Make, seed: int) -> None:
    made = school(400, seed=seed)
    stays = _stays(made)
    wrong = []
    for path, record in _records(made):
        if record.get("文书", {}).get("类别") == "工作交接单":
            continue  # what goes along with a child is put in order when it has gone
        for keys, text, day in _said(record):
            for child in _CHILD.findall(text) if day else ():
                so_far = [stay for stay in stays[child] if stay["起"] <= day]
                is_own = kind_of(path) == "student" and keys[:1] == ("学籍",)
                if not is_own and (not so_far or so_far[-1]["状态"] in _AWAY):
                    wrong.append((path, keys, child, day))
    assert wrong == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_file_tells_of_days_between_the_child_s_first_and_last(
    school: Make, seed: int, today: date
) -> None:
    wrong = []
    for path, record in _records(school(400, seed=seed)):
        if kind_of(path) != "student":
            continue
        last = record["学籍"][-1]
        end = last["起"] if last["状态"] in _AWAY else f"{today}"
        for keys, text, _ in _said(record):
            if _DAY.match(text) and keys[-1] not in _AHEAD and keys[0] not in ("出生日期", "学籍"):
                wrong += [(path, keys, text)] if not record["学籍"][0]["起"] <= text[:10] <= end else []
    assert wrong == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_who_writes_of_a_child_has_a_post_over_it_on_that_day(school: Make, seed: int) -> None:
    made = school(400, seed=seed)
    posts = _posts(made)
    wrong = []
    for path, record in _records(made):
        if kind_of(path) != "student":
            continue
        for keys, who, day in _said(record):
            if not _STAFF.fullmatch(who):
                continue
            begun = [stay for stay in record["学籍"] if stay["起"] <= day]
            room = begun[-1]["班级"]
            reach = {"全校", room, room.partition("-")[0], record["编号"]}
            if not any(_holds(post, day) and post["范围"] in reach for post in posts[who]):
                wrong.append((path, keys, who, day))
    assert wrong == []


def test_a_homeroom_teacher_supports_a_child_only_while_leading_its_class(school: Make) -> None:
    made = school(400)
    posts = _posts(made)
    ended = 0
    for path, record in made.items():
        if kind_of(path) != "student":
            continue
        for each in record.get("帮扶责任人", []):
            if each["职责"] == "班主任":
                ended += "止" in each
                held = [post for post in posts[each["教师"]] if post["角色"] == "班主任"]
                for day in (each["起"], each.get("止", "2026-11-20")):
                    assert any(_holds(post, day) for post in held), (path, each)
    assert ended


def _handed(school: School) -> list[tuple[str, str]]:
    """Return whom or what each handover paper is about, with its day."""
    return [
        (record["文书"]["对象"], record["日期"])
        for path, record in school.items()
        if kind_of(path) == "decision" and record.get("文书", {}).get("类别") == "工作交接单"
    ]


@pytest.mark.parametrize("seed", _SEEDS)
def test_each_class_and_each_child_in_other_hands_was_handed_over(school: Make, seed: int) -> None:
    made = school(400, seed=seed)
    handed = _handed(made)
    days = [f"{day}" for day in make_year(2026).terms[0].days]
    changed = [
        (post["范围"], post["起"])
        for held in _posts(made).values()
        for post in held
        if post["角色"] == "班主任" and post.get("代理")
    ]
    moved = [
        (record["编号"], after["起"])
        for path, record in made.items()
        if kind_of(path) == "student" and "特殊情形" in record
        for before, after in zip(record["学籍"], record["学籍"][1:], strict=False)
        if after["起"] >= days[0] and (after["班级"] != before["班级"] or after["状态"] == "转出")
    ]
    assert changed
    for subject, since in (*changed, *moved):
        in_time = [day for day in days if day >= since][:6]
        assert any(about == subject and day in in_time for about, day in handed), (subject, since)


def test_the_duties_of_handover_find_what_the_school_has_written(tmp_path: Path, capsys: Any) -> None:
    root = tmp_path / "school"
    on = "2026-07-10"
    assert run(["demo", str(root), "--students", "200", "--seed", "7", "--on", on]) == 0
    capsys.readouterr()
    run(["-C", str(root), "due", "--on", on, "--json"])
    duties = json.loads(capsys.readouterr().out)["duties"]
    states = {
        (each["title"], each["state"]) for each in duties if each["title"] in ("班主任交接", "学年总结")
    }
    assert states == {("班主任交接", "已完成"), ("学年总结", "已完成")}
