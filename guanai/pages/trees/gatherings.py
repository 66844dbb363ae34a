"""Meetings, activities, screenings and decisions of a unit: a page for each school year, a card for each."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.page import Page, Sheet, link
from guanai.pages.trees.sections import card
from guanai.pages.trees.view import Seen, View

#: Kind, folder, what the page is called, field of the day, fields that name one.
_KINDS: Final = (
    ("meeting", "meetings", "会议", "时间", ("时间", "名称")),
    ("activity", "activities", "活动", "时间", ("时间", "名称")),
    ("screening", "screenings", "排查", "学期", ("学期", "班级")),
    ("decision", "decisions", "决定", "日期", ("日期", "名称")),
)
_FIRST_MONTH: Final = "09"


def gathering_pages(view: View, addresses: Addresses) -> Iterator[tuple[str, tuple[Page, ...]]]:
    """Yield the name of each kind that has any and its pages, newest year first."""
    if view.audience.is_of_one_child or not view.audience.opens:
        return
    for kind, folder, title, day, heads in _KINDS:
        years: dict[str, list[Seen]] = {}
        for seen in view.of_kind(kind):
            years.setdefault(_year(str(seen.data.get(day, ""))), []).append(seen)
        if years:
            yield (
                title,
                tuple(
                    _page(view, addresses, (kind, folder, title, heads), year, years[year])
                    for year in sorted(years, reverse=True)
                ),
            )


def _page(
    view: View,
    addresses: Addresses,
    what: tuple[str, str, str, tuple[str, ...]],
    year: str,
    found: list[Seen],
) -> Page:
    kind, folder, title, heads = what
    shape = view.schemas.record(kind)
    sheet = Sheet(f"{folder}/{year}.md", f"{title}（{year.replace('-', '—')}学年）")
    for seen in sorted(found, key=lambda each: (str(each.data.get(heads[0], "")), each.id), reverse=True):
        sheet.made_from(seen.id)
        words = " ".join(_head(seen.data, key, view) for key in heads if seen.data.get(key))
        sheet.block("record", card(seen.data, shape, view, title=link(words, addresses.edit.format(seen.id))))
    return sheet.page()


def _head(data: Mapping[str, Any], key: str, view: View) -> str:
    value = str(data[key])
    if key == "班级":
        return view.class_name(value)
    return value[:16].replace("T", " ")


def _year(day: str) -> str:
    """Return the school year of a day or term."""
    year = int(day[:4] or 0)
    if len(day) > 7 and day[4:9].lstrip("-").isdecimal() and day[5:9].isdecimal():
        return day[:9]
    first = year if day[5:7] >= _FIRST_MONTH else year - 1
    return f"{first}-{first + 1}"
