"""Numbers that carry their own proof."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai import identity


def test_the_standard_s_own_example_is_well_formed() -> None:
    assert identity.is_well_formed("11010519491231002X")


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",
        "11010519490231002X",
        "1101051949123100",
        "",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_a_wrong_sign_day_length_or_full_width_digit_is_not(number: str) -> None:
    assert not identity.is_well_formed(number)


@given(st.dates(date(1990, 1, 1), date(2025, 12, 31)), st.integers(0, 999))
def test_birthday_and_sex_come_back_from_any_number(born: date, order: int) -> None:
    first = f"990101{born:%Y%m%d}{order:03d}"
    number = first + identity.check_sign(first)
    assert identity.is_well_formed(number)
    assert identity.birth_date(number) == born
    assert identity.sex(number) == ("男" if order % 2 else "女")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, shift: int) -> None:
    number = "11010519491231002X"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not identity.is_well_formed(wrong)


def test_a_mask_keeps_area_and_last_four() -> None:
    assert identity.masked("11010519491231002X") == "110105********002X"
    assert identity.masked("短号") == "**"
    assert identity.masked("H1234567801") == "*" * 11
