"""The calendar record (校历) as the code sees it."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Record):
    """A term (学期): pupils' first and last day."""

    id: str = key("编号", "")
    begins: date | None = key("开学")
    ends: date | None = key("放假")
    is_tentative: bool | None = key("暂定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday(Record):
    """Days off inside a term (放假), weekends left out."""

    name: str = key("名称", "")
    since: date | None = key("起")
    until: date | None = key("止")
    is_tentative: bool | None = key("暂定")


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeUpDay(Record):
    """A weekend day with lessons (补课日) and the day it stands for."""

    dated_on: date | None = key("日期")
    instead_of: date | None = key("补")
    is_tentative: bool | None = key("暂定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Record):
    """A school year (校历); the program knows school days from here alone."""

    year: str = key("学年", "")
    terms: tuple[Term, ...] = key("学期", ())
    holidays: tuple[Holiday, ...] = key("放假", ())
    make_up_days: tuple[MakeUpDay, ...] = key("补课日", ())
    remark: str | None = key("备注")
