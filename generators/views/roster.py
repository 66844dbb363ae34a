"""特殊学生花名册: the special-care students of a class, a grade or the school as they stand in a term."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from guanai.model.base import Record, key
from guanai.model.student import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialChild(Record):
    """A line of the roster."""

    class_id: str = key("班级", "")
    student: str = key("学生", "")
    sex: str = key("性别", "")
    birth_date: date | None = key("出生日期")
    category: str | None = key("类别")
    detail: str | None = key("具体情况")
    guardian: str | None = key("监护人")
    phone: str | None = key("电话")
    address: str | None = key("住址")
    helpers: tuple[str, ...] = key("帮扶责任人", ())
    level: str | None = key("等级")
    filed_on: date | None = key("建档日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialRoster(ViewRecord):
    """The roster."""

    total: int = key("人数", 0)
    summary: str | None = key("合计")
    children: tuple[SpecialChild, ...] = key("名单", ())


def _build(gathered: Gathered, unit: str, period: Period) -> SpecialRoster:
    day = period.until(gathered.on)
    listed = [
        child for child in gathered.members(classes_of(unit, gathered), day) if of.is_special(child, day)
    ]
    return SpecialRoster(
        **frame(unit, period, gathered),
        total=len(listed),
        summary=of.tally(of.by_category(gathered, listed, day)) or None,
        children=tuple(_line(gathered, child, day) for child in listed),
    )


def _line(gathered: Gathered, child: Student, day: date) -> SpecialChild:
    who = of.guardian(child)
    veiled = of.veiled(
        child,
        birth_date="birth_date",
        category="circumstances",
        detail="circumstances",
        guardian="family",
        phone="family",
        address="family",
        helpers="supporters",
        level="warnings",
        filed_on="filing",
    )
    return SpecialChild(
        hidden=frozenset(veiled),
        class_id=of.class_of(child, day),
        student=child.id,
        sex=child.sex,
        birth_date=child.birth_date,
        category=of.listed(of.categories(child, gathered.taxonomy, day)) or of.words(child, day) or None,
        detail=of.details(child, day) or None,
        guardian=of.named(who) if who else None,
        phone=who.phone if who else None,
        address=child.family.address if child.family else None,
        helpers=of.helpers(child, day),
        level=of.level(child, day),
        filed_on=child.filing.dated_on if child.filing else None,
    )


VIEW: Final = View(
    "special-roster",
    "特殊学生花名册",
    "花名册",
    (Unit.CLASS, Unit.GRADE, Unit.SCHOOL),
    Length.TERM,
    SpecialRoster,
    _build,
)
