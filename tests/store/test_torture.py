"""The killing of writers, a few rounds of it; ``make torture`` runs the long one."""

import contextlib
import importlib.util
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "torture.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")


@pytest.fixture
def torture(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module."""
    monkeypatch.syspath_prepend(str(_SCRIPT.parent))
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
    command = [sys.executable, str(_SCRIPT), "--rounds", "6", "--writers", "8", "--kinds", kind]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 rounds" in done.stdout


def test_the_checker_finds_what_the_books_do_not_explain(torture: ModuleType, tmp_path: Path) -> None:
    run = torture.Run(torture.made(tmp_path / "own", "own"), 2, random.Random(1))
    with contextlib.closing(torture.open_store(run.root)) as store:

        def told(order: Any = None) -> str:
            books = [torture.Book(file) for file in sorted(run.root.with_name("own.books").iterdir())]
            return " / ".join((order or torture.Order(store)).complaints(store, books))

        begun = run._order
        assert told(begun) == ""
        assert "was acknowledged and is lost" in told()  # an order that begins later has not seen the edits
        book = run.book(1)
        typed = json.loads(run.book(0).read_text("utf-8").splitlines()[-2])
        book.write_text(json.dumps(["refused", typed[1]]) + "\n" + json.dumps(typed) + "\n", encoding="utf-8")
        assert f"{typed[1]} was refused and is there" in told(begun)
        book.write_text(
            json.dumps(["kept", ["records/x.yml", "2026-11-02", "晨读"], 7]) + "\n", encoding="utf-8"
        )
        assert "check 7 of 晨读 2026-11-02 in records/x.yml is lost" in told(begun)
        book.unlink()
        child = store.root / run.children[0]
        child.write_text(child.read_text("utf-8").replace("性别: 男", "性别: 女"), encoding="utf-8")
        store.pair.main.run("commit", "--quiet", "--all", "--message=by hand")
        assert "holds 0 edits" in told(begun)


def test_an_edit_that_lost_or_took_a_field_is_found(torture: ModuleType, tmp_path: Path) -> None:
    run = torture.Run(torture.made(tmp_path / "shared", "shared"), 2, random.Random(1))
    with contextlib.closing(torture.open_store(run.root)) as store:
        path = run.children[0]
        typed = torture.Typed("01-ZZZZ", "T-WSLF", {path: {"特长": "01-ZZZZ"}}, {path: "another"})
        fields = {path: {**torture.Writer(run, 1)._talk("T-WSLF"), "特长": "01-9999"}}
        sent = torture.Typed("01-9999", "T-WSLF", fields)
        when = torture.datetime(2026, 11, 20, 1, tzinfo=torture.UTC)
        request = torture.Request("T-WSLF", torture.Reason.ENTRY, sent.edits(), when)
        torture.save(store, torture.load_schemas(), request)
        name = next(place for place in fields[path] if "/" in place).split("/")[1].removeprefix("E202611")
        lines = [["typed", name, {path: typed.fields[path]}, dict(typed.known)]]
        run.book(1).write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
        books = [torture.Book(file) for file in sorted(run.root.with_name("shared.git.books").iterdir())]
        told = " / ".join(run._order.complaints(store, books))
    assert f"{name} is not what was typed" in told
    assert f"{name} overwrote what its writer had not read" in told
