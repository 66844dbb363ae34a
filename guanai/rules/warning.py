"""预警: signs with their evidence, and the level they suggest. The decision is always a person's, with a reason."""

from collections.abc import Collection, Iterator, Sequence
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
from guanai.rules.thresholds import EDITION, Thresholds, house_thresholds
from guanai.rules.truancy import Known, days_away, tracking, triggers
from guanai.schema.taxonomies import load_taxonomies

#: Levels, lowest first; 解除 is none.
LEVELS: Final = ("解除", "绿", "黄", "红")

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


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level put forward for a person to decide on.

    Attributes:
        level: 红, 黄, 绿 or 解除.
        current: the level in force.
        signs: why.
        version: edition of the rules, and of the school's own figures.
    """

    student: str
    level: str
    current: str
    signs: tuple[Sign, ...]
    version: str = EDITION

    @property
    def students(self) -> tuple[str, ...]:
        """The child."""
        return (self.student,)

    @property
    def labels(self) -> frozenset[str]:
        """What a reader needs to see it; “no sign” says something of every field that was looked at."""
        own = labels_of("student", "预警", "等级").union(*(sign.labels for sign in self.signs))
        return own if self.is_rise else own | _looked_at()

    @property
    def is_rise(self) -> bool:
        """Whether it would be a higher level than the one in force."""
        return LEVELS.index(self.level) > LEVELS.index(self.current)

    @property
    def needs(self) -> str:
        """What the decision needs beside a reason, in words."""
        if LEVELS.index(self.level) < LEVELS.index(self.current):
            return "调低等级须经会议研判，或者由第二人复核。"
        return "红色须经会议研判，或者由第二人复核。" if self.level == LEVELS[-1] else ""


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


def propose(
    child: ChildFacts, found: Sequence[Sign], on: date, using: Thresholds | None = None
) -> Proposal | None:
    """Return the level that signs suggest where it differs from the one in force, None where it does not.

    Rules are for children of the six groups, for those with a level, and for those in whom something happened; for
    all others there are no signs, and so no proposal. A higher level is proposed for a grave sign, or for one that came
    after the last decision: what was known then has been weighed. A lower level is proposed one step at a time, once
    the present one has stood for `Thresholds.recent_days`.

    Args:
        child: the child.
        found: its signs; those that the reader may not see have been left out.
        on: the day.
        using: the figures; None for those of the house.
    """
    using = using or house_thresholds()
    standing = child.level_on(on)
    current = standing.level if standing else LEVELS[0]
    level = suggested(found)
    if level == current:
        return None
    if LEVELS.index(level) < LEVELS.index(current):
        level = LEVELS[LEVELS.index(current) - 1]
        is_ripe = standing is None or on - standing.days.begins >= timedelta(days=using.recent_days)
    else:
        decided = max(
            (each.at[:10] for each in child.done("预警") if each.at[:10] <= on.isoformat()), default=""
        )
        is_ripe = any(sign.weight is Weight.GRAVE or sign.since.isoformat() > decided for sign in found)
    if not is_ripe:
        return None
    return Proposal(child.id, level, current, tuple(found), using.version)


def suggested(found: Collection[Sign]) -> str:
    """Return the level that signs suggest.

    A grave sign is 红; a serious one beside another sign, two serious ones, or three groups are 黄; any sign is 绿.
    """
    weights = [sign.weight for sign in found]
    if Weight.GRAVE in weights:
        return "红"
    if Weight.SERIOUS in weights and len(weights) > 1:
        return "黄"
    if len(weights) >= 3:
        return "黄"
    return "绿" if weights else LEVELS[0]


def uncontacted(
    child: ChildFacts, found: Sequence[Sign], on: date, using: Thresholds | None = None
) -> tuple[Sign, ...]:
    """Return a child's signs where there are many and nobody has been in touch lately, else nothing.

    Args:
        child: the child.
        found: its signs.
        on: the day.
        using: the figures; None for those of the house.
    """
    using = using or house_thresholds()
    since = (on - timedelta(days=using.recent_days)).isoformat()
    touched = any(
        happening.at[:10] <= on.isoformat() for word in CONTACTS for happening in child.done(word, since)
    )
    return tuple(found) if len(found) >= using.signs and not touched else ()


#: What counts as being in touch with the child or its family.
CONTACTS: Final = (
    "谈话",
    "家访",
    "校访",
    "跟踪",
    "联系监护人",
    "结对谈心",
    "心理疏导",
    "家庭教育指导",
    "亲情联系",
)
_FAILED_WORDS: Final = frozenset({"不及格", "不合格", "待合格", "待及格"})


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


@cache
def _looked_at() -> frozenset[str]:
    """Return every label of what the rules above read."""
    words = [word for category in load_taxonomies()[GROUPS] for word in category.circumstances]
    return frozenset[str]().union(
        labels_of("student", "心理", "关注等级"),
        labels_of("student", "成绩", "分数"),
        labels_of("student", "劝返"),
        labels_of("attendance", "异常", "联系结果"),
        word_labels("student", ("过程记录", "类型"), "突发事件"),
        *(word_labels("student", ("特殊情形", "情形"), word) for word in words),
    )


class _Test(NamedTuple):
    """A row of ``ChildFacts.tests``."""

    day: str
    kind: str
    subject: str
    item: str
    words: str
    share: float | None


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
