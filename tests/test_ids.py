"""Opaque ids."""

import random
import re
from datetime import date

from guanai.ids import ALPHABET, STUDENT_ID, new_id, new_student_id


def test_ids_avoid_signs_that_people_confuse() -> None:
    assert len(ALPHABET) == 32
    assert not set("01IO") & set(ALPHABET)


def test_a_dated_and_an_undated_id_have_their_forms() -> None:
    assert re.fullmatch(r"E20261102-[2-9A-HJ-NP-Z]{4}", new_id("E", on=date(2026, 11, 2)))
    assert re.fullmatch(r"G-[2-9A-HJ-NP-Z]{4}", new_id("G", on=None))
    assert STUDENT_ID.fullmatch(new_student_id(2024))


def test_a_taken_id_is_not_given_again() -> None:
    first = new_id("G", on=None, rng=random.Random(7))
    assert new_id("G", on=None, taken={first}, rng=random.Random(7)) != first
