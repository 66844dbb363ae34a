"""学籍: states and classes by day, allowed steps."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.model.student import Student
from guanai.rules.enrolment import (
    FIRST,
    STEPS,
    Status,
    class_on,
    may_follow,
    members,
    missteps,
    status_on,
    stay_on,
)
from guanai.schema import load_schemas


def _student(*stays: tuple[str, str, str, str | None], child: str = "S2024-7K3QD") -> Student:
    rows: list[dict[str, Any]] = [
        {
            "编号": f"X-222{place}",
            "班级": class_id,
            "状态": status,
            "起": since,
            **({"止": until} if until else {}),
        }
        for place, (class_id, status, since, until) in enumerate(stays, 2)
    ]
    return Student.from_mapping({"编号": child, "姓名": "某", "学籍": rows})


_MOVED = _student(
    ("J2024-03", "在籍", "2024-09-01", "2026-09-30"),
    ("J2024-01", "在籍", "2026-10-08", "2026-11-10"),
    ("J2024-01", "休学", "2026-11-11", None),
    child="S2024-2222D",
)


@pytest.mark.parametrize(
    ("day", "status", "class_id"),
    [
        ("2024-08-31", None, None),
        ("2024-09-01", "在籍", "J2024-03"),
        ("2026-09-30", "在籍", "J2024-03"),
        ("2026-10-01", None, None),
        ("2026-10-08", "在籍", "J2024-01"),
        ("2026-11-11", "休学", None),
    ],
)
def test_state_and_class_follow_from_the_dates(day: str, status: str | None, class_id: str | None) -> None:
    on = date.fromisoformat(day)
    assert status_on(_MOVED, on) == status
    assert class_on(_MOVED, on) == class_id


def test_the_last_of_two_open_stays_counts() -> None:
    child = _student(("J2024-03", "在籍", "2024-09-01", None), ("J2024-01", "在籍", "2026-09-01", None))
    stay = stay_on(child, date(2026, 10, 9))
    assert stay is not None
    assert stay.class_id == "J2024-01"


def test_a_suspected_dropout_is_still_counted_in_its_class() -> None:
    child = _student(
        ("J2024-03", "在籍", "2024-09-01", "2026-10-31"), ("J2024-03", "疑似辍学", "2026-11-01", None)
    )
    assert members([child, _MOVED], "J2024-03", date(2026, 11, 20)) == (child,)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("在籍", "休学", "复学", "在籍"), None),
        (("转入", "疑似辍学", "辍学", "复学"), None),
        (("在籍", "转出", "疑似辍学"), None),
        (("在籍", "辍学"), "“在籍”之后不能直接是“辍学”"),
        (("休学", "复学"), None),  # on leave when the school began to keep files
        (("辍学",), None),
        (("毕业",), "第一条不能是“毕业”"),
        (("在籍", "毕业", "在籍"), "最后一种状态"),
        (("在籍", "死亡", "转出"), "最后一种状态"),
        (("休学", "毕业"), "“休学”之后不能直接是“毕业”"),
    ],
)
def test_steps_that_cannot_be_are_told(states: tuple[str, ...], told: str | None) -> None:
    found = [sentence for _, sentence in missteps([Status(state) for state in states])]
    assert (not found) if told is None else told in found[0]


def test_every_state_of_the_schema_has_its_steps() -> None:
    field = load_schemas().record("student").at(("学籍", 0, "状态"))
    assert field is not None
    assert list(field.values) == [str(status) for status in Status]
    assert set(STEPS) == set(Status)


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_dropout_is_suspected_first_and_an_end_is_an_end(before: Status, after: Status) -> None:
    if after is Status.DROPPED_OUT:
        assert may_follow(before, after) == (before is Status.SUSPECTED_DROPOUT)
    if before in (Status.GRADUATED, Status.DECEASED):
        assert not may_follow(before, after)
    assert not FIRST & {Status.GRADUATED, Status.DECEASED}
