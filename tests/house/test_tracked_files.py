"""What may not be in the repository."""

import re
from pathlib import Path

import pytest

#: Hosts of package registries, in two parts so that this file does not name them.
_HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmmirror", "com"),
    ("debian", "org"),
    ("aliyun", "com"),
)  # fmt: skip
#: Papers that are not in the repository: who reads cannot look there.
_ELSEWHERE = re.compile(r"design[ ]§|(?:design|domain)[.]md")
_BINARY = {".docx", ".png", ".pdf", ".xlsx"}


def _texts(tracked: tuple[Path, ...]) -> list[tuple[Path, str]]:
    return [(path, path.read_text(encoding="utf-8")) for path in tracked if path.suffix not in _BINARY]


@pytest.fixture(scope="module")
def texts(tracked: tuple[Path, ...]) -> list[tuple[Path, str]]:
    return _texts(tracked)


def test_no_file_names_a_package_registry(texts: list[tuple[Path, str]]) -> None:
    hosts = re.compile("|".join(re.escape(".".join(parts)) for parts in _HOSTS))
    assert [path for path, text in texts if hosts.search(text)] == []


def test_no_file_names_a_folder_of_this_machine(root: Path, texts: list[tuple[Path, str]]) -> None:
    if root.parent == root:
        pytest.skip("the checkout is the root of the file system")
    assert [path for path, text in texts if f"{root}/" in text] == []


def test_no_file_points_to_a_paper_that_is_not_here(root: Path, texts: list[tuple[Path, str]]) -> None:
    copied = root / "tests" / "provisions.yml"  # held as it came
    assert [path for path, text in texts if _ELSEWHERE.search(text) and path != copied] == []


def test_text_ends_lines_as_git_expects(texts: list[tuple[Path, str]]) -> None:
    allowed = {".code-snippets"}
    assert [path for path, text in texts if "\r" in text and path.suffix not in allowed] == []


def test_pictures_are_small(tracked: tuple[Path, ...]) -> None:
    assert [path for path in tracked if path.suffix == ".png" and path.stat().st_size > 200_000] == []


def test_data_folders_hold_no_python(root: Path) -> None:
    strays = [path for name in ("records", "schemas", "site") for path in (root / name).rglob("*.py")]
    assert strays == []
