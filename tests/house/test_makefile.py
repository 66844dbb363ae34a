"""One door: each target says what it is for, and CI goes through the same door."""

import contextlib
import os
import re
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

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


def test_serving_once_only_says_where_things_are(root: Path) -> None:
    shown = _serve(root, "build/site", RUN_ONCE="1").communicate(timeout=20)[0]
    assert "build/demo/documents" in shown
    assert "http" not in shown


def test_serving_prints_an_address_that_answers(root: Path, tmp_path: Path) -> None:
    if not (root / ".venv" / "bin" / "python").exists():
        pytest.skip("not set up by make")
    (tmp_path / "index.html").write_text("关爱", encoding="utf-8")
    with _serve(root, str(tmp_path)) as server:
        try:
            assert server.stdout
            address = next(
                filter(None, (re.search(r"http://127\.0\.0\.1:[0-9]+/", line) for line in server.stdout))
            )
            assert _answer(address.group()) == "关爱"
        finally:
            server.terminate()


def _serve(root: Path, site: str, **extra: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "RUN_ONCE"}
    return subprocess.Popen(
        [root / "scripts" / "serve.sh", site, "build/demo"],
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
