"""Every duty of every preset at its edges: the last second and the one after, holidays, vacations, children who come and go.

The tables in ``situations`` say what single duties do on single days; here stands what none of them may ever do.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SchoolCalendar
from guanai.clauses import assignments
from guanai.model.calendar import Calendar
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.rules.duties import Occurrence, State, duties_between, is_of_units, plans_of
from guanai.rules.facts import Facts, assemble
from guanai.rules.plans import Plan, Rhythm
from guanai.rules.rows import extract
from guanai.yamlfile import load

_ROOT = Path(__file__).parents[2]
_SLUGS = ("care-a1", "care-a2", "care-a3", "care-a4", "care-a5", "retention-b")
_YEAR = (date(2026, 9, 1), date(2027, 7, 2))
_TERM = (date(2026, 9, 1), date(2027, 1, 22))
#: The day on which a child comes, goes or changes class.
_TURN = date(2026, 11, 11)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_HOLIDAY = [date(2026, 10, number) for number in range(1, 8)]
_MADE_UP = date(2026, 10, 10)
_LEVELS = {"红色学生": "红", "绿色学生": "绿"}


@cache
def _read(path: str) -> Any:
    return load((_ROOT / path).read_bytes(), path).data


@cache
def _calendar() -> SchoolCalendar:
    files = sorted((_ROOT / "records/calendar").glob("*.yml"))
    return SchoolCalendar([Calendar.from_mapping(_read(f"records/calendar/{each.name}")) for each in files])


@cache
def _policy(slug: str) -> Policy:
    return Policy.from_mapping(_read(f"generators/policies/{slug}.yml"))


def _child(level: str, stays: tuple[Mapping[str, str], ...]) -> dict[str, Any]:
    """Return a child whom every duty is about."""
    since = "2024-09-10"
    words = ("留守", "随班就读", "家庭经济困难", "残疾")
    return {
        "编号": "S2024-22222",
        "姓名": "甲",
        "学籍": [dict(stay) for stay in stays],
        "特殊情形": [
            {"编号": f"C-222{place}", "情形": word, "起": since} for place, word in enumerate(words, 2)
        ],
        "预警": [{"编号": "W20240910-2222", "等级": level, "日期": since, "理由": "由", "决定人": "T-2222"}],
        "帮扶责任人": [{"编号": "H-2222", "教师": "T-8888", "职责": "结对教师", "起": since}],
        "心理": {"关注等级": "重点", "筛查日期": since},
        "照顾": [{"编号": "Z-2222", "类型": "费用减免", "起": since}],
    }


_HERE = ({"编号": "X-2222", "班级": "J2024-01", "状态": "在籍", "起": "2024-09-01"},)
_JOINED = ({"编号": "X-2222", "班级": "J2024-01", "状态": "转入", "起": f"{_TURN}"},)
_LEFT = (
    {**_HERE[0], "止": f"{_TURN - _DAY}"},
    {"编号": "X-3333", "班级": "J2024-01", "状态": "转出", "起": f"{_TURN}"},
)
_MOVED = (
    {**_HERE[0], "止": f"{_TURN - _DAY}"},
    {"编号": "X-3333", "班级": "J2024-02", "状态": "在籍", "起": f"{_TURN}"},
)


@cache
def _facts(slug: str, level: str, *stays: tuple[tuple[str, str], ...]) -> Facts:
    world = _read("tests/rules/duty_school.yml")
    others = world["students"][1:]
    rows = [_child(level, tuple(map(dict, stays))), *others]
    return assemble(
        {"student": [extract("student", each) for each in rows]},
        school=School.from_mapping(world["school"]),
        staff=Staff.from_mapping(world["staff"]),
        calendar=_calendar(),
        policies=[_policy(slug)],
    )


def _school(slug: str, plan: Plan, stays: tuple[Mapping[str, str], ...] = _HERE) -> Facts:
    return _facts(slug, _LEVELS.get(plan.subject, "黄"), *(tuple(stay.items()) for stay in stays))


def _of(facts: Facts, plan: Plan, since: date, until: date, on: Any = None) -> tuple[Occurrence, ...]:
    found = duties_between(facts, since, until, on or until, only=lambda each: each.id == plan.id)
    return tuple(each for each in found if each.student in ("", "S2024-22222"))


def _plans(*, of_children: bool = False) -> list[Any]:
    """Return the duties that come round by the calendar, by preset."""
    return [
        pytest.param(slug, plan, id=f"{slug}-{plan.assignment.duty.id}")
        for slug in _SLUGS
        for plan in plans_of(_facts(slug, "黄", tuple(_HERE[0].items())))
        if plan.policy.id == slug
        and plan.rhythm in (Rhythm.TURN, Rhythm.START)
        and not (of_children and is_of_units(plan))
    ]


@pytest.mark.parametrize(("slug", "plan"), _plans())
def test_a_duty_is_open_in_its_last_second_and_overdue_in_the_next(slug: str, plan: Plan) -> None:
    facts = _school(slug, plan)
    found = _of(facts, plan, *_YEAR)
    assert found
    for each in (found[0], found[len(found) // 2], found[-1]):
        assert each.opens <= each.due
        day = each.due.date()
        before = next(it for it in _of(facts, plan, day, day, each.due) if it.id == each.id)
        after = next(it for it in _of(facts, plan, day, day, each.due + _SECOND) if it.id == each.id)
        assert before.state in (State.OPEN, State.REMINDER)
        assert after.state is (State.REMINDER if plan.is_soft else State.OVERDUE)


@pytest.mark.parametrize(("slug", "plan"), _plans())
def test_nothing_falls_due_on_a_day_without_school_or_in_the_vacation(slug: str, plan: Plan) -> None:
    facts = _school(slug, plan)
    calendar = _calendar()
    for each in _of(facts, plan, *_YEAR):
        is_anywhere = plan.shift == "不移" or plan.reaches_families
        assert is_anywhere or calendar.is_school_day(each.due.date())
        assert each.due.date() not in _HOLIDAY
        assert calendar.term_of(each.due.date()) is not None or plan.reaches_families
        assert _TERM[0] - timedelta(days=14) <= each.opens.date()
    in_vacation = _of(facts, plan, date(2027, 2, 8), date(2027, 2, 8))
    # Only the families of red and yellow children are kept in touch with; a year or quarter goes on over it.
    goes_on = plan.cadence is not None and plan.cadence.period.value in ("季度", "学年")
    begins_early = plan.assignment.duty.side == "前后"
    assert not in_vacation or plan.reaches_families or goes_on or begins_early


@pytest.mark.parametrize(("slug", "plan"), _plans(of_children=True))
def test_a_child_that_comes_or_goes_owes_nothing_for_the_days_it_was_not_there(slug: str, plan: Plan) -> None:
    joined = _of(_school(slug, plan, _JOINED), plan, *_TERM)
    assert all(each.opens.date() >= _TURN for each in joined)
    left = _of(_school(slug, plan, _LEFT), plan, _TURN, _TERM[1])
    assert left == ()
    early = _of(_school(slug, plan, _LEFT), plan, _TERM[0], _TURN - _DAY, _TURN - _DAY)
    assert all(each.due.date() < _TURN for each in early)


@pytest.mark.parametrize(("slug", "plan"), _plans(of_children=True))
def test_a_child_that_changes_class_is_the_new_teachers_from_that_day_on(slug: str, plan: Plan) -> None:
    facts = _school(slug, plan, _MOVED)
    before = _of(facts, plan, _TURN - _DAY, _TURN - _DAY)
    after = _of(facts, plan, _TURN, _TURN)
    assert {each.class_id for each in before} <= {"J2024-01"}
    assert {each.class_id for each in after} <= {"J2024-02"}
    if plan.owners[0] == "班主任" and before and after:
        assert {each.owners[0] for each in before} == {"T-6666"}
        assert {each.owners[0] for each in after} == {"T-7777"}


def test_daily_duties_rest_in_the_holiday_and_come_back_on_the_saturday_that_is_made_up() -> None:
    daily = [
        each.values
        for each in _plans()
        if each.values[1].cadence and each.values[1].cadence.period.value == "日"
    ]
    assert daily
    for slug, plan in daily:
        facts = _school(slug, plan)
        assert all(_of(facts, plan, day, day) == () for day in _HOLIDAY)
        assert {each.due.date() for each in _of(facts, plan, _MADE_UP, _MADE_UP)} == {_MADE_UP}


@pytest.mark.parametrize(
    ("month", "due"),
    [(9, "2026-09-24"), (10, "2026-10-23"), (11, "2026-11-25"), (12, "2026-12-25"), (1, "2027-01-22")],
    ids=["a holiday", "a Sunday", "a Wednesday", "a Friday", "beyond the term"],
)
def test_the_twenty_fifth_moves_to_the_last_school_day_before(month: int, due: str) -> None:
    plan = next(each.values[1] for each in _plans() if each.id == "retention-b-月研判")
    day = date(2027 if month == 1 else 2026, month, 20)
    [found] = _of(_school("retention-b", plan), plan, day, day)
    assert f"{found.due:%Y-%m-%d}" == due


def test_every_duty_is_of_one_rhythm_that_some_test_speaks_of() -> None:
    rhythms = {
        plan.rhythm for slug in _SLUGS for plan in plans_of(_facts(slug, "黄", tuple(_HERE[0].items())))
    }
    assert rhythms == set(Rhythm)
    count = sum(1 for slug in _SLUGS for _ in assignments(_policy(slug)))
    assert count > len(_plans()) > 50
