"""A string in every text field of a child: each role's file shows exactly what its labels open."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from guanai.workspace.editions import Refused
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of
from guanai.yamlfile import dump

T, C, R, D = "教学", "关爱", "限制", "证件"
CHILD = "S2024-9CAN9"
WRITER = "T-9WRT"

#: Labels each usual role is meant to hold over a child of class J2024-01 that has a level; None: no file at all.
ROLES: dict[str, tuple[str, set[str] | None]] = {
    "班主任": ("J2024-01", {T, C, R, D}),
    "年级组长": ("J2024", {T, C, R}),
    "科任教师": ("J2024-01", {T}),
    "结对科任": (CHILD, {T, C}),
    "心理健康教师": ("全校", {T, C}),
    "校长": ("全校", {T, C, R, D}),
    "分管副校长": ("全校", {T, C, R, D}),
    "德育主任": ("全校", {T, C, R, D}),
    "学籍管理员": ("全校", {T, D}),
    "教务主任": ("全校", None),
    "后勤主任": ("全校", None),
    "家长代表": ("全校", None),
    "系统管理员": ("全校", None),
    "别班班主任": ("J2024-02", None),
    "别年级组长": ("J2025", None),
}


@pytest.fixture(scope="module")
def planted(planter: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, frozenset[str]]]:
    """The child and, by canary, the labels it needs."""
    maker = planter(student_id=CHILD, staff_id=WRITER)
    return maker.child(CHILD, "某某"), maker.needs


@pytest.fixture
def workspace(sample: Workspace, planted: tuple[dict[str, Any], dict[str, frozenset[str]]]) -> Workspace:
    """The sample school with that child and one person for each role."""
    child, _ = planted
    (sample.root / f"records/students/2024/{CHILD}.yml").write_text(dump(child), encoding="utf-8")
    people = sample.root / "records/staff.yml"
    text = people.read_text(encoding="utf-8")
    text += f"  - 编号: {WRITER}\n    姓名: 写的人\n    任职: []\n"
    for number, (role, (scope, _)) in enumerate(ROLES.items()):
        text += f"  - 编号: {_staff(role)}\n    姓名: 人{number}\n    任职:\n      - 角色: {_POSTS.get(role, role)}\n        范围: {scope}\n        起: 2024-09-01\n"
    people.write_text(text, encoding="utf-8")
    return sample


_POSTS = {"结对科任": "科任教师", "别班班主任": "班主任", "别年级组长": "年级组长"}


def _staff(role: str) -> str:
    return f"T-9ZZ{'23456789ABCDEFGH'[list(ROLES).index(role)]}"


def _printed(workspace: Workspace, staff: str, on: date) -> set[str]:
    edition = workspace.edition(staff=staff, on=on)
    document, stamp = workspace.press.make(paper_of("student-file"), CHILD, edition, on)
    found: set[str] = set()
    for form in ("docx", "html"):
        raw = workspace.press.render(document, stamp, form)
        text = _unzipped(raw) if form == "docx" else raw.decode()
        found |= set(re.findall(r"雀\d{4}雀", text))
    return found


def _unzipped(raw: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = b"\n".join(package.read(name) for name in package.namelist())
    return re.sub(r"<[^>]+>", "", parts.decode("utf-8", "replace"))


def test_the_full_edition_prints_every_text_of_the_file(
    workspace: Workspace, planted: tuple[dict[str, Any], dict[str, frozenset[str]]], on: date
) -> None:
    missing = set(planted[1]) - _printed(workspace, "", on)
    child = planted[0]
    assert sorted({_path_of(child, canary) for canary in missing}) == []


def _path_of(value: Any, canary: str) -> str:
    if isinstance(value, dict):
        return next(
            (f"{key}/{_path_of(each, canary)}" for key, each in value.items() if canary in str(each)), ""
        )
    if isinstance(value, list):
        return next((_path_of(each, canary) for each in value if canary in str(each)), "")
    return ""


@pytest.mark.parametrize("role", ROLES)
def test_each_role_s_file_shows_exactly_what_its_labels_open(
    workspace: Workspace, planted: tuple[dict[str, Any], dict[str, frozenset[str]]], on: date, role: str
) -> None:
    labels = ROLES[role][1]
    if labels is None:
        with pytest.raises(Refused) as refused:
            _printed(workspace, _staff(role), on)
        assert "某某" not in str(refused.value)
        return
    full = _printed(workspace, "", on)
    expected = {canary for canary, needs in planted[1].items() if needs <= labels and canary in full}
    assert _printed(workspace, _staff(role), on) == expected
    assert expected
