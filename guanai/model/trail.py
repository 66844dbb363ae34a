"""What happened, in order (过程记录, 成绩, 劝返, 荣誉, 总结)."""

from dataclasses import dataclass
from datetime import date, datetime

from guanai.model.base import Record, key
from guanai.model.person import Person, Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Record):
    """A dated entry (过程记录): talk, visit, contact, feedback … told by ``kind``."""

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
    """A test result (成绩), never a rank."""

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
class Step(Record):
    """One visit of a persuasion (步骤): who went, what was said, what came of it."""

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
    """Bringing a child back to school (劝返), from its trigger to the closed account."""

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
    """A commendation (荣誉)."""

    id: str | None = key("编号")
    dated_on: date | None = key("日期")
    name: str = key("名称", "")
    decision: str | None = key("决定")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Record):
    """What a term brought (总结)."""

    id: str | None = key("编号")
    term: str = key("学期", "")
    dated_on: date | None = key("日期")
    author: str = key("撰写人", "")
    content: str = key("内容", "")
    results: str | None = key("成效")
    shortcomings: str | None = key("不足")
    next_step: str | None = key("下一步")
