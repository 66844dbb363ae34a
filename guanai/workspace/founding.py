"""Makes new workspaces: empty, with the sample school, or with an invented one."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from generators import presets
from guanai import resources
from guanai.access.usual import access_record
from guanai.almanac import make_year
from guanai.demo import invent
from guanai.demo.past import beginning
from guanai.errors import NotFound, Problem, Usage, cause
from guanai.grades import school_year
from guanai.paths import kind_of
from guanai.schema import Schemas, load_schemas
from guanai.schema.steps import RECORD_VERSION
from guanai.store.git import found
from guanai.workspace.past import lay_past
from guanai.yamlfile import dump, load

#: Policies that a demo has adopted.
_ADOPTED = ("care-a1", "retention-b")
_IGNORED = """# 程序自己的文件：密钥、缓存、日志，不入库
.guanai/
# 心理档案在自己的仓库里
/records/counseling/
# 生成的文书和网站随时可以重做
/documents/
/build/
# 演示用的账号和密码
/logins.json
"""
_ATTRIBUTES = "*.md text eol=lf\n*.docx binary\n*.yml text eol=lf merge=guanai\n"
_PRIVATE = 0o700


class FolderInUse(Usage):
    """The folder for a new workspace holds something."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 不是空文件夹；请换一个新文件夹，以免盖掉里面的东西。")


class UnusableName(Usage):
    """A school's name that its record does not take."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"校名不能用：{problem.message}")


class NotFounded(NotFound):
    """The disk does not take the new workspace."""

    def __init__(self, folder: Path, error: OSError) -> None:
        # Copying many files gathers what went wrong with each of them.
        reason = (
            f"有 {len(error.args[0])} 个文件写不进去" if isinstance(error, shutil.Error) else cause(error)
        )
        super().__init__(
            f"{folder} 没有建成（{reason}）；请看磁盘是否已满、上级文件夹能否写入，删去建了一半的文件夹后再试。"
        )


@contextlib.contextmanager
def _telling(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotFounded(folder, error) from error


def found_empty(folder: Path, *, name: str, stage: str, on: date) -> None:
    """Make a workspace without any child.

    Args:
        folder: a new or empty folder.
        name: the school's name.
        stage: 小学, 初中 or 九年一贯.
        on: today; the calendar of its school year is filled in.

    Raises:
        FolderInUse, UnusableName, NotFounded, GitFailed: it cannot be made.
    """
    schemas = load_schemas()
    school = _school(name, stage, on)
    _check_name(school, schemas)
    records = [
        ("records/access.yml", access_record()),
        ("records/school.yml", school),
        ("records/staff.yml", {"教职工": []}),
        (f"records/calendar/{school_year(on)}-{school_year(on) + 1}.yml", make_year(school_year(on)).record),
    ]
    with _telling(folder):
        _begin(folder)
        for _ in _written(folder, records, schemas):
            pass
        _finish(folder, f"init: {stage}", on)


def _check_name(school: Mapping[str, Any], schemas: Schemas) -> None:
    path = "records/school.yml"
    text = "".join(f"{key}: {json.dumps(school[key], ensure_ascii=False)}\n" for key in school)
    loaded = load(text.encode("utf-8", "surrogateescape"), path)
    for problem in loaded.problems or schemas.problems("school", loaded):
        raise UnusableName(problem)


def found_sample(folder: Path, *, on: date) -> None:
    """Make a workspace that holds the sample school."""
    with _telling(folder):
        _begin(folder)
        shutil.copytree(resources.sample_dir() / "records", folder / "records", dirs_exist_ok=True)
        _finish(folder, "init: sample", on)


def found_demo(
    folder: Path, *, students: int, seed: int, on: date, only_students: bool = False
) -> Iterator[str]:
    """Make a workspace with an invented school, yielding the path of each record as it is written."""
    invented = invent(students=students, seed=seed, on=on, only_students=only_students)
    with _telling(folder):
        _begin(folder)
        for path, _ in _demo_records(folder, invented, () if only_students else _ADOPTED):
            yield path
        _finish(folder, "demo", on)


def found_demo_with_past(folder: Path, *, students: int, seed: int, on: date) -> Iterator[str]:
    """Make the same workspace as `found_demo`, whose git history tells how many people wrote it in a term.

    Yields:
        The path of each record as it is written; the history follows when all are.
    """
    invented = invent(students=students, seed=seed, on=on)
    records: dict[str, _Written] = {}
    with _telling(folder):
        _begin(folder)
        _finish(folder, "demo", beginning(seed, on))
        for path, written in _demo_records(folder, invented, _ADOPTED):
            records[path] = written
            yield path
        lay_past(folder, records, seed=seed, on=on)


#: A record and its file's text.
_Written = tuple[Mapping[str, Any], str]


def _demo_records(
    folder: Path, invented: Iterable[tuple[str, Mapping[str, Any]]], adopted: Iterable[str]
) -> Iterator[tuple[str, _Written]]:
    yield from _written(folder, invented, load_schemas())
    for slug in adopted:
        text = presets.preset_text(slug)
        _put(folder / "records" / "policies" / f"{slug}.yml", text)
        yield f"records/policies/{slug}.yml", ({}, text)


def _begin(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(folder)
    folder.mkdir(parents=True, exist_ok=True)
    template = resources.sample_dir()
    for name in ("schemas", "site", ".vscode"):
        shutil.copytree(template / name, folder / name)
    _copy(template / "mkdocs.yml", folder / "mkdocs.yml")
    _put(folder / ".gitignore", _IGNORED)
    _put(folder / ".gitattributes", _ATTRIBUTES)


def _finish(folder: Path, message: str, on: date) -> None:
    (folder / ".guanai").mkdir(mode=_PRIVATE, exist_ok=True)
    counseling = folder / "records" / "counseling"
    counseling.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    _put(counseling / ".gitattributes", _ATTRIBUTES)
    found(counseling, f"counseling {message}", on)
    found(folder, message, on)


def _school(name: str, stage: str, on: date) -> dict[str, Any]:
    stages = ["小学", "初中"] if stage == "九年一贯" else [stage]
    lengths = {"小学": ("P", 6), "初中": ("J", 3)}
    grades = [
        f"{lengths[each][0]}{school_year(on) - years}" for each in stages for years in range(lengths[each][1])
    ]
    return {
        "名称": name,
        "发文代字": name,
        "学段": stages,
        "学制": "六三制",
        "记录版本": RECORD_VERSION,
        "采用分类": "十类",
        "年级": [{"编号": grade} for grade in grades],
        "班级": [{"编号": f"{grade}-01"} for grade in grades],
    }


def _written(
    folder: Path, records: Iterable[tuple[str, Mapping[str, Any]]], schemas: Schemas
) -> Iterator[tuple[str, _Written]]:
    for path, data in records:
        kind = kind_of(path) or "student"
        above = "../" * path.count("/")
        head = f"# yaml-language-server: $schema={above}schemas/{kind}.schema.json\n"
        text = dump(data, schemas.record(kind), head=head)
        _put(folder / path, text)
        yield path, (data, text)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    os.utime(target)
