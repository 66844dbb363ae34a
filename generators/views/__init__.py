"""Views: derived records. Each is a pure function of what an edition may see; a form prints it like any record.

`gathered` holds what a view is made of, `period` the stretch of days it speaks of, `view` what a view is; every other
module is one kind or a few that belong together. A paper about a view has the id ``UNIT.PERIOD``: `View.subject`.
"""

from collections.abc import Mapping
from functools import cache

from generators.views import (
    attendance,
    briefing,
    handover,
    indicators,
    issued,
    report,
    retention,
    roster,
    screening,
    supervision,
    term,
    warning,
)
from generators.views.gathered import SCHOOL, Gathered
from generators.views.period import BadPeriod, Length, NoTerm, Period, period_at, period_of, periods_within
from generators.views.view import (
    WHOLE_SCHOOL,
    NoSubject,
    NothingToTell,
    Unit,
    View,
    ViewRecord,
    subject_id,
    unit_of,
)

__all__ = [
    "SCHOOL",
    "WHOLE_SCHOOL",
    "BadPeriod",
    "Gathered",
    "Length",
    "NoSubject",
    "NoTerm",
    "NothingToTell",
    "Period",
    "Unit",
    "View",
    "ViewRecord",
    "period_at",
    "period_of",
    "periods_within",
    "subject_id",
    "unit_of",
    "views",
]


@cache
def views() -> Mapping[str, View]:
    """Return all views by the kind of their paper."""
    found = (
        screening.VIEW,
        attendance.VIEW,
        warning.LEDGER,
        warning.WEEKLY,
        supervision.SLIP,
        supervision.MATTERS,
        briefing.VIEW,
        report.QUARTERLY,
        retention.MONTHLY,
        retention.LEDGER,
        term.TERM,
        term.YEAR,
        handover.VIEW,
        report.PSYCHOLOGY,
        roster.VIEW,
        indicators.VIEW,
        issued.VIEW,
    )
    return {view.kind: view for view in found}
