"""The code at the foot of a paper is enough to hold the paper against the records."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generators.docx import read

_PAPER = ("S2024-UT97N", "2026-11-20")


@pytest.fixture
def code(guanai: Callable[..., Any], school: Path) -> Callable[..., str]:
    """Return the code of one child's file, made for a person ("" for nobody)."""

    def printed(staff: str = "") -> str:
        person = ("--as", staff) if staff else ()
        guanai("generate", "student-file", _PAPER[0], "-o", "out", "--on", _PAPER[1], *person)
        stamp = read((school / "out" / "student-file" / f"{_PAPER[0]}.docx").read_bytes()).stamp
        assert stamp is not None
        return stamp.code

    return printed


@pytest.mark.parametrize("staff", ["", "T-WSLF"])
def test_a_code_from_paper_is_found_again_whoever_it_was_made_for(
    guanai: Callable[..., Any], code: Callable[..., str], staff: str
) -> None:
    sign = code(staff)
    for written in (sign, f"{sign[:4]}-{sign[4:]}".lower()):
        told = guanai("verify", "--code", written, "--id", _PAPER[0], "--on", _PAPER[1])
        assert told.code == 0
        assert "一致" in told.out


def test_a_code_no_longer_matches_when_the_record_has_changed(
    guanai: Callable[..., Any], code: Callable[..., str], school: Path
) -> None:
    sign = code()
    file = school / "records" / "students" / "2024" / f"{_PAPER[0]}.yml"
    file.write_text(file.read_text("utf-8").replace("\n性别: ", "\n曾用名: 某某\n性别: ", 1), "utf-8")
    told = guanai("verify", "--code", sign, "--id", _PAPER[0], "--on", _PAPER[1])
    assert told.code == 1
    assert "校验码对不上" in told.out


def test_half_a_question_is_refused(guanai: Callable[..., Any]) -> None:
    for arguments in (("--code", "7K3QD9MF"), ("--id", _PAPER[0]), ()):
        assert guanai("verify", *arguments).code == 2
    told = guanai("verify", "--code", "7K3QD9MF", "--id", "S2024-ZZZZZ")
    assert told.code == 1
    assert "页脚" in told.err
