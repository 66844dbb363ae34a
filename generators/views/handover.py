"""班主任工作交接单: what goes from hand to hand when a class gets another homeroom teacher, or a child another class."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.views import child as of
from generators.views.gathered import Gathered
from generators.views.period import Length, Period
from generators.views.view import NothingToTell, Unit, View, ViewRecord, frame
from guanai.ids import STUDENT_ID
from guanai.model.base import Record, key
from guanai.model.student import Student
from guanai.rules import handover
from guanai.rules.agenda import Task, tasks
from guanai.rules.clock import day_of
from guanai.rules.derived import shown
from guanai.rules.handover import Handover, Occasion, homeroom_on
from guanai.rules.persuasion import open_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedItem(Record):
    """A kind of thing that is handed over."""

    name: str = key("事项", "")
    count: int = key("件数", 0)
    students: int = key("涉及学生", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedChild(Record):
    """What the taker has to know of a child first."""

    student: str = key("学生", "")
    category: str | None = key("类别")
    level: str | None = key("等级")
    safety: str | None = key("课堂安全提示")
    following: str | None = key("待办")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSheet(ViewRecord):
    """A handover that took place in the term, or one to come."""

    giver: str | None = key("移交人")
    taker: str | None = key("接收人")
    handed_on: date | None = key("交接日期")
    size: int = key("学生数", 0)
    items: tuple[HandedItem, ...] = key("清单", ())
    children: tuple[HandedChild, ...] = key("逐生", ())


def _build(gathered: Gathered, unit: str, period: Period) -> HandoverSheet:
    until = period.until(gathered.on)
    is_child = bool(STUDENT_ID.fullmatch(unit))
    members = (gathered.children[unit],) if is_child else gathered.members([unit], until)
    work = tasks(each for each in gathered.meetings if each.at and day_of(each.at) <= until)
    made = [
        each
        for each in handover.handovers(gathered.staff, members, period.begins, until, work)
        if (each.occasion is not Occasion.HOMEROOM if is_child else _is_of(each, unit))
    ]
    if is_child and not made:
        raise NothingToTell(VIEW.title, unit, period, "这名学生没有转班，也没有转学。")
    day = made[-1].on if made else until
    giver = made[-1].giver if made else homeroom_on(gathered.staff, unit, until)
    taker = (made[-1].taker or made[-1].destination) if made else ""
    return HandoverSheet(
        **frame(unit, period, gathered),
        giver=giver or None,
        taker=taker or None,
        handed_on=made[-1].on if made else None,
        size=len(members),
        items=_items(gathered, members, day, work),
        children=tuple(_child(gathered, child, day) for child in members if of.is_special(child, day)),
    )


def _is_of(each: Handover, class_id: str) -> bool:
    return each.occasion is Occasion.HOMEROOM and each.class_id == class_id


def _moved(gathered: Gathered, unit: str, period: Period) -> bool:
    """Tell whether there is a sheet to make: of every class, and of a child that moved in the period."""
    facts = gathered.facts.children.get(unit)
    if facts is None:
        return True
    return any(handover.moves(facts.enrolments, period.begins, period.until(gathered.on)))


def _items(
    gathered: Gathered, members: Sequence[Student], day: date, work: Iterable[Task]
) -> tuple[HandedItem, ...]:
    """Return what there is to hand over; of things under several labels, those that the edition may see."""
    found = shown(handover.items(members, day, tuple(work)), gathered.opened)
    names = dict.fromkeys(each.name for each in found)
    return tuple(
        HandedItem(
            name=name,
            count=sum(len(each.ids) for each in found if each.name == name),
            students=len({who for each in found if each.name == name for who in each.students}),
        )
        for name in names
    )


def _child(gathered: Gathered, child: Student, day: date) -> HandedChild:
    follow = [
        f"{each.next_on} {each.kind}后的跟进"
        for each in of.entries(child, date.min, day)
        if each.next_on and each.next_on >= day
    ]
    cases = [f"劝返{case.status}" for case in open_cases(child.persuasions, day)]
    return HandedChild(
        hidden=frozenset(of.veiled(child, category="circumstances", level="warnings", safety="safety_note")),
        student=child.id,
        category="、".join(of.categories(child, gathered.taxonomy, day)) or of.words(child, day) or None,
        level=of.level(child, day),
        safety=child.safety_note,
        following="\n".join((*cases, *follow)) or None,
    )


VIEW: Final = View(
    "homeroom-handover",
    "班主任工作交接单",
    "工作交接",
    (Unit.CLASS, Unit.CHILD),
    Length.TERM,
    HandoverSheet,
    _build,
    _moved,
)
