"""Reports (报告) of counts: what may leave the children's files without telling of any one of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from generators.views.gathered import SCHOOL, Gathered
from generators.views.indicators import Figure, of_children, public
from generators.views.period import Length, Period
from generators.views.view import Unit, View, ViewRecord, frame
from guanai.grades import grade_of
from guanai.model.base import Record, key
from guanai.rules.duties import duties_between
from guanai.rules.facts import ChildFacts
from guanai.rules.indicators import completion
from guanai.rules.suppression import TOTAL, PublishedTable, published_table


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow(Record):
    """A row of counts: one cell a column, kept back ones as a dash."""

    name: str = key("类别", "")
    cells: tuple[str, ...] = key("人数", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Record):
    """A table of counts fit to be published."""

    columns: tuple[str, ...] = key("栏目", ())
    rows: tuple[CountRow, ...] = key("各行", ())
    note: str = key("说明", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed(Record):
    """Something the school did, and how often."""

    name: str = key("项目", "")
    count: int = key("次数", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(ViewRecord):
    """A quarter: figures, categories by grade, what was done, which duties were kept."""

    figures: tuple[Figure, ...] = key("指标", ())
    table: Counts | None = key("各类")
    deeds: tuple[Deed, ...] = key("工作", ())
    duties: Figure | None = key("职责")


@dataclass(frozen=True, slots=True, kw_only=True)
class PsychologyReport(ViewRecord):
    """A term of the counsellor's work in counts: no case, no child."""

    screened: str = key("筛查", "")
    table: Counts | None = key("关注等级")
    deeds: tuple[Deed, ...] = key("工作", ())


#: What is kept back.
_DASH: Final = "—"
#: Activities of the counsellor.
_PSYCHOLOGY: Final = ("团体辅导", "心理活动", "心理课", "成长故事会", "主题班会")
_ATTENTION: Final = ("一般", "重点", "紧急")


def _assessment(gathered: Gathered, unit: str, period: Period) -> Assessment:
    until = period.until(gathered.on)
    found = of_children(gathered, period.begins, until, SCHOOL, see=lambda each: each)
    due = duties_between(gathered.facts, period.begins, until, gathered.now(until))
    done = completion(
        [(each.id, each) for each in due if period.begins <= each.due.date() <= until], "各项职责"
    )
    return Assessment(
        **frame(unit, period, gathered),
        figures=tuple(map(public, found)),
        table=_categories(gathered, until),
        deeds=tuple(_deeds(gathered, period.begins, until, ())),
        duties=public(done),
    )


def _categories(gathered: Gathered, until: date) -> Counts:
    counts: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    for child, grade in _placed(gathered, until):
        words = {ground.word for ground in child.grounds if until in ground.days}
        sizes[grade] += 1
        for category in gathered.taxonomy:
            counts[category.name, grade] += not words.isdisjoint(category.circumstances)
    rows = [category.name for category in gathered.taxonomy]
    return _counts(published_table(rows, gathered.grades, counts, sizes))


def _placed(gathered: Gathered, until: date) -> Iterator[tuple[ChildFacts, str]]:
    for child in gathered.facts.children.values():
        stay = child.stay_on(until)
        if stay is not None and grade_of(stay.class_id) in gathered.grades:
            yield child, grade_of(stay.class_id)


def _counts(made: PublishedTable) -> Counts:
    # Categories overlap: a sum over them counts a child more than once, so no row of totals is shown.
    columns = (*made.columns, TOTAL)

    def row(name: str) -> CountRow:
        found = (made.cells[name, column] for column in columns)
        return CountRow(name=name, cells=tuple(_DASH if each is None else str(each) for each in found))

    return Counts(columns=columns, rows=tuple(map(row, made.rows)), note=made.note)


def _deeds(gathered: Gathered, since: date, until: date, kinds: Sequence[str]) -> Iterator[Deed]:
    """Yield how often the school met or held something; of a kind in ``kinds`` where that says any."""
    found: Counter[str] = Counter()
    for word, happenings in gathered.facts.deeds.items():
        family, _, kind = word.partition(".")
        if family not in ("会议", "活动") or (kinds and kind not in kinds):
            continue
        found[kind] += sum(since.isoformat() <= each.at[:10] <= until.isoformat() for each in happenings)
    for name, count in found.items():
        if count:
            yield Deed(name=name, count=count)


def _psychology(gathered: Gathered, unit: str, period: Period) -> PsychologyReport:
    until = period.until(gathered.on)
    counts: Counter[tuple[str, str]] = Counter()
    screened = total = 0
    for child, grade in _placed(gathered, until):
        total += 1
        if child.attention is None:
            continue
        level, day, _ = child.attention
        if day and day > until.isoformat():
            continue
        screened += bool(day and day >= period.begins.isoformat())
        counts[level, grade] += level in _ATTENTION
    small = 0 < screened < 5 or 0 < total - screened < 5
    return PsychologyReport(
        **frame(unit, period, gathered),
        screened=_DASH if small else f"{screened}/{total}",
        table=_counts(published_table(_ATTENTION, gathered.grades, counts)),
        deeds=tuple(_deeds(gathered, period.begins, until, _PSYCHOLOGY)),
    )


QUARTERLY: Final = View(
    "quarterly-assessment",
    "季度评估报告",
    "季度评估",
    (Unit.SCHOOL,),
    Length.QUARTER,
    Assessment,
    _assessment,
    is_aggregate=True,
)
PSYCHOLOGY: Final = View(
    "psych-risk-report",
    "心理风险分析报告",
    "心理风险",
    (Unit.SCHOOL,),
    Length.TERM,
    PsychologyReport,
    _psychology,
    is_aggregate=True,
)
