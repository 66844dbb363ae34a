"""The first page of a unit: its figures as charts with their tables, and where to go from there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from guanai.grades import grade_of
from guanai.pages.audiences import SCHOOL
from guanai.pages.escape import inline
from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.charts import bars
from guanai.pages.trees.ledgers import LEDGERS, child_link, level_of, lines, status_of
from guanai.pages.trees.page import Markup, Page, Sheet, link
from guanai.pages.trees.sections import items_of
from guanai.pages.trees.view import View
from guanai.rules.derived import labels_of
from guanai.rules.indicators import category_labels
from guanai.schema import load_taxonomies

_LEVELS: Final = ("红", "黄", "绿")
_USUAL_TAXONOMY: Final = "十类"
#: So many months of entries are drawn: a school year.
_MONTHS: Final = 12


def overview_page(view: View, addresses: Addresses) -> Page:
    """Return the first page."""
    sheet = Sheet("index.md", view.unit_name)
    sheet.made_from(*(seen.id for seen in view.children))
    sheet.block("links", _links(addresses))
    if view.children:
        _figures(sheet, view)
        _warned(sheet, view, addresses)
    if not view.audience.is_of_children:
        _units(sheet, view, addresses)
    _attendance(sheet, view)
    return sheet.page()


def _links(addresses: Addresses) -> Iterator[Markup]:
    yield f"<p>{link('今天的职责和时限', addresses.duties)}</p>"
    yield f"<p>{link('查找学生', addresses.search)}</p>"


def _figures(sheet: Sheet, view: View) -> None:
    sheet.heading("概况", "figures")
    sheet.facts([("学生", f"{len(view.children)} 人"), ("班级", f"{len(view.classes)} 个")])
    states = Counter(status for seen in view.children if (status := status_of(seen)))
    bars(sheet, "学籍状态", "人", sorted(states.items(), key=lambda each: (-each[1], each[0])), "c-status")
    if _holds(view, labels_of("student", "预警", "等级")):
        levels = Counter(level_of(seen) for seen in view.children)
        bars(sheet, "预警等级", "人", [(each, levels[each]) for each in _LEVELS], "c-level")
    bars(sheet, "特殊情形", "人", list(_categories(view)), "c-category")
    bars(sheet, "过程记录（按月）", "条", _months(view), "c-month")


def _holds(view: View, labels: frozenset[str]) -> bool:
    return labels <= frozenset(view.audience.sees)


def _categories(view: View) -> Iterator[tuple[str, int]]:
    """Yield how many children stand under a category, of those categories that may be known of every child."""
    held = [
        {str(item.get("情形")) for item in items_of(seen.data, "特殊情形") if not item.get("止")}
        for seen in view.children
    ]
    name = view.context.school.taxonomy or _USUAL_TAXONOMY
    for category in load_taxonomies().get(name, ()):
        if _holds(view, category_labels(category)):
            yield category.name, sum(1 for words in held if not words.isdisjoint(category.circumstances))


def _months(view: View) -> list[tuple[str, int]]:
    found = Counter(
        str(item["时间"])[:7]
        for seen in view.children
        for item in items_of(seen.data, "过程记录")
        if isinstance(item.get("时间"), str)
    )
    return sorted(found.items())[-_MONTHS:]


def _warned(sheet: Sheet, view: View, addresses: Addresses) -> None:
    rows = [
        (rank, seen)
        for seen in view.children
        if (level := level_of(seen)) in _LEVELS
        for rank in (_LEVELS.index(level),)
    ]
    if rows:
        sheet.heading("有预警的学生", "warned")
        sheet.table(
            ("等级", "姓名", "班级"),
            (
                (_LEVELS[rank], child_link(seen, view, addresses, ""), inline(view.class_name(seen.class_id)))
                for rank, seen in sorted(rows, key=lambda each: (each[0], each[1].class_id, each[1].id))
            ),
        )


def _units(sheet: Sheet, view: View, addresses: Addresses) -> None:
    if not view.children:
        return
    sheet.heading("各班", "units")
    counted = [
        each
        for each in LEDGERS
        if each.name in ("circumstances", "levels", "plans", "entries", "persuasions")
    ]
    sheet.table(
        ("年级", "班级", "学生", *(f"{each.title.removesuffix('台账')}（条）" for each in counted)),
        (
            (
                link(
                    view.context.grade_name(grade_of(class_id), view.on),
                    addresses.unit.format(grade_of(class_id)),
                )
                if view.unit == SCHOOL
                else inline(view.context.grade_name(grade_of(class_id), view.on)),
                link(view.class_name(class_id), addresses.unit.format(class_id)),
                str(len(members)),
                *(str(sum(len(lines(each, seen)) for seen in members)) for each in counted),
            )
            for class_id in view.classes
            for members in ([seen for seen in view.children if seen.class_id == class_id],)
        ),
    )


def _attendance(sheet: Sheet, view: View) -> None:
    """Add the months of attendance that are over: the newest of each class changes three times a day."""
    rows = list(_months_over(view))
    if rows:
        sheet.heading("出勤（不含本月）", "attendance")
        sheet.table(("月份", "班级", "应到人次", "实到人次", "出勤率", "异常（条）"), rows)


def _months_over(view: View) -> Iterator[tuple[Markup, ...]]:
    if view.audience.is_of_one_child:
        return
    books: dict[str, list[Mapping[str, Any]]] = {}
    for seen in view.of_kind("attendance"):
        books.setdefault(str(seen.data["班级"]), []).append(seen.data)
    for class_id in sorted(books):
        for book in sorted(books[class_id], key=lambda each: str(each["月份"]))[:-1]:
            checks = items_of(book, "核查")
            expected = sum(int(each.get("应到", 0)) for each in checks)
            present = sum(int(each.get("实到", 0)) for each in checks)
            rate = f"{present / expected:.1%}" if expected else ""
            missed = str(len(items_of(book, "异常")))
            yield (
                inline(str(book["月份"])),
                inline(view.class_name(class_id)),
                str(expected),
                str(present),
                rate,
                missed,
            )
