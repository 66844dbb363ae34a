"""The calendar record (校历) as the code sees it."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Record):
    """学期 (学期)."""

    id: str = key("编号", "")
    begins: date | None = key("开学")
    ends: date | None = key("放假")
    is_tentative: bool | None = key("暂定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday(Record):
    """放假 (放假)."""

    name: str = key("名称", "")
    since: date | None = key("起")
    until: date | None = key("止")
    is_tentative: bool | None = key("暂定")


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeUpDay(Record):
    """补课日 (补课日)."""

    dated_on: date | None = key("日期")
    instead_of: date | None = key("补")
    is_tentative: bool | None = key("暂定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(Record):
    """一学年的学期、假期、调课；程序只从这里知道哪天上课 (校历)."""

    year: str = key("学年", "")
    terms: tuple[Term, ...] = key("学期", ())
    holidays: tuple[Holiday, ...] = key("放假", ())
    make_up_days: tuple[MakeUpDay, ...] = key("补课日", ())
    remark: str | None = key("备注")
