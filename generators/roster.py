"""A roster (名册): several children's files under one heading, the subject of ledgers."""

from dataclasses import dataclass

from guanai.model.base import Record, key
from guanai.model.student import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster(Record):
    """The children of a class, a grade or the school, as one edition may see them.

    ``id`` names the ledger's file, such as ``J2024-03-2026-11``; ``scope`` is 全校, a grade or a class.
    """

    id: str = key("编号", "")
    scope: str = key("范围", "")
    students: tuple[Student, ...] = key("学生", ())
