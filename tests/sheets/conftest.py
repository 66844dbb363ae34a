"""The sample school as a repository, and imports planned as someone."""

import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from guanai.store.git import found
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Importer, Plan, Wanted

_ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))
#: The principal of the sample school.
PRINCIPAL = "T-WSLF"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample school in a repository of its own, made once."""
    root = tmp_path_factory.mktemp("template") / "school"
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, root / name)
    (root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(root, "新建", date(2026, 11, 1))
    return root


@pytest.fixture
def school(template: Path, tmp_path: Path) -> Workspace:
    """A copy that a test may change."""
    return Workspace(Path(shutil.copytree(template, tmp_path / "school")))


@pytest.fixture
def plan(school: Workspace) -> Callable[..., Plan]:
    """Plan an import as someone; with ``yes`` save it too."""

    def call(raw: bytes, *, staff: str = PRINCIPAL, yes: bool = False, **wanted: Any) -> Plan:
        importer = Importer(school, Wanted(staff, ON, **wanted))
        made = importer.plan(raw, now=NOW)
        if yes:
            importer.save(made, now=NOW)
        return made

    return call
