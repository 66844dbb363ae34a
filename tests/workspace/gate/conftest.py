"""A shared repository that judges what is pushed to it, and people's clones of it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guanai.cli.options import today
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.workspace.founding import found_demo
from guanai.workspace.gate.guarding import guard_shared
from guanai.yamlfile import Add, Set, edit, load


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
        outside |= {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "GIT_CONFIG_GLOBAL": os.devnull}
        outside |= {"GUANAI_STAFF": self.staff}
        settings = (
            f"user.name={self.name}",
            f"user.email={self.staff}@guanai.invalid",
            "commit.gpgSign=false",
        )
        person = [word for setting in settings for word in ("-c", setting)]
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

    def child(self, place: int = 0) -> tuple[str, dict[str, Any]]:
        """Return path and content of a child's file, by its place among all."""
        file = sorted(self.place.glob("records/students/*/*.yml"))[place]
        return file.relative_to(self.place).as_posix(), load(file.read_bytes(), "x").data

    def staff_file(self) -> list[dict[str, Any]]:
        """Return the people of the school."""
        people: list[dict[str, Any]] = load((self.place / "records/staff.yml").read_bytes(), "x").data[
            "教职工"
        ]
        return people

    def head(self) -> str:
        """Return what the shared repository holds now."""
        return self.git("ls-remote", "origin", "main").stdout.split()[0]


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

    def make(role: str = "校长", part: str = "") -> Clone:
        staff = load((server / "school/records/staff.yml").read_bytes(), "staff").data["教职工"]
        person = next(each for each in staff if any(post["角色"] == role for post in each["任职"]))
        place = tmp_path / f"{part or 'main'}-{person['编号']}"
        subprocess.run(["git", "clone", "--quiet", f"file://{server}/school{part}.git", place], check=True)
        return Clone(place, person["编号"], person["姓名"])

    return make
