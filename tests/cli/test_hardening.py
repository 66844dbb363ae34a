"""Whatever goes wrong, a person reads a Chinese sentence and a script gets its exit code."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guanai.cli import complaints

Call = Callable[..., Any]
ON = ("--on", "2026-11-20")
CHILD = "S2024-UNNX4"


def test_an_empty_person_is_refused_not_given_everything(guanai: Call) -> None:
    for command in (("show", CHILD), ("generate", "student-file", CHILD)):
        done = guanai(*command, "--as", "", *ON)
        assert (done.code, done.out) == (2, "")
        assert "--as" in done.err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "20261120", "2026-W47-5", ""])
def test_a_day_that_no_school_lives_in_is_refused(guanai: Call, day: str) -> None:
    assert guanai("check", "--on", day).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        [],
        ["check", "more"],
        ["check", "--on"],
        ["check", "--json=1"],
        ["fmt", "nowhere.yml"],
        ["fmt", "."],
        ["generate", "student-file", "--format", "pdf"],
        ["demo", "x", "--students", "0"],
        ["demo", "x", "--students", "many"],
        ["demo", "x", "--on", "2100-02-28"],
        ["init", str(Path(__file__))],
    ],
)
def test_wrong_calls_are_told_without_a_word_of_english(guanai: Call, arguments: list[str]) -> None:
    done = guanai(*arguments)
    assert done.code == 2
    told = done.err.partition("\n用法见")[0]
    assert not any(
        word in told for word in ("is not", "No such", "Got", "Missing", "does not", "is a", "requires")
    )
    assert any("一" <= sign <= "鿿" for sign in told)


def test_other_words_of_click_pass_as_they_are() -> None:
    assert complaints.in_chinese("编号是空的。") == "编号是空的。"


def test_a_refusal_of_the_system_is_one_sentence(guanai: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr("guanai.cli.check.check", full)
    done = guanai("check")
    assert (done.code, done.err) == (1, "没有做成：磁盘已满（/somewhere）。\n")


def test_a_fault_of_our_own_has_a_number_and_its_story_is_kept(
    guanai: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("彭思远")

    monkeypatch.setattr("guanai.cli.check.check", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = guanai("check")
    assert done.code == 1
    assert "编号" in done.err
    assert "Traceback" not in done.err
    assert "彭思远" not in done.err
    (kept,) = tmp_path.glob("guanai-*.log")
    assert "RuntimeError: 彭思远" in kept.read_text(encoding="utf-8")


def test_a_terminal_without_the_signs_gets_their_codes(school: Path) -> None:
    file = school / f"records/students/2024/{CHILD}.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("性别: 男", "性别: 𠮷", 1), encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    call = [sys.executable, "-c", "from guanai.cli.main import main; main()", "-C", str(school), "check", *ON]
    plain = subprocess.run(call, env=environment, capture_output=True, check=False)
    assert plain.returncode == 1
    assert r"“\U00020bb7”不在可选的范围里" in plain.stdout.decode("gbk")
    asked = subprocess.run([*call, "--json"], env=environment, capture_output=True, check=False)
    (problem,) = json.load(io.BytesIO(asked.stdout))["problems"]
    assert "“𠮷”" in problem["message"]


def test_one_broken_file_does_not_stop_the_verdict_on_others(guanai: Call, tmp_path: Path) -> None:
    guanai("generate", "student-file", CHILD, "-o", str(tmp_path), *ON)
    good, bad = tmp_path / "student-file" / f"{CHILD}.docx", tmp_path / "bad.docx"
    bad.write_bytes(b"no document")
    done = guanai("verify", str(tmp_path / "gone.docx"), str(bad), str(good), "--json")
    assert done.code == 1
    told = json.loads(done.out)["files"]
    assert [each["status"] for each in told] == ["unknown", "unknown", "match"]
    assert "不存在" in told[0]["reason"]


def test_every_blank_form_matches(guanai: Call, tmp_path: Path) -> None:
    guanai("generate", "--blank", "-o", str(tmp_path), *ON)
    files = [str(file) for file in sorted(tmp_path.rglob("blank.docx"))]
    assert len(files) >= 4
    assert guanai("verify", *files).code == 0


def test_the_same_paper_is_made_once(guanai: Call, tmp_path: Path) -> None:
    done = guanai("generate", "student-file", CHILD, CHILD, "-o", str(tmp_path), "--json", *ON)
    assert len(json.loads(done.out)["documents"]) == 1
