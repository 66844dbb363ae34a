"""Parts that several records share: someone who took part, a place where paper is kept."""

from dataclasses import dataclass

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """Someone who took part: of the staff by id, anyone else by name."""

    staff: str | None = key("教师")
    student: str | None = key("学生")
    name: str | None = key("姓名")
    post: str | None = key("单位职务")
    relation: str | None = key("关系")


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage(Record):
    """Where signed paper is kept."""

    box: str | None = key("盒号")
    number: str | None = key("件号")
