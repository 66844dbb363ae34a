"""The policy record (制度): clauses that print on paper and the duties that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption(Record):
    """How the school took the policy on (采用); without a number it is a draft."""

    dated_on: date | None = key("日期")
    number: str | None = key("文号")
    meeting: str | None = key("会议")
    effective_on: date | None = key("施行日期")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings(Record):
    """What the soft words stand for in the calendar of duties (词义); None keeps the program's own."""

    often: str | None = key("经常")
    regularly: str | None = key("定期")
    promptly: str | None = key("及时")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadingPost(Record):
    """A post in the leading group (领导小组) and by which roles or people it is filled."""

    post: str = key("职务", "")
    roles: tuple[str, ...] = key("角色", ())
    staff: tuple[str, ...] = key("教师", ())
    by_office: bool | None = key("只印职务")
    is_blank: bool | None = key("留空")
    duty: str | None = key("职责")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Record):
    """What a clause asks somebody to do (职责).

    Figures stay as they are written, because they print; `guanai.figures` reads them.

    Attributes:
        provisions: which of its paragraph's provisions it carries out; empty for all of them.
        owner: roles; the first answers for it, the others share it, evidence of any of them counts.
        subject: for whom or for which unit one is due.
        cadence: None for a duty that arises from an event or is only recorded when it happens.
        ours: Chinese keys of the figures and owners that the source leaves open.
    """

    id: str = key("编号", "")
    provisions: tuple[str, ...] = key("来源", ())
    owner: tuple[str, ...] = key("责任人", ())
    subject: str = key("对象", "")
    cadence: str | None = key("周期")
    times: int | None = key("次数")
    day: str | None = key("日")
    weekday: str | None = key("星期")
    time: str | None = key("时刻")
    slot: str | None = key("时段")
    checkpoints: tuple[str, ...] = key("节点", ())
    limit: str | None = key("期限")
    side: str | None = key("方位")
    starts_from: str | None = key("起算")
    trigger_days: str | None = key("触发天数")
    trigger_results: tuple[str, ...] = key("触发条件", ())
    threshold: str | None = key("门槛")
    shift: str | None = key("移至")
    evidence: tuple[str, ...] = key("佐证", ())
    fields: tuple[str, ...] = key("要素", ())
    outputs: tuple[str, ...] = key("产出", ())
    ours: tuple[str, ...] = key("约定", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(Record):
    """A numbered paragraph of a clause (款) with what is listed under it (项)."""

    title: str | None = key("标题")
    provisions: tuple[str, ...] = key("来源", ())
    text: str = key("正文", "")
    items: tuple[str, ...] = key("项", ())
    parameters: Mapping[str, str] | None = key("参数")
    duties: tuple[Duty, ...] = key("职责", ())
    is_ours: bool | None = key("我们所加")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Record):
    """A clause (条)."""

    id: str = key("编号", "")
    title: str | None = key("标题")
    provisions: tuple[str, ...] = key("来源", ())
    text: str | None = key("正文")
    insert: str | None = key("插入")
    parameters: Mapping[str, str] | None = key("参数")
    duties: tuple[Duty, ...] = key("职责", ())
    paragraphs: tuple[Paragraph, ...] = key("款", ())
    is_ours: bool | None = key("我们所加")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(Record):
    """A chapter (章)."""

    title: str = key("标题", "")
    text: str | None = key("正文")
    clauses: tuple[Clause, ...] = key("条", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Record):
    """A policy or plan (制度、方案、办法) of the school, or one of the presets it may adopt."""

    id: str = key("编号", "")
    name: str = key("名称", "")
    kind: str = key("类别", "")
    source: str | None = key("来源")
    stages: tuple[str, ...] = key("适用学段", ())
    adoption: Adoption | None = key("采用")
    basis: tuple[str, ...] = key("依据", ())
    taxonomy: str | None = key("适用分类")
    category_wording: Mapping[str, str] | None = key("分类称谓")
    meanings: Meanings | None = key("词义")
    parameters: Mapping[str, str] | None = key("参数")
    preamble: str | None = key("引言")
    leading_group: tuple[LeadingPost, ...] = key("领导小组", ())
    chapters: tuple[Chapter, ...] = key("章", ())
    closing: str | None = key("附则")
