"""Sections of a record: its fields as facts, its groups and lists below, all of them, led by the schema."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from guanai.model.base import HIDDEN
from guanai.pages.trees.page import Markup, Sheet, facts, plain, table
from guanai.pages.trees.telling import columns, has_items, is_wide, plain_fields, row, told
from guanai.pages.trees.view import View
from guanai.schema import Field

_ID: Final = "编号"
#: The fields that tell what a card is about, where it has them.
_HEADS: Final = ("日期", "时间", "触发日期", "起", "类型", "情形", "级别", "名称", "主题", "项目")


def items_of(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the visible items of a list, none for one that is hidden or not there."""
    found = data.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def group(sheet: Sheet, name: str, data: Mapping[str, Any], shape: Field, view: View) -> None:
    """Add a section for a group of fields, with tables for the lists in it; nothing for an empty one."""
    pairs = [pair for pair in plain_fields(data, shape, view) if pair[1]]
    lists = [(key, field) for key, field in shape.children.items() if data.get(key) and has_items(field)]
    inner = [
        (key, field) for key, field in shape.children.items() if data.get(key) and field.type == "object"
    ]
    if not (pairs or lists or inner):
        return
    sheet.heading(name)
    sheet.facts([*pairs, *((key, told(data[key], field, view)) for key, field in inner)])
    for key, field in lists:
        sheet.block("list", listed(items_of(data, key), field, view, key))


def section(sheet: Sheet, key: str, data: Mapping[str, Any], field: Field, view: View) -> None:
    """Add a section for a list of a record; nothing for one without visible items."""
    items = items_of(data, key)
    if items:
        sheet.heading(key, f"list-{field.name}")
        sheet.block("list", listed(items, field, view))


def listed(
    items: Sequence[Mapping[str, Any]], field: Field, view: View, caption: str = ""
) -> Iterator[Markup]:
    """Yield the lines of a list: a table for narrow items, a card each for wide ones."""
    shape = field.item
    if shape is None or not items:
        return
    found = list(items)
    if is_wide(found, shape):
        for item in found:
            yield from card(item, shape, view)
    else:
        keys = columns(found, shape)
        yield from table(keys, (row(item, keys, shape, view) for item in found), caption)


def card(item: Mapping[str, Any], shape: Field, view: View, title: Markup = "") -> Iterator[Markup]:
    """Yield the lines of one item with all its fields."""
    anchor = f' id="{plain(str(item[_ID]))}"' if item.get(_ID) else ""
    head = title or " ".join(
        told(item[key], shape.child(key), view) for key in _HEADS if item.get(key) and item[key] is not HIDDEN
    )
    yield f'<section class="g-card"{anchor}>'
    yield f"<h3>{head or '记录'}</h3>"
    pairs = ((key, told(item[key], shape.child(key), view)) for key in item if key in shape.children)
    yield from facts((key, value) for key, value in pairs if key != _ID)
    yield "</section>"
