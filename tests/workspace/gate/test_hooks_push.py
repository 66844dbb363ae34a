"""The shared repository takes in what is right and one's own, and says in Chinese why it refuses the rest.

Real pushes of real clones; the hooks run as git runs them.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guanai.yamlfile import Set


def test_a_good_commit_of_ones_own_comes_in(server: Path, clone: Callable[..., Any]) -> None:
    mine = clone()
    path, _ = mine.child()
    mine.change(path, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit("修改 一份档案")
    assert mine.push().code == 0, mine.push().told
    assert mine.head() == mine.git("rev-parse", "HEAD").stdout.strip()
    assert (server / "school.git/objects/info/commit-graphs").is_dir()


def test_a_bad_record_is_refused_with_file_and_line(clone: Callable[..., Any]) -> None:
    mine = clone()
    before = mine.head()
    path, _ = mine.child()
    file = mine.place / path
    file.write_text(file.read_text(encoding="utf-8").replace("性别: ", "性别： "), encoding="utf-8")
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert re.search(rf"{re.escape(path)}:[0-9]+：.*冒号", pushed.told), pushed.told
    assert "没有收下" in pushed.told
    assert mine.head() == before


def test_a_bad_record_is_refused_although_a_later_commit_mends_it(clone: Callable[..., Any]) -> None:
    mine = clone()
    path, _ = mine.child()
    good = (mine.place / path).read_bytes()
    (mine.place / path).write_text("姓名: [1\n", encoding="utf-8")
    mine.commit()
    (mine.place / path).write_bytes(good)
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert "（提交 " in pushed.told


def test_layout_that_is_not_canonical_is_refused_with_the_way_out(clone: Callable[..., Any]) -> None:
    mine = clone()
    path, _ = mine.child()
    with (mine.place / path).open("a", encoding="utf-8") as file:
        file.write("课堂安全提示:    '避免剧烈运动'\n")
    mine.commit()
    assert f"guanai fmt {path}" in mine.push().told


def test_a_reference_to_nothing_is_refused(clone: Callable[..., Any]) -> None:
    mine = clone()
    path, data = mine.child()
    mine.change(path, Set(("学籍", data["学籍"][0]["编号"], "班级"), "J2024-99"))
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert "没有编号为 J2024-99 的班级" in pushed.told


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        ("link", "这是一个链接"),
        ("program", "可以运行的程序"),
        ("repository", "嵌在里面的另一个仓库"),
        ("size", "超过了 2 MiB"),
        ("place", "这里不放这样的文件"),
        ("psychology", "心理档案在它自己的仓库里"),
        ("hooks", "不能带程序"),
    ],
)
def test_what_is_no_plain_record_in_its_place_is_refused(
    clone: Callable[..., Any], make: str, sentence: str
) -> None:
    mine = clone()
    path, data = mine.child()
    file = mine.place / path
    if make == "link":
        file.unlink()
        file.symlink_to("/etc/passwd")
    elif make == "program":
        file.chmod(0o755)
    elif make == "repository":
        subprocess.run(["git", "init", "--quiet", mine.place / "site/inner"], check=True)
        type(mine)(mine.place / "site/inner", mine.staff, mine.name).commit()
    elif make == "size":
        file.write_text(file.read_text(encoding="utf-8") + "# 长\n" * 800_000, encoding="utf-8")
    elif make == "place":
        (mine.place / "records/run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    elif make == "hooks":
        with (mine.place / "mkdocs.yml").open("a", encoding="utf-8") as settings:
            settings.write("hooks:\n  - site/x.py\n")
    else:
        (mine.place / "records/counseling/2026").mkdir(parents=True)
        (mine.place / "records/counseling/2026/Y2026-7K3QD.yml").write_text(
            "编号: Y2026-7K3QD\n", encoding="utf-8"
        )
        mine.git("add", "--force", "records/counseling/2026/Y2026-7K3QD.yml")
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert sentence in pushed.told, pushed.told
    assert str(data["姓名"]) not in pushed.told


@pytest.mark.parametrize(
    "path", ["records/students/2024/{name}.yml", "records/templates/{name}家访表.docx", "site/{name}.md"]
)
def test_a_name_in_a_file_name_is_refused_and_not_repeated(clone: Callable[..., Any], path: str) -> None:
    mine = clone()
    _, data = mine.child()
    name = str(data["姓名"])
    file = mine.place / path.format(name=name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("编号: S2024-7K3QD\n", encoding="utf-8")
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert "姓名" in pushed.told
    assert name not in pushed.told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("给{name}写了家访", "学生的姓名"),
        ("改为红色预警", "预警等级"),
        ("补登一名留守学生", "类别"),
        ("11010519491231002X", "身份证号码"),
    ],
)
def test_a_message_that_tells_of_a_child_is_refused(
    clone: Callable[..., Any], words: str, sentence: str
) -> None:
    mine = clone()
    path, data = mine.child()
    mine.change(path, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit(words.format(name=data["姓名"]))
    pushed = mine.push()
    assert pushed.code != 0
    assert sentence in pushed.told
    assert str(data["姓名"]) not in pushed.told


def test_a_rewritten_main_is_refused(clone: Callable[..., Any]) -> None:
    mine = clone()
    before = mine.head()
    mine.git("commit", "--quiet", "--amend", "--no-verify", "-m", "改写", "--reset-author")
    pushed = mine.push("--force", "origin", "main")
    assert pushed.code != 0
    assert "被改写过" in pushed.told
    assert "main 不能删除" in mine.push("origin", ":main").told
    assert mine.head() == before


def test_other_branches_and_tags_are_refused(clone: Callable[..., Any]) -> None:
    mine = clone()
    assert "只收 main 一个分支，不收别的分支" in mine.push("origin", "main:other").told
    mine.git("tag", "x")
    assert "不收别的标签" in mine.push("origin", "x").told


def test_a_child_file_is_not_deleted_by_a_push(clone: Callable[..., Any]) -> None:
    mine = clone()
    path, _ = mine.child()
    (mine.place / path).unlink()
    mine.commit()
    assert "guanai erase" in mine.push().told


def test_a_merge_of_two_peoples_work_comes_in(clone: Callable[..., Any]) -> None:
    mine, other = clone(), clone("分管副校长")
    first, second = mine.child()[0], mine.child(1)[0]
    other.change(first, Set(("课堂安全提示",), "避免剧烈运动"))
    other.commit()
    assert other.push().code == 0
    mine.change(second, Set(("课堂安全提示",), "上下楼梯慢走"))
    mine.commit()
    assert mine.push().code != 0
    mine.git("pull", "--quiet", "--no-rebase", "--no-edit")
    pushed = mine.push()
    assert pushed.code == 0, pushed.told
    assert mine.head() == mine.git("rev-parse", "HEAD").stdout.strip()


def test_a_counselors_push_goes_into_the_counselling_repository_alone(clone: Callable[..., Any]) -> None:
    mine = clone("心理健康教师", ".counseling")
    file = min(mine.place.rglob("Y*.yml"))
    with file.open("a", encoding="utf-8") as opened:
        opened.write("# 已读\n")
    mine.commit("修改 一份心理档案")
    pushed = mine.push()
    assert pushed.code == 0, pushed.told
    assert mine.head() == mine.git("rev-parse", "HEAD").stdout.strip()
    (mine.place / "records").mkdir()
    (mine.place / "records/school.yml").write_text("名称: 甲\n", encoding="utf-8")
    mine.commit()
    assert "这里只放心理档案" in mine.push().told
