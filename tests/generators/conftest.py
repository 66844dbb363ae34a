"""An invented school with one child and one meeting, and the plain text of a document."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from generators.context import Citation, Context
from generators.document import Block, Cell, Document, Image, PageBreak, Paragraph, Row, Table
from generators.form import Form, read_form
from guanai.model.meeting import Meeting
from guanai.model.school import School
from guanai.model.staff import StaffMember
from guanai.model.student import Student
from guanai.yamlfile import load

Values = dict[str, Any]

VISIT = "祖母在家，孩子在写作业。商定晚上九点后手机交祖母保管，作业由班主任每天课后检查。"


@pytest.fixture
def today() -> date:
    return date(2026, 11, 20)


@pytest.fixture
def context() -> Context:
    people = (
        ("T-3XK9", "沈砚秋", "班主任", "J2024-03"),
        ("T-7MN4", "顾一帆", "科任教师", "J2024-03"),
        ("T-5QQ2", "陆清和", "德育主任", "全校"),
        ("T-9RTY", "唐若水", "分管副校长", "全校"),
        ("T-8PLW", "何守正", "校长", "全校"),
    )
    staff = {
        number: StaffMember.from_mapping(
            {"编号": number, "姓名": name, "任职": [{"角色": role, "范围": scope, "起": "2024-09-01"}]}
        )
        for number, name, role, scope in people
    }
    law = Citation.from_mapping(
        {"编号": "未成年人保护法-29", "名称": "中华人民共和国未成年人保护法", "条款": "第二十九条"}
    )
    school = {"名称": "青禾县第二实验学校", "简称": "青禾二实", "学制": "六三制", "发文代字": "青二实"}
    return Context(
        school=School.from_mapping(school),
        staff=staff,
        citations={law.id: law},
        children={"S2024-7K3QD": "阿依古丽·买买提", "S2024-AAAA2": "周小禾"},
    )


@pytest.fixture
def values() -> Values:
    """Return the mapping of a child's file with something in every list."""
    return {
        "编号": "S2024-7K3QD",
        "姓名": "阿依古丽·买买提",
        "性别": "女",
        "出生日期": "2012-05-06",
        "证件": {"类型": "居民身份证", "号码": "110105********002X"},
        "学籍号": "G110105201205060020",
        "民族": "维吾尔族",
        "户籍地": "青禾县和平镇",
        "健康状况": "健康或良好",
        "就读方式": "走读",
        "独生子女": False,
        "课堂安全提示": "避免剧烈运动",
        "建档": {"日期": "2024-09-20", "建档人": "T-3XK9"},
        "学籍": [{"编号": "X-2222", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01", "座号": 17}],
        "家庭": {
            "住址": "和平村二组 17 号",
            "家庭结构": "隔代抚养",
            "救助情况": ["防止返贫监测对象", "临时救助"],
            "监护人": [
                {"编号": "G-7Q2M", "姓名": "买买提·玉素甫", "关系": "父亲", "电话": "13800000001"},
                {
                    "编号": "G-7Q2N",
                    "姓名": "帕提古丽",
                    "关系": "祖母",
                    "主要监护人": True,
                    "电话": "13800000000",
                },
            ],
            "其他成员": [{"编号": "B-2222", "姓名": "玉素甫江", "关系": "弟"}],
            "家庭变动": [{"编号": "V20260301-2222", "日期": "2026-03-01", "内容": "母亲外出务工。"}],
        },
        "特殊情形": [
            {
                "编号": "C-K2W8",
                "情形": "留守",
                "起": "2024-09-10",
                "佐证": "村委会证明",
                "依据": "未成年人保护法-29",
            },
            {"编号": "C-K2W9", "情形": "学习困难", "起": "2025-09-10", "止": "2026-06-30"},
        ],
        "现状": {"学业": "数学薄弱。", "更新日期": "2026-11-06"},
        "心理": {"关注等级": "一般"},
        "帮扶责任人": [{"编号": "H-2222", "教师": "T-3XK9", "职责": "班主任", "起": "2024-09-01"}],
        "预警": [
            {
                "编号": "W20260910-M4TR",
                "等级": "绿",
                "日期": "2026-09-10",
                "触发": ["留守"],
                "决定人": "T-3XK9",
            },
            {
                "编号": "W20261023-M4TR",
                "等级": "黄",
                "日期": "2026-10-23",
                "触发": ["连续3次单元测试不及格", "一个月内迟到4次"],
                "理由": "学业下滑。",
                "决定人": "T-9RTY",
                "复核人": "T-8PLW",
            },
        ],
        "计划": [
            {
                "编号": "P20260912-2222",
                "类型": "学习辅导",
                "日期": "2026-09-12",
                "学科": "数学",
                "帮扶时间": "每周二 16:30—17:30",
                "内容": "补一元一次方程。",
                "小导师": "S2024-AAAA2",
                "阶段目标": [{"编号": "O-2222", "目标": "单元测试及格", "期限": "2026-12-31"}],
                "进展": [{"编号": "J20261016-2222", "日期": "2026-10-16", "内容": "小测 16/20。"}],
            }
        ],
        "过程记录": [
            {
                "编号": "E20261102-7K3Q",
                "类型": "家访",
                "时间": "2026-11-02T16:40+08:00",
                "地点": "家中",
                "记录人": "T-3XK9",
                "参加人": [{"教师": "T-7MN4"}, {"姓名": "李长顺", "单位职务": "村委会主任"}],
                "内容": VISIT,
                "签字": "已签",
                "存放": {"盒号": "2026-03", "件号": "12"},
            },
            {
                "编号": "E20261020-7K3Q",
                "类型": "谈话",
                "时间": "2026-10-20T12:10+08:00",
                "结束时间": "2026-10-20T12:25+08:00",
                "记录人": "T-3XK9",
                "内容": "说到和@S2024-AAAA2 的矛盾，还提到@S2024-ZZZZ9。",
                "下次跟进": "2026-11-03",
            },
        ],
        "成绩": [
            {"编号": "K20261010-2222", "学期": "2026-2027-1", "日期": "2026-10-10", "类别": "单元测试"}
            | {"学科": "数学", "分数": 48.5, "满分": 100}
        ],
        "照顾": [
            {
                "编号": "Z-2222",
                "类型": "费用减免",
                "项目": "课后服务费",
                "金额": 300.0,
                "审批": "D20260915-2MF7",
            }
        ],
        "劝返": [
            {
                "编号": "R20260305-2222",
                "触发日期": "2026-03-05",
                "触发原因": "连续三天未到校",
                "状态": "稳定就读",
                "步骤": [
                    {"编号": "Q20260305-2222", "级别": "一级", "次数": 1, "时间": "2026-03-05T19:00+08:00"}
                    | {"过程": "上门说明。", "结果": "同意返校", "记录人": "T-3XK9"}
                ],
            }
        ],
        "荣誉": [{"编号": "U20261030-2222", "日期": "2026-10-30", "名称": "十月进步之星"}],
        "总结": [
            {"编号": "N20260630-2222", "学期": "2025-2026-2", "撰写人": "T-3XK9", "内容": "三月返校后全勤。"}
        ],
        "附件目录": [{"编号": "F-2222", "名称": "村委会证明", "页数": 1}],
    }


@pytest.fixture
def student(values: Values) -> Callable[..., Student]:
    """Return a maker of the child; arguments replace whole keys of the file, None drops one."""

    def make(**changes: Any) -> Student:
        return Student.from_mapping(_changed(values, changes))

    return make


@pytest.fixture
def meeting() -> Callable[..., Meeting]:
    """Return a maker of a meeting on the child; arguments replace whole keys of the record, None drops one."""
    record = {
        "编号": "M20261023-4QX9",
        "类型": "月研判会",
        "名称": "十月控辍保学研判会",
        "时间": "2026-10-23T15:30+08:00",
        "散会时间": "2026-10-23T16:50+08:00",
        "地点": "三楼会议室",
        "主持人": "T-8PLW",
        "记录人": "T-5QQ2",
        "出席": [{"教师": "T-8PLW", "单位职务": "校长"}, {"教师": "T-3XK9"}],
        "列席": [{"姓名": "李长顺", "单位职务": "村委会主任"}],
        "请假": [{"姓名": "周启明", "原因": "外出培训"}],
        "议题": ["听取情况", "研判重点学生"],
        "发言": [
            {"编号": "V-2222", "议题": 1, "发言人": {"教师": "T-5QQ2"}, "要点": "家访 36 户。"},
            {
                "编号": "V-2223",
                "议题": 2,
                "发言人": {"教师": "T-3XK9"},
                "要点": "@S2024-7K3QD 建议由绿调为黄。",
            },
            {"编号": "V-2224", "议题": 2, "发言人": {"姓名": "李长顺"}, "要点": "周小禾家我每周走访。"},
            {"编号": "V-2225", "要点": "校内处理意见。", "密级": "限制"},
        ],
        "决定": [
            {
                "编号": "J-2222",
                "事项": "每周二集中辅导数学",
                "责任人": ["T-7MN4", "T-9RTY"],
                "期限": "2026-11-30",
            },
            {
                "编号": "J-2223",
                "事项": "与@S2024-7K3QD 的监护人面谈。",
                "责任人": ["T-3XK9"],
                "学生": ["S2024-7K3QD"],
            },
            {
                "编号": "J-2224",
                "事项": "将@S2024-7K3QD 调为黄色预警",
                "学生": ["S2024-7K3QD"],
                "结果": "阿依古丽·买买提已约谈",
            },
        ],
        "等级变更": [{"学生": "S2024-7K3QD", "由": "绿", "改为": "黄", "理由": "学业下滑"}],
        "期数": 5,
        "抄送": ["青禾县教育局"],
    }

    def make(**changes: Any) -> Meeting:
        return Meeting.from_mapping(_changed(record, changes))

    return make


@pytest.fixture
def form() -> Callable[[str], Form]:
    """Return a reader of the text of a form whose 种类 is ``sample``."""

    def read(text: str) -> Form:
        loaded = load(text.encode(), "sample.yml")
        assert not loaded.problems
        return read_form(loaded.data, "sample.yml")

    return read


@pytest.fixture
def commendation() -> dict[str, Any]:
    """What a record says of a commendation, under a title and with reasons that no certificate may print."""
    return {
        "编号": "D20261030-2222",
        "类型": "表彰",
        "名称": "关于表彰“学困生”进步之星的决定",
        "日期": "2026-10-30",
        "学生": ["S2024-7K3QD"],
        "教师": ["T-3XK9"],
        "班级": ["J2024-03"],
        "内容": "发奖状。",
        "理由": "留守儿童，父亲服刑，仍坚持到校。",
        "结果": "同意",
    }


@pytest.fixture
def plain() -> Callable[[Document], str]:
    """Return a document's blocks as lines: paragraphs with their role, table rows with their cells."""
    return _plain


def _changed(values: Values, changes: Values) -> Values:
    return {key: value for key, value in {**values, **changes}.items() if value is not None}


def _plain(document: Document) -> str:
    head = f"{document.kind} {document.subject} {document.title} {document.layout.value}"
    return "\n".join([head, *(_line(block) for block in document.blocks)]) + "\n"


def _line(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"[{block.role.value}] {_text(block.text)}"
    if isinstance(block, Table):
        return "\n".join(_row(row, is_head=place < block.header_rows) for place, row in enumerate(block.rows))
    assert isinstance(block, PageBreak | Image)
    return "=" * 20


def _row(row: Row, *, is_head: bool) -> str:
    return (
        f"{'#' if is_head else '|'} {' | '.join(_cell(cell) for cell in row.cells)}{' +' if row.keep else ''}"
    )


def _cell(cell: Cell) -> str:
    return " ¶ ".join(_text(paragraph.text) for paragraph in cell.paragraphs)


def _text(text: str) -> str:
    return text.replace("\n", " ⏎ ").replace("\t", " → ")
