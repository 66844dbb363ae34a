"""No count, chart or list of a site changes by a sign when something is written out of its readers' sight."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from guanai.pages.audiences import Audience
from guanai.pages.trees import View, roll_of, tree_of
from guanai.workspace.sites import Holdings

_WRITER = "T-WSLF"
#: Kinds of entries by the label that they need, so that what is added is of each.
_ENTRIES: Mapping[str, tuple[str, ...]] = {"关爱": ("家访", "谈话", "家庭教育指导"), "限制": ("强制报告",)}
_TEXT = "雀无踪"


def _digest(held: Holdings, audience: Audience) -> str:
    return str(tree_of(View(audience, held, held.roll, held.schemas, on=held.on)).digest)


def _members(held: Holdings, audience: Audience) -> set[str]:
    return {each.id for each in View(audience, held, held.roll, held.schemas, on=held.on).children}


def _with(held: Holdings, **kinds: Mapping[str, Mapping[str, Any]]) -> Holdings:
    made = replace(held, records={**held.records, **kinds})
    return replace(made, roll=roll_of(made, on=held.on))


def _entry(kind: str, label: str, number: int) -> dict[str, Any]:
    when = f"2026-11-{number % 15 + 2:02d}T08:10+08:00"
    return {
        "编号": f"E20261120-9ZZ{'23456789'[number % 8]}", "类型": kind, "时间": when, "记录人": _WRITER, "内容": _TEXT, "密级": label
    }  # fmt: skip


def _careful(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file with more of what needs 关爱: talks and visits, a level, a family, aid."""
    steps = [
        *data.get("预警", []),
        {"编号": "W20261119-9ZZZ", "日期": "2026-11-19", "等级": "红", "理由": [_TEXT], "决定人": _WRITER},
    ]
    aid = {
        "编号": "B20261119-9ZZZ",
        "类型": "生活",
        "项目": _TEXT,
        "金额": 500,
        "起": "2026-11-19",
        "经办人": _WRITER,
    }
    made = [_entry(kind, "关爱", number) for number, kind in enumerate(_ENTRIES["关爱"])]
    return {
        **data,
        "过程记录": [*data.get("过程记录", []), *made],
        "预警": steps,
        "照顾": [*data.get("照顾", []), aid],
        "家庭": {**data.get("家庭", {}), "住址": _TEXT, "家庭结构": "重组"},
    }


def _restricted(data: Mapping[str, Any]) -> dict[str, Any]:
    made = [_entry(kind, "限制", number + 5) for number, kind in enumerate((*_ENTRIES["限制"], "家访"))]
    return {**data, "过程记录": [*data.get("过程记录", []), *made]}


_Write = Callable[[Mapping[str, Any]], dict[str, Any]]


def _changed(held: Holdings, write: _Write) -> Holdings:
    return _with(held, student={each: write(data) for each, data in held.records["student"].items()})


@pytest.mark.slow
def test_what_needs_a_label_that_nobody_of_a_site_holds_changes_no_sign_of_it(held: Holdings) -> None:
    seen = set()
    for label, write in (("关爱", _careful), ("限制", _restricted)):
        more = _changed(held, write)
        for audience in held.audiences:
            is_same = _digest(held, audience) == _digest(more, audience)
            assert is_same or label in audience.opens, (label, audience)
            seen.add((label, is_same))
    assert len(seen) == 4, "who holds the label sees it, who does not sees nothing"


@pytest.mark.slow
def test_children_of_other_units_change_no_sign_of_a_site(held: Holdings) -> None:
    for audience in held.audiences:
        inside = _members(held, audience)
        alone = _with(
            held, student={each: data for each, data in held.records["student"].items() if each in inside}
        )
        assert _digest(held, audience) == _digest(alone, audience), audience


def test_without_a_level_a_child_s_restricted_matter_changes_no_sign_for_who_sees_it_with_one(
    held: Holdings,
) -> None:
    students = held.records["student"]
    plain = [each for each in students if not held.roll.children[each].has_level]
    more = _with(
        held, student={each: _restricted(data) if each in plain else data for each, data in students.items()}
    )
    readers = [each for each in held.audiences if "限制" not in each.sees and "限制" in each.sees_with_level]
    assert readers
    assert plain
    for audience in readers:
        assert _digest(held, audience) == _digest(more, audience), audience
