"""The sample school as a workspace of its own."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from guanai.workspace.facade import Workspace

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def on() -> date:
    """The day the sample school lives on."""
    return date(2026, 11, 20)


@pytest.fixture
def sample(tmp_path: Path) -> Workspace:
    """A copy of the sample school that a test may change."""
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, tmp_path / name)
    return Workspace(tmp_path)
