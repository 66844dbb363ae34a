"""交接: a new homeroom teacher or a new school takes a child over, and what goes from hand to hand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from guanai.calendar import day_begins
from guanai.model.staff import Assignment, Staff
from guanai.model.student import Enrolment, Student
from guanai.rules.agenda import Task
from guanai.rules.clock import Timeliness, day_of
from guanai.rules.derived import labels_of, word_labels
from guanai.rules.enrolment import Status, class_on
from guanai.rules.persuasion import open_cases
from guanai.rules.reporting import countable
from guanai.rules.supervision import standing


class Occasion(StrEnum):
    """Why there is a handover."""

    HOMEROOM = "更换班主任"
    CLASS = "转班"
    SCHOOL = "转学"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to hand over: its name, ids of what it holds, and what a reader needs to see that there is any."""

    name: str
    ids: tuple[str, ...]
    labels: frozenset[str]
    students: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A class that comes into other hands; staff ids, "" for a vacancy.

    Attributes:
        on: first day of the new hands.
    """

    class_id: str
    on: date
    giver: str
    taker: str


@dataclass(frozen=True, slots=True)
class Handover:
    """Children who come into other hands.

    Attributes:
        on: first day of the new hands.
        class_id: the class, for a child that moves the new one.
        giver: staff id, "" where the post was vacant.
        taker: staff id, "" where the post is vacant; another school stands in ``destination``.
        destination: the new school, "" for a handover in the house.
        students: the children.
        items: what goes with them.
    """

    occasion: Occasion
    on: date
    class_id: str
    giver: str
    taker: str
    destination: str
    students: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see that there is a handover; each item has its own."""
        return labels_of("student", "学籍", "状态")


def handovers(
    staff: Staff, students: Sequence[Student], since: date, until: date, tasks: Iterable[Task] = ()
) -> tuple[Handover, ...]:
    """Return the handovers of some days, oldest first.

    Args:
        staff: everybody with their posts.
        students: the children whose files are kept.
        since: first day.
        until: last day.
        tasks: what meetings decided; those not done go with the child.
    """
    work = tuple(tasks)
    found = [
        *_homeroom(staff, students, since, until, work),
        *(each for student in students for each in _moves(staff, student, since, until, work)),
    ]
    return tuple(sorted(found, key=lambda each: (each.on, each.occasion, each.class_id, each.students)))


def items(students: Sequence[Student], day: date, tasks: Iterable[Task] = ()) -> tuple[Item, ...]:
    """Return what a homeroom teacher would hand over on a day.

    Args:
        students: the children of the class.
        day: first day of the new hands.
        tasks: what meetings decided.
    """
    return tuple(_items(Occasion.HOMEROOM, students, day, tuple(tasks)))


def homeroom_on(staff: Staff, class_id: str, on: date) -> str:
    """Return who leads a class on a day: the acting teacher before the one who is away, "" for a vacancy."""
    posts = [
        (person.id, post)
        for person in staff.people
        for post in person.assignments
        if post.role == _HOMEROOM and post.scope == class_id
    ]
    return _holder(posts, on)


def changes(staff: Staff, since: date, until: date) -> Iterator[Change]:
    """Yield the changes of homeroom teachers of some days, class by class.

    The first teacher of a new class takes over from nobody here.
    """
    posts: dict[str, list[_Held]] = {}
    for person in staff.people:
        for post in person.assignments:
            if post.role == _HOMEROOM:
                posts.setdefault(post.scope, []).append((person.id, post))
    for class_id in sorted(posts):
        for day in _turning_days(posts[class_id])[1:]:
            giver, taker = _holder(posts[class_id], day - _DAY), _holder(posts[class_id], day)
            if giver != taker and since <= day <= until:
                yield Change(class_id, day, giver, taker)


def moves(
    enrolments: Sequence[Enrolment], since: date, until: date
) -> Iterator[tuple[Occasion, date, Enrolment, Enrolment]]:
    """Yield each move of some days to another class or school: why, its day, where the child was and where it goes."""
    for before, after in pairwise(enrolments):
        day = after.since
        if day is None or not since <= day <= until:
            continue
        if after.status == Status.TRANSFERRED_OUT:
            yield Occasion.SCHOOL, day, before, after
        elif _is_other_class(before, after):
            yield Occasion.CLASS, day, before, after


_HOMEROOM: Final = "班主任"
_DAY: Final = timedelta(days=1)
#: A staff id and the post of that person.
_Held = tuple[str, Assignment]


def _holds(post: Assignment, on: date) -> bool:
    return (post.since is None or post.since <= on) and (post.until is None or on <= post.until)


def _holder(posts: Iterable[_Held], on: date) -> str:
    found = [(not post.is_acting, person) for person, post in posts if _holds(post, on)]
    return min(found, default=(True, ""))[1]


def _turning_days(posts: Sequence[_Held]) -> list[date]:
    begun = {post.since for _, post in posts if post.since}
    return sorted(begun | {post.until + _DAY for _, post in posts if post.until})


def _homeroom(
    staff: Staff, students: Sequence[Student], since: date, until: date, work: Sequence[Task]
) -> Iterator[Handover]:
    for each in changes(staff, since, until):
        held = [student for student in students if class_on(student, each.on) == each.class_id]
        if held:
            hands = (each.giver, each.taker, "")
            yield _made(Occasion.HOMEROOM, each.on, each.class_id, hands, held, work)


def _moves(
    staff: Staff, student: Student, since: date, until: date, work: Sequence[Task]
) -> Iterator[Handover]:
    for occasion, day, before, after in moves(student.enrolments, since, until):
        giver = homeroom_on(staff, before.class_id, day - _DAY)
        if occasion is Occasion.SCHOOL:
            hands = (giver, "", after.destination or "去向未写明")
            yield _made(occasion, day, before.class_id, hands, [student], work)
        else:
            hands = (giver, homeroom_on(staff, after.class_id, day), "")
            yield _made(occasion, day, after.class_id, hands, [student], work)


def _is_other_class(before: Enrolment, after: Enrolment) -> bool:
    return before.class_id != after.class_id and after.status not in (Status.GRADUATED, Status.DECEASED)


def _made(  # noqa: PLR0913 - the columns of a handover
    occasion: Occasion,
    day: date,
    class_id: str,
    hands: tuple[str, str, str],
    students: Sequence[Student],
    work: Sequence[Task],
) -> Handover:
    giver, taker, destination = hands
    items = _items(occasion, students, day, work)
    return Handover(
        occasion, day, class_id, giver, taker, destination, tuple(each.id for each in students), tuple(items)
    )


#: Ids of what a child's file holds on a day, each with what a reader needs to see it.
_Found = Iterable[tuple[str | None, frozenset[str]]]


def _plain(*keys: str) -> frozenset[str]:
    return labels_of("student", *keys)


def _own(confidentiality: str | None) -> frozenset[str]:
    return frozenset({confidentiality}) if confidentiality else frozenset()


def _is_open(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since < on) and (until is None or until >= on)


def _circumstances(student: Student, on: date) -> _Found:
    for each in student.circumstances:
        if _is_open(each.since, each.until, on):
            yield each.id, word_labels("student", ("特殊情形", "情形"), each.circumstance)


def _follow_ups(student: Student, on: date) -> _Found:
    for each in countable(student.entries):
        if each.at is not None and day_of(each.at) < on <= (each.next_on or date.min):
            yield (
                each.id,
                word_labels("student", ("过程记录", "类型"), each.kind) | _own(each.confidentiality),
            )


def _plans(student: Student, on: date) -> _Found:
    for each in student.plans:
        if _is_open(each.since, each.until, on):
            yield each.id, _plain("计划") | _own(each.confidentiality)


def _warning(student: Student, on: date) -> _Found:
    decision = standing(student.warnings, on)
    return [(decision.id, _plain("预警"))] if decision else []


#: What goes along, in the order of the paper.
_PARTS: Final[Sequence[tuple[str, Callable[[Student, date], _Found]]]] = (
    ("学生档案", lambda student, _: [(student.id, _plain("学籍", "状态"))]),
    ("特殊情形与佐证", _circumstances),
    ("预警等级与依据", _warning),
    ("没有完成的计划", _plans),
    ("约好的下次跟进", _follow_ups),
    (
        "进行中的照顾与减免",
        lambda student, on: [
            (each.id, _plain("照顾")) for each in student.aids if _is_open(each.since, each.until, on)
        ],
    ),
    (
        "没有销号的劝返",
        lambda student, on: [(each.id, _plain("劝返")) for each in open_cases(student.persuasions, on)],
    ),
    (
        "纸质材料",
        lambda student, _: [
            (each.id, _plain("附件目录") | _own(each.confidentiality)) for each in student.attachments
        ],
    ),
)

#: A new school gets what it needs to go on, not the level or the warnings of this one.
_STAYS_HERE: Final = frozenset({"预警等级与依据", "没有销号的劝返"})


def _items(
    occasion: Occasion, students: Sequence[Student], day: date, work: Sequence[Task]
) -> Iterator[Item]:
    for name, read in _PARTS:
        if occasion is Occasion.SCHOOL and name in _STAYS_HERE:
            continue
        groups: dict[frozenset[str], list[tuple[str, str]]] = {}
        for student in students:
            for made, labels in read(student, day):
                if made:
                    groups.setdefault(labels, []).append((student.id, made))
        # Things of one name under different labels are different items: who lacks a label sees no trace of its own.
        yield from (_item(name, found, labels) for labels, found in groups.items())
    if occasion is Occasion.SCHOOL:
        return
    ids = {student.id for student in students}
    open_ = {
        task.id: task
        for task in work
        if task.deadline.since < day_begins(day)
        and task.deadline.state(day_begins(day)) is not Timeliness.DONE
    }
    for task in open_.values():
        if about := tuple(student for student in task.students if student in ids):
            yield Item(f"会议决定：{task.matter}", (task.id,), task.labels, about)


def _item(name: str, found: Sequence[tuple[str, str]], labels: frozenset[str]) -> Item:
    return Item(name, tuple(each for _, each in found), labels, tuple(dict.fromkeys(who for who, _ in found)))
