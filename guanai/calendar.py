"""School days and terms, read from the calendar records (校历) alone; instants stand in China's one time zone."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from guanai.errors import Invalid, NotFound
from guanai.grades import school_year
from guanai.model.calendar import Calendar

#: Asia/Shanghai; no summer time since 1991, so a fixed offset needs no zone files.
SHANGHAI: Final = timezone(timedelta(hours=8))

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_LAST: Final = time(23, 59, 59)


class NoCalendar(NotFound):
    """No calendar record covers a day."""

    def __init__(self, day: date) -> None:
        name = year_id(day)
        super().__init__(
            f"没有 {name} 学年的校历（{day}）；请运行 guanai calendar {name}，或者添上 records/calendar/{name}.yml。"
        )


class UnfinishedTerm(Invalid):
    """A term without its first or last day."""

    def __init__(self, term: str) -> None:
        super().__init__(f"校历里学期 {term} 没有写全开学和放假的日期；请补上，再运行 guanai check。")


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, both ends included."""

    begins: date
    ends: date

    def __contains__(self, day: date) -> bool:
        return self.begins <= day <= self.ends

    def clipped(self, since: date | None, until: date | None) -> "Span | None":
        """Return what lies within the bounds, None where nothing does; a bound of None is open."""
        begins = self.begins if since is None else max(self.begins, since)
        ends = self.ends if until is None else min(self.ends, until)
        return Span(begins, ends) if begins <= ends else None


@dataclass(frozen=True, slots=True)
class SchoolTerm:
    """A term from the pupils' first day to their last."""

    id: str
    begins: date
    ends: date

    @property
    def span(self) -> Span:
        """The term's days."""
        return Span(self.begins, self.ends)


class SchoolCalendar:
    """The school days of every year that has a calendar record.

    Whatever is asked of a day outside these years raises `NoCalendar`.
    """

    def __init__(self, calendars: Sequence[Calendar]) -> None:
        """``calendars``: one for each school year, in any order."""
        self.terms: tuple[SchoolTerm, ...] = tuple(sorted(_terms(calendars), key=lambda term: term.begins))
        self._covered = sorted(_coverage(calendars), key=lambda span: span.begins)
        self._days = sorted({day for calendar in calendars for day in _school_days(calendar)})
        self._known = frozenset(self._days)

    @property
    def covered(self) -> tuple[Span, ...]:
        """The school years that have a record, in order; each runs to the day before the next 1 September."""
        return tuple(self._covered)

    def covers(self, day: date) -> bool:
        """Tell whether a record speaks of the day."""
        return any(day in span for span in self._covered)

    def is_school_day(self, day: date) -> bool:
        """Tell whether there are lessons."""
        if day in self._known:
            return True
        self._demand(day)
        return False

    def school_days(self, since: date, until: date) -> tuple[date, ...]:
        """Return the school days from one day to another, both included."""
        if until < since:
            return ()
        self._demand(since)
        self._demand(until)
        return tuple(self._days[bisect_left(self._days, since) : bisect_right(self._days, until)])

    def count(self, since: date, until: date) -> int:
        """Return how many school days lie from one day to another, both included."""
        return max(bisect_right(self._days, until) - bisect_left(self._days, since), 0)

    def add_school_days(self, day: date, number: int) -> date:
        """Return the day so many school days later; the day itself is not counted, and 0 is the day itself.

        A negative number counts back.
        """
        self._demand(day)
        if number == 0:
            return day
        if number > 0:
            return self._nth(bisect_right(self._days, day) + number - 1, day)
        return self._nth(bisect_left(self._days, day) + number, day)

    def at_or_before(self, day: date) -> date:
        """Return the day if it has lessons, else the nearest earlier school day."""
        return day if self.is_school_day(day) else self.add_school_days(day, -1)

    def at_or_after(self, day: date) -> date:
        """Return the day if it has lessons, else the nearest later school day."""
        return day if self.is_school_day(day) else self.add_school_days(day, 1)

    def term_of(self, day: date) -> SchoolTerm | None:
        """Return the term a day lies in, None in a vacation."""
        self._demand(day)
        return next((term for term in self.terms if day in term.span), None)

    def term(self, term_id: str) -> SchoolTerm | None:
        """Return a term by its id, None where no record has it."""
        return next((term for term in self.terms if term.id == term_id), None)

    def terms_within(self, since: date, until: date) -> tuple[SchoolTerm, ...]:
        """Return the terms that share a day with a stretch, in order."""
        return tuple(term for term in self.terms if term.begins <= until and since <= term.ends)

    def _nth(self, place: int, day: date) -> date:
        if not self._days or place < 0:
            raise NoCalendar((self._covered[0].begins if self._covered else day) - _DAY)
        if place >= len(self._days):
            raise NoCalendar(self._covered[-1].ends + _DAY)
        return self._days[place]

    def _demand(self, day: date) -> None:
        if not self.covers(day):
            raise NoCalendar(day)


def weeks(span: Span) -> Iterator[Span]:
    """Yield the weeks from Monday to Sunday that share a day with a span, uncut."""
    monday = span.begins - _DAY * span.begins.weekday()
    while monday <= span.ends:
        yield Span(monday, monday + _DAY * 6)
        monday += _DAY * 7


def months(span: Span, *, every: int = 1) -> Iterator[Span]:
    """Yield the stretches of ``every`` whole months that share a day with a span, uncut; 3 are calendar quarters."""
    year, month = span.begins.year, (span.begins.month - 1) // every * every + 1
    while (first := date(year, month, 1)) <= span.ends:
        last = month + every - 1
        yield Span(first, date(year, last, monthrange(year, last)[1]))
        year, month = (year, month + every) if last < 12 else (year + 1, 1)


def quarters(span: Span) -> Iterator[Span]:
    """Yield the calendar quarters that share a day with a span, uncut."""
    return months(span, every=3)


def at(day: date, clock: time) -> datetime:
    """Return an instant in Asia/Shanghai."""
    return datetime.combine(day, clock, SHANGHAI)


def day_begins(day: date) -> datetime:
    """Return the first instant of a day in Asia/Shanghai."""
    return at(day, time(0))


def day_ends(day: date) -> datetime:
    """Return the last second of a day in Asia/Shanghai: what is due on a day is due then."""
    return at(day, _LAST)


def instant(on: date | datetime) -> datetime:
    """Return an instant in Asia/Shanghai; a day stands for its last second, a clock without a zone is Shanghai's."""
    if not isinstance(on, datetime):
        return day_ends(on)
    return on.astimezone(SHANGHAI) if on.tzinfo else on.replace(tzinfo=SHANGHAI)


def year_id(day: date) -> str:
    """Return the school year of a day: ``2026-2027``."""
    start = school_year(day)
    return f"{start}-{start + 1}"


def _terms(calendars: Sequence[Calendar]) -> Iterator[SchoolTerm]:
    for calendar in calendars:
        for term in calendar.terms:
            if term.begins is None or term.ends is None:
                raise UnfinishedTerm(term.id)
            yield SchoolTerm(term.id, term.begins, term.ends)


def _coverage(calendars: Sequence[Calendar]) -> Iterator[Span]:
    for calendar in calendars:
        start = int(calendar.year[:4])
        days = [day for term in calendar.terms for day in (term.begins, term.ends) if day]
        yield Span(min([date(start, 9, 1), *days]), max([date(start + 1, 8, 31), *days]))


def _school_days(calendar: Calendar) -> Iterator[date]:
    free = {
        day
        for holiday in calendar.holidays
        if holiday.since and holiday.until
        for day in _each(holiday.since, holiday.until)
    }
    extra = {made.dated_on for made in calendar.make_up_days}
    for term in calendar.terms:
        if term.begins and term.ends:
            for day in _each(term.begins, term.ends):
                if day in extra or (day.weekday() < _SATURDAY and day not in free):
                    yield day


def _each(since: date, until: date) -> Iterator[date]:
    return (since + _DAY * number for number in range((until - since).days + 1))
