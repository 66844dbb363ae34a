"""Numbers of papers: in order, without a gap or a double, whoever asks and whenever."""

import multiprocessing
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.issued import parts
from guanai.saving import NotPermitted
from guanai.saving.request import UnknownRecord
from guanai.schema import load_schemas
from guanai.store.git import found
from guanai.store.places import make_shared, open_store
from guanai.store.sources import WorkTree
from guanai.workspace.facade import Workspace
from guanai.workspace.issuing import (
    AlreadyIssued,
    NoIssuingCode,
    NotIssued,
    Unissued,
    Wanted,
    filed_as,
    issue,
    next_number,
)
from guanai.workspace.register import Register

_ROOT = Path(__file__).resolve().parents[2]
_ON = date(2026, 11, 20)
_NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
_PRINCIPAL, _VICE, _HOMEROOM = "T-WSLF", "T-AU8V", "T-R4NY"
_STAR = "D20261030-TCUN"


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A copy of the sample school under git; its last number is 12."""
    root = tmp_path / "school"
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, root / name)
    (root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(root, "新建", date(2026, 11, 1))
    return root


def _wanted(record: str, staff: str = _PRINCIPAL, *, on: date = _ON) -> Wanted:
    return Wanted(record, staff, _NOW, on)


def _paper(about: str, staff: str = _PRINCIPAL) -> Wanted:
    return replace(
        _wanted(about, staff), paper="书面报告", title="辍学学生情况书面报告", student="S2024-UT97N"
    )


def _numbers(root: Path) -> list[str]:
    workspace = Workspace(root)
    lines = Register(workspace.snapshot, workspace.edition(staff="", on=_ON)).lines()
    return [line.number for line in lines if parts(line.number)]


def _draw(root: Path, about: str) -> str:
    """Draw a number in a process of its own; "" where the paper has one."""
    try:
        return issue(open_store(root), load_schemas(), _paper(about)).number
    except AlreadyIssued:
        return ""


def test_a_decision_gets_the_next_number(school: Path) -> None:
    drawn = Workspace(school).issue(_wanted(_STAR))
    assert (drawn.number, drawn.path) == ("禾中〔2026〕13号", f"records/decisions/2026/{_STAR}.yml")
    assert "文号: 禾中〔2026〕13号\n" in (school / drawn.path).read_text(encoding="utf-8")
    assert Workspace(school).check(on=_ON) == ()


def test_a_paper_is_issued_once(school: Path) -> None:
    workspace = Workspace(school)
    workspace.issue(_wanted(_STAR))
    with pytest.raises(AlreadyIssued, match="13号"):
        workspace.issue(_wanted(_STAR))
    workspace.issue(_paper("S2024-UT97N-R20261118-KK7Q"))
    with pytest.raises(AlreadyIssued, match="14号"):
        workspace.issue(_paper("S2024-UT97N-R20261118-KK7Q"))
    assert _numbers(school)[-2:] == ["禾中〔2026〕13号", "禾中〔2026〕14号"]


def test_a_paper_of_its_own_makes_a_decision_that_fulfils_the_duty(school: Path) -> None:
    drawn = issue(
        open_store(school), load_schemas(), _paper("S2024-UT97N-R20261118-KK7Q"), code_of=lambda _: "7K3QD9MF"
    )
    text = (school / drawn.path).read_text(encoding="utf-8")
    for line in (
        "类型: 公文",
        "类别: 书面报告",
        "校验码: 7K3QD9MF",
        "决定人: T-WSLF",
        "签字: 待签",
        "  - S2024-UT97N",
    ):
        assert line in text
    assert Workspace(school).check(on=_ON) == ()


def test_an_adopted_policy_keeps_its_number_and_a_new_one_gets_its_day(school: Path) -> None:
    with pytest.raises(AlreadyIssued, match="12号"):
        Workspace(school).issue(_wanted("retention-b"))
    preset = _ROOT / "generators" / "policies" / "care-a5.yml"
    shutil.copy(preset, school / "records" / "policies" / "care-a5.yml")
    _commit(school)
    drawn = Workspace(school).issue(_wanted("care-a5"))
    assert drawn.number == "禾中〔2026〕13号"
    text = (school / drawn.path).read_text(encoding="utf-8")
    assert "文号: 禾中〔2026〕13号\n" in text
    assert '日期: "2026-11-20"\n' in text


def test_the_year_is_that_of_the_paper_and_each_year_begins_at_one(school: Path) -> None:
    workspace = Workspace(school)
    later = workspace.issue(replace(_paper("S2024-UT97N-R20261118-KK7Q"), on=date(2027, 1, 5)))
    assert later.number == "禾中〔2027〕1号"
    # The decision is of 2026, though its number is asked for in 2027.
    assert workspace.issue(_wanted(_STAR, on=date(2027, 1, 6))).number == "禾中〔2026〕13号"


def test_minutes_get_a_number_of_the_year_they_are_signed_in(school: Path) -> None:
    drawn = Workspace(school).issue(_wanted("M20260924-SCPR", on=date(2027, 1, 6)))
    assert drawn.number == "禾中〔2027〕1号"


def test_only_who_may_decide_draws_a_number(school: Path) -> None:
    with pytest.raises(UnknownRecord):
        Workspace(school).issue(_wanted(_STAR, _HOMEROOM))
    with pytest.raises(NotPermitted):
        Workspace(school).issue(_paper("S2024-UT97N-R20261118-KK7Q", _HOMEROOM))
    assert _numbers(school)[-1] == "禾中〔2026〕12号"
    assert Workspace(school).issue(_wanted(_STAR, _VICE)).number == "禾中〔2026〕13号"


def test_what_has_no_number_is_told_so(school: Path) -> None:
    workspace = Workspace(school)
    with pytest.raises(Unissued, match="采用"):
        workspace.issue(_wanted("care-a4"))
    with pytest.raises(NotIssued):
        workspace.issue(_wanted("S2024-UT97N"))
    with pytest.raises(NotIssued):
        filed_as("family-guide")
    path = school / "records" / "school.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("发文代字: 禾中\n", ""), encoding="utf-8")
    _commit(school)
    with pytest.raises(NoIssuingCode):
        Workspace(school).issue(_wanted(_STAR))


def test_a_number_in_a_file_not_yet_committed_is_taken_too(school: Path) -> None:
    other = school / "records" / "decisions" / "2026" / "D20260903-MNVZ.yml"
    text = other.read_text(encoding="utf-8").replace("学生:\n", "文号: 禾中〔2026〕20号\n学生:\n", 1)
    other.write_text(text, encoding="utf-8")
    assert Workspace(school).issue(_wanted(_STAR)).number == "禾中〔2026〕21号"


def test_a_faulty_record_keeps_its_number(school: Path) -> None:
    other = school / "records" / "decisions" / "2026" / "D20260903-MNVZ.yml"
    other.write_text(other.read_text(encoding="utf-8") + "文号: 禾中〔2026〕15号\n坏的\n", encoding="utf-8")
    _commit(school)
    assert Workspace(school).issue(_wanted(_STAR)).number == "禾中〔2026〕16号"


def test_the_register_shows_only_what_a_person_may_see(school: Path) -> None:
    workspace = Workspace(school)
    workspace.issue(_paper("S2024-UT97N-R20261118-KK7Q"))
    seen = {}
    for staff in ("", _PRINCIPAL, _HOMEROOM):
        held = Workspace(school)
        seen[staff] = {
            line.record for line in Register(held.snapshot, held.edition(staff=staff, on=_ON)).lines()
        }
    assert seen[""] == seen[_PRINCIPAL] >= seen[_HOMEROOM]


@pytest.mark.slow
@pytest.mark.parametrize("is_shared", [False, True])
def test_processes_that_ask_at_once_get_different_numbers(school: Path, *, is_shared: bool) -> None:
    """Three processes, three papers each: nine numbers in a row, in both kinds of store."""
    root = make_shared(school).root if is_shared else school
    abouts = [f"S2024-UT97N-R202611{day:02}-KK7Q" for day in range(1, 10)]
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        drawn = list(pool.map(_draw, [root] * len(abouts), abouts))
    assert sorted(drawn, key=lambda number: parts(number) or ()) == [
        f"禾中〔2026〕{serial}号" for serial in range(13, 13 + len(abouts))
    ]


@pytest.mark.slow
def test_two_that_ask_for_the_same_paper_at_once_get_one_number(school: Path) -> None:
    about = "S2024-UT97N-R20261118-KK7Q"
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert sorted(pool.map(_draw, [school] * 2, [about] * 2)) == ["", "禾中〔2026〕13号"]


@given(st.sets(st.integers(1, 400), max_size=12), st.sampled_from([2025, 2026]))
def test_the_next_number_follows_the_highest(
    tmp_path_factory: pytest.TempPathFactory, used: set[int], year: int
) -> None:
    folder = tmp_path_factory.mktemp("numbers")
    target = folder / "records" / "decisions" / "2026"
    target.mkdir(parents=True)
    for place, serial in enumerate(sorted(used)):
        name = f"D20261120-AAA{'23456789ABCDEF'[place]}"
        (target / f"{name}.yml").write_text(f"编号: {name}\n文号: 禾中〔2026〕{serial}号\n", encoding="utf-8")
    expected = max(used, default=0) + 1 if year == 2026 else 1
    assert next_number((WorkTree(folder),), "禾中", year) == f"禾中〔{year}〕{expected}号"


def _commit(root: Path) -> None:
    subprocess.run(["git", "-C", root, "add", "-A"], check=True, capture_output=True)
    subprocess.run(
        ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t", "--no-verify"],
        check=True,
        capture_output=True,
    )
