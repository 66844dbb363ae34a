"""Every document proves where it came from."""

import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from guanai.errors import GuanaiError
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import Made, paper_of
from guanai.workspace.proof import Status

CHILD = "S2024-UNNX4"
#: Does not hold the label 限制.
COUNSELOR = "T-C6BP"
CHILD_FILE = f"records/students/2024/{CHILD}.yml"


def _made(
    workspace: Workspace, on: date, kind: str = "student-file", record: str = CHILD, staff: str = ""
) -> Path:
    edition = workspace.edition(staff=staff, on=on)
    (outcome,) = workspace.press.batch(
        [(paper_of(kind), record)], edition, on, workspace.root / "documents", "docx"
    )
    assert isinstance(outcome, Made), outcome
    return outcome.path


def _edited(workspace: Workspace, old: str, new: str, path: str = CHILD_FILE) -> Workspace:
    file = workspace.root / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Workspace(workspace.root)


def _retouched(file: Path, old: str, new: str) -> None:
    half = file.with_suffix(".half")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(half, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            target.writestr(
                name, raw.replace(old.encode(), new.encode()) if name == "word/document.xml" else raw
            )
    half.replace(file)


def test_a_fresh_document_matches(sample: Workspace, on: date) -> None:
    proof = sample.verify(_made(sample, on))
    assert (proof.status, proof.kind, proof.id, proof.on) == (
        Status.MATCH,
        "student-file",
        CHILD,
        "2026-11-20",
    )


@pytest.mark.parametrize("kind", ["meeting-record", "meeting-minutes", "policy"])
def test_every_kind_matches(sample: Workspace, on: date, kind: str) -> None:
    record = "care-a1" if kind == "policy" else "M20261023-M48A"
    assert sample.verify(_made(sample, on, kind, record)).status is Status.MATCH


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("home-visit", "S2024-3DKMZ"),
        ("training-record", "A20260907-M7R4"),
        ("case-record", "Y2026-TVSWZ-Y20260416-PZJ4"),
        ("class-screening", "J2024-02.2026-2027-1"),
        ("household-screening", "J2024-02.2026-2027-1"),
        ("attendance-month", "J2024-01.2026-11"),
        ("certificate", "D20261030-TCUN"),
    ],
)
def test_papers_of_every_kind_of_record_match_by_file_and_by_code(
    sample: Workspace, on: date, kind: str, record: str
) -> None:
    file = _made(sample, on, kind, record)
    assert file.name == f"{record}.docx"
    proof = sample.verify(file)
    assert (proof.status, proof.kind, proof.id) == (Status.MATCH, kind, record)
    _, stamp = sample.press.make(paper_of(kind), record, sample.edition(staff="", on=on), on)
    assert sample.verify_code(stamp.code, record, on=on).status is Status.MATCH


def test_the_sheet_of_one_entry_is_stale_after_a_change_of_that_entry_alone(
    sample: Workspace, on: date
) -> None:
    path = "records/counseling/2026/Y2026-TVSWZ.yml"
    file = _made(sample, on, "case-record", "Y2026-TVSWZ-Y20260416-PZJ4")
    changed = _edited(sample, "摆放从容", "摆放很慢", path)
    assert changed.verify(file).status is Status.MATCH
    proof = _edited(changed, "带来一只旧铅笔盒", "带来一只新铅笔盒", path).verify(file)
    assert proof.status is Status.STALE
    assert any("新铅笔盒" in line for line in proof.changes)


def test_made_twice_it_is_the_same_file(sample: Workspace, on: date) -> None:
    first = _made(sample, on).read_bytes()
    assert _made(Workspace(sample.root), on).read_bytes() == first


def test_after_an_edit_of_what_it_prints_it_is_stale_and_says_what_changed(
    sample: Workspace, on: date
) -> None:
    file = _made(sample, on)
    proof = _edited(sample, "姓名: 彭思远", "姓名: 彭思源").verify(file)
    assert proof.status is Status.STALE
    assert any("彭思远" in line and line.startswith("-") for line in proof.changes)
    assert any("彭思源" in line and line.startswith("+") for line in proof.changes)


def test_after_an_edit_that_its_edition_hides_it_still_matches(sample: Workspace, on: date) -> None:
    file = _made(sample, on, staff=COUNSELOR)
    changed = _edited(sample, "健康状况: 残疾", "健康状况: 有生理缺陷")
    assert changed.verify(file).status is Status.MATCH
    assert _edited(changed, "性别: 男", "性别: 未说明").verify(file).status is Status.STALE


def test_a_change_in_another_child_s_file_is_no_change(sample: Workspace, on: date) -> None:
    file = _made(sample, on)
    other = "records/students/2024/S2024-UT97N.yml"
    assert _edited(sample, "民族: 壮族", "民族: 汉族", other).verify(file).status is Status.MATCH


def test_a_comment_or_another_order_of_keys_is_no_change(sample: Workspace, on: date) -> None:
    file = _made(sample, on)
    assert _edited(sample, "性别: ", "# 已核对户口簿\n性别: ").verify(file).status is Status.MATCH


def test_a_changed_word_is_altered(sample: Workspace, on: date) -> None:
    file = _made(sample, on)
    _retouched(file, "彭思远", "彭思源")
    assert sample.verify(file).status is Status.ALTERED


@pytest.mark.parametrize(
    ("old", "new"), [("2026-11-20", "2026-11-19"), ("关爱", "教学"), ('"staff":""', '"staff":"T-WSLF"')]
)
def test_a_stamp_that_was_touched_is_altered(sample: Workspace, on: date, old: str, new: str) -> None:
    file = _made(sample, on, staff="" if "staff" in old else COUNSELOR)
    half = file.with_suffix(".half")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(half, "w") as target:
        for name in source.namelist():
            raw = source.read(name).decode() if name == "docProps/custom.xml" else source.read(name)
            target.writestr(name, raw.replace(old, new) if isinstance(raw, str) else raw)
    assert half.read_bytes() != file.read_bytes()
    assert sample.verify(half).status is Status.ALTERED


def test_a_document_of_a_record_that_is_gone_is_stale_and_says_why(sample: Workspace, on: date) -> None:
    file = _made(sample, on)
    (sample.root / CHILD_FILE).unlink()
    proof = Workspace(sample.root).verify(file)
    assert proof.status is Status.STALE
    assert CHILD in proof.reason


def test_another_workspace_s_document_is_unknown(
    sample: Workspace, on: date, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("records", "schemas"):
        shutil.copytree(sample.root / name, elsewhere / name)
    assert sample.verify(_made(Workspace(elsewhere), on)).status is Status.UNKNOWN


def test_a_document_without_a_stamp_is_unknown(sample: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "strange.docx"
    docx.Document().save(str(file))
    assert sample.verify(file).status is Status.UNKNOWN


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04half", b"%PDF-1.7"])
def test_what_is_no_document_is_said_so(sample: Workspace, tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "broken.docx"
    file.write_bytes(raw)
    with pytest.raises(GuanaiError, match=r"[\u4e00-\u9fff]"):
        sample.verify(file)


def test_the_stamp_never_holds_a_name(sample: Workspace, on: date) -> None:
    with zipfile.ZipFile(_made(sample, on)) as package:
        properties = "".join(
            package.read(name).decode() for name in package.namelist() if name.startswith("docProps/")
        )
    assert "彭思远" not in properties


@pytest.mark.office
def test_saved_again_by_an_office_program_it_is_resaved(sample: Workspace, on: date, tmp_path: Path) -> None:
    files = [
        _made(sample, on),
        _made(sample, on, "meeting-minutes", "M20261023-M48A"),
        _made(sample, on, "policy", "retention-b"),
    ]
    out = tmp_path / "resaved"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "docx", "--outdir", out, *files],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert [sample.verify(out / file.name).status for file in files] == [Status.RESAVED] * 3
    changed = _edited(sample, "姓名: 彭思远", "姓名: 彭思源")
    assert changed.verify(out / files[0].name).status is Status.STALE
