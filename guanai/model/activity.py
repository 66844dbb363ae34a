"""The activity record (活动): group counselling, open days, training, inspections and others."""

from dataclasses import dataclass
from datetime import datetime

from guanai.model.base import Record, key
from guanai.model.person import Person, Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Record):
    """An activity (活动): what it was, for whom, who took part, what came of it."""

    id: str = key("编号", "")
    kind: str = key("类型", "")
    name: str = key("名称", "")
    at: datetime | None = key("时间")
    ended_at: datetime | None = key("结束时间")
    place: str | None = key("地点")
    scope: str | None = key("范围")
    organizer: str = key("组织者", "")
    staff: tuple[str, ...] = key("参加教师", ())
    students: tuple[str, ...] = key("参加学生", ())
    guardian_count: int | None = key("参加家长人数")
    guests: tuple[Person, ...] = key("校外人员", ())
    purpose: str | None = key("目的")
    content: str | None = key("过程")
    findings: str | None = key("发现的问题")
    requirements: str | None = key("整改要求")
    reflection: str | None = key("效果与反思")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")
