"""School years as the public announcements give them: terms, holidays and make-up days, with what is not announced yet marked.

The program never asks this while it works: it fills a calendar record, which the school then corrects.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import chinese_calendar

_DAY = timedelta(days=1)
_FRIDAY = 4
_SATURDAY = 5
#: First day of the lunar year: the winter vacation lies around it. Years not listed take 5 February.
_SPRING_FESTIVAL = {
    2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
    2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}  # fmt: skip
#: What stands in for a year whose holidays are not announced yet.
_ASSUMED = (
    ("元旦", (1, 1), (1, 1)), ("清明节", (4, 5), (4, 5)), ("劳动节", (5, 1), (5, 3)), ("国庆节", (10, 1), (10, 7)),
)  # fmt: skip
_HOLIDAYS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days without lessons inside a term."""

    name: str
    since: date
    until: date
    is_tentative: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A term with its school days up to the end."""

    id: str
    begins: date
    ends: date
    is_tentative: bool
    days: tuple[date, ...] = field(repr=False)

    def until(self, on: date) -> Sequence[date]:
        """Return the school days so far, the day itself included."""
        return self.days[: bisect_right(self.days, on)]

    def at_or_before(self, day: date) -> date:
        """Return the last school day up to a day; the first of the term where there is none."""
        return self.days[max(bisect_right(self.days, day) - 1, 0)]

    def at_or_after(self, day: date) -> date:
        """Return the first school day from a day on; the last of the term where there is none."""
        return self.days[min(bisect_left(self.days, day), len(self.days) - 1)]


@dataclass(frozen=True, slots=True)
class Year:
    """A school year (学年) with what its calendar record says."""

    id: str
    terms: tuple[Term, Term]
    record: Mapping[str, Any] = field(repr=False)


def make_year(start: int) -> Year:
    """Return the school year that begins in September of a year."""
    spans = ((first_day(start), _winter(start)), (_spring(start), _summer(start)))
    holidays = [holiday for first, last in spans for holiday in _holidays(first, last)]
    extra = [day for first, last in spans for day in _make_up_days(first, last)]
    name = f"{start}-{start + 1}"
    terms = [
        Term(
            f"{name}-{place}",
            first,
            last,
            not _is_known(last.year),
            _school_days(first, last, holidays, extra),
        )
        for place, (first, last) in enumerate(spans, 1)
    ]
    return Year(name, (terms[0], terms[1]), _record(name, terms, holidays, extra))


def first_day(start: int) -> date:
    """Return the first day of lessons of the school year that begins in September of a year."""
    first = date(start, 9, 1)
    return first + _DAY * (7 - first.weekday()) if first.weekday() >= _SATURDAY else first


def _winter(start: int) -> date:
    return _friday_before(_spring_festival(start + 1) - _DAY * 11)


def _spring(start: int) -> date:
    day = _spring_festival(start + 1) + _DAY * 13
    return day + _DAY * (-day.weekday() % 7)


def _summer(start: int) -> date:
    return _friday_before(date(start + 1, 7, 10))


def _spring_festival(year: int) -> date:
    return date(year, *_SPRING_FESTIVAL.get(year, (2, 5)))


def _friday_before(day: date) -> date:
    return day - _DAY * ((day.weekday() - _FRIDAY) % 7)


def _is_known(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * count for count in range((last - first).days + 1))


def _holidays(first: date, last: date) -> Iterator[Holiday]:
    names: dict[str, None] = {}
    since = first
    for day in _days(first, last + _DAY):
        name = _holiday_name(day) if day <= last else ""
        if name:
            since = since if names else day
            names[name] = None
        elif names:
            yield from _written("、".join(names), since, day - _DAY)
            names = {}


def _written(name: str, since: date, until: date) -> Iterator[Holiday]:
    # A holiday that lies on a weekend alone takes no lesson away and is not written down.
    if any(day.weekday() < _SATURDAY for day in _days(since, until)):
        yield Holiday(name, since, until, not _is_known(since.year))


def _holiday_name(day: date) -> str:
    if not _is_known(day.year):
        return next(
            (name for name, first, last in _ASSUMED if first <= (day.month, day.day) <= last),
            "",
        )
    is_free, name = chinese_calendar.get_holiday_detail(day)
    return _HOLIDAYS.get(name or "", "") if is_free else ""


def _make_up_days(first: date, last: date) -> Iterator[tuple[date, date | None]]:
    owed: dict[str, list[date]] = {}
    made: list[tuple[date, str]] = []
    for day in _days(first, last):
        if not _is_known(day.year):
            continue
        if chinese_calendar.is_in_lieu(day):
            owed.setdefault(_holiday_name(day), []).append(day)
        elif day.weekday() >= _SATURDAY and chinese_calendar.is_workday(day):
            _, name = chinese_calendar.get_holiday_detail(day)
            made.append((day, _HOLIDAYS.get(name or "", "")))
    for day, name in made:
        waiting = owed.get(name)
        yield day, waiting.pop(0) if waiting else None


def _school_days(
    first: date, last: date, holidays: Sequence[Holiday], extra: Sequence[tuple[date, date | None]]
) -> tuple[date, ...]:
    free = {day for holiday in holidays for day in _days(holiday.since, holiday.until)}
    made = {day for day, _ in extra}
    return tuple(
        day for day in _days(first, last) if day in made or (day.weekday() < _SATURDAY and day not in free)
    )


def _record(
    name: str,
    terms: Sequence[Term],
    holidays: Sequence[Holiday],
    extra: Sequence[tuple[date, date | None]],
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "学年": name,
        "学期": [
            {
                "编号": term.id,
                "开学": f"{term.begins}",
                "放假": f"{term.ends}",
                **_tentative(term.is_tentative),
            }
            for term in terms
        ],
    }
    if holidays:
        data["放假"] = [
            {"名称": each.name, "起": f"{each.since}", "止": f"{each.until}", **_tentative(each.is_tentative)}
            for each in holidays
        ]
    if extra:
        data["补课日"] = [
            {"日期": f"{day}", **({"补": f"{instead}"} if instead else {})} for day, instead in extra
        ]
    if any(term.is_tentative for term in terms):
        data["备注"] = "写着“暂定”的日期是先行估计的；放假通知公布后请改正，并删去“暂定”。"
    return data


def _tentative(is_tentative: bool) -> dict[str, bool]:  # noqa: FBT001 - the value itself
    return {"暂定": True} if is_tentative else {}
