"""Grades and classes by their entry year: names follow the school year, ids never change.

What is no class or grade id raises `UnknownClass`.
"""

from datetime import date

from guanai.errors import Invalid

_HAN = "一二三四五六七八九"
_FIRST_MONTH = 9
_LENGTH = {("P", "六三制"): 6, ("P", "五四制"): 5, ("J", "六三制"): 3, ("J", "五四制"): 4}


class UnknownClass(Invalid):
    """An id that is no class or grade id."""

    def __init__(self, found: str) -> None:
        super().__init__(f"“{found}”不是班级或年级编号；班级写成 J2024-03，年级写成 J2024。")


def school_year(on: date) -> int:
    """Return the calendar year in which the school year of a day began (1 September).

    >>> school_year(date(2027, 3, 1))
    2026
    """
    return on.year if on.month >= _FIRST_MONTH else on.year - 1


def grade_of(class_id: str) -> str:
    """Return the grade id of a class id: ``J2024-03`` → ``J2024``."""
    return class_id.partition("-")[0]


def grade_name(grade_id: str, on: date, system: str = "六三制") -> str:
    """Return what a grade is called on a day.

    A grade that has not begun or has left is named by its entry year alone.

    >>> grade_name("J2024", date(2026, 11, 20))
    '九年级'
    """
    stage, entry = _read(grade_id)
    years = school_year(on) - entry
    if not 0 <= years < _LENGTH[stage, system]:
        return f"{entry}级"
    return f"{_HAN[years + (0 if stage == 'P' else _LENGTH['P', system])]}年级"


def is_at_school(class_id: str, on: date, system: str = "六三制") -> bool:
    """Tell whether a class has begun and not left yet on a day.

    >>> is_at_school("J2024-01", date(2027, 7, 1)), is_at_school("J2024-01", date(2027, 9, 1))
    (True, False)
    """
    stage, entry = _read(class_id)
    return 0 <= school_year(on) - entry < _LENGTH[stage, system]


def rung(class_id: str) -> tuple[bool, int, str]:
    """Return what sorts classes and grades as a school lists them: 小学 before 初中, the youngest grade first.

    >>> sorted(["J2024-02", "J2024-01", "J2026", "P2021", "P2026"], key=rung)
    ['P2026', 'P2021', 'J2026', 'J2024-01', 'J2024-02']
    """
    stage, entry = _read(class_id)
    return stage == "J", -entry, class_id.partition("-")[2]


def leaving_year(grade_id: str, system: str = "六三制") -> int:
    """Return the calendar year in which a grade leaves its stage.

    >>> leaving_year("J2024")
    2027
    """
    stage, entry = _read(grade_id)
    return entry + _LENGTH[stage, system]


def class_name(class_id: str, on: date, system: str = "六三制") -> str:
    """Return what a class is called on a day.

    >>> class_name("P2024-02", date(2026, 11, 20))
    '三年级（2）班'
    """
    number = class_id.partition("-")[2]
    if not number.isdecimal():
        raise UnknownClass(class_id)
    return f"{grade_name(grade_of(class_id), on, system)}（{int(number)}）班"


def _read(unit_id: str) -> tuple[str, int]:
    """Return stage and entry year of a class or grade."""
    stage, entry = unit_id[:1], unit_id[1:5]
    if stage not in ("P", "J") or not entry.isdecimal():
        raise UnknownClass(unit_id)
    return stage, int(entry)
