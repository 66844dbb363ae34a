"""The student record (学生档案) as the code sees it."""

from dataclasses import dataclass
from datetime import date, datetime

from guanai.model.base import Record, key
from guanai.model.person import Person, Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Record):
    """身份证件 (证件)."""

    kind: str = key("类型", "")
    number: str = key("号码", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing(Record):
    """档案的建立与保管 (建档)."""

    dated_on: date | None = key("日期")
    filed_by: str | None = key("建档人")
    retention: str | None = key("保管期限")
    review_on: date | None = key("复查日期")
    closed_on: date | None = key("销号日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment(Record):
    """学籍 (学籍)."""

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
class Guardian(Record):
    """监护人 (监护人)."""

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
    """父母外出时委托照护 (委托监护)."""

    carer: str | None = key("受托人")
    relation: str | None = key("关系")
    phone: str | None = key("电话")
    since: date | None = key("起")
    agreement: str | None = key("协议存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Record):
    """其他成员 (其他成员)."""

    id: str | None = key("编号")
    name: str = key("姓名", "")
    relation: str = key("关系", "")
    age_group: str | None = key("年龄段")
    remark: str | None = key("说明")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """家庭变动 (家庭变动)."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    content: str = key("内容", "")
    confidentiality: str | None = key("密级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Record):
    """家庭与监护 (家庭)."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance(Record):
    """特殊情形 (特殊情形)."""

    id: str | None = key("编号")
    circumstance: str = key("情形", "")
    detail: str | None = key("说明")
    since: date | None = key("起")
    until: date | None = key("止")
    evidence: str | None = key("佐证")
    basis: str | None = key("依据")
    recognized_by: str | None = key("认定人")
    recognized_on: date | None = key("认定日期")
    disability_kind: str | None = key("残疾类别")
    disability_grade: str | None = key("残疾等级")
    disability_certificate: str | None = key("残疾证号")
    inclusive_kind: str | None = key("随班就读类别")
    illness: str | None = key("疾病或过敏")
    left_behind_kind: str | None = key("留守类型")
    severity: str | None = key("严重程度")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Record):
    """学业、行为与致因的概述 (现状)."""

    study: str | None = key("学业")
    behaviour: str | None = key("行为")
    causes: str | None = key("致因")
    needs: str | None = key("帮扶需求")
    goals: str | None = key("成长目标")
    updated_on: date | None = key("更新日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Psychology(Record):
    """只到等级与转介；个案在心理档案 (心理)."""

    attention_level: str | None = key("关注等级")
    screened_on: date | None = key("筛查日期")
    referral: str | None = key("转介")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter(Record):
    """帮扶责任人 (帮扶责任人)."""

    id: str | None = key("编号")
    staff: str = key("教师", "")
    duty: str = key("职责", "")
    subject: str | None = key("学科")
    since: date | None = key("起")
    until: date | None = key("止")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDecision(Record):
    """预警 (预警)."""

    id: str | None = key("编号")
    level: str = key("等级", "")
    dated_on: date | None = key("日期")
    triggers: tuple[str, ...] = key("触发", ())
    reason: str = key("理由", "")
    decided_by: str = key("决定人", "")
    reviewed_by: str | None = key("复核人")
    meeting: str | None = key("会议")
    owner: str | None = key("责任人")
    review_on: date | None = key("复评日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Record):
    """阶段目标 (阶段目标)."""

    id: str | None = key("编号")
    goal: str = key("目标", "")
    due_on: date | None = key("期限")
    outcome: str | None = key("达成")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progres(Record):
    """进展 (进展)."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    content: str = key("内容", "")
    assessment: str | None = key("评价")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Record):
    """计划 (计划)."""

    id: str | None = key("编号")
    kind: str = key("类型", "")
    dated_on: date | None = key("日期")
    author: str | None = key("制定人")
    subject: str | None = key("学科")
    weakness: str | None = key("现状与薄弱点")
    causes: str | None = key("成因")
    schedule: str | None = key("帮扶时间")
    content: str = key("内容", "")
    method: str | None = key("方式")
    curriculum: str | None = key("课程调整")
    services: str | None = key("支持服务")
    goals: tuple[Goal, ...] = key("阶段目标", ())
    teacher: str | None = key("责任教师")
    peer_tutor: str | None = key("小导师")
    progress: tuple[Progres, ...] = key("进展", ())
    guardian_opinion: str | None = key("监护人意见")
    since: date | None = key("起")
    until: date | None = key("止")
    confidentiality: str | None = key("密级")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Record):
    """过程记录 (过程记录)."""

    id: str | None = key("编号")
    kind: str = key("类型", "")
    at: datetime | None = key("时间")
    ended_at: datetime | None = key("结束时间")
    place: str | None = key("地点")
    mode: str | None = key("形式")
    author: str = key("记录人", "")
    participants: tuple[Person, ...] = key("参加人", ())
    topic: str | None = key("主题")
    occasion: str | None = key("缘由")
    content: str = key("内容", "")
    family_situation: str | None = key("家庭情况")
    at_home: str | None = key("在家表现")
    at_school: str | None = key("在校表现")
    student_attitude: str | None = key("学生态度")
    guardian_opinion: str | None = key("监护人意见")
    strategy: str | None = key("教育策略")
    effect: str | None = key("教育效果")
    lessons: str | None = key("经验与教训")
    methods: tuple[str, ...] = key("方式", ())
    agreement: str | None = key("约定与措施")
    reply: str | None = key("答复")
    next_on: date | None = key("下次跟进")
    counterpart: str | None = key("对方单位")
    subject: str | None = key("学科")
    warning: str | None = key("预警")
    plan: str | None = key("计划")
    confidentiality: str | None = key("密级")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Record):
    """成绩 (成绩)."""

    id: str | None = key("编号")
    term: str = key("学期", "")
    dated_on: date | None = key("日期")
    name: str | None = key("名称")
    kind: str = key("类别", "")
    subject: str = key("学科", "")
    score: float | None = key("分数")
    full_score: float | None = key("满分")
    grade: str | None = key("等级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid(Record):
    """照顾 (照顾)."""

    id: str | None = key("编号")
    kind: str = key("类型", "")
    item: str = key("项目", "")
    amount_yuan: float | None = key("金额")
    since: date | None = key("起")
    until: date | None = key("止")
    reason: str | None = key("事由")
    decision: str | None = key("审批")
    handled_by: str | None = key("经办人")
    receipt: str | None = key("签收")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Record):
    """步骤 (步骤)."""

    id: str | None = key("编号")
    level: str = key("级别", "")
    number: int | None = key("次数")
    at: datetime | None = key("时间")
    place: str | None = key("地点")
    participants: tuple[Person, ...] = key("参加人", ())
    materials: tuple[str, ...] = key("携带材料", ())
    content: str = key("过程", "")
    guardian_attitude: str | None = key("家长态度")
    student_attitude: str | None = key("学生态度")
    outcome: str = key("结果", "")
    promised_on: date | None = key("承诺返校日")
    next_step: str | None = key("下一步")
    author: str | None = key("记录人")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persuasion(Record):
    """劝返 (劝返)."""

    id: str | None = key("编号")
    triggered_on: date | None = key("触发日期")
    trigger: str = key("触发原因", "")
    absent_since: date | None = key("离校日期")
    status: str = key("状态", "")
    steps: tuple[Step, ...] = key("步骤", ())
    returned_on: date | None = key("复学日期")
    stable_on: date | None = key("稳定日期")
    closed_on: date | None = key("销号日期")
    closed_by: str | None = key("销号经办人")


@dataclass(frozen=True, slots=True, kw_only=True)
class Honour(Record):
    """荣誉 (荣誉)."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    name: str = key("名称", "")
    decision: str | None = key("决定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Record):
    """总结 (总结)."""

    id: str | None = key("编号")
    term: str = key("学期", "")
    dated_on: date | None = key("日期")
    author: str = key("撰写人", "")
    content: str = key("内容", "")
    results: str | None = key("成效")
    shortcomings: str | None = key("不足")
    next_step: str | None = key("下一步")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Record):
    """附件目录 (附件目录)."""

    id: str | None = key("编号")
    name: str = key("名称", "")
    pages: int | None = key("页数")
    storage: Storage | None = key("存放")
    confidentiality: str | None = key("密级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Student(Record):
    """一生一档：一名学生一个文件 (学生档案)."""

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
