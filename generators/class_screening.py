"""The screening of a class by the categories of the school's taxonomy (班级摸底): how many children, and which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.context import Context
from generators.naming import record_name
from guanai.model.base import Record, key
from guanai.model.screening import FOUND, NOTHING, OPEN, ScreenedFamily, Screening
from guanai.model.taxonomy import Category

#: Heads the circumstances that the school's taxonomy has no category for, and all of them where it has none.
_BESIDE: Final = "未列入本校分类的情形"
_UNSORTED: Final = "特殊情形"
#: Heads the children of whom the line says that there is something, and leaves what it is to the file.
UNWRITTEN: Final = "未写明情形（见学生档案）"


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
        found_count=None if is_hidden else results.count(FOUND),
        nothing_count=None if is_hidden else results.count(NOTHING),
        open_count=None if is_hidden else results.count(OPEN),
        categories=tuple(_categories(screening, context)),
        found=tuple(each for each in screening.families if each.result != NOTHING),
        summary=screening.summary,
    )


def categories_of(family: ScreenedFamily, taxonomy: Sequence[Category]) -> tuple[str, ...]:
    """Return the names of the categories in which a family counts; none unless something was found."""
    if not family.is_found:
        return ()
    held = set(family.circumstances)
    named = [category.name for category in taxonomy if held & set(category.circumstances)]
    if held.difference(*(category.circumstances for category in taxonomy)):
        named.append(_BESIDE if taxonomy else _UNSORTED)
    return tuple(named) or (UNWRITTEN,)


def _categories(screening: Screening, context: Context) -> Iterator[CategoryCount]:
    listed = context.taxonomies.get(context.school.taxonomy or "", ())
    found: dict[str, list[ScreenedFamily]] = {category.name: [] for category in listed}
    for family in screening.families:
        for name in categories_of(family, listed):
            found.setdefault(name, []).append(family)
    told = {category.name: category.circumstances for category in listed}
    known = {each for circumstances in told.values() for each in circumstances}
    for name, families in found.items():
        beside = dict.fromkeys(
            each for family in families for each in family.circumstances if each not in known
        )
        students = tuple(family.student for family in families)
        yield CategoryCount(
            name=name, circumstances=told.get(name, tuple(beside)), count=len(students), students=students
        )
