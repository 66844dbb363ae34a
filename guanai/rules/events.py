"""Events that call for an answer soon (及时): read off the records, since nobody writes down “an event happened”."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from guanai.calendar import day_begins, instant
from guanai.rules.facts import ChildFacts, Happening
from guanai.rules.plans import Plan
from guanai.rules.thresholds import Thresholds

_FAILED_IN_WORDS: Final = frozenset({"不及格", "待合格", "不合格", "D", "E"})
_RANK: Final = {"绿": 1, "黄": 2, "红": 3}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that calls for an answer.

    Attributes:
        what: in Chinese, without a word of what the record says of it.
        at: when it happened.
        record: 编号 of where it stands.
        labels: what a reader needs to know of it.
        subject: the school subject, "" where it is none.
    """

    what: str
    at: datetime
    record: str
    labels: frozenset[str]
    subject: str = ""


def events(child: ChildFacts, plan: Plan, since: date, until: date, using: Thresholds) -> tuple[Event, ...]:
    """Return the events of some days that a duty answers: trouble in class for feedback, else incidents and raised levels."""
    found = (
        _failures(child, using) if "课堂反馈" in plan.evidence[:1] else (*_incidents(child), *_raised(child))
    )
    return tuple(event for event in found if since <= event.at.date() <= until)


def _incidents(child: ChildFacts) -> Iterator[Event]:
    for each in child.done("突发事件"):
        yield Event("发生突发事件", _instant(each), each.item, each.labels)


def _raised(child: ChildFacts) -> Iterator[Event]:
    before = 0
    for each in child.levels:
        rank = _RANK.get(each.level, 0)
        if rank > before and each.days.begins > date.min:
            yield Event(f"预警等级定为{each.level}色", day_begins(each.days.begins), each.item, each.labels)
        before = rank


def _failures(child: ChildFacts, using: Thresholds) -> Iterator[Event]:
    runs: dict[str, int] = {}
    for day, kind, subject, item, grade, share in child.tests:
        if kind != "单元测试":
            continue
        failed = share < using.pass_share if share is not None else grade in _FAILED_IN_WORDS
        runs[subject] = runs.get(subject, 0) + 1 if failed else 0
        if runs[subject] and runs[subject] % using.failed == 0:
            yield Event(
                f"{subject}连续{using.failed}次单元测试不及格",
                day_begins(date.fromisoformat(day)),
                item,
                frozenset({"教学"}),
                subject,
            )


def _instant(each: Happening) -> datetime:
    return (
        instant(datetime.fromisoformat(each.at))
        if "T" in each.at
        else day_begins(date.fromisoformat(each.at))
    )
