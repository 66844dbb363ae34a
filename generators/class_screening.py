"""The screening of a class by the categories of the school's taxonomy (班级摸底): how many children, and which."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.context import Context
from generators.naming import record_name
from guanai.model.base import Record, key
from guanai.model.screening import ScreenedFamily, Screening

_FOUND: Final = "有情形"
_NOTHING: Final = "无情况"
_OPEN: Final = "待核实"

#: Heads the circumstances that the school's taxonomy has no category for.
_BESIDE: Final = "未列入本校分类的情形"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCount(Record):
    """A category and the children found in it; one with two circumstances may stand in two categories."""

    name: str = key("类别", "")
    circumstances: tuple[str, ...] = key("情形", ())
    count: int = key("人数", 0)
    students: tuple[str, ...] = key("学生", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScreening(Record):
    """A screening with its counts; ``found`` are the families where something was found or is still to be checked."""

    id: str = key("编号", "")
    class_id: str = key("班级", "")
    term: str = key("学期", "")
    author: str | None = key("排查人")
    finished_on: date | None = key("完成日期")
    screened: int | None = key("排查人数")
    found_count: int | None = key("有情形人数")
    nothing_count: int | None = key("无情况人数")
    open_count: int | None = key("待核实人数")
    categories: tuple[CategoryCount, ...] = key("类别统计", ())
    found: tuple[ScreenedFamily, ...] = key("情形明细", ())
    summary: str | None = key("班级小结")


def summed(screening: Screening, context: Context, _on: date) -> ClassScreening:
    """Return a screening with its counts; what the edition hides of it stays hidden."""
    is_hidden = "families" in screening.hidden
    results = [each.result for each in screening.families]
    derived = {"screened", "found_count", "nothing_count", "open_count", "categories", "found"}
    return ClassScreening(
        hidden=screening.hidden - {"families"} | (derived if is_hidden else set()),
        id=record_name(screening),
        class_id=screening.class_id,
        term=screening.term,
        author=screening.author,
        finished_on=screening.finished_on,
        screened=None if is_hidden else len(results),
        found_count=None if is_hidden else results.count(_FOUND),
        nothing_count=None if is_hidden else results.count(_NOTHING),
        open_count=None if is_hidden else results.count(_OPEN),
        categories=tuple(_categories(screening, context)),
        found=tuple(each for each in screening.families if each.result != _NOTHING),
        summary=screening.summary,
    )


def _categories(screening: Screening, context: Context) -> Iterator[CategoryCount]:
    listed = context.taxonomies.get(context.school.taxonomy or "", ())
    known = {circumstance for category in listed for circumstance in category.circumstances}
    seen = dict.fromkeys(each for family in screening.families for each in family.circumstances)
    beside = tuple(each for each in seen if each not in known)
    for category in listed:
        yield _count(screening, category.name, category.circumstances)
    if beside:
        yield _count(screening, _BESIDE if listed else "特殊情形", beside)


def _count(screening: Screening, name: str, circumstances: tuple[str, ...]) -> CategoryCount:
    students = tuple(
        family.student for family in screening.families if set(family.circumstances) & set(circumstances)
    )
    return CategoryCount(name=name, circumstances=circumstances, count=len(students), students=students)
