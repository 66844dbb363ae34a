"""A figure is changed once, in the policy's record: paper, duties and reminders change together, by no other edit."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Guanai = Callable[..., Any]

_CASES = (
    # policy, duty, day, the figure before and after, what the paper says before and after, due before and after
    (
        "care-a1",
        "跟踪",
        "2026-11-18",
        "每月",
        "每两周",
        "班主任每月",
        "班主任每两周",
        "2026-11-30",
        "2026-11-20",
    ),
    (
        "retention-b",
        "月研判",
        "2026-11-19",
        "25日",
        "20日",
        "每月25日",
        "每月20日",
        "2026-11-25",
        "2026-11-20",
    ),
    # Two weeks are fourteen days of the calendar, ten days are ten days of school: a day off tells them apart.
    ("care-a1", "摸底", "2026-09-07", "两周内", "十天", "前后两周内", "前后十天", "2026-09-15", "2026-09-16"),
)
_DAY_OFF = '放假:\n  - 名称: 停课\n    起: "2026-09-09"\n    止: "2026-09-09"\n'


def _change(path: Path, duty: str, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    start = text.index(f"- 编号: {duty}\n")
    place = text.index(before, start)
    path.write_text(text[:place] + after + text[place + len(before) :], "utf-8")


@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case[1]}-{case[4]}")
def test_paper_duties_and_reminders_follow_the_policy(
    guanai: Guanai, school: Path, case: tuple[str, ...]
) -> None:
    policy, duty, on, before, after, printed, reprinted, *_ = case
    shutil.rmtree(school / "records/screenings")
    shutil.rmtree(school / "records/meetings")
    calendar = school / "records/calendar/2026-2027.yml"
    calendar.write_text(calendar.read_text("utf-8").replace("放假:\n", _DAY_OFF, 1), "utf-8")

    def paper() -> str:
        outcome = guanai(
            "generate", "policy", policy, "--format", "html", "--on", on, "-o", str(school / "out")
        )
        assert outcome.code == 0, outcome.err
        return re.sub(r"<[^>]+>", "", (school / "out/policy" / f"{policy}.html").read_text("utf-8"))

    def told() -> list[dict[str, Any]]:
        found = json.loads(guanai("due", "--on", on, "--json").out)["duties"]
        return [each for each in found if each["title"] == duty]

    def reminded(numbers: set[str]) -> dict[str, str]:
        mails = json.loads(guanai("remind", "--dry-run", "--on", on, "--json").out)["reminders"]
        return {
            each["number"]: each["due"][:10]
            for mail in mails
            for each in mail["duties"]
            if each["number"] in numbers
        }

    old_paper, old, old_numbers = paper(), told(), reminded({each["number"] for each in told()})
    _change(school / "records/policies" / f"{policy}.yml", duty, before, after)
    new_paper, new, new_numbers = paper(), told(), reminded({each["number"] for each in told()})
    assert printed in old_paper
    assert reprinted in new_paper
    assert new_paper != old_paper
    assert {each["due"][:10] for each in old} == {case[7]}
    assert {each["due"][:10] for each in new} == {case[8]}
    assert set(old_numbers.values()) == {case[7]}
    assert set(new_numbers.values()) == {case[8]}
