"""Numbers that carry their own proof: 居民身份证 and 学籍号."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
_LENGTH = 18


def check_sign(first17: str) -> str:
    """Return the last sign of an identity number.

    Source: GB 11643—1999 公民身份号码.

    >>> check_sign("11010519491231002")
    'X'
    """
    return _SIGNS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def is_well_formed(number: str) -> bool:
    """Tell whether an identity number has 18 signs, a real birthday and the right last sign."""
    return (
        len(number) == _LENGTH
        and number.isascii()
        and number[:17].isdecimal()
        and birth_date(number) is not None
        and number[17] == check_sign(number[:17])
    )


def birth_date(number: str) -> date | None:
    """Return the birthday in an identity number, None where there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """Return 男 or 女 as the identity number says."""
    return "男" if int(number[16]) % 2 else "女"


def masked(number: str) -> str:
    """Hide the middle of a number: the first six and the last four signs stay, of a short one none.

    >>> masked("11010519491231002X")
    '110105********002X'
    """
    if len(number) < _LENGTH:  # of a passport's nine signs or a permit's eleven, ten would be nearly all
        return "*" * len(number)
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
