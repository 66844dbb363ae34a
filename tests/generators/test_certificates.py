"""A certificate honours, and never tells that anybody was on a list."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from generators.context import Context
from generators.document import Document
from generators.form import NothingToPrint
from generators.papers import papers
from guanai.model.decision import SchoolDecision


def test_a_certificate_never_tells_that_a_child_was_on_a_list(
    commendation: dict[str, Any], context: Context, today: date, plain: Callable[[Document], str]
) -> None:
    paper = papers()["certificate"]
    decision = SchoolDecision.from_mapping(commendation)
    text = plain(paper.build(paper.inputs(decision, context, today), on=today))
    assert "被评为“进步之星”" in text
    for word in ("学困", "留守", "服刑", "理由", "表彰"):
        assert word not in text
    for name in ("阿依古丽·买买提 同学", "沈砚秋 老师", "九年级（3）班"):
        assert name in text


@pytest.mark.parametrize(
    "name", ["特殊学生进步奖", "关于表彰后进生进步之星的决定", "学困生", "“问题学生”转化之星"]
)
def test_sorting_words_fall_out_of_any_honour(
    name: str,
    commendation: dict[str, Any],
    context: Context,
    today: date,
    plain: Callable[[Document], str],
) -> None:
    decision = SchoolDecision.from_mapping(commendation | {"名称": name})
    paper = papers()["certificate"]
    text = plain(paper.build(paper.inputs(decision, context, today), on=today))
    assert not any(word in text for word in ("特殊", "后进", "学困", "问题", "“”", "“的"))


@pytest.mark.parametrize(
    "changes", [{"类型": "减免审批"}, {"结果": "不同意"}, {"学生": [], "教师": [], "班级": []}]
)
def test_only_a_commendation_that_was_made_has_certificates(
    changes: dict[str, Any], commendation: dict[str, Any], context: Context, today: date
) -> None:
    with pytest.raises(NothingToPrint):
        papers()["certificate"].inputs(SchoolDecision.from_mapping(commendation | changes), context, today)
