"""The model knows exactly the keys of the schemas, under their English names."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from guanai.model.access import Access
from guanai.model.activity import Activity
from guanai.model.attendance import Attendance
from guanai.model.base import HIDDEN, Record, UnreadableValue
from guanai.model.calendar import Calendar
from guanai.model.counseling import Counseling
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.policy import Policy
from guanai.model.school import School
from guanai.model.screening import Screening
from guanai.model.staff import Staff
from guanai.model.student import Student
from guanai.schema import Field, load_schemas

_KINDS: dict[str, type[Record]] = {
    "student": Student, "school": School, "staff": Staff, "access": Access, "calendar": Calendar, "policy": Policy, "meeting": Meeting,
    "activity": Activity, "attendance": Attendance, "counseling": Counseling, "decision": SchoolDecision, "screening": Screening,
}  # fmt: skip


def _pairs(cls: type[Record], field: Field) -> Iterator[tuple[type[Record], Field]]:
    yield cls, field
    hints = get_type_hints(cls)
    for chinese, name in cls.names().items():
        inner = _record_type(hints[name])
        child = field.children.get(chinese)
        if inner is not None and child is not None:
            yield from _pairs(inner, child if child.type == "object" else child.item or child)


def _record_type(hint: Any) -> type[Record] | None:
    if isinstance(hint, type):
        return hint if issubclass(hint, Record) else None
    return next((found for arg in get_args(hint) if (found := _record_type(arg))), None)


@pytest.mark.parametrize("kind", _KINDS)
def test_keys_and_names_are_those_of_the_schema(kind: str) -> None:
    for cls, field in _pairs(_KINDS[kind], load_schemas().record(kind)):
        assert cls.names() == {key: child.name for key, child in field.children.items()}, cls


def test_values_get_their_types() -> None:
    student = Student.from_mapping(
        {"编号": "S2024-7K3QD", "姓名": "阿依古丽·买买提", "性别": "女", "出生日期": "2012-05-06",
         "学籍": [{"编号": "X-2345", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01"}]}
    )  # fmt: skip
    assert student.birth_date == date(2012, 5, 6)
    assert student.enrolments[0].class_id == "J2024-03"
    assert student.family is None


@pytest.mark.parametrize(("typed", "seat"), [(3, 3), (3.0, 3)])
def test_a_whole_number_may_be_typed_with_a_point(typed: float, seat: int) -> None:
    stay = {"编号": "X-2345", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01", "座号": typed}
    student = Student.from_mapping({"编号": "S2024-7K3QD", "姓名": "某", "学籍": [stay]})
    assert student.enrolments[0].seat == seat


def test_a_hidden_field_is_empty_and_says_so() -> None:
    student = Student.from_mapping(
        {"编号": "S2024-7K3QD", "姓名": "某", "出生日期": HIDDEN, "家庭": HIDDEN, "预警": HIDDEN}
    )
    assert (student.birth_date, student.family, student.warnings) == (None, None, ())
    assert student.hidden == {"birth_date", "family", "warnings"}


@pytest.mark.parametrize(
    "wrong", [{"出生日期": "2012-02-30"}, {"姓名": 5}, {"学籍": "x"}, {"家庭": []}, {"独生子女": "是"}]
)
def test_a_value_of_the_wrong_shape_names_its_key(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnreadableValue, match=next(iter(wrong))):
        Student.from_mapping({"编号": "S2024-7K3QD", **wrong})


def test_records_are_frozen() -> None:
    student = Student.from_mapping({"编号": "S2024-7K3QD", "姓名": "某"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        student.name = "别"  # type: ignore[misc]
