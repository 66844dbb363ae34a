"""Papers for a whole class in the browser: made in the background, told how far, taken by who may still have them."""

import io
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.store.traces import Finder
from guanai.web.pages import batch
from guanai.workspace.erasing.leftovers import leftovers, remove
from guanai.workspace.inspections import may_have_whole, whole_term
from guanai.workspace.packing import wanted_for
from guanai.workspace.packs import Pack, Packs, Shape, State

_MOST_SECONDS = 60


def _begin(browser: Any, **fields: str) -> str:
    answer = browser.submit("/batch", **fields)
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)[-600:]
    return str(answer.headers["location"])


def _waited(browser: Any, at: str) -> str:
    """Return the page of a pack that is over, as who keeps it open sees it."""
    until = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < until:
        answer = browser.get(at)
        if "refresh" not in answer.headers:
            return str(answer.text)
        time.sleep(0.2)
    raise AssertionError("the pack never ends")


def _own_children(served: Any, role: str, class_id: str) -> set[str]:
    workspace = served.gateway.moments.now()
    edition = workspace.edition(staff=served.staff(role), on=date(2026, 11, 20))
    mine = set()
    for child in workspace.snapshot.ids("student"):
        stays = workspace.snapshot.mapping("student", child)["学籍"]
        if edition.decision("student", child).allowed and stays[-1]["班级"] == class_id:
            mine.add(child)
    return mine


def test_a_teacher_takes_a_paper_of_each_child_of_the_class_and_of_no_other(
    served: Any, login: Callable[[str], Any]
) -> None:
    teacher = login("班主任")
    page = teacher.get("/batch").text
    (unit, *_) = re.findall(r'<option value="([PJ]\d{4}-\d{2})"', page)
    at = _begin(teacher, kind="growth-file", unit=unit, shape="docx")
    assert "下载" in _waited(teacher, at)
    answer = teacher.get(f"{at}/file")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    found = {name.rpartition("/")[2].removesuffix(".docx") for name in names}
    assert found
    assert found <= _own_children(served, "班主任", unit)
    logged = {each.record for each in served.gateway.audit.events() if each.action == "成批生成"}
    assert found <= logged, "each paper is a line in the log"


def test_one_file_for_printing_holds_them_all(served: Any, login: Callable[[str], Any]) -> None:
    browser = login("班主任")
    (unit, *_) = re.findall(r'<option value="([PJ]\d{4}-\d{2})"', browser.get("/batch").text)
    at = _begin(browser, kind="growth-file", unit=unit, shape="print")
    _waited(browser, at)
    body = zipfile.ZipFile(io.BytesIO(browser.get(f"{at}/file").content)).read("word/document.xml").decode()
    workspace = served.gateway.moments.now()
    names = [
        workspace.snapshot.mapping("student", child)["姓名"]
        for child in Packs(served.root).of(served.staff("班主任"))[0].subjects
    ]
    assert len(names) > 1
    assert all(name in body for name in names)


def test_a_class_does_not_wait_behind_the_whole_school(served_once: Any) -> None:
    principal, teacher, gate = (
        served_once.logged_in("校长"),
        served_once.logged_in("班主任"),
        threading.Event(),
    )
    held = served_once.gateway.packers.of_school.submit(
        gate.wait, _MOST_SECONDS
    )  # as a term's papers hold it
    try:
        whole = _begin(principal, kind="growth-file", unit="", shape="print")
        (unit, *_) = re.findall(r'<option value="([PJ]\d{4}-\d{2})"', teacher.get("/batch").text)
        at = _begin(teacher, kind="growth-file", unit=unit, shape="print")
        assert "下载" in _waited(teacher, at)
        assert "在排队" in principal.get(whole).text, "two of the whole school take turns"
    finally:
        gate.set()
    assert held.result()
    assert "下载" in _waited(principal, whole)
    for browser, place in ((principal, whole), (teacher, at)):
        assert browser.submit(f"{place}/drop").status_code == 303


def test_nobody_takes_what_another_made(login: Callable[[str], Any]) -> None:
    principal, other = login("校长"), login("德育主任")
    at = _begin(principal, kind="growth-file", unit="J2024-01", shape="docx")
    _waited(principal, at)
    for path in (at, f"{at}/file"):
        assert other.get(path).status_code == 422
    assert other.submit(f"{at}/drop").status_code == 422
    assert principal.get(f"{at}/file").content[:2] == b"PK"


def test_who_lost_the_post_does_not_get_the_file_that_waits(served: Any, login: Callable[[str], Any]) -> None:
    teacher, staff = login("班主任"), served.staff("班主任")
    (unit, *_) = re.findall(r'<option value="([PJ]\d{4}-\d{2})"', teacher.get("/batch").text)
    at = _begin(teacher, kind="growth-file", unit=unit, shape="docx")
    _waited(teacher, at)
    principal = login("校长")
    page = principal.get("/admin/staff").text
    assert staff in page
    assert principal.submit("/admin/staff/leave", staff=staff, until="2026-11-19").status_code == 303
    answer = teacher.get(f"{at}/file")
    assert answer.status_code in (303, 401, 404, 422)
    assert answer.content[:2] != b"PK"


def test_what_is_not_offered_is_not_made(served_once: Any) -> None:
    browser = served_once.logged_in("班主任")
    for fields in (
        {"kind": "no-such", "unit": "", "shape": "docx"},
        {"kind": "growth-file", "unit": "J1999-01", "shape": "docx"},
        {"kind": "growth-file", "unit": "", "shape": "exe"},
        {"kind": "policy", "unit": "", "shape": "docx"},
    ):
        assert browser.submit("/batch", **fields).status_code == 422, fields
    assert "没有可以成批生成" in served_once.logged_in("系统管理员").get("/batch").text


def test_a_report_of_counts_is_offered_to_whom_it_is_for(served_once: Any) -> None:
    for role, may in (("班主任", False), ("年级组长", False), ("校长", True), ("心理健康教师", True)):
        browser = served_once.logged_in(role)
        page = browser.get("/batch").text
        assert '<select id="kind"' in page
        for kind in ("quarterly-assessment", "psych-risk-report"):
            assert (f'value="{kind}"' in page) is may, (role, kind)


def test_an_erasure_forgets_packs_even_while_one_is_made(served: Any, login: Callable[[str], Any]) -> None:
    principal = login("校长")
    done = _begin(principal, kind="growth-file", unit="J2024-01", shape="docx")
    _waited(principal, done)
    packs = Packs(served.root)
    running = packs.begin(
        Pack("T-2222", served.clock(), "growth-file", "", Shape.FILES, "x", date(2026, 11, 20))
    )
    finder = Finder(["S2024-22222"])
    for each in leftovers(served.root, finder):
        if each.path.is_relative_to(served.root / ".guanai" / "cache"):
            remove(each, finder)
    assert not packs.of(served.staff("校长"))
    packs.keep(running)
    assert not packs.is_there(running), "what was dropped stays dropped"
    assert principal.get(f"{done}/file").status_code == 422


def test_a_pack_that_was_cut_off_says_so(served: Any) -> None:
    packs = Packs(served.root)
    cut = Pack("T-2222", served.clock(), "growth-file", "", Shape.FILES, "x", date(2026, 11, 20), process=-1)
    begun = packs.begin(cut)
    about = served.root / ".guanai" / "cache" / "packs" / begun.id / "about.json"
    about.write_text(re.sub(r'"process": \d+', '"process": -1', about.read_text("utf-8")), "utf-8")
    assert packs.find(begun.id, "T-2222").state is State.BROKEN


def test_a_pack_of_a_former_start_with_the_same_process_number_was_cut_off_too(served: Any) -> None:
    """In a container the program has the same number at every start."""
    program = f"""
import os
os.getpid = lambda: {os.getpid()}
from datetime import date, datetime, UTC
from pathlib import Path
from guanai.workspace.packs import Pack, Packs, Shape
pack = Pack("T-2222", datetime.now(UTC), "growth-file", "", Shape.FILES, "x", date(2026, 11, 20))
packs = Packs(Path({str(served.root)!r}))
begun = packs.begin(pack)
assert not packs.find(begun.id, "T-2222").is_over
print(begun.id)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found = Packs(served.root).find(done.stdout.strip(), "T-2222")
    assert (found.state, "程序在做的时候停过" in found.told) == (State.BROKEN, True)


@pytest.mark.parametrize(
    "fields", [{"kind": "growth-file", "unit": "", "shape": "docx"}, {"term": "2026-2027-1"}]
)
def test_a_fault_of_the_program_is_told_as_what_it_is(
    served: Any, login: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, fields: dict[str, str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(batch, "fill_pack", fail)
    monkeypatch.setattr(batch, "fill_whole_term", fail)
    leader = login("德育主任")
    answer = leader.submit("/batch/term" if "term" in fields else "/batch", **fields)
    at = str(answer.headers["location"])
    page = _waited(leader, at)
    assert "程序出了错，这一批没有做成" in page
    assert "撤掉了，或过了一天" not in page
    (pack,) = Packs(served.root).of(served.staff("德育主任"))
    Packs(served.root).file(pack).write_bytes(b"PK, left half-way")
    refused = leader.get(f"{at}/file")
    assert (refused.status_code, "还没有做好" in refused.text) == (422, True)
    assert served.gateway.meters.read().faults
    assert leader.submit(f"{at}/drop").status_code == 303


def test_packs_whose_folder_cannot_be_read_are_none_and_stay(
    served: Any, login: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    packs, browser = Packs(served.root), login("校长")
    begun = packs.begin(
        Pack(served.staff("校长"), served.clock(), "growth-file", "", Shape.FILES, "x", date(2026, 11, 20))
    )
    folder, listed = packs.place(begun).parent, Path.iterdir

    def closed(path: Path) -> Iterator[Path]:
        if path == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", closed)
        assert packs.of(served.staff("校长")) == ()
        packs.sweep(served.clock() + timedelta(days=9))
        assert browser.get("/batch").status_code == 200
    assert packs.is_there(begun)
    shutil.rmtree(folder)
    folder.write_bytes(b"no folder")
    packs.sweep(served.clock())
    assert browser.get("/batch").status_code == 200


def test_the_papers_of_a_child_stand_together_with_what_became_of_them(served_once: Any) -> None:
    browser, snapshot = served_once.logged_in("校长"), served_once.gateway.moments.now().snapshot
    child, entry = next(
        (child, entry)
        for child in snapshot.ids("student")
        for entry in snapshot.mapping("student", child).get("过程记录", [])
        if entry["类型"] == "家访" and entry.get("签字")
    )
    page = browser.get(f"/record/{child}/papers").text
    link = f"/papers/home-visit/{child}-{entry['编号']}"
    assert link in page
    assert entry["签字"] in page.split(link)[1][:300]
    preview = browser.get(link)
    assert preview.status_code == 200
    assert f"<li>{entry['签字']}</li>" in preview.text
    assert served_once.logged_in("系统管理员").get(f"/record/{child}/papers").status_code == 404


def test_a_leader_takes_a_whole_term_s_papers_in_folders_with_an_index_and_each_child_in_the_log(
    served: Any, login: Callable[[str], Any]
) -> None:
    leader = login("德育主任")
    assert "迎检材料" in leader.get("/batch").text
    answer = leader.submit("/batch/term", term="2026-2027-1")
    assert answer.status_code == 303
    at = str(answer.headers["location"])
    assert leader.submit("/batch/term", term="2026-2027-1").headers["location"] == at, "one at a time"
    page = _waited(leader, at)
    assert "下载" in page
    answer = leader.get(f"{at}/file")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert {"00目录.docx"} <= {name for name in found if "/" not in name}
    assert {"02花名册和台账", "07一生一档和帮扶计划"} <= {name.partition("/")[0] for name in found}
    workspace = served.gateway.moments.now()
    wanted = wanted_for(workspace, "2026-2027-1", staff=served.staff("德育主任"), on=date(2026, 11, 20))
    assert len(found) == len(wanted) + 1
    logged = {each.record for each in served.gateway.audit.events() if each.action == "成批生成"}
    assert {subject for _, subject in wanted} <= logged
    assert [each.action for each in served.gateway.audit.events()][-1] == "下载"
    (pack,) = Packs(served.root).of(served.staff("德育主任"))
    assert sorted(each.name for each in Packs(served.root).place(pack).iterdir()) == [
        "about.json",
        "papers.zip",
    ]
    served.clock.forward(hours=3)
    Packs(served.root).sweep(served.clock())
    assert Packs(served.root).is_there(pack)
    served.clock.forward(hours=2)
    Packs(served.root).sweep(served.clock())
    assert not Packs(served.root).is_there(pack), "a whole term does not lie about for a day"


def test_a_whole_term_is_for_who_sees_the_whole_school_and_only_of_terms_that_have_begun(
    served_once: Any,
) -> None:
    for role in ("班主任", "系统管理员"):
        browser = served_once.logged_in(role)
        assert "迎检材料" not in browser.get("/batch").text
        assert browser.submit("/batch/term", term="2026-2027-1").status_code == 404
    leader = served_once.logged_in("校长")
    for term in ("2026-2027-2", "今年", ""):
        assert leader.submit("/batch/term", term=term).status_code == 422


def test_a_whole_term_is_not_handed_to_who_sees_less_now(served_once: Any) -> None:
    on, workspace = date(2026, 11, 20), served_once.gateway.moments.now()
    leader, teacher = (
        workspace.edition(staff=served_once.staff(role), on=on) for role in ("德育主任", "科任教师")
    )
    found = whole_term("2026-2027-1", staff=leader.staff, now=served_once.clock(), on=on)
    child = workspace.snapshot.ids("student")[0]
    papers = (f"student-file/{child}", "special-roster/school.2026-2027-1", f"growth-file/{child}")
    for subject in papers:
        assert may_have_whole(workspace, replace(found, subjects=(subject,)), leader), subject
    for subject in (*papers[:2], "no-such/S2024-22222"):
        assert not may_have_whole(workspace, replace(found, subjects=(subject,)), teacher), subject


@pytest.mark.office
def test_papers_come_as_pdf_alone_and_together(served: Any, login: Callable[[str], Any]) -> None:
    teacher = login("班主任")
    (unit, *_) = re.findall(r'<option value="([PJ]\d{4}-\d{2})"', teacher.get("/batch").text)
    child = min(_own_children(served, "班主任", unit))
    assert "下载 PDF" in teacher.get(f"/papers/growth-file/{child}").text
    answer = teacher.submit(f"/papers/growth-file/{child}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"
    at = _begin(teacher, kind="home-visit", unit=unit, shape="pdf")
    assert "下载" in _waited(teacher, at)
    archive = zipfile.ZipFile(io.BytesIO(teacher.get(f"{at}/file").content))
    assert archive.namelist()
    assert all(archive.read(name)[:5] == b"%PDF-" for name in archive.namelist())
