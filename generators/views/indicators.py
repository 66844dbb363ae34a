"""目标与指标看板: each figure of the school's work with its goal, its formula, numerator and denominator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, classes_of, frame
from guanai.model.base import Record, key
from guanai.rules import indicators as rules
from guanai.rules.facts import ChildFacts
from guanai.rules.indicators import Indicator, for_reader
from guanai.rules.suppression import published


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Record):
    """One figure in words."""

    scope: str = key("范围", "")
    name: str = key("指标", "")
    goal: str | None = key("目标")
    value: str = key("数值", "")
    numerator: str = key("分子", "")
    denominator: str = key("分母", "")
    formula: str = key("算法", "")
    note: str | None = key("说明")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCounts(Record):
    """Children on the roll of a grade or class and by level."""

    unit: str = key("范围", "")
    size: int = key("在籍", 0)
    special: int | None = key("特殊学生")
    red: int | None = key("红")
    yellow: int | None = key("黄")
    green: int | None = key("绿")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(ViewRecord):
    """The figures of a month."""

    figures: tuple[Figure, ...] = key("指标", ())
    duties: tuple[Figure, ...] = key("职责", ())
    units: tuple[UnitCounts, ...] = key("各班", ())


#: What the plan of retention aims at (R01).
_GOALS: Final = MappingProxyType(
    {"巩固率": "100%", "新增辍学（含疑似）": "0 人", "劝返学生稳定就读率": "100%"}
)

_NO_VALUE: Final = "—"


def of_children(
    gathered: Gathered, since: date, until: date, unit: str, *, see: Callable[[Indicator], Indicator]
) -> tuple[Indicator, ...]:
    """Return the indicators over the children of a unit.

    Args:
        gathered: the school.
        since: first day for what began in a period.
        until: the last day known.
        unit: class, grade or 全校.
        see: cuts an indicator to its reader.
    """
    begins = gathered.term_begins(until)
    children = _children(gathered, unit, begins)
    cases = [(child.id, case) for child in children for case in child.persuasions]
    stable, following = rules.stable_returns(
        cases, lambda student, case: gathered.stable_on(student, case, until), until
    )
    made = (
        rules.retention(children, begins, until, unit),
        rules.new_dropouts(children, begins, until, unit),
        rules.persuaded(cases, since, until),
        stable,
        following,
    )
    return tuple(map(see, made))


def cut(gathered: Gathered) -> Callable[[Indicator], Indicator]:
    """Return what cuts an indicator to the children the edition may know of."""
    return lambda each: for_reader(each, gathered.opened)


def of_duties(gathered: Gathered, since: date, until: date) -> Iterator[Indicator]:
    """Yield how much of each duty that fell due was done: by clause, never by person."""
    due = [each for each in gathered.occurrences(since, until) if since <= each.due.date() <= until]
    due.sort(key=lambda each: (each.duty, each.title))
    for (_, title), found in groupby(due, key=lambda each: (each.duty, each.title)):
        made = rules.completion([(each.id, each) for each in found], title)
        if made.denominator:
            yield made


def figure(each: Indicator) -> Figure:
    """Return a figure as it is shown within the school."""
    return Figure(
        scope=each.scope,
        name=each.name,
        goal=_GOALS.get(each.name),
        value=_value(each.value, is_share=each.denominator is not None),
        numerator=str(len(each.numerator)),
        denominator=_NO_VALUE if each.denominator is None else str(len(each.denominator)),
        formula=each.formula,
    )


def public(each: Indicator) -> Figure:
    """Return a figure as anybody may read it; small counts are kept back."""
    made = published(each)
    return Figure(
        scope=each.scope,
        name=made.name,
        goal=_GOALS.get(made.name),
        value=_value(made.value, is_share=each.denominator is not None) if not made.note else "不公布",
        numerator=_NO_VALUE if made.count is None else str(made.count),
        denominator=_NO_VALUE if made.of is None else str(made.of),
        formula=made.formula,
        note=made.note or None,
    )


def _value(value: float | None, *, is_share: bool) -> str:
    if value is None:
        return _NO_VALUE
    # Rounded down: what is not whole never prints as 100%.
    return f"{int(value * 1000) / 10:g}%" if is_share else f"{value:g}"


def _children(gathered: Gathered, unit: str, begins: date) -> list[ChildFacts]:
    wanted = set(classes_of(unit, gathered))

    def belongs(child: ChildFacts) -> bool:
        stays = [stay for stay in child.enrolments if stay.until is None or stay.until >= begins]
        return any(stay.class_id in wanted for stay in stays)

    return [child for child in gathered.facts.children.values() if belongs(child)]


def _build(gathered: Gathered, unit: str, period: Period) -> Sheet:
    until = period.until(gathered.on)
    found = of_children(gathered, period.begins, until, unit, see=cut(gathered))
    return Sheet(
        **frame(unit, period, gathered),
        figures=tuple(map(figure, found)),
        duties=tuple(map(figure, of_duties(gathered, period.begins, until))),
        units=tuple(_counts(gathered, each, until) for each in classes_of(unit, gathered)),
    )


def _counts(gathered: Gathered, class_id: str, on: date) -> UnitCounts:
    members = gathered.members([class_id], on)
    is_veiled = any("warnings" in child.hidden for child in members)
    levels = [of.level(child, on) for child in members]
    return UnitCounts(
        hidden=frozenset({"special", "red", "yellow", "green"}) if is_veiled else frozenset(),
        unit=class_id,
        size=len(members),
        special=sum(of.is_special(child, on) for child in members),
        red=levels.count("红"),
        yellow=levels.count("黄"),
        green=levels.count("绿"),
    )


VIEW: Final = View(
    "indicator-sheet", "目标与指标看板", "指标看板", (Unit.SCHOOL,), Length.MONTH, Sheet, _build
)
