"""心理风险分析报告: the counsellor's term in counts, for the leading group: no case, no child, no count under five."""

from datetime import date
from functools import partial
from typing import Final

from generators import report, wording
from generators.context import Context
from generators.counts import by_grade, counted, to_leading_group
from generators.report import Part, ReportInputs
from generators.views.report import PsychologyReport

KIND: Final = "psych-risk-report"
_DASH: Final = "—"


def inputs(found: PsychologyReport | None, context: Context, on: date) -> ReportInputs:
    """Return what the report of a term prints; None for a blank paper."""
    given = found or PsychologyReport(period="〔　　　　〕学年第〔　〕学期")
    until = wording.long_date(given.known_on) if given.known_on else ""
    return to_leading_group(
        given,
        context,
        "学生心理风险分析报告",
        (
            Part(
                "范围",
                (
                    f"本报告汇总{given.period}（数据截至{until}）的记录，只列汇总数字，不列个案和学生个人情况。",
                ),
            ),
            Part("筛查情况", (_screened(given.screened),)),
            Part(
                "关注等级分布",
                ("当日在校学生的心理关注等级如下。",),
                by_grade(given.table, context, on, "关注等级"),
                given.table.note if given.table else "",
            ),
            Part("开展的工作", (counted(given.deeds),)),
            Part("风险分析", open="请心理健康教师写明主要风险和趋势，不写个案"),
            Part("工作建议", open="请写明建议和需要的支持"),
        ),
    )


build = partial(report.build, kind=KIND)


def _screened(found: str) -> str:
    if found in ("", _DASH):
        return "本期筛查的人数太少，或者没有筛查的人数太少，不公布。"
    done, of = found.split("/")
    return f"在校学生{of}人，本期有筛查记录的{done}人。"
