"""The family part of a child's file (家庭) as the code sees it."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardian(Record):
    """A guardian (监护人) as known today; ``capacity`` is the ability to look after the child."""

    id: str | None = key("编号")
    name: str = key("姓名", "")
    relation: str = key("关系", "")
    is_primary: bool | None = key("主要监护人")
    phone: str | None = key("电话")
    second_phone: str | None = key("备用电话")
    id_number: str | None = key("证件号码")
    education: str | None = key("文化程度")
    employer: str | None = key("工作单位")
    working_place: str | None = key("务工地")
    lives_together: bool | None = key("共同居住")
    capacity: str | None = key("监护能力")
    health: str | None = key("健康状况")
    since: date | None = key("起")
    until: date | None = key("止")
    remark: str | None = key("备注")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrustedCare(Record):
    """Who looks after the child while the parents are away (委托监护)."""

    carer: str | None = key("受托人")
    relation: str | None = key("关系")
    phone: str | None = key("电话")
    since: date | None = key("起")
    agreement: str | None = key("协议存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Record):
    """Another member of the household (其他成员)."""

    id: str | None = key("编号")
    name: str = key("姓名", "")
    relation: str = key("关系", "")
    age_group: str | None = key("年龄段")
    remark: str | None = key("说明")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """Something that changed in the family (家庭变动), on its day."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    content: str = key("内容", "")
    confidentiality: str | None = key("密级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Record):
    """Home, means and guardians (家庭)."""

    address: str | None = key("住址")
    village: str | None = key("住址村社")
    phone: str | None = key("电话")
    structure: str | None = key("家庭结构")
    economy: str | None = key("经济状况")
    income: str | None = key("经济来源")
    relief: tuple[str, ...] = key("救助情况", ())
    guardians: tuple[Guardian, ...] = key("监护人", ())
    entrusted_care: EntrustedCare | None = key("委托监护")
    members: tuple[Member, ...] = key("其他成员", ())
    changes: tuple[Change, ...] = key("家庭变动", ())
