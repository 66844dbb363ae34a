"""Marks of the program in words: a class and a term instead of ``J2024-01.2026-2027-1``, no number of an answer."""

import re
from datetime import date

from generators.context import Context
from generators.papers import Paper
from generators.views import period_of
from guanai.errors import GuanaiError
from guanai.workspace.watch.vigil import View

_UNIT = re.compile(r"（([PJ][0-9]{4}(?:-[0-9]{2})?)）")
#: What the number of an answer means to who reads the log.
_OUTCOMES = {
    "403": "不能改",
    "404": "没有这一页",
    "409": "两个人改了同一处",
    "413": "太大",
    "422": "没有通过核对",
    "429": "太频繁",
    "500": "程序出错",
    "503": "正忙",
}


def outcome_words(result: str) -> str:
    """Return what came of what the log tells: its own word, or what the number of an answer means.

    >>> outcome_words("成"), outcome_words("422")
    ('成', '没有通过核对')
    """
    return _OUTCOMES.get(result, result)


def units_named(sentence: str, context: Context, on: date) -> str:
    """Return a sentence of the program with names in place of ids of classes and grades in brackets: 班主任（八年级（2）班）."""

    def name(found: re.Match[str]) -> str:
        unit = found[1]
        return f"（{context.class_name(unit, on) if '-' in unit else context.grade_name(unit, on)}）"

    return _UNIT.sub(name, sentence)


def subject_words(view: View, context: Context, paper: Paper, subject: str) -> str:
    """Return what a ledger or report is about; the id itself where it names nothing that is known.

    Args:
        view: what the reader may know; a child whose name is closed stays an id.
        context: names of classes and staff.
        paper: the kind of ledger or report.
        subject: unit and period, as `Press.subjects` returns them.
    """
    unit, _, period = subject.partition(".")
    return "　".join(filter(None, (_unit(view, context, unit), _period(view, paper, period))))


def _unit(view: View, context: Context, unit: str) -> str:
    school = view.frame.school
    if unit in {each.id for each in school.classes}:
        return context.class_name(unit, view.on)
    if unit in {each.id for each in school.grades}:
        return context.grade_name(unit, view.on)
    if unit in context.staff:
        return context.staff_name(unit)
    return "全校" if unit == "school" else view.name(unit) or unit


def _period(view: View, paper: Paper, period: str) -> str:
    if paper.view is None or not period:
        return period
    try:
        return period_of(paper.view.length, period, view.frame.calendar).name
    except GuanaiError:
        return period
