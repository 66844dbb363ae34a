"""What lies below records/ without being a plain file: told with the way out, never read, never waited for."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guanai.check import check, examine, files

ON = date(2026, 11, 20)
FIRST = "records/students/2024/S2024-7K3QD.yml"
NEW = "records/students/2024/S2024-9N5SF.yml"


def _link(root: Path) -> None:
    (root / NEW).symlink_to(root / FIRST)


def _folder(root: Path) -> None:
    (root / NEW).mkdir()


def _pipe(root: Path) -> None:
    os.mkfifo(root / NEW)


@pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")
@pytest.mark.parametrize(
    ("make", "rule"), [(_link, "file.link"), (_folder, "file.folder"), (_pipe, "file.special")]
)
@pytest.mark.parametrize("use_cache", [True, False])
def test_what_is_no_plain_file_is_one_problem(
    root: Path, make: Callable[[Path], None], rule: str, *, use_cache: bool
) -> None:
    make(root)
    (problem,) = check(root, on=ON, use_cache=use_cache)
    assert (problem.path, problem.line, problem.rule) == (NEW, 1, rule)


@pytest.mark.skipif(os.name == "nt", reason="names are bytes elsewhere only")
def test_a_garbled_name_is_told_in_signs_that_print(root: Path) -> None:
    (root / os.fsdecode(b"records/students/2024/\xd5\xc5.yml")).write_text("a: b\n", encoding="utf-8")
    (root / "records/students/2024/\x1b[31m\n.yml").write_text("a: b\n", encoding="utf-8")
    found = check(root, on=ON)
    assert {problem.rule for problem in found} == {"file.name"}
    assert all(problem.path.isprintable() for problem in found)
    assert check(root, on=ON) == found


def test_a_file_that_may_not_be_read_is_told_and_still_counts(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self.name == "S2024-8M4RE.yml":
            raise PermissionError(13, "Permission denied")
        return original(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
    (problem,) = check(root, on=ON)
    assert (problem.path.rpartition("/")[2], problem.rule) == ("S2024-8M4RE.yml", "file.closed")
    monkeypatch.undo()
    assert check(root, on=ON) == ()


def test_a_file_that_goes_after_it_was_found_is_not_there(root: Path) -> None:
    gone = files.Found(NEW, (1, 2, 3))
    assert files.identity(root, gone) is None


def test_what_changes_under_our_eyes_is_not_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = examine.examine

    def overtaken(raw: bytes, path: str) -> object:
        return original(raw.replace("性别: 女".encode(), "性别: 姑".encode()), path)

    monkeypatch.setattr(examine, "examine", overtaken)
    monkeypatch.setattr(examine, "blob_id", lambda _: "of other bytes")
    assert [problem.rule for problem in check(root, on=ON)] == ["schema.enum"]
    monkeypatch.undo()
    assert check(root, on=ON) == ()


def test_an_id_that_is_no_text_is_one_problem(root: Path) -> None:
    file = root / FIRST
    file.write_text(
        file.read_text(encoding="utf-8").replace("编号: S2024-7K3QD", "编号: [S2024-7K3QD]"), encoding="utf-8"
    )
    assert [problem.rule for problem in check(root, on=ON)] == ["schema.type"]
