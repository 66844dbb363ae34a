"""Files are written whole or not at all, and what the disk refuses is told in Chinese."""

import os
import stat
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guanai.errors import GuanaiError
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import NotFounded, UnusableName, found_empty
from guanai.workspace.papers import UnwritableFile, write_file
from guanai.workspace.secret import UnkeepableSecret, load_secret
from guanai.workspace.targets import NoFolder, NoOrdinaryFile

CHILD_FILE = "records/students/2024/S2024-UNNX4.yml"


def test_rewriting_keeps_who_may_read_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(b"before")
    file.chmod(0o600)
    write_file(file, b"after")
    assert file.read_bytes() == b"after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("target", "why"), [("file/below.docx", "file 是文件，不是文件夹"), ("folder", "folder 是文件夹")]
)
def test_a_target_that_cannot_be_is_told(tmp_path: Path, target: str, why: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises((NoFolder, NoOrdinaryFile), match=why):
        write_file(tmp_path / target, b"x")


def test_what_the_disk_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match="写不进去（名字太长）"):
        write_file(tmp_path / f"{'x' * 300}.docx", b"x")
    assert list(tmp_path.iterdir()) == []


def test_fmt_goes_on_after_a_file_it_may_not_read(sample: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self.as_posix().endswith(CHILD_FILE):
            raise PermissionError(13, "Permission denied")
        return original(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
    told = list(sample.tidy([], write=False))
    ((path, problems),) = [(path, problems) for path, _, problems in told if problems]
    assert path == CHILD_FILE
    assert "没有权限" in problems[0].message
    assert len(told) > 40


def test_links_are_no_records(sample: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    (sample.root / CHILD_FILE).rename(outside)
    (sample.root / CHILD_FILE).symlink_to(outside)
    assert "S2024-UNNX4" not in sample.snapshot.ids("student")


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = load_secret(tmp_path)
    assert load_secret(tmp_path) == key
    assert [file.name for file in (tmp_path / ".guanai").iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / ".guanai").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / ".guanai/secret").stat().st_mode) == 0o600


def test_the_key_needs_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    key = load_secret(tmp_path)
    assert load_secret(tmp_path) == key
    assert [file.name for file in (tmp_path / ".guanai").iterdir()] == ["secret"]


def _in_the_way(root: Path) -> None:
    (root / ".guanai").write_text("", encoding="utf-8")


def _folder(root: Path) -> None:
    (root / ".guanai/secret").mkdir(parents=True)


@pytest.mark.parametrize("make", [_in_the_way, _folder])
def test_a_key_that_cannot_be_kept_is_told(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path)
    with pytest.raises(UnkeepableSecret, match="读不出或写不进"):
        load_secret(tmp_path)


@pytest.mark.parametrize("name", ["中" * 201, "红\x1b[31m", "\udcd5\udcc5"])
def test_a_name_that_the_record_does_not_take_makes_nothing(tmp_path: Path, name: str, on: date) -> None:
    with pytest.raises(UnusableName):
        found_empty(tmp_path / "school", name=name, stage="初中", on=on)
    assert not (tmp_path / "school").exists()


def test_a_place_that_takes_no_folder_is_told(tmp_path: Path, on: date) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NotFounded, match="没有建成"):
        found_empty(tmp_path / "file" / "school", name="云溪", stage="初中", on=on)


def test_a_new_school_is_its_own_repository_whatever_stands_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: date
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-commit").write_text(f"#!/bin/sh\ntouch {tmp_path}/hooked\n", encoding="utf-8")
    (hooks / "post-commit").chmod(0o755)
    for name, value in {
        "GIT_DIR": str(tmp_path / "other.git"),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(hooks),
    }.items():
        monkeypatch.setenv(name, value)
    school = tmp_path / "$HOME"
    found_empty(school, name="云溪", stage="初中", on=on)
    assert os.environ["GIT_DIR"].endswith("other.git")
    monkeypatch.undo()
    git = ["git", "-C", str(school)]
    assert subprocess.check_output([*git, "status", "--short"]) == b""
    assert len(subprocess.check_output([*git, "log", "--oneline"]).splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"$HOME", "hooks"}


def test_without_git_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: date) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GuanaiError, match="找不到 git"):
        found_empty(tmp_path / "school", name="云溪", stage="初中", on=on)
