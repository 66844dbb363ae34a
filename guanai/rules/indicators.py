"""Indicators: a name, a formula in words, numerator and denominator by id, the labels of all that was looked at."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from guanai.model.student import Enrolment
from guanai.model.taxonomy import Category
from guanai.model.trail import Persuasion
from guanai.rules.derived import Opened, labels_of, word_labels
from guanai.rules.enrolment import AWAY, ON_ROLL, Enrolled, Status, stay_on
from guanai.rules.facts import ChildFacts


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure of the school's work.

    Attributes:
        name: its name.
        formula: how it is worked out, in words.
        numerator: ids of the children (for duties: of the occurrences) that are counted.
        denominator: ids of all that are looked at; None for a plain count.
        labels: what a reader needs to hold for a child to know on which side it stands.
        scope: class, grade or 全校.
        is_sensitive: tells something of the children counted; published only where that tells of none of them.
        before: ids counted at the earlier day, for a count with change; None without one.
        is_of_children: whether the ids are those of children.
    """

    name: str
    formula: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] | None
    labels: frozenset[str]
    scope: str = "全校"
    is_sensitive: bool = False
    before: tuple[str, ...] | None = None
    is_of_children: bool = True

    @property
    def value(self) -> float | None:
        """The count, or the share from 0 to 1; None where there is nothing to divide by."""
        if self.denominator is None:
            return len(self.numerator)
        return len(self.numerator) / len(self.denominator) if self.denominator else None

    @property
    def change(self) -> int | None:
        """How many more than before, None where no earlier day is looked at."""
        return None if self.before is None else len(self.numerator) - len(self.before)

    @property
    def students(self) -> tuple[str, ...]:
        """The children it speaks of."""
        if not self.is_of_children:
            return ()
        return tuple(dict.fromkeys((*self.numerator, *(self.denominator or ()), *(self.before or ()))))


class DutyLike(Protocol):
    """What the completion of duties asks of an occurrence."""

    @property
    def state(self) -> str:
        """未到期, 待办, 提示, 已完成 or 逾期."""


_DONE: Final = "已完成"
_OVERDUE: Final = "逾期"


def for_reader(indicator: Indicator, opened: Opened) -> Indicator:
    """Return an indicator over those children alone of whom a reader may know on which side they stand.

    Args:
        indicator: one over children; one over duties is to be made from the duties that the reader may see.
        opened: what the reader holds for each child.
    """
    if not indicator.is_of_children:
        return indicator

    def keep(ids: Collection[str]) -> tuple[str, ...]:
        return tuple(each for each in ids if indicator.labels <= opened.get(each, frozenset()))

    return replace(
        indicator,
        numerator=keep(indicator.numerator),
        denominator=None if indicator.denominator is None else keep(indicator.denominator),
        before=None if indicator.before is None else keep(indicator.before),
    )


def retention(children: Iterable[Enrolled], begins: date, on: date, scope: str = "全校") -> Indicator:
    """Return the retention rate (巩固率) from the first day of a term to a day.

    Confirmed transfers and deaths leave both sides, 休学 stays in both. A transfer whose destination is not confirmed
    stays below and not above: until it is, the school does not know that the child goes to school.

    Args:
        children: all of the unit, those who left too.
        begins: first day.
        on: the day looked at.
        scope: the unit.
    """
    above, below = [], []
    for child in children:
        first, now = stay_on(child, begins), _latest(child, on)
        if first is None or first.status not in ON_ROLL - {Status.DROPPED_OUT} or now is None:
            continue
        is_gone = now.status == Status.TRANSFERRED_OUT
        if now.status == Status.DECEASED or (is_gone and now.destination_check == "已核实"):
            continue
        below.append(child.id)
        if now.status not in AWAY and not is_gone:
            above.append(child.id)
    return Indicator(
        "巩固率",
        "（期初在籍人数－其中辍学、疑似辍学和转出去向未核实的人数）÷期初在籍人数；去向已核实的转出和死亡两边都不计，休学计入。",
        tuple(above),
        tuple(below),
        labels_of("student", "学籍", "去向核实"),
        scope,
    )


def new_dropouts(children: Iterable[Enrolled], begins: date, on: date, scope: str = "全校") -> Indicator:
    """Return the children who are 疑似辍学 or 辍学 on a day and were not when the term began."""
    found = [
        child.id
        for child in children
        if (now := stay_on(child, on)) is not None
        and now.status in AWAY
        and ((first := stay_on(child, begins)) is None or first.status not in AWAY)
    ]
    formula = "期初不是、当日是疑似辍学或者辍学的人数。"
    return Indicator(
        "新增辍学（含疑似）", formula, tuple(found), None, labels_of("student", "学籍", "状态"), scope
    )


def persuaded(cases: Iterable[tuple[str, Persuasion]], since: date, on: date) -> Indicator:
    """Return the share of persuasions begun in a stretch of days whose child came back.

    Args:
        cases: child and persuasion.
        since: first day.
        on: last day; nothing later is known.
    """
    begun = [(child, case) for child, case in cases if case.triggered_on and since <= case.triggered_on <= on]
    back = [child for child, case in begun if case.returned_on is not None and case.returned_on <= on]
    return Indicator(
        "劝返率",
        "本期启动劝返的学生中已经返校的人数÷本期启动劝返的学生人数。",
        tuple(dict.fromkeys(back)),
        tuple(dict.fromkeys(child for child, _ in begun)),
        labels_of("student", "劝返"),
    )


def stable_returns(
    cases: Sequence[tuple[str, Persuasion]], stable_on: Callable[[str, Persuasion], date | None], on: date
) -> tuple[Indicator, Indicator]:
    """Return the share of those who came back that stayed, and how many are still being followed.

    Who is still within the days of tracking stands in neither side of the share.

    Args:
        cases: child and persuasion.
        stable_on: the day the return became stable, None so far; `truancy.tracking` works it out.
        on: nothing later is known.
    """
    stable, left, open_ = [], [], []
    for child, case in cases:
        if case.returned_on is None or case.returned_on > on:
            continue
        day = case.stable_on or stable_on(child, case)
        if day is not None and day <= on:
            stable.append(child)
        elif case.closed_on is not None or _began_anew(child, case, cases):
            left.append(child)
        else:
            open_.append(child)
    labels = labels_of("student", "劝返") | labels_of("attendance", "异常", "类型")
    share = Indicator(
        "劝返学生稳定就读率",
        "返校后连续规定的上课日没有无故缺勤的人数÷（这些人＋返校后再次离校的人）；还在跟踪期内的另计。",
        tuple(dict.fromkeys(stable)),
        tuple(dict.fromkeys((*stable, *left))),
        labels,
    )
    formula = "已经返校、还没有满规定上课日的人数。"
    return share, Indicator("返校跟踪中", formula, tuple(dict.fromkeys(open_)), None, labels)


def category_counts(
    children: Iterable[ChildFacts],
    categories: Sequence[Category],
    units: Mapping[str, Collection[str]],
    on: date,
    before: date | None = None,
) -> tuple[Indicator, ...]:
    """Return how many children stand under each category of a taxonomy in each unit, and how that changed.

    Args:
        children: the school's.
        categories: the taxonomy.
        units: the classes of each unit (class, grade or 全校) by its name.
        on: the day.
        before: an earlier day, such as the first of the term; None without change.

    Returns:
        Unit by unit, in each the categories in order.
    """
    known = tuple(children)
    now = _held(known, on)
    then = None if before is None else _held(known, before)
    return tuple(
        Indicator(
            category.name,
            "当日在校、有该类情形的学生人数；一名学生可以计入几类。",
            _counted(now, category, class_ids),
            None,
            category_labels(category),
            unit,
            is_sensitive=True,
            before=None if then is None else _counted(then, category, class_ids),
        )
        for unit, class_ids in units.items()
        for category in categories
    )


def category_labels(category: Category) -> frozenset[str]:
    """Return what a reader needs to hold for a child to know whether it stands under a category or not."""
    needed = [word_labels("student", ("特殊情形", "情形"), word) for word in category.circumstances]
    return labels_of("student", "学籍", "状态").union(*needed)


def completion(duties: Iterable[tuple[str, DutyLike]], name: str, scope: str = "全校") -> Indicator:
    """Return the share of duties that fell due and were done: of a clause or of the school, never of a person.

    Args:
        duties: id and occurrence; those that the reader may not see have been left out.
        name: the duty, as the policy calls it.
        scope: class, grade or school.
    """
    due = [(each, duty.state) for each, duty in duties if duty.state in (_DONE, _OVERDUE)]
    return Indicator(
        f"{name}：完成率",
        "已完成的次数÷（已完成＋逾期）的次数；未到期、待办和提示不计。",
        tuple(each for each, state in due if state == _DONE),
        tuple(each for each, _ in due),
        frozenset(),
        scope,
        is_of_children=False,
    )


def _latest(child: Enrolled, on: date) -> Enrolment | None:
    # A state that ended without another one after it, such as a transfer, is still the last that is known.
    begun = [stay for stay in child.enrolments if stay.since is not None and stay.since <= on]
    return begun[-1] if begun else None


#: Of each class, its children with the circumstances that hold on a day.
_Held = Mapping[str, Sequence[tuple[str, frozenset[str]]]]


def _held(children: Iterable[ChildFacts], on: date) -> _Held:
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for child in children:
        words = frozenset(ground.word for ground in child.grounds if on in ground.days)
        stay = child.stay_on(on) if words else None
        if stay is not None:
            found.setdefault(stay.class_id, []).append((child.id, words))
    return found


def _counted(held: _Held, category: Category, class_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        child
        for class_id in class_ids
        for child, words in held.get(class_id, ())
        if not words.isdisjoint(category.circumstances)
    )


def _began_anew(child: str, case: Persuasion, cases: Iterable[tuple[str, Persuasion]]) -> bool:
    return any(
        other is not case
        and who == child
        and other.triggered_on is not None
        and case.returned_on is not None
        and other.triggered_on > case.returned_on
        for who, other in cases
    )
