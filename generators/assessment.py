"""季度评估报告: the joint assessment of a quarter, in counts alone, so that parents and community may read it (会外)."""

from datetime import date
from functools import partial
from typing import Final

from generators import report, wording
from generators.context import Context
from generators.counts import by_grade, counted, to_leading_group
from generators.report import Grid, Part, ReportInputs
from generators.views.indicators import Figure
from generators.views.report import Assessment

KIND: Final = "quarterly-assessment"
_NAME: Final = "控辍保学与特殊群体学生关爱工作评估报告"
_SCOPE: Final = (
    "本报告汇总{period}（数据截至{until}）的记录，供家长代表、社区工作人员联合评估使用，"
    "只列汇总数字，不列学生的个人情况和预警等级；等级由学校内部评定。"
)


def inputs(found: Assessment | None, context: Context, on: date) -> ReportInputs:
    """Return what the report of a quarter prints; None for a blank paper."""
    given = found or Assessment(period="〔　　〕年第〔　〕季度")
    until = wording.long_date(given.known_on) if given.known_on else ""
    return to_leading_group(
        given,
        context,
        _NAME,
        (
            Part(
                "评估范围",
                (_SCOPE.format(period=given.period, until=until),),
            ),
            Part("主要指标", ("各项指标如下。",), _figures(given.figures), _note(given.figures)),
            Part(
                "各类学生人数",
                ("一名学生可以计入几类，各类不相加。",),
                by_grade(given.table, context, on),
                given.table.note if given.table else "",
            ),
            Part("主要工作", (counted(given.deeds),)),
            Part("职责落实", (_duties(given.duties),)),
            Part("评估意见", open="请联合评估人员写明评估意见"),
            Part("下季度安排", open="请写明要调整的措施、责任人和时限"),
        ),
    )


build = partial(report.build, kind=KIND)


def _figures(found: tuple[Figure, ...]) -> Grid:
    rows = tuple((each.name, each.goal or "", each.value, each.numerator, each.denominator) for each in found)
    return Grid(("指标", "目标", "数值", "分子", "分母"), rows, (3, 1, 1, 1, 1))


def _note(found: tuple[Figure, ...]) -> str:
    lines = [f"{each.name}：{each.formula}" for each in found]
    kept = next((each.note for each in found if each.note), None)
    return "\n".join([*lines, *([kept] if kept else [])])


def _duties(found: Figure | None) -> str:
    if found is None or found.denominator in ("0", "—"):
        return "本期没有到期的职责，或者数目太小，不公布。"
    return (
        f"本期到期的职责{found.denominator}项，已完成{found.numerator}项，完成率{found.value}；不按个人统计。"
    )
