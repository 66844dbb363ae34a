"""One door: each target says what it is for, and CI goes through the same door."""

import contextlib
import json
import os
import re
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

_TODAY = "2026-11-20"
_PROMISED = {"help", "run", "test", "check", "pages", "bench"}


@pytest.fixture(scope="module")
def makefile(root: Path) -> str:
    return (root / "Makefile").read_text(encoding="utf-8")


def test_help_lists_every_target(root: Path, makefile: str) -> None:
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    shown = subprocess.run(["make", "help"], cwd=root, check=True, capture_output=True, text=True).stdout
    listed = set(re.findall(r"make ([a-z]+) +\S", shown))
    assert listed == set(phony[1].split())
    assert listed >= _PROMISED


def test_ci_runs_make_test(root: Path) -> None:
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("make test")


def test_hooks_fetch_nothing(root: Path) -> None:
    repositories = re.findall(
        r"- repo: (\S+)", (root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    )
    assert set(repositories) == {"local"}


def test_scripts_stop_at_the_first_error(root: Path) -> None:
    for script in (root / "scripts").glob("*.sh"):
        assert "set -euo pipefail" in script.read_text(encoding="utf-8"), script.name
        assert script.stat().st_mode & 0o111, script.name


@pytest.fixture(scope="module")
def demo(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small invented school."""
    place = tmp_path_factory.mktemp("served") / "demo"
    program = root / ".venv" / "bin" / "guanai"
    if not program.exists():
        pytest.skip("not set up by make")
    subprocess.run(
        [program, "demo", place, "--students", "40", "--seed", "1", "--on", _TODAY],
        check=True,
        capture_output=True,
    )
    return place


def test_serving_once_only_says_where_things_are_and_who_may_log_in(root: Path, demo: Path) -> None:
    shown = _serve(root, demo, RUN_ONCE="1").communicate(timeout=60)[0]
    assert f"{demo}/documents" in shown
    assert "班主任" in shown
    assert "http" not in shown
    logins = json.loads((demo / "logins.json").read_text(encoding="utf-8"))
    assert all(set(each) == {"role", "user", "password", "totp"} for each in logins)


def test_serving_prints_an_address_that_answers(root: Path, demo: Path) -> None:
    with _serve(root, demo) as server:
        try:
            assert server.stdout
            address = next(
                filter(None, (re.search(r"http://127\.0\.0\.1:[0-9]+/", line) for line in server.stdout))
            )
            assert "登录" in _answer(f"{address.group()}login")
        finally:
            server.terminate()


def _serve(root: Path, demo: Path, **extra: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "RUN_ONCE"}
    return subprocess.Popen(
        [root / "scripts" / "serve.sh", "build/site", demo, _TODAY],
        cwd=root,
        env=environment | extra,
        stdout=subprocess.PIPE,
        text=True,
    )


def _answer(address: str) -> str:
    """Return the page once the server listens; it prints its address a moment before."""
    for _ in range(100):
        with contextlib.suppress(URLError), urlopen(address, timeout=5) as page:  # noqa: S310 -- our own server
            return str(page.read().decode())
        time.sleep(0.1)
    pytest.fail(f"{address} does not answer")
