"""The student record (学生档案) as the code sees it."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key
from guanai.model.care import (
    Aid,
    Attachment,
    Circumstance,
    Plan,
    Psychology,
    Situation,
    Supporter,
    WarningDecision,
)
from guanai.model.family import Family
from guanai.model.trail import Entry, Honour, Persuasion, Summary, Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Record):
    """The child's identity paper (证件): what it is and its number, masked for most readers."""

    kind: str = key("类型", "")
    number: str = key("号码", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing(Record):
    """When the file (建档) was begun and how long it is kept."""

    dated_on: date | None = key("日期")
    filed_by: str | None = key("建档人")
    retention: str | None = key("保管期限")
    review_on: date | None = key("复查日期")
    closed_on: date | None = key("销号日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Record):
    """One stay in a class (学籍); a new class, leave or return adds another one."""

    id: str | None = key("编号")
    class_id: str = key("班级", "")
    status: str = key("状态", "")
    since: date | None = key("起")
    until: date | None = key("止")
    seat: int | None = key("座号")
    cause: str | None = key("原因")
    destination: str | None = key("去向")
    destination_check: str | None = key("去向核实")
    approved_by: str | None = key("批准机关")


@dataclass(frozen=True, slots=True, kw_only=True)
class Student(Record):
    """One child's file (一生一档)."""

    id: str = key("编号", "")
    name: str = key("姓名", "")
    former_name: str | None = key("曾用名")
    sex: str = key("性别", "")
    birth_date: date | None = key("出生日期")
    identity: Identity | None = key("证件")
    enrolment_number: str | None = key("学籍号")
    secondary_number: str | None = key("学籍辅号")
    ethnicity: str | None = key("民族")
    political_status: str | None = key("政治面貌")
    registered_residence: str | None = key("户籍地")
    household_type: str | None = key("户口性质")
    health: str | None = key("健康状况")
    boarding: str | None = key("就读方式")
    admission: str | None = key("入学方式")
    origin: str | None = key("学生来源")
    only_child: bool | None = key("独生子女")
    talents: str | None = key("特长")
    filing: Filing | None = key("建档")
    enrolments: tuple[Enrolment, ...] = key("学籍", ())
    safety_note: str | None = key("课堂安全提示")
    family: Family | None = key("家庭")
    circumstances: tuple[Circumstance, ...] = key("特殊情形", ())
    situation: Situation | None = key("现状")
    psychology: Psychology | None = key("心理")
    supporters: tuple[Supporter, ...] = key("帮扶责任人", ())
    warnings: tuple[WarningDecision, ...] = key("预警", ())
    plans: tuple[Plan, ...] = key("计划", ())
    entries: tuple[Entry, ...] = key("过程记录", ())
    tests: tuple[Test, ...] = key("成绩", ())
    aids: tuple[Aid, ...] = key("照顾", ())
    persuasions: tuple[Persuasion, ...] = key("劝返", ())
    honours: tuple[Honour, ...] = key("荣誉", ())
    summaries: tuple[Summary, ...] = key("总结", ())
    attachments: tuple[Attachment, ...] = key("附件目录", ())
    remark: str | None = key("备注")
