"""What is known of a child's needs and what is planned and given (特殊情形, 帮扶, 预警, 计划, 照顾)."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key
from guanai.model.person import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance(Record):
    """One circumstance (特殊情形) with its evidence; ends by ``until``, never by deletion."""

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
    """How the child stands in words (现状): study, behaviour, causes, needs and goals."""

    study: str | None = key("学业")
    behaviour: str | None = key("行为")
    causes: str | None = key("致因")
    needs: str | None = key("帮扶需求")
    goals: str | None = key("成长目标")
    updated_on: date | None = key("更新日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Psychology(Record):
    """Level of attention and referral (心理) alone; the case is in the counselling repository."""

    attention_level: str | None = key("关注等级")
    screened_on: date | None = key("筛查日期")
    referral: str | None = key("转介")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter(Record):
    """Someone who helps the child (帮扶责任人), for what and since when."""

    id: str | None = key("编号")
    staff: str = key("教师", "")
    duty: str = key("职责", "")
    subject: str | None = key("学科")
    since: date | None = key("起")
    until: date | None = key("止")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDecision(Record):
    """One decision on the warning level (预警): by whom, why, and who answers for it."""

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
    """A step of a plan (阶段目标) with its day and whether it was reached."""

    id: str | None = key("编号")
    goal: str = key("目标", "")
    due_on: date | None = key("期限")
    outcome: str | None = key("达成")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Record):
    """A note on how a plan goes (进展)."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    content: str = key("内容", "")
    assessment: str | None = key("评价")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Record):
    """A plan for the child (计划): tutoring, conversation, individual education and others."""

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
    progress: tuple[Progress, ...] = key("进展", ())
    guardian_opinion: str | None = key("监护人意见")
    since: date | None = key("起")
    until: date | None = key("止")
    confidentiality: str | None = key("密级")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid(Record):
    """Money or things given (照顾), with the decision behind it."""

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
class Attachment(Record):
    """A paper kept with the file (附件) and where it lies."""

    id: str | None = key("编号")
    name: str = key("名称", "")
    pages: int | None = key("页数")
    storage: Storage | None = key("存放")
    confidentiality: str | None = key("密级")
