"""Results are kept by blob id: nothing unchanged is looked at twice, nothing changed is overlooked."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from guanai.check import check, examine

ON = date(2026, 11, 20)
FIRST = "records/students/2024/S2024-7K3QD.yml"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were examined since the last clear()."""
    seen: list[str] = []
    original = examine.examine

    def spy(raw: bytes, path: str) -> object:
        seen.append(path)
        return original(raw, path)

    monkeypatch.setattr(examine, "examine", spy)
    return seen


def test_an_unchanged_workspace_is_not_looked_at_again(root: Path, looked_at: list[str]) -> None:
    check(root, on=ON)
    assert len(looked_at) == 6
    looked_at.clear()
    check(root, on=ON)
    assert looked_at == []


def test_one_change_examines_one_file(root: Path, looked_at: list[str]) -> None:
    check(root, on=ON)
    looked_at.clear()
    file = root / FIRST
    file.write_text(file.read_text(encoding="utf-8").replace("性别: 女", "性别: 姑娘"), encoding="utf-8")
    (problem,) = check(root, on=ON)
    assert problem.rule == "schema.enum"
    assert looked_at == [FIRST]


def test_a_change_that_keeps_size_and_time_is_seen(root: Path) -> None:
    file = root / FIRST
    check(root, on=ON)
    before = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("性别: 女", "性别: 吕"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert [problem.rule for problem in check(root, on=ON)] == ["schema.enum"]


def test_a_file_back_as_it_was_needs_no_second_look(root: Path, looked_at: list[str]) -> None:
    file = root / FIRST
    text = file.read_text(encoding="utf-8")
    check(root, on=ON)
    file.write_text(text + "# 末尾\n", encoding="utf-8")
    check(root, on=ON)
    file.write_text(text, encoding="utf-8")
    looked_at.clear()
    assert check(root, on=ON) == ()
    assert looked_at == []


def test_the_day_counts(root: Path) -> None:
    assert check(root, on=ON) == ()
    assert {problem.rule for problem in check(root, on=date(2026, 11, 1))} == {"date.future"}


def test_with_and_without_cache_the_answer_is_the_same(root: Path) -> None:
    file = root / FIRST
    file.write_text(file.read_text(encoding="utf-8").replace("T-3XK9", "T-9ZZZ"), encoding="utf-8")
    assert check(root, on=ON) == check(root, on=ON) == check(root, on=ON, use_cache=False)


@pytest.mark.parametrize("broken", [b"", b"not a database", bytes(4096)])
def test_a_broken_cache_stops_no_check(root: Path, broken: bytes) -> None:
    check(root, on=ON)
    for file in (root / ".guanai" / "cache").iterdir():
        file.write_bytes(broken)
    assert check(root, on=ON) == ()


def test_a_cache_that_cannot_be_written_stops_no_check(root: Path) -> None:
    (root / ".guanai").write_text("in the way", encoding="utf-8")
    assert check(root, on=ON) == ()


def test_the_cache_is_for_its_owner_alone(root: Path) -> None:
    check(root, on=ON)
    assert stat.S_IMODE((root / ".guanai" / "cache").stat().st_mode) == 0o700


def test_many_new_files_are_shared_among_processes_with_the_same_answer(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        name = f"S2024-{'23456789ABCDEFGHJKLMNPQRSTUVWX'[number]}2222"
        text = (
            (root / FIRST)
            .read_text(encoding="utf-8")
            .replace("S2024-7K3QD", name)
            .replace("性别: 女", "性别: 姑娘")
        )
        (root / f"records/students/2024/{name}.yml").write_text(text, encoding="utf-8")
    alone = check(root, on=ON, use_cache=False)
    monkeypatch.setattr(examine, "_WORTH_A_POOL", 10)
    shutil.rmtree(root / ".guanai", ignore_errors=True)
    assert check(root, on=ON) == alone
    assert len(alone) == 30


def test_a_cache_with_a_broken_row_stops_no_check(root: Path) -> None:
    check(root, on=ON)
    with closing(sqlite3.connect(root / ".guanai/cache/check.sqlite")) as connection, connection:
        connection.execute("UPDATE runs SET problems = '{'")
        connection.execute("UPDATE blobs SET result = '{'")
        connection.execute("UPDATE seen SET stamps = '{'")
    assert check(root, on=ON) == ()


def test_a_cache_that_another_process_holds_is_left_to_it(root: Path) -> None:
    check(root, on=ON)
    file = root / ".guanai/cache/check.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        before = file.stat().st_ino
        assert check(root, on=ON) == ()
        assert file.stat().st_ino == before


def test_the_folder_of_the_key_is_for_its_owner_alone(root: Path) -> None:
    check(root, on=ON)
    assert stat.S_IMODE((root / ".guanai").stat().st_mode) == 0o700
