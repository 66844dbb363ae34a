"""Windows: from when to when a duty is open in each of its turns, and the instant it is due.

Figures that neither the sources nor the policy give stand at the top; they are ours.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from guanai.calendar import (
    SchoolCalendar,
    SchoolTerm,
    Span,
    at,
    day_begins,
    day_ends,
    months,
    quarters,
    weeks,
)
from guanai.figures import Anchor, Limit, Period, Unit
from guanai.rules.clock import due_after
from guanai.rules.plans import Plan, Rhythm

#: “初” without a figure: so many days from the beginning of the period.
_FIRST_DAYS: Final = {Period.MONTH: 7, Period.QUARTER: 14, Period.TERM: 14, Period.YEAR: 14}
#: “末” without a figure: so many days before its end the duty opens.
_LAST_DAYS: Final = {Period.MONTH: 10, Period.QUARTER: 31, Period.TERM: 30, Period.YEAR: 45}
#: What is asked for at the beginning may have been done so many days earlier.
_EARLY_DAYS: Final = 14
#: A reminder of an event stays so many days after it would have been due.
_REMINDER_DAYS: Final = 14

_DAY: Final = timedelta(days=1)
_BOTH_SIDES: Final = "前后"
_AFTER: Final = "后"
_AS_IT_IS: Final = "不移"


@dataclass(frozen=True, slots=True)
class Window:
    """One turn of a duty.

    Attributes:
        opens: first day on which it is asked for.
        closes: last day on which what is done still counts for it, late or not.
        due: its last instant.
        counts_from: first day whose evidence counts.
        needed: how many times.
        is_cut: it ends early, because the child left, moved on or the reason ended; what is undone then lapses.
        restarts: how many days from the start of a child's reason, for what is due soon after a beginning.
    """

    opens: date
    closes: date
    due: datetime
    counts_from: date
    needed: int = 1
    is_cut: bool = False
    restarts: Limit | None = None

    def holds(self, since: date, until: date) -> bool:
        """Tell whether it is open, or due, on any of some days."""
        return (self.opens <= until and since <= self.closes) or since <= self.due.date() <= until


def windows(plan: Plan, calendar: SchoolCalendar, since: date, until: date) -> tuple[Window, ...]:
    """Return the turns of a duty that are open or due on any of some days, in order."""
    margin = timedelta(days=_EARLY_DAYS)
    found = []
    for term in calendar.terms_within(since - margin, until + margin):
        found += list(_of_term(plan, calendar, term, since, until))
    return tuple(
        window
        for window in dict.fromkeys(map(_bound(plan), found))
        if window is not None and window.holds(since, until)
    )


def vacation_windows(plan: Plan, calendar: SchoolCalendar, since: date, until: date) -> tuple[Window, ...]:
    """Return the turns of a duty in the vacations, for what goes on there; the last day of each is due."""
    cadence = plan.cadence
    if cadence is None or cadence.period not in (Period.DAY, Period.WEEK, Period.MONTH):
        return ()
    found = []
    for vacation in _vacations(calendar, since, until):
        for chunk in _chunks(_periods(cadence.period, vacation), cadence.every):
            span = chunk.clipped(vacation.begins, vacation.ends)
            if span is not None:
                found.append(Window(span.begins, span.ends, day_ends(span.ends), span.begins, plan.needed))
    bound = _bound(plan)
    return tuple(each for window in found if (each := bound(window)) and each.holds(since, until))


def event_window(plan: Plan, calendar: SchoolCalendar, happened: datetime) -> Window | None:
    """Return the turn that an event opens; None where the calendar does not reach to its end."""
    if plan.limit is None or (due := due_after(happened, plan.limit, calendar)) is None:
        return None
    day = happened.date()
    closes = due.date() + timedelta(days=_REMINDER_DAYS)
    return Window(day, closes, due, day, plan.needed) if day >= plan.since else None


def clipped(window: Window, days: Span, calendar: SchoolCalendar) -> Window | None:
    """Return a turn as far as it concerns somebody on some days, None where nothing of it is left to do.

    Args:
        window: the turn.
        days: on which the child belongs to the class and the reason holds.
        calendar: the school days.
    """
    opens, closes = max(window.opens, days.begins), min(window.closes, days.ends)
    if opens > closes:
        return None
    if opens == window.opens and closes == window.closes:
        return window
    due = window.due
    if window.restarts is not None and days.begins > window.opens:
        due = max(due, due_after(day_begins(days.begins), window.restarts, calendar) or due)
        closes = min(max(closes, due.date()), days.ends)
    elif days.begins > due.date():
        return None
    is_cut = days.ends < due.date()
    if is_cut:
        due = day_ends(closes)
    made = replace(window, opens=opens, closes=closes, due=due, is_cut=is_cut or window.is_cut)
    if window.needed == 1:
        return made if _has_school(made, calendar) or not _has_school(window, calendar) else None
    # In half a week nobody can do what two weeks were given for: at most once a school day.
    number = calendar.count(opens, min(closes, due.date()))
    return replace(made, needed=min(window.needed, number)) if number else None


def _has_school(window: Window, calendar: SchoolCalendar) -> bool:
    return calendar.count(window.opens, window.closes) > 0


def _bound(plan: Plan) -> Callable[[Window], Window | None]:
    """Return what cuts a turn to the days on which its policy binds."""

    def cut(window: Window) -> Window | None:
        if window.due.date() < plan.since:
            return None
        return replace(window, opens=plan.since) if window.opens < plan.since else window

    return cut


def _of_term(
    plan: Plan, calendar: SchoolCalendar, term: SchoolTerm, since: date, until: date
) -> Iterator[Window]:
    if plan.rhythm is Rhythm.START:
        yield from _after_start(plan, calendar, term)
    elif plan.rhythm is Rhythm.RECORD:
        yield Window(term.begins, term.ends, _due(plan, calendar, term.ends), term.begins, plan.needed)
    elif plan.rhythm is Rhythm.TURN and plan.cadence is not None:
        if plan.cadence.period is Period.DAY:
            yield from _daily(plan, calendar, term, since, until)
            return
        for span in _turns(plan, calendar, term):
            if span.begins <= until + _DAY * _EARLY_DAYS and since <= span.ends:
                yield from _turn(plan, calendar, span)


def _after_start(plan: Plan, calendar: SchoolCalendar, term: SchoolTerm) -> Iterator[Window]:
    duty, limit = plan.assignment.duty, plan.limit
    if limit is None or (duty.starts_from == "学年结束" and not _ends_year(calendar, term)):
        return
    if duty.starts_from in ("学期结束", "学年结束"):
        # Counted back: the vacation has no working days.
        opens = term.ends - timedelta(days=_LAST_DAYS[Period.TERM])
        yield Window(opens, term.ends, _due(plan, calendar, term.ends), opens, plan.needed)
        return
    due = due_after(day_begins(term.begins), limit, calendar) or day_ends(term.ends)
    if limit.unit in (Unit.WEEK, Unit.MONTH):
        due = _due(plan, calendar, due.date())
    early = term.begins - timedelta(days=_EARLY_DAYS)
    opens = early if duty.side == _BOTH_SIDES else term.begins
    yield Window(opens, term.ends, due, early, plan.needed, restarts=limit)


def _daily(
    plan: Plan, calendar: SchoolCalendar, term: SchoolTerm, since: date, until: date
) -> Iterator[Window]:
    every = plan.cadence.every if plan.cadence else 1
    days = calendar.school_days(term.begins, term.ends)
    for place in range(0, len(days), every):
        first, last = days[place], days[min(place + every, len(days)) - 1]
        if first <= until and since <= last:
            yield Window(first, last, _due(plan, calendar, last), first, plan.needed)


def _turns(plan: Plan, calendar: SchoolCalendar, term: SchoolTerm) -> Iterator[Span]:
    cadence = plan.cadence
    if cadence is None:
        return
    if cadence.period is Period.TERM:
        yield term.span
    elif cadence.period is Period.YEAR:
        yield _year(calendar, term)
    elif cadence.period is Period.QUARTER:
        year = next(span for span in calendar.covered if term.begins in span)
        # When a quarter ends that reaches into a year without a calendar, nobody can say yet.
        known = calendar.covered[-1].ends
        yield from (span for span in _chunks(quarters(year), cadence.every) if span.ends <= known)
    else:
        for chunk in _chunks(_periods(cadence.period, term.span), cadence.every):
            if span := chunk.clipped(term.begins, term.ends):
                yield span


def _turn(plan: Plan, calendar: SchoolCalendar, span: Span) -> Iterator[Window]:
    days = _school_days(calendar, span)
    cadence = plan.cadence
    if not days or cadence is None:
        return
    if cadence.anchor is Anchor.START:
        number = _FIRST_DAYS[cadence.period]
        last = min(span.begins + timedelta(days=number), span.ends)
        counts_from = span.begins - timedelta(days=min(number, _EARLY_DAYS))
        limit = Limit(number, Unit.CALENDAR_DAY)
        yield Window(
            span.begins, span.ends, _due(plan, calendar, last), counts_from, plan.needed, restarts=limit
        )
        return
    opens = span.begins
    if cadence.anchor is Anchor.END:
        opens = max(opens, span.ends - timedelta(days=_LAST_DAYS[cadence.period]))
    due = min(max(_due_day(plan, calendar, span), days[0]), days[-1])
    yield Window(opens, span.ends, _clock(plan, due), opens, plan.needed)


def _due_day(plan: Plan, calendar: SchoolCalendar, span: Span) -> date:
    if plan.weekday is not None:
        monday = span.ends - _DAY * span.ends.weekday()
        return _moved(plan, calendar, min(monday + _DAY * plan.weekday, span.ends))
    if plan.day is not None:
        last = next(iter(reversed(list(months(span)))))
        return _moved(plan, calendar, min(last.begins + _DAY * (plan.day - 1), last.ends))
    return calendar.at_or_before(span.ends)


def _due(plan: Plan, calendar: SchoolCalendar, day: date) -> datetime:
    return _clock(plan, _moved(plan, calendar, day))


def _moved(plan: Plan, calendar: SchoolCalendar, day: date) -> date:
    if plan.shift == _AS_IT_IS:
        return day
    return calendar.at_or_after(day) if plan.shift == _AFTER else calendar.at_or_before(day)


def _clock(plan: Plan, day: date) -> datetime:
    return at(day, plan.clock) if plan.clock else day_ends(day)


def _school_days(calendar: SchoolCalendar, span: Span) -> tuple[date, ...]:
    # A quarter may begin before the oldest calendar; nobody was at school there as far as we know.
    first, last = calendar.covered[0].begins, calendar.covered[-1].ends
    known = span.clipped(first, last)
    return calendar.school_days(known.begins, known.ends) if known else ()


def _periods(period: Period, span: Span) -> Iterator[Span]:
    if period is Period.WEEK:
        return weeks(span)
    if period is Period.DAY:
        return (Span(day, day) for day in _each(span))
    return months(span)


def _chunks(spans: Iterable[Span], every: int) -> Iterator[Span]:
    source = iter(spans)
    while chunk := list(islice(source, every)):
        yield Span(chunk[0].begins, chunk[-1].ends)


def _each(span: Span) -> Iterator[date]:
    return (span.begins + _DAY * number for number in range((span.ends - span.begins).days + 1))


def _year(calendar: SchoolCalendar, term: SchoolTerm) -> Span:
    terms = _terms_of_year(calendar, term)
    return Span(terms[0].begins, terms[-1].ends)


def _ends_year(calendar: SchoolCalendar, term: SchoolTerm) -> bool:
    return _terms_of_year(calendar, term)[-1] == term


def _terms_of_year(calendar: SchoolCalendar, term: SchoolTerm) -> Sequence[SchoolTerm]:
    year = term.id.rpartition("-")[0]
    return [each for each in calendar.terms if each.id.rpartition("-")[0] == year]


def _vacations(calendar: SchoolCalendar, since: date, until: date) -> Iterator[Span]:
    edges = [term.ends for term in calendar.terms]
    for place, ended in enumerate(edges):
        following = (
            calendar.terms[place + 1].begins if place + 1 < len(edges) else calendar.covered[-1].ends + _DAY
        )
        span = Span(ended + _DAY, following - _DAY)
        if span.begins <= span.ends and span.begins <= until and since <= span.ends:
            yield span
