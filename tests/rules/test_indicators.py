"""Indicators: formulas with both sides by id, what each reader may see of them, and what may be published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanai.calendar import SchoolCalendar
from guanai.model.school import School
from guanai.model.staff import Staff
from guanai.model.student import Student
from guanai.model.trail import Persuasion
from guanai.rules.facts import assemble, extract
from guanai.rules.indicators import (
    Indicator,
    category_counts,
    completion,
    for_reader,
    new_dropouts,
    persuaded,
    retention,
    stable_returns,
)
from guanai.rules.suppression import LEAST, TOTAL, published, published_table
from guanai.schema.taxonomies import load_taxonomies

_BEGIN, _ON = date(2026, 9, 1), date(2026, 11, 20)


def _id(number: int) -> str:
    return f"S2024-222{chr(65 + number // 8)}{number % 8 + 2}"


def _student(number: int, *stays: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    base = {"编号": "X-2222", "班级": "J2024-03", "状态": "在籍", "起": "2024-09-01"}
    return {
        "编号": _id(number),
        "姓名": "某",
        "性别": "女",
        "学籍": [base, *({"编号": "X-3333", "班级": "J2024-03", **stay} for stay in stays)],
        **more,
    }


@pytest.mark.parametrize(
    ("stay", "above", "below"),
    [
        ({}, True, True),
        ({"状态": "休学"}, True, True),
        ({"状态": "转出", "去向核实": "已核实"}, False, False),
        ({"状态": "转出", "去向核实": "未核实"}, False, True),
        ({"状态": "转出"}, False, True),
        ({"状态": "死亡"}, False, False),
        ({"状态": "疑似辍学"}, False, True),
        ({"状态": "辍学"}, False, True),
        ({"状态": "毕业"}, True, True),
    ],
)
def test_who_stands_on_which_side_of_the_retention_rate(
    stay: dict[str, str],
    *,
    above: bool,
    below: bool,
    calendar: SchoolCalendar,
    staff: Staff,
) -> None:
    record = _student(0, *([{**stay, "起": "2026-10-08"}] if stay else []))
    facts = assemble(
        {"student": [extract("student", record)]},
        school=School(),
        staff=staff,
        calendar=calendar,
        policies=(),
    )
    for child in (Student.from_mapping(record), facts.children[_id(0)]):
        found = retention([child], _BEGIN, _ON)
        assert (bool(found.numerator), bool(found.denominator)) == (above, below)


def test_who_came_during_the_term_is_in_neither_side() -> None:
    newcomer = Student.from_mapping(
        {"编号": _id(0), "姓名": "某", "学籍": [{"班级": "J2024-03", "状态": "转入", "起": "2026-10-08"}]}
    )
    assert retention([newcomer], _BEGIN, _ON).value is None


def test_new_dropouts_were_none_when_the_term_began() -> None:
    gone = [
        _student(number, {"状态": "疑似辍学", "起": day})
        for number, day in enumerate(("2026-08-20", "2026-10-08", "2026-12-01"))
    ]
    found = new_dropouts([Student.from_mapping(each) for each in gone], _BEGIN, _ON)
    assert found.numerator == (_id(1),)


def _case(triggered: str, **more: str) -> Persuasion:
    return Persuasion.from_mapping(
        {"编号": "R-2222", "触发日期": triggered, "触发原因": "x", "状态": "进行中", **more}
    )


def test_persuasion_and_stable_return_rates_leave_open_ones_out() -> None:
    cases = [
        (_id(0), _case("2026-09-10", 复学日期="2026-09-14", 稳定日期="2026-11-02")),
        (_id(1), _case("2026-09-10", 复学日期="2026-09-14")),
        (_id(1), _case("2026-10-20")),
        (_id(2), _case("2026-11-02", 复学日期="2026-11-10")),
        (_id(3), _case("2026-11-16")),
        (_id(4), _case("2026-03-16", 复学日期="2026-03-20", 稳定日期="2026-05-20")),
        (_id(5), _case("2026-11-10", 复学日期="2026-11-25")),
    ]
    rate = persuaded(cases, _BEGIN, _ON)
    assert rate.numerator == (_id(0), _id(1), _id(2))
    assert rate.denominator == tuple(map(_id, (0, 1, 2, 3, 5)))
    share, tracked = stable_returns(cases, lambda _, __: None, _ON)
    assert (share.numerator, share.denominator) == ((_id(0), _id(4)), (_id(0), _id(4), _id(1)))
    assert tracked.numerator == (_id(2),)


def test_counts_by_category_tell_the_change(calendar: SchoolCalendar, staff: Staff) -> None:
    words = [("留守", "2024-09-01"), ("留守", "2026-10-08"), ("监护人服刑", "2026-10-08")]
    rows = [
        extract("student", _student(number, 特殊情形=[{"编号": "C-2222", "情形": word, "起": since}]))
        for number, (word, since) in enumerate(words)
    ]
    facts = assemble({"student": rows}, school=School(), staff=staff, calendar=calendar, policies=())
    children = tuple(facts.children.values())
    found = category_counts(children, load_taxonomies()["十类"], {"J2024-03": ["J2024-03"]}, _ON, _BEGIN)
    left, custody = found[3], found[7]
    assert (left.name, left.value, left.change) == ("留守未成年人", 2, 1)
    assert (custody.value, custody.change, "限制" in custody.labels) == (1, 1, True)
    assert "限制" not in left.labels
    assert all(
        each.value == 0
        for each in category_counts(children, load_taxonomies()["十类"], {"J2024-01": ["J2024-01"]}, _ON)
    )


@dataclass(frozen=True)
class _Duty:
    state: str


def test_completion_counts_what_fell_due_and_names_no_person() -> None:
    states = ["已完成", "已完成", "逾期", "待办", "未到期", "提示"]
    found = completion([(f"d{number}", _Duty(state)) for number, state in enumerate(states)], "跟踪")
    assert (found.numerator, found.denominator) == (("d0", "d1"), ("d0", "d1", "d2"))
    assert found.students == ()


# --------------------------------------------------------------------------------------------------------- who may see

_LABELS = frozenset({"教学", "限制"})


def test_a_reader_gets_the_figure_of_the_children_he_may_know_of() -> None:
    whole = Indicator("x", "x", (_id(0), _id(1)), (_id(0), _id(1), _id(2)), _LABELS, before=(_id(1),))
    opened = {_id(0): _LABELS, _id(1): frozenset({"教学"}), _id(2): _LABELS}
    found = for_reader(whole, opened)
    assert (found.numerator, found.denominator, found.before) == ((_id(0),), (_id(0), _id(2)), ())
    assert for_reader(whole, {}).value is None


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.integers(0, 9))
def test_what_is_hidden_of_a_child_changes_no_figure(
    counted: set[int], looked_at: set[int], open_to: set[int], hidden: int
) -> None:
    opened = {
        _id(number): _LABELS if number in open_to - {hidden} else frozenset({"教学"}) for number in range(10)
    }

    def shown(numbers: set[int]) -> Indicator:
        above = tuple(_id(number) for number in sorted(numbers & looked_at))
        return for_reader(Indicator("x", "x", above, tuple(map(_id, sorted(looked_at))), _LABELS), opened)

    assert shown(counted | {hidden}) == shown(counted - {hidden})


# ------------------------------------------------------------------------------------------------------------ published


def _count(above: int, below: int | None, *, is_sensitive: bool = True) -> Indicator:
    return Indicator(
        "x", "x", tuple(map(str, range(above))), None if below is None else tuple(map(str, range(below))),
        _LABELS, is_sensitive=is_sensitive,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("above", "below", "is_sensitive", "count"),
    [
        (5, None, True, 5), (4, None, True, None), (0, None, True, None), (0, None, False, 0), (1, None, False, None),
        (40, 45, True, 40), (41, 45, True, None), (45, 45, True, None), (45, 45, False, 45), (44, 45, False, None),
        (2, 4, False, None), (0, 4, False, None),
    ],
)  # fmt: skip
def test_counts_under_five_and_their_complements_stay_inside(
    above: int,
    below: int | None,
    *,
    is_sensitive: bool,
    count: int | None,
) -> None:
    found = published(_count(above, below, is_sensitive=is_sensitive))
    assert found.count == count
    assert (found.value is None) == (count is None)
    assert bool(found.note) == (count is None)


def test_a_change_of_a_few_children_stays_inside() -> None:
    ids = tuple(map(str, range(20)))
    few = Indicator("x", "x", ids[:12], None, _LABELS, is_sensitive=True, before=ids[:10])
    many = Indicator("x", "x", ids[:16], None, _LABELS, is_sensitive=True, before=ids[:10])
    same = Indicator("x", "x", ids[:10], None, _LABELS, is_sensitive=True, before=ids[:10])
    assert [published(each).change for each in (few, many, same)] == [None, 6, 0]


_TABLES = st.integers(1, 4).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


def _published(table: list[list[int]]) -> Any:
    rows, columns = [f"r{i}" for i in range(len(table))], [f"c{i}" for i in range(len(table[0]))]
    counts = {(rows[i], columns[j]): table[i][j] for i, j in product(range(len(rows)), range(len(columns)))}
    return published_table(rows, columns, counts), counts, rows, columns


@settings(deadline=None)
@given(_TABLES)
def test_no_small_count_of_a_table_is_published_and_no_line_tells_one(table: list[list[int]]) -> None:
    made, _, rows, columns = _published(table)
    assert all(value is None or value >= LEAST for value in made.cells.values())
    lines = [[(row, column) for column in (*columns, TOTAL)] for row in (*rows, TOTAL)]
    lines += [[(row, column) for row in (*rows, TOTAL)] for column in (*columns, TOTAL)]
    for line in lines:
        *parts, total = line
        hidden = [cell for cell in line if made.cells[cell] is None]
        assert len(hidden) != 1
        if hidden and made.cells[total] is not None:
            kept = sum(made.cells[cell] for cell in parts if made.cells[cell] is not None)
            assert made.cells[total] - kept >= LEAST


@settings(deadline=None)
@given(_TABLES)
def test_no_hidden_cell_can_be_worked_out_from_the_rest(table: list[list[int]]) -> None:
    """Each hidden cell has another value in some table with the same published cells: it lies on a circle of them."""
    made, _, rows, columns = _published(table)
    hidden = {cell for cell, value in made.cells.items() if value is None}
    for cell in hidden:
        reached, border = {("r", cell[0])}, [("r", cell[0])]
        while border:
            side, name = border.pop()
            for row, column in hidden - {cell}:
                here, there = (("r", row), ("c", column)) if side == "r" else (("c", column), ("r", row))
                if here == (side, name) and there not in reached:
                    reached.add(there)
                    border.append(there)
        assert ("c", cell[1]) in reached, (cell, rows, columns)


def test_a_table_of_large_counts_is_published_whole() -> None:
    made, counts, _, _ = _published([[10, 12], [8, 9]])
    assert made.note == ""
    assert made.cells == {
        **counts,
        ("r0", TOTAL): 22,
        ("r1", TOTAL): 17,
        (TOTAL, "c0"): 18,
        (TOTAL, "c1"): 21,
        (TOTAL, TOTAL): 39,
    }


def test_a_cell_close_to_the_size_of_its_class_is_kept_back() -> None:
    made = published_table(["r"], ["c", "d"], {("r", "c"): 38, ("r", "d"): 20}, {"c": 40, "d": 40})
    assert made.cells["r", "c"] is None
