"""Grades follow the school year; ids never change."""

from datetime import date

import pytest

from guanai.grades import UnknownClass, class_name, grade_name, grade_of, school_year


@pytest.mark.parametrize(
    ("grade", "on", "system", "name"),
    [
        ("J2024", date(2026, 11, 20), "六三制", "九年级"),
        ("J2024", date(2026, 8, 31), "六三制", "八年级"),
        ("J2024", date(2026, 9, 1), "六三制", "九年级"),
        ("P2026", date(2026, 9, 1), "六三制", "一年级"),
        ("P2021", date(2027, 6, 30), "六三制", "六年级"),
        ("J2023", date(2026, 9, 1), "五四制", "九年级"),
        ("J2026", date(2026, 9, 1), "五四制", "六年级"),
        ("J2023", date(2026, 9, 1), "六三制", "2023级"),
        ("J2027", date(2026, 9, 1), "六三制", "2027级"),
    ],
)
def test_a_grade_is_named_by_the_day(grade: str, on: date, system: str, name: str) -> None:
    assert grade_name(grade, on, system) == name


def test_a_class_is_named_with_its_number() -> None:
    assert class_name("P2024-02", date(2026, 11, 20)) == "三年级（2）班"
    assert grade_of("P2024-02") == "P2024"


def test_the_school_year_turns_on_the_first_of_september() -> None:
    assert school_year(date(2027, 8, 31)) == 2026
    assert school_year(date(2028, 2, 29)) == 2027


@pytest.mark.parametrize("wrong", ["X2024-01", "J20-a", "九年级"])
def test_what_is_no_class_is_said_so(wrong: str) -> None:
    with pytest.raises(UnknownClass, match="J2024-03"):
        class_name(wrong, date(2026, 9, 1))
