"""The attendance record (考勤): a class's checks of a month and whom they missed."""

from dataclasses import dataclass
from datetime import date, datetime, time

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Record):
    """One of the three checks of a day (核查), written down when nobody is missing too."""

    dated_on: date | None = key("日期")
    slot: str = key("节点", "")
    at: time | None = key("时间")
    expected: int = key("应到", 0)
    present: int = key("实到", 0)
    author: str | None = key("记录人")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceException(Record):
    """A child whom a check missed (异常), and what was done about it."""

    id: str | None = key("编号")
    student: str = key("学生", "")
    dated_on: date | None = key("日期")
    slot: str = key("节点", "")
    kind: str = key("类型", "")
    late_minutes: int | None = key("迟到分钟")
    reason: str | None = key("原因")
    contacted_at: datetime | None = key("联系时间")
    contact_mode: str | None = key("联系方式")
    contacted: str | None = key("联系人")
    contact_result: str | None = key("联系结果")
    reported_at: datetime | None = key("报备时间")
    returned_at: datetime | None = key("返校时间")
    author: str | None = key("记录人")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Record):
    """A class and a month (考勤); ``month`` is written ``2026-11``."""

    class_id: str = key("班级", "")
    term: str = key("学期", "")
    month: str = key("月份", "")
    checks: tuple[Check, ...] = key("核查", ())
    exceptions: tuple[AttendanceException, ...] = key("异常", ())
