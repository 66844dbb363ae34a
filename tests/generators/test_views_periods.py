"""The stretch of days a view speaks of, and the ids it is asked for by."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.views import BadPeriod, Length, NoTerm, period_at, period_of, periods_within
from guanai.calendar import SchoolCalendar
from guanai.model.calendar import Calendar
from guanai.yamlfile import load

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def calendar() -> SchoolCalendar:
    files = sorted((_ROOT / "records/calendar").glob("*.yml"))
    return SchoolCalendar([Calendar.from_mapping(load(file.read_bytes(), file.name).data) for file in files])


@pytest.mark.parametrize(
    ("length", "name", "begins", "ends", "told"),
    [
        (Length.DAY, "2026-11-20", "2026-11-20", "2026-11-20", "2026年11月20日"),
        (Length.WEEK, "2026-W47", "2026-11-16", "2026-11-22", "2026年11月16日至2026年11月20日"),
        (Length.MONTH, "2026-11", "2026-11-01", "2026-11-30", "2026年11月"),
        (Length.QUARTER, "2026-Q4", "2026-10-01", "2026-12-31", "2026年第四季度"),
        (Length.TERM, "2026-2027-1", "2026-09-01", "2027-01-22", "2026—2027学年第一学期"),
        (Length.YEAR, "2026-2027", "2026-09-01", "2027-08-31", "2026—2027学年"),
    ],
)
def test_a_period_is_found_by_its_name_and_by_any_of_its_days(
    calendar: SchoolCalendar, length: Length, name: str, begins: str, ends: str, told: str
) -> None:
    found = period_of(length, name, calendar)
    assert (found.id, f"{found.begins}", f"{found.ends}", found.name) == (name, begins, ends, told)
    assert period_of(length, "2026-11-20", calendar) == found


@pytest.mark.parametrize(
    ("length", "text"),
    [(Length.MONTH, "2026-13"), (Length.WEEK, "2026-W60"), (Length.DAY, "2026-02-30"), (Length.YEAR, "2026-2028"), (Length.QUARTER, "2026-Q5"), (Length.DAY, "昨天")],
)  # fmt: skip
def test_what_names_no_period_is_refused_in_words(
    calendar: SchoolCalendar, length: Length, text: str
) -> None:
    with pytest.raises(BadPeriod, match=text):
        period_of(length, text, calendar)


def test_a_day_without_lessons_stands_for_the_school_day_before(calendar: SchoolCalendar) -> None:
    assert period_at(Length.DAY, date(2026, 11, 22), calendar).id == "2026-11-20"


def test_a_vacation_lies_in_no_term(calendar: SchoolCalendar) -> None:
    with pytest.raises(NoTerm):
        period_at(Length.TERM, date(2027, 2, 10), calendar)
    with pytest.raises(NoTerm):
        period_of(Length.TERM, "2030-2031-1", calendar)


@given(st.data())
def test_the_periods_of_a_stretch_hold_each_school_day_once(data: st.DataObject) -> None:
    files = sorted((_ROOT / "records/calendar").glob("*.yml"))
    calendar = _calendars.setdefault(
        "known",
        SchoolCalendar([Calendar.from_mapping(load(file.read_bytes(), file.name).data) for file in files]),
    )
    since = date(2026, 9, 1) + timedelta(days=data.draw(st.integers(0, 120)))
    until = since + timedelta(days=data.draw(st.integers(0, 20)))
    length = data.draw(st.sampled_from([Length.DAY, Length.WEEK, Length.MONTH, Length.QUARTER]))
    found = periods_within(length, since, until, calendar)
    for day in calendar.school_days(since, until):
        assert sum(day in period.span for period in found) == 1
    assert [period_of(length, period.id, calendar) for period in found] == list(found)


_calendars: dict[str, SchoolCalendar] = {}
