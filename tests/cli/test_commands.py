"""The commands as a teacher or a script meets them: words, JSON, exit codes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.store.git import found

Call = Callable[..., Any]
ON = ("--on", "2026-11-20")
CHILD = "S2024-UNNX4"


def _plant(school: Path, old: str, new: str) -> None:
    file = school / f"records/students/2024/{CHILD}.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_a_good_school_checks_with_0(guanai: Call) -> None:
    done = guanai("check", *ON)
    assert (done.code, done.out) == (0, "")
    assert "没有发现问题" in done.err


def test_a_problem_is_told_with_file_and_line_and_1(guanai: Call, school: Path) -> None:
    _plant(school, "性别: 男", "性别：男")
    done = guanai("check", *ON)
    assert done.code == 1
    assert done.out.startswith(f"records/students/2024/{CHILD}.yml:4: ")
    assert "全角冒号" in done.out


def test_check_speaks_json(guanai: Call, school: Path) -> None:
    _plant(school, "性别: 男", "性别: 小子")
    done = guanai("check", "--json", *ON)
    (problem,) = json.loads(done.out)["problems"]
    assert set(problem) == {"path", "line", "pointer", "rule", "message"}
    assert (problem["line"], problem["pointer"], problem["rule"]) == (4, "/性别", "schema.enum")
    assert done.code == 1


def test_kinds_are_listed_for_people_and_programs(guanai: Call) -> None:
    assert "学生档案" in guanai("generate", "--list").out
    kinds = json.loads(guanai("generate", "--list", "--json").out)["kinds"]
    assert {"policy", "student-file", "meeting-record", "meeting-minutes"} <= {kind["kind"] for kind in kinds}
    assert all(set(kind) == {"kind", "title", "subject", "clearance"} for kind in kinds)


def test_documents_land_at_kind_and_id(guanai: Call, tmp_path: Path) -> None:
    done = guanai("generate", "student-file", CHILD, "-o", str(tmp_path / "out"), "--json", *ON)
    told = json.loads(done.out)
    assert (done.code, told["failed"]) == (0, [])
    assert told["documents"] == [
        {
            "kind": "student-file",
            "id": CHILD,
            "path": str(tmp_path / "out" / "student-file" / f"{CHILD}.docx"),
        }
    ]
    assert (tmp_path / "out" / "student-file" / f"{CHILD}.docx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("slug", ["care-a1", "care-a2", "care-a3", "care-a4", "care-a5", "retention-b"])
def test_a_policy_is_made_from_the_school_s_or_the_preset(guanai: Call, tmp_path: Path, slug: str) -> None:
    assert guanai("generate", "policy", slug, "-o", str(tmp_path / "out"), *ON).code == 0
    assert (tmp_path / "out" / "policy" / f"{slug}.docx").exists()


def test_html_and_blank_forms(guanai: Call, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert guanai("generate", "student-file", CHILD, "--format", "html", "-o", out, *ON).code == 0
    assert "学生档案" in (tmp_path / "out" / "student-file" / f"{CHILD}.html").read_text(encoding="utf-8")
    assert guanai("generate", "--blank", "-o", out, *ON).code == 0
    kinds = [kind["kind"] for kind in json.loads(guanai("generate", "--list", "--json").out)["kinds"]]
    assert all((tmp_path / "out" / kind / "blank.docx").exists() for kind in kinds)


def test_someone_without_a_right_gets_no_file_and_no_name(guanai: Call, tmp_path: Path) -> None:
    done = guanai("generate", "student-file", CHILD, "--as", "T-3K6D", "-o", str(tmp_path / "out"), *ON)
    assert done.code == 1
    assert CHILD in done.err
    assert "彭思远" not in done.out + done.err
    assert not (tmp_path / "out").exists()


def test_one_failure_does_not_stop_the_rest(guanai: Call, school: Path, tmp_path: Path) -> None:
    _plant(school, "性别: 男", "性别: 小子")
    done = guanai("generate", "student-file", "--all", "-o", str(tmp_path / "out"), "--json", *ON)
    told = json.loads(done.out)
    assert done.code == 1
    assert [failed["id"] for failed in told["failed"]] == [CHILD]
    assert len(told["documents"]) == 40


def test_show_prints_a_person_s_edition(guanai: Call) -> None:
    assert "姓名: 彭思远" in guanai("show", CHILD, *ON).out
    shown = json.loads(guanai("show", CHILD, "--as", "T-C6BP", "--json", *ON).out)
    assert shown["健康状况"] == "〔按权限不显示〕"
    assert guanai("show", CHILD, "--as", "T-3K6D", *ON).code == 1
    assert guanai("show", "Y2026-TVSWZ", "--as", "T-WSLF", *ON).code == 1
    assert guanai("show", "Y2026-TVSWZ", "--as", "T-C6BP", *ON).code == 0


def test_verify_says_what_a_file_is_worth(guanai: Call, school: Path, tmp_path: Path) -> None:
    guanai("generate", "student-file", CHILD, "-o", str(tmp_path), *ON)
    file = str(tmp_path / "student-file" / f"{CHILD}.docx")
    assert json.loads(guanai("verify", file, "--json").out)["status"] == "match"
    _plant(school, "性别: 男", "性别: 未说明")
    done = guanai("verify", file)
    assert done.code == 1
    assert "已过期" in done.out
    assert "未说明" in done.out


def test_fmt_gives_missing_ids_and_is_a_fixed_point(guanai: Call, school: Path) -> None:
    file = school / f"records/students/2024/{CHILD}.yml"
    text = file.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if line.startswith("  - 编号: X"))
    file.write_text(text.replace(f"{first}\n    ", "  - "), encoding="utf-8")
    assert "guanai fmt" in guanai("check", *ON).out
    assert guanai("fmt", "--check").code == 1
    assert guanai("fmt").code == 0
    assert guanai("check", *ON).code == 0
    after = file.read_text(encoding="utf-8")
    assert guanai("fmt", "--check").code == 0
    assert file.read_text(encoding="utf-8") == after
    assert len(after.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate"], "种类"),
        (["generate", "nothing"], "student-file"),
        (["generate", "student-file"], "--all"),
        (["generate", "student-file", CHILD, "--all"], "--all"),
        (["check", "--on", "2026-02-30"], "2026-11-20"),
        (["check", "--nothing"], "--nothing"),
        (["nothing"], "nothing"),
        (["verify"], "文件"),
    ],
)
def test_wrong_use_is_told_in_chinese_with_2(guanai: Call, arguments: list[str], words: str) -> None:
    done = guanai(*arguments)
    assert done.code == 2
    assert words in done.err
    assert any("一" <= sign <= "鿿" for sign in done.err)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", "student-file", "S2024-ZZZZZ"], "S2024-ZZZZZ"),
        (["show", "S2024-ZZZZZ"], "S2024-ZZZZZ"),
        (["show", CHILD, "--as", "T-ZZZZ"], "staff.yml"),
        (["verify", "nowhere.docx"], "nowhere.docx"),
    ],
)
def test_what_is_not_there_is_told_with_1(guanai: Call, arguments: list[str], words: str) -> None:
    done = guanai(*arguments)
    assert done.code == 1
    assert words in done.err


def test_outside_a_workspace_the_way_in_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from guanai.cli.main import run  # noqa: PLC0415 -- the fixture's -C would find the school

    assert run(["-C", str(tmp_path), "check"]) == 1
    assert "guanai init" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["init", "demo", "check", "fmt", "show", "generate", "verify"])
def test_help_speaks_chinese(guanai: Call, command: str) -> None:
    done = guanai(command, "--help")
    assert done.code == 0
    assert "用法：" in done.out
    assert "Usage" not in done.out
    assert "Show this" not in done.out


def test_check_reads_the_school_s_own_word_forms_too(guanai: Call, school: Path) -> None:
    (school / "records" / "templates").mkdir()
    (school / "records" / "templates" / "county.docx").write_bytes(b"x")
    done = guanai("check", *ON)
    assert done.code == 1
    assert "county.docx" in done.out
    assert "另存为 .docx" in done.out


def test_one_file_for_all_says_what_it_cannot(guanai: Call, school: Path) -> None:
    done = guanai("generate", "talk-record", "--all", "--one-file", "--format", "pdf", *ON)
    assert done.code == 2
    assert "只能出 docx，不能出 pdf" in done.err
    assert not (school / "documents").exists()


def test_a_blank_is_never_a_word_file_under_another_name(guanai: Call, school: Path) -> None:
    assert guanai("generate", "student-file", "--blank", "--one-file", *ON).code == 2
    assert not (school / "documents").exists()
    done = guanai("generate", "student-file", "--blank", "--format", "pdf", *ON)
    for file in (school / "documents").rglob("blank.pdf"):
        assert file.read_bytes().startswith(b"%PDF")
    assert done.code == 0 or "LibreOffice" in done.err


def test_rows_that_were_not_taken_never_overwrite_the_sheet_they_came_in(
    guanai: Call, school: Path, sheet: Call
) -> None:
    found(school, "新建", date(2026, 11, 1))
    file, before = school / "sheet.xlsx", sheet([["姓名", "班级", "备注"], ["没有这个人", "J2024-01", "甲"]])
    file.write_bytes(before)
    done = guanai("import", "sheet.xlsx", "--errors", "./sheet.xlsx", "--as", "T-WSLF", *ON)
    assert (done.code, file.read_bytes() == before) == (2, True)
    assert "--errors" in done.err


def test_a_closed_standard_input_is_told_in_plain_words(
    guanai: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)  # what Python makes of `<&-`
    done = guanai("add", CHILD, "过程记录", "--as", "T-WSLF")
    assert done.code == 2
    assert "标准输入" in done.err
