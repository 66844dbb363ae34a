"""A child is erased: a canary planted in ten places is found nowhere, and the others' papers still verify."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from guanai.workspace.erasing.erasure import BrokenOff, Erasure, NobodyThere, Outcome, SavedMeanwhile
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import found_sample
from guanai.workspace.proof import Status

CHILD = "S2024-AUGNS"
PEER = "S2024-UT97N"
CANARY = "CANARY-7QZX-93KD"
ON = date(2026, 11, 20)
_FILE = f"records/students/2024/{CHILD}.yml"
_PEER_FILE = f"records/students/2024/{PEER}.yml"

Git = Callable[..., str]
Change = Callable[[Path, str, str, str], None]
Begin = Callable[..., Erasure]
Erase = Callable[[Path], Outcome]
Everything = Callable[[Path], Iterator[tuple[str, bytes]]]


def test_a_canary_in_ten_places_is_found_in_none(
    school: Path, git: Git, erase: Erase, everything_under: Everything
) -> None:
    workspace = Workspace(school)
    before = {problem.rule for problem in workspace.check(on=ON)}
    needles = [CANARY.encode(), CHILD.encode(), b"990101201112111779", "冯嘉豪".encode()]
    held = [name for name, raw in everything_under(school.parent) if needles[0] in raw]
    assert len(held) > 20
    outcome = erase(school)
    assert outcome.evidence.remains == ()
    left = [
        (name, needle) for name, raw in everything_under(school.parent) for needle in needles if needle in raw
    ]
    assert left == []
    assert not list((school.parent / "backups").iterdir())
    assert {problem.rule for problem in Workspace(school).check(on=ON)} <= before
    for place in [school, school / "records" / "counseling", *school.parent.glob("*.git")]:
        git(place, "fsck", "--strict")
    assert git(school, "status", "--porcelain") == ""


def test_other_childrens_papers_still_verify(school: Path, erase: Erase) -> None:
    erase(school)
    workspace = Workspace(school)
    folder = school / "documents" / "student-file"
    assert not (folder / f"{CHILD}.docx").exists()
    assert workspace.verify(folder / "S2024-4QC34.docx").status is Status.MATCH


def test_a_paper_that_mentions_the_child_goes(school: Path, erase: Erase) -> None:
    assert (school / "documents" / "student-file" / f"{PEER}.docx").exists()
    erase(school)
    assert not (school / "documents" / "student-file" / f"{PEER}.docx").exists()


def test_mirrors_and_shared_store_have_the_same_new_history(school: Path, git: Git, erase: Erase) -> None:
    erase(school)
    head = git(school, "rev-parse", "main").strip()
    for place in ("mirror.git", "school.git"):
        assert git(school.parent / place, "rev-parse", "refs/heads/main").strip() == head
    assert git(school.parent / "mind.git", "rev-parse", "main") == git(
        school / "records" / "counseling", "rev-parse", "main"
    )


def test_commits_before_the_child_keep_their_ids(tmp_path: Path, git: Git, erasure_of: Begin) -> None:
    root = tmp_path / "school"
    found_sample(root, on=ON)
    (root / _FILE).rename(tmp_path / "aside.yml")
    for path in (root / "records").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        if CHILD in text and "counseling" not in str(path):
            path.unlink()
    git(root, "add", "-A")
    git(root, "commit", "-q", "--amend", "--no-edit", "--date=2026-11-01T08:00:00")
    git(root, "reflog", "expire", "--expire=now", "--all")
    first = git(root, "rev-parse", "HEAD").strip()
    shutil.move(tmp_path / "aside.yml", root / _FILE)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", f"新增 {CHILD}")
    erasure = erasure_of(root, CHILD)
    outcome = erasure.carry_out(set())
    assert first in git(root, "log", "--format=%H").split()
    assert outcome.evidence.remains == ()


def test_drafts_of_others_stay(school: Path, erase: Erase) -> None:
    erase(school)
    with sqlite3.connect(school / ".guanai" / "app.sqlite") as database:
        assert database.execute("SELECT * FROM drafts").fetchall() == [(PEER, "留着")]
    database.close()


def test_uncommitted_edits_stand_in_the_way(school: Path, change: Change, erase: Erase) -> None:
    change(school, _PEER_FILE, "学籍:\n", "# 没有提交\n学籍:\n")
    with pytest.raises(Exception, match="未提交的修改"):
        erase(school)
    assert (school / _FILE).exists()


def test_a_save_between_looking_and_erasing_stops_it(
    school: Path, git: Git, change: Change, erasure_of: Begin
) -> None:
    erasure = erasure_of(school, CHILD)
    erasure.prospect()
    change(school, _PEER_FILE, "学籍:\n", f"# 刚刚又写到 {CHILD}\n学籍:\n")
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    with pytest.raises(SavedMeanwhile):
        erasure.carry_out(set())
    assert (school / _FILE).exists()


def test_a_file_outside_git_is_told_and_goes_only_when_a_person_says_so(
    school: Path, erasure_of: Begin, erase: Erase
) -> None:
    note, unseen = school / "notes.txt", school / "documents" / "scan.pdf"
    note.write_text(f"{CHILD} 的电话要换", encoding="utf-8")
    unseen.write_bytes(b"%PDF-1.7 packed")
    outcome = erase(school)
    assert [each.place for each in outcome.evidence.remains] == [note]
    assert note.exists()
    again = erasure_of(school, CHILD)
    assert {each.path for each in again.prospect().leftovers} == {note, unseen}
    assert again.carry_out(set(), files=[note]).evidence.remains == ()
    assert unseen.exists()


def test_a_child_nobody_knows_is_refused(school: Path, erasure_of: Begin) -> None:
    for wrong in ("S2024-ZZZZZ", "冯嘉豪"):
        with pytest.raises(NobodyThere):
            erasure_of(school, wrong).prospect()


def test_an_erasure_that_was_broken_off_is_ended_first(
    school: Path,
    monkeypatch: pytest.MonkeyPatch,
    git: Git,
    erasure_of: Begin,
    erase: Erase,
    everything_under: Everything,
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("guanai.workspace.erasing.erasure.forget", fail)
        with pytest.raises(OSError, match="space"):
            erase(school)
    with pytest.raises(BrokenOff):
        erasure_of(school, PEER)
    again = erasure_of(school)
    assert again.carry_out(set()).evidence.remains == ()
    assert not [name for name, raw in everything_under(school.parent) if CANARY.encode() in raw]
    assert git(school, "status", "--porcelain") == ""
