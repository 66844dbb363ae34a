"""Who may erase, and what the command asks before it does."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guanai.cli.main import run
from guanai.workspace.erasing.authority import NotEntitled, entitled
from guanai.workspace.facade import Workspace

CHILD = "S2024-AUGNS"
ON = date(2026, 11, 20)
_FILE = f"records/students/2024/{CHILD}.yml"

Git = Callable[..., str]


def test_only_the_head_may_erase(school: Path) -> None:
    snapshot = Workspace(school).snapshot
    head = next(
        each for each in snapshot.staff.values() if any(post.role == "校长" for post in each.assignments)
    )
    author = entitled(snapshot, head.id, ON)
    assert author is not None
    assert author.staff_id == head.id
    other = next(
        each for each in snapshot.staff.values() if all(post.role == "科任教师" for post in each.assignments)
    )
    with pytest.raises(NotEntitled):
        entitled(snapshot, other.id, ON)


def test_the_command_asks_nobody_and_erases_nothing_without_a_terminal(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(school), "erase", CHILD, "--on", "2026-11-20"]) == 1
    assert "什么都没有删" in capsys.readouterr().err
    assert run(["-C", str(school), "erase", CHILD, "--dry-run", "--on", "2026-11-20"]) == 0
    assert _FILE in capsys.readouterr().out
    assert (school / _FILE).exists()


def test_the_command_erases_and_proves_it(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(school), "erase", CHILD, "--yes", "--on", "2026-11-20"]) == 0
    out = capsys.readouterr().out
    assert "找到 0 处" in out
    assert not (school / _FILE).exists()


def test_a_mirror_elsewhere_is_emptied_by_the_same_command(school: Path, git: Git) -> None:
    mirror = school.parent / "mirror.git"
    assert run(["erase", "--mirror", str(mirror), "--yes"]) == 0
    assert git(mirror, "cat-file", "--batch-all-objects", "--batch-check") == ""
    git(school, "push", "-q", str(mirror), "main:main")
