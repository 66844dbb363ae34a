"""The words a form may print that no record holds: a closed list, each computed from a record and the day."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from generators import wording
from generators.context import Context
from guanai.model.activity import Activity
from guanai.model.base import HIDDEN, Hidden, Record
from guanai.model.meeting import Meeting
from guanai.model.student import Enrolment, Student


class View(NamedTuple):
    """What every value of one form is seen through; a tuple, since each item of each list has its own.

    Attributes:
        context: look-ups of the edition.
        on: the day the form speaks of.
        root: the form's record; None for a blank form.
        owner: what holds the list of the item at hand; None outside a list.
        place: number of the item within its list, from 1; 0 outside a list.
    """

    context: Context
    on: date
    root: Record | None
    owner: Record | None = None
    place: int = 0


Derivation = Callable[[Record, View], str | Hidden]


def _enrolment(student: Student, on: date) -> Enrolment | None:
    """Return the enrolment in force on a day, or the last one before it."""
    begun = [found for found in student.enrolments if found.since is None or found.since <= on]
    return max(begun, key=lambda found: found.since or date.min, default=None)


def _class_id(student: Record, on: date) -> str | Hidden:
    assert isinstance(student, Student)  # noqa: S101 -- the table below says for which class it is
    if "enrolments" in student.hidden:
        return HIDDEN
    found = _enrolment(student, on)
    if found is None:
        return ""
    return HIDDEN if "class_id" in found.hidden else found.class_id


def _class(student: Record, view: View) -> str | Hidden:
    found = _class_id(student, view.on)
    return view.context.class_name(found, view.on) if isinstance(found, str) and found else found


def _homeroom_teacher(student: Record, view: View) -> str | Hidden:
    found = _class_id(student, view.on)
    if not isinstance(found, str):
        return found
    return wording.joined(
        someone.name
        for someone in view.context.staff.values()
        for held in someone.assignments
        if held.role == "班主任"
        and held.scope == found
        and (held.since is None or held.since <= view.on)
        and (held.until is None or view.on <= held.until)
    )


def _age(student: Record, view: View) -> str | Hidden:
    assert isinstance(student, Student)  # noqa: S101 -- as above
    if "birth_date" in student.hidden:
        return HIDDEN
    born = student.birth_date
    if born is None:
        return ""
    return f"{view.on.year - born.year - ((view.on.month, view.on.day) < (born.month, born.day))}岁"


def _own_term(held: Record, view: View) -> str:
    assert isinstance(held, Meeting | Activity)  # noqa: S101 -- as above
    held_on = held.at.date() if held.at else view.on
    return wording.term_name(wording.term_of(held_on))


#: Words of one kind of record, by its class.
OF_RECORD: Final[Mapping[type[Record], Mapping[str, Derivation]]] = {
    Student: {"年级班级": _class, "班主任姓名": _homeroom_teacher, "年龄": _age},
    Meeting: {"学年学期": _own_term},
    Activity: {"学年学期": _own_term},
}

#: Words that stand in every form.
SHARED: Final[Mapping[str, Callable[[View], str]]] = {
    "学年学期": lambda view: wording.term_name(wording.term_of(view.on)),
    "学年": lambda view: wording.term_name(wording.term_of(view.on)[:9]),
    "填表日期": lambda view: wording.long_date(view.on),
    "序号": lambda view: str(view.place or ""),
}

#: Words that stand even in a blank form.
OF_SCHOOL: Final[Mapping[str, Callable[[View], str]]] = {
    "学校名称": lambda view: view.context.school.name,
    "学校简称": lambda view: view.context.school.short_name or view.context.school.name,
}
