"""How long a child's file is kept: dated situations."""

from datetime import date
from typing import Any

import pytest

from guanai.workspace.erasing.retention import YEARS_AFTER_LEAVING, retention


def record(status: str, since: str, **filing: str) -> dict[str, Any]:
    stays = [
        {"班级": "J2020-01", "状态": "在籍", "起": "2020-09-01"},
        {"班级": "J2020-01", "状态": status, "起": since},
    ]
    return {"编号": "S2020-7K3QD", "学籍": stays, "建档": filing}


@pytest.mark.parametrize(
    ("data", "ends_on"),
    [
        (record("毕业", "2023-06-30", 保管期限="在校期间＋3年"), date(2026, 6, 30)),
        (record("毕业", "2023-06-30", 保管期限="10 年"), date(2033, 6, 30)),
        (record("毕业", "2023-06-30", 保管期限="离校后三十年"), date(2053, 6, 30)),
        (record("转出", "2023-03-01", 保管期限="两年"), date(2025, 3, 1)),
        (record("毕业", "2023-06-30"), date(2023 + YEARS_AFTER_LEAVING, 6, 30)),
        (record("毕业", "2024-02-29", 保管期限="1年"), date(2025, 2, 28)),
        (record("毕业", "2023-06-30", 保管期限="永久"), None),
        (record("毕业", "2023-06-30", 保管期限="3年", 复查日期="2027-01-01"), date(2027, 1, 1)),
        (record("毕业", "2023-06-30", 保管期限="3年", 复查日期="2025-01-01"), date(2026, 6, 30)),
        (record("在籍", "2023-09-01"), None),
        (record("休学", "2023-09-01"), None),
        (record("辍学", "2023-09-01"), None),
    ],
)
def test_the_period_counts_from_the_day_the_child_left(data: dict[str, Any], ends_on: date | None) -> None:
    assert retention(data).ends_on == ends_on


def test_the_end_is_the_first_day_on_which_it_may_go() -> None:
    found = retention(record("毕业", "2023-06-30", 保管期限="3年"))
    assert not found.is_over(date(2026, 6, 29))
    assert found.is_over(date(2026, 6, 30))
    assert "2023-06-30 毕业" in found.reason
    assert "2026-06-30 到期" in found.reason


def test_stays_count_by_their_day_not_by_their_place() -> None:
    data = record("毕业", "2023-06-30", 保管期限="3年")
    data["学籍"].reverse()
    assert retention(data).how == "毕业"
