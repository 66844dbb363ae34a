"""Views of the sample school: what they say, printed and blank, with no rows and with many."""

import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generators.class_screening import UNWRITTEN, summed
from generators.context import Context
from generators.counts import by_grade
from generators.document import Document, Table
from generators.papers import papers
from generators.views import Gathered, Length, Unit, views
from generators.views.attendance import DailyReport
from generators.views.indicators import Sheet
from generators.views.period import period_of
from generators.views.report import CountRow, Counts
from generators.views.warning import RiskList
from guanai.errors import NotFound
from guanai.model.base import Record
from guanai.workspace.editions import Edition
from guanai.workspace.facade import Workspace
from guanai.workspace.viewing import facts_of, gather

_ROOT = Path(__file__).resolve().parents[2]
_ON = date(2026, 11, 20)
#: The unit each view of the sample school is shown for.
_UNITS = {
    Unit.SCHOOL: "school",
    Unit.GRADE: "J2024",
    Unit.CLASS: "J2024-01",
    Unit.CHILD: "S2024-UT97N",
}
_KINDS = sorted(views())

Printed = Callable[[str, Record | None], Document]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("sample")
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, folder / name)
    return Workspace(folder)


@pytest.fixture(scope="module")
def edition(sample: Workspace) -> Edition:
    return sample.edition(staff="", on=_ON)


@pytest.fixture(scope="module")
def gathered(sample: Workspace, edition: Edition) -> Gathered:
    facts = facts_of(sample.snapshot, lambda on: sample.look(staff="", on=on), _ON)
    return gather(edition, sample.snapshot, facts, _ON)


@pytest.fixture(scope="module")
def built(gathered: Gathered) -> Callable[..., Any]:
    """Return a builder of the view of a kind, for its usual unit and the period of the day."""

    def build(kind: str, subject: str = "", **changes: Any) -> Any:
        view = views()[kind]
        seen = replace(gathered, _kept={}, **changes)
        return view.build(seen, *view.subject(subject or _UNITS[view.units[0]], seen))

    return build


@pytest.fixture(scope="module")
def printed(edition: Edition) -> Printed:
    def print_(kind: str, record: Record | None) -> Document:
        paper = papers()[kind]
        inputs = paper.inputs(record, edition.context, _ON)
        return paper.build(inputs, on=_ON, blank=record is None)

    return print_


def test_each_view_is_printed_by_the_paper_of_its_kind() -> None:
    for kind, view in views().items():
        assert papers()[kind].view is view
        assert papers()[kind].title == view.title


@pytest.mark.parametrize("kind", _KINDS)
def test_the_paper_of_the_sample_school(
    kind: str,
    built: Callable[..., Any],
    printed: Printed,
    plain: Callable[[Document], str],
    golden: Callable[[str, str], None],
) -> None:
    record = built(kind)
    document = printed(kind, record)
    assert (document.kind, document.subject, document.blank) == (kind, record.id, False)
    golden(f"view-{kind}", plain(document))


@pytest.mark.parametrize("kind", _KINDS)
def test_the_blank_paper(
    kind: str, printed: Printed, plain: Callable[[Document], str], golden: Callable[[str, str], None]
) -> None:
    text = plain(printed(kind, None))
    assert "S20" not in text
    golden(f"view-{kind}-blank", text)


@pytest.mark.parametrize("kind", _KINDS)
def test_asked_twice_a_view_says_the_same(kind: str, built: Callable[..., Any]) -> None:
    assert built(kind) == built(kind)


@pytest.mark.parametrize("count", [0, 1, 5, 60])
@pytest.mark.parametrize("kind", [kind for kind in _KINDS if not views()[kind].is_aggregate])
def test_a_long_list_repeats_its_header_and_nobody_signs_on_a_page_alone(
    kind: str, count: int, built: Callable[..., Any], printed: Printed
) -> None:
    record = built(kind)
    lists = [
        field.name
        for field in fields(record)
        if isinstance(found := getattr(record, field.name), tuple) and found and isinstance(found[0], Record)
    ]
    many = {name: tuple(getattr(record, name)[:1]) * count for name in lists}
    document = printed(kind, replace(record, **many))
    tables = [block for block in document.blocks if isinstance(block, Table)]
    if count == 60:
        # Items of an agenda are blocks of their own, with a heading each.
        assert kind == "monthly-briefing" or any(
            len(table.rows) > 60 and table.header_rows for table in tables
        )
    for table in tables:
        *above, last = table.rows
        if "签字" in last.cells[0].paragraphs[0].text:
            assert above
            assert above[-1].keep


# -- what they say -------------------------------------------------------------------------------------------------
def test_the_daily_list_names_whom_the_checks_missed(built: Callable[..., Any]) -> None:
    found: DailyReport = built("attendance-daily")
    assert [line.student for line in found.lines] == ["S2024-UT97N"]
    assert [line.exceptions for line in found.classes] == [0, 1]
    assert found.verdict == "异常 1 人。"


def test_a_day_without_exceptions_is_a_zero_report(built: Callable[..., Any]) -> None:
    found: DailyReport = built("attendance-daily", "J2024.2026-11-11")
    assert found.lines == ()
    assert found.verdict.startswith("零报告")


def test_what_nobody_checked_is_no_zero_report(built: Callable[..., Any]) -> None:
    found: DailyReport = built("attendance-daily", "J2024.2026-11-11", attendance=())
    assert "没有记录不等于全到" in found.verdict
    assert "零报告" not in found.verdict


def test_the_list_of_the_week_tells_from_which_level_to_which_and_why(built: Callable[..., Any]) -> None:
    found: RiskList = built("weekly-risk")
    (moved,) = [line for line in found.lines if line.before != line.after]
    assert (moved.student, moved.before, moved.after) == ("S2024-UT97N", "绿", "红")
    assert moved.why
    assert moved.deeds
    assert moved.following


def test_what_a_meeting_decided_is_told_in_its_own_words_to_who_may_read_the_decision(
    built: Callable[..., Any], gathered: Gathered
) -> None:
    words = "会议决定：书面报告备好，二级不成当天送镇政府和教育局"
    student = "S2024-UT97N"
    assert words in [each.title for each in built("supervision-slip").duties]
    (line,) = [each for each in built("weekly-risk").lines if each.student == student]
    assert words in line.following
    # The decision is 关爱: without that label nothing of it is there, not even that there was one.
    opened = {**gathered.opened, student: frozenset({"教学"})}
    assert not any("会议决定" in each.title for each in built("supervision-slip", opened=opened).duties)
    (line,) = [each for each in built("weekly-risk", opened=opened).lines if each.student == student]
    assert "会议决定" not in (line.following or "")


def test_a_meetings_material_lists_what_was_decided_once(built: Callable[..., Any]) -> None:
    items = {item.title: [line.text for line in item.lines] for item in built("monthly-briefing").items}
    assert items["上次会议决定的办理情况"]
    assert not any("会议决定" in text for text in items.get("逾期职责与补救", ()))


def test_categories_with_a_pause_mark_in_their_names_can_be_told_apart(built: Callable[..., Any]) -> None:
    found = built("special-roster", "J2024-01.2026-2027-1")
    assert "智力、肢体、视听障碍或心理困扰；离异、单亲或重组家庭" in [
        line.category for line in found.children
    ]


def test_the_screenings_of_the_classes_add_up_to_that_of_the_school(
    built: Callable[..., Any], gathered: Gathered, edition: Edition
) -> None:
    """Also with a line that leaves what was found to the file, and one still to be looked into."""
    lines = [line for each in gathered.screenings for line in each.families]
    unwritten, pending = [line for line in lines if line.is_found][:2]
    other = {
        unwritten: replace(unwritten, circumstances=()),
        pending: replace(pending, result="待核实"),
    }
    screenings = [
        replace(each, families=tuple(other.get(line, line) for line in each.families))
        for each in gathered.screenings
    ]
    whole = built("school-screening", screenings=screenings)
    counted = {each.class_id: summed(each, edition.context, _ON) for each in screenings}
    assert [line.found for line in whole.classes] == [
        counted[line.class_id].found_count if line.class_id in counted else None for line in whole.classes
    ]
    assert whole.found == len(whole.children) == sum(line.is_found for line in lines) - 1
    told = {line.name: line.count for line in whole.categories}
    assert told[UNWRITTEN] == 1
    assert told == {
        name: sum(each.count for made in counted.values() for each in made.categories if each.name == name)
        for name in told
    }


def test_a_grade_without_children_reports_zero(built: Callable[..., Any], gathered: Gathered) -> None:
    facts = replace(gathered.facts, children={})
    assert built("weekly-risk", facts=facts).verdict.startswith("零报告")
    assert built("retention-monthly", facts=facts).verdict.startswith("零报告")
    assert built("warning-ledger", facts=facts).verdict == "没有预警学生"


def test_a_mandatory_report_stands_in_no_count(built: Callable[..., Any], gathered: Gathered) -> None:
    child = gathered.children["S2024-886RT"]
    report = replace(child.entries[-1], kind="强制报告", content="雀", confidentiality="限制")
    children = {**gathered.children, child.id: replace(child, entries=(*child.entries, report))}
    for kind in ("term-summary", "homeroom-summary", "special-roster", "homeroom-handover"):
        assert built(kind, children=children) == built(kind)


def test_each_figure_comes_with_formula_numerator_and_denominator(built: Callable[..., Any]) -> None:
    found: Sheet = built("indicator-sheet")
    for each in (*found.figures, *found.duties):
        assert each.formula
        assert each.numerator.isdecimal()
    rate = next(each for each in found.figures if each.name == "巩固率")
    assert (rate.value, rate.numerator, rate.denominator, rate.goal) == ("100%", "40", "40", "100%")


@pytest.mark.parametrize("kind", ["quarterly-assessment", "psych-risk-report"])
def test_a_report_of_counts_names_no_child_and_no_small_count(
    kind: str,
    built: Callable[..., Any],
    printed: Printed,
    plain: Callable[[Document], str],
    gathered: Gathered,
) -> None:
    record = built(kind)
    text = plain(printed(kind, record))
    assert not [child.name for child in gathered.children.values() if child.name in text]
    shown = [cell for row in record.table.rows for cell in row.cells if cell != "—"]
    assert all(int(cell) == 0 or int(cell) >= 5 for cell in shown)


def test_the_names_of_nine_grades_stand_beside_each_other_unbroken(context: Context) -> None:
    grades = ("P2026", "P2025", "P2024", "P2023", "P2022", "P2021", "J2026", "J2025", "J2024", "合计")
    counts = Counts(columns=grades, rows=(CountRow(name="留守", cells=("12",) * 10),))
    grid = by_grade(counts, context, _ON)
    assert grid.head == ("类别（按年级）", "一", "二", "三", "四", "五", "六", "七", "八", "九", "合计")
    assert by_grade(replace(counts, columns=grades[6:]), context, _ON).head[1:] == (
        "七年级",
        "八年级",
        "九年级",
        "合计",
    )


def test_figures_of_work_belong_to_no_teacher(
    built: Callable[..., Any], printed: Printed, plain: Callable[[Document], str], gathered: Gathered
) -> None:
    for kind in ("indicator-sheet", "retention-monthly", "quarterly-assessment"):
        record = built(kind)
        if kind == "retention-monthly":
            record = replace(record, cases=())
        text = plain(printed(kind, record))
        assert not [person.name for person in gathered.staff.people if person.name in text]


def test_nothing_later_than_the_day_is_told(built: Callable[..., Any], gathered: Gathered) -> None:
    early = date(2026, 11, 10)
    found = built("warning-ledger", "J2024.2026-2027-1", on=early)
    assert found.known_on == early
    assert all(line.decided_on is None or line.decided_on <= early for line in found.children)
    assert [line.level for line in found.children if line.student == "S2024-UT97N"] == ["绿"]
    assert period_of(Length.TERM, "2026-2027-1", gathered.calendar).until(early) == early


def test_a_child_without_a_level_has_no_slip(built: Callable[..., Any], gathered: Gathered) -> None:
    view = views()["supervision-slip"]
    assert view.wants is not None
    period = period_of(Length.TERM, "2026-2027-1", gathered.calendar)
    assert [child for child in gathered.children if view.wants(gathered, child, period)]
    with pytest.raises(NotFound, match="督办单"):
        built("supervision-slip", "S2024-C2YSM")
