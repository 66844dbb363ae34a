"""A string in every text field of a child: each role's file shows exactly what its labels open."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from guanai.schema import Field, load_schemas
from guanai.workspace.editions import Refused
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of
from guanai.yamlfile import dump

T, C, R, D = "教学", "关爱", "限制", "证件"
CHILD = "S2024-9CAN9"
WRITER = "T-9WRT"

#: What design.md §7 gives each role over a child of class J2024-01 that has a level; None: no file at all.
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

_FIXED = {
    "date": "2026-03-02", "instant": "2026-03-02T08:00+08:00", "phone": "13900009999", "staff_id": WRITER, "class_id": "J2024-01",
    "student_id": CHILD, "term_id": "2026-2027-1", "meeting_id": "M20261023-M48A", "decision_id": "D20261023-M48A", "citation": "未成年人保护法-29",
}  # fmt: skip


class Planted:
    """Makes a record whose every free text is a canary, and remembers the labels each one needs."""

    def __init__(self) -> None:
        self.needs: dict[str, frozenset[str]] = {}
        self._numbers = itertools.count(1000)

    def value(self, shape: Field, held: frozenset[str], key: str = "") -> Any:
        if shape.type == "object":
            return self._mapping(shape, held)
        if shape.type == "array":
            assert shape.item is not None
            return list(self._items(shape.item, held))
        if shape.type != "string":
            return {"integer": 3, "number": 3, "boolean": True}[shape.type]
        if shape.values:
            return next(word for word, value in shape.values.items() if not value.clearance)
        if shape.definition in _FIXED:
            return _FIXED[shape.definition]
        if shape.definition == "item_id":
            return f"{key}-{next(self._numbers)}".translate(str.maketrans("01IO", "2345"))
        if shape.definition in ("text", "note"):
            canary = f"雀{next(self._numbers)}雀"
            self.needs[canary] = held
            return canary
        return None

    def _mapping(
        self, shape: Field, held: frozenset[str], fixed: dict[str, str] | None = None
    ) -> dict[str, Any]:
        made = dict(fixed or {})
        for key, field in shape.children.items():
            if key in made or key == "密级":
                continue
            value = self.value(field, held | field.clearance, "X")
            if value is not None:
                made[key] = value
        return made

    def _items(self, item: Field, held: frozenset[str]) -> Iterator[Any]:
        if item.type != "object":
            yield self.value(item, held)
            return
        if item.definition == "person":  # someone from outside: of the staff only the name prints
            yield {key: self.value(item.children[key], held) for key in ("姓名", "单位职务", "关系")}
            return
        kinds = next((field for field in item.children.values() if field.is_kind), None)
        if kinds is not None:
            for word, value in kinds.values.items():
                given = {kinds.key: word, "密级": R} if word == "强制报告" else {kinds.key: word}
                yield self._mapping(item, held | value.clearance, given)
        if "密级" in item.children:
            first = next(iter(kinds.values.items())) if kinds else None
            for label in (T, C, R):  # an item's own label adds to its kind's, it takes nothing away
                needs = held | {label} | (first[1].clearance if first else frozenset())
                kept = {kinds.key: first[0]} if kinds and first else None
                yield {**self._mapping(item, needs, kept), "密级": label}
        elif kinds is None:
            yield self._mapping(item, held)


@pytest.fixture(scope="module")
def planted() -> tuple[dict[str, Any], dict[str, frozenset[str]]]:
    """The child and, by canary, the labels it needs."""
    maker = Planted()
    child = maker.value(load_schemas().record("student"), frozenset())
    child |= {"编号": CHILD, "姓名": "某某"}
    maker.needs = {canary: needs for canary, needs in maker.needs.items() if canary in str(child)}
    child["证件"]["类型"], child["学籍号"] = "护照", "L990101202603020001"
    child["学籍"] = [{**child["学籍"][0], "状态": "在籍", "止": "2027-01-01"}]
    child["预警"][-1]["等级"] = "黄"
    return child, maker.needs


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
