"""What a scalar means (YAML 1.2 core) and how a value is written so that every reader agrees."""

import math
import re
from collections.abc import Callable
from functools import cache

from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

#: Integers beyond this lose digits in other readers (JSON, JavaScript).
MAX_INTEGER = 2**53

#: Quotes and brackets of Chinese input methods (the last ones full-width), typed where YAML's own were meant.
WIDE_QUOTES = frozenset("“”‘’\uff02")
WIDE_BRACKETS = {"\uff3b": "\uff3d", "\uff5b": "\uff5d"}
WIDE_SIGNS = WIDE_QUOTES | frozenset(WIDE_BRACKETS)

#: A first character of a plain scalar that calls for a closer look.
ODD_FIRST = frozenset("0123456789+-.~nNtTfF") | WIDE_SIGNS | frozenset(map(chr, range(0xFF10, 0xFF1A)))

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")

# Only plain scalars that both YAML versions read as text stay plain. A clock is quoted in all its forms,
# although YAML 1.1 reads 17:00 as a number and 08:30 as text: a column of times should look even.
_LOOKS_ODD = re.compile(r"[yYnN]|[0-9]+(?::[0-9]{1,2})+")
#: Signs that may not open a text without quotes: YAML's own, and those that look like them.
NO_PLAIN_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`") | WIDE_SIGNS
_WIDE_NUMBER = re.compile(r"[\uff10-\uff19][\uff0d-\uff1a.:/-]*")  # full-width digits and - . / :
_TAG_TEXT = "tag:yaml.org,2002:str"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\r": r"\r"})


def is_text(plain: str) -> bool:
    """Whether YAML 1.2 core reads a plain scalar as text."""
    return not (plain in _WORDS or _NUMBER.fullmatch(plain))


def meaning(plain: str) -> object:
    """Return what YAML 1.2 core makes of a plain scalar; numbers out of range stay text (see `is_text`).

    >>> meaning("0123"), meaning("no"), meaning("1e3"), meaning("9007199254740993")
    (123, 'no', 1000.0, '9007199254740993')
    """
    if plain in _WORDS:
        return _WORDS[plain]
    if not _NUMBER.fullmatch(plain):
        return plain
    number = _number(plain)
    return plain if number is None else number


def is_wide_number(plain: str) -> bool:
    """Whether a text is made of full-width digits, as Chinese input methods type them."""
    return bool(_WIDE_NUMBER.fullmatch(plain))


def is_plain(text: str) -> bool:
    """Whether a text may stand without quotes: every reader takes it as this text, and so does the eye."""
    return (
        bool(text)
        and text[0] not in NO_PLAIN_FIRST
        and not (text[0].isspace() or text[-1].isspace())
        and text[-1] != ":"
        and not any(part in text for part in (": ", " #", "\n", "\t", "\r"))
        and not text.startswith("...")
        and not is_wide_number(text)
        and is_text(text)
        and not _LOOKS_ODD.fullmatch(text)
        and _old_tag(text) == _TAG_TEXT
    )


def inline(text: str) -> str:
    """Return a text on one line, in double quotes where it needs them."""
    return text if is_plain(text) else quoted(text)


def quoted(text: str) -> str:
    """Return a text in double quotes, on one line."""
    return f'"{text.translate(_ESCAPES)}"'


def block(text: str) -> tuple[str, list[str]] | None:
    """Return a text's literal block: the header and the lines without indentation.

    None for text on one line, and for text that a block would not bring back: carriage returns, a tab where
    the indentation ends, blank last lines.
    """
    if "\n" not in text or "\r" in text:
        return None
    lines = text.removesuffix("\n").split("\n")
    if not lines[-1].strip(" \t") or any(line.startswith("\t") for line in lines):
        return None
    first = next(line for line in lines if line)
    indent = "2" if first.startswith(" ") else ""
    return f"|{indent}{'' if text.endswith(chr(10)) else '-'}", lines


def number(value: float) -> str | None:
    """Return a number or truth value as both YAML versions read it; None for what no record may hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) <= MAX_INTEGER else None
    if not math.isfinite(value):
        return None
    text = repr(value)
    # YAML 1.1 knows an exponent only behind a decimal point.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _number(plain: str) -> int | float | None:
    if not _INTEGER.fullmatch(plain):
        value = float(plain.lower().replace(".inf", "inf").replace(".nan", "nan"))
        return value if math.isfinite(value) else None
    if len(plain.lstrip("+-0xo")) > 20:
        return None
    integer = int(plain, {"0x": 16, "0o": 8}.get(plain[:2], 10))
    return integer if abs(integer) <= MAX_INTEGER else None


def _old_tag(text: str) -> str:
    tag: str = _old_resolver()(ScalarNode, text, (True, False))
    return tag


@cache
def _old_resolver() -> Callable[..., str]:
    """PyYAML's own rules, which are those of YAML 1.1."""
    resolve: Callable[..., str] = Resolver().resolve
    return resolve
