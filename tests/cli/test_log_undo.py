"""`guanai log` and `guanai undo` as a teacher or a script meets them."""

import io
import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.store.git import found
from guanai.store.pair import COUNSELING

Call = Callable[..., Any]
ON = ("--on", "2026-11-20")
CHILD = "S2024-UNNX4"
#: 班主任 and 科任教师 of the child's class, 校长, 系统管理员's like: no child.
HOMEROOM, HEAD, DEAN = "T-2HQG", "T-WSLF", "T-M7M5"


@pytest.fixture
def kept(school: Path) -> Path:
    """The sample school with its two repositories."""
    (school / ".gitignore").write_text(".guanai/\n/records/counseling/\n", encoding="utf-8")
    found(school / COUNSELING, "counseling", date(2026, 11, 1))
    found(school, "demo", date(2026, 11, 1))
    return school


@pytest.fixture
def change(guanai: Call, kept: Path) -> Call:
    """Save one value as the homeroom teacher and return the commit."""
    assert kept.is_dir()

    def save(place: str, value: str, staff: str = HOMEROOM, reason: str = "更正") -> str:
        done = guanai("set", CHILD, place, value, "--as", staff, "--reason", reason, "--yes", "--json", *ON)
        assert done.code == 0, done.err
        return str(json.loads(done.out)["commit"])

    return save


def _sentences(told: Any) -> list[str]:
    return [change["sentence"] for event in json.loads(told.out)["events"] for change in event["changes"]]


def test_a_change_is_one_line_with_day_name_and_commit(guanai: Call, change: Call) -> None:
    change("家庭.住址", "旧巷1号")
    commit = change("家庭.住址", "新巷2号")
    done = guanai("log", CHILD, "-n", "1", *ON)
    assert done.code == 0
    assert "把 家庭住址 由 旧巷1号 改为 新巷2号" in done.out
    assert f"更正 {commit[:8]}" in done.out
    assert len(done.out.splitlines()) == 1


@pytest.mark.parametrize("field", ["家庭.住址", "家庭/住址", "家庭住址"])
def test_the_past_of_one_field(guanai: Call, change: Call, field: str) -> None:
    change("家庭.住址", "新巷2号")
    change("特长", "下棋")
    told = guanai("log", CHILD, "--field", field, "-n", "1", "--json", *ON)
    (sentence,) = _sentences(told)
    assert sentence.endswith("改为 新巷2号")


def test_an_unknown_field_is_answered_with_the_likely_one(guanai: Call, kept: Path) -> None:
    assert kept.is_dir()
    done = guanai("log", CHILD, "--field", "家庭.住止", *ON)
    assert done.code == 2
    assert "家庭.住址" in done.err


def test_json_tells_who_when_why_and_both_values(guanai: Call, change: Call) -> None:
    commit = change("特长", "下棋")
    (event, *_) = json.loads(guanai("log", CHILD, "--json", *ON).out)["events"]
    assert (event["commit"], event["staff"], event["reason"], event["action"]) == (
        commit,
        HOMEROOM,
        "更正",
        "修改",
    )
    (told,) = event["changes"]
    assert (told["field"], told["after"]) == ("/特长", "下棋")
    assert event["who"] in told["sentence"]


def test_a_record_is_shown_as_it_was(guanai: Call, change: Call) -> None:
    change("特长", "下棋")
    shown = guanai("log", CHILD, "--at", "2026-11-10", *ON)
    assert shown.code == 0
    assert "下棋" not in shown.out
    assert f"编号: {CHILD}" in shown.out
    early = guanai("log", CHILD, "--at", "2026-10-01", *ON)
    assert (early.code, early.out) == (1, "")
    assert "还没有" in early.err


def test_who_may_not_see_the_child_sees_no_past(guanai: Call, change: Call) -> None:
    change("特长", "下棋")
    for options in ((), ("--at", "2026-11-10"), ("--attendance",), ("--json",)):
        done = guanai("log", CHILD, "--as", DEAN, *options, *ON)
        assert (done.code, done.out) == (1, "")
        assert "下棋" not in done.err


def test_attendance_is_left_out_unless_asked(guanai: Call, kept: Path) -> None:
    sheet = next((kept / "records/attendance").rglob("*.yml"))
    text = sheet.read_text(encoding="utf-8")
    child = next(line.split(": ")[1] for line in text.splitlines() if "学生:" in line)
    sheet.write_text(text.replace("原因: ", "原因: 又改：", 1), encoding="utf-8")
    subprocess.run(
        ["git", "-C", kept, "-c", "user.name=甲", "-c", "user.email=a@b.invalid", "commit", "-qam", "手工"],
        check=True,
    )
    assert "又改" not in guanai("log", child, *ON).out
    told = guanai("log", child, "--attendance", *ON)
    assert "又改" in told.out
    assert "甲" in told.out


def test_recent_commits_of_the_school_are_for_the_full_edition(guanai: Call, change: Call) -> None:
    commit = change("特长", "下棋")
    done = guanai("log", "-n", "1", *ON)
    assert commit[:8] in done.out
    assert f"修改 {CHILD}" in done.out
    assert guanai("log", "--as", HEAD, *ON).code == 2


def test_undo_saves_the_former_value_as_a_new_commit(guanai: Call, change: Call, kept: Path) -> None:
    file = kept / f"records/students/2024/{CHILD}.yml"
    before = file.read_text(encoding="utf-8")
    commit = change("家庭.住址", "新巷2号")
    done = guanai("undo", commit[:10], "--as", HOMEROOM, "--json", *ON)
    assert done.code == 0, done.err
    assert file.read_text(encoding="utf-8") == before
    (event, *rest) = json.loads(guanai("log", CHILD, "--json", *ON).out)["events"]
    assert (event["action"], event["reason"]) == ("撤销", "撤销")
    assert event["commit"] == json.loads(done.out)["commit"] != commit
    assert rest[0]["commit"] == commit


def test_undo_of_an_added_entry_removes_it_again(
    guanai: Call, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"类型": "谈话", "时间": "2026-11-19T10:00+08:00", "记录人": HOMEROOM, "内容": "记错了人。"}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(entry).encode())))
    file = kept / f"records/students/2024/{CHILD}.yml"
    before = file.read_text(encoding="utf-8")
    added = guanai("add", CHILD, "过程记录", "--as", HOMEROOM, "--json", *ON)
    assert added.code == 0, added.err
    assert guanai("undo", json.loads(added.out)["commit"], "--as", HOMEROOM, *ON).code == 0
    assert file.read_text(encoding="utf-8") == before


def test_a_later_edit_of_the_same_field_is_a_conflict_in_words(
    guanai: Call, change: Call, kept: Path
) -> None:
    commit = change("家庭.住址", "新巷2号")
    change("家庭.住址", "再搬3号", HEAD)
    file = kept / f"records/students/2024/{CHILD}.yml"
    before = file.read_bytes()
    done = guanai("undo", commit, "--as", HOMEROOM, *ON)
    assert (done.code, file.read_bytes()) == (1, before)
    assert "再搬3号" in done.err
    assert "没有保存" in done.err
    (item,) = json.loads(guanai("undo", commit, "--as", HOMEROOM, "--json", *ON).out)["conflict"]
    assert (item["base"], item["theirs"]) == ("新巷2号", "再搬3号")


def test_later_edits_of_other_fields_stay(guanai: Call, change: Call, kept: Path) -> None:
    commit = change("家庭.住址", "新巷2号")
    change("特长", "下棋")
    assert guanai("undo", commit, "--as", HOMEROOM, *ON).code == 0
    text = (kept / f"records/students/2024/{CHILD}.yml").read_text(encoding="utf-8")
    assert "特长: 下棋" in text
    assert "新巷2号" not in text


def test_undo_needs_the_right_to_see_and_to_change(guanai: Call, change: Call) -> None:
    commit = change("家庭.住址", "新巷2号")
    unknown = guanai("undo", commit, "--as", DEAN, *ON)
    assert unknown.code == 1
    assert "没有您能撤销的修改" in unknown.err
    # A teacher of the class who sees but may not change what is of 教学 alone is refused by the save.
    shown = change("特长", "下棋")
    refused = guanai("undo", shown, "--as", "T-9QTR", *ON)
    assert refused.code == 1
    assert "新巷" not in refused.err


def test_a_founding_commit_is_not_undone(guanai: Call, kept: Path) -> None:
    head = subprocess.run(
        ["git", "-C", kept, "rev-parse", "HEAD"], capture_output=True, check=True, text=True
    )
    done = guanai("undo", head.stdout.strip(), "--as", HEAD, *ON)
    assert done.code == 1
    assert "新建了整份记录" in done.err


def test_without_a_repository_the_way_out_is_told(guanai: Call) -> None:
    done = guanai("log", CHILD, *ON)
    assert done.code == 1
    assert "git 仓库" in done.err
