"""Hooks are written so that they run wherever PATH leads, keep what was there, and refuse where the program is gone."""

import os
import subprocess
from pathlib import Path

import pytest

from guanai.store.git import Author, Repository
from guanai.store.hooks import (
    SHARED_HOOKS,
    WORK_TREE_HOOKS,
    UnknownRepository,
    attribute_lines,
    install,
    script,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with one commit."""
    subprocess.run(["git", "init", "--quiet", "-b", "main", tmp_path / "tree"], check=True)
    (tmp_path / "tree/a.md").write_text("x\n", encoding="utf-8")
    _git(tmp_path / "tree", "add", ".")
    _git(tmp_path / "tree", "commit", "--quiet", "-m", "begin")
    return tmp_path / "tree"


def _git(at: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    person = ["-c", "user.name=x", "-c", "user.email=x@guanai.invalid"]
    outside = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **variables}
    return subprocess.run(
        ["git", "-C", at, *person, *arguments], env=outside, capture_output=True, text=True, check=False
    )


def _local(at: Path, name: str) -> str:
    return _git(at, "config", "--local", name).stdout.strip()


def test_a_work_tree_gets_hooks_the_merge_driver_and_its_person(tree: Path) -> None:
    made = install(Repository(tree), is_shared=False, author=Author("张某", "T-3XK9"))
    assert made.hooks == WORK_TREE_HOOKS
    assert all(os.access(tree / ".git/hooks" / name, os.X_OK) for name in WORK_TREE_HOOKS)
    assert _local(tree, "merge.guanai.driver").endswith("merge-driver %O %A %B %P %L")
    assert _local(tree, "user.email") == "T-3XK9@guanai.invalid"
    assert (tree / _git(tree, "rev-parse", "--git-path", "hooks").stdout.strip()).samefile(
        tree / ".git/hooks"
    )


def test_a_shared_repository_refuses_deletes_and_rewrites_by_itself_too(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "s.git"], check=True)
    made = install(Repository(tmp_path / "s.git"), is_shared=True)
    assert made.hooks == SHARED_HOOKS
    for name in ("receive.denyDeletes", "receive.denyNonFastForwards", "receive.fsckObjects"):
        assert _local(tmp_path / "s.git", name) == "true"
    with pytest.raises(UnknownRepository, match="请加上 --shared"):
        install(Repository(tmp_path / "s.git"), is_shared=False)


def test_again_changes_nothing_and_a_foreign_hook_goes_on_running_first(tree: Path, tmp_path: Path) -> None:
    foreign = tree / ".git/hooks/pre-commit"
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text(f"#!/bin/sh\necho ran > {tmp_path}/ran\nexit 1\n", encoding="utf-8")
    foreign.chmod(0o755)
    assert install(Repository(tree), is_shared=False).moved == ("pre-commit",)
    before = foreign.read_bytes()
    assert install(Repository(tree), is_shared=False).moved == ()
    assert foreign.read_bytes() == before
    assert _git(tree, "commit", "--allow-empty", "-m", "x").returncode != 0
    assert (tmp_path / "ran").exists()


def test_a_folder_of_hooks_set_for_all_repositories_does_not_switch_ours_off(
    tree: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n\thooksPath = {tmp_path}/nowhere\n", encoding="utf-8")
    install(Repository(tree), is_shared=False)
    told = _git(tree, "rev-parse", "--git-path", "hooks", GIT_CONFIG_GLOBAL=str(settings)).stdout.strip()
    assert (tree / told).samefile(tree / ".git/hooks")


def test_hooks_of_a_linked_work_tree_are_those_of_its_repository(tree: Path, tmp_path: Path) -> None:
    _git(tree, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    install(Repository(tmp_path / "linked"), is_shared=False)
    assert (tree / ".git/hooks/pre-commit").exists()
    told = _git(tmp_path / "linked", "rev-parse", "--git-path", "hooks").stdout.strip()
    assert (tmp_path / "linked" / told).samefile(tree / ".git/hooks")


@pytest.mark.parametrize("name", [*WORK_TREE_HOOKS, *SHARED_HOOKS])
def test_without_the_program_nothing_passes(tmp_path: Path, name: str) -> None:
    hook = tmp_path / name
    hook.write_text(script(name, "/nowhere/python"), encoding="utf-8")
    done = subprocess.run(
        ["sh", hook], env={"PATH": "/usr/bin:/bin"}, input="", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "找不到 guanai 程序" in done.stderr


def test_a_moved_program_is_looked_for_on_the_path(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    stand_in = tmp_path / "bin/guanai"
    stand_in.write_text('#!/bin/sh\necho "$@"; cat\n', encoding="utf-8")
    stand_in.chmod(0o755)
    hook = tmp_path / "pre-receive"
    hook.write_text(script("pre-receive", "/nowhere/python"), encoding="utf-8")
    outside = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", hook], env=outside, input="a b c\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "hook pre-receive\na b c\n")


def test_a_program_in_a_folder_with_odd_signs_is_called_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "学校 $HOME 'x'"
    folder.mkdir()
    stand_in = folder / "python"
    stand_in.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    stand_in.chmod(0o755)
    hook = tmp_path / "pre-commit"
    hook.write_text(script("pre-commit", str(stand_in)), encoding="utf-8")
    assert subprocess.run(["sh", hook], check=False).returncode == 7


def test_code_lying_in_the_repository_is_not_run(tree: Path) -> None:
    """Git calls hooks in the work tree: a ``guanai.py`` or ``sitecustomize.py`` there must not become the program."""
    for name in ("guanai.py", "click.py", "sitecustomize.py"):
        (tree / name).write_text("raise SystemExit('caught')\n", encoding="utf-8")
    install(Repository(tree), is_shared=False)
    done = _git(tree, "commit", "--allow-empty", "-m", "x", PYTHONPATH=str(tree))
    assert "caught" not in done.stderr


def test_records_are_sent_to_the_merge_driver_once() -> None:
    once = attribute_lines("# 说明\n*.yml text eol=lf\n*.docx binary\n")
    assert once == "# 说明\n*.docx binary\n*.yml text eol=lf merge=guanai\n"
    assert attribute_lines(once) == once
    assert attribute_lines("") == "*.yml text eol=lf merge=guanai\n"
