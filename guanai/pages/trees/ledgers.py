"""Ledgers (台账): one list over many children, from what the audience may see of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guanai.pages.escape import inline
from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.page import Markup, Page, Sheet, link
from guanai.pages.trees.sections import items_of
from guanai.pages.trees.telling import row, told
from guanai.pages.trees.view import Seen, View
from guanai.schema import Field

_KIND: Final = "student"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger.

    Attributes:
        name: path of its page.
        title: its name.
        way: keys from the file to the list.
        keys: columns, in order.
        is_large: many lines a child; a unit larger than a class has only its figures.
    """

    name: str
    title: str
    way: tuple[str, ...]
    keys: tuple[str, ...]
    is_large: bool = False


LEDGERS: Final = (
    Ledger("circumstances", "特殊情形台账", ("特殊情形",), ("情形", "起", "止", "认定人", "认定日期", "佐证", "说明")),
    Ledger("levels", "预警台账", ("预警",), ("日期", "等级", "理由", "决定人", "责任人", "复评日期")),
    Ledger("helpers", "帮扶责任人台账", ("帮扶责任人",), ("教师", "职责", "学科", "起", "止")),
    Ledger("plans", "计划台账", ("计划",), ("日期", "类型", "学科", "制定人", "责任教师", "起", "止")),
    Ledger("entries", "过程记录台账", ("过程记录",), ("时间", "类型", "形式", "主题", "记录人"), is_large=True),
    Ledger("aid", "照顾台账", ("照顾",), ("类型", "项目", "金额", "起", "止", "经办人", "签收")),
    Ledger("persuasions", "劝返台账", ("劝返",), ("触发日期", "触发原因", "状态", "复学日期", "稳定日期", "销号日期")),
    Ledger("summaries", "总结台账", ("总结",), ("学期", "日期", "撰写人", "成效", "下一步")),
    Ledger("honours", "荣誉台账", ("荣誉",), ("日期", "名称"), is_large=True),
    Ledger("enrolment", "学籍台账", ("学籍",), ("班级", "状态", "起", "止", "原因", "去向", "去向核实"), is_large=True),
    Ledger("guardians", "监护人名册", ("家庭", "监护人"), ("姓名", "关系", "主要监护人", "电话", "务工地", "共同居住"), is_large=True),
)  # fmt: skip


def ledger_pages(view: View, addresses: Addresses) -> Iterator[Page]:
    """Yield a page for each ledger that has lines for this audience."""
    for ledger in LEDGERS:
        if ledger.is_large and not view.audience.is_of_children:
            continue
        page = _page(ledger, view, addresses)
        if page is not None:
            yield page


def lines(ledger: Ledger, seen: Seen) -> list[dict[str, object]]:
    """Return the lines of one child in a ledger."""
    data = seen.data
    for key in ledger.way[:-1]:
        inner = data.get(key)
        data = inner if isinstance(inner, dict) else {}
    return [dict(item) for item in items_of(data, ledger.way[-1])]


def child_link(seen: Seen, view: View, addresses: Addresses, base: str) -> Markup:
    """Return a child's name as a link to its page: in this tree, or where the gateway finds it.

    Args:
        seen: the child.
        view: whose pages.
        addresses: of the gateway.
        base: way from the page to the tree's root.
    """
    name = str(seen.data["姓名"])
    if view.audience.is_of_children:
        return link(name, f"{base}students/{seen.id}/")
    return link(name, addresses.child.format(seen.id))


def _page(ledger: Ledger, view: View, addresses: Addresses) -> Page | None:
    shape: Field | None = view.schemas.record(_KIND).at(ledger.way)
    shape = shape.item if shape else None
    found = [(seen, item) for seen in view.children for item in lines(ledger, seen)]
    if shape is None or not found:
        return None
    keys = tuple(key for key in ledger.keys if any(item.get(key) for _, item in found))
    sheet = Sheet(f"ledgers/{ledger.name}.md", ledger.title)
    sheet.made_from(*dict.fromkeys(seen.id for seen, _ in found))
    sheet.paragraph(f"{view.unit_name}，共 {len(found)} 条。")
    head = ("姓名", *keys) if len(view.classes) == 1 else ("班级", "姓名", *keys)
    sheet.table(
        head,
        (
            (
                *((inline(view.class_name(seen.class_id)),) if len(head) > len(keys) + 1 else ()),
                child_link(seen, view, addresses, "../../"),
                *row(item, keys, shape, view),
            )
            for seen, item in found
        ),
    )
    return sheet.page()


def roster_page(view: View, addresses: Addresses) -> Page:
    """Return the class list (名册) of a class."""
    shape = view.schemas.record(_KIND)
    keys = ("性别", "出生日期", "民族", "就读方式", "课堂安全提示")
    sheet = Sheet("students/index.md", "学生名册")
    sheet.made_from(*(seen.id for seen in view.children))
    sheet.table(
        ("姓名", "学籍", *keys),
        (
            (
                child_link(seen, view, addresses, "../"),
                inline(status_of(seen)),
                *(told(seen.data.get(key), shape.children[key], view) for key in keys),
            )
            for seen in view.children
        ),
    )
    return sheet.page()


def status_of(seen: Seen) -> str:
    """Return the last state of 学籍, "" where it is not told."""
    stays = items_of(seen.data, "学籍")
    return str(max(stays, key=lambda stay: str(stay.get("起", ""))).get("状态", "")) if stays else ""


def level_of(seen: Seen) -> str:
    """Return the warning level decided last, "" for none or where it is not told."""
    found = items_of(seen.data, "预警")
    # Of two of one day the lower in the file is the later.
    return (
        str(max(reversed(found), key=lambda each: str(each.get("日期", ""))).get("等级", "")) if found else ""
    )
