"""The killing of writers, a few rounds of it; ``make torture`` runs the long one."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "torture.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")


@pytest.fixture
def torture() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("torture", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["torture"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["shared", "own"])
def test_killed_writers_lose_nothing_that_was_acknowledged(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, str(_SCRIPT), "--rounds", "12", "--writers", "8", "--kinds", kind]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "12 rounds" in done.stdout


def test_the_checker_finds_what_no_order_explains(torture: ModuleType, tmp_path: Path) -> None:
    root = torture._made(tmp_path / "own", "own")
    with torture._opened(root) as store:
        order = torture.Order(store)
        paths = (torture._path(0), torture._path(1))
        for number in (1, 2):
            torture._saved(store, torture.Edit(1, number, paths))
        assert list(order.complaints(store, {1: ["W1-1", "W1-2"]})) == []
        assert list(order.complaints(store, {1: ["W1-1", "W1-3"]})) == ["W1-3 was acknowledged and is lost"]
        assert list(order.complaints(store, {1: ["W1-2", "W1-1"]})) == ["a writer's edits are out of order"]
        torture._saved(store, torture.Edit(1, 2, paths))
        told = list(order.complaints(store, {}))
        assert "W1-2 is twice in the history" in told
        (root / paths[0]).write_bytes(b"typed over\n")
        assert list(order.complaints(store, {})) == [f"{paths[0]} is not the end of the history"]
