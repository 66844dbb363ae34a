"""The papers around the program name what is there."""

import re
from pathlib import Path

from guanai import __version__
from guanai.cli.main import COMMANDS


def test_changelog_tells_of_this_version(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(__version__)}\]", text, re.MULTILINE)


def test_every_command_is_in_the_guide(root: Path) -> None:
    page = (root / "site" / "guide" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`guanai {name}" not in page] == []


def test_prose_names_no_command_that_is_not_there(root: Path) -> None:
    pages = [*root.glob("*.md"), *(root / "site").rglob("*.md")]
    named = {
        (page.name, word)
        for page in pages
        for word in re.findall(
            r"(?:`|\$ |^)guanai (?:-C \S+ )?([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert {(page, word) for page, word in named if word not in COMMANDS} == set()


def test_both_readmes_show_the_same_picture(root: Path) -> None:
    pictures = [
        re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (root / name).read_text(encoding="utf-8"))
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert pictures[0] == pictures[1] != []
    assert all((root / path).is_file() for path in pictures[0])
