"""What the forms of one record print, filled, blank, and of which records ``--all`` makes them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from generators.context import Context
from generators.document import Document, Table
from generators.form import NothingToPrint, load_forms
from generators.papers import Paper, papers
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import HIDDEN, Record
from guanai.model.counseling import Counseling
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.screening import Screening
from guanai.model.student import Student
from guanai.model.taxonomy import Category

CHILD, OTHER = "S2024-7K3QD", "S2024-AAAA2"

#: The kinds made of one record, besides those that have a test of their own.
KINDS = (
    "activity-record",
    "aid-approval",
    "attendance-month",
    "case-file",
    "case-record",
    "certificate",
    "class-screening",
    "conversation-plan",
    "dynamic-file",
    "education-plan",
    "feedback-letter",
    "forum-record",
    "growth-file",
    "home-visit",
    "household-screening",
    "individual-education",
    "inspection-record",
    "mandatory-report",
    "personal-plan",
    "persuasion-record",
    "progress-card",
    "report-up",
    "school-performance",
    "school-visit",
    "study-growth",
    "talk-record",
    "tracking-record",
    "training-record",
    "tutoring-plan",
)

#: The forms that somebody outside the school's service signs, or is given.
HANDED_OUT = (
    "home-visit",
    "school-visit",
    "persuasion-record",
    "talk-record",
    "progress-card",
    "school-performance",
)


def _entry(kind: str, number: int, **more: Any) -> dict[str, Any]:
    """Return an entry in which every text names its field."""
    texts = (
        "主题", "缘由", "家庭情况", "在家表现", "在校表现", "学生态度", "监护人意见", "教育策略", "教育效果", "经验与教训",
        "约定与措施", "答复", "对方单位", "地点",
    )  # fmt: skip
    made = {key: f"{kind}的{key}" for key in texts}
    at = f"2026-04-{number + 1:02}T16:40+08:00"
    return {
        "编号": f"E202604{number + 1:02}-222{number % 8 + 2}",
        "类型": kind,
        "时间": at,
        "记录人": "T-3XK9",
        "参加人": [{"姓名": "帕提古丽", "关系": "祖母"}],
        "内容": f"{kind}的内容",
        "下次跟进": "2026-05-20",
        **made,
        **more,
    }


def _plan(kind: str, number: int) -> dict[str, Any]:
    texts = ("现状与薄弱点", "成因", "帮扶时间", "内容", "方式", "课程调整", "支持服务", "监护人意见", "学科")
    return {
        "编号": f"P20260912-333{number + 2}",
        "类型": kind,
        "日期": "2026-09-12",
        "制定人": "T-3XK9",
        "责任教师": "T-7MN4",
        "阶段目标": [{"编号": f"O-333{number + 2}", "目标": f"{kind}的目标", "期限": "2026-12-31"}],
        "进展": [{"编号": f"J20261016-333{number + 2}", "日期": "2026-10-16", "内容": f"{kind}的进展"}],
        **{key: f"{kind}的{key}" for key in texts},
    }


ENTRIES = (
    "谈话",
    "结对谈心",
    "家访",
    "校访",
    "跟踪",
    "上报",
    "三级网络反馈",
    "强制报告",
    "进步卡片",
    "课堂反馈",
    "辅导",
    "督办",
)
PLANS = ("学习辅导", "交流预案", "个别化教育教学", "个性化教育", "教育计划")


@pytest.fixture
def records(
    student: Callable[..., Student], meeting: Callable[..., Meeting], commendation: dict[str, Any]
) -> dict[str, tuple[Record, ...]]:
    """Records by kind, for each form at least one that suits it."""
    child = student(
        过程记录=[_entry(kind, number) for number, kind in enumerate(ENTRIES)],
        计划=[_plan(kind, number) for number, kind in enumerate(PLANS)],
        照顾=[
            {
                "编号": "Z-3332",
                "类型": "费用减免",
                "项目": "午餐费",
                "金额": 480,
                "起": "2026-10-19",
                "事由": "家中劳力受伤。",
            }
        ],
    )
    families = [
        {"学生": CHILD, "日期": "2026-09-03", "方式": "入户", "结果": "有情形", "情形": ["留守", "监护人服刑"], "说明": "祖母照看。"},
        {"学生": OTHER, "日期": "2026-09-04", "方式": "电话", "结果": "无情况"},
        {"学生": "S2024-BBBB3", "结果": "待核实", "说明": "电话不通。"},
    ]  # fmt: skip
    activities = [
        {
            "编号": f"A20261113-222{number + 2}",
            "类型": kind,
            "名称": f"{kind}的名称",
            "时间": "2026-11-13T16:30+08:00",
        }
        | {
            "地点": "操场",
            "范围": "J2024",
            "组织者": "T-5QQ2",
            "参加教师": ["T-3XK9", "T-7MN4"],
            "参加学生": [CHILD],
        }
        | {key: f"{kind}的{key}" for key in ("目的", "过程", "发现的问题", "整改要求", "效果与反思")}
        for number, kind in enumerate(("主题班会", "教师培训", "专项督查"))
    ]
    roll = [{"学生": CHILD, "姓名": "帕提古丽", "关系": "祖母", "电话": "13800000000"}]
    return {
        "student": (child,),
        "meeting": (meeting(类型="家长座谈会", 家长签到=roll),),
        "activity": tuple(map(Activity.from_mapping, activities)),
        "screening": (
            Screening.from_mapping(
                {
                    "班级": "J2024-03",
                    "学期": "2026-2027-1",
                    "排查人": "T-3XK9",
                    "逐户": families,
                    "班级小结": "三户都问到。",
                }
            ),
        ),
        "attendance": (Attendance.from_mapping(ATTENDANCE),),
        "decision": (SchoolDecision.from_mapping(commendation),),
        "counseling": (Counseling.from_mapping(CASE),),
    }


ATTENDANCE: dict[str, Any] = {
    "班级": "J2024-03",
    "学期": "2026-2027-1",
    "月份": "2026-11",
    "核查": [
        {"日期": "2026-11-02", "节点": "晨读", "应到": 10, "实到": 10},
        {"日期": "2026-11-03", "节点": "晨读", "应到": 10, "实到": 9},
        {"日期": "2026-11-03", "节点": "课间操", "应到": 10, "实到": 10},
    ],
    "异常": [
        {"编号": "K20261103-2222", "学生": CHILD, "日期": "2026-11-03", "节点": "晨读", "类型": "迟到", "原因": "车晚了。"},
        {"编号": "K20261104-2222", "学生": CHILD, "日期": "2026-11-04", "节点": "放学前", "类型": "病假"},
    ],
}  # fmt: skip
CASE: dict[str, Any] = {
    "编号": "Y2026-22222",
    "学生": CHILD,
    "建档日期": "2026-03-20",
    "负责教师": "T-5QQ2",
    "来源": "班主任转介",
    "知情同意": {"监护人": "帕提古丽", "日期": "2026-03-20", "方式": "书面"},
    "风险等级": "重点",
    "主诉": "睡不着。",
    "背景": "和祖母住。",
    "评估": [{"编号": "L20260320-2222", "日期": "2026-03-20", "工具": "访谈", "结果": "入睡难。", "风险等级": "重点"}],
    "目标": ["早睡", "说出担心"],
    "个案记录": [
        {"编号": "Y20260402-2222", "次数": 1, "时间": "2026-04-02T15:20+08:00", "方式": "面谈", "过程": "聊作息。"},
        {"编号": "Y20260416-2222", "次数": 2, "时间": "2026-04-16T15:20+08:00", "方式": "绘画", "过程": "画房子。"},
    ],
}  # fmt: skip


@pytest.fixture
def sorted_context(context: Context) -> Context:
    """The look-ups with a taxonomy."""
    school = type(context.school).from_mapping(
        {"名称": context.school.name, "学制": "六三制", "采用分类": "两类"}
    )
    two = (
        Category(name="留守儿童", circumstances=("留守",)),
        Category(name="学习困难", circumstances=("学习困难",)),
    )
    return Context(school, context.staff, {"两类": two}, context.citations, context.children)


@pytest.fixture
def fitting(
    records: dict[str, tuple[Record, ...]], sorted_context: Context, today: date
) -> Callable[[str], tuple[Paper, Record]]:
    """Return a kind's paper and the record that suits it."""

    def find(kind: str) -> tuple[Paper, Record]:
        paper = papers()[kind]
        suiting = [
            each
            for each in records[paper.subject]
            if not paper.suits or paper.suits(each, sorted_context, today)
        ]
        (record,) = suiting
        return paper, record

    return find


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_form_prints(
    kind: str,
    fitting: Callable[[str], tuple[Paper, Record]],
    sorted_context: Context,
    today: date,
    plain: Callable[[Document], str],
    golden: Callable[[str, str], None],
) -> None:
    paper, record = fitting(kind)
    golden(kind, plain(paper.build(paper.inputs(record, sorted_context, today), on=today)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_blank_form_prints(
    kind: str,
    sorted_context: Context,
    today: date,
    plain: Callable[[Document], str],
    golden: Callable[[str, str], None],
) -> None:
    paper = papers()[kind]
    text = plain(paper.build(paper.inputs(None, sorted_context, today), on=today, blank=True))
    golden(f"{kind}-blank", text)
    assert "青禾县第二实验学校" in text


def test_every_form_of_a_record_is_tried_here() -> None:
    apart = {"student-file", "meeting-record", "meeting-record-guests"}
    own = {"student", "meeting", "activity", "screening", "attendance", "decision", "counseling"}
    assert {kind for kind, form in load_forms().items() if form.subject in own} - apart <= set(KINDS)


def test_one_home_visit_typed_once_appears_in_three_papers(
    student: Callable[..., Student], context: Context, today: date, plain: Callable[[Document], str]
) -> None:
    visit = _entry("家访", 1, 时间="2026-11-02T16:40+08:00", 内容="祖母在家，孩子在写作业。")
    child = student(过程记录=[visit])
    for kind in ("home-visit", "student-file", "tracking-record"):
        paper = papers()[kind]
        text = plain(paper.build(paper.inputs(child, context, today), on=today))
        assert "祖母在家，孩子在写作业。" in text, kind
        assert "2026-11-02 16:40" in text, kind


@pytest.mark.parametrize("kind", HANDED_OUT)
def test_what_guardians_and_children_hold_is_without_the_teacher_s_own_reflection(
    kind: str,
    fitting: Callable[[str], tuple[Paper, Record]],
    context: Context,
    today: date,
    plain: Callable[[Document], str],
) -> None:
    paper, record = fitting(kind)
    text = plain(paper.build(paper.inputs(record, context, today), on=today))
    for key in ("教育策略", "经验与教训"):
        assert key not in text
    for word in ("学业下滑", "黄", "心理", "一般", "限制"):  # warnings and levels
        assert word not in text


def test_the_sheet_of_an_entry_speaks_of_the_entry_s_day(
    fitting: Callable[[str], tuple[Paper, Record]],
    context: Context,
    today: date,
    plain: Callable[[Document], str],
) -> None:
    paper, record = fitting("home-visit")
    text = plain(paper.build(paper.inputs(record, context, today), on=today))
    assert "2025—2026学年第二学期" in text  # the visit was in April; it is November
    assert "八年级（3）班" in text


def test_one_entry_alone_is_printed_by_its_id(
    fitting: Callable[[str], tuple[Paper, Record]], sorted_context: Context, today: date
) -> None:
    paper, record = fitting("case-record")
    subject = "Y2026-22222-Y20260416-2222"
    whole, item = paper.parted(subject)
    assert (whole, item) == ("Y2026-22222", "Y20260416-2222")
    document = paper.build(paper.inputs(record, sorted_context, today, item=item), on=today)
    assert document.subject == subject
    assert len([block for block in document.blocks if isinstance(block, Table)]) == 1


@pytest.mark.parametrize(
    ("subject", "parts"),
    [
        ("S2024-7K3QD", ("S2024-7K3QD", None)),
        ("S2024-7K3QD-E20261102-7K3Q", ("S2024-7K3QD", "E20261102-7K3Q")),
        ("S2024-7K3QD-Z-7K3Q", ("S2024-7K3QD", "Z-7K3Q")),
    ],
)
def test_an_id_is_taken_apart_only_for_papers_of_items(subject: str, parts: tuple[str, str | None]) -> None:
    assert papers()["home-visit"].parted(subject) == parts
    assert papers()["student-file"].parted(subject) == (subject, None)


def test_a_record_that_a_form_is_not_for_is_refused_by_name(
    records: dict[str, tuple[Record, ...]], context: Context, today: date
) -> None:
    meeting_of_class = records["activity"][0]
    with pytest.raises(NothingToPrint, match="教师培训记录"):
        papers()["training-record"].inputs(meeting_of_class, context, today)


def test_a_child_without_such_an_entry_suits_no_sheet_of_entries(
    student: Callable[..., Student], context: Context, today: date
) -> None:
    child = student(过程记录=[], 计划=[], 照顾=[], 劝返=[])
    for kind in KINDS:
        paper = papers()[kind]
        if paper.subject == "student" and paper.suits:
            assert not paper.suits(child, context, today), kind


def test_a_hidden_list_suits_no_sheet_of_entries(
    student: Callable[..., Student], context: Context, today: date
) -> None:
    paper = papers()["mandatory-report"]
    assert paper.suits
    assert not paper.suits(student(过程记录=HIDDEN), context, today)


# -- counts ---------------------------------------------------------------------------------------------------------
def test_what_a_screening_hides_is_not_counted_either(
    sorted_context: Context, today: date, plain: Callable[[Document], str]
) -> None:
    hidden = Screening.from_mapping({"班级": "J2024-03", "学期": "2026-2027-1", "逐户": HIDDEN})
    paper = papers()["class-screening"]
    text = plain(paper.build(paper.inputs(hidden, sorted_context, today), on=today))
    assert "按权限不显示" in text
    assert "| 0" not in text


def test_a_check_nobody_wrote_down_is_not_counted_as_full(
    fitting: Callable[[str], tuple[Paper, Record]],
    context: Context,
    today: date,
    plain: Callable[[Document], str],
) -> None:
    paper, record = fitting("attendance-month")
    text = plain(paper.build(paper.inputs(record, context, today), on=today))
    assert "| 2026-11-02 | 10 | 10 |  |  | " in text
    assert "阿依古丽·买买提迟到（晨读）" in text
