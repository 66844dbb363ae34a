"""交接: a new homeroom teacher, another class, another school, and what goes from hand to hand."""

from datetime import date
from typing import Any

import pytest

from guanai.model.meeting import Meeting
from guanai.model.staff import Staff
from guanai.model.student import Student
from guanai.rules.agenda import tasks
from guanai.rules.derived import shown
from guanai.rules.handover import Handover, Occasion, handovers, homeroom_on

_CHILD = "S2024-7K3QD"
_SINCE, _UNTIL = date(2026, 9, 1), date(2026, 11, 20)


def _post(since: str, until: str = "", scope: str = "J2024-03", *, is_acting: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"角色": "班主任", "范围": scope, "起": since}
    return made | ({"止": until} if until else {}) | ({"代理": True} if is_acting else {})


def _staff(**posts: list[dict[str, Any]]) -> Staff:
    people = [{"编号": f"T-{name}", "姓名": name, "任职": held} for name, held in posts.items()]
    return Staff.from_mapping({"教职工": people})


def _student(*stays: dict[str, Any], **more: Any) -> Student:
    rows = stays or ({"班级": "J2024-03", "状态": "在籍", "起": "2024-09-01"},)
    return Student.from_mapping({"编号": _CHILD, "姓名": "某", "学籍": list(rows), **more})


_CHANGED = _staff(
    AAAA=[_post("2024-09-01", "2026-10-11")],
    BBBB=[_post("2026-10-12")],
    CCCC=[_post("2024-09-01", scope="J2024-01")],
)


def _hands(found: tuple[Handover, ...]) -> list[tuple[str, str, str, str]]:
    return [(str(each.occasion), f"{each.on}", each.giver, each.taker or each.destination) for each in found]


def test_a_new_homeroom_teacher_takes_the_class_over() -> None:
    found = handovers(_CHANGED, [_student()], _SINCE, _UNTIL)
    assert _hands(found) == [("更换班主任", "2026-10-12", "T-AAAA", "T-BBBB")]
    assert found[0].students == (_CHILD,)
    assert handovers(_CHANGED, [_student()], date(2026, 10, 13), _UNTIL) == ()


def test_an_acting_teacher_takes_over_and_gives_back() -> None:
    staff = _staff(AAAA=[_post("2024-09-01")], BBBB=[_post("2026-10-12", "2026-11-06", is_acting=True)])
    assert homeroom_on(staff, "J2024-03", date(2026, 10, 20)) == "T-BBBB"
    assert _hands(handovers(staff, [_student()], _SINCE, _UNTIL)) == [
        ("更换班主任", "2026-10-12", "T-AAAA", "T-BBBB"),
        ("更换班主任", "2026-11-07", "T-BBBB", "T-AAAA"),
    ]


def test_a_vacancy_is_a_handover_to_nobody_yet() -> None:
    staff = _staff(AAAA=[_post("2024-09-01", "2026-10-11")], BBBB=[_post("2026-10-19")])
    assert _hands(handovers(staff, [_student()], _SINCE, _UNTIL)) == [
        ("更换班主任", "2026-10-12", "T-AAAA", ""),
        ("更换班主任", "2026-10-19", "", "T-BBBB"),
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"班级": "J2024-01", "状态": "在籍"}, [("转班", "2026-11-02", "T-BBBB", "T-CCCC")]),
        (
            {"班级": "J2024-03", "状态": "转出", "去向": "县城某校"},
            [("转学", "2026-11-02", "T-BBBB", "县城某校")],
        ),
        ({"班级": "J2024-03", "状态": "休学"}, []),
    ],
)
def test_a_child_that_moves_is_handed_over(after: dict[str, Any], expected: list[Any]) -> None:
    child = _student(
        {"班级": "J2024-03", "状态": "在籍", "起": "2024-09-01", "止": "2026-11-01"},
        {**after, "起": "2026-11-02"},
    )
    found = [
        each for each in handovers(_CHANGED, [child], _SINCE, _UNTIL) if each.occasion != Occasion.HOMEROOM
    ]
    assert _hands(tuple(found)) == expected


_FULL = {
    "特殊情形": [
        {"编号": "C-2222", "情形": "留守", "起": "2024-09-10"},
        {"编号": "C-3333", "情形": "监护人服刑", "起": "2024-09-10"},
        {"编号": "C-4444", "情形": "学习困难", "起": "2024-09-10", "止": "2026-06-30"},
        {"编号": "C-5555", "情形": "家庭经济困难", "起": "2026-11-10"},
    ],
    "预警": [{"编号": "W-2222", "等级": "黄", "日期": "2026-09-23", "理由": "x", "决定人": "T-AAAA"}],
    "计划": [{"编号": "P-2222", "类型": "学习辅导", "日期": "2026-09-14", "内容": "x", "起": "2026-09-14"}],
    "过程记录": [
        {
            "编号": "E-2222",
            "类型": "谈话",
            "时间": "2026-10-08T12:00+08:00",
            "记录人": "T-AAAA",
            "内容": "x",
            "下次跟进": "2026-10-20",
        },
        {
            "编号": "E-3333",
            "类型": "谈话",
            "时间": "2026-10-08T12:00+08:00",
            "记录人": "T-AAAA",
            "内容": "x",
            "下次跟进": "2026-10-09",
        },
        {
            "编号": "E-4444",
            "类型": "强制报告",
            "时间": "2026-10-08T12:00+08:00",
            "记录人": "T-AAAA",
            "内容": "x",
            "下次跟进": "2026-10-20",
        },
    ],
    "劝返": [{"编号": "R-2222", "触发日期": "2026-09-03", "触发原因": "x", "状态": "进行中"}],
}
_MEETING = Meeting.from_mapping(
    {"编号": "M20260930-4QX9", "类型": "月研判会", "名称": "x", "时间": "2026-09-30T16:40+08:00", "决定": [
        {"编号": "J-2222", "事项": "补课。", "责任人": ["T-AAAA", "T-CCCC"], "期限": "2026-10-30", "学生": [_CHILD]},
        {"编号": "J-3333", "事项": "家访。", "责任人": ["T-AAAA"], "期限": "2026-10-05", "学生": [_CHILD], "完成": "2026-10-05"},
    ]}
)  # fmt: skip


def test_what_is_handed_over_is_what_is_open_that_day() -> None:
    [found] = handovers(_CHANGED, [_student(**_FULL)], _SINCE, _UNTIL, tasks([_MEETING]))
    assert [(item.name, item.ids) for item in found.items] == [
        ("学生档案", (_CHILD,)),
        ("特殊情形与佐证", ("C-2222",)),
        ("特殊情形与佐证", ("C-3333",)),
        ("预警等级与依据", ("W-2222",)),
        ("没有完成的计划", ("P-2222",)),
        ("约好的下次跟进", ("E-2222",)),
        ("没有销号的劝返", ("R-2222",)),
        ("会议决定：补课。", ("J-2222",)),
    ]


def test_a_reader_without_a_label_sees_no_trace_of_what_carries_it() -> None:
    [found] = handovers(_CHANGED, [_student(**_FULL)], _SINCE, _UNTIL)
    held = shown(found.items, {_CHILD: frozenset({"教学", "关爱"})})
    assert "C-3333" not in {each for item in held for each in item.ids}
    assert {item.name for item in shown(found.items, {_CHILD: frozenset({"教学"})})} == {
        "学生档案",
        "没有完成的计划",
    }


def test_another_school_gets_no_level_and_no_account() -> None:
    child = _student(
        {"班级": "J2024-03", "状态": "在籍", "起": "2024-09-01", "止": "2026-11-01"},
        {"班级": "J2024-03", "状态": "转出", "起": "2026-11-02"},
        **_FULL,
    )
    found = [
        each
        for each in handovers(_CHANGED, [child], _SINCE, _UNTIL, tasks([_MEETING]))
        if each.occasion is Occasion.SCHOOL
    ]
    names = {item.name for item in found[0].items}
    assert found[0].destination == "去向未写明"
    assert not names & {"预警等级与依据", "没有销号的劝返", "会议决定：补课。"}
