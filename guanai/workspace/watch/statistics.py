"""The school's indicators on a day: over what one person may know, or fit to be published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from guanai.calendar import SchoolTerm, instant
from guanai.errors import NotFound
from guanai.grades import grade_of
from guanai.model.taxonomy import Category
from guanai.model.trail import Persuasion
from guanai.rules.attendance import figures_of
from guanai.rules.derived import labels_of
from guanai.rules.facts import ChildFacts, Facts
from guanai.rules.indicators import (
    Indicator,
    category_counts,
    completion,
    for_reader,
    new_dropouts,
    persuaded,
    retention,
    stable_returns,
)
from guanai.rules.levels import rules_of
from guanai.rules.suppression import Published, PublishedTable, published, published_table
from guanai.rules.tally import Tally, class_tally, tally
from guanai.rules.truancy import tracking
from guanai.schema import load_taxonomies
from guanai.workspace.watch.signs import known_of
from guanai.workspace.watch.vigil import View

SCHOOL: Final = "全校"
#: What the figures of somebody are called who does not reach over the whole school.
WITHIN_REACH: Final = "可见范围"
_USUAL_TAXONOMY: Final = "十类"
_ALL_DUTIES: Final = "全部事项"


class NoTerm(NotFound):
    """No term has begun yet, as far as the calendars tell."""

    def __init__(self, on: date) -> None:
        super().__init__(f"{on} 之前校历里没有学期，算不出指标；请核对 records/calendar。")


@dataclass(frozen=True, slots=True)
class Attendance:
    """Figures of attendance of a class or a child over a stretch of days."""

    subject: str
    since: date
    until: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a person may know of the school's figures.

    Attributes:
        term: the term that is lived in, or the last one.
        indicators: each over those of whom the person may know on which side they stand.
        attendance: of classes and children, of the month and of the term.
    """

    term: SchoolTerm
    indicators: tuple[Indicator, ...]
    attendance: tuple[Attendance, ...]


@dataclass(frozen=True, slots=True)
class PublicStatistics:
    """Figures fit to be published."""

    term: SchoolTerm
    indicators: tuple[Published, ...]
    categories: PublishedTable


def statistics(view: View) -> Statistics:
    """Return what may be known of the figures on the view's day.

    Raises:
        NoTerm: no term has begun yet.
    """
    term = _term(view)
    units = _units(view)
    found = [*_of_children(view, term), *_categories(view, term, units)]
    if view.opened is not None:
        found = [for_reader(each, view.opened) for each in found]
    scope = SCHOOL if view.covers_school else WITHIN_REACH
    return Statistics(term, (*found, *_completions(view, term, scope)), tuple(_attendance(view, term)))


def public_statistics(view: View) -> PublicStatistics:
    """Return what of the figures may leave the school; ``view`` is the full edition.

    Raises:
        NoTerm: no term has begun yet.
    """
    term = _term(view)
    grades = {unit: ids for unit, ids in _units(view).items() if unit != SCHOOL and "-" not in unit}
    counts = {(each.name, each.scope): len(each.numerator) for each in _categories(view, term, grades)}
    members = {
        unit: sum(len(view.facts.members(class_id, view.on)) for class_id in ids)
        for unit, ids in grades.items()
    }
    table = published_table([each.name for each in _taxonomy(view)], tuple(grades), counts, members)
    return PublicStatistics(term, tuple(map(published, _of_children(view, term))), table)


def _term(view: View) -> SchoolTerm:
    begun = [term for term in view.facts.calendar.terms if term.begins <= view.on]
    if not begun:
        raise NoTerm(view.on)
    return begun[-1]


def _of_children(view: View, term: SchoolTerm) -> tuple[Indicator, ...]:
    facts, on = view.facts, view.on
    children = tuple(facts.children.values())
    scope = SCHOOL if view.covers_school else WITHIN_REACH
    cases = [(child.id, case) for child in children for case in child.persuasions]
    known, needed = known_of(view), rules_of(facts.policies).stable_days

    def stable_on(student: str, case: Persuasion) -> date | None:
        if case.returned_on is None:
            return None
        return tracking(student, known, returned_on=case.returned_on, needed=needed).stable_on

    return (
        retention(children, term.begins, on, scope),
        new_dropouts(children, term.begins, on, scope),
        persuaded(cases, term.begins, on),
        *stable_returns(cases, stable_on, on),
    )


def _categories(view: View, term: SchoolTerm, units: Mapping[str, Sequence[str]]) -> tuple[Indicator, ...]:
    return category_counts(view.facts.children.values(), _taxonomy(view), units, view.on, term.begins)


def _taxonomy(view: View) -> tuple[Category, ...]:
    found = load_taxonomies()
    return found.get(view.frame.school.taxonomy or "") or found[_USUAL_TAXONOMY]


def _units(view: View) -> dict[str, tuple[str, ...]]:
    """Return the classes of each unit that the view reaches over whole: the school, its grades, its classes."""
    classes = view.facts.classes(view.on)
    units: dict[str, tuple[str, ...]] = {SCHOOL: classes} if view.covers_school else {}
    for grade in dict.fromkeys(map(grade_of, classes)):
        units[grade] = tuple(each for each in classes if grade_of(each) == grade)
    units |= {each: (each,) for each in classes}
    return {unit: ids for unit, ids in units.items() if view.reaches(unit)}


def _completions(view: View, term: SchoolTerm, scope: str) -> Iterator[Indicator]:
    found = view.duties_between(term.begins, min(view.on, term.ends), instant(view.on))
    by_duty: dict[str, list[tuple[str, _Stand]]] = {}
    for each in found:
        stand = (each.id, _Stand(str(each.state)))
        by_duty.setdefault(f"{each.title}（{'、'.join(each.provisions)}）", []).append(stand)
    if by_duty:
        yield completion((each for stands in by_duty.values() for each in stands), _ALL_DUTIES, scope)
    for name, stands in by_duty.items():
        made = completion(stands, name, scope)
        if made.denominator:
            yield made


@dataclass(frozen=True, slots=True)
class _Stand:
    state: str


def _attendance(view: View, term: SchoolTerm) -> Iterator[Attendance]:
    facts, using, until = view.facts, figures_of(view.facts.policies), min(view.on, term.ends)
    month = max(term.begins, until.replace(day=1))
    for since in dict.fromkeys((month, term.begins)):
        days = facts.calendar.school_days(since, until)
        for class_id in facts.classes(view.on):
            if view.reaches(class_id, _attendance_labels()):
                yield Attendance(class_id, since, until, class_tally(facts.book, class_id, days, using))
        for child in _missed(facts):
            if view.holds(child.id, _attendance_labels()):
                made = tally(facts.book.of_child(child.id, since, until), using)
                if made != Tally():
                    yield Attendance(child.id, since, until, made)


def _missed(facts: Facts) -> Iterable[ChildFacts]:
    return (facts.children[each] for each in facts.book.exceptions if each in facts.children)


@cache
def _attendance_labels() -> frozenset[str]:
    # Whether a day missed was leave or not is told by what came of the call.
    return labels_of("attendance", "异常", "联系结果")
