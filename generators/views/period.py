"""The stretch of days a view speaks of: a school day, a week, a month, a quarter, a term, a school year."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from generators import wording
from guanai.calendar import SchoolCalendar, Span, months, quarters, weeks, year_id
from guanai.errors import NotFound
from guanai.figures import han


class Length(StrEnum):
    """How long a view's period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    TERM = "term"
    YEAR = "year"


class BadPeriod(NotFound):
    """A text that names no period of the wanted length."""

    def __init__(self, text: str, length: Length) -> None:
        super().__init__(f"“{text}”不是{_SHAPES[length]}；也可以写这段时间里的任何一天，如 2026-11-20。")


class NoTerm(NotFound):
    """A day in a vacation, asked for a paper of a term."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text} 不在校历的哪个学期里；请写学期，如 2026-2027-1，或者用 --on 写学期里的一天。"
        )


@dataclass(frozen=True, slots=True)
class Period:
    """Days in a row under one name.

    Attributes:
        id: as it stands in a paper's id: ``2026-11-20``, ``2026-W47``, ``2026-11``, ``2026-Q4``, ``2026-2027-1``,
            ``2026-2027``.
        span: its days; those of a week and a month are uncut.
    """

    length: Length
    id: str
    span: Span

    @property
    def begins(self) -> date:
        """First day."""
        return self.span.begins

    @property
    def ends(self) -> date:
        """Last day."""
        return self.span.ends

    @property
    def name(self) -> str:
        """What it is called in Chinese."""
        return _NAMES[self.length](self)

    def until(self, on: date) -> date:
        """Return the last day of which something can be known on a day."""
        return min(self.ends, on)


def period_of(length: Length, text: str, calendar: SchoolCalendar) -> Period:
    """Return the period that a text names: by its own id, or by any day in it.

    Raises:
        BadPeriod: the text is neither.
        NoTerm: the calendar has no such term.
    """
    day = _day(text)
    if day is not None:
        return period_at(length, day, calendar)
    if length is Length.TERM:
        term = calendar.term(text)
        if term is None:
            raise NoTerm(text)
        return Period(length, term.id, term.span)
    day = _first_day(length, text)
    if day is None:
        raise BadPeriod(text, length)
    return period_at(length, day, calendar)


def period_at(length: Length, day: date, calendar: SchoolCalendar) -> Period:
    """Return the period that a day lies in; for a day without lessons, the school day before it.

    Raises:
        NoTerm: a term is wanted, and the day lies in none.
    """
    if length is Length.DAY:
        day = calendar.at_or_before(day)
        return Period(length, f"{day}", Span(day, day))
    if length is Length.TERM:
        term = calendar.term_of(day)
        if term is None:
            raise NoTerm(f"{day}")
        return Period(length, term.id, term.span)
    if length is Length.YEAR:
        name = year_id(day)
        start = int(name[:4])
        return Period(length, name, Span(date(start, 9, 1), date(start + 1, 8, 31)))
    return _named(length, next(_CUTS[length](Span(day, day))))


def periods_within(length: Length, since: date, until: date, calendar: SchoolCalendar) -> tuple[Period, ...]:
    """Return the periods that share a school day with a stretch of days, in order."""
    days = calendar.school_days(since, until)
    if length is Length.DAY:
        return tuple(Period(length, f"{day}", Span(day, day)) for day in days)
    found: dict[str, Period] = {}
    for day in days:
        made = period_at(length, day, calendar)
        found.setdefault(made.id, made)
    return tuple(found.values())


#: How a period of each length may be written, for messages.
_SHAPES: Final[Mapping[Length, str]] = MappingProxyType(
    {
        Length.DAY: "一天，如 2026-11-20",
        Length.WEEK: "一周，如 2026-W47",
        Length.MONTH: "一个月，如 2026-11",
        Length.QUARTER: "一个季度，如 2026-Q4",
        Length.TERM: "一个学期，如 2026-2027-1",
        Length.YEAR: "一个学年，如 2026-2027",
    }
)

_CUTS: Final[Mapping[Length, Callable[[Span], Iterator[Span]]]] = MappingProxyType(
    {Length.WEEK: weeks, Length.MONTH: months, Length.QUARTER: quarters}
)

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})")


def _day(text: str) -> date | None:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _first_day(length: Length, text: str) -> date | None:
    try:
        if length is Length.WEEK and (found := _WEEK.fullmatch(text)):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        if length is Length.MONTH and (found := _MONTH.fullmatch(text)):
            return date(int(found[1]), int(found[2]), 1)
        if length is Length.QUARTER and (found := _QUARTER.fullmatch(text)):
            return date(int(found[1]), int(found[2]) * 3 - 2, 1)
        if length is Length.YEAR and (found := _YEAR.fullmatch(text)) and int(found[2]) == int(found[1]) + 1:
            return date(int(found[1]), 9, 1)
    except ValueError:
        return None
    return None


def _named(length: Length, span: Span) -> Period:
    day = span.begins
    if length is Length.WEEK:
        year, week, _ = day.isocalendar()
        return Period(length, f"{year}-W{week:02}", span)
    if length is Length.MONTH:
        return Period(length, f"{day:%Y-%m}", span)
    return Period(length, f"{day.year}-Q{(day.month + 2) // 3}", span)


def _week_name(period: Period) -> str:
    friday = period.begins + timedelta(days=4)
    return f"{wording.long_date(period.begins)}至{wording.long_date(friday)}"


_NAMES: Final[Mapping[Length, Callable[[Period], str]]] = MappingProxyType(
    {
        Length.DAY: lambda period: wording.long_date(period.begins),
        Length.WEEK: _week_name,
        Length.MONTH: lambda period: f"{period.begins.year}年{period.begins.month}月",
        Length.QUARTER: lambda period: f"{period.begins.year}年第{han((period.begins.month + 2) // 3)}季度",
        Length.TERM: lambda period: wording.term_name(period.id),
        Length.YEAR: lambda period: wording.term_name(period.id),
    }
)
