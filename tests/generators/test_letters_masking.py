"""Letters that leave the circle of those who may know: a story, a notice on the wall, a guardian's copy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generators.context import Context
from generators.document import Document, paragraphs
from generators.letters import KINDS, NAMELESS
from generators.letters.letter import NothingToWrite
from generators.letters.veil import StillNamed, Veil
from guanai.model.decision import SchoolDecision
from guanai.model.school import School
from guanai.model.student import Student

_BY_KIND = {kind.kind: kind for kind in KINDS}
_STORY = [
    {
        "编号": "E20261102-7K3Q",
        "类型": "跟踪",
        "时间": "2026-11-02T16:40+08:00",
        "记录人": "T-3XK9",
        "参加人": [{"姓名": "李长顺", "单位职务": "村委会主任"}],
        "内容": "阿依古丽说和周小禾、小禾的姐姐去了和平村，帕提古丽打来 138 0000 0000，@S2024-AAAA2 也在。"
        "沈砚秋老师和长顺叔在青禾二实等，八年级（3）班的同学都来了。",
        "教育策略": "青禾县第二实验学校的老师轮流陪。",
        "教育效果": "能说心里话。",
        "经验与教训": "先听。",
    },
    {"编号": "E20261103-7K3Q", "类型": "强制报告", "时间": "2026-11-03T16:40+08:00", "记录人": "T-3XK9"}
    | {"内容": "不该出现的报告。"},
    {"编号": "E20261104-7K3Q", "类型": "跟踪", "时间": "2026-11-04T16:40+08:00", "记录人": "T-3XK9"}
    | {"内容": "不该出现的限制内容。", "密级": "限制"},
]


@pytest.fixture
def whole(context: Context) -> Context:
    school = {
        "名称": "青禾县第二实验学校",
        "简称": "青禾二实",
        "乡镇": "和平镇人民政府",
        "教育局": "青禾县教育局",
        "电话": "0300-5550001",
        "村社": [{"名称": "和平村"}],
    }
    return replace(context, school=School.from_mapping(school))


def _text(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs(document.blocks))


def _made(kind: str, record: Any, context: Context, today: date, **more: Any) -> Document:
    found = _BY_KIND[kind]
    return found.build(found.draft(record, context, today, **more), on=today)


def test_a_story_names_nobody(student: Callable[..., Student], whole: Context, today: date) -> None:
    document = _made("education-case", student(过程记录=_STORY), whole, today)
    text = _text(document)
    real = ["阿依古丽", "买买提", "周小禾", "小禾", "帕提古丽", "李长顺", "长顺", "沈砚秋", "砚秋"]
    real += ["青禾", "和平", "S2024", "T-3XK9", "138", "（3）班"]
    assert [word for word in real if word in text] == []
    assert "小安说和某同学、某同学的姐姐去了某村，家人打来 某号，某同学也在。" in text
    assert "不该出现" not in text
    assert document.subject == NAMELESS
    assert document.title == "教育案例"


def test_a_pseudonym_is_no_real_name(student: Callable[..., Student], whole: Context, today: date) -> None:
    held = replace(whole, children={**whole.children, "S2024-BBBB2": "陈小安"})
    text = _text(_made("education-case", student(过程记录=_STORY), held, today))
    assert "小安" not in text
    assert "小宁" in text


def test_a_text_in_which_a_name_is_left_is_refused(
    student: Callable[..., Student], whole: Context, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Veil, "over", lambda _, text: text)
    with pytest.raises(StillNamed, match="没有换掉"):
        _made("education-case", student(过程记录=_STORY), whole, today)


def test_a_child_without_entries_has_no_story(
    student: Callable[..., Student], whole: Context, today: date
) -> None:
    with pytest.raises(NothingToWrite):
        _made("education-case", student(过程记录=None), whole, today)


def _decision(kind: str, students: int = 1) -> SchoolDecision:
    return SchoolDecision.from_mapping(
        {
            "编号": "D20261030-TCUN",
            "类型": kind,
            "名称": "午餐费减免审批（周小禾）",
            "日期": "2026-10-30",
            "学生": ["S2024-AAAA2"] * students,
            "内容": "减免午餐费480元。",
            "理由": "低保家庭，由祖父抚养。",
            "金额": 480,
            "申请人": "T-3XK9",
            "决定人": "T-8PLW",
        }
    )


def test_a_notice_on_aid_names_nobody_and_counts_no_few(whole: Context, today: date) -> None:
    few = _text(_made("public-notice", _decision("减免审批"), whole, today))
    assert not any(word in few for word in ("周小禾", "480", "低保", "祖父", "沈砚秋", "1名"))
    many = _text(_made("public-notice", _decision("减免审批", 5), whole, today))
    assert "受助学生5名" in many
    assert "受助学生4" not in _text(_made("public-notice", _decision("减免审批", 4), whole, today))


def test_a_notice_on_an_honour_gives_names_and_nothing_else(whole: Context, today: date) -> None:
    text = _text(_made("public-notice", _decision("进步之星"), whole, today))
    assert "学生：周小禾。" in text
    assert not any(word in text for word in ("480", "低保", "祖父", "沈砚秋", "S2024"))


@pytest.mark.parametrize("kind", ["取消评优资格", "权限批准", "公文", "其他"])
def test_no_other_decision_is_published(kind: str, whole: Context, today: date) -> None:
    with pytest.raises(NothingToWrite, match="不公示"):
        _made("public-notice", _decision(kind), whole, today)


def test_a_guardians_copy_masks_third_parties(
    student: Callable[..., Student], whole: Context, today: date
) -> None:
    text = _text(_made("guardian-copy", student(), whole, today))
    assert "阿依古丽·买买提" in text
    assert "买买提·玉素甫" in text
    for word in (
        "13800000001",
        "13800000000",
        "周小禾",
        "李长顺",
        "黄",
        "学业下滑",
        "一个月内迟到4次",
        "关注",
    ):
        assert word not in text, word
    assert "说到和" not in text, "what a child said in a talk is not in it"
    assert "138****0001" in text


def test_the_guardian_who_reads_it_sees_his_own_number(
    student: Callable[..., Student], whole: Context, today: date
) -> None:
    document = _made("guardian-copy", student(), whole, today, item="G-7Q2N")
    assert document.subject == "S2024-7K3QD-G-7Q2N"
    assert "13800000000" in _text(document)
    assert "13800000001" not in _text(document)
    with pytest.raises(NothingToWrite):
        _made("guardian-copy", student(), whole, today, item="G-ZZZZ")


def test_a_guardians_copy_does_not_tell_that_there_is_more(
    student: Callable[..., Student], whole: Context, today: date
) -> None:
    plain = student(特殊情形=[], 预警=[], 心理=None, 过程记录=[])
    secret = student(
        特殊情形=[{"编号": "C-K2W9", "情形": "监护人服刑", "起": "2025-09-10"}],
        心理={"关注等级": "重点"},
        过程记录=[_STORY[1], _STORY[2]],
    )
    assert _text(_made("guardian-copy", plain, whole, today)) == _text(
        _made("guardian-copy", secret, whole, today)
    )


def test_what_a_guardian_told_the_school_is_for_that_guardian(
    student: Callable[..., Student], whole: Context, today: date
) -> None:
    told = {
        "编号": "E20261102-7K3Q",
        "类型": "联系监护人",
        "时间": "2026-11-02T16:40+08:00",
        "记录人": "T-3XK9",
        "参加人": [{"姓名": "帕提古丽", "关系": "祖母"}],
        "主题": "作息",
        "内容": "祖母说起家里的事。",
        "监护人意见": "祖母同意。",
        "约定与措施": "九点睡觉。",
    }
    child = student(过程记录=[told])
    for item, sees in (("G-7Q2N", True), ("G-7Q2M", False), (None, False)):
        text = _text(_made("guardian-copy", child, whole, today, item=item))
        assert ("祖母说起家里的事" in text, "祖母同意" in text) == (sees, sees)
        assert "约定：九点睡觉。" in text
