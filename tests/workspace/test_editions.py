"""What a person gets to see and to hear of a record; which class and level a child has on a day."""

from datetime import date
from typing import Any

import pytest

from guanai.errors import Forbidden
from guanai.store.snapshot import FaultyRecord
from guanai.workspace.editions import child_of
from guanai.workspace.facade import Workspace

CHILD = "S2024-UNNX4"
FILE = f"records/students/2024/{CHILD}.yml"
PRINCIPAL, ADMINISTRATOR = "T-WSLF", "T-3K6D"


def _with_fault(sample: Workspace) -> Workspace:
    file = sample.root / FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("户口性质: 农业", "户口性质: 监护人服刑", 1), encoding="utf-8")
    return Workspace(sample.root)


@pytest.mark.parametrize("staff", [PRINCIPAL, ADMINISTRATOR])
def test_a_fault_is_quoted_to_nobody_but_the_full_edition(sample: Workspace, on: date, staff: str) -> None:
    faulty = _with_fault(sample)
    with pytest.raises(FaultyRecord, match="服刑"):
        faulty.show(CHILD, faulty.edition(staff="", on=on))
    with pytest.raises(Forbidden) as refused:
        faulty.show(CHILD, faulty.edition(staff=staff, on=on))
    assert "服刑" not in str(refused.value)
    assert CHILD in str(refused.value)


def _child(stays: list[tuple[str, str]], warnings: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "编号": CHILD,
        "学籍": [{"班级": class_id, "起": since} for class_id, since in stays],
        "预警": [{"等级": level, "日期": day} for level, day in warnings],
    }


@pytest.mark.parametrize(
    ("stays", "class_id"),
    [
        ([("J2024-01", "2024-09-01"), ("J2024-02", "2026-01-01")], "J2024-02"),
        ([("J2024-02", "2026-01-01"), ("J2024-01", "2024-09-01")], "J2024-02"),
        ([("J2024-01", "2024-09-01"), ("J2024-02", "2026-12-01")], "J2024-01"),
        ([("J2024-01", "2026-12-01"), ("J2024-02", "2027-01-01")], "J2024-01"),
    ],
)
def test_the_class_is_that_of_the_day_in_whatever_order_it_stands(
    stays: list[tuple[str, str]], class_id: str, on: date
) -> None:
    assert child_of(_child(stays, []), on).class_id == class_id


@pytest.mark.parametrize(
    ("warnings", "has_level"),
    [
        ([("黄", "2026-10-01"), ("解除", "2026-11-01")], False),
        ([("解除", "2026-11-01"), ("黄", "2026-10-01")], False),
        ([("解除", "2026-11-01"), ("黄", "2026-11-01")], True),
        ([("黄", "2026-12-01")], False),
    ],
)
def test_the_level_is_the_latest_that_was_decided(
    warnings: list[tuple[str, str]], on: date, *, has_level: bool
) -> None:
    assert child_of(_child([("J2024-01", "2024-09-01")], warnings), on).has_level is has_level


@pytest.mark.parametrize(
    ("staff", "record", "sees"),
    [
        ("T-2HQG", "records/attendance/2026-2027-1/J2024-01/2026-11.yml", True),
        ("T-2HQG", "records/attendance/2026-2027-1/J2025-02/2026-11.yml", False),
        ("T-9QTR", "records/attendance/2026-2027-1/J2024-02/2026-11.yml", True),
        ("T-WSLF", "records/attendance/2026-2027-1/J2025-02/2026-11.yml", True),
        ("T-3K6D", "records/attendance/2026-2027-1/J2025-02/2026-11.yml", False),
        ("T-2HQG", "records/screenings/2026-2027-1/J2024-01.yml", True),
        ("T-2HQG", "records/screenings/2026-2027-1/J2025-01.yml", False),
        ("T-2HQG", "2026-2027", True),
        ("T-3K6D", "2026-2027", True),
        ("T-4R2F", "2026-2027", False),
        ("T-275K", "school", True),
        ("T-3K6D", "staff", True),
        ("T-275K", "staff", False),
        ("T-3K6D", "access", True),
        ("T-275K", "access", False),
    ],
)
def test_lists_of_a_class_are_shown_to_its_posts_and_the_calendar_to_all_staff(
    sample: Workspace,
    on: date,
    staff: str,
    record: str,
    sees: bool,  # noqa: FBT001 -- pytest passes by name
) -> None:
    edition = sample.edition(staff=staff, on=on)
    if sees:
        assert sample.show(record, edition)[1]
    else:
        with pytest.raises(Forbidden):
            sample.show(record, edition)


def test_a_subject_teacher_sees_of_the_screening_that_it_was_made_and_no_family(
    sample: Workspace, on: date
) -> None:
    path = "records/screenings/2026-2027-1/J2024-01.yml"
    shown = sample.show(path, sample.edition(staff="T-275K", on=on))[1]
    assert (shown["班级"], shown["逐户"]) == ("J2024-01", "〔按权限不显示〕")
    whole = sample.show(path, sample.edition(staff="T-2HQG", on=on))[1]
    assert len(whole["逐户"]) > 5


def test_the_administrator_reads_no_reason_why_someone_sees_a_child(sample: Workspace, on: date) -> None:
    shown = sample.show("access", sample.edition(staff=ADMINISTRATOR, on=on))[1]
    assert {grant["理由"] for grant in shown["特许"]} == {"〔按权限不显示〕"}
