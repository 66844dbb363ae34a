"""A large batch is spread over the processors and comes out the same."""

from datetime import date
from pathlib import Path

import pytest

from guanai.workspace import batch
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import Failed, Made


def _written(sample: Workspace, folder: Path, on: date) -> dict[str, bytes]:
    wanted = [("student-file", each) for each in sample.snapshot.ids("student")] + [
        ("student-file", "S2024-ZZZZZ")
    ]
    outcomes = list(batch.print_all(sample, batch.Order(sample.root, "", on, folder, "docx"), wanted))
    assert [outcome.id for outcome in outcomes] == [each for _, each in wanted]
    assert [outcome.id for outcome in outcomes if isinstance(outcome, Failed)] == ["S2024-ZZZZZ"]
    return {outcome.id: outcome.path.read_bytes() for outcome in outcomes if isinstance(outcome, Made)}


def test_many_processes_write_the_same_files_as_one(
    sample: Workspace, on: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = _written(sample, tmp_path / "alone", on)
    monkeypatch.setattr(batch, "_WORTH_A_POOL", 10)
    assert _written(sample, tmp_path / "spread", on) == alone
