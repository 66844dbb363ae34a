"""Whom a duty is about: the children, classes and grades to which its words (对象) apply, and on which days."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from guanai.calendar import Span
from guanai.rules.facts import ChildFacts, Facts
from guanai.rules.plans import Plan
from guanai.schema.taxonomies import load_taxonomies

_LEVELS: Final = {"红色学生": "红", "黄色学生": "黄", "绿色学生": "绿"}
_CIRCUMSTANCES: Final = {"留守学生": "留守", "随班就读学生": "随班就读"}
#: 关注等级 of the children a counsellor follows.
_FOLLOWED: Final = frozenset({"重点", "紧急"})
_RELIEF: Final = "照顾.费用减免"
_PAIRED: Final = "结对教师"
#: The levels whose families are contacted in the vacations too.
_CLOSE: Final = frozenset({"红", "黄"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why and on which days a duty is about a child.

    Attributes:
        labels: what a reader needs to know of it.
        owner: staff id of whoever this reason names, "" for the duty's role.
    """

    days: Span
    labels: frozenset[str]
    owner: str = ""


#: A child and its reasons.
Concerned = tuple[ChildFacts, tuple[Reason, ...]]
#: Class, days and reason of a child.
Stretch = tuple[str, Span, Reason]


def concerned(facts: Facts, plan: Plan) -> tuple[Concerned, ...]:
    """Return the children a duty is about, each with the reasons; worked out once for all duties of one kind."""
    taxonomy = plan.policy.taxonomy if plan.subject == "特殊学生" else None

    def make() -> tuple[Concerned, ...]:
        find = _finder(plan.subject, taxonomy)
        return tuple((child, found) for child in facts.children.values() if (found := tuple(find(child))))

    return facts.once(("concerned", plan.subject, taxonomy), make)


def in_classes(facts: Facts, plan: Plan) -> tuple[tuple[ChildFacts, tuple[Stretch, ...]], ...]:
    """Return the children a duty is about, each with its `stretches`; worked out once for all duties of one kind."""
    taxonomy = plan.policy.taxonomy if plan.subject == "特殊学生" else None

    def make() -> tuple[tuple[ChildFacts, tuple[Stretch, ...]], ...]:
        found = concerned(facts, plan)
        return tuple((child, tuple(stretches(child, reasons))) for child, reasons in found)

    return facts.once(("in classes", plan.subject, taxonomy), make)


def stretches(child: ChildFacts, reasons: tuple[Reason, ...]) -> Iterator[Stretch]:
    """Yield class, days and reason wherever a child belongs to a class while a reason holds.

    Reasons that follow one another or overlap count as one. It needs the labels of both, unless one alone gives it.
    """
    for stay in child.stays:
        for reason in _merged(reasons):
            days = stay.days.clipped(reason.days.begins, reason.days.ends)
            if days is not None:
                yield stay.class_id, days, reason


def close_families(child: ChildFacts) -> tuple[Reason, ...]:
    """Return the days on which a child's level asks for contact in the vacations too."""
    return tuple(Reason(each.days, each.labels) for each in child.levels if each.level in _CLOSE)


def special_words(taxonomy: str | None) -> frozenset[str] | None:
    """Return the circumstances a taxonomy counts; None counts all."""
    if taxonomy is None or taxonomy not in load_taxonomies():
        return None
    return frozenset(word for category in load_taxonomies()[taxonomy] for word in category.circumstances)


def _finder(subject: str, taxonomy: str | None) -> Callable[[ChildFacts], Iterator[Reason]]:
    if subject == "特殊学生":
        words = special_words(taxonomy)
        return lambda child: (
            Reason(each.days, each.labels) for each in child.grounds if words is None or each.word in words
        )
    if subject in _CIRCUMSTANCES:
        word = _CIRCUMSTANCES[subject]
        return lambda child: (Reason(each.days, each.labels) for each in child.grounds if each.word == word)
    if subject in _LEVELS:
        level = _LEVELS[subject]
        return lambda child: (
            Reason(each.days, each.labels, each.owner) for each in child.levels if each.level == level
        )
    return _OTHERS.get(subject, _everybody)


def _warned(child: ChildFacts) -> Iterator[Reason]:
    return (Reason(each.days, each.labels) for each in child.levels)


def _paired(child: ChildFacts) -> Iterator[Reason]:
    return (Reason(each.days, each.labels, each.staff) for each in child.helpers if each.duty == _PAIRED)


def _followed(child: ChildFacts) -> Iterator[Reason]:
    if child.attention and child.attention[0] in _FOLLOWED:
        _, screened, labels = child.attention
        yield Reason(Span(date.fromisoformat(screened) if screened else date.min, date.max), labels)


def _relieved(child: ChildFacts) -> Iterator[Reason]:
    for each in child.done(_RELIEF):
        yield Reason(Span(date.fromisoformat(each.at), date.fromisoformat(_day(each.until))), each.labels)


def _everybody(_: ChildFacts) -> Iterator[Reason]:
    yield Reason(Span(date.min, date.max), frozenset({"教学"}))


_OTHERS: Final[Mapping[str, Callable[[ChildFacts], Iterator[Reason]]]] = {
    "预警学生": _warned,
    "结对学生": _paired,
    "心理关注学生": _followed,
    "减免学生": _relieved,
    "全体学生": _everybody,
}


def _day(until: str) -> str:
    return until[:10] if len(until) >= 10 else date.max.isoformat()


def _merged(reasons: tuple[Reason, ...]) -> Iterator[Reason]:
    if len(reasons) < 2:
        yield from reasons
        return
    for owner in dict.fromkeys(reason.owner for reason in reasons):
        yield from _joined([reason for reason in reasons if reason.owner == owner])


def _joined(reasons: list[Reason]) -> Iterator[Reason]:
    waiting: Reason | None = None
    for each in sorted(reasons, key=lambda reason: (reason.days.begins, reason.days.ends)):
        if waiting is None:
            waiting = each
        elif each.days.begins.toordinal() <= waiting.days.ends.toordinal() + 1:
            days = Span(waiting.days.begins, max(waiting.days.ends, each.days.ends))
            waiting = Reason(days, _together(days, waiting, each), each.owner)
        else:
            yield waiting
            waiting = each
    if waiting is not None:
        yield waiting


def _together(days: Span, *reasons: Reason) -> frozenset[str]:
    alone = [each.labels for each in reasons if each.days == days]
    if alone:
        return min(alone, key=lambda labels: (len(labels), sorted(labels)))
    return frozenset().union(*(each.labels for each in reasons))
