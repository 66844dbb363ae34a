"""The shared repository takes in what is right and one's own, and says in Chinese why it refuses the rest.

Real pushes of real clones; the hooks run as git runs them.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from guanai.cli.options import today
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.workspace.founding import found_demo
from guanai.workspace.gate.guarding import guard_shared
from guanai.yamlfile import Add, Set, edit, load

_PRINCIPAL, _HOMEROOM, _COUNSELOR = "校长", "班主任", "心理健康教师"


@dataclass(frozen=True)
class Push:
    """What came of a push."""

    code: int
    told: str


class Clone:
    """A person's clone of a shared repository."""

    def __init__(self, place: Path, staff: str, name: str) -> None:
        self.place = place
        self.staff = staff
        self.name = name

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        person = [
            "-c",
            f"user.name={self.name}",
            "-c",
            f"user.email={self.staff}@guanai.invalid",
            "-c",
            "commit.gpgSign=false",
        ]
        outside |= {
            "GUANAI_STAFF": self.staff,
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        command = ["git", "-C", str(self.place), *person, *arguments]
        return subprocess.run(
            command, env=outside, capture_output=True, text=True, encoding="utf-8", check=check
        )

    def commit(self, message: str = "修改") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "-m", message)

    def push(self, *arguments: str) -> Push:
        done = self.git("push", *(arguments or ("origin", "main")), check=False)
        return Push(
            done.returncode,
            "\n".join(line.removeprefix("remote: ").rstrip() for line in done.stderr.splitlines()),
        )

    def change(self, path: str, *changes: Set | Add) -> None:
        file = self.place / path
        shape = load_schemas().record(kind_of(path) or "student")
        file.write_text(edit(file.read_text(encoding="utf-8"), list(changes), shape), encoding="utf-8")


@pytest.fixture(scope="session")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    for _ in found_demo(folder / "school", students=60, seed=5, on=today()):
        pass
    guard_shared(folder / "school", on=today())
    return folder


@pytest.fixture
def server(_shared: Path, tmp_path: Path) -> Path:
    shutil.copytree(_shared, tmp_path / "server", symlinks=True)
    return tmp_path / "server"


@pytest.fixture
def clone(server: Path, tmp_path: Path) -> Callable[..., Clone]:
    """Return a maker of clones for the first holder of a role."""

    def make(role: str = _PRINCIPAL, part: str = "") -> Clone:
        staff = load((server / "school/records/staff.yml").read_bytes(), "staff").data["教职工"]
        person = next(each for each in staff if any(post["角色"] == role for post in each["任职"]))
        place = tmp_path / f"{part or 'main'}-{person['编号']}"
        subprocess.run(["git", "clone", "--quiet", f"file://{server}/school{part}.git", place], check=True)
        return Clone(place, person["编号"], person["姓名"])

    return make


def _child(clone: Clone, place: int = 0) -> tuple[str, dict[str, object]]:
    file = sorted(clone.place.glob("records/students/*/*.yml"))[place]
    data: dict[str, object] = load(file.read_bytes(), "x").data
    return file.relative_to(clone.place).as_posix(), data


def _class_of(data: dict[str, object]) -> str:
    stays = data["学籍"]
    assert isinstance(stays, list)
    return str(max(stays, key=lambda stay: str(stay["起"]))["班级"])


def _head(server: Path, part: str = "") -> str:
    command = ["git", "-C", str(server / f"school{part}.git"), "rev-parse", "main"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_good_commit_of_ones_own_comes_in(server: Path, clone: Callable[..., Clone]) -> None:
    mine = clone()
    path, _ = _child(mine)
    mine.change(path, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit("修改 一份档案")
    assert mine.push().code == 0, mine.push().told
    assert _head(server) == mine.git("rev-parse", "HEAD").stdout.strip()
    assert (server / "school.git/objects/info/commit-graphs").is_dir()


def test_a_bad_record_is_refused_with_file_and_line(server: Path, clone: Callable[..., Clone]) -> None:
    mine, before = clone(), _head(server)
    path, _ = _child(mine)
    file = mine.place / path
    file.write_text(file.read_text(encoding="utf-8").replace("性别: ", "性别： "), encoding="utf-8")
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert re.search(rf"{re.escape(path)}:[0-9]+：.*冒号", pushed.told), pushed.told
    assert "没有收下" in pushed.told
    assert _head(server) == before


def test_a_bad_record_is_refused_although_a_later_commit_mends_it(clone: Callable[..., Clone]) -> None:
    mine = clone()
    path, _ = _child(mine)
    good = (mine.place / path).read_bytes()
    (mine.place / path).write_text("姓名: [1\n", encoding="utf-8")
    mine.commit()
    (mine.place / path).write_bytes(good)
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert "（提交 " in pushed.told


def test_layout_that_is_not_canonical_is_refused_with_the_way_out(clone: Callable[..., Clone]) -> None:
    mine = clone()
    path, _ = _child(mine)
    with (mine.place / path).open("a", encoding="utf-8") as file:
        file.write("课堂安全提示:    '避免剧烈运动'\n")
    mine.commit()
    assert f"guanai fmt {path}" in mine.push().told


def test_a_reference_to_nothing_is_refused(clone: Callable[..., Clone]) -> None:
    mine = clone()
    path, data = _child(mine)
    stays = data["学籍"]
    assert isinstance(stays, list)
    mine.change(path, Set(("学籍", stays[0]["编号"], "班级"), "J2024-99"))
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
    clone: Callable[..., Clone], make: str, sentence: str
) -> None:
    mine = clone()
    path, data = _child(mine)
    file = mine.place / path
    if make == "link":
        file.unlink()
        file.symlink_to("/etc/passwd")
    elif make == "program":
        file.chmod(0o755)
    elif make == "repository":
        subprocess.run(["git", "init", "--quiet", mine.place / "site/inner"], check=True)
        Clone(mine.place / "site/inner", mine.staff, mine.name).commit()
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
def test_a_name_in_a_file_name_is_refused_and_not_repeated(clone: Callable[..., Clone], path: str) -> None:
    mine = clone()
    _, data = _child(mine)
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
    clone: Callable[..., Clone], words: str, sentence: str
) -> None:
    mine = clone()
    path, data = _child(mine)
    mine.change(path, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit(words.format(name=data["姓名"]))
    pushed = mine.push()
    assert pushed.code != 0
    assert sentence in pushed.told
    assert str(data["姓名"]) not in pushed.told


def test_anothers_commit_is_refused(clone: Callable[..., Clone]) -> None:
    mine, other = clone(), clone(_HOMEROOM)
    path, _ = _child(mine)
    mine.change(path, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit()
    mine.staff = other.staff
    pushed = mine.push()
    assert pushed.code != 0
    assert "每个人只能推送自己的提交" in pushed.told
    assert f"--as {other.staff}" in pushed.told


def test_an_id_with_anothers_name_is_refused(clone: Callable[..., Clone]) -> None:
    mine = clone()
    mine.name = "别人"
    mine.commit()
    assert "姓名和编号要和 records/staff.yml 一致" in mine.push().told


def test_nobody_in_particular_is_refused(clone: Callable[..., Clone]) -> None:
    mine = clone()
    mine.commit()
    mine.staff = ""
    assert "不知道是谁在推送" in mine.push().told
    mine.staff = "T-2222"
    assert "没有编号为 T-2222 的教职工" in mine.push().told


def test_a_rewritten_main_is_refused(server: Path, clone: Callable[..., Clone]) -> None:
    mine, before = clone(), _head(server)
    mine.git("commit", "--quiet", "--amend", "--no-verify", "-m", "改写", "--reset-author")
    pushed = mine.push("--force", "origin", "main")
    assert pushed.code != 0
    assert "被改写过" in pushed.told
    assert "main 不能删除" in mine.push("origin", ":main").told
    assert _head(server) == before


def test_other_branches_and_tags_are_refused(clone: Callable[..., Clone]) -> None:
    mine = clone()
    assert "只收 main 一个分支，不收别的分支" in mine.push("origin", "main:other").told
    mine.git("tag", "x")
    assert "不收别的标签" in mine.push("origin", "x").told


def test_a_field_beyond_ones_rights_is_refused_by_name(clone: Callable[..., Clone]) -> None:
    """A homeroom teacher changes her own class's file, but not a child's of another class, nor the school's rights."""
    mine = clone(_HOMEROOM)
    staff = load((mine.place / "records/staff.yml").read_bytes(), "x").data["教职工"]
    me = next(each for each in staff if each["编号"] == mine.staff)
    scope = next(post["范围"] for post in me["任职"] if post["角色"] == _HOMEROOM)
    children = [_child(mine, place) for place in range(60)]
    own = next(path for path, data in children if _class_of(data) == scope)
    foreign = next(path for path, data in children if _class_of(data) != scope)
    mine.change(own, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit()
    pushed = mine.push()
    assert pushed.code == 0, pushed.told
    mine.change(foreign, Set(("课堂安全提示",), "避免剧烈运动"))
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert re.search(rf"{re.escape(foreign)}:[0-9]+：.*权限", pushed.told), pushed.told


def test_one_cannot_give_oneself_a_right_and_use_it_in_one_push(clone: Callable[..., Clone]) -> None:
    mine = clone(_HOMEROOM)
    staff = load((mine.place / "records/staff.yml").read_bytes(), "x").data["教职工"]
    me = next(each for each in staff if each["编号"] == mine.staff)
    mine.change(
        "records/staff.yml",
        Add(("教职工", me["编号"], "任职"), {"角色": "校长", "范围": "全校", "起": "2024-09-01"}),
    )
    mine.commit()
    pushed = mine.push()
    assert pushed.code != 0
    assert "records/staff.yml:" in pushed.told
    assert "只由校长" in pushed.told or "权限" in pushed.told


def test_nobody_alone_lets_anybody_see_more_by_a_push(server: Path, clone: Callable[..., Clone]) -> None:
    """Not in one commit, not in a commit that names a second person, not when a later one takes it back."""
    mine, before = clone(), _head(server)
    staff = load((mine.place / "records/staff.yml").read_bytes(), "x").data["教职工"]
    other = next(
        each
        for each in staff
        if each["编号"] != mine.staff and any(p["角色"] == "科任教师" for p in each["任职"])
    )
    post = {"角色": "德育主任", "范围": "全校", "起": "2024-09-01"}
    mine.change("records/staff.yml", Add(("教职工", other["编号"], "任职"), post))
    mine.commit(f"修改 staff\n\n操作人: {mine.staff}\n确认人: T-AU8V")
    pushed = mine.push()
    assert pushed.code != 0
    assert "不能靠一个人推送" in pushed.told
    mine.git("revert", "--no-edit", "HEAD")
    assert mine.push().code != 0
    assert _head(server) == before


def test_a_child_file_is_not_deleted_by_a_push(clone: Callable[..., Clone]) -> None:
    mine = clone()
    path, _ = _child(mine)
    (mine.place / path).unlink()
    mine.commit()
    assert "guanai erase" in mine.push().told


def test_a_merge_of_two_peoples_work_comes_in(server: Path, clone: Callable[..., Clone]) -> None:
    mine, other = clone(), clone("分管副校长")
    first, second = _child(mine)[0], _child(mine, 1)[0]
    other.change(first, Set(("课堂安全提示",), "避免剧烈运动"))
    other.commit()
    assert other.push().code == 0
    mine.change(second, Set(("课堂安全提示",), "上下楼梯慢走"))
    mine.commit()
    assert mine.push().code != 0
    mine.git("pull", "--quiet", "--no-rebase", "--no-edit")
    pushed = mine.push()
    assert pushed.code == 0, pushed.told
    assert _head(server) == mine.git("rev-parse", "HEAD").stdout.strip()


def test_a_counselors_push_goes_into_the_counselling_repository_alone(
    server: Path, clone: Callable[..., Clone]
) -> None:
    mine = clone(_COUNSELOR, ".counseling")
    file = min(mine.place.rglob("Y*.yml"))
    with file.open("a", encoding="utf-8") as opened:
        opened.write("# 已读\n")
    mine.commit("修改 一份心理档案")
    pushed = mine.push()
    assert pushed.code == 0, pushed.told
    assert _head(server, ".counseling") == mine.git("rev-parse", "HEAD").stdout.strip()
    (mine.place / "records").mkdir()
    (mine.place / "records/school.yml").write_text("名称: 甲\n", encoding="utf-8")
    mine.commit()
    assert "这里只放心理档案" in mine.push().told


def test_the_principal_does_not_change_a_counselling_file(clone: Callable[..., Clone]) -> None:
    mine = clone(_PRINCIPAL, ".counseling")
    file = min(mine.place.rglob("Y*.yml"))
    record = load(file.read_bytes(), "x").data
    file.write_text(edit(file.read_text(encoding="utf-8"), [Set(("学生",), "S2024-22222")]), encoding="utf-8")
    assert record
    mine.commit()
    assert "权限" in mine.push().told
