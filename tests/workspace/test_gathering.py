"""Facts are gathered once: what did not change is neither read nor worked out again, and nobody can tell the difference."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guanai.schema import load_schemas
from guanai.store import snapshot
from guanai.store.pair import COUNSELING, Pair
from guanai.store.snapshot import FaultyRecord
from guanai.store.sources import Revision
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of
from guanai.workspace.watch import gathering
from guanai.workspace.watch.gathering import Gathering
from guanai.workspace.watch.vigil import View, Vigil
from guanai.yamlfile import Loaded, load

Told = list[dict[str, object]]


def _vigil(workspace: Workspace) -> Vigil:
    return Vigil(Gathering(workspace.root, load_schemas()))


def _told(view: View) -> Told:
    return [each.as_json() for each in view.duties(view.on)]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the records that were parsed, as they are parsed."""
    seen: list[str] = []

    def spy(raw: bytes, path: str) -> Loaded:
        seen.append(path)
        return load(raw, path)

    monkeypatch.setattr(gathering, "load", spy)
    return seen


def test_only_what_changed_is_parsed(sample: Workspace, on: date, parsed: list[str]) -> None:
    first = _told(_vigil(sample).look(on=on))
    assert len(parsed) > 40
    parsed.clear()
    assert _told(_vigil(sample).look(on=on)) == first
    assert parsed == []
    below = "records/students/2024/S2024-3DKMZ.yml"
    (sample.root / below).write_text((sample.root / below).read_text("utf-8") + "# 附注\n", "utf-8")
    assert _told(_vigil(sample).look(on=on)) == first
    assert parsed == [below]


def _edited(path: Path, pattern: str, text: str) -> None:
    old = path.read_text("utf-8")
    new = re.sub(pattern, text, old, count=1)
    assert new != old
    path.write_text(new, "utf-8")


def _leave_class(root: Path) -> None:
    _edited(root / "records/students/2025/S2025-K2CUN.yml", r"(?<=班级: )J2025-02", "J2025-01")


def _lose_a_child(root: Path) -> None:
    (root / "records/students/2025/S2025-K2CUN.yml").unlink()


def _meet(root: Path) -> None:
    next(iter(sorted(root.glob("records/meetings/*/M202611*.yml")))).unlink()


def _change_policy(root: Path) -> None:
    _edited(root / "records/policies/retention-b.yml", "日: 25日", "日: 20日")


def _forget_counseling(root: Path) -> None:
    shutil.rmtree(root / "records/counseling")


def _forget_attendance(root: Path) -> None:
    shutil.rmtree(root / "records/attendance")


def _hand_over(root: Path) -> None:
    _edited(root / "records/staff.yml", "角色: 班主任", "角色: 副班主任")


_CHANGES: tuple[Callable[[Path], None], ...] = (
    _leave_class,
    _lose_a_child,
    _meet,
    _change_policy,
    _forget_counseling,
    _forget_attendance,
    _hand_over,
)


@pytest.mark.parametrize("change", _CHANGES, ids=lambda change: change.__name__.strip("_"))
@pytest.mark.parametrize("role", ["", "校长", "班主任", "年级组长"])
def test_what_is_renewed_equals_what_is_made_anew(
    sample: Workspace, on: date, change: Callable[[Path], None], role: str
) -> None:
    staff = next(
        (
            each.id
            for each in sample.snapshot.staff.values()
            if any(post.role == role for post in each.assignments)
        ),
        "",
    )
    vigil = _vigil(sample)
    before = _told(vigil.look(staff=staff, on=on))
    change(sample.root)
    renewed = _told(vigil.look(staff=staff, on=on))
    assert renewed == _told(_vigil(sample).look(staff=staff, on=on))
    assert renewed != before or role


def test_a_broken_cache_is_made_anew(sample: Workspace, on: date, parsed: list[str]) -> None:
    first = _told(_vigil(sample).look(on=on))
    (sample.root / ".guanai/cache/rows.sqlite").write_bytes(b"no database at all" * 100)
    parsed.clear()
    assert _told(_vigil(sample).look(on=on)) == first
    assert parsed
    parsed.clear()
    assert _told(_vigil(sample).look(on=on)) == first
    assert parsed == []


def test_without_a_place_for_the_cache_the_answer_is_the_same(sample: Workspace, on: date) -> None:
    first = _told(_vigil(sample).look(on=on))
    shutil.rmtree(sample.root / ".guanai")
    (sample.root / ".guanai").write_text("", "utf-8")
    assert _told(_vigil(sample).look(on=on)) == first


def test_the_cache_holds_no_words_of_an_entry(sample: Workspace, on: date) -> None:
    path = sample.root / "records/students/2025/S2025-K2CUN.yml"
    _edited(path, r"(?m)^过程记录:\n", "过程记录:\n  - 编号: E20261103-2222\n    类型: 谈话\n    时间: 2026-11-03T12:00+08:00\n"
            "    记录人: T-WSLF\n    内容: 绝密的原话\n    密级: 限制\n")  # fmt: skip
    _vigil(sample).look(on=on)
    raw = (sample.root / ".guanai/cache/rows.sqlite").read_bytes()
    assert b"E20261103-2222" in raw
    assert "绝密的原话".encode() not in raw


def test_a_record_with_a_fault_is_left_out_and_told(sample: Workspace, on: date) -> None:
    _edited(sample.root / "records/students/2025/S2025-K2CUN.yml", "性别: .*", "性别: 甲")
    view = _vigil(sample).look(on=on)
    assert view.unreadable == 1
    assert "S2025-K2CUN" not in view.facts.children
    _edited(sample.root / "records/policies/care-a1.yml", "周期: 每月", "周期: [每月]")
    with pytest.raises(FaultyRecord, match=r"care-a1\.yml"):
        _vigil(sample).look(on=on)


def test_a_commit_tells_what_the_work_tree_told(sample: Workspace, on: date, git: Callable[..., str]) -> None:
    git(sample.root, "init", "-q")
    git(sample.root, "add", "records")
    git(sample.root, "commit", "-qm", "records")
    before = _told(_vigil(sample).look(on=on))
    source = Revision(
        Pair(sample.root, sample.root / COUNSELING), git(sample.root, "rev-parse", "HEAD").strip()
    )
    _lose_a_child(sample.root)
    assert _told(_vigil(sample).look(on=on, source=source)) == before
    assert json.dumps(_told(_vigil(sample).look(on=on))) != json.dumps(before)


def test_a_ledger_takes_what_was_gathered_for_the_duties(
    sample: Workspace, on: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    _told(_vigil(sample).look(on=on))
    seen: list[str] = []

    def spy(raw: bytes, path: str) -> Loaded:
        seen.append(path)
        return load(raw, path)

    for module in (gathering, snapshot):
        monkeypatch.setattr(module, "load", spy)
    edition = sample.edition(staff="", on=on)
    document, _ = sample.press.make(paper_of("indicator-sheet"), "school", edition, on)
    assert document.blocks
    others = ("records/attendance", "records/counseling", "records/screening")
    assert seen
    assert not [path for path in seen if path.startswith(others)]


def test_a_ledger_of_a_school_with_a_faulty_record_is_refused(sample: Workspace, on: date) -> None:
    _edited(sample.root / "records/students/2025/S2025-K2CUN.yml", "性别: .*", "性别: 甲")
    edition = sample.edition(staff="", on=on)
    with pytest.raises(FaultyRecord, match=r"S2025-K2CUN\.yml:\d+"):
        sample.press.make(paper_of("indicator-sheet"), "school", edition, on)
