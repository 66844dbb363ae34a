"""What a reader may not see is not there."""

from typing import Any

import pytest

from guanai.access import FULL, redact
from guanai.model.base import HIDDEN
from guanai.schema import load_schemas

_SHAPE = load_schemas().record("student")
_RECORD: dict[str, Any] = {
    "编号": "S2024-7K3QD",
    "姓名": "阿依古丽·买买提",
    "性别": "女",
    "出生日期": "2012-05-06",
    "证件": {"类型": "居民身份证", "号码": "11010519491231002X"},
    "学籍": [{"编号": "X-2345", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01", "原因": "转入"}],
    "家庭": {"住址": "和平村", "监护人": [{"编号": "G-7Q2M", "姓名": "某", "关系": "祖母", "健康状况": "长期患病", "证件号码": "11010519491231002X"}]},
    "特殊情形": [
        {"编号": "C-K2W8", "情形": "留守", "起": "2024-09-10"},
        {"编号": "C-K2W9", "情形": "监护人服刑", "起": "2024-09-10"},
        {"编号": "C-K2WA", "情形": "学业特别优秀", "起": "2024-09-10"},
    ],
    "过程记录": [
        {"编号": "E20261102-7K3Q", "类型": "谈话", "时间": "2026-11-02T16:40+08:00", "记录人": "T-3XK9", "内容": "谈话"},
        {"编号": "E20261103-7K3Q", "类型": "课堂反馈", "时间": "2026-11-03T16:40+08:00", "记录人": "T-8PLW", "内容": "反馈"},
        {"编号": "E20261104-7K3Q", "类型": "谈话", "时间": "2026-11-04T16:40+08:00", "记录人": "T-8PLW", "内容": "限制的谈话", "密级": "限制"},
        {"编号": "E20261105-7K3Q", "类型": "强制报告", "时间": "2026-11-05T16:40+08:00", "记录人": "T-8PLW", "内容": "报告", "密级": "限制"},
    ],
    "总结": [{"编号": "N20260701-7K3Q", "学期": "2025-2026-2", "日期": "2026-07-01", "撰写人": "T-3XK9", "内容": "总结"}],
    "没有的栏目": "应当消失",
}  # fmt: skip


def _seen(*labels: str, reader: str = "") -> dict[str, Any]:
    return redact(_SHAPE, _RECORD, frozenset(labels), reader=reader)


def _ids(shown: dict[str, Any], key: str) -> list[str]:
    return [item["编号"] for item in shown[key]]


def test_the_full_edition_is_the_record() -> None:
    assert redact(_SHAPE, _RECORD, FULL) == {
        key: value for key, value in _RECORD.items() if key != "没有的栏目"
    }


def test_a_fixed_field_out_of_reach_is_marked_filled_or_not() -> None:
    shown = _seen("教学")
    assert shown["出生日期"] is HIDDEN
    assert shown["民族"] is HIDDEN
    assert shown["家庭"] is HIDDEN
    assert shown["学籍"][0]["原因"] is HIDDEN
    assert shown["学籍"][0]["去向"] is HIDDEN


def test_an_item_out_of_reach_leaves_no_trace() -> None:
    assert _ids(_seen("教学"), "特殊情形") == ["C-K2WA"]
    assert _ids(_seen("教学", "关爱"), "特殊情形") == ["C-K2W8", "C-K2WA"]
    assert _ids(_seen("教学"), "过程记录") == ["E20261103-7K3Q"]
    assert _ids(_seen("教学", "关爱"), "过程记录") == ["E20261102-7K3Q", "E20261103-7K3Q"]


def test_a_list_of_which_all_may_be_hidden_says_neither_none_nor_some() -> None:
    hidden = {**_RECORD, "特殊情形": _RECORD["特殊情形"][:2]}
    none = {key: value for key, value in _RECORD.items() if key != "特殊情形"}
    for record in (hidden, none, {**none, "特殊情形": []}):
        assert redact(_SHAPE, record, frozenset({"教学"}))["特殊情形"] is HIDDEN
        assert redact(_SHAPE, {**record, "成绩": []}, frozenset({"教学"}))["成绩"] == []
    assert "特殊情形" not in redact(_SHAPE, none, FULL)


def test_an_entry_s_own_label_counts() -> None:
    assert _ids(_seen("教学", "关爱", "限制"), "过程记录") == [item["编号"] for item in _RECORD["过程记录"]]


def test_everyone_sees_what_he_wrote_himself() -> None:
    shown = _seen("教学", reader="T-3XK9")
    assert _ids(shown, "过程记录") == ["E20261102-7K3Q", "E20261103-7K3Q"]
    assert shown["总结"] == _RECORD["总结"]
    assert _seen("教学", reader="T-8PLW")["总结"] is HIDDEN


def test_a_number_is_masked_for_those_near_the_child_and_hidden_for_the_rest() -> None:
    assert _seen("教学", "关爱")["证件"]["号码"] == "110105********002X"
    assert _seen("教学", "关爱")["家庭"]["监护人"][0]["证件号码"] == "110105********002X"
    assert _seen("教学")["证件"]["号码"] is HIDDEN
    assert _seen("教学", "证件")["证件"]["号码"] == "11010519491231002X"


def test_a_field_inside_an_open_item_keeps_its_own_label() -> None:
    assert _seen("教学", "关爱")["家庭"]["监护人"][0]["健康状况"] is HIDDEN
    assert _seen("教学", "关爱", "限制")["家庭"]["监护人"][0]["健康状况"] == "长期患病"


def test_unknown_keys_are_left_out() -> None:
    assert "没有的栏目" not in _seen("教学", "关爱", "限制", "证件")


@pytest.mark.parametrize(
    "labels", [(), ("教学",), ("教学", "关爱"), ("教学", "证件"), ("教学", "关爱", "限制")]
)
def test_more_labels_never_hide_more(labels: tuple[str, ...]) -> None:
    small, large = _strings(_seen(*labels)), _strings(redact(_SHAPE, _RECORD, FULL))
    assert {text for text in small if "*" not in text} <= large


def _strings(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_strings(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(_strings(each) for each in value))
    return {value} if isinstance(value, str) else set()
