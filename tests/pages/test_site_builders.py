"""A tree of ours is plain MkDocs: other builders make the same pages of it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from guanai.pages.audiences import Audience
from guanai.workspace.site_leaves import Leaves, written
from guanai.workspace.site_maker import SiteMaker
from guanai.workspace.sites import Holdings, tree_for

Find = Callable[[Holdings, str], Audience]


@pytest.fixture
def tree_on_disk(held: Holdings, tmp_path: Path, audience_of: Find) -> tuple[Path, Leaves]:
    """A small tree with a `mkdocs.yml` of its own."""
    leaves = Leaves.of(tree_for(held, audience_of(held, "J2025-01")))
    folder = tmp_path / "tree"
    assert list(written(leaves, folder))
    return folder, leaves


def _articles(text: str) -> str:
    """Return the words of a page's own part."""
    inner = text.partition("<article")[2].partition("</article>")[0].partition(">")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner)).replace("¶", "").strip()


def _navigation(text: str) -> list[tuple[str, str]]:
    """Return target and name of each item of a page's navigation, its own sections left out."""
    found = re.findall(r'<a href="([^"#]*)" class="md-nav__link[^"]*">(.*?)</a>', text, re.DOTALL)
    return [(target, re.sub(r"<[^>]+>|\s", "", name)) for target, name in found]


def _run(arguments: list[str], folder: Path) -> None:
    env = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "TMPDIR": str(folder),
        "http_proxy": "http://127.0.0.1:9",
    }
    run = subprocess.run(arguments, cwd=folder, check=False, capture_output=True, text=True, env=env)
    assert run.returncode == 0, run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_a_tree_builds_with_other_builders_into_the_same_pages(
    tree_on_disk: tuple[Path, Leaves], maker: SiteMaker, tmp_path: Path, builder: str
) -> None:
    if builder == "zensical":
        pytest.importorskip("zensical", reason="zensical is not installed")
    folder, leaves = tree_on_disk
    _run([sys.executable, "-m", builder, "build"], folder)
    maker.make(leaves, tmp_path / "ours")
    ours = {path: text for path, text in _pages(tmp_path / "ours").items() if path != "404.html"}
    theirs = {path: text for path, text in _pages(folder / "site").items() if path != "404.html"}
    assert theirs.keys() == ours.keys()
    for path, text in ours.items():
        assert _articles(theirs[path]) == _articles(text), path
        if builder == "mkdocs":
            assert _navigation(theirs[path]) == _navigation(text), path


@pytest.mark.slow
def test_another_builder_tells_of_nobody_else_in_any_file(
    tree_on_disk: tuple[Path, Leaves], held: Holdings
) -> None:
    pytest.importorskip("zensical", reason="zensical is not installed")
    folder, _ = tree_on_disk
    _run([sys.executable, "-m", "zensical", "build"], folder)
    files = [path for path in (folder / "site").rglob("*") if path.is_file()]
    told = {path: path.read_bytes() for path in files}
    stays = {each: str(data["学籍"][-1]["班级"]) for each, data in held.records["student"].items()}
    names = {each: str(held.mapping("student", each)["姓名"]) for each in stays}
    words: dict[bool, list[str]] = {True: [], False: []}
    for each, class_id in stays.items():
        words[class_id == "J2025-01"] += [each, names[each]]
    assert [path for path, raw in told.items() for word in words[False] if word.encode() in raw] == []
    assert all(any(word.encode() in raw for raw in told.values()) for word in words[True])


def _pages(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }


def test_settings_for_other_builders_hold_no_plugin_and_no_search(
    tree_on_disk: tuple[Path, Leaves],
) -> None:
    told = json.loads((tree_on_disk[0] / "mkdocs.yml").read_text(encoding="utf-8"))
    assert told["plugins"] == []
    assert told["theme"]["font"] is False
    assert "hooks" not in told
