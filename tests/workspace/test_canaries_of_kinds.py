"""A string in every text field of every kind of record: no form prints more of it to a role than its labels open."""

import io
import itertools
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generators.form import load_forms
from generators.papers import Paper, papers
from guanai.errors import GuanaiError
from guanai.paths import path_of
from guanai.workspace.facade import Workspace
from guanai.yamlfile import dump

CHILD, WRITER, CLASS = "S2024-9CAN9", "T-9WRT", "J2024-01"

#: Role → its scope; the canaries' class is J2024-01.
ROLES = {
    "班主任": CLASS,
    "年级组长": "J2024",
    "科任教师": CLASS,
    "心理健康教师": "全校",
    "校长": "全校",
    "德育主任": "全校",
    "学籍管理员": "全校",
    "教务主任": "全校",
    "后勤主任": "全校",
    "家长代表": "全校",
    "系统管理员": "全校",
}
#: Who sees anything at all of a psychological file.
_COUNSELLORS = {"心理健康教师"}

#: What stands where no free text does.
_FIXED = {
    "date": "2026-11-02", "instant": "2026-11-02T08:00+08:00", "staff_id": WRITER, "class_id": CLASS, "student_id": CHILD,
    "meeting_id": "M20261102-CCC2", "activity_id": "A20261102-CCC2", "decision_id": "D20261102-CCC2", "counseling_id": "Y2026-CCCC2",
    "scope": CLASS,
}  # fmt: skip
#: Kind → what names its records: id and what the record must say to have papers.
_RECORDS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "student": [(CHILD, {})],
    "activity": [
        (
            f"A20261102-CCC{place}",
            {"编号": f"A20261102-CCC{place}", "类型": word, "范围": CLASS, "组织者": WRITER},
        )
        for place, word in enumerate(("主题班会", "教师培训", "专项督查"), 2)
    ],
    "meeting": [
        (
            "M20261102-CCC2",
            {
                "编号": "M20261102-CCC2",
                "类型": "家长座谈会",
                "范围": CLASS,
                "主持人": WRITER,
                "记录人": WRITER,
            },
        )
    ],
    "decision": [
        ("D20261102-CCC2", {"编号": "D20261102-CCC2", "类型": "表彰", "结果": "同意", "日期": "2026-11-02"})
    ],
    "counseling": [("Y2026-CCCC2", {"编号": "Y2026-CCCC2"})],
    "screening": [(f"{CLASS}.2026-2027-1", {"班级": CLASS, "学期": "2026-2027-1"})],
    "attendance": [(f"{CLASS}.2026-11", {"班级": CLASS, "学期": "2026-2027-1", "月份": "2026-11"})],
}


@pytest.fixture(scope="module")
def planted(
    planter: Callable[..., Any],
) -> tuple[dict[tuple[str, str], dict[str, Any]], dict[str, frozenset[str]]]:
    """Return the records by kind and id and, by canary, the labels it needs."""
    maker = planter(**_FIXED)
    made = {
        (kind, name): maker.record(kind, **given) if kind != "student" else maker.child(name, "某某")
        for kind, records in _RECORDS.items()
        for name, given in records
    }
    made["attendance", f"{CLASS}.2026-11"]["异常"][0]["编号"] = "K20261102-CCC2"
    return made, maker.needs


@pytest.fixture
def workspace(
    sample: Workspace, planted: tuple[dict[tuple[str, str], dict[str, Any]], dict[str, frozenset[str]]]
) -> Workspace:
    """The sample school with these records and one person for each role."""
    for (kind, name), record in planted[0].items():
        file = sample.root / _path(kind, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dump(record), encoding="utf-8")
    people = sample.root / "records/staff.yml"
    text = people.read_text(encoding="utf-8") + f"  - 编号: {WRITER}\n    姓名: 写的人\n    任职: []\n"
    for number, (role, scope) in enumerate(ROLES.items()):
        text += f"  - 编号: {_staff(role)}\n    姓名: 人{number}\n    任职:\n      - 角色: {role}\n        范围: {scope}\n        起: 2024-09-01\n"
    people.write_text(text, encoding="utf-8")
    return sample


def _path(kind: str, name: str) -> Path:
    if kind == "screening":
        return Path(f"records/screenings/2026-2027-1/{CLASS}.yml")
    if kind == "attendance":
        return Path(f"records/attendance/2026-2027-1/{CLASS}/2026-11.yml")
    return Path(path_of(kind, name, term="2026-2027-1"))


def _staff(role: str) -> str:
    return f"T-9ZZ{'23456789ABCDEFGH'[list(ROLES).index(role)]}"


def _kinds() -> list[str]:
    return sorted(kind for kind, paper in papers().items() if paper.subject in _RECORDS)


def _printed(workspace: Workspace, paper: Paper, name: str, staff: str, on: date) -> set[str]:
    edition = workspace.edition(staff=staff, on=on)
    document, stamp = workspace.press.make(paper, name, edition, on)
    raw = workspace.press.render(document, stamp, "docx")
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = b"\n".join(package.read(part) for part in package.namelist())
    return set(re.findall(r"雀\d{4}雀", re.sub(r"<[^>]+>", "", parts.decode("utf-8", "replace"))))


def test_each_role_s_papers_show_no_more_than_its_labels_open(
    workspace: Workspace,
    planted: tuple[dict[tuple[str, str], dict[str, Any]], dict[str, frozenset[str]]],
    on: date,
) -> None:
    seen: dict[str, set[str]] = {kind: set() for kind in _kinds()}
    for kind, role in itertools.product(_kinds(), ROLES):
        paper = papers()[kind]
        edition = workspace.edition(staff=_staff(role), on=on)
        for name, _ in _RECORDS[paper.subject]:
            verdict = edition.decision(paper.subject, name)
            try:
                found = _printed(workspace, paper, name, _staff(role), on)
            except GuanaiError:  # nothing of it may be seen, or there is nothing in it to print
                continue
            assert verdict.allowed
            assert paper.clearance <= verdict.labels
            opened = {canary for canary, needs in planted[1].items() if needs <= verdict.labels}
            assert found <= opened, (kind, role)
            seen[kind] |= found
            if paper.subject == "counseling":
                assert role in _COUNSELLORS
    assert [kind for kind in load_forms() if kind in seen and not seen[kind]] == []


def test_all_makes_for_a_person_only_what_that_person_may_print(workspace: Workspace, on: date) -> None:
    for role in ROLES:
        edition = workspace.edition(staff=_staff(role), on=on)
        for kind in ("mandatory-report", "case-record", "certificate", "inspection-record", "home-visit"):
            paper = papers()[kind]
            for name in workspace.press.subjects(paper, edition, on):
                workspace.press.make(paper, name, edition, on)


def test_all_does_not_tell_who_has_an_entry_that_one_may_not_see(workspace: Workspace, on: date) -> None:
    teacher = workspace.edition(staff=_staff("科任教师"), on=on)
    assert CHILD not in workspace.press.subjects(papers()["mandatory-report"], teacher, on)
    whole = workspace.edition(staff="", on=on)
    assert CHILD in workspace.press.subjects(papers()["mandatory-report"], whole, on)
