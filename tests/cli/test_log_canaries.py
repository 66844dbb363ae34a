"""A string in every text field of a child, planted, changed and removed: each role's log tells its labels' only."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.calendar import SHANGHAI
from guanai.store.git import Author, Repository, found
from guanai.yamlfile import dump

Call = Callable[..., Any]
T, C, R, D = "教学", "关爱", "限制", "证件"
CHILD, WRITER = "S2024-9CAN9", "T-9WRT"
PATH = f"records/students/2024/{CHILD}.yml"
#: Labels each usual role is meant to hold over a child of class J2024-01 that has a level; None: nothing at all.
ROLES: dict[str, tuple[str, str, set[str] | None]] = {
    "班主任": ("班主任", "J2024-01", {T, C, R, D}),
    "年级组长": ("年级组长", "J2024", {T, C, R}),
    "科任教师": ("科任教师", "J2024-01", {T}),
    "结对科任": ("科任教师", CHILD, {T, C}),
    "心理健康教师": ("心理健康教师", "全校", {T, C}),
    "校长": ("校长", "全校", {T, C, R, D}),
    "学籍管理员": ("学籍管理员", "全校", {T, D}),
    "教务主任": ("教务主任", "全校", None),
    "系统管理员": ("系统管理员", "全校", None),
    "别班班主任": ("班主任", "J2024-02", None),
}


@pytest.fixture(scope="module")
def child(planter: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, frozenset[str]]]:
    """The child and, by the number of a canary, the labels it needs."""
    maker = planter(student_id=CHILD, staff_id=WRITER)
    return maker.child(CHILD, "某某"), {canary.strip("雀"): needs for canary, needs in maker.needs.items()}


@pytest.fixture
def past(school: Path, child: tuple[dict[str, Any], dict[str, frozenset[str]]]) -> Path:
    """A bare child, then all canaries, all of them changed, and one commit for each kind of secret."""
    people = school / "records/staff.yml"
    text = people.read_text(encoding="utf-8") + f"  - 编号: {WRITER}\n    姓名: 写的人\n    任职: []\n"
    for role, (post, scope, _) in ROLES.items():
        text += f"  - 编号: {_staff(role)}\n    姓名: 某人\n    任职:\n      - 角色: {post}\n        范围: {scope}\n        起: 2024-09-01\n"
    people.write_text(text, encoding="utf-8")
    full = dump(child[0])
    changed = full.replace("雀", "鹊")
    bare = dump({key: child[0][key] for key in ("编号", "姓名", "性别", "学籍")})
    (school / PATH).write_text(bare, encoding="utf-8")
    found(school, "demo", date(2026, 11, 1))
    repository = Repository(school)
    versions = [full, changed]
    for number in _samples(child[1]):
        versions.append(versions[-1].replace(f"鹊{number}鹊", f"鹳{number}鹳"))
    versions += [bare, versions[-1]]
    for place, version in enumerate(versions):
        _commit(repository, version, place)
    (school / PATH).write_text(versions[-1], encoding="utf-8")
    return school


def _samples(needs: dict[str, frozenset[str]]) -> list[str]:
    """Return one canary for each set of labels."""
    return list({held: number for number, held in needs.items()}.values())


def _commit(repository: Repository, version: str, place: int) -> None:
    parent = repository.head()
    when = datetime(2026, 11, 2, 8, tzinfo=SHANGHAI) + timedelta(hours=place)
    commit = repository.write_tree_commit(
        {PATH: version.encode()}, parent=parent, author=Author("写的人", WRITER), message="修改", when=when
    )
    repository.move(commit, parent)


def _staff(role: str) -> str:
    return f"T-9ZZ{'23456789ABCDEFGH'[list(ROLES).index(role)]}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_s_log_tells_exactly_what_its_labels_open(
    guanai: Call, past: Path, child: tuple[dict[str, Any], dict[str, frozenset[str]]], role: str
) -> None:
    assert past.is_dir()
    labels, needs = ROLES[role][2], child[1]
    done = guanai("log", CHILD, "--as", _staff(role), "--json", "--on", "2026-11-20")
    words = guanai("log", CHILD, "--as", _staff(role), "--on", "2026-11-20")
    if labels is None:
        assert (done.code, done.out, words.out) == (1, "", "")
        assert "某某" not in done.err
        return
    told = set(re.findall(r"[雀鹊鹳](\d{4})", done.out + words.out))
    assert told == {number for number, held in needs.items() if held <= labels}
    assert told
    events = json.loads(done.out)["events"]
    seen = [held for held in {each: needs[each] for each in _samples(needs)}.values() if held <= labels]
    # Founding, planting, changing, one commit a sample that may be seen, removing, planting again.
    assert len(events) == 3 + len(seen) + 2


@pytest.mark.parametrize("role", [role for role, (*_, labels) in ROLES.items() if labels])
def test_each_role_s_record_of_a_day_shows_its_labels_only(
    guanai: Call, past: Path, child: tuple[dict[str, Any], dict[str, frozenset[str]]], role: str
) -> None:
    assert past.is_dir()
    labels = ROLES[role][2] or set()
    done = guanai("log", CHILD, "--at", "2026-11-05", "--as", _staff(role), "--on", "2026-11-20")
    told = set(re.findall(r"[雀鹊鹳](\d{4})", done.out))
    assert told == {number for number, held in child[1].items() if held <= labels}
