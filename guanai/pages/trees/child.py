"""A child's page: what is known, the timeline, and every list of the file that the audience may see."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from guanai.model.base import HIDDEN
from guanai.pages.escape import inline
from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.page import Markup, Page, Sheet, link
from guanai.pages.trees.sections import group, items_of, section
from guanai.pages.trees.telling import has_items, plain_fields, told
from guanai.pages.trees.view import Seen, View

_KIND: Final = "student"
#: What stands on the timeline: list, field of the day, fields that tell what happened.
_EVENTS: Final = (
    ("过程记录", "时间", ("类型", "主题", "记录人")),
    ("预警", "日期", ("等级", "理由")),
    ("计划", "日期", ("类型", "学科")),
    ("照顾", "起", ("类型", "项目")),
    ("劝返", "触发日期", ("触发原因",)),
    ("学籍", "起", ("状态", "班级")),
    ("荣誉", "日期", ("名称",)),
    ("总结", "日期", ("学期",)),
)


def child_page(seen: Seen, view: View, addresses: Addresses) -> Page:
    """Return the page of one child."""
    sheet = Sheet(f"students/{seen.id}.md", str(seen.data["姓名"]))
    sheet.made_from(seen.id)
    sheet.block("links", _links(seen, view, addresses))
    shape = view.schemas.record(_KIND)
    shown = {key: value for key, value in seen.data.items() if value is not HIDDEN}
    sheet.facts([("班级", inline(view.class_name(seen.class_id))), *plain_fields(shown, shape, view)])
    _timeline(sheet, seen.data, view)
    for key, field in shape.children.items():
        value = shown.get(key)
        if field.type == "object" and isinstance(value, dict):
            group(sheet, key, value, field, view)
        elif has_items(field) and value:
            section(sheet, key, shown, field, view)
    hidden = [key for key in shape.children if seen.data.get(key) is HIDDEN]
    if hidden:
        sheet.heading("没有显示的栏目", "hidden")
        sheet.paragraph(f"按权限不显示：{'、'.join(hidden)}。里面有没有内容，这里不说明。")
    return sheet.page()


def _links(seen: Seen, view: View, addresses: Addresses) -> Iterator[Markup]:
    yield f"<p>{link('打开当前的档案（修改历史、文书、谁能看到）', addresses.child.format(seen.id))}</p>"
    # Who is granted sight of a single child may read alone; who may write finds the form on the current page.
    if not view.audience.is_of_one_child:
        yield f"<p>{link('填写和修改', addresses.edit.format(seen.id))}</p>"


def _timeline(sheet: Sheet, data: Mapping[str, Any], view: View) -> None:
    rows = sorted(_events(data, view), key=lambda each: each[0], reverse=True)
    if rows:
        sheet.heading("时间线", "timeline")
        sheet.table(("日期", "事项", "内容"), rows)


def _events(data: Mapping[str, Any], view: View) -> Iterator[tuple[str, Markup, Markup]]:
    shape = view.schemas.record(_KIND)
    for key, day, keys in _EVENTS:
        item_shape = shape.children[key].item
        for item in items_of(data, key):
            when = item.get(day)
            if isinstance(when, str) and item_shape is not None:
                parts = [told(item.get(each), item_shape.child(each), view) for each in keys]
                yield inline(when[:10]), inline(key), "　".join(part for part in parts if part)
