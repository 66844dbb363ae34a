"""Shared by all tests: golden files, which ``--update-golden`` writes anew for a person to read the diff."""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

# `make test` tries the same examples each time, so that a red run is a change's fault; `make torture` looks for new.
hypothesis.settings.register_profile("steady", derandomize=True, database=None)
if not os.environ.get("GUANAI_EXHAUSTIVE"):
    hypothesis.settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check that a text equals ``golden/<name>.txt`` beside the test."""
    folder = request.path.parent / "golden"
    is_updating = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = folder / f"{name}.txt"
        if is_updating:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"{path.name} is missing; run pytest --update-golden and read it"
        assert text == Path(path).read_text(encoding="utf-8")

    return check
