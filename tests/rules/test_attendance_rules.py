"""考勤: clocks to the minute, three checks a day, the list of 17:00, figures of a child and a class."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.calendar import at
from guanai.figures import Limit, Unit
from guanai.model.attendance import Attendance
from guanai.model.policy import Policy
from guanai.rules.attendance import (
    CheckState,
    Figures,
    Register,
    absences,
    check_status,
    figures_of,
    register,
)
from guanai.rules.clock import Deadline, Timeliness, due_after
from guanai.rules.daylist import daily_list
from guanai.rules.derived import shown
from guanai.rules.tally import class_tally, tally
from guanai.yamlfile import load

_TABLE = Path(__file__).parent / "situations" / "absences.yml"
_ROWS: list[dict[str, Any]] = load(_TABLE.read_bytes(), "absences.yml").data
_CHILD = "S2024-7K3QD"
_MONDAY = date(2026, 11, 16)
RollCall = Callable[..., Register]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["情况"]) for row in _ROWS])
def test_the_clocks_run_from_the_check_that_missed_the_child(
    row: dict[str, Any], roll_call: RollCall
) -> None:
    now = datetime.fromisoformat(row["此刻"])
    found = absences(roll_call(row["异常"]), _CHILD, _MONDAY, _MONDAY, Figures())
    if row["联系"] is None:
        assert found == ()
        return
    assert [(str(each.contact.state(now)), str(each.report.state(now))) for each in found] == [
        (row["联系"], row["报备"])
    ]


def test_a_child_that_came_and_left_again_is_missed_twice(roll_call: RollCall) -> None:
    book = roll_call(
        [
            {"日期": "2026-11-16", "返校时间": "2026-11-16T09:30+08:00"},
            {"日期": "2026-11-16", "节点": "放学前"},
        ]
    )
    found = absences(book, _CHILD, _MONDAY, _MONDAY, Figures())
    assert [f"{each.missed_at:%H:%M}" for each in found] == ["08:00", "16:30"]


def _checks(*slots: str) -> Register:
    clocks = {"晨读": "08:00", "课间操": "10:00", "放学前": "16:30"}
    return register(
        [
            Attendance.from_mapping(
                {"班级": "J2024-03", "学期": "2026-2027-1", "月份": "2026-11",
                 "核查": [{"日期": "2026-11-16", "节点": slot, "时间": clocks[slot], "应到": 40, "实到": 40} for slot in slots]}
            )
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("slots", "clock", "expected"),
    [
        ((), "09:00", ["待查", "待查", "待查"]),
        (("晨读",), "09:00", ["已查", "待查", "待查"]),
        (("课间操",), "10:30", ["未查", "已查", "待查"]),
        (("晨读", "课间操"), "16:59", ["已查", "已查", "待查"]),
        (("晨读", "课间操"), "17:00", ["已查", "已查", "未查"]),
        (("晨读", "课间操", "放学前"), "17:00", ["已查", "已查", "已查"]),
    ],
)
def test_a_check_nobody_wrote_down_is_missed_once_a_later_one_was_made_or_the_list_is_due(
    slots: tuple[str, ...], clock: str, expected: list[str]
) -> None:
    now = datetime.fromisoformat(f"2026-11-16T{clock}+08:00")
    found = check_status(_checks(*slots), "J2024-03", _MONDAY, now, Figures())
    assert [str(each.state) for each in found] == expected


def test_everybody_there_is_a_zero_report() -> None:
    now = datetime.fromisoformat("2026-11-16T17:00+08:00")
    found = check_status(_checks("晨读"), "J2024-03", _MONDAY, now, Figures())
    assert [each.is_zero_report for each in found] == [True, False, False]
    full = daily_list(_checks("晨读", "课间操", "放学前"), "J2024", ["J2024-03"], now, Figures())
    assert full.is_zero_report
    part = daily_list(_checks("晨读"), "J2024", ["J2024-03"], now, Figures())
    assert not part.is_zero_report
    assert part.unchecked == (("J2024-03", "课间操"), ("J2024-03", "放学前"))


def test_the_list_holds_what_was_known_at_its_hour_and_nothing_later(roll_call: RollCall) -> None:
    book = roll_call(
        [
            {
                "日期": "2026-11-16",
                "联系时间": "2026-11-16T17:10+08:00",
                "联系结果": "请假",
                "报备时间": "2026-11-16T09:00+08:00",
            }
        ]
    )
    at_five = daily_list(
        book, "J2024", ["J2024-03"], datetime.fromisoformat("2026-11-16T17:00+08:00"), Figures()
    )
    assert [(line.student, line.contacted_at, line.result) for line in at_five.lines] == [
        (_CHILD, None, None)
    ]
    later = daily_list(
        book, "J2024", ["J2024-03"], datetime.fromisoformat("2026-11-16T18:00+08:00"), Figures()
    )
    assert later.lines == ()


def test_a_reader_without_the_label_of_the_result_sees_no_line_of_the_list(roll_call: RollCall) -> None:
    now = datetime.fromisoformat("2026-11-16T17:00+08:00")
    lines = daily_list(roll_call([{"日期": "2026-11-16"}]), "J2024", ["J2024-03"], now, Figures()).lines
    assert shown(lines, {_CHILD: frozenset({"教学", "关爱"})}) == lines
    assert shown(lines, {_CHILD: frozenset({"教学"})}) == ()
    assert shown(lines, {}) == ()


def test_figures_come_from_the_policy(plan: Mapping[str, Any]) -> None:
    assert figures_of([Policy.from_mapping(plan)]) == Figures()
    text = Policy.from_mapping(
        {"编号": "x", "名称": "x", "类别": "方案", "章": [{"标题": "一", "条": [{"编号": "考勤", "职责": [
            {"编号": "三查", "责任人": ["班主任"], "对象": "班级", "节点": ["晨读", "放学前"], "佐证": ["考勤.核查"]},
            {"编号": "日报", "责任人": ["年级组长"], "对象": "年级", "时刻": "16:30", "门槛": "20分钟", "佐证": ["考勤.核查"]},
            {"编号": "联系", "责任人": ["班主任"], "对象": "缺勤学生", "期限": "30分钟", "佐证": ["考勤.联系"]},
        ]}]}]}
    )  # fmt: skip
    found = figures_of([text, Policy.from_mapping(plan)])
    assert found.slots == ("晨读", "放学前")
    assert (found.threshold_minutes, f"{found.list_at:%H:%M}") == (20, "16:30")
    assert found.contact_within == Limit(30, Unit.MINUTE)
    assert found.report_within == Limit(2, Unit.HOUR)


def test_a_month_of_a_child_and_of_its_class(roll_call: RollCall) -> None:
    book = roll_call(
        [
            {"日期": "2026-11-02", "类型": "迟到", "迟到分钟": 35},
            {"日期": "2026-11-03", "类型": "迟到", "迟到分钟": 10},
            {"日期": "2026-11-04"},
            {"日期": "2026-11-04", "节点": "课间操"},
            {"日期": "2026-11-05", "联系结果": "请假"},
            {"日期": "2026-11-06", "类型": "病假"},
            {"日期": "2026-11-09", "节点": "放学前", "类型": "早退"},
            {"日期": "2026-12-01"},
        ],
        since="2026-11-02",
        until="2026-11-06",
    )
    month = book.of_child(_CHILD, date(2026, 11, 1), date(2026, 11, 30))
    found = tally(month, Figures())
    assert (found.late, found.left_early, found.absent_days, found.leave_days) == (1, 1, 1, 2)
    days = [date(2026, 11, day) for day in (2, 3, 4, 5, 6)]
    whole = class_tally(book, "J2024-03", days, Figures())
    assert (whole.late, whole.absent_days, whole.expected, whole.rate) == (1, 1, 600, 1.0)
    assert class_tally(book, "J2024-99", days, Figures()).rate is None


def test_a_check_without_a_time_is_thought_to_be_made_at_the_usual_one() -> None:
    book = register(
        [
            Attendance.from_mapping(
                {"班级": "J2024-03", "学期": "2026-2027-1", "月份": "2026-11",
                 "异常": [{"学生": _CHILD, "日期": "2026-11-16", "节点": "课间操", "类型": "未请假缺勤"}]}
            )
        ]
    )  # fmt: skip
    assert f"{absences(book, _CHILD, _MONDAY, _MONDAY, Figures())[0].missed_at:%H:%M}" == "10:00"
    assert check_status(book, "J2024-03", _MONDAY, at(_MONDAY, Figures().list_at), Figures())[0].state is (
        CheckState.MISSED
    )


@pytest.mark.parametrize(
    ("since", "limit", "due"),
    [
        ("2026-11-16T08:20", Limit(30, Unit.MINUTE), "2026-11-16T08:50:00"),
        ("2026-11-20T08:20", Limit(24, Unit.HOUR), "2026-11-21T08:20:00"),
        ("2026-11-20T08:20", Limit(0, Unit.SCHOOL_DAY), "2026-11-20T23:59:59"),
        ("2026-11-21T08:20", Limit(0, Unit.SCHOOL_DAY), "2026-11-23T23:59:59"),
        ("2026-11-20T08:20", Limit(1, Unit.SCHOOL_DAY), "2026-11-23T23:59:59"),
        ("2026-09-30T08:20", Limit(3, Unit.SCHOOL_DAY), "2026-10-10T23:59:59"),
        ("2026-11-20T08:20", Limit(2, Unit.CALENDAR_DAY), "2026-11-22T23:59:59"),
        ("2026-11-20T08:20", Limit(2, Unit.WEEK), "2026-12-04T23:59:59"),
        ("2026-12-31T08:20", Limit(2, Unit.MONTH), "2027-02-28T23:59:59"),
    ],
)
def test_a_limit_ends_with_its_last_second(since: str, limit: Limit, due: str, calendar: Any) -> None:
    found = due_after(datetime.fromisoformat(f"{since}+08:00"), limit, calendar)
    assert found == datetime.fromisoformat(f"{due}+08:00")


def test_a_limit_past_the_last_calendar_has_no_end_yet(calendar: Any) -> None:
    since = datetime.fromisoformat("2027-07-01T08:00+08:00")
    assert due_after(since, Limit(30, Unit.SCHOOL_DAY), calendar) is None
    assert Deadline(since, None).state(datetime.fromisoformat("2030-01-01T00:00+08:00")) is Timeliness.OPEN


_BASE = datetime.fromisoformat("2026-11-16T08:00+08:00").timestamp()
_instants = st.integers(0, 10_000).map(
    lambda minute: datetime.fromtimestamp(_BASE + 60 * minute).astimezone()
)


@given(since=_instants, due=_instants, done=st.none() | _instants, moments=st.lists(_instants, max_size=5))
def test_a_deadline_is_in_one_state_and_time_never_undoes_it(
    since: datetime, due: datetime, done: datetime | None, moments: list[datetime]
) -> None:
    deadline = Deadline(since, due, done)
    found = [deadline.state(now) for now in sorted(moments)]
    order = [Timeliness.OPEN, Timeliness.OVERDUE, Timeliness.DONE]
    assert [order.index(each) for each in found] == sorted(order.index(each) for each in found)
