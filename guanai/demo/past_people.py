"""Who saves what in the past of an invented school: posts by day, and when people get to their desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from guanai.calendar import SHANGHAI
from guanai.demo.dice import Dice
from guanai.demo.past_lines import Moment
from guanai.store.note import Action, Reason

_SATURDAY = 5
_LATE_DAYS = 2


class Roll:
    """The staff file, asked for names and for who held a post."""

    def __init__(self, staff: Mapping[str, Any]) -> None:
        """``staff``: the record staff.yml."""
        self.names = {person["编号"]: person["姓名"] for person in staff["教职工"]}
        self._posts = [
            (post["角色"], post["范围"], post.get("学科", ""), post.get("起", ""), post.get("止", "9"), person["编号"])
            for person in staff["教职工"]
            for post in person.get("任职", ())
        ]  # fmt: skip

    def holder(self, role: str, day: date, scope: str = "全校", subject: str = "") -> str:
        """Return who held a post on a day, else whoever holds it at all, else the first of the staff."""
        held = [
            (since, until, who)
            for name, where, taught, since, until, who in self._posts
            if (name, where) == (role, scope) and subject in ("", taught)
        ]
        now = [who for since, until, who in held if since <= day.isoformat() <= until]
        return str(next(iter(now or [who for *_, who in held] or self.names)))

    def homeroom(self, stays: list[Mapping[str, Any]], day: date) -> str:
        """Return who led the class that a child was in on a day."""
        return self.holder("班主任", day, class_on(stays, day))


def class_on(stays: list[Mapping[str, Any]], day: date) -> str:
    """Return a child's class on a day, its first one before that."""
    begun = [stay for stay in stays if stay["起"] <= day.isoformat()] or stays[:1]
    return str(begun[-1]["班级"])


class Clock:
    """Turns what happened into when it was saved; nothing before the program came or after today."""

    def __init__(self, start: date, on: date) -> None:
        """``start``: the day the school began with the program; ``on``: today."""
        self.start = start
        self.on = on

    def at(
        self,
        day: date,
        clock: str,
        staff: str,
        action: Action = Action.CHANGE,
        reason: Reason = Reason.ENTRY,
    ) -> Moment | None:
        """Return a save at a time of a day, None where that is no day of this past."""
        if not self.start <= day <= self.on:
            return None
        return Moment(
            datetime.combine(day, time.fromisoformat(clock), tzinfo=SHANGHAI), staff, action, reason
        )

    def typed(self, told: str, staff: str, dice: Dice, action: Action = Action.CHANGE) -> Moment | None:
        """Return when something of a day or instant was typed in: soon, next morning, or some days late."""
        day = date.fromisoformat(told[:10])
        if not self.start <= day <= self.on:
            return None
        happened = time.fromisoformat(told[11:16]) if len(told) > 10 else time(15, 30)
        soon = datetime.combine(day, happened, tzinfo=SHANGHAI) + timedelta(minutes=dice.number(4, 55))
        days_late = dice.weighted(((0, 84.0), (1, 11.0), (3, 5.0)))
        later = next((each for each in _school_days(day + timedelta(days=days_late))), day)
        if not days_late or later > self.on:
            return Moment(min(soon, self._end(day)), staff, action, Reason.ENTRY)
        morning = datetime.combine(later, time(7, 30), tzinfo=SHANGHAI) + timedelta(
            minutes=dice.number(2, 40)
        )
        reason = Reason.LATE_ENTRY if (later - day).days >= _LATE_DAYS else Reason.ENTRY
        return Moment(morning, staff, action, reason)

    def after(
        self, moment: Moment | None, minutes: int, staff: str = "", *, reason: Reason, action: Action
    ) -> Moment | None:
        """Return a save some minutes after another one, None where that one is none or it would be tomorrow."""
        if moment is None:
            return None
        when = moment.when + timedelta(minutes=minutes)
        return Moment(when, staff or moment.staff, action, reason) if when.date() <= self.on else None

    def _end(self, day: date) -> datetime:
        return datetime.combine(day, time(22, 50), tzinfo=SHANGHAI)


def _school_days(day: date) -> Iterator[date]:
    # Weekends are enough to skip: nobody minds a file touched on a holiday.
    for more in range(4):
        found = day + timedelta(days=more)
        if found.weekday() < _SATURDAY:
            yield found


@dataclass(frozen=True, slots=True)
class Office:
    """What is needed to tell who saved a record, and when.

    Attributes:
        roll: the staff.
        clock: the days of this past.
        dice: chance of this record.
    """

    roll: Roll
    clock: Clock
    dice: Dice
