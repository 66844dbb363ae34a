"""The program called in a copy of the sample school."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from guanai.cli.main import run

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A copy of the sample school."""
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, tmp_path / "school" / name)
    return tmp_path / "school"


@pytest.fixture
def guanai(school: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call the program as from the shell."""

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = run(["-C", str(school), *arguments])
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return call
