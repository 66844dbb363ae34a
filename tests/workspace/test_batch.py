"""A large batch is spread over the processors, or shares what it read, and comes out the same."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generators.document import Document
from guanai.access import redact
from guanai.workspace import batch, editions
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import Failed, Made, paper_of


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


def test_a_file_is_cut_once_for_all_its_papers_and_anew_for_each_reader(
    sample: Workspace, on: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []

    def spy(*arguments: Any, **options: Any) -> dict[str, Any]:
        cut.append(options["reader"])
        return redact(*arguments, **options)

    monkeypatch.setattr(editions, "redact", spy)
    child, press = "S2025-K2CUN", sample.press
    teacher = next(
        each.id
        for each in sample.snapshot.staff.values()
        if any((post.role, post.scope) == ("班主任", "J2025-02") for post in each.assignments)
    )
    made: dict[tuple[str, str], list[Document]] = {}
    for staff in ("", teacher, "", teacher):
        for kind in ("student-file", "tracking-record"):
            document, _ = press.make(paper_of(kind), child, sample.edition(staff=staff, on=on), on)
            made.setdefault((staff, kind), []).append(document)
    assert cut == ["", teacher]
    for (staff, kind), documents in made.items():
        fresh = Workspace(sample.root)
        alone, _ = fresh.press.make(paper_of(kind), child, fresh.edition(staff=staff, on=on), on)
        assert documents == [alone, alone]
