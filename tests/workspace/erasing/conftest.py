"""The sample school with a history, copies and backups, and one child whom a canary tells all over."""

import io
import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from guanai.workspace.erasing.erasure import Erasure, Outcome
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import found_sample
from guanai.workspace.papers import Failed, paper_of

Git = Callable[..., str]

_CHILD, _PEER = "S2024-AUGNS", "S2024-UT97N"
_CANARY = "CANARY-7QZX-93KD"
_WHEN = datetime.fromisoformat("2026-11-20T18:00:00+08:00")
_ON = date(2026, 11, 20)
_FILE = f"records/students/2024/{_CHILD}.yml"
_PEER_FILE = f"records/students/2024/{_PEER}.yml"


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory, git: Git) -> Path:
    """The folder of a school with a history, a mirror, a shared store, backups, documents and a canary all over."""
    root = tmp_path_factory.mktemp("planted") / "school"
    found_sample(root, on=_ON)
    shutil.rmtree(root / "site")
    _plant_records(root, git)
    _plant_counselling(root / "records" / "counseling", git)
    _plant_copies(root, git)
    _plant_outside_git(root)
    return root.parent


@pytest.fixture
def school(planted: Path, tmp_path: Path) -> Path:
    """A copy of the planted school that a test may change."""
    shutil.copytree(planted, tmp_path / "here", symlinks=True)
    return tmp_path / "here" / "school"


@pytest.fixture(scope="session")
def change() -> Callable[[Path, str, str, str], None]:
    """Replace the first of some words in a file of a school."""
    return _change


@pytest.fixture(scope="session")
def erasure_of() -> Callable[..., Erasure]:
    """Begin to erase children of a school; nothing is deleted yet."""

    def begin(root: Path, *children: str) -> Erasure:
        workspace = Workspace(root)
        return Erasure(root, children, schemas=workspace.schemas, secret=workspace.secret, when=_WHEN)

    return begin


@pytest.fixture(scope="session")
def erase(erasure_of: Callable[..., Erasure]) -> Callable[[Path], Outcome]:
    """Erase the child, with the backups and all that surely speaks of it."""

    def run(root: Path) -> Outcome:
        erasure = erasure_of(root, _CHILD)
        sure = {(each.path, each.word) for each in erasure.prospect().mentions if not each.doubt}
        return erasure.carry_out(sure, with_backups=True)

    return run


@pytest.fixture(scope="session")
def everything_under(git: Git) -> Callable[[Path], Iterator[tuple[str, bytes]]]:
    """Yield each file, each member of an archive, and each object of each repository, by an independent way."""
    return partial(_everything_under, git)


def _change(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text, (path, old)
    (root / path).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def _plant_records(root: Path, git: Git) -> None:
    # The child's own file: now, and in an old version.
    _change(root, _FILE, "课堂安全提示: ", f"课堂安全提示: 请留意{_CANARY}，")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", f"修改 {_CHILD}")
    _change(root, _FILE, f"请留意{_CANARY}", f"平时靠窗坐，{_CANARY}")
    _change(root, "records/attendance/2026-2027-1/J2024-02/2026-11.yml", "异常:\n", _EXCEPTION)
    _change(
        root,
        "records/screenings/2026-2027-1/J2024-02.yml",
        "说明: 暑假每周训练",
        f"说明: {_CANARY}暑假每周训练",
    )
    meeting = "records/meetings/2026-2027-1/M20261023-M48A.yml"
    _change(root, meeting, "晚归两次", f"晚归两次（{_CANARY}）")
    _change(root, "records/activities/2026-2027-1/A20261014-C23H.yml", "过程: ", f"过程: {_CANARY}在场。")
    _change(
        root,
        "records/decisions/2026/D20261016-77WJ.yml",
        "  - S2024-Z9L8D\n",
        f"  - S2024-Z9L8D\n  - {_CHILD}\n",
    )
    _change(root, "records/decisions/2026/D20261016-77WJ.yml", "理由: ", f"理由: {_CANARY}，")
    _change(root, _PEER_FILE, "内容: ", f"内容: 和@{_CHILD}同桌，{_CANARY}。")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", f"修改 {_CHILD} {_PEER}")


def _plant_counselling(counseling: Path, git: Git) -> None:
    file = next(counseling.rglob("Y*.yml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("S2024-886RT", _CHILD) + f"# {_CANARY}\n", encoding="utf-8")
    git(counseling, "add", "-A")
    git(counseling, "commit", "-q", "-m", f"修改 {file.stem}")


def _plant_copies(root: Path, git: Git) -> None:
    """Make a side branch, a tag, packed and loose objects, mirrors, the shared store, and backups."""
    counseling = root / "records" / "counseling"
    mirror, shared = root.parent / "mirror.git", root.parent / "school.git"
    git(root, "branch", "older", "HEAD~1")
    git(root, "tag", "-a", "term", "-m", f"学期末 {_CHILD}")
    git(root, "gc", "-q")
    with (root / "records/school.yml").open("a", encoding="utf-8", newline="\n") as file:
        file.write("# 末尾\n")
    git(root, "commit", "-q", "-a", "-m", "修改")
    for source, target, how in (
        (root, mirror, "--mirror"), (counseling, root.parent / "mind.git", "--mirror"), (root, shared, "--bare"),
    ):  # fmt: skip
        git(root.parent, "clone", "-q", how, str(source), str(target))
        git(target, "remote", "remove", "origin")
    (root / ".guanai" / "backup.yml").write_text(
        "镜像: ../mirror.git\n心理镜像: ../mind.git\n备份文件夹: ../backups\n", encoding="utf-8"
    )
    backups = root.parent / "backups"
    backups.mkdir()
    (backups / "guanai-20261119-020000.tar.age").write_bytes(b"sealed")
    git(root, "bundle", "create", "-q", str(backups / "all.bundle"), "--all")


def _plant_outside_git(root: Path) -> None:
    cache = root / ".guanai" / "cache"
    cache.mkdir(exist_ok=True)
    (cache / "pages.json").write_text(f'{{"{_CHILD}": "{_CANARY}"}}', encoding="utf-8")
    _plant_drafts(root / ".guanai" / "app.sqlite")
    site = root / "build" / "site"
    (site / "search").mkdir(parents=True)
    (site / "search" / "search_index.json").write_text(f'["{_CANARY}"]', encoding="utf-8")
    (site / "index.html").write_text("首页", encoding="utf-8")
    made = Workspace(root)
    edition = made.edition(staff="", on=_ON)
    for child in (_CHILD, _PEER, "S2024-4QC34"):
        paper = paper_of("student-file")
        for each in made.press.batch([(paper, child)], edition, _ON, root / "documents", "docx"):
            assert not isinstance(each, Failed), each


def _plant_drafts(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute(
            "CREATE TABLE drafts (record TEXT, body TEXT, PRIMARY KEY (record, body)) WITHOUT ROWID"
        )
        database.execute("INSERT INTO drafts VALUES (?, ?)", (_CHILD, _CANARY))
        database.execute("INSERT INTO drafts VALUES (?, ?)", (_PEER, quote(f"@{_CHILD} {_CANARY}")))
        database.execute("CREATE TABLE sessions (flashes TEXT)")
        database.execute("INSERT INTO sessions VALUES (?)", (json.dumps([f"{_CHILD} {_CANARY}"]),))
        database.execute("INSERT INTO drafts VALUES (?, ?)", (_PEER, "留着"))
    database.close()


_EXCEPTION = f"""异常:
  - 编号: K20261103-7Q2M
    学生: {_CHILD}
    日期: "2026-11-03"
    节点: 晨读
    类型: 病假
    原因: {_CANARY}
"""


def _everything_under(git: Git, folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            raw = file.read_bytes()
            yield str(file), str(file.name).encode() + raw
            if zipfile.is_zipfile(io.BytesIO(raw)):
                archive = zipfile.ZipFile(io.BytesIO(raw))
                yield from ((f"{file}:{name}", archive.read(name)) for name in archive.namelist())
    for head in sorted(folder.rglob("HEAD")):
        if (head.parent / "objects").is_dir():
            listed = git(
                head.parent, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"
            )
            for line in listed.splitlines():
                name, kind = line.split()
                yield (
                    f"{head.parent} {line}",
                    subprocess.run(
                        ["git", "cat-file", kind, name], cwd=head.parent, check=True, capture_output=True
                    ).stdout,
                )
