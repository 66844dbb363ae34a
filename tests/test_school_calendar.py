"""School days come from the calendar records alone."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.calendar import (
    SHANGHAI,
    NoCalendar,
    SchoolCalendar,
    Span,
    UnfinishedTerm,
    at,
    day_ends,
    instant,
    months,
    quarters,
    weeks,
)
from guanai.model.calendar import Calendar
from guanai.yamlfile import load

_FILES = sorted((Path(__file__).parents[1] / "records" / "calendar").glob("*.yml"))
_CALENDAR = SchoolCalendar(
    [Calendar.from_mapping(load(path.read_bytes(), path.name).data) for path in _FILES]
)
_DAYS = st.dates(date(2025, 10, 1), date(2027, 4, 30))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 1), True),
        (date(2026, 8, 31), False),
        (date(2026, 9, 20), True),  # a Sunday made up for
        (date(2026, 9, 25), False),  # Mid-autumn
        (date(2026, 10, 10), True),  # a Saturday made up for
        (date(2026, 10, 11), False),
        (date(2027, 1, 22), True),
        (date(2027, 1, 25), False),
    ],
)
def test_a_school_day_is_what_the_record_says(day: date, *, expected: bool) -> None:
    assert _CALENDAR.is_school_day(day) is expected


def test_a_day_without_a_record_is_refused_with_the_way_out() -> None:
    with pytest.raises(NoCalendar, match="guanai calendar 2027-2028"):
        _CALENDAR.is_school_day(date(2027, 9, 1))
    with pytest.raises(NoCalendar, match="2027-2028"):
        _CALENDAR.add_school_days(date(2027, 7, 2), 1)


def test_a_term_without_its_last_day_is_refused() -> None:
    record = Calendar.from_mapping(
        {"学年": "2026-2027", "学期": [{"编号": "2026-2027-1", "开学": "2026-09-01"}]}
    )
    with pytest.raises(UnfinishedTerm, match="2026-2027-1"):
        SchoolCalendar([record])


def test_days_are_counted_over_holidays_and_vacations() -> None:
    assert _CALENDAR.add_school_days(date(2026, 9, 24), 1) == date(2026, 9, 28)
    assert _CALENDAR.add_school_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert _CALENDAR.add_school_days(date(2027, 1, 22), 1) == date(2027, 2, 22)
    assert _CALENDAR.add_school_days(date(2026, 10, 25), -1) == date(2026, 10, 23)
    assert _CALENDAR.at_or_after(date(2026, 10, 1)) == date(2026, 10, 8)


def test_a_day_lies_in_its_term_or_in_a_vacation() -> None:
    term = _CALENDAR.term_of(date(2026, 11, 20))
    assert term is not None
    assert (term.id, term.begins, term.ends) == ("2026-2027-1", date(2026, 9, 1), date(2027, 1, 22))
    assert _CALENDAR.term_of(date(2027, 2, 10)) is None


@given(day=_DAYS, number=st.integers(1, 30))
def test_adding_school_days_agrees_with_counting_them(day: date, number: int) -> None:
    later = _CALENDAR.add_school_days(day, number)
    assert _CALENDAR.count(day + timedelta(days=1), later) == number
    assert _CALENDAR.is_school_day(later)
    assert _CALENDAR.add_school_days(_CALENDAR.at_or_after(day), -1) < day


@given(begins=_DAYS, length=st.integers(0, 120))
def test_weeks_months_and_quarters_cover_a_stretch_without_gaps(begins: date, length: int) -> None:
    span = Span(begins, begins + timedelta(days=length))
    for made in (list(weeks(span)), list(months(span)), list(quarters(span))):
        assert made[0].begins <= span.begins
        assert made[-1].ends >= span.ends
        assert all(after.begins - before.ends == timedelta(days=1) for before, after in pairwise(made))


def test_instants_stand_in_shanghai() -> None:
    assert day_ends(date(2026, 11, 20)) == datetime(2026, 11, 20, 23, 59, 59, tzinfo=SHANGHAI)
    assert at(date(2026, 11, 20), time(17)).utcoffset() == timedelta(hours=8)
    assert instant(date(2026, 11, 20)) == day_ends(date(2026, 11, 20))
