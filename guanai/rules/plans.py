"""A duty of a policy made ready to be computed: its figures read, its evidence taken apart, once for all children."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from guanai import figures
from guanai.clauses import Assignment, assignments
from guanai.figures import Cadence, Limit, Period
from guanai.model.policy import Policy
from guanai.rules.derived import labels_of, word_labels
from guanai.schema import load_schemas


class Rhythm(StrEnum):
    """What makes a duty come up."""

    TURN = "周期"  # every so often
    START = "起算"  # once after a term begins or ends
    EVENT = "事件"  # whenever something happened
    ABSENCE = "未到校"  # whenever a check missed a child
    PERSUASION = "劝返"  # by the clock of a child who stays away
    DECISION = "会议决定"  # whatever a meeting decided, by the day it named
    HANDOVER = "交接"  # whenever a class or a child comes into other hands
    RECORD = "随时"  # whenever there is occasion; a reminder once a term


@dataclass(frozen=True, slots=True)
class Plan:
    """A duty with its figures read.

    Attributes:
        id: ``policy/clause.duty``.
        provisions: what it carries out, such as ``C05``.
        since: the first day the policy binds.
        needed: how many times in each window.
        needs_each: one of every kind of evidence is wanted, not one of any.
        required: for each evidence word, the keys that must be filled.
        labels: what a reader needs to tell whether there is evidence or none.
    """

    id: str
    policy: Policy
    assignment: Assignment
    provisions: tuple[str, ...]
    since: date
    rhythm: Rhythm
    cadence: Cadence | None
    limit: Limit | None
    weekday: int | None
    day: int | None
    clock: time | None
    needed: int
    shift: str
    is_soft: bool
    needs_each: bool
    required: tuple[tuple[str, frozenset[str]], ...]
    labels: frozenset[str]

    @property
    def subject(self) -> str:
        """For whom or what one is due (对象)."""
        return self.assignment.duty.subject

    @property
    def owners(self) -> tuple[str, ...]:
        """Roles; the first answers for it (责任人)."""
        return self.assignment.duty.owner

    @property
    def evidence(self) -> tuple[str, ...]:
        """Evidence words (佐证)."""
        return self.assignment.duty.evidence

    @property
    def reaches_families(self) -> bool:
        """Whether the family is contacted: with red and yellow children that goes on in the vacation."""
        return "联系监护人" in self.evidence


#: Days are moved to the last school day before, unless a clause says otherwise.
BEFORE: Final = "前"

_AFTER_TERM: Final = frozenset({"学期开始", "学期结束", "学年结束"})
_HANDS: Final = frozenset({"更换班主任", "转班转学"})
_ALWAYS: Final = frozenset({"编号", "类型"})
#: Where the words of evidence are kept: kind of record and the keys down to the item's kind.
_PLACES: Final = {
    "计划": ("student", "计划", "类型"),
    "照顾": ("student", "照顾", "类型"),
    "劝返": ("student", "劝返", "步骤"),
    "会议": ("meeting", "类型"),
    "活动": ("activity", "类型"),
    "决定": ("decision", "类型"),
    "文书": ("decision", "文书"),
    "考勤": ("attendance", "异常"),
}
_WORDS: Final = {
    "建档": ("student", "建档"),
    "预警": ("student", "预警", "等级"),
    "总结": ("student", "总结"),
    "摸底": ("screening", "逐户"),
    "会议.决定": ("meeting", "决定"),
    "考勤.核查": ("attendance", "核查"),
    "考勤.联系": ("attendance", "异常", "联系结果"),
    "心理.筛查": ("student", "心理", "筛查日期"),
}


def plans(policies: Iterable[Policy]) -> tuple[Plan, ...]:
    """Return the duties of policies, in the order of the papers."""
    return tuple(_plan(policy, assignment) for policy in policies for assignment in assignments(policy))


def evidence_labels(word: str) -> frozenset[str]:
    """Return what a reader needs to know that there is evidence of a kind.

    >>> sorted(evidence_labels("心理.个案"))
    ['心理']
    """
    if word == "心理.个案":
        return frozenset({"心理"})
    if word in _WORDS:
        kind, *keys = _WORDS[word]
        return labels_of(kind, *keys)
    group, _, name = word.partition(".")
    if not name:
        return word_labels("student", ("过程记录", "类型"), word)
    kind, *keys = _PLACES[group]
    if kind == "student" and keys[-1] == "类型":
        return word_labels(kind, tuple(keys), name)
    return labels_of(kind, *keys)


def _plan(policy: Policy, assignment: Assignment) -> Plan:
    duty = assignment.duty
    cadence = figures.read_cadence(duty.cadence, _meanings(policy)) if duty.cadence else None
    limit = figures.read_limit(duty.limit) if duty.limit else None
    rhythm = _rhythm(assignment, cadence, limit)
    required = tuple((word, _required(word, duty.fields)) for word in duty.evidence)
    own = cadence.weekday if cadence else None
    month_day = cadence.day if cadence else None
    return Plan(
        id=f"{policy.id}/{assignment.clause}.{duty.id}",
        policy=policy,
        assignment=assignment,
        provisions=assignment.provisions,
        since=_since(policy),
        rhythm=rhythm,
        cadence=cadence,
        limit=limit or (cadence.limit if cadence else None),
        weekday=figures.read_weekday(duty.weekday) if duty.weekday else own,
        day=figures.read_day(duty.day) if duty.day else month_day,
        clock=figures.read_time(duty.time) if duty.time else None,
        needed=duty.times or 1,
        shift=duty.shift or BEFORE,
        is_soft=rhythm is Rhythm.RECORD or bool(cadence and cadence.is_soft),
        needs_each=_needs_each(duty.evidence, duty.outputs),
        required=required,
        labels=frozenset().union(
            *(evidence_labels(word) | _key_labels(word, keys) for word, keys in required)
        ),
    )


def _rhythm(assignment: Assignment, cadence: Cadence | None, limit: Limit | None) -> Rhythm:
    duty = assignment.duty
    if duty.starts_from == "未到校" or duty.subject == "缺勤学生":
        return Rhythm.ABSENCE
    if duty.subject == "劝返学生":
        return Rhythm.PERSUASION
    if duty.starts_from == "会议决定":
        return Rhythm.DECISION
    if duty.starts_from in _HANDS:
        return Rhythm.HANDOVER
    if limit and (duty.starts_from in _AFTER_TERM or cadence is None or cadence.period is not Period.EVENT):
        return Rhythm.START
    if cadence is None:
        return Rhythm.RECORD
    return Rhythm.EVENT if cadence.period is Period.EVENT else Rhythm.TURN


def _meanings(policy: Policy) -> dict[str, str]:
    if policy.meanings is None:
        return dict(figures.MEANINGS)
    found = {word: getattr(policy.meanings, name) for word, name in policy.meanings.names().items()}
    return {word: found.get(word) or meaning for word, meaning in figures.MEANINGS.items()}


def _since(policy: Policy) -> date:
    # A policy that lies in the records without a day of adoption binds from the beginning.
    adoption = policy.adoption
    return (adoption and (adoption.effective_on or adoption.dated_on)) or date.min


def _needs_each(evidence: tuple[str, ...], outputs: tuple[str, ...]) -> bool:
    papers = [word.partition(".")[2] for word in evidence if word.startswith("文书.")]
    return len(papers) > 1 and len(papers) == len(evidence) and set(papers) <= set(outputs)


def _required(word: str, fields: tuple[str, ...]) -> frozenset[str]:
    # A kind of record that has no place for a field cannot be asked for it.
    return frozenset(fields) & frozenset(_keys(word)) - _ALWAYS


def _keys(word: str) -> Iterator[str]:
    group, _, name = word.partition(".")
    schemas = load_schemas()
    if not name and word not in _WORDS:
        place = schemas.record("student").at(("过程记录", 0))
    elif group in ("计划", "照顾"):
        place = schemas.record("student").at((group, 0))
    elif group == "劝返":
        place = schemas.record("student").at(("劝返", 0, "步骤", 0))
    elif group in ("会议", "活动", "决定", "文书"):
        place = schemas.record(_PLACES[group][0])
    else:
        place = None
    return iter(place.children if place else ())


def _key_labels(word: str, keys: frozenset[str]) -> frozenset[str]:
    group, _, name = word.partition(".")
    if name and group not in ("计划", "照顾"):
        return frozenset()
    first = group if name else "过程记录"
    return frozenset().union(*(labels_of("student", first, key) for key in keys))
