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
#: So many names of grades fit beside each other in full.
_MOST_NAMES: Final = 7
#: A kind of meeting or activity that says nothing by itself.
_OTHER: Final = "其他"


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
    ordered = sorted(deeds, key=lambda each: each.name == _OTHER)
    told = "、".join(f"{'其他活动' if each.name == _OTHER else each.name}{each.count}次" for each in ordered)
    return f"本期有记录的会议和活动：{told}。"


def by_grade(counts: Counts | None, context: Context, on: date, what: str = "类别") -> Grid:
    """Return counts by grade, of categories or ``what`` else; the last column is the school.

    The blank table has a column for each of three grades.
    """
    if counts is None:
        return Grid((what, "", "", "", _TOTAL), (), (3, 1, 1, 1, 1))
    system = context.school.system or "六三制"
    names = [name if name == _TOTAL else grade_name(name, on, system) for name in counts.columns]
    if len(names) > _MOST_NAMES:  # nine grades: 一, 二, 三 …, or each name would break within its narrow cell
        what, names = f"{what}（按年级）", [name.removesuffix("年级") for name in names]
    rows = tuple((each.name, *each.cells) for each in counts.rows)
    return Grid((what, *names), rows, (3, *(1 for _ in names)))
