"""Versions that are handed out: they open for whom they were made, and show nothing of what they stand for."""

from random import Random

import pytest

from guanai.workspace.versions import UNKNOWN, sealed, unsealed

_KEY, _OTHER = bytes(range(32)), bytes(range(1, 33))
_DICE = Random(20261120)
_CASES = [(_DICE.randbytes(20).hex(), _DICE.randbytes(8)) for _ in range(200)]
_HANDED = sealed(_KEY, "T-2222", "5e" * 20, salt=bytes(range(8)))


@pytest.mark.parametrize("whose", ["", "T-2222", "sheets"])
def test_a_version_comes_back_for_whom_it_was_made(whose: str) -> None:
    for blob, salt in _CASES:
        assert unsealed(_KEY, whose, sealed(_KEY, whose, blob, salt=salt)) == blob


def test_it_opens_for_nobody_else_and_with_no_other_key() -> None:
    for blob, salt in _CASES:
        handed = sealed(_KEY, "T-2222", blob, salt=salt)
        assert unsealed(_KEY, "T-3333", handed) == unsealed(_OTHER, "T-2222", handed) == UNKNOWN
        assert blob not in handed


def test_one_changed_digit_is_found() -> None:
    for at, digit in enumerate(_HANDED):
        other = "0123456789abcdef"[int(digit, 16) - 1]
        assert unsealed(_KEY, "T-2222", f"{_HANDED[:at]}{other}{_HANDED[at + 1 :]}") == UNKNOWN, at


@pytest.mark.parametrize(
    "text",
    ["x", " ", "０１", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "00" * 24, "00" * 44, _HANDED[:-2], f"{_HANDED}00", _HANDED[:48]],
    ids=range(9),
)  # fmt: skip
def test_what_was_never_handed_out_is_no_version(text: str) -> None:
    assert unsealed(_KEY, "T-2222", text) == UNKNOWN


def test_the_same_version_looks_different_with_another_salt() -> None:
    seen = {sealed(_KEY, "T-2222", "5e" * 20, salt=salt)[16:] for _, salt in _CASES}
    assert len(seen) == len(_CASES)


def test_of_a_record_that_is_not_there_the_version_is_empty() -> None:
    assert sealed(_KEY, "T-2222", "") == unsealed(_KEY, "T-2222", "") == ""
