"""How one value is typed: from the record to the page, and from what was typed back to a value."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import isfinite
from typing import Any, Final

from guanai.access.spots import ID
from guanai.schema import Field
from guanai.web.forms.model import Choice, Look
from guanai.yamlfile import characters

#: The words to pick, by what a field points to: ``staff``, ``class``, ``student``, ``term``, ``citation`` …
Choices = Mapping[str, tuple[Choice, ...]]

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUTE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_OFFSET: Final = "+08:00"
_YES_NO: Final = {"true": True, "false": False}
#: Compatibility characters of Han stand in people's names; normalising would write them as another character.
_NAMES: Final = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
#: Digits and signs as Chinese input methods type them.
_WIDE: Final = {0xFF10 + each: str(each) for each in range(10)} | {
    0xFF0E: ".",
    0xFF0D: "-",
    0xFF0F: "/",
    0xFF1A: ":",
}
#: Lists that are short enough to be picked from; of longer ones the id is typed, with completion.
MOST_PICKED: Final = 400
#: Says a value that stands fast as people read it.
Words = Callable[[Field, Any], str]
_PICKED: Final = frozenset({"staff", "class", "grade", "term", "scope"})


class Untypable(ValueError):
    """What was typed is no such value; the words are for the person who typed it."""


def look_of(field: Field, value: Any, choices: Choices) -> Look:
    """Return how a single value is typed; one that a narrower control would not show as it is, is typed as text."""
    if field.type == "boolean":
        return Look.YES_NO if value is None or isinstance(value, bool) else Look.SHOWN
    if field.type in ("integer", "number"):
        return Look.NUMBER
    if field.values or (is_offered(field, choices) and field.ref in _PICKED):
        return Look.PICK
    shown = value if isinstance(value, str) else ""
    fits = {"date": _DAY, "time": _CLOCK}.get(field.definition)
    if field.definition == "instant" and (not shown or _is_minute(shown)):
        return Look.INSTANT
    if fits is not None and (not shown or (fits.fullmatch(shown) and _is_real(shown))):
        return Look(field.definition)
    return Look.LONG if field.definition == "note" or "\n" in shown else Look.TEXT


def is_offered(field: Field, choices: Choices) -> bool:
    """Whether there is something to pick from; what names a thing of its own, as a new class does, is no such word."""
    return field.key != ID and 0 < len(choices.get(field.ref, ())) <= MOST_PICKED


def plainly(_: Field, value: Any) -> str:
    """Return a value as it stands in the record; a list in one line."""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def text_of(value: Any, look: Look) -> str:
    """Return a value as it stands in the page."""
    if value is None:
        return ""
    if look is Look.YES_NO:
        return "true" if value else "false"
    if look is Look.INSTANT:
        return str(value).removesuffix(_OFFSET)
    return str(value)


def value_of(text: str, look: Look, kind: str) -> Any:
    """Return the value of what was typed.

    Args:
        text: cleaned and not empty.
        look: how it was typed.
        kind: JSON type of the value.

    Raises:
        Untypable: it is none.
    """
    if kind == "boolean":
        if text not in _YES_NO:
            raise Untypable("请选“是”或“否”。")
        return _YES_NO[text]
    if kind in ("integer", "number"):
        return _number(text, kind)
    if look is Look.INSTANT:
        return _instant(text)
    if look is Look.DATE:
        return text.translate(_WIDE).replace("/", "-").replace(".", "-")
    return text


def cleaned(text: str, look: Look) -> str:
    """Return what was typed with the browser's line ends undone and outer blanks taken off.

    Raises:
        Untypable: it holds a character that no record may hold.
    """
    text = unbroken(text)
    text = text.strip("\n").rstrip() if look in (Look.LONG, Look.LINES) else text.strip().replace("\n", " ")
    parts = _NAMES.split(text)
    text = "".join(part if at % 2 else unicodedata.normalize("NFC", part) for at, part in enumerate(parts))
    place = characters.refused_at(text)
    if place is not None:
        words = f"第 {place + 1} 个字符是{characters.name(text[place])}，记录里不能有；请删去它再保存。"
        raise Untypable(words)
    return text


def unbroken(text: str) -> str:
    """Return a text with line ends as records have them: browsers send two characters for one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def picked(
    field: Field, choices: Choices, opens: frozenset[str] | None, current: Iterable[str]
) -> tuple[Choice, ...]:
    """Return the words to pick.

    Args:
        field: what is filled in.
        choices: those of other records.
        opens: labels that the person may write with; None for all.
        current: what stands there: always among them.
    """
    if field.values:
        found = [
            Choice(word, word, each.description)
            for word, each in field.values.items()
            if opens is None or each.clearance <= opens
        ]
        if field.definition == "clearance" and opens is not None:
            found = [each for each in found if each.value in opens]
    else:
        found = list(choices.get(field.ref, ()))
    known = {each.value for each in found}
    return (*found, *(Choice(word, word) for word in current if word not in known))


def hint_of(field: Field, value: Any = None) -> str:
    """Return what to write, "" where the title says it.

    Of a day or an instant it is what stands there: browsers show its parts in an order of their own.
    """
    if field.definition in ("instant", "date"):
        return (
            f"现在是 {str(value).removesuffix(_OFFSET).replace('T', ' ')}" if isinstance(value, str) else ""
        )
    told = "" if field.description == field.key else field.description
    return told or (field.pattern_hint if field.definition != "time" else "")


def _is_minute(text: str) -> bool:
    return (
        text.endswith(_OFFSET)
        and _MINUTE.fullmatch(text.removesuffix(_OFFSET)) is not None
        and _is_real(text[:10])
    )


def _is_real(text: str) -> bool:
    try:
        return len(text) != len("2026-11-20") or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _number(text: str, kind: str) -> int | float:
    plain = text.translate(_WIDE)
    if not _NUMBER.fullmatch(plain) or (kind == "integer" and "." in plain) or len(plain) > 15:
        raise Untypable("这里应是整数，只写数字。" if kind == "integer" else "这里应是数字，如 12 或 12.5。")
    made = float(plain) if "." in plain else int(plain)
    if not isfinite(made):
        raise Untypable("这个数字太大了。")
    return made


def _instant(text: str) -> str:
    plain = text.translate(_WIDE).replace(" ", "T").removesuffix(_OFFSET)[:16]
    return f"{plain}{_OFFSET}"
