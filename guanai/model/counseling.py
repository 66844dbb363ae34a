"""The psychological file (心理档案): kept by the counsellor in a repository of its own."""

from dataclasses import dataclass
from datetime import date, datetime

from guanai.model.base import Record, key
from guanai.model.person import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Record):
    """The guardian's consent (知情同意)."""

    guardian: str | None = key("监护人")
    dated_on: date | None = key("日期")
    mode: str | None = key("方式")
    storage: Storage | None = key("存放")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Record):
    """A screening or test of the mind (评估) and what it showed."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    instrument: str = key("工具", "")
    result: str = key("结果", "")
    risk_level: str | None = key("风险等级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Record):
    """One meeting of counsellor and child (个案记录)."""

    id: str | None = key("编号")
    number: int | None = key("次数")
    at: datetime | None = key("时间")
    ended_at: datetime | None = key("结束时间")
    place: str | None = key("地点")
    method: str = key("方式", "")
    observation: str | None = key("观察")
    content: str = key("过程", "")
    technique: str | None = key("技术")
    disposition: str | None = key("处置")
    referral: str | None = key("转介")
    next_on: date | None = key("下次")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Record):
    """The end of a case (结案)."""

    dated_on: date | None = key("日期")
    reason: str | None = key("理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counseling(Record):
    """One child's psychological file (心理档案)."""

    id: str = key("编号", "")
    student: str = key("学生", "")
    filed_on: date | None = key("建档日期")
    counselor: str = key("负责教师", "")
    source: str | None = key("来源")
    consent: Consent | None = key("知情同意")
    risk_level: str | None = key("风险等级")
    complaint: str | None = key("主诉")
    background: str | None = key("背景")
    assessments: tuple[Assessment, ...] = key("评估", ())
    goals: tuple[str, ...] = key("目标", ())
    sessions: tuple[Session, ...] = key("个案记录", ())
    closing: Closing | None = key("结案")
