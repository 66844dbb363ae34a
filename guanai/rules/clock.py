"""Deadlines: hours run on the clock, days are school days and end with their last second, in Shanghai time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from guanai.calendar import SHANGHAI, NoCalendar, SchoolCalendar, day_ends
from guanai.figures import Limit, Unit


class Timeliness(StrEnum):
    """How something with a deadline stands."""

    OPEN = "待办"
    DONE = "已完成"
    OVERDUE = "逾期"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something to be done by an instant.

    Attributes:
        since: the instant it runs from.
        due_at: its last instant; None where the calendar does not reach that far.
        done_at: when it was done, None if not.
    """

    since: datetime
    due_at: datetime | None
    done_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was done, but after its last instant."""
        return self.done_at is not None and self.due_at is not None and self.done_at > self.due_at

    def state(self, now: datetime) -> Timeliness:
        """Return how it stands at an instant; what is recorded for later has not happened yet."""
        if self.done_at is not None and self.done_at <= now:
            return Timeliness.DONE
        return Timeliness.OVERDUE if self.due_at is not None and now > self.due_at else Timeliness.OPEN


def day_of(at: datetime) -> date:
    """Return the day of an instant as Shanghai has it."""
    return at.astimezone(SHANGHAI).date()


def due_after(since: datetime, limit: Limit, calendar: SchoolCalendar) -> datetime | None:
    """Return the last instant of a limit (期限) that runs from an instant; the first day is not counted.

    Returns:
        None where the calendar does not reach that far.
    """
    if limit.unit is Unit.MINUTE:
        return since + timedelta(minutes=limit.amount)
    if limit.unit is Unit.HOUR:
        return since + timedelta(hours=limit.amount)
    try:
        return day_ends(_last_day(day_of(since), limit, calendar))
    except NoCalendar:
        return None


def _last_day(since: date, limit: Limit, calendar: SchoolCalendar) -> date:
    if limit.unit is Unit.SCHOOL_DAY:
        return calendar.add_school_days(since, limit.amount) if limit.amount else calendar.at_or_after(since)
    if limit.unit is Unit.CALENDAR_DAY:
        return since + timedelta(days=limit.amount)
    if limit.unit is Unit.WEEK:
        return since + timedelta(weeks=limit.amount)
    return _months_later(since, limit.amount)


def _months_later(day: date, number: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))
