"""A profile of persuasion is looked at first and put into the plan then: paper, clock and duties change together."""

import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.store.git import found

Guanai = Callable[..., Any]

_ON = ("--on", "2026-11-20")
_PLAN = "records/policies/retention-b.yml"


@pytest.fixture
def kept(school: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample school under git; nobody sits at the terminal."""
    (school / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(school, "新建", date(2026, 11, 1))
    monkeypatch.setattr(sys, "stdin", None)
    return school


def _clause(guanai: Guanai, school: Path) -> str:
    made = guanai("generate", "policy", "retention-b", "--format", "html", *_ON, "-o", str(school / "out"))
    assert made.code == 0, made.err
    return re.sub(r"<[^>]+>", "", (school / "out/policy/retention-b.html").read_text("utf-8"))


def _in_use(guanai: Guanai) -> list[str]:
    listed = json.loads(guanai("policy", "profile", "--json").out)["profiles"]
    return [each["name"] for each in listed if each["in_use"]]


def test_a_preview_tells_the_clauses_before_and_after_and_saves_nothing(guanai: Guanai, school: Path) -> None:
    before = (school / _PLAN).read_bytes()
    told = guanai("policy", "profile", "county", *_ON)
    assert told.code == 0
    assert "原来：学生连续3天未到校" in told.out
    assert "改为：学生未请假未到校满2天的，不论是否联系上家长，班主任在当日启动三级劝返。" in told.out
    assert "{" not in told.out
    assert (school / _PLAN).read_bytes() == before
    body = json.loads(guanai("policy", "profile", "county", "--json").out)
    assert {"where": "启动.触发天数", "before": "3天", "after": "2天"} in body["figures"]


@pytest.mark.parametrize(("slug", "days"), [("county", "2天"), ("daily", "1天")])
def test_a_saved_profile_is_printed_computed_and_can_be_taken_back(
    guanai: Guanai, kept: Path, slug: str, days: str
) -> None:
    before = (kept / _PLAN).read_bytes()
    paper = _clause(guanai, kept)
    assert _in_use(guanai) == ["source"]
    saved = guanai("policy", "profile", slug, "--save", "--as", "T-WSLF", *_ON)
    assert saved.code == 0, saved.err
    assert _in_use(guanai) == [slug]
    assert f"未到校满{days}" in _clause(guanai, kept)
    assert f"未到校满{days}" not in paper
    due = json.loads(guanai("due", *_ON, "--json").out)["duties"]
    # The child whose first visit failed on the 18th has its second the school day after, and not three days later.
    second = [each for each in due if each["title"] == "二级劝返"]
    assert [each["due"] for each in second] == ["2026-11-19"]
    assert guanai("policy", "profile", "source", "--save", "--as", "T-WSLF", *_ON).code == 0
    assert (kept / _PLAN).read_bytes() == before


def test_who_may_not_change_policies_puts_no_profile_in(guanai: Guanai, kept: Path) -> None:
    before = (kept / _PLAN).read_bytes()
    refused = guanai("policy", "profile", "county", "--save", "--as", "T-275K", *_ON)
    assert refused.code == 1
    assert (kept / _PLAN).read_bytes() == before
    assert guanai("policy", "profile", "county", "--save").code == 2
    assert guanai("policy", "profile", "none").code == 1
    (kept / _PLAN).unlink()
    assert "retention-b.yml" in guanai("policy", "profile", "county").err
