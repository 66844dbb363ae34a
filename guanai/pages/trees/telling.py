"""Values of a redacted record as words on a page, led by the schema: no field can be forgotten."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from generators import wording
from guanai.model.base import HIDDEN
from guanai.pages.escape import inline
from guanai.pages.trees.page import Markup
from guanai.pages.trees.view import View
from guanai.schema import Field

#: An item with more fields than this reads better as a card than as a row.
_WIDEST: Final = 7
_ID: Final = "编号"
_HIDDEN: Final = f'<span class="g-hidden">{wording.HIDDEN_WORDS}</span>'


def told(value: Any, field: Field | None, view: View) -> Markup:
    """Return a value in one line or cell, "" for nothing."""
    if value is HIDDEN:
        return _HIDDEN
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict):
        return _mapping(value, field, view)
    if isinstance(value, list):
        item = field.item if field else None
        parts = [part for part in (told(each, item, view) for each in value) if part]
        is_short = item is None or not item.children or item.definition == "person"
        return ("、" if is_short else "<br>").join(parts)
    if isinstance(value, bool):
        return wording.yes_no(value)
    if isinstance(value, int | float):
        return f"{wording.number(value)}{inline(field.unit) if field else ''}"
    return inline(_words(str(value), field, view))


def plain_fields(data: Mapping[str, Any], shape: Field, view: View) -> Iterator[tuple[str, Markup]]:
    """Yield name and value of each field that is no list of items and no group, filled or hidden, in schema order."""
    for key, field in shape.children.items():
        is_group = field.type == "object" or has_items(field)
        if key in data and not is_group and key != _ID:
            yield key, told(data[key], field, view)


def has_items(field: Field) -> bool:
    """Whether a field is a list of groups."""
    return field.type == "array" and field.item is not None and bool(field.item.children)


def columns(items: list[Mapping[str, Any]], shape: Field) -> tuple[str, ...]:
    """Return the keys that at least one item fills, in schema order; where a value is hidden it counts as filled."""
    return tuple(
        key
        for key in shape.children
        if key != _ID and any(item.get(key) not in (None, "", [], {}) for item in items)
    )


def is_wide(items: list[Mapping[str, Any]], shape: Field) -> bool:
    """Whether items should be cards."""
    return len(columns(items, shape)) > _WIDEST


def row(item: Mapping[str, Any], keys: tuple[str, ...], shape: Field, view: View) -> tuple[Markup, ...]:
    """Return the cells of an item."""
    return tuple(told(item.get(key), shape.children[key], view) for key in keys)


def _mapping(value: Mapping[str, Any], field: Field | None, view: View) -> Markup:
    if field is not None and field.definition == "person":
        return _person(value, view)
    parts = []
    for key, each in value.items():
        words = told(each, field.child(key) if field else None, view)
        if words and key != _ID:
            parts.append(f"{inline(key)}：{words}")
    return "；".join(parts)


def _person(value: Mapping[str, Any], view: View) -> Markup:
    name = told(value.get("教师") or value.get("学生") or value.get("姓名"), None, view)
    more = [told(value.get(key), None, view) for key in ("单位职务", "关系")]
    known = "，".join(part for part in more if part)
    return f"{name}（{known}）" if name and known else name or known


def _words(value: str, field: Field | None, view: View) -> str:
    if field is not None and field.definition == "instant":
        return value[:16].replace("T", " ")
    return wording.text(value, view.context, view.on)
