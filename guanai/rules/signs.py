"""Signs (预警信号) that a child may need more care, each with its evidence, its weight and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, partial
from itertools import groupby, takewhile
from operator import attrgetter
from typing import Final, NamedTuple

from guanai.model.trail import Persuasion
from guanai.rules.derived import labels_of, word_labels
from guanai.rules.facts import ChildFacts
from guanai.rules.levels import Rules
from guanai.rules.thresholds import Thresholds
from guanai.rules.truancy import Known, days_away, tracking, triggers
from guanai.schema.taxonomies import load_taxonomies

#: The taxonomy whose groups are looked at.
GROUPS: Final = "六类"


class Weight(StrEnum):
    """How much a sign means."""

    GRAVE = "重大"
    SERIOUS = "较重"
    PLAIN = "一般"


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason to look at a child.

    Attributes:
        rule: stable word of the rule, such as ``连续不及格``.
        text: as it goes into 触发, naming nobody.
        evidence: ids of what was found.
        since: day from which it holds.
        labels: of everything that was looked at.
    """

    student: str
    rule: str
    text: str
    weight: Weight
    evidence: tuple[str, ...]
    since: date
    labels: frozenset[str]

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)


def signs(child: ChildFacts, known: Known, rules: Rules) -> tuple[Sign, ...]:
    """Return the signs that stand today, grave ones first.

    A mandatory report (强制报告) is no sign: it never enters a list.

    Args:
        child: its facts, as one reader may see them; what is out of that reader's reach makes no sign.
        known: attendance and school days, and when.
        rules: when a persuasion begins, and when something is a sign.
    """
    using = rules.thresholds
    found = [
        *_persuasion(child, known, rules),
        *_attention(child),
        *_groups(child, known.today),
        *_leaving(child, known.today, using),
        *_tests(child, known.today, using),
        *_absences(child, known, using),
        *_incidents(child, known.today, using),
    ]
    return tuple(sorted(found, key=lambda sign: list(Weight).index(sign.weight)))


@cache
def looked_at() -> frozenset[str]:
    """Return every label of what makes a sign."""
    words = [word for category in load_taxonomies()[GROUPS] for word in category.circumstances]
    return frozenset[str]().union(
        labels_of("student", "心理", "关注等级"),
        labels_of("student", "成绩", "分数"),
        labels_of("student", "劝返"),
        labels_of("attendance", "异常", "联系结果"),
        word_labels("student", ("过程记录", "类型"), "突发事件"),
        *(word_labels("student", ("特殊情形", "情形"), word) for word in words),
    )


def _persuasion(child: ChildFacts, known: Known, rules: Rules) -> Iterator[Sign]:
    labels = labels_of("attendance", "异常", "联系结果") | labels_of("student", "劝返")
    for case in child.persuasions:
        is_open = case.triggered_on is not None and case.triggered_on <= known.today
        is_back = case.returned_on is not None and case.returned_on <= known.today
        if not is_open or case.closed_on is not None or case.triggered_on is None:
            continue
        if not is_back:
            text = "劝返进行中，尚未返校"
            yield Sign(child.id, "劝返", text, Weight.GRAVE, (case.id or "",), case.triggered_on, labels)
            return
        if case.stable_on is None and case.returned_on is not None:
            text = "返校跟踪中，还没有稳定"
            yield Sign(child.id, "返校跟踪", text, Weight.SERIOUS, (case.id or "",), case.returned_on, labels)
        yield from _relapse(child, case, known, rules)
    since = known.today - timedelta(days=rules.thresholds.recent_days)
    made = triggers(child.id, known, days=rules.trigger_days, results=rules.trigger_results, since=since)
    if made and not _came_back(child, known, made[-1].days[-1]):
        last = made[-1]
        yield Sign(
            child.id,
            "连续未到校",
            f"连续 {len(last.days)} 个上课日第一次核查未到，达到启动劝返的条件",
            Weight.GRAVE,
            last.evidence,
            last.days[0],
            last.labels,
        )


def _relapse(child: ChildFacts, case: Persuasion, known: Known, rules: Rules) -> Iterator[Sign]:
    """Yield that a child who came back has missed days again, and nobody has begun to bring it back anew."""
    if case.returned_on is None:
        return
    kept = tracking(child.id, known, returned_on=case.returned_on, needed=rules.stable_days)
    begun = [each.triggered_on for each in child.persuasions if each.triggered_on]
    days = [day for day in kept.relapses if not any(day <= each <= known.today for each in begun)]
    if days:
        found = known.book.of_child(child.id, days[0], known.today)
        evidence = tuple(each.id for each in found if each.dated_on in days and each.id)
        text = f"返校后又有 {len(days)} 天无故缺勤，还没有重新劝返"
        labels = labels_of("attendance", "异常", "联系结果") | labels_of("student", "劝返")
        yield Sign(child.id, "返校后反复", text, Weight.SERIOUS, evidence, days[-1], labels)


def _came_back(child: ChildFacts, known: Known, last: date) -> bool:
    later = [day for day in known.days_since(last) if day > last]
    away = set(days_away(child.id, known.book, last, known.today))
    return any(
        day not in away and known.book.checks_of(known.class_of(child.id, day) or "", day) for day in later
    )


def _attention(child: ChildFacts) -> Iterator[Sign]:
    if child.attention is None or child.attention[0] not in _ATTENTION:
        return
    level, day, labels = child.attention
    weight = _ATTENTION[level]
    since = date.fromisoformat(day) if day else date.min
    # Only the level and the fact of a referral are known here, never the case.
    yield Sign(child.id, "心理关注", f"心理关注等级为{level}", weight, (), since, labels)


_ATTENTION: Final = {"紧急": Weight.GRAVE, "重点": Weight.SERIOUS}


def _groups(child: ChildFacts, on: date) -> Iterator[Sign]:
    for category in load_taxonomies()[GROUPS]:
        held = [
            ground for ground in child.grounds if ground.word in category.circumstances and on in ground.days
        ]
        if held:
            yield Sign(
                child.id,
                "重点群体",
                category.name,
                Weight.PLAIN,
                tuple(ground.item for ground in held),
                max(ground.days.begins for ground in held),
                frozenset[str]().union(*(ground.labels for ground in held)),
            )


def _leaving(child: ChildFacts, on: date, using: Thresholds) -> Iterator[Sign]:
    word = "离家出走经历"
    for ground in child.grounds:
        if ground.word == word and on - timedelta(days=using.leaving_days) <= ground.days.begins <= on:
            labels = word_labels("student", ("特殊情形", "情形"), word)
            yield Sign(
                child.id,
                "离家出走",
                "近期离家出走",
                Weight.SERIOUS,
                (ground.item,),
                ground.days.begins,
                labels,
            )


def _tests(child: ChildFacts, on: date, using: Thresholds) -> Iterator[Sign]:
    """Yield the subjects whose last unit tests all failed; a test without result neither counts nor ends the row."""
    labels = labels_of("student", "成绩", "分数")
    by_subject = attrgetter("subject")
    made = map(_Test._make, child.tests)
    units = [test for test in made if test.kind == "单元测试" and test.day <= on.isoformat()]
    for subject, rows in groupby(sorted(units, key=by_subject), key=by_subject):
        taken = [test for test in rows if test.share is not None or test.words]
        row = list(takewhile(partial(_is_failed, using), reversed(taken)))[::-1]
        if len(row) >= using.failed:
            yield Sign(
                child.id,
                "连续不及格",
                f"{subject}连续 {len(row)} 次单元测试不及格",
                Weight.SERIOUS,
                tuple(test.item for test in row),
                date.fromisoformat(row[using.failed - 1].day),
                labels,
            )


class _Test(NamedTuple):
    """A row of ``ChildFacts.tests``."""

    day: str
    kind: str
    subject: str
    item: str
    words: str
    share: float | None


_FAILED_WORDS: Final = frozenset({"不及格", "不合格", "待合格", "待及格"})


def _is_failed(using: Thresholds, test: _Test) -> bool:
    return test.share < using.pass_share if test.share is not None else test.words in _FAILED_WORDS


def _absences(child: ChildFacts, known: Known, using: Thresholds) -> Iterator[Sign]:
    days = known.days_since(known.today - timedelta(days=2 * using.absence_days))[-using.absence_days :]
    if not days:
        return
    labels = labels_of("attendance", "异常", "联系结果")
    away = tuple(days_away(child.id, known.book, days[0], known.today))
    found = known.book.of_child(child.id, days[0], known.today)
    if len(away) >= using.absent:
        evidence = tuple(each.id for each in found if each.dated_on in away and each.id)
        text = f"最近 {len(days)} 个上课日无故缺勤 {len(away)} 天"
        yield Sign(child.id, "无故缺勤", text, Weight.SERIOUS, evidence, away[-1], labels)
    slips = [each for each in found if each.kind in ("迟到", "早退") and each.dated_on]
    if len(slips) >= using.slips:
        evidence = tuple(each.id for each in slips if each.id)
        text = f"最近 {len(days)} 个上课日迟到、早退 {len(slips)} 次"
        yield Sign(
            child.id,
            "迟到早退",
            text,
            Weight.PLAIN,
            evidence,
            slips[-1].dated_on or known.today,
            labels_of("attendance", "异常", "类型"),
        )


def _incidents(child: ChildFacts, on: date, using: Thresholds) -> Iterator[Sign]:
    since = (on - timedelta(days=using.recent_days)).isoformat()
    for happening in child.done("突发事件", since):
        if happening.at[:10] <= on.isoformat():
            yield Sign(
                child.id,
                "突发事件",
                "突发事件（另记）",
                Weight.SERIOUS,
                (happening.item,),
                date.fromisoformat(happening.at[:10]),
                happening.labels,
            )
