"""The decision record (决定): commendations, approvals, papers issued."""

from dataclasses import dataclass
from datetime import date

from guanai.model.base import Record, key
from guanai.model.person import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPaper(Record):
    """The paper that was issued (文书): its kind, what it is about, the code on its foot."""

    kind: str | None = key("类别")
    subject: str | None = key("对象")
    code: str | None = key("校验码")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDecision(Record):
    """A decision of the school (决定); what a meeting decides stands in `meeting.Decision`."""

    id: str = key("编号", "")
    kind: str = key("类型", "")
    name: str = key("名称", "")
    dated_on: date | None = key("日期")
    number: str | None = key("文号")
    paper: IssuedPaper | None = key("文书")
    students: tuple[str, ...] = key("学生", ())
    staff: tuple[str, ...] = key("教师", ())
    classes: tuple[str, ...] = key("班级", ())
    content: str | None = key("内容")
    reason: str | None = key("理由")
    amount_yuan: float | None = key("金额")
    since: date | None = key("起")
    until: date | None = key("止")
    requested_by: str | None = key("申请人")
    decided_by: str = key("决定人", "")
    meeting: str | None = key("会议")
    outcome: str | None = key("结果")
    signature: str | None = key("签字")
    witness: str | None = key("见证人")
    storage: Storage | None = key("存放")
