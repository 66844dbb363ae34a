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
