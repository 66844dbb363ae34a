"""Counts of a view as the sentences and tables of a report to the leading group."""

from datetime import date
from typing import Final

from generators.context import Context
from generators.report import Grid, Part, ReportInputs
from generators.views.report import Counts, Deed
from generators.views.view import ViewRecord
from guanai.grades import grade_name

_ADDRESSEE: Final = "学校控辍保学与关爱工作领导小组"
_TOTAL: Final = "合计"


def to_leading_group(found: ViewRecord, context: Context, name: str, parts: tuple[Part, ...]) -> ReportInputs:
    """Return the report on a view under its name."""
    return ReportInputs(
        id=found.id,
        school=context.school.name,
        issuing_code=context.school.issuing_code,
        period=found.period,
        name=name,
        addressee=_ADDRESSEE,
        parts=parts,
    )


def counted(deeds: tuple[Deed, ...]) -> str:
    """Return how often what was held, in a sentence."""
    if not deeds:
        return "本期没有会议和活动的记录。"
    told = "、".join(f"{each.name}{each.count}次" for each in deeds)
    return f"本期有记录的会议和活动：{told}。"


def by_grade(counts: Counts | None, context: Context, on: date) -> Grid:
    """Return counts by grade; the last column is the school."""
    if counts is None:
        return Grid(("类别", "", _TOTAL), (), (3, 1, 1))
    system = context.school.system or "六三制"
    names = [name if name == _TOTAL else grade_name(name, on, system) for name in counts.columns]
    rows = tuple((each.name, *each.cells) for each in counts.rows)
    return Grid(("类别", *names), rows, (3, *(1 for _ in names)))
