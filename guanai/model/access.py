"""The access record (权限) as the code sees it."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Record):
    """What a role sees, adds and changes (角色)."""

    role: str = key("角色", "")
    sees: tuple[str, ...] = key("看", ())
    sees_with_level: tuple[str, ...] = key("有预警时另看", ())
    sees_paired: tuple[str, ...] = key("结对学生另看", ())
    appends: tuple[str, ...] = key("追加", ())
    edits: tuple[str, ...] = key("改", ())
    sees_only: str | None = key("只看")
    remark: str | None = key("备注")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Record):
    """Sight of one child for a time (特许), approved by a leader."""

    id: str | None = key("编号")
    staff: str = key("教师", "")
    student: str = key("学生", "")
    sees: tuple[str, ...] = key("看", ())
    since: date | None = key("起")
    until: date | None = key("止")
    approved_by: str = key("批准人", "")
    reason: str | None = key("理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Record):
    """The school's rules of access (权限); a floor in code holds below them."""

    roles: tuple[Role, ...] = key("角色", ())
    grants: tuple[Grant, ...] = key("特许", ())
