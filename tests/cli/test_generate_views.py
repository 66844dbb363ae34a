"""``guanai generate`` for papers about a unit and a period."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generators.views import views

_KINDS = sorted(views())

Generate = Callable[..., Any]


@pytest.fixture
def generate(guanai: Callable[..., Any]) -> Generate:
    return lambda *arguments: guanai("generate", *arguments, "--on", "2026-11-20")


def _files(school: Path) -> set[str]:
    folder = school / "documents"
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*.docx")}


def test_a_kind_alone_means_each_unit_and_the_period_of_the_day(generate: Generate, school: Path) -> None:
    assert generate("attendance-daily").code == 0
    assert _files(school) == {f"attendance-daily/{grade}.2026-11-20.docx" for grade in ("J2024", "J2025")}


def test_a_reader_gets_the_units_of_the_post(generate: Generate, school: Path) -> None:
    assert generate("weekly-risk", "--as", "T-9QTR").code == 0
    assert _files(school) == {"weekly-risk/J2024.2026-W47.docx"}


def test_a_unit_alone_and_a_day_of_the_period_name_the_same_paper(generate: Generate, school: Path) -> None:
    assert generate("weekly-risk", "J2024", "J2024.2026-11-18", "J2024.2026-W47").code == 0
    assert _files(school) == {"weekly-risk/J2024.2026-W47.docx"}


def test_a_term_means_each_of_its_periods_so_far(generate: Generate, school: Path) -> None:
    assert generate("retention-monthly", "--term", "2026-2027-1").code == 0
    months = {name.split("/")[1].split(".")[1] for name in _files(school)}
    assert months == {"2026-09", "2026-10", "2026-11"}


@pytest.mark.slow
def test_a_term_of_everything_holds_every_kind_of_view(generate: Generate, school: Path) -> None:
    told = generate("--all", "--term", "2026-2027-1")
    assert told.code == 0, told.err
    names = _files(school)
    assert set(_KINDS) <= {name.split("/")[0] for name in names}
    assert not any("M20260626" in name for name in names)


def test_an_unknown_unit_is_told_with_the_way_out(generate: Generate) -> None:
    told = generate("weekly-risk", "school")
    assert told.code == 1
    assert "年级" in told.err
    assert "J2024.2026-11-20" in told.err


def test_an_unknown_term_is_told(generate: Generate) -> None:
    told = generate("weekly-risk", "--term", "2036-2037-1")
    assert told.code != 0
    assert "2036-2037-1" in told.err


def test_a_term_and_an_id_do_not_go_together(generate: Generate) -> None:
    assert generate("weekly-risk", "J2024", "--term", "2026-2027-1").code == 2


def test_a_blank_of_every_view_needs_no_id(generate: Generate, school: Path) -> None:
    for kind in _KINDS:
        assert generate(kind, "--blank").code == 0
    assert _files(school) == {f"{kind}/blank.docx" for kind in _KINDS}
