"""Sentences a colleague would say; situations as pairs of views."""

from datetime import date
from typing import Any

import pytest

from guanai.access import FULL, redact
from guanai.model.base import HIDDEN
from guanai.schema import load_schemas
from guanai.store.differences import Turn, differences
from guanai.store.sentences import Names, day_words, sentence

SHAPE = load_schemas().record("student")
NAMES = Names({"T-3XK9": "温老师"}, {"S2024-7K3QD": "阿依古丽"})
ON = date(2026, 11, 20)


def _told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [sentence(each, NAMES, on=ON) for each in differences(SHAPE, before, after)]


GUARDIAN = {"编号": "G-7Q2M", "姓名": "鲁长山", "关系": "祖父", "电话": "13800001994"}
TALK = {"编号": "E20261102-7K3Q", "类型": "家访", "时间": "2026-11-02T16:40+08:00", "内容": "到家里坐了坐。"}
LEVEL = {"编号": "W20261023-M4TR", "等级": "黄", "日期": "2026-10-23", "理由": "缺课增多。"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"特长": "下棋"}, {"特长": "画画"}, "把 特长 由 下棋 改为 画画"),
        ({}, {"特长": "下棋"}, "填写 特长：下棋"),
        ({"特长": "下棋"}, {}, "清空 特长（原为 下棋）"),
        ({"独生子女": True}, {"独生子女": False}, "把 独生子女 由 是 改为 否"),
        ({"出生日期": "2012-05-06"}, {"出生日期": "2012-05-07"}, "把 出生日期 由 2012年5月6日 改为 2012年5月7日"),
        ({"家庭": {"家庭结构": "双亲"}}, {"家庭": {"家庭结构": "单亲"}}, "把 家庭结构 由 双亲 改为 单亲"),
        ({}, {"家庭": {"救助情况": ["临时救助"]}}, "给 家庭救助情况 加上 “临时救助”"),
        ({"家庭": {"救助情况": ["临时救助", "其他"]}}, {"家庭": {"救助情况": ["其他"]}}, "从 家庭救助情况 去掉 “临时救助”"),
        (
            {"家庭": {"监护人": [GUARDIAN]}},
            {"家庭": {"监护人": [{**GUARDIAN, "电话": "13900000000"}]}},
            "把 监护人“鲁长山”的电话 由 13800001994 改为 13900000000",
        ),
        ({}, {"预警": [LEVEL]}, "把 预警等级 定为 黄，自10月23日起，理由：缺课增多"),
        (
            {"预警": [LEVEL]},
            {"预警": [LEVEL, {**LEVEL, "编号": "W20261120-AAAA", "等级": "红", "日期": "2026-11-20"}]},
            "把 预警等级 由 黄 改为 红，理由：缺课增多",
        ),
        ({"预警": [LEVEL]}, {"预警": [{**LEVEL, "等级": "绿"}]}, "把 10月23日预警的等级 由 黄 改为 绿，理由：缺课增多"),
        ({}, {"过程记录": [TALK]}, "记下 11月2日的家访：到家里坐了坐。"),
        ({"过程记录": [TALK]}, {}, "删去 11月2日的家访：到家里坐了坐。"),
        (
            {},
            {"过程记录": [{**TALK, "内容": "和@S2024-7K3QD、@S2024-22222一起。"}]},
            "记下 11月2日的家访：和阿依古丽、某同学一起。",
        ),
        ({}, {"帮扶责任人": [{"编号": "H-AAAA", "教师": "T-3XK9", "职责": "结对教师"}]}, "新增 帮扶责任人“温老师 结对教师”"),
    ],
)  # fmt: skip
def test_what_happened_is_said_plainly(before: dict[str, Any], after: dict[str, Any], told: str) -> None:
    assert _told(before, after) == [told]


def test_of_a_long_text_the_changed_part_is_told() -> None:
    old = "祖父在院里编竹筐，孩子在旁边削篾，说到升学，祖父说手艺也是一条路，书也要读。"
    (told,) = _told({"特长": old}, {"特长": old.replace("削篾", "写作业")})
    assert told == "把 特长 由“…，孩子在旁边削篾，说到升学，…”改为“…，孩子在旁边写作业，说到升学，…”"


def test_a_long_text_is_shortened() -> None:
    (told,) = _told({}, {"特长": "好" * 400})
    assert told.endswith("好…")
    assert len(told) < 60


def test_order_alone_is_no_change() -> None:
    other = {**GUARDIAN, "编号": "G-AAAA"}
    assert _told({"家庭": {"监护人": [GUARDIAN, other]}}, {"家庭": {"监护人": [other, GUARDIAN]}}) == []
    before = {"家庭": {"救助情况": ["其他", "临时救助"]}}
    assert _told(before, {"家庭": {"救助情况": ["临时救助", "其他"]}}) == []


def test_entries_without_a_number_are_followed_by_what_they_say() -> None:
    shape = load_schemas().record("attendance")
    check = {"日期": "2026-11-20", "节点": "晨读", "时间": "07:50", "应到": 37, "实到": 37}
    after = [{**check, "实到": 36}, {**check, "节点": "课间操"}]
    changed, added = differences(shape, {"核查": [check]}, {"核查": after})
    assert (changed.turn, changed.before, changed.after) == (Turn.SET, 37, 36)
    assert (added.turn, added.after["节点"]) == (Turn.ADDED, "课间操")


def test_a_hidden_value_never_differs() -> None:
    for before, after in ((HIDDEN, "甲"), ("甲", HIDDEN), (HIDDEN, HIDDEN)):
        assert differences(SHAPE, {"特长": before}, {"特长": after}) == ()


def test_an_equal_record_has_no_difference() -> None:
    data = redact(SHAPE, {"编号": "S2024-7K3QD", "过程记录": [TALK], "预警": [LEVEL]}, FULL)
    assert differences(SHAPE, data, data) == ()


def test_the_year_is_told_where_it_is_another() -> None:
    assert day_words(date(2025, 8, 12), ON) == "2025年8月12日"
    assert day_words(date(2026, 8, 12), ON) == "8月12日"
