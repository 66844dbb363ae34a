"""Before a commit the staged files are looked at as they will be kept; the hooks run as git runs them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from guanai.cli.options import today
from guanai.schema import load_schemas
from guanai.workspace.founding import found_demo
from guanai.workspace.gate.guarding import guard_work_tree
from guanai.yamlfile import Set, edit, load


@pytest.fixture(scope="session")
def _guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("guarded") / "school"
    for _ in found_demo(root, students=40, seed=4, on=today()):
        pass
    staff = load((root / "records/staff.yml").read_bytes(), "x").data["教职工"][0]["编号"]
    guard_work_tree(root, staff=staff, on=today())
    return root


@pytest.fixture
def school(_guarded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_guarded, tmp_path / "school", symlinks=True))


def _git(at: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    outside = {**os.environ, "PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    return subprocess.run(
        ["git", "-C", at, *arguments],
        env=outside,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _child(school: Path) -> Path:
    return min(school.glob("records/students/*/*.yml"))


def _change(file: Path, words: str) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(
        edit(text, [Set(("课堂安全提示",), words)], load_schemas().record("student")), encoding="utf-8"
    )


def test_a_right_change_is_committed_in_the_persons_name(school: Path) -> None:
    _change(_child(school), "避免剧烈运动")
    done = _git(school, "commit", "-am", f"修改 {_child(school).stem}")
    assert done.returncode == 0, done.stderr
    assert _git(school, "log", "-1", "--format=%ae").stdout.strip().endswith("@guanai.invalid")


def test_what_is_staged_counts_and_not_what_lies_in_the_folder(school: Path) -> None:
    file = _child(school)
    _change(file, "避免剧烈运动")
    _git(school, "add", "--all")
    good = file.read_bytes()
    file.write_text("姓名： 坏\n", encoding="utf-8")
    assert _git(school, "commit", "-m", "修改").returncode == 0
    _git(school, "add", "--all")
    file.write_bytes(good)
    done = _git(school, "commit", "-m", "修改")
    assert done.returncode != 0
    assert f"{file.relative_to(school).as_posix()}:1: " in done.stderr
    assert "没有提交" in done.stderr


def test_layout_is_told_with_the_way_out_and_the_way_works(school: Path) -> None:
    file = _child(school)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("课堂安全提示:    '避免剧烈运动'\n")
    done = _git(school, "commit", "-am", "修改")
    assert done.returncode != 0
    path = file.relative_to(school).as_posix()
    assert f"guanai fmt {path}" in done.stderr
    from guanai.cli.main import run  # noqa: PLC0415 -- the way out that the message names

    assert run(["-C", str(school), "fmt", str(file)]) == 0
    assert _git(school, "commit", "-am", "修改").returncode == 0


def test_a_message_with_a_childs_name_is_refused_and_a_remark_of_git_is_no_message(school: Path) -> None:
    name = load(_child(school).read_bytes(), "x").data["姓名"]
    _change(_child(school), "避免剧烈运动")
    done = _git(school, "commit", "-am", f"给{name}写了家访")
    assert done.returncode != 0
    assert "学生的姓名" in done.stderr
    assert name not in done.stderr
    message = school.parent / "message"
    message.write_text(f"修改\n# {name}\n", encoding="utf-8")
    assert _git(school, "commit", "-a", "--cleanup=strip", "-F", str(message)).returncode == 0


def test_a_commit_of_one_path_is_looked_at_through_its_own_index(school: Path) -> None:
    """``git commit -- PATH`` builds an index of its own, which the hook must read."""
    file, other = sorted(school.glob("records/students/*/*.yml"))[:2]
    _change(file, "避免剧烈运动")
    other.write_text("姓名： 坏\n", encoding="utf-8")
    _git(school, "add", "--all")
    assert _git(school, "commit", "-m", "修改", "--", str(file)).returncode == 0
    assert _git(school, "commit", "-m", "修改", "--", str(other)).returncode != 0


def test_a_reference_that_a_deletion_breaks_is_told(school: Path) -> None:
    staff = school / "records/staff.yml"
    people = load(staff.read_bytes(), "x").data["教职工"]
    used = next(each["编号"] for each in people if any(post["角色"] == "班主任" for post in each["任职"]))
    data = {"教职工": [each for each in people if each["编号"] != used]}
    staff.write_text(edit(staff.read_text(encoding="utf-8"), [Set(("教职工",), data["教职工"])], load_schemas().record("staff")), encoding="utf-8")  # fmt: skip
    done = _git(school, "commit", "-am", "修改")
    assert done.returncode != 0
    assert used in done.stderr


def test_psychology_cannot_be_forced_into_the_main_repository(school: Path) -> None:
    file = min((school / "records/counseling").rglob("Y*.yml"))
    path = file.relative_to(school).as_posix()
    blob = _git(school, "hash-object", "-w", str(file)).stdout.strip()
    _git(school, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    done = _git(school, "commit", "-m", "修改")
    assert done.returncode != 0
    assert "心理档案在它自己的仓库里" in done.stderr


def test_the_counselling_repository_has_the_same_hooks(school: Path) -> None:
    place = school / "records/counseling"
    file = min(place.rglob("Y*.yml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "# 已读\n", encoding="utf-8")
    done = _git(place, "commit", "-am", "修改")
    assert done.returncode == 0, done.stderr
    file.write_text(text.replace("编号: ", "编号： ", 1), encoding="utf-8")
    done = _git(place, "commit", "-am", "修改")
    assert done.returncode != 0
    assert f"records/counseling/{file.relative_to(place).as_posix()}:" in done.stderr


def test_a_new_workspace_is_clean_with_psychology_ignored_and_merged_by_meaning(school: Path) -> None:
    assert _git(school, "status", "--porcelain").stdout == ""
    assert _git(school, "check-ignore", "records/counseling/2026/Y2026-7K3QD.yml").returncode == 0
    for place, path in (
        (school, "records/school.yml"),
        (school / "records/counseling", "2026/Y2026-7K3QD.yml"),
    ):
        assert _git(place, "check-attr", "merge", path).stdout.strip().endswith(": merge: guanai")


def test_git_merges_records_by_meaning_once_the_hooks_are_installed(school: Path) -> None:
    """Two branches put a key at the same place of the same file: as text that is a conflict."""
    file = _child(school)
    begun = file.read_text(encoding="utf-8")
    shape = load_schemas().record("student")
    _git(school, "switch", "--quiet", "-c", "other")
    for branch, key, words in (("other", "课堂安全提示", "避免剧烈运动"), ("main", "曾用名", "某某")):
        _git(school, "switch", "--quiet", branch)
        file.write_text(edit(begun, [Set((key,), words)], shape), encoding="utf-8")
        assert _git(school, "commit", "-am", "修改").returncode == 0
    done = _git(school, "merge", "--no-edit", "other")
    assert done.returncode == 0, done.stdout + done.stderr
    data = load(file.read_bytes(), "x").data
    assert (data["课堂安全提示"], data["曾用名"]) == ("避免剧烈运动", "某某")


def test_what_a_merge_asked_is_answered_before_it_is_committed(school: Path) -> None:
    file = _child(school)
    begun = file.read_text(encoding="utf-8")
    shape = load_schemas().record("student")
    _git(school, "switch", "--quiet", "-c", "other")
    for branch, words in (("other", "避免剧烈运动"), ("main", "坐在前排")):
        _git(school, "switch", "--quiet", branch)
        file.write_text(edit(begun, [Set(("课堂安全提示",), words)], shape), encoding="utf-8")
        assert _git(school, "commit", "-am", "修改").returncode == 0
    assert _git(school, "merge", "--no-edit", "other").returncode != 0
    done = _git(school, "commit", "-a", "--no-edit")
    path = file.relative_to(school).as_posix()
    assert done.returncode != 0
    assert (
        f"{path}:1: 合并时两边改得不一样，还没有选定用哪一个：课堂安全提示。请运行 guanai choose"
        in done.stderr
    )
    assert "避免剧烈运动" not in done.stderr
    from guanai.cli.main import run  # noqa: PLC0415 -- the way out that the message names

    assert run(["-C", str(school), "choose", "--mine"]) == 0
    assert _git(school, "commit", "--no-edit").returncode == 0
    assert load(file.read_bytes(), "x").data["课堂安全提示"] == "坐在前排"
