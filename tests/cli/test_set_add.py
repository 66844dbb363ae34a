"""Saving from the command line, by people and by scripts."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.store.git import Repository, found

CHILD = "S2024-886RT"
HOMEROOM = "T-2HQG"
ON = ("--on", "2026-11-20")
ENTRY = "类型: 谈话\n时间: 2026-11-19T16:40+08:00\n形式: 面谈\n记录人: T-2HQG\n内容: 谈了作业\n"


class _Stdin(io.TextIOWrapper):
    def __init__(self, words: str) -> None:
        super().__init__(io.BytesIO(words.encode("utf-8", "surrogateescape")), encoding="utf-8")


@pytest.fixture
def kept(school: Path) -> Path:
    """The sample school under git."""
    (school / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(school, "新建", date(2026, 11, 1))
    return school


@pytest.fixture
def call(kept: Path, guanai: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Call the program; ``stdin`` is what it reads."""

    def run(*arguments: str, stdin: str = "") -> Any:
        assert kept.is_dir()
        monkeypatch.setattr(sys, "stdin", _Stdin(stdin))
        return guanai(*arguments, *ON)

    return run


def _shown(call: Callable[..., Any], *more: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(call("show", CHILD, "--json", *more).out)
    return shown


def test_set_saves_one_place(call: Callable[..., Any], kept: Path) -> None:
    done = call("set", CHILD, "家庭.住址", "新村 1 号", "--as", HOMEROOM)
    assert (done.code, done.err) == (0, "")
    assert "已保存" in done.out
    assert _shown(call)["家庭"]["住址"] == "新村 1 号"
    commit = next(iter(Repository(kept).log(limit=1)))
    assert (commit.staff, commit.reason) == (HOMEROOM, "更正")


def test_json_answers_with_version_and_commit(call: Callable[..., Any], kept: Path) -> None:
    done = json.loads(call("set", CHILD, "特长", "画画", "--as", HOMEROOM, "--json", "--reason", "补录").out)
    assert done["commit"] == Repository(kept).head()
    assert done["version"] == _shown(call)["version"]
    again = json.loads(call("set", CHILD, "特长", "画画", "--as", HOMEROOM, "--json").out)
    assert (again["commit"], again["version"], again["changed"]) == (done["commit"], done["version"], False)


def test_a_stale_base_is_answered_with_the_conflict(call: Callable[..., Any]) -> None:
    base = _shown(call, "--as", HOMEROOM)["version"]
    call("set", CHILD, "特长", "画画", "--as", "T-WSLF")
    done = call("set", CHILD, "特长", "下棋", "--as", HOMEROOM, "--base", base, "--json")
    assert done.code == 1
    (item,) = json.loads(done.out)["conflict"]
    assert (item["place"], item["mine"], item["theirs"], item["who"]) == (["特长"], "下棋", "画画", "郑怀远")
    told = call("set", CHILD, "特长", "下棋", "--as", HOMEROOM, "--base", base)
    assert told.code == 1
    assert all(words in told.err for words in ("特长", "画画", "下棋", "郑怀远"))
    assert _shown(call)["特长"] == "画画"
    assert call("set", CHILD, "就读方式", "走读", "--as", HOMEROOM, "--base", base).code == 0


def test_values_are_read_as_their_field_wants_them(call: Callable[..., Any]) -> None:
    number = _shown(call)["学籍"][0]["编号"]
    assert call("set", CHILD, f"学籍.{number}.座号", "07", "--as", HOMEROOM).code == 0
    assert call("set", CHILD, "独生子女", "否", "--as", HOMEROOM).code == 0
    assert call("set", CHILD, "家庭.电话", "13700000001", "--as", HOMEROOM).code == 0
    assert call("set", CHILD, "家庭.救助情况", "[临时救助]", "--as", HOMEROOM).code == 0
    shown = _shown(call)
    assert shown["学籍"][0]["座号"] == 7
    assert shown["独生子女"] is False
    assert shown["家庭"]["电话"] == "13700000001"
    assert shown["家庭"]["救助情况"] == ["临时救助"]
    assert call("set", CHILD, f"学籍.{number}.座号", "七", "--as", HOMEROOM).code == 1


@pytest.mark.parametrize("how", [("--delete",), ("",)])
def test_a_place_is_emptied(call: Callable[..., Any], how: tuple[str, ...]) -> None:
    call("set", CHILD, "特长", "画画", "--as", HOMEROOM)
    assert call("set", CHILD, "特长", *how, "--as", HOMEROOM).code == 0
    assert "特长" not in _shown(call)


@pytest.mark.parametrize("words", ["=1+1", "0123", "no", "a: b # c", "𠮷㛃", "第一行\n第二行", "“引号”'\"\\"])
def test_any_words_come_back_as_they_were_typed(call: Callable[..., Any], words: str) -> None:
    assert call("set", CHILD, "备注", words, "--as", HOMEROOM).code == 0
    assert _shown(call)["备注"] == words
    assert call("check").code == 0


def test_add_takes_yaml_and_json(call: Callable[..., Any]) -> None:
    first = json.loads(call("add", CHILD, "过程记录", "--as", HOMEROOM, "--json", stdin=ENTRY).out)
    entry = {
        "类型": "谈话",
        "时间": "2026-11-19T17:40+08:00",
        "形式": "面谈",
        "记录人": HOMEROOM,
        "内容": "又谈",
    }
    second = call("add", CHILD, "过程记录", "--as", HOMEROOM, stdin=json.dumps(entry))
    assert second.code == 0
    entries = _shown(call)["过程记录"]
    assert (entries[-2]["编号"], entries[-2]["内容"]) == (first["ids"][0], "谈了作业")
    assert entries[-1]["内容"] == "又谈"
    assert entries[-1]["编号"] in second.out
    assert call("check").code == 0


def test_add_without_a_list_makes_a_record(call: Callable[..., Any]) -> None:
    words = "姓名: 闻人若水\n性别: 女\n学籍:\n  - 班级: J2024-01\n    状态: 转入\n    起: 2026-11-16\n"
    done = json.loads(call("add", "student", "--as", HOMEROOM, "--json", stdin=words).out)
    record = done["path"].rpartition("/")[2].removesuffix(".yml")
    assert json.loads(call("show", record, "--json").out)["姓名"] == "闻人若水"
    assert "students" not in call("check").out


@pytest.mark.parametrize(
    "words", ["- 一\n- 二\n", "类型: &a 谈话\n", "a: 1\na: 2\n", "\x1b: 1\n", "{", "", "x" * 10]
)
def test_what_is_no_entry_is_refused(call: Callable[..., Any], kept: Path, words: str) -> None:
    before = Repository(kept).head()
    done = call("add", CHILD, "过程记录", "--as", HOMEROOM, stdin=words)
    assert (done.code, done.out) == (1, "")
    assert done.err
    assert Repository(kept).head() == before


def test_refusals_are_told_and_exit_with_one(call: Callable[..., Any], kept: Path) -> None:
    before = Repository(kept).head()
    for arguments in (
        ("set", CHILD, "姓名", "某", "--as", "T-R4NY"),
        ("set", CHILD, "健康状况", "残疾", "--as", "T-R4NY"),
        ("set", CHILD, "姓名", "某", "--as", "T-XYSK"),
        ("set", CHILD, "姓名", "某", "--as", "T-ZZZZ"),
        ("set", "S2024-ZZZZZ", "姓名", "某", "--as", HOMEROOM),
        ("set", CHILD, "没有", "某", "--as", HOMEROOM),
        ("set", CHILD, "过程记录.E20261119-ZZZZ.内容", "某", "--as", HOMEROOM),
        ("set", CHILD, "姓名", "某", "--as", HOMEROOM, "--base", "0" * 40),
    ):
        done = call(*arguments)
        assert (done.code, done.out) == (1, ""), arguments
        assert done.err.strip()
        assert "Traceback" not in done.err
    assert Repository(kept).head() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("set", CHILD, "姓名", "某"),
        ("set", CHILD, "姓名", "--as", HOMEROOM),
        ("set", CHILD, "姓名", "某", "--delete", "--as", HOMEROOM),
        ("set", CHILD, "家庭..住址", "某", "--as", HOMEROOM),
        ("set", CHILD, "姓名", "某", "--as", HOMEROOM, "--reason", "随便"),
        ("set", CHILD, "姓名", "某", "--as", ""),
        ("add", CHILD, "--as", HOMEROOM),
        ("add", CHILD, "家庭", "--as", HOMEROOM),
    ],
)
def test_wrong_use_exits_with_two(call: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    done = call(*arguments, stdin=ENTRY)
    assert (done.code, done.out) == (2, "")
    assert done.err.strip()


def test_what_would_be_asked_is_not_saved_where_nobody_answers(call: Callable[..., Any], kept: Path) -> None:
    before = Repository(kept).head()
    done = call("set", CHILD, "备注", "父亲服刑", "--as", HOMEROOM)
    assert (done.code, done.out) == (1, "")
    assert "--yes" in done.err
    told = call("set", CHILD, "备注", "父亲服刑", "--as", HOMEROOM, "--json")
    assert [each["code"] for each in json.loads(told.out)["questions"]] == ["text.word"]
    assert Repository(kept).head() == before
    assert call("set", CHILD, "备注", "父亲服刑", "--as", HOMEROOM, "--yes").code == 0


def test_a_folder_without_git_says_so(guanai: Callable[..., Any], school: Path) -> None:
    shutil.rmtree(school / ".git", ignore_errors=True)
    done = guanai("set", CHILD, "特长", "画画", "--as", HOMEROOM, *ON)
    assert done.code == 1
    assert "git" in done.err


def test_a_mandatory_report_says_at_once_what_to_do_and_asks_nobody(call: Callable[..., Any]) -> None:
    entry = ENTRY.replace("谈话", "强制报告").replace("形式: 面谈\n", "") + "密级: 限制\n"
    done = call("add", CHILD, "过程记录", "--as", HOMEROOM, stdin=entry)
    assert done.code == 0, done.err
    assert "请立即向公安机关报告" in done.err
    assert CHILD not in done.err
    told = call("add", CHILD, "过程记录", "--as", HOMEROOM, stdin=f"{entry}对方单位: 镇派出所\n")
    assert (told.code, "请立即" in told.err) == (0, False), told.err
