"""Nobody learns from duties, signs or figures what lies beyond his labels: planting it changes nothing he sees."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.schema import load_schemas
from guanai.workspace.facade import Workspace
from guanai.workspace.watch.agenda import agenda_of
from guanai.workspace.watch.gathering import Gathering
from guanai.workspace.watch.signs import signs_of_school
from guanai.workspace.watch.statistics import statistics
from guanai.workspace.watch.vigil import View, Vigil
from guanai.yamlfile import load

_CHILD = "S2025-K2CUN"
_PATH = Path("records/students/2025/S2025-K2CUN.yml")

#: What is planted, and the labels without which it must leave no trace.
_Plant = tuple[str, Callable[[dict[str, Any]], None], frozenset[str]]


def _ground(data: dict[str, Any]) -> None:
    data.setdefault("特殊情形", []).append({"编号": "C-2222", "情形": "监护人服刑", "起": "2026-09-10"})


def _conduct(data: dict[str, Any]) -> None:
    data.setdefault("特殊情形", []).append({"编号": "C-3333", "情形": "严重不良行为", "起": "2026-11-10"})


def _tracking(data: dict[str, Any]) -> None:
    entry = {
        "编号": "E20261103-2222", "类型": "跟踪", "时间": "2026-11-03T12:00+08:00", "记录人": "T-WSLF", "内容": "谈",
        "教育策略": "甲", "教育效果": "乙", "经验与教训": "丙", "密级": "限制",
    }  # fmt: skip
    data.setdefault("过程记录", []).append(entry)


def _incident(data: dict[str, Any]) -> None:
    entry = {
        "编号": "E20261118-2222", "类型": "突发事件", "时间": "2026-11-18T12:00+08:00", "记录人": "T-WSLF",
        "内容": "事", "密级": "限制",
    }  # fmt: skip
    data.setdefault("过程记录", []).append(entry)


def _level(data: dict[str, Any]) -> None:
    made = {
        "编号": "W20261110-2222", "等级": "黄", "日期": "2026-11-10", "理由": "由", "决定人": "T-WSLF",
    }  # fmt: skip
    data["预警"] = [*data.get("预警", []), made]


def _persuasion(data: dict[str, Any]) -> None:
    made = {
        "编号": "R20261110-2222", "触发日期": "2026-11-10", "触发原因": "未到校", "状态": "进行中",
    }  # fmt: skip
    data["劝返"] = [*data.get("劝返", []), made]


def _met_counsellor(root: Path) -> None:
    """Write that the counsellor met a child today."""
    path = root / "records/counseling/2026/Y2026-TVSWZ.yml"
    data = load(path.read_bytes(), path.name).data
    data["个案记录"].append(
        {
            "编号": "Y20261119-2222", "次数": 99, "时间": "2026-11-19T15:20+08:00", "地点": "室", "方式": "面谈",
            "观察": "甲", "过程": "乙", "处置": "丙",
        }
    )  # fmt: skip
    _rewrite(path, data)


def _called(root: Path) -> None:
    """Write what came of a call: the family asked for leave, where it had been reached only."""
    path = root / "records/attendance/2026-2027-1/J2025-02/2026-11.yml"
    data = load(path.read_bytes(), path.name).data
    for each in data["异常"]:
        if each["类型"] == "未请假缺勤" or each["学生"]:
            each["联系结果"] = "监护人不配合"
    _rewrite(path, data)


_PLANTS: tuple[_Plant, ...] = (
    ("ground", _ground, frozenset({"限制"})),
    ("conduct", _conduct, frozenset({"限制"})),
    ("tracking", _tracking, frozenset({"限制"})),
    ("incident", _incident, frozenset({"限制"})),
    ("level", _level, frozenset({"关爱"})),
    ("persuasion", _persuasion, frozenset({"关爱"})),
)


def _seen(view: View) -> str:
    """Return all that a person is told, for machines: what people read is made of it."""
    signs = signs_of_school(view)
    figures = statistics(view)
    return json.dumps(
        {
            "duties": [each.as_json() for each in view.duties(view.on)],
            "week": [
                each.as_json()
                for each in view.duties_between(date(2026, 11, 16), date(2026, 11, 22), view.on)
            ],
            "proposals": [
                [each.student, each.level, [sign.text for sign in each.signs]] for each in signs.proposals
            ],
            "silent": list(signs.uncontacted),
            "agenda": [
                [item.title, [line.text for line in item.lines]] for item in agenda_of(view, view.on).items
            ],
            "figures": [
                [each.name, each.scope, each.numerator, each.denominator, each.before]
                for each in figures.indicators
            ],
            "attendance": [[each.subject, str(each.tally)] for each in figures.attendance],
        }
    )


def _looks(workspace: Workspace, on: date) -> Iterator[tuple[str, View]]:
    vigil = Vigil(Gathering(workspace.root, load_schemas()))
    for person in vigil.look(on=on).frame.staff.people:
        yield person.id, vigil.look(staff=person.id, on=on)


def _plant(root: Path, plant: Callable[[dict[str, Any]], None]) -> None:
    data = load((root / _PATH).read_bytes(), _PATH.name).data
    plant(data)
    _rewrite(root / _PATH, data)


def _rewrite(path: Path, data: dict[str, Any]) -> None:
    # JSON is YAML; the layout of a record does not matter to those who read it.
    text = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items())
    path.write_text(text + "\n", "utf-8")


@pytest.mark.parametrize("plant", _PLANTS, ids=lambda plant: plant[0])
def test_what_lies_beyond_the_labels_leaves_no_trace(sample: Workspace, on: date, plant: _Plant) -> None:
    _plant(sample.root, lambda _: None)
    before = {staff: _seen(view) for staff, view in _looks(sample, on)}
    held = {staff: (view.opened or {}).get(_CHILD, frozenset()) for staff, view in _looks(sample, on)}
    _plant(sample.root, plant[1])
    blind, sighted = 0, 0
    for staff, view in _looks(sample, on):
        assert view.unreadable == 0
        author = staff == "T-WSLF"
        if plant[2] <= held[staff] or author:
            sighted += _seen(view) != before[staff]
        else:
            blind += 1
            assert _seen(view) == before[staff], staff
    assert blind > 5
    assert sighted > 0


@pytest.mark.parametrize(
    "role",
    ["班主任", "年级组长", "科任教师", "心理健康教师", "学籍管理员", "教务主任", "后勤主任", "家长代表"],
)
def test_twenty_children_give_nothing_away_not_even_in_a_count(
    sample: Workspace, on: date, role: str
) -> None:
    vigil = Vigil(Gathering(sample.root, load_schemas()))
    people = vigil.look(on=on).frame.staff.people
    who = next(
        person.id
        for person in people
        for post in person.assignments
        if post.role == role and (post.until is None or post.until >= on) and person.id != "T-WSLF"
    )
    view = vigil.look(staff=who, on=on)
    opened, before = view.opened or {}, _seen(view)
    planted = 0
    for child in sample.snapshot.ids("student"):
        path = sample.root / sample.snapshot.path("student", child)
        data = load(path.read_bytes(), path.name).data
        beyond = [plant for _, plant, labels in _PLANTS if not labels <= opened.get(child, frozenset())]
        for plant in beyond:
            plant(data)
        planted += bool(beyond)
        _rewrite(path, data)
    after = Vigil(Gathering(sample.root, load_schemas())).look(staff=who, on=on)
    assert planted >= 20
    assert after.unreadable == 0
    assert _seen(after) == before


@pytest.mark.parametrize(("plant", "label"), [(_met_counsellor, "心理"), (_called, "关爱")])
def test_other_records_keep_their_labels_too(
    sample: Workspace, on: date, plant: Callable[[Path], None], label: str
) -> None:
    before = {staff: _seen(view) for staff, view in _looks(sample, on)}
    plant(sample.root)
    changed = []
    for staff, view in _looks(sample, on):
        assert view.unreadable == 0
        if any(label in held for held in (view.opened or {}).values()):
            changed.append(_seen(view) != before[staff])
        else:
            assert _seen(view) == before[staff], staff
    assert any(changed)
    assert len(changed) < len(before)


def test_a_child_out_of_scope_is_in_nobodys_facts(sample: Workspace, on: date) -> None:
    children = sample.snapshot.ids("student")
    for staff, view in _looks(sample, on):
        edition = sample.edition(staff=staff, on=on)
        allowed = {each for each in children if edition.decision("student", each).allowed}
        assert set(view.facts.children) == allowed
        for each in allowed:
            assert (view.opened or {})[each] == edition.decision("student", each).labels
        told = _seen(view)
        assert not [each for each in children if each not in allowed and each in told]
        for made in view.duties(on):
            if made.student:
                assert made.student in allowed


def test_nobody_sees_the_units_beyond_his_posts_but_what_is_asked_of_himself(
    sample: Workspace, on: date
) -> None:
    units = {
        post.role: {each.subject for each in view.duties(on) if not each.student and staff not in each.owners}
        for staff, view in _looks(sample, on)
        for post in (view.sight.posts if view.sight else ())
        if post.role in ("班主任", "年级组长", "系统管理员", "家长代表")
    }
    assert units["系统管理员"] == units["家长代表"] == set()
    assert all(each.startswith(("J2024-", "J2025-", "J2026-")) for each in units["班主任"])
    assert "全校" not in units["年级组长"]
