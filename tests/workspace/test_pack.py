"""Many papers at once: the inspection pack, one print file for many, PDF, and what need not be printed again."""

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from generators.certificate import CertificateInputs
from generators.docx import read
from generators.docx.binding import UnlikeSheets, bind
from guanai.cli.main import run
from guanai.workspace.batch import Order, print_all, print_changed
from guanai.workspace.facade import Workspace
from guanai.workspace.office import NoOffice, converted
from guanai.workspace.packing import OTHERS, UnknownTerm, heading_of, pack, wanted_for
from guanai.workspace.papers import Failed, Made, paper_of

_TERM = "2026-2027-1"


def _packed(workspace: Workspace, target: Path, on: date, staff: str = "") -> dict[str, bytes]:
    pack(workspace, _TERM, target, staff=staff, on=on, watch=lambda work, _: work)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_a_pack_holds_a_term_s_papers_in_the_folders_of_an_inspection_and_an_index(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    found = _packed(sample, tmp_path / "a.zip", on)
    wanted = wanted_for(sample, _TERM, staff="", on=on)
    assert len(found) == len(wanted) + 1
    index = "\n".join(read(found["00目录.docx"]).lines)
    names = [name for name in found if name != "00目录.docx"]
    assert all(name.partition("/")[2] in index for name in names)
    folders = {name.partition("/")[0] for name in names}
    assert {"01方案和制度", "02花名册和台账", "04会议和活动", "05谈话、家访和跟踪"} <= folders
    assert folders <= {heading_of(kind) for kind, _ in wanted} | {OTHERS}
    assert not any("心理" in name or "强制报告" in name for name in names)
    children = [sample.snapshot.mapping("student", each)["姓名"] for each in sample.snapshot.ids("student")]
    assert not any(child in name for child in children for name in names)
    assert _packed(Workspace(sample.root), tmp_path / "b.zip", on) == found
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.slow
def test_a_pack_of_a_teacher_holds_no_more_than_a_teacher_may_see(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    teacher = next(
        person.id
        for person in sample.snapshot.staff.values()
        if {post.role for post in person.assignments} == {"科任教师"}
    )
    found = _packed(sample, tmp_path / "a.zip", on, teacher)
    edition = sample.edition(staff=teacher, on=on)
    text = "\n".join(line for raw in found.values() for line in read(raw).lines)
    for child in sample.snapshot.ids("student"):
        data, labels = sample.snapshot.mapping("student", child), edition.decision("student", child).labels
        if "证件" not in labels:
            assert data["证件"]["号码"] not in text
        if "关爱" not in labels:
            assert all(each.get("电话", "\0") not in text for each in data.get("家庭", {}).get("监护人", []))


def test_a_term_that_is_none_is_told(sample: Workspace, on: date) -> None:
    with pytest.raises(UnknownTerm, match="2026-2027-1"):
        wanted_for(sample, "今年", staff="", on=on)


def test_a_second_run_writes_only_what_depends_on_the_change(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    children = sample.snapshot.ids("student")[:6]
    wanted = [(kind, child) for child in children for kind in ("student-file", "dynamic-file")]
    wanted.append(("special-roster", "school.2026-2027-1"))
    order = Order(sample.root, "", on, tmp_path / "out", "docx")
    first = list(print_changed(sample, order, wanted))
    assert all(isinstance(each, Made) for each in first)
    stamps = {file: file.stat().st_mtime_ns for file in order.folder.rglob("*.docx")}
    assert len(stamps) == len(wanted)
    assert len(list(print_changed(Workspace(sample.root), order, wanted))) == len(wanted)
    assert {file: file.stat().st_mtime_ns for file in stamps} == stamps
    record = sample.root / sample.path(children[0])
    record.write_text(re.sub(r"(?m)^姓名: .*$", "姓名: 改了名", record.read_text("utf-8"), count=1), "utf-8")
    gone = order.folder / "student-file" / f"{children[3]}.docx"
    gone.unlink()
    list(print_changed(Workspace(sample.root), order, wanted))
    changed = {
        file.relative_to(order.folder).as_posix()
        for file in stamps
        if file.stat().st_mtime_ns != stamps[file]
    }
    assert f"student-file/{children[0]}.docx" in changed
    assert f"student-file/{children[3]}.docx" in changed
    untouched = {f"student-file/{each}.docx" for each in (children[1], children[2], children[4], children[5])}
    mentions = {
        each for each in children if children[0] in (sample.root / sample.path(each)).read_text("utf-8")
    }
    assert not changed & {name for name in untouched if not any(each in name for each in mentions)}
    after = (order.folder / "student-file" / f"{children[0]}.docx").read_bytes()
    fresh = Workspace(sample.root)
    document, stamp = fresh.press.make(
        paper_of("student-file"), children[0], fresh.edition(staff="", on=on), on
    )
    assert after == fresh.press.render(document, stamp, "docx")


def test_one_broken_record_does_not_stop_the_rest(sample: Workspace, on: date, tmp_path: Path) -> None:
    children = sample.snapshot.ids("student")[:3]
    (sample.root / sample.path(children[1])).write_text("坏的\n", "utf-8")
    order = Order(sample.root, "", on, tmp_path, "docx")
    outcomes = list(
        print_changed(Workspace(sample.root), order, [("student-file", each) for each in children])
    )
    assert [type(each) for each in outcomes] == [Made, Failed, Made]


def test_one_print_file_begins_each_child_on_a_fresh_sheet_with_its_own_foot(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    children = sample.snapshot.ids("student")[:3]
    order = Order(sample.root, "", on, tmp_path, "docx")
    files = [
        each.path
        for each in print_all(sample, order, [("student-file", each) for each in children])
        if isinstance(each, Made)
    ]
    raw = bind([file.read_bytes() for file in files])
    assert raw == bind([file.read_bytes() for file in files])
    opened = docx.Document(io.BytesIO(raw))
    assert len(opened.sections) == 3
    assert [str(section.start_type).partition(" ")[0] for section in opened.sections][1:] == ["ODD_PAGE"] * 2
    for section, child in zip(opened.sections, children, strict=True):
        foot = "".join(paragraph.text for paragraph in section.footer.paragraphs)
        assert child in foot
        assert "SECTIONPAGES" in section.footer._element.xml
    assert read(raw).lines == tuple(line for file in files for line in read(file.read_bytes()).lines)
    official = list(print_all(sample, order, [("policy", "care-a1")]))
    assert isinstance(official[0], Made)
    with pytest.raises(UnlikeSheets):
        bind([files[0].read_bytes(), official[0].path.read_bytes()])


def test_each_sheet_of_one_child_begins_on_a_fresh_leaf_of_the_print_file(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    edition, paper = sample.edition(staff="", on=on), paper_of("talk-record")
    order = Order(sample.root, "", on, tmp_path, "docx")
    wanted = [("talk-record", each) for each in sample.press.subjects(paper, edition, on)]
    raws = [each.path.read_bytes() for each in print_all(sample, order, wanted) if isinstance(each, Made)]
    sheets = [[line for line in read(raw).lines if line == "谈话记录表"] for raw in raws]
    assert max(map(len, sheets)) > 1
    raw = bind(raws)
    opened = docx.Document(io.BytesIO(raw))
    starts = [str(section.start_type).partition(" ")[0] for section in opened.sections]
    assert len(starts) == sum(map(len, sheets))
    assert set(starts[1:]) == {"ODD_PAGE"}
    assert "pageBreakBefore" not in opened.element.body.xml
    assert read(raw).lines == tuple(line for each in raws for line in read(each).lines)


def test_each_certificate_of_one_decision_begins_on_a_fresh_leaf_and_counts_no_pages(
    sample: Workspace, on: date
) -> None:
    paper, edition = paper_of("certificate"), sample.edition(staff="", on=on)
    inputs = CertificateInputs(
        "D20261120-2345", "禾坪中学", "进步之星", ("沈小满 同学", "周小禾 同学"), "2026年11月20日"
    )
    document = paper.build(inputs, on=on)
    _, stamp = sample.press.blank(paper, edition, on)
    raw = sample.press.render(document, stamp, "docx")
    opened = docx.Document(io.BytesIO(bind([raw, raw])))
    starts = [str(section.start_type).partition(" ")[0] for section in opened.sections]
    assert starts[1:] == ["ODD_PAGE"] * 3
    assert "pageBreakBefore" not in opened.element.body.xml
    assert not any("PAGE" in section.footer._element.xml for section in opened.sections)


@pytest.mark.office
@pytest.mark.slow
def test_office_prints_the_bound_file_duplex_and_papers_as_pdf(
    sample: Workspace, on: date, tmp_path: Path
) -> None:
    children = sample.snapshot.ids("student")[:3]
    order = Order(sample.root, "", on, tmp_path, "docx")
    files = [
        each.path
        for each in print_all(sample, order, [("student-file", each) for each in children])
        if isinstance(each, Made)
    ]
    whole = tmp_path / "all.docx"
    whole.write_bytes(bind([file.read_bytes() for file in files]))
    targets = [(file, tmp_path / "pdf" / f"{file.stem}.pdf") for file in (*files, whole)]
    assert [each for each in converted(targets) if not isinstance(each, Path)] == []
    pages = [_pages(target) for _, target in targets]
    even = [count + count % 2 for count in pages[:2]]
    assert pages[3] >= sum(pages[:3])
    text = subprocess.run(
        ["pdftotext", targets[3][1], "-"], check=True, capture_output=True, text=True
    ).stdout.split("\f")
    starts = [number for number, page in enumerate(text) if "学生档案" in page[:80] and "基本情况" in page]
    assert starts in ([0, even[0], sum(even)], [0, pages[0], pages[0] + pages[1]])


@pytest.mark.slow
def test_on_a_full_disk_no_paper_of_a_pack_is_left_behind(sample: Workspace, tmp_path: Path) -> None:
    scratch, target = tmp_path / "scratch", tmp_path / "p.zip"
    scratch.mkdir()
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n"
        "from guanai.cli.main import run\n"
        f"sys.exit(run(['-C', {str(sample.root)!r}, 'pack', '--term', {_TERM!r}, '-o', {str(target)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Directory not empty" not in done.stderr
    assert list(scratch.iterdir()) == []
    assert not target.exists()


def _pages(file: Path) -> int:
    told = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    return int(re.findall(r"Pages:\s+(\d+)", told)[0])


def test_without_libreoffice_pdf_is_refused_in_plain_words(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    with pytest.raises(NoOffice, match="没有 LibreOffice"):
        next(converted([]))
    child = sample.snapshot.ids("student")[0]
    assert run(["-C", str(sample.root), "generate", "student-file", child, "--format", "pdf"]) == 1
    assert "安装 LibreOffice" in capsys.readouterr().err
    assert not (sample.root / "documents").exists()
