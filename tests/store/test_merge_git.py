"""What people with plain git see: their merges go through, and nobody meets a conflict marker."""

import os
import random
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from guanai.schema import load_schemas
from guanai.store import hooks
from guanai.store.merging.pending import open_questions
from guanai.yamlfile import Add, Set, dump, edit, fmt, load

_IDS = ("S2024-7K3QD", "S2024-3DKMZ", "S2024-4QC34")
_PROGRAM = shlex.join([sys.executable, "-c", "from guanai.cli.main import main; main()"])
Run = Callable[..., subprocess.CompletedProcess[str]]


def _path(name: str) -> str:
    return f"records/students/2024/{name}.yml"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a way to run git, or our program, in a workspace of three children with our driver set up."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    person = {f"GIT_{who}_{what}": "t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {
        **clean,
        **person,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
    }

    def call(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(arguments, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    call("git", "init", "-q", "-b", "main")
    for name, value in hooks._work_tree_settings():
        call("git", "config", name, value)
    (tmp_path / ".gitattributes").write_text("*.yml text eol=lf merge=guanai\n")
    (tmp_path / ".gitignore").write_text(".guanai/\n")
    (tmp_path / "schemas").mkdir()
    for name in _IDS:
        file = tmp_path / _path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        warning = {"编号": "W20261023-M4TR", "等级": "黄", "日期": "2026-10-23"}
        data = {"编号": name, "姓名": "鲁一鸣", "预警": [warning], "现状": {"学业": "一般"}}
        file.write_text(dump(data, load_schemas().record("student")), encoding="utf-8")
    call("git", "add", "-A")
    call("git", "commit", "-qm", "base")
    return call


def _change(root: Path, name: str, person: int) -> None:
    """Let one person append an entry, fill a field nobody else fills, and leave a comment."""
    shape = load_schemas().record("student")
    fields: tuple[str, ...] = (
        "学业",
        "行为",
        "致因",
        "帮扶需求",
        "成长目标",
        "特长",
        "民族",
        "学号",
        "备注",
        "政治面貌",
    )
    fields += (
        "户籍地",
        "户口性质",
        "健康状况",
        "就读方式",
        "入学方式",
        "学生来源",
        "上学方式",
        "曾用名",
        "籍贯",
        "国籍",
    )
    known = shape.children["现状"].children
    field = fields[person]
    file = root / _path(name)
    day = random.Random(person).randint(1, 19)
    entry = {
        "编号": f"E202611{day:02}-{person:02}XY",
        "类型": "家访",
        "时间": f"2026-11-{day:02}T16:40+08:00",
    }
    text = edit(
        file.read_text(encoding="utf-8"),
        [Add(("过程记录",), entry), Set(("现状", field) if field in known else (field,), f"值{person}")],
        shape,
    )
    line = f"  - 编号: {entry['编号']}\n"
    text = text.replace(line, f"  # 第 {person} 人写的\n{line}")
    file.write_text(fmt(text, shape), encoding="utf-8")


@pytest.mark.slow
def test_twenty_people_on_two_branches_meet_no_conflict(tmp_path: Path, run: Run) -> None:
    for branch, people in (("one", range(10)), ("other", range(10, 20))):
        run("git", "checkout", "-qb", branch, "main")
        for person in people:
            for name in _IDS:
                _change(tmp_path, name, person)
            run("git", "commit", "-qam", f"{person}")
    run("git", "merge", "-q", "--no-edit", "one")
    assert run("git", "status", "--porcelain").stdout == ""
    here = [(tmp_path / _path(name)).read_text(encoding="utf-8") for name in _IDS]
    for text in here:
        data = load(text.encode(), "f.yml").data
        assert len(data["过程记录"]) == 20
        days = [entry["时间"] for entry in data["过程记录"]]
        assert len(days) == 20
        assert sorted(f"值{person}" for person in range(20)) == sorted(
            str(value) for value in (*data.values(), *data["现状"].values()) if str(value).startswith("值")
        )
        assert all(text.count(f"# 第 {person} 人写的\n") == 1 for person in range(20))
        assert fmt(text, load_schemas().record("student")) == text
    run("git", "checkout", "-q", "one")
    run("git", "merge", "-q", "--no-edit", "other^1")
    assert here == [(tmp_path / _path(name)).read_text(encoding="utf-8") for name in _IDS]


def _clash(tmp_path: Path, run: Run) -> str:
    """Let two branches change one level differently and a field each; return what the merge said."""
    shape, file = load_schemas().record("student"), tmp_path / _path(_IDS[0])
    text = file.read_text(encoding="utf-8")
    for branch, level, field in (("one", "红", "特长"), ("other", "绿", "备注")):
        run("git", "checkout", "-qb", branch, "main")
        changes = [Set(("预警", "W20261023-M4TR", "等级"), level), Set((field,), "秘密的话")]
        file.write_text(edit(text, changes, shape), encoding="utf-8")
        run("git", "commit", "-qam", branch)
    done = run("git", "merge", "--no-edit", "one", code=1)
    return done.stdout + done.stderr


@pytest.mark.parametrize(("side", "level"), [("--mine", "绿"), ("--theirs", "红")])
def test_a_clash_is_asked_without_a_marker_in_the_file(
    tmp_path: Path, run: Run, side: str, level: str
) -> None:
    told = _clash(tmp_path, run)
    assert "“预警 W20261023-M4TR › 等级”" in told
    assert "guanai choose" in told
    assert not any(word in told for word in ("红", "绿", "黄", "秘密", "鲁一鸣"))
    file = tmp_path / _path(_IDS[0])
    loaded = load(file.read_bytes(), "f.yml")
    assert loaded.problems == ()
    assert (loaded.data["预警"][0]["等级"], loaded.data["特长"], loaded.data["备注"]) == (
        "绿",
        "秘密的话",
        "秘密的话",
    )
    assert run("git", "ls-files", "--unmerged").stdout.count(_path(_IDS[0])) == 3

    shown = run(*shlex.split(_PROGRAM), "choose", code=1)
    assert all(word in shown.stdout for word in ("原来是“黄”", "1 文件里现在的：“绿”", "2 合并进来的：“红”"))
    run(*shlex.split(_PROGRAM), "choose", side)
    run("git", "commit", "-q", "--no-edit")
    assert load(file.read_bytes(), "f.yml").data["预警"][0]["等级"] == level
    assert open_questions(tmp_path) == ()
    assert "没有要选的" in run(*shlex.split(_PROGRAM), "choose").stdout


def test_a_file_added_too_early_is_still_asked_about(tmp_path: Path, run: Run) -> None:
    _clash(tmp_path, run)
    run("git", "add", "-A")
    assert "1 文件里现在的：“绿”" in run(*shlex.split(_PROGRAM), "choose", code=1).stdout
    file = tmp_path / _path(_IDS[0])
    file.write_text(file.read_text(encoding="utf-8").replace("等级: 绿", "等级: 黄"), encoding="utf-8")
    assert "都选好了" in run(*shlex.split(_PROGRAM), "choose").stdout  # an edit by hand is an answer
    assert run("git", "diff", "--name-only").stdout == ""


def test_questions_of_a_merge_that_was_given_up_are_dropped(tmp_path: Path, run: Run) -> None:
    _clash(tmp_path, run)
    assert len(open_questions(tmp_path)) == 1
    run("git", "merge", "--abort")
    assert "没有要选的" in run(*shlex.split(_PROGRAM), "choose").stdout
    assert open_questions(tmp_path) == ()


def test_a_file_that_cannot_be_read_is_left_as_it_was(tmp_path: Path, run: Run) -> None:
    file = tmp_path / _path(_IDS[0])
    text = file.read_text(encoding="utf-8")
    run("git", "checkout", "-qb", "one")
    file.write_text(text + "姓名: 又一次\n", encoding="utf-8")
    run("git", "commit", "-qam", "one")
    run("git", "checkout", "-qb", "other", "main")
    file.write_text(text.replace("一般", "好"), encoding="utf-8")
    run("git", "commit", "-qam", "other")
    done = run("git", "merge", "--no-edit", "one", code=1)
    assert "合并进来的那一份的第 9 行读不懂" in done.stdout + done.stderr
    assert "又一次" not in done.stdout + done.stderr
    assert file.read_text(encoding="utf-8") == text.replace("一般", "好")


def test_an_item_without_a_number_is_named_by_what_tells_it_apart(tmp_path: Path, run: Run) -> None:
    """Of a list without 编号 the place says nothing to a reader, and moves when the other side adds an item."""
    shape, file = (
        load_schemas().record("meeting"),
        tmp_path / "records/meetings/2026-2027-1/M20261023-4QX9.yml",
    )
    file.parent.mkdir(parents=True)
    guests = [{"学生": name, "姓名": "某人", "关系": "祖母"} for name in _IDS]
    data = {"编号": "M20261023-4QX9", "家长签到": guests[1:]}
    file.write_text(dump(data, shape), encoding="utf-8")
    run("git", "add", "-A")
    run("git", "commit", "-qm", "meeting")
    for branch, kin, more in (("one", "外祖母", []), ("other", "母亲", guests[:1])):
        run("git", "checkout", "-qb", branch, "main")
        changed = [*more, {**guests[1], "关系": kin}, guests[2]]
        file.write_text(dump({**data, "家长签到": changed}, shape), encoding="utf-8")
        run("git", "commit", "-qam", branch)
    told = run("git", "merge", "--no-edit", "one", code=1)
    assert "家长签到 第 2 项 › 关系" in told.stdout + told.stderr
    assert "某人" not in told.stdout + told.stderr
    shown = run(*shlex.split(_PROGRAM), "choose", code=1).stdout
    assert f"家长签到“{_IDS[1]}，某人” › 关系：原来是“祖母”" in shown
    run(*shlex.split(_PROGRAM), "choose", "--theirs")
    kept = load(file.read_bytes(), "f.yml").data["家长签到"]
    assert [each["关系"] for each in kept] == ["祖母", "外祖母", "祖母"]


def test_a_merge_of_merges_asks_nothing_that_nobody_disputes(tmp_path: Path, run: Run) -> None:
    """Two bases that clash make git merge them first, for nobody to see: that must not leave a question."""
    shape, file = load_schemas().record("student"), tmp_path / _path(_IDS[0])
    level = ("预警", "W20261023-M4TR", "等级")

    def write(words: str, *more: Set) -> None:
        text = file.read_text(encoding="utf-8")
        file.write_text(edit(text, [Set(level, words), *more], shape), encoding="utf-8")
        run("git", "commit", "-qam", words)

    for branch, words in (("one", "红"), ("other", "绿")):
        run("git", "checkout", "-qb", branch, "main")
        write(words)
    run("git", "branch", "red", "one")
    for branch, with_ in (("one", "other"), ("other", "red")):
        run("git", "checkout", "-q", branch)
        run("git", "merge", "--no-edit", with_, code=1)
        run(*shlex.split(_PROGRAM), "choose", "--theirs" if branch == "one" else "--mine")
        run("git", "commit", "-q", "--no-edit")
    write("绿", Set(("特长",), "棋"))
    run("git", "merge", "-q", "--no-edit", "one")
    data = load(file.read_bytes(), "f.yml").data
    assert (data["预警"][0]["等级"], data["特长"]) == ("绿", "棋")
    assert open_questions(tmp_path) == ()
