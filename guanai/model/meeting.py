"""The meeting record (会议) as the code sees it."""

from dataclasses import dataclass
from datetime import date, datetime

from guanai.model.base import Record, key
from guanai.model.person import Person, Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Absentee(Record):
    """Someone who asked leave from a meeting (请假)."""

    staff: str | None = key("教师")
    name: str | None = key("姓名")
    reason: str | None = key("原因")


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine(Record):
    """A guardian on the attendance list of a meeting (家长签到)."""

    student: str | None = key("学生")
    name: str = key("姓名", "")
    relation: str | None = key("关系")
    phone: str | None = key("电话")
    signature: str | None = key("签字")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Record):
    """What someone said (发言), under an item of the agenda."""

    id: str | None = key("编号")
    item: int | None = key("议题")
    speaker: Person | None = key("发言人")
    content: str = key("要点", "")
    confidentiality: str | None = key("密级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """What was decided (决定): matter, owners, day, and the children it is about."""

    id: str | None = key("编号")
    matter: str = key("事项", "")
    owners: tuple[str, ...] = key("责任人", ())
    due_on: date | None = key("期限")
    students: tuple[str, ...] = key("学生", ())
    done_on: date | None = key("完成")
    outcome: str | None = key("结果")
    confidentiality: str | None = key("密级")


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange(Record):
    """A warning level changed at the meeting (等级变更)."""

    student: str = key("学生", "")
    warning: str | None = key("预警")
    before: str | None = key("由")
    after: str = key("改为", "")
    reason: str | None = key("理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Record):
    """A meeting (会议): who, what was said and what was decided."""

    id: str = key("编号", "")
    kind: str = key("类型", "")
    name: str = key("名称", "")
    at: datetime | None = key("时间")
    ended_at: datetime | None = key("散会时间")
    place: str = key("地点", "")
    scope: str | None = key("范围")
    chair: str = key("主持人", "")
    secretary: str = key("记录人", "")
    present: tuple[Person, ...] = key("出席", ())
    observers: tuple[Person, ...] = key("列席", ())
    absent: tuple[Absentee, ...] = key("请假", ())
    has_guests: bool | None = key("会外人员参加")
    guardian_roll: tuple[RollLine, ...] = key("家长签到", ())
    agenda: tuple[str, ...] = key("议题", ())
    statements: tuple[Statement, ...] = key("发言", ())
    decisions: tuple[Decision, ...] = key("决定", ())
    level_changes: tuple[LevelChange, ...] = key("等级变更", ())
    issue_number: int | None = key("期数")
    number: str | None = key("文号")
    copies: tuple[str, ...] = key("抄送", ())
    remark: str | None = key("备注")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")
