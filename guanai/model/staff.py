"""The staff record (教职工) as the code sees it."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Record):
    """A post (任职): role, scope and the days it is held."""

    role: str = key("角色", "")
    scope: str = key("范围", "")
    subject: str | None = key("学科")
    is_acting: bool | None = key("代理")
    since: date | None = key("起")
    until: date | None = key("止")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember(Record):
    """Someone with posts in the school (教职工), a parents' representative too."""

    id: str = key("编号", "")
    name: str = key("姓名", "")
    sex: str | None = key("性别")
    phone: str | None = key("电话")
    email: str | None = key("邮箱")
    is_external: bool | None = key("校外")
    assignments: tuple[Assignment, ...] = key("任职", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff(Record):
    """Everybody in staff.yml, in its order."""

    people: tuple[StaffMember, ...] = key("教职工", ())
