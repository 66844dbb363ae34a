"""Every paper that the sources want as the result of a provision is a kind that the program makes."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generators.papers import papers

_FILE = Path(__file__).resolve().parents[1] / "provisions.yml"

#: What a provision calls its paper → the kind. 劝返启动提醒 is no paper: the duties of the day tell it.
KINDS = {
    "一生一档动态管理表": "dynamic-file",
    "上报单": "report-up",
    "个人成长档案": "growth-file",
    "个别化教育教学方案": "individual-education",
    "个性化教育计划": "personal-plan",
    "个案记录": "case-record",
    "义务教育法节选": "law-excerpt",
    "书面报告": "dropout-report",
    "交流预案": "conversation-plan",
    "会前材料": "monthly-briefing",
    "会议纪要": "meeting-minutes",
    "会议记录": "meeting-record",
    "会议记录（会外版）": "meeting-record-guests",
    "全校汇总表": "school-screening",
    "减免审批表": "aid-approval",
    "制度": "policy",
    "劝学通知书（附送达回证）": "education-notice",
    "劝返记录表": "persuasion-record",
    "反馈函": "feedback-letter",
    "周风险清单": "weekly-risk",
    "在校表现资料": "school-performance",
    "培训记录": "training-record",
    "奖状": "certificate",
    "季度评估报告": "quarterly-assessment",
    "学习成长档案": "study-growth",
    "学期总结": "term-summary",
    "学生档案": "student-file",
    "家庭教育指导": "family-guide",
    "家庭教育指导手册": "family-guide",
    "家访记录表": "home-visit",
    "工作交接单": "homeroom-handover",
    "干预措施": "intervention-measures",
    "年级预警台账": "warning-ledger",
    "座谈会记录": "forum-record",
    "心理档案": "case-file",
    "心理风险分析报告": "psych-risk-report",
    "指标看板": "indicator-sheet",
    "排查清单": "household-screening",
    "教育案例（化名）": "education-case",
    "教育计划": "education-plan",
    "方案": "policy",
    "校访记录表": "school-visit",
    "活动记录": "activity-record",
    "班主任工作总结": "homeroom-summary",
    "班级摸底表": "class-screening",
    "督办单": "supervision-slip",
    "督查记录": "inspection-record",
    "纪要（会外版不列姓名等级）": "meeting-minutes-guests",
    "经验材料": "experience",
    "考勤": "attendance-month",
    "考勤异常日报": "attendance-daily",
    "考核办法": "assessment-method",
    "荣誉证书": "certificate",
    "表彰决定": "commendation",
    "谈话记录表": "talk-record",
    "跟踪教育记录表": "tracking-record",
    "进步卡片": "progress-card",
    "预警台账": "warning-ledger",
}
_NO_PAPER = {"劝返启动提醒"}


def _outputs() -> set[str]:
    data: Any = YAML(typ="safe").load(_FILE)
    rows = [row for part in data.values() if isinstance(part, list) for row in part if isinstance(row, dict)]
    return {word for row in rows if "output" in row for word in re.split("[、与]", row["output"])}


def test_every_paper_the_sources_want_is_spoken_of_here() -> None:
    assert _outputs() == {*KINDS, *_NO_PAPER}


@pytest.mark.parametrize("word", sorted(KINDS))
def test_each_is_a_kind_that_can_be_made(word: str) -> None:
    paper = papers()[KINDS[word]]
    core = re.sub("（.*|记录表?$|表$", "", word)
    named = {
        "奖状": "荣誉证书",
        "方案": "制度",
        "工作交接单": "交接单",
        "排查清单": "排查",
        "全校汇总表": "全校摸底汇总",
    }
    assert any(part in paper.title for part in (core, named.get(word, core), core.replace("全校", "")))
