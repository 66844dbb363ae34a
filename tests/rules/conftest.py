"""What the tests of the rules share: the sample's calendar, its staff, and a class whose every day is counted."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI, SchoolCalendar
from guanai.model.attendance import Attendance
from guanai.model.calendar import Calendar
from guanai.model.policy import Policy
from guanai.model.staff import Staff
from guanai.rules.attendance import Figures, Register, register
from guanai.rules.levels import Rules, rules_of
from guanai.rules.truancy import Known
from guanai.yamlfile import load

_ROOT = Path(__file__).resolve().parents[2]
_CLOCKS = {"晨读": "08:00", "课间操": "10:00", "放学前": "16:30"}

#: Makes a class's register: what was missed, on which days nobody counted, from when to when.
RollCall = Callable[..., Register]


@pytest.fixture(scope="session")
def calendar() -> SchoolCalendar:
    """The sample school's calendar: National Day 1-7 October 2026, 20 September and 10 October are made up for."""
    files = sorted((_ROOT / "records/calendar").glob("*.yml"))
    return SchoolCalendar([Calendar.from_mapping(load(file.read_bytes(), file.name).data) for file in files])


@pytest.fixture(scope="session")
def staff() -> Staff:
    return Staff.from_mapping(load((_ROOT / "records/staff.yml").read_bytes(), "staff.yml").data)


@pytest.fixture(scope="session")
def plan() -> Mapping[str, Any]:
    """The plan of retention (控辍保学工作方案) as it is written."""
    path = _ROOT / "generators/policies/retention-b.yml"
    data: Mapping[str, Any] = load(path.read_bytes(), path.name).data
    return data


@pytest.fixture(scope="session")
def source_rules(plan: Mapping[str, Any]) -> Rules:
    return rules_of([Policy.from_mapping(plan)])


@pytest.fixture
def roll_call(calendar: SchoolCalendar) -> RollCall:
    """Return a maker of registers of J2024-03: three checks every school day, and the exceptions given."""

    def make(
        missed: Iterable[Mapping[str, Any]] = (),
        *,
        since: str = "2026-09-01",
        until: str = "2027-01-22",
        uncounted: Iterable[str] = (),
    ) -> Register:
        days = calendar.school_days(date.fromisoformat(since), date.fromisoformat(until))
        left_out = set(uncounted)
        checks = [
            {"日期": f"{day}", "节点": slot, "时间": clock, "应到": 40, "实到": 40}
            for day in days
            if f"{day}" not in left_out
            for slot, clock in _CLOCKS.items()
        ]
        exceptions = [
            {
                "编号": f"K{line['日期'].replace('-', '')}-{place:04d}",
                "学生": "S2024-7K3QD",
                "节点": "晨读",
                "类型": "未请假缺勤",
                **line,
            }
            for place, line in enumerate(missed)
        ]
        return register(
            [
                Attendance.from_mapping(
                    {
                        "班级": "J2024-03",
                        "学期": "2026-2027-1",
                        "月份": "2026-11",
                        "核查": checks,
                        "异常": exceptions,
                    }
                )
            ]
        )

    return make


@pytest.fixture
def known_at(calendar: SchoolCalendar) -> Callable[[Register, str], Known]:
    """Return a maker of what is known at an instant, for a child that sits in J2024-03 all the time."""

    def make(book: Register, now: str) -> Known:
        return Known(book, calendar, Figures(), datetime.fromisoformat(now), lambda _, __: "J2024-03")

    return make


@pytest.fixture
def minutes() -> Callable[[str, str], list[datetime]]:
    """Return the instants from one to another, minute by minute."""

    def make(since: str, until: str) -> list[datetime]:
        first, last = (datetime.fromisoformat(each).astimezone(SHANGHAI) for each in (since, until))
        return [
            first + timedelta(minutes=number)
            for number in range(int((last - first).total_seconds() // 60) + 1)
        ]

    return make
