"""What the leaders have to do, whatever the school lets them know of its children; and sheets and ledgers that verify."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guanai.yamlfile import load

Guanai = Callable[..., Any]

_ON = "2026-11-20"
_LEADERS = ("校长", "分管副校长", "德育主任")


def _duties(guanai: Guanai, *options: str) -> list[dict[str, Any]]:
    outcome = guanai("due", "--on", _ON, "--json", *options)
    assert outcome.code == 0, outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)["duties"]
    return found


def _blind(school: Path, roles: tuple[str, ...]) -> None:
    """Take from roles all they may see of children."""
    path = school / "records/access.yml"
    data = load(path.read_bytes(), "access.yml").data
    for each in data["角色"]:
        if each["角色"] in roles:
            each["看"] = []
            each.pop("追加", None)
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _held_by(school: Path, role: str) -> str:
    people = load((school / "records/staff.yml").read_bytes(), "staff.yml").data["教职工"]
    return next(
        str(each["编号"])
        for each in people
        for post in each["任职"]
        if post["角色"] == role and post.get("止", "2027") > _ON
    )


def test_a_leader_sees_what_the_school_asks_of_him_and_no_child(guanai: Guanai, school: Path) -> None:
    people = {role: _held_by(school, role) for role in _LEADERS}
    whole = [each for each in _duties(guanai) if not each["subject"].startswith("S")]
    _blind(school, _LEADERS)
    blind = 0
    for role, who in people.items():
        told = guanai("due", "--on", _ON, "--as", who, "--json").out
        own = json.loads(told)["duties"]
        wanted = {each["id"]: each["state"] for each in whole if who in each["owners"] and each["provision"]}
        assert len(wanted) > 1, role
        assert wanted.items() <= {each["id"]: each["state"] for each in own}.items()
        assert all(who in each["owners"] for each in own if each["subject"] == "全校")
        if not any(each["subject"].startswith("J") for each in own):  # who teaches as well sees his class
            blind += 1
            assert not re.search("S20[0-9]{2}-", told)
        assert guanai("due", "--on", _ON, "--as", who).code == 0
    assert blind


def test_the_sheet_of_a_week_verifies_until_what_it_tells_has_changed(guanai: Guanai, school: Path) -> None:
    who = _held_by(school, "校长")
    folder = str(school / "out")
    written = json.loads(guanai("due", "--week", "--on", _ON, "--who", who, "--json", "-o", folder).out)
    [file] = written["files"]
    proof = json.loads(guanai("verify", file, "--json").out)
    assert (proof["status"], proof["kind"], proof["id"]) == ("match", "my-week", f"{who}-2026-11-16")
    policy = school / "records/policies/retention-b.yml"
    text = policy.read_text("utf-8")
    place = text.index("日: 25日")
    policy.write_text(text[:place] + "日: 20日" + text[place + len("日: 25日") :], "utf-8")
    stale = guanai("verify", file, "--json")
    assert (stale.code, json.loads(stale.out)["status"]) == (1, "stale")
    assert any("月研判" in line for line in json.loads(stale.out)["changes"])


def test_a_ledger_that_nobody_wrote_verifies_too(guanai: Guanai, school: Path) -> None:
    made = guanai(
        "generate", "weekly-risk", "J2024.2026-11-20", "--on", _ON, "-o", str(school / "out"), "--json"
    )
    [document] = json.loads(made.out)["documents"]
    assert json.loads(guanai("verify", document["path"], "--json").out)["status"] == "match"
