"""How dates, terms, people and mentions read on paper."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators import wording
from generators.context import Context
from guanai.ids import new_student_id
from guanai.model.person import Person, Storage
from guanai.model.school import School

SCHOOL = School()


def test_months_and_days_have_no_nought_in_front() -> None:
    assert wording.long_date(date(2026, 3, 1)) == "2026年3月1日"
    assert wording.short_date(date(2026, 3, 1)) == "2026-03-01"
    assert wording.minute(datetime.fromisoformat("2026-11-02T16:40+08:00")) == "2026-11-02 16:40"


@pytest.mark.parametrize(
    ("value", "read"), [(1200.0, "1200"), (87.5, "87.5"), (0.0, "0"), (3, "3"), (9.99, "9.99")]
)
def test_numbers_have_no_idle_nought(value: float, read: str) -> None:
    assert wording.number(value) == read


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2026, 8, 31), "2025-2026-2"),
        (date(2026, 9, 1), "2026-2027-1"),
        (date(2027, 1, 31), "2026-2027-1"),
        (date(2027, 2, 1), "2026-2027-2"),
    ],
)
def test_a_term_turns_with_september_and_february(day: date, term: str) -> None:
    assert wording.term_of(day) == term


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_term_has_a_name(day: date) -> None:
    assert wording.term_name(wording.term_of(day)).endswith("学期")


@pytest.mark.parametrize(
    ("who", "read"),
    [
        (Person(staff="T-3XK9"), "沈砚秋"),
        (Person(name="李长顺", post="村委会主任", relation="邻居"), "李长顺（村委会主任，邻居）"),
        (Person(post="网格员"), "网格员"),
        (Person(), ""),
    ],
)
def test_someone_who_took_part(context: Context, who: Person, read: str) -> None:
    assert wording.person(who, context) == read


def test_where_paper_is_kept() -> None:
    assert wording.storage(Storage(box="J2024-03")) == "盒J2024-03"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("J2024-03", "九年级（3）班"),
        ("J2024", "九年级"),
        ("2026-2027", "2026—2027学年"),
        ("2026-2027-1", "2026—2027学年第一学期"),
        ("8888-0000", "8888-0000"),
        ("全校", "全校"),
        ("M20261023-4QX9", "M20261023-4QX9"),
        ("见 M20261023-4QX9", "见 M20261023-4QX9"),
        ("T-3XK9 到场", "T-3XK9 到场"),
        ("S2024-AAAA2", "周小禾"),
    ],
)
def test_an_id_alone_reads_as_what_it_stands_for(
    context: Context, today: date, value: str, read: str
) -> None:
    assert wording.text(value, context, today) == read


@given(st.text(max_size=30), st.text(max_size=30), st.integers(2000, 2099))
def test_no_id_of_a_child_is_left_in_free_text(before: str, after: str, year: int) -> None:
    """Whatever stands around it."""
    child = new_student_id(year)
    context = Context(school=SCHOOL)
    said = wording.text(f"{before}。@{child}{after}", context, date(2026, 11, 20))
    assert child not in said
    assert "某同学" in said


def test_scopes_of_one_name_are_told_apart_by_their_ids(today: date) -> None:
    """Grades of two stages that both have left are called by the year alone."""
    school = School.from_mapping(
        {"学制": "五四制", "班级": [{"编号": "P2015-01"}, {"编号": "J2015-01"}, {"编号": "J2024-01"}]}
    )
    scopes = dict(Context(school=school).scopes(today))
    assert len(set(scopes.values())) == len(scopes)
    assert scopes["全校"] == "全校"
    assert "（" not in scopes["J2024"]
