"""全校摸底汇总表: what the screenings of all classes found in a term, and which classes have not finished."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.class_screening import categories_of
from generators.views import child as of
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from guanai.grades import rung
from guanai.model.base import Record, key
from guanai.model.screening import ScreenedFamily, Screening
from guanai.model.student import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedClass(Record):
    """One class's screening."""

    class_id: str = key("班级", "")
    size: int = key("学生数", 0)
    ticked: int | None = key("已排查")
    left: int | None = key("未排查")
    found: int | None = key("有情形")
    finished_on: date | None = key("完成日期")
    author: str | None = key("排查人")
    state: str = key("进度", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCount(Record):
    """How many children stand under a category."""

    name: str = key("类别", "")
    count: int = key("人数", 0)
    by_class: str | None = key("各班人数")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedChild(Record):
    """A child in whose family something was found."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    sex: str = key("性别", "")
    category: str | None = key("类别")
    detail: str | None = key("具体情况")
    guardian: str | None = key("监护人")
    phone: str | None = key("电话")
    address: str | None = key("住址")
    helpers: tuple[str, ...] = key("帮扶责任人", ())
    level: str | None = key("等级")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolScreening(ViewRecord):
    """All classes of a unit."""

    size: int = key("学生数", 0)
    ticked: int = key("已排查", 0)
    found: int = key("有情形", 0)
    classes: tuple[ScreenedClass, ...] = key("各班", ())
    categories: tuple[CategoryCount, ...] = key("各类", ())
    children: tuple[ScreenedChild, ...] = key("名单", ())


def _build(gathered: Gathered, unit: str, period: Period) -> SchoolScreening:
    day = period.until(gathered.on)
    class_ids = classes_of(unit, gathered)
    made = {each.class_id: each for each in gathered.screenings if each.term == period.id}
    members = {each: gathered.members([each], day) for each in class_ids}
    classes = tuple(_class(each, members[each], made.get(each)) for each in class_ids)
    listed = [
        (child, line)
        for each in class_ids
        for child in members[each]
        if (line := _line_of(made.get(each), child.id)) is not None and line.is_found
    ]
    return SchoolScreening(
        **frame(unit, period, gathered),
        size=sum(each.size for each in classes),
        ticked=sum(each.ticked or 0 for each in classes),
        found=sum(each.found or 0 for each in classes),
        classes=classes,
        categories=_counts(gathered, listed),
        children=tuple(_child(gathered, child, line, day) for child, line in listed),
    )


VIEW: Final = View(
    "school-screening",
    "全校摸底汇总表",
    "摸底汇总",
    (Unit.SCHOOL, Unit.GRADE),
    Length.TERM,
    SchoolScreening,
    _build,
)


def _line_of(screening: Screening | None, student: str) -> ScreenedFamily | None:
    lines = screening.families if screening else ()
    return next((line for line in lines if line.student == student), None)


def _class(class_id: str, members: tuple[Student, ...], made: Screening | None) -> ScreenedClass:
    if made is None:
        return ScreenedClass(class_id=class_id, size=len(members), state="没有摸底记录")
    known = {child.id for child in members}
    lines = [line for line in made.families if line.student in known]
    is_veiled = "families" in made.hidden
    return ScreenedClass(
        hidden=frozenset({"ticked", "left", "found"}) if is_veiled else frozenset(),
        class_id=class_id,
        size=len(members),
        ticked=None if is_veiled else len(lines),
        left=None if is_veiled else len(members) - len(lines),
        found=None if is_veiled else sum(line.is_found for line in lines),
        finished_on=made.finished_on,
        author=made.author,
        state="已完成" if made.finished_on else "进行中",
    )


def _counts(gathered: Gathered, listed: list[tuple[Student, ScreenedFamily]]) -> tuple[CategoryCount, ...]:
    found: dict[str, Counter[str]] = {category.name: Counter() for category in gathered.taxonomy}
    for child, line in listed:
        place = of.class_of(child, gathered.on)
        for name in categories_of(line, gathered.taxonomy):
            found.setdefault(name, Counter())[place] += 1
    system = gathered.school.system or "六三制"
    return tuple(
        CategoryCount(
            name=name,
            count=counts.total(),
            by_class="、".join(
                f"{of.short_class(each, gathered.on, system)}班 {counts[each]} 人"
                for each in sorted(counts, key=rung)
            )
            or None,
        )
        for name, counts in found.items()
    )


def _categories(gathered: Gathered, line: ScreenedFamily) -> tuple[str, ...]:
    """Return the school's categories of a line, or where there is none what it says."""
    named = categories_of(line, gathered.taxonomy)
    known = {category.name for category in gathered.taxonomy}
    return tuple(each for each in named if each in known) or line.circumstances or named


def _child(gathered: Gathered, child: Student, line: ScreenedFamily, day: date) -> ScreenedChild:
    who = of.guardian(child)
    return ScreenedChild(
        hidden=frozenset(
            of.veiled(child, guardian="family", phone="family", address="family", level="warnings")
        ),
        class_id=of.class_of(child, day),
        student=child.id,
        sex=child.sex,
        category=of.listed(dict.fromkeys(_categories(gathered, line))),
        detail=line.remark or of.details(child, day) or None,
        guardian=of.named(who) if who else None,
        phone=who.phone if who else None,
        address=child.family.address if child.family else None,
        helpers=of.helpers(child, day),
        level=of.level(child, day),
    )
