"""``guanai confirm``: a change that lets somebody see more waits for a second person."""

import io
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.saving.held import held_changes
from guanai.store.git import Repository, found
from guanai.store.shared import shared_places
from guanai.web.audit import AuditLog
from guanai.web.settings import now_in_china
from guanai.yamlfile import load

Guanai = Callable[..., Any]
PRINCIPAL, ADMIN, PHYSICS = "T-WSLF", "T-3K6D", "T-R4NY"
ON = ("--on", "2026-11-20")
POST = {"角色": "班主任", "范围": "J2024-02", "起": "2026-11-20"}


@pytest.fixture
def kept(school: Path) -> Path:
    """The sample school under git."""
    (school / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(school, "新建", date(2026, 11, 1))
    return school


@pytest.fixture
def number(kept: Path, guanai: Guanai, monkeypatch: pytest.MonkeyPatch) -> str:
    """Under which it waits that the administrator gives a teacher another class."""
    words = "".join(f"{key}: {value}\n" for key, value in POST.items())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words.encode()), encoding="utf-8"))
    answer = guanai("add", "staff", f"教职工.{PHYSICS}.任职", "--as", ADMIN, *ON)
    assert answer.code == 1
    assert not _has_post(kept)
    found_in = re.search(r"编号 ([0-9A-Z]{6})", answer.err)
    assert found_in is not None, answer.err
    return found_in[1]


def _has_post(school: Path) -> bool:
    people = load((school / "records/staff.yml").read_bytes(), "staff").data["教职工"]
    return POST in next(list(each["任职"]) for each in people if each["编号"] == PHYSICS)


def _logged(school: Path) -> list[tuple[str, str, str, str]]:
    log = AuditLog(school, now_in_china)
    log.verify()
    return [(each.actor, each.role, each.action, each.record) for each in log.events()]


def test_what_waits_is_listed_and_a_second_person_saves_it(number: str, kept: Path, guanai: Guanai) -> None:
    listed = guanai("confirm", *ON)
    assert listed.code == 0
    assert number in listed.out
    assert ADMIN in listed.out
    assert f"{PHYSICS} 任班主任（J2024-02）" in listed.out
    done = guanai("confirm", number, "--as", PRINCIPAL, *ON)
    assert (done.code, done.err) == (0, "")
    head = Repository(kept).head() or ""
    assert f"已确认（提交 {head[:8]}）" in done.out
    assert _has_post(kept)
    message = Repository(kept).run("log", "-1", "--format=%B").decode()
    assert ADMIN in message
    assert f"确认人: {PRINCIPAL}" in message
    assert guanai("confirm", *ON).out == ""
    assert _logged(kept) == [(PRINCIPAL, "命令行", "确认放宽", number)]
    again = guanai("confirm", number, "--as", PRINCIPAL, *ON)
    assert again.code == 1
    assert "没有这处等确认的改动" in again.err


@pytest.mark.parametrize(
    ("who", "code"),
    [((), 2), (("--as", ADMIN), 1), (("--as", PHYSICS), 1)],
    ids=["nobody", "who asked", "who gains"],
)
def test_nobody_confirms_for_himself(
    number: str, kept: Path, guanai: Guanai, who: tuple[str, ...], code: int
) -> None:
    before = Repository(kept).head()
    answer = guanai("confirm", number, *who, *ON)
    assert answer.code == code
    assert answer.err
    assert "已确认" not in answer.out
    assert Repository(kept).head() == before
    assert not _has_post(kept)
    assert [each.number for each in held_changes(kept)] == [number]


def test_a_served_school_is_confirmed_in_the_browser_alone(number: str, kept: Path, guanai: Guanai) -> None:
    bare = shared_places(kept)[0]
    bare.mkdir()
    (bare / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    before = Repository(kept).head()
    answer = guanai("confirm", number, "--as", PRINCIPAL, *ON)
    assert answer.code == 1
    assert "登录网站" in answer.err
    assert guanai("confirm", number, "--drop", "--as", PRINCIPAL, *ON).code == 1
    assert Repository(kept).head() == before
    assert [each.number for each in held_changes(kept)] == [number]


@pytest.mark.parametrize(
    ("who", "action"), [(PRINCIPAL, "不确认放宽"), (ADMIN, "收回放宽")], ids=["second", "who asked"]
)
def test_what_is_not_wanted_is_dropped_unsaved_and_told_by_whom(
    number: str, kept: Path, guanai: Guanai, who: str, action: str
) -> None:
    assert guanai("confirm", number, "--drop", "--as", who, *ON).code == 0
    assert held_changes(kept) == ()
    assert not _has_post(kept)
    assert _logged(kept) == [(who, "命令行", action, number)]
    assert guanai("confirm", number, "--drop", "--as", who, *ON).code == 1


@pytest.mark.parametrize(
    ("who", "code"),
    [((), 2), (("--as", PHYSICS), 1), (("--as", "T-0000"), 1), (("--as", ""), 2)],
    ids=["nobody", "neither", "unknown", "empty"],
)
def test_nobody_drops_it_who_neither_asked_nor_may_confirm(
    number: str, kept: Path, guanai: Guanai, who: tuple[str, ...], code: int
) -> None:
    answer = guanai("confirm", number, "--drop", *who, *ON)
    assert answer.code == code
    assert answer.err
    assert [each.number for each in held_changes(kept)] == [number]
    assert _logged(kept) == []
