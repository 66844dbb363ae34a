"""The wheel, installed where nothing else of this repository is, makes workspaces that check and print."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).resolve().parents[2]
ON = ("--on", "2026-11-20")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=_ROOT,
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command; its libraries are lent by this environment, its own code comes from the wheel alone."""
    home = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(home, with_pip=False)
    site = next(home.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as package:
        package.extractall(site)
    (site / "lent.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n", encoding="utf-8")
    command = home / "bin" / "guanai"
    command.write_text(f"#!{home}/bin/python\nfrom guanai.cli.main import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    return command


def _run(program: Path, *arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, cwd="/", env=clean, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def test_the_wheel_holds_the_template_of_a_workspace(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "guanai/_data/mkdocs.yml",
        "guanai/_data/schemas/student.schema.json",
        "guanai/_data/records/school.yml",
        "guanai/_data/site/index.md",
        "generators/citations.yml",
        "generators/policies/care-a1.yml",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/")) or "__pycache__" in name]


def test_the_sample_school_checks_and_prints(program: Path, tmp_path: Path) -> None:
    school = tmp_path / "school"
    _run(program, "init", school, "--sample", *ON)
    _run(program, "-C", school, "check", *ON)
    told = json.loads(
        _run(
            program, "-C", school, "generate", "student-file", "--all", "-o", tmp_path / "out", "--json", *ON
        ).stdout
    )
    assert len(told["documents"]) == 41
    assert told["failed"] == []
    assert (
        json.loads(_run(program, "-C", school, "verify", told["documents"][0]["path"], "--json").stdout)[
            "status"
        ]
        == "match"
    )


@pytest.mark.parametrize("options", [("--sample",), ("--name", "青禾小学", "--stage", "小学")])
def test_a_new_workspace_is_two_clean_repositories_of_one_commit(
    program: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    school = tmp_path / "school"
    _run(program, "init", school, *options, *ON)
    for repository in (school, school / "records" / "counseling"):
        log = subprocess.run(
            ["git", "log", "--format=%s"], cwd=repository, capture_output=True, text=True, check=True
        ).stdout
        status = subprocess.run(
            ["git", "status", "--porcelain"], cwd=repository, capture_output=True, text=True, check=True
        ).stdout
        assert (len(log.splitlines()), status) == (1, "")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=school, capture_output=True, text=True, check=True
    ).stdout
    assert "records/counseling" not in tracked
    assert ".guanai" not in tracked
    _run(program, "-C", school, "check", *ON)


def test_a_folder_in_use_is_left_alone(program: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("别动", encoding="utf-8")
    done = _run(program, "init", tmp_path, "--sample", *ON, code=2)
    assert "空文件夹" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
