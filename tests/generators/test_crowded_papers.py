"""Papers of a school with a long name and two stages: nothing runs into its neighbour, nothing is mistaken for another."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import accumulate

import pytest

from generators import official, report
from generators.context import Context
from generators.document import Cell, Document, Paragraph, Role, Table
from generators.form.fill import FormInputs, inputs
from generators.form.language import Entries, ListTable, Section
from generators.form.layout import build
from generators.form.library import load_forms
from generators.papers import Paper, papers
from generators.report import Part, ReportInputs
from generators.text import ems
from guanai.grades import UnknownClass, rung
from guanai.model.student import Student

_LONG = "岚泉县禾坪镇白鹭社区九年一贯制学校"


def _line(document: Document, role: Role) -> str:
    found = [each for each in document.blocks if isinstance(each, Paragraph) and each.role is role]
    return found[0].text


@pytest.mark.parametrize("kind", sorted(kind for kind, form in load_forms().items() if len(form.head) == 3))
def test_a_long_name_of_a_school_leaves_room_before_what_stands_in_the_middle(kind: str, today: date) -> None:
    form = load_forms()[kind]
    for name in ("禾中", _LONG):
        document = build(form, FormInputs("x", {"学校名称": name}, ()), on=today, blank=True)
        pieces = _line(document, Role.FORM_HEAD).split("\t")
        if len(pieces) == 3:
            assert ems(pieces[0]) + ems(pieces[1]) / 2 < 45
        else:
            assert "　　" in pieces[0]
            assert name == _LONG


@pytest.mark.parametrize("school", ["禾坪中学", "栖川县禾丰镇九年一贯制学校", _LONG])
@pytest.mark.parametrize("period", ["2026年第四季度", "2026—2027学年第一学期"])
@pytest.mark.parametrize("name", ["学生心理风险分析报告", "控辍保学与特殊群体学生关爱工作评估报告"])
def test_no_line_of_a_title_is_a_sign_too_long(school: str, period: str, name: str, today: date) -> None:
    given = ReportInputs("x", school, "禾中", period, name, "领导小组", (Part("范围"),))
    lines = _line(report.build(given, kind="x", on=today), Role.TITLE).split("\n")
    assert "".join(lines) == f"{school}{period}{name}"
    assert all(map(official.fits_title, lines)), lines


@pytest.mark.parametrize(
    ("class_id", "stages", "told"),
    [
        ("P2026-01", ("小学", "初中"), "小学2026级（1）班"),
        ("J2026-01", ("小学", "初中"), "初中2026级（1）班"),
        ("J2026-01", ("初中",), "2026级（1）班"),
    ],
)
def test_classes_of_both_stages_that_entered_in_one_year_are_told_apart(
    context: Context, today: date, class_id: str, stages: tuple[str, ...], told: str
) -> None:
    form = load_forms()["dynamic-file"]
    school = replace(context.school, stages=stages)
    data = {
        "编号": "S2026-7K3QD",
        "姓名": "沈小满",
        "性别": "女",
        "学籍": [{"编号": "X-2345", "班级": class_id, "状态": "在籍", "起": "2026-09-01"}],
    }
    found = inputs(form, Student.from_mapping(data), replace(context, school=school), today)
    cells = [
        each.text
        for table in build(form, found, on=today).blocks
        if isinstance(table, Table)
        for row in table.rows
        for cell in row.cells
        for each in cell.paragraphs
    ]
    assert told in cells


def test_a_school_lists_its_youngest_first_and_refuses_what_is_no_class() -> None:
    assert sorted(["J2024-02", "P2021-01", "J2026-01", "P2026-01"], key=rung) == [
        "P2026-01",
        "P2021-01",
        "J2026-01",
        "J2024-02",
    ]
    with pytest.raises(UnknownClass):
        rung("全校")


#: Of a cell's width: what its margins take, and what a sign takes in the type of cells.
_MARGINS_MM, _SIGN_MM = 3.0, 10.5 * 25.4 / 72
_SIGNS_AT_AN_END = "，。、；：？！）”》〕"


def _blank(paper: Paper, context: Context, today: date) -> Document:
    return paper.build(paper.inputs(None, context, today), on=today, blank=True)


def _cells(document: Document) -> Iterator[tuple[float, Cell]]:
    """Yield the cells of a document's tables with their widths."""
    for table in document.blocks:
        if not isinstance(table, Table):
            continue
        edges = [0.0, *accumulate(table.widths_mm)]
        covered: dict[int, int] = {}
        for row in table.rows:
            column = 0
            for cell in row.cells:
                while covered.get(column, 0):
                    column += 1
                yield edges[column + cell.columns] - edges[column], cell
                covered |= {column + n: cell.rows for n in range(cell.columns)}
                column += cell.columns
            covered = {place: rows - 1 for place, rows in covered.items() if rows > 1}


def _wrapped(text: str, width_mm: float) -> list[str]:
    """Break a line as programs do: a closing bracket takes the sign before it along."""
    lines = [""]
    for sign in text:
        fits = ems(lines[-1] + sign) * _SIGN_MM <= width_mm - _MARGINS_MM
        if not fits and sign not in _SIGNS_AT_AN_END:
            lines.append("")
        elif not fits:
            lines[-1:] = [lines[-1][:-1], lines[-1][-1]]
        lines[-1] += sign
    return lines


@pytest.mark.parametrize("kind", sorted(papers().keys() - {"policy"}))
def test_no_label_leaves_a_single_sign_on_its_last_line(kind: str, context: Context, today: date) -> None:
    labels = [
        _wrapped(line, width)
        for width, cell in _cells(_blank(papers()[kind], context, today))
        for each in cell.paragraphs
        if each.role is Role.CELL_LABEL
        for line in each.text.split("\n")
    ]
    assert [lines for lines in labels if len(lines) > 1 and len(lines[-1].strip(_SIGNS_AT_AN_END)) < 2] == []


def _tables(sections: Iterable[Section]) -> Iterator[ListTable]:
    for section in sections:
        if isinstance(section, ListTable):
            yield section
        elif isinstance(section, Entries):
            yield from _tables(section.sections)


@pytest.mark.parametrize("kind", sorted(load_forms()))
def test_a_column_of_days_holds_a_day_on_one_line(kind: str) -> None:
    room = 17.5 + _MARGINS_MM  # 2026-11-20 in the type of cells
    narrow = [
        column.label
        for table in _tables(load_forms()[kind].sections)
        for column in table.columns
        for path in (column.value.paths() if column.value else ())
        if path.leaf in (date, datetime) and path.style != "时刻" and column.width_mm < room
    ]
    assert narrow == []
