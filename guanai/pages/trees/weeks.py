"""Weekly lists (周清单): what changed in each week for the children at risk, newest week first."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from guanai.pages.escape import inline
from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.ledgers import child_link
from guanai.pages.trees.page import Markup, Page, Sheet
from guanai.pages.trees.sections import items_of
from guanai.pages.trees.telling import told
from guanai.pages.trees.view import Seen, View

#: List, field of the day, what it is called, field that tells what happened.
_CHANGES: Final = (
    ("预警", "日期", "预警等级", "等级"),
    ("劝返", "触发日期", "启动劝返", "触发原因"),
    ("劝返", "复学日期", "返校", "状态"),
)
#: Kinds of entry that belong on the list.
_ENTRIES: Final = ("家访", "校访", "强制报告")


def weeks_page(view: View, addresses: Addresses) -> Page | None:
    """Return the page, None where nothing stands on it."""
    rows = sorted(_rows(view), key=lambda each: (each[1], each[0].id), reverse=True)
    if not rows:
        return None
    sheet = Sheet("weeks.md", "周清单")
    sheet.paragraph("每周预警等级的变化、劝返和重要的走访，最近的一周在前。")
    sheet.made_from(*(seen.id for seen, *_ in rows))
    weeks: dict[date, list[tuple[Seen, date, str, Markup]]] = {}
    for line in rows:
        weeks.setdefault(line[1] - timedelta(days=line[1].weekday()), []).append(line)
    for monday, lines in weeks.items():
        sheet.heading(f"{monday.isoformat()} 至 {(monday + timedelta(days=6)).isoformat()}")
        sheet.table(
            ("日期", "姓名", "班级", "事项", "内容"),
            (
                (
                    inline(day.isoformat()),
                    child_link(seen, view, addresses, "../"),
                    inline(view.class_name(seen.class_id)),
                    inline(what),
                    words,
                )
                for seen, day, what, words in lines
            ),
        )
    return sheet.page()


def _rows(view: View) -> Iterator[tuple[Seen, date, str, Markup]]:
    shape = view.schemas.record("student")
    for seen in view.children:
        for key, day, what, told_by in _CHANGES:
            for item in items_of(seen.data, key):
                when = _day(item.get(day))
                if when is not None:
                    yield seen, when, what, told(item.get(told_by), shape.at((key, 0, told_by)), view)
        for item in items_of(seen.data, "过程记录"):
            when = _day(item.get("时间"))
            if when is not None and item.get("类型") in _ENTRIES:
                yield seen, when, str(item["类型"]), told(item.get("主题"), None, view)


def _day(value: object) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
