"""A list item in one line: when, what, and how it begins."""

from collections.abc import Mapping
from typing import Any, Final

from guanai.model.base import HIDDEN
from guanai.schema import Field
from guanai.web.forms.widgets import Choices

_BEGINNING: Final = 24
_DATED: Final = frozenset({"date", "instant"})


def summary_of(shape: Field, item: Any, choices: Choices) -> str:
    """Return a list item as people tell it from the others: ``2026-11-02 16:40 · 家访 · 奶奶说…``.

    Who or what it names stands there by name, found in ``choices``, those of other records.
    """
    if not isinstance(item, Mapping):
        return _short(item)
    days = [
        _day(item[key])
        for key, field in shape.children.items()
        if field.definition in _DATED and _told(item, key)
    ]
    words = [str(item[key]) for key, field in shape.children.items() if field.values and _told(item, key)]
    texts = [
        _short(item[key])
        for key, field in shape.children.items()
        if field.definition in ("note", "text") and _told(item, key)
    ]
    parts = [*days[:1], *words[:1], *texts[:1]] or [str(item.get("编号") or _first(shape, item, choices))]
    return " · ".join(parts)


def _told(item: Mapping[str, Any], key: str) -> bool:
    return key in item and item[key] is not HIDDEN


def _day(value: Any) -> str:
    return str(value).removesuffix("+08:00").replace("T", " ")


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING]}…"


def _first(shape: Field, item: Mapping[str, Any], choices: Choices) -> str:
    key, value = next(((key, each) for key, each in item.items() if isinstance(each, str | int)), ("", ""))
    known = choices.get(shape.children[key].ref, ()) if key in shape.children else ()
    return next((each.title for each in known if each.value == value), _short(value))
