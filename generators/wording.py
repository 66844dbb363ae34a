"""How values read on paper: dates, terms, people, and children mentioned in free text."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final

from generators.context import Context
from guanai.grades import grade_of
from guanai.ids import STUDENT_ID
from guanai.model.person import Person, Storage

#: What stands where a person may not see a value.
HIDDEN_WORDS: Final = "〔按权限不显示〕"

#: Another child in free text: ``@S2024-7K3QD`` and the blank that ends it, or the id alone.
_MENTION = re.compile(f"@({STUDENT_ID.pattern}) ?|({STUDENT_ID.pattern})")

_STAFF_ID = re.compile(r"T-[2-9A-HJ-NP-Z]{4}")
_CLASS_ID = re.compile(r"[PJ][0-9]{4}-[0-9]{2}")
_GRADE_ID = re.compile(r"[PJ][0-9]{4}")
_TERM_ID = re.compile(r"([0-9]{4})-([0-9]{4})-([12])")
_YEAR_ID = re.compile(r"20[0-9]{2}-20[0-9]{2}")
_TERM_NAMES = {"1": "第一学期", "2": "第二学期"}
_SECOND_TERM = range(2, 9)
_STAGES = {"P": "小学", "J": "初中"}

#: Months, days, hours and minutes in two digits; Python takes three times as long to format an instant.
_TWO: Final = tuple(f"{number:02}" for number in range(60))


def long_date(day: date) -> str:
    """Return a day as official papers write it.

    >>> long_date(date(2026, 3, 1))
    '2026年3月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """Return a day as narrow columns hold it: ``2026-03-01``."""
    return day.isoformat()


def minute(instant: datetime) -> str:
    """Return an instant as forms write it: ``2026-11-02 16:40``, in the record's own time zone."""
    day, clock = f"{_TWO[instant.month]}-{_TWO[instant.day]}", f"{_TWO[instant.hour]}:{_TWO[instant.minute]}"
    return f"{instant.year}-{day} {clock}"


def yes_no(claim: bool) -> str:  # noqa: FBT001 -- it is the value itself
    """Return how forms answer: 是, 否."""
    return "是" if claim else "否"


def number(value: float) -> str:
    """Return a number without idle noughts, to the cent.

    >>> number(1200.0), number(87.5)
    ('1200', '87.5')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def term_of(day: date) -> str:
    """Return the term id of a day: the first term runs from September to January."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{first + 1}-{2 if day.month in _SECOND_TERM else 1}"


def term_name(term_id: str) -> str:
    """Return how a term or a school year is called.

    >>> term_name("2026-2027-1")
    '2026—2027学年第一学期'
    """
    first, last, *term = term_id.split("-")
    return f"{first}—{last}学年{_TERM_NAMES[term[0]] if term else ''}"


def entry_class_name(class_id: str, stages: Collection[str] = ()) -> str:
    """Return a class by its entry year, which stays true while the grade moves on.

    Args:
        class_id: the class.
        stages: of the school; where there are several, each has a class that entered in that year.

    >>> entry_class_name("J2024-03"), entry_class_name("J2024-03", ("小学", "初中"))
    ('2024级（3）班', '初中2024级（3）班')
    """
    stage = _STAGES.get(class_id[:1], "") if len(stages) > 1 else ""
    return f"{stage}{grade_of(class_id)[1:]}级（{int(class_id.partition('-')[2])}）班"


def person(who: Person, context: Context) -> str:
    """Return someone who took part: 姓名（单位职务，关系）; who is listed as from outside keeps that role."""
    name = context.staff_name(who.staff) if who.staff else who.name or ""
    post = who.post or context.outside_role(who.staff)
    known = "，".join(part for part in (post, who.relation) if part)
    return f"{name}（{known}）" if name and known else name or known


def storage(place: Storage) -> str:
    """Return where signed paper is kept."""
    return " ".join(f"{sign}{part}" for sign, part in (("盒", place.box), ("件", place.number)) if part)


def joined(words: Iterable[str]) -> str:
    """Return items of a list in one line."""
    return "、".join(word for word in words if word)


def text(value: str, context: Context, on: date) -> str:
    """Return text of a record as it is read: ids become names, children keep theirs only where they may be named.

    The shape of an id tells what it is: a person of the staff, a class, a grade, a term, a citation. Ids of
    meetings, decisions and items stay as they are.
    """
    # Most text is Chinese, an id never is: asking that first spares the patterns.
    if value.isascii():
        if _STAFF_ID.fullmatch(value):
            return context.staff_name(value)
        if _CLASS_ID.fullmatch(value):
            return context.class_name(value, on)
        if _GRADE_ID.fullmatch(value):
            return context.grade_name(value, on)
        if _TERM_ID.fullmatch(value) or _YEAR_ID.fullmatch(value):
            return term_name(value)
    if value in context.citations:
        return context.citations[value].text
    if "S" not in value:
        return value
    return _MENTION.sub(lambda found: context.child_name(found[1] or found[2]), value)
