"""What a meeting decides becomes work of who is named, and the next agenda asks for it; what changes hands is handed over."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guanai.yamlfile import load

Guanai = Callable[..., Any]

_ON = "2026-11-20"
_MEETING = "records/meetings/2026-2027-1/M20261118-MW7X.yml"
_CHILD = "S2025-K2CUN"
_OPEN = "决定:\n"


def _duties(guanai: Guanai, *options: str, on: str = _ON) -> list[dict[str, Any]]:
    outcome = guanai("due", "--on", on, "--json", *options)
    assert outcome.code == 0, outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)["duties"]
    return found


def _decide(school: Path, owners: tuple[str, ...], **more: str) -> None:
    """Write one more decision into the minutes of a meeting."""
    path = school / _MEETING
    lines = ["  - 编号: J-TEST", "    事项: 每天放学后陪读半小时。", "    责任人:"]
    lines += [f"      - {owner}" for owner in owners]
    lines += [f"    {key}: {value}" for key, value in more.items()]
    text = path.read_text("utf-8")
    assert _OPEN in text
    path.write_text(text.replace(_OPEN, _OPEN + "\n".join(lines) + "\n", 1), "utf-8")


def _homeroom(school: Path, class_id: str) -> str:
    people = load((school / "records/staff.yml").read_bytes(), "staff.yml").data["教职工"]
    return next(
        str(each["编号"])
        for each in people
        for post in each["任职"]
        if (post["角色"], post["范围"]) == ("班主任", class_id) and post.get("止", "2027") > _ON
    )


def test_a_decision_is_a_dated_task_of_everybody_it_names(guanai: Guanai, school: Path) -> None:
    teacher, other = _homeroom(school, "J2025-01"), _homeroom(school, "J2024-01")
    _decide(school, (teacher, other), 期限='"2026-11-24"')
    [task] = [each for each in _duties(guanai) if each["id"].endswith("J-TEST")]
    assert (task["due"], task["state"], task["owners"]) == ("2026-11-24", "待办", [teacher, other])
    assert task["because"] == "每天放学后陪读半小时。"
    mails = json.loads(guanai("remind", "--dry-run", "--on", _ON, "--json").out)["reminders"]
    told = {mail["staff"] for mail in mails for each in mail["duties"] if each["number"] == task["number"]}
    assert told == {teacher, other}
    for who in (teacher, other):
        assert task["id"] in {each["id"] for each in _duties(guanai, "--as", who)}
    why = guanai("explain", "J-TEST", "--on", _ON)
    assert "每天放学后陪读半小时" in why.out
    # The next agenda asks for it.
    assert "每天放学后陪读半小时（期限 2026-11-24，待办）" in guanai("agenda", "--on", _ON).out
    path = school / _MEETING
    path.write_text(
        path.read_text("utf-8").replace(
            '    期限: "2026-11-24"\n', '    期限: "2026-11-24"\n    完成: "2026-11-19"\n', 1
        ),
        "utf-8",
    )
    [task] = [each for each in _duties(guanai) if each["id"].endswith("J-TEST")]
    assert task["state"] == "已完成"
    assert task["evidence"][0]["item"] == "J-TEST"


def test_who_may_not_know_the_child_is_told_that_there_is_a_task_and_no_more(
    guanai: Guanai, school: Path
) -> None:
    stranger, teacher = _homeroom(school, "J2024-01"), _homeroom(school, "J2025-02")
    _decide(school, (stranger, teacher), 期限='"2026-11-24"', 学生=f"[{_CHILD}]")
    everything = guanai("due", "--on", _ON, "--as", stranger, "--json").out
    [task] = [each for each in json.loads(everything)["duties"] if each["id"].endswith("J-TEST")]
    assert (task["due"], task["state"]) == ("2026-11-24", "待办")
    assert _CHILD not in everything
    assert "陪读" not in everything
    assert "陪读" not in guanai("agenda", "--on", _ON, "--as", stranger).out
    [whole] = [each for each in _duties(guanai, "--as", teacher) if each["id"].endswith("J-TEST")]
    assert (whole["subject"], whole["because"]) == (_CHILD, "每天放学后陪读半小时。")
    # Who is neither named nor over the child learns nothing.
    third = _homeroom(school, "J2024-02")
    assert "J-TEST" not in guanai("due", "--on", _ON, "--as", third, "--json").out


def test_the_agenda_tells_each_what_is_his_and_guests_the_titles(guanai: Guanai, school: Path) -> None:
    whole = json.loads(guanai("agenda", "--on", _ON, "--json").out)
    assert whole["since"] == "2026-10-23"
    titles = [item["title"] for item in whole["items"]]
    assert titles[-1] == "下阶段安排"
    assert {"预警等级的变化", "等级调整的建议", "劝返进展"} <= set(titles)
    named = {who for item in whole["items"] for line in item["lines"] for who in line["students"]}
    assert len(named) > 3
    teacher = _homeroom(school, "J2025-01")
    own = guanai("agenda", "--on", _ON, "--as", teacher, "--json").out
    seen = {each["subject"] for each in _duties(guanai, "--as", teacher)}
    assert set(re.findall(r"S20[0-9]{2}-[2-9A-Z]{5}", own)) <= seen
    for_guests = guanai("agenda", "--guests", "--on", _ON).out
    assert all(title in for_guests for title in titles)
    assert not re.search(r"[0-9]{2}）|S20|红|黄|绿", for_guests)
    assert guanai("agenda", "--kind", "座谈").code == 2


@pytest.mark.parametrize("done", [False, True])
def test_a_change_of_homeroom_teacher_is_closed_by_its_paper(
    guanai: Guanai, school: Path, *, done: bool
) -> None:
    if not done:
        (school / "records/decisions/2026/D20261010-P4JD.yml").unlink()
    on = "2026-10-20"
    [task] = [
        each
        for each in _duties(guanai, on=on)
        if each["title"] == "班主任交接" and each["subject"] == "J2024-02"
    ]
    assert task["due"] == "2026-10-19"
    assert task["state"] == ("已完成" if done else "逾期")
    giver, taker = task["owners"]
    assert taker == _homeroom(school, "J2024-02")
    # Who gave the class away may open no child of it, and still knows what is asked of him.
    assert task["id"] in {each["id"] for each in _duties(guanai, "--as", giver, on=on)}
    paper = guanai(
        "generate", "homeroom-handover", "J2024-02", "--on", on, "--format", "html", "-o", str(school / "out")
    )
    assert paper.code == 0, paper.err


def test_a_child_that_changed_class_has_its_own_sheet(guanai: Guanai, school: Path) -> None:
    child = "S2024-UWWJF"
    [task] = [each for each in _duties(guanai, on="2026-09-07") if each["title"] == "学生交接"]
    assert (task["subject"], task["state"], task["because"]) == (child, "已完成", "2026-09-01 转班")
    made = guanai("generate", "homeroom-handover", child, "--on", _ON, "-o", str(school / "out"), "--json")
    [document] = json.loads(made.out)["documents"]
    assert json.loads(guanai("verify", document["path"], "--json").out)["status"] == "match"
    # Who stays where he is has nothing to be handed over.
    assert guanai("generate", "homeroom-handover", _CHILD, "--on", _ON, "-o", str(school / "out")).code == 1
