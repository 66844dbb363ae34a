"""Papers about views: by whom, for which unit and period, proved like any other, and what each role finds in them."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generators.papers import papers
from generators.views import views
from guanai.errors import Forbidden, NotFound
from guanai.workspace.editions import Refused
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of
from guanai.workspace.proof import Status
from guanai.yamlfile import dump, load

T, C, R, D = "教学", "关爱", "限制", "证件"
CHILD = "S2024-AUGNS"
CLASS = "J2024-02"
_KINDS = sorted(views())

#: Labels each usual role is meant to hold over that child, who has a level; None: nothing at all.
ROLES: dict[str, tuple[str, str, set[str] | None]] = {
    "T-9ZZ2": ("班主任", CLASS, {T, C, R, D}),
    "T-9ZZ3": ("年级组长", "J2024", {T, C, R}),
    "T-9ZZ4": ("科任教师", CLASS, {T}),
    "T-9ZZ5": ("心理健康教师", "全校", {T, C}),
    "T-9ZZ6": ("校长", "全校", {T, C, R, D}),
    "T-9ZZ7": ("学籍管理员", "全校", {T, D}),
    "T-9ZZ8": ("教务主任", "全校", None),
    "T-9ZZ9": ("家长代表", "全校", None),
    "T-9ZZA": ("系统管理员", "全校", None),
    "T-9ZZB": ("班主任", "J2024-01", None),
    "T-9ZZC": ("年级组长", "J2025", None),
}
#: Canaries of the child's file by the labels they need.
NEEDS = {
    "雀家庭雀": {C},
    "雀情形雀": {C},
    "雀限制情形雀": {T, C, R},
    "雀理由雀": {C},
    "雀督办雀": {C},
    "雀限制督办雀": {T, C, R},
    "雀总结雀": {C},
    "雀劝返雀": {C},
    "雀提示雀": {T},
    "雀雀姓名": {T},
    "L990101202603020009": {D},
}


@pytest.fixture
def workspace(sample: Workspace) -> Workspace:
    """The sample school with a canary in each part of one child's file, and one person for each role."""
    path = sample.root / f"records/students/2024/{CHILD}.yml"
    child: dict[str, Any] = load(path.read_bytes(), path.name).data
    path.write_text(dump(_planted(child)), encoding="utf-8")
    people = sample.root / "records/staff.yml"
    text = people.read_text(encoding="utf-8")
    for staff, (role, scope, _) in ROLES.items():
        text += f"  - 编号: {staff}\n    姓名: 某人{staff[-1]}\n    任职:\n      - 角色: {role}\n        范围: {scope}\n        起: 2024-09-01\n"
    people.write_text(text, encoding="utf-8")
    return sample


def _planted(child: dict[str, Any]) -> dict[str, Any]:
    entry = {"类型": "督办", "时间": "2026-11-19T10:00+08:00", "记录人": "T-9QTR"}
    child |= {"姓名": "雀雀姓名", "学籍号": "L990101202603020009", "课堂安全提示": "雀提示雀"}
    child["家庭"] |= {"住址": "雀家庭雀"}
    child["特殊情形"] = [
        {"编号": "C-9999", "情形": "留守", "说明": "雀情形雀", "起": "2024-09-10"},
        {"编号": "C-9998", "情形": "监护人服刑", "说明": "雀限制情形雀", "起": "2024-09-10"},
    ]
    child["预警"][-1] |= {"等级": "黄", "理由": "雀理由雀"}
    child["过程记录"] += [
        entry | {"编号": "E20261119-9999", "内容": "雀督办雀", "密级": C},
        entry | {"编号": "E20261119-9998", "内容": "雀限制督办雀", "密级": R},
    ]
    child["总结"] = [
        {"编号": "N20261119-9999", "学期": "2026-2027-1", "日期": "2026-11-19", "撰写人": "T-9QTR"}
        | {"内容": "雀总结雀"}
    ]
    child["劝返"] = [
        {"编号": "R20261118-9999", "触发日期": "2026-11-18", "触发原因": "雀劝返雀", "状态": "进行中"}
    ]
    return child


def _found(workspace: Workspace, staff: str, on: date, kind: str) -> set[str]:
    """Return the canaries in all papers of a kind that a person may have, as DOCX and as HTML."""
    press, edition, paper = workspace.press, workspace.edition(staff=staff, on=on), paper_of(kind)
    found: set[str] = set()
    for subject in press.subjects(paper, edition, on):
        try:
            document, stamp = press.make(paper, subject, edition, on)
        except NotFound:  # no slip without a level that one may see
            continue
        raw = press.render(document, stamp, "docx")
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            text = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
        text = re.sub(r"<[^>]+>", "", text) + press.render(document, stamp, "html").decode()
        found |= {canary for canary in NEEDS if canary in text}
    return found


def test_the_full_edition_prints_every_canary(workspace: Workspace, on: date) -> None:
    found = set().union(*(_found(workspace, "", on, kind) for kind in _KINDS))
    assert found == set(NEEDS)


@pytest.mark.parametrize("staff", ROLES)
def test_no_role_finds_more_in_any_view_than_its_labels_open(
    workspace: Workspace, on: date, staff: str
) -> None:
    labels = ROLES[staff][2]
    allowed = {canary for canary, needs in NEEDS.items() if labels is not None and needs <= labels}
    found = {kind: _found(workspace, staff, on, kind) for kind in _KINDS}
    assert {kind: seen - allowed for kind, seen in found.items() if seen - allowed} == {}
    if labels and {T, C} <= labels:
        assert any(found.values())


def test_who_works_with_no_child_gets_counts_alone(workspace: Workspace, on: date) -> None:
    edition = workspace.edition(staff="T-9ZZ9", on=on)
    open_ = {kind for kind in _KINDS if workspace.press.subjects(paper_of(kind), edition, on)}
    assert open_ == {"quarterly-assessment"}


_REPORTS = ("quarterly-assessment", "psych-risk-report")


@pytest.mark.parametrize("staff", ROLES)
def test_reports_of_counts_are_for_who_reads_all_files_and_the_one_for_guests_for_who_is_told_counts(
    workspace: Workspace, on: date, staff: str
) -> None:
    edition, role = workspace.edition(staff=staff, on=on), ROLES[staff][0]
    open_ = {kind for kind in _REPORTS if workspace.press.subjects(paper_of(kind), edition, on)}
    expected = {"校长": set(_REPORTS), "心理健康教师": set(_REPORTS)}
    told = {each: {"quarterly-assessment"} for each in ("教务主任", "家长代表")}
    assert open_ == (expected | told).get(role, set())
    for kind in _REPORTS:
        assert workspace.press.may_have(paper_of(kind), "school", edition) is (kind in open_)
        if kind not in open_:
            with pytest.raises(Refused):
                workspace.press.make(paper_of(kind), "school", edition, on)


def test_a_unit_out_of_reach_is_refused(workspace: Workspace, on: date) -> None:
    edition = workspace.edition(staff="T-9ZZB", on=on)
    assert workspace.press.subjects(paper_of("term-summary"), edition, on) == ("J2024-01.2026-2027-1",)
    for kind, subject in (
        ("term-summary", CLASS),
        ("weekly-risk", "J2024"),
        ("retention-ledger", "school"),
        ("supervision-slip", CHILD),
    ):
        with pytest.raises(Refused):
            workspace.press.make(paper_of(kind), subject, edition, on)


@pytest.mark.parametrize("subject", ["J2099", "J2024-09", "M20261023-M48A", "T-9QTR", "", "S2024-99999"])
def test_a_unit_that_is_none_is_refused_in_words(sample: Workspace, on: date, subject: str) -> None:
    for kind in ("weekly-risk", "supervision-slip"):
        with pytest.raises((NotFound, Forbidden)):
            sample.press.make(paper_of(kind), subject, sample.edition(staff="", on=on), on)


# -- proof ---------------------------------------------------------------------------------------------------------
def _made(workspace: Workspace, kind: str, subject: str, on: date, staff: str = "") -> Path:
    press = workspace.press
    document, stamp = press.make(paper_of(kind), subject, workspace.edition(staff=staff, on=on), on)
    file = workspace.root / "paper.docx"
    file.write_bytes(press.render(document, stamp, "docx"))
    return file


@pytest.mark.parametrize("kind", _KINDS)
def test_every_view_proves_where_it_came_from(sample: Workspace, on: date, kind: str) -> None:
    subject = sample.press.subjects(papers()[kind], sample.edition(staff="", on=on), on)[0]
    file = _made(sample, kind, subject, on)
    assert Workspace(sample.root).verify(file).status is Status.MATCH


def test_a_change_it_prints_makes_a_view_stale_and_a_foreign_one_does_not(
    sample: Workspace, on: date
) -> None:
    file = _made(sample, "special-roster", "J2024-01", on, staff="T-2HQG")
    child = sample.root / "records/students/2025/S2025-34MCK.yml"
    child.write_text(child.read_text(encoding="utf-8").replace("住址: ", "住址: 新村", 1), encoding="utf-8")
    assert Workspace(sample.root).verify(file).status is Status.MATCH
    own = sample.root / "records/students/2024/S2024-UNNX4.yml"
    own.write_text(own.read_text(encoding="utf-8").replace("住址: ", "住址: 新村", 1), encoding="utf-8")
    proof = Workspace(sample.root).verify(file)
    assert proof.status is Status.STALE
    assert any("新村" in line for line in proof.changes)


def test_the_code_from_paper_finds_a_view(sample: Workspace, on: date) -> None:
    press = sample.press
    _, stamp = press.make(paper_of("weekly-risk"), "J2024", sample.edition(staff="", on=on), on)
    proof = sample.verify_code(stamp.code, "J2024.2026-W47", on=on)
    assert (proof.status, proof.kind) == (Status.MATCH, "weekly-risk")
