"""The papers around the program name what is there, and what they tell to type works."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from guanai import __version__
from guanai.cli.main import COMMANDS
from guanai.yamlfile import load

#: Commands that reckon with a day; the sample school lives in this one.
_DATED = re.compile(r"^guanai (?:init|check|generate|due)\b.*")
_ON = "--on 2026-11-20"


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


@pytest.mark.slow
def test_start_for_real_works_as_typed(root: Path, tmp_path: Path) -> None:
    if not (root / ".venv" / "bin" / "activate").exists():
        pytest.skip("not set up by make")
    setup, *typed, serve = _typed(root / "README.md", "Start for real")
    assert (setup, serve) == ("make setup", "guanai serve")
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join(_for_the_sample(typed, root)),
        cwd=root,
        env={"HOME": str(tmp_path), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "没有发现问题" in done.stderr
    assert "用户名：" in done.stdout
    assert list((tmp_path / "our-school" / "documents" / "student-file").glob("S*.docx")) != []


def test_both_readmes_tell_to_type_the_same(root: Path) -> None:
    typed = _typed(root / "README.zh-CN.md", "正式使用")
    assert [line.replace("我们学校", "our-school") for line in typed] == _typed(
        root / "README.md", "Start for real"
    )


def _typed(page: Path, heading: str) -> list[str]:
    """Return the commands of the block below a heading, without what is said about them."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n+```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    lines = (re.sub(r"(?:^| +)# .*", "", line) for line in found[1].splitlines())
    return [line for line in lines if line]


def _for_the_sample(typed: list[str], root: Path) -> list[str]:
    """Return commands with what the reader writes in between: the sample's people and children, and its day."""
    someone = str(load((root / "records" / "staff.yml").read_bytes(), "").data["教职工"][0]["编号"])
    told = (re.sub(r"(?<=^guanai user add )T-\w+", someone, line) for line in typed)
    told = (re.sub(r"^guanai init .*", r"\g<0> --sample", line) for line in told)
    return [_DATED.sub(rf"\g<0> {_ON}", line) for line in told]
