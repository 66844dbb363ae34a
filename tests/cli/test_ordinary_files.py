"""Where the commands write: never over what is no ordinary file; and the other way to start the program."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from guanai import __version__
from guanai.store.git import found

Call = Callable[..., Any]
ON = ("--on", "2026-11-20")
_CHILD = "S2024-UNNX4"


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Something that is no file, as /dev/null is none."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize(
    "command",
    [
        ("pack", "--term", "2026-2027-1", *ON),
        ("export", "roster", "J2024-01", *ON),
        ("user", "demo", *ON),
        ("audit", "head"),
    ],
    ids=lambda command: str(command[0]),
)
def test_what_is_no_file_is_never_replaced(guanai: Call, pipe: Path, command: tuple[str, ...]) -> None:
    done = guanai(*command, "-o", str(pipe))
    assert done.code == 2
    assert f"{pipe} 是设备或管道，不是普通文件，什么也没有写；请换一个文件名。" in done.err
    assert pipe.is_fifo()
    assert list(pipe.parent.glob(".*")) == []


def test_a_folder_of_the_school_s_is_no_file_either(guanai: Call, school: Path) -> None:
    (school / "out.zip").mkdir()
    done = guanai("pack", "--term", "2026-2027-1", *ON, "-o", "out.zip")
    assert (done.code, "是文件夹，不是普通文件" in done.err) == (2, True)


@pytest.mark.parametrize(
    "command",
    [
        ("generate", "student-file", "--all", *ON, "-o"),
        ("generate", "student-file", "--blank", *ON, "-o"),
        ("generate", "student-file", _CHILD, "--one-file", *ON, "-o"),
        ("due", "--ics", *ON, "-o"),
        ("due", "--week", *ON, "-o"),
        ("backup", "--to"),
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_what_is_no_folder_is_said_to_be_none(
    guanai: Call, school: Path, pipe: Path, command: tuple[str, ...]
) -> None:
    plain = school / "notes.txt"
    plain.write_text("记事", encoding="utf-8")
    before = sorted(school.rglob("*"))
    for place, below, what in ((pipe, pipe, "设备或管道"), (plain, plain / "a" / "b", "文件")):
        done = guanai(*command, str(below))
        told = f"{place} 是{what}，不是文件夹，里面放不了文件，什么也没有写；请换一个文件夹，还没有的会自动新建。"
        assert (done.code, done.out, done.err.strip()) == (2, "", told)
    assert [each for each in sorted(school.rglob("*")) if ".guanai" not in each.parts] == before
    assert (pipe.is_fifo(), plain.read_text(encoding="utf-8")) == (True, "记事")


def test_a_file_below_what_is_no_folder_is_told_the_same_way(guanai: Call, pipe: Path) -> None:
    for command in (("pack", "--term", "2026-2027-1"), ("export", "roster", "J2024-01")):
        done = guanai(*command, *ON, "-o", str(pipe / "out"))
        assert (done.code, f"{pipe} 是设备或管道，不是文件夹" in done.err) == (2, True)


def test_a_folder_is_reckoned_from_the_school_and_made(
    guanai: Call, school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prints").write_text("a file where one happens to stand", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = guanai("generate", "student-file", _CHILD, *ON, "-o", "prints/november")
    assert done.code == 0, done.err
    assert (school / f"prints/november/student-file/{_CHILD}.docx").is_file()
    assert guanai("generate", "student-file", _CHILD, *ON, "-o", "prints").code == 0


def test_rows_that_were_not_taken_never_replace_what_is_no_file(
    guanai: Call, school: Path, pipe: Path
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["姓名", "班级", "日期", "异常类型"])
    page.append(["没有这人", "J2024-01", "2026-11-18", "病假"])
    book.save(school / "in.xlsx")
    found(school, "新建", date(2026, 11, 1))
    done = guanai("import", str(school / "in.xlsx"), "--as", "T-WSLF", "--errors", str(pipe), *ON)
    assert (done.code, pipe.is_fifo()) == (2, True), done.err


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--one-file",), "不能合成一个文件：去掉 --one-file"),
        (("--blank",), "去掉 --blank"),
        (("--term", "2026-2027-1"), "去掉 --term"),
    ],
)
def test_what_a_form_of_the_school_s_own_cannot_do_is_said_and_nothing_is_written(
    guanai: Call, school: Path, word_form: Callable[..., bytes], option: tuple[str, ...], says: str
) -> None:
    (school / "records/templates").mkdir()
    (school / "records/templates/county.docx").write_bytes(word_form("{{ 学生.姓名 }}"))
    done = guanai("generate", "template:county", "--all", *option, *ON)
    assert done.code == 2
    assert says in done.err
    assert not (school / "documents").exists()


def test_the_package_runs_as_the_command_does(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "guanai", "--version"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout.strip() == f"guanai {__version__}"
    refused = subprocess.run(
        [sys.executable, "-m", "guanai", "没有"], cwd=tmp_path, capture_output=True, check=False
    )
    assert refused.returncode == 2
