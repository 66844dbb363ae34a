"""The façade over a work tree: what was read before a save is not told after it."""

from datetime import UTC, date, datetime

import pytest

from guanai.saving import Edit, Request, Saved
from guanai.store.git import found
from guanai.store.note import Reason
from guanai.store.places import make_shared
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of
from guanai.yamlfile import Set

_CHILD, _HOMEROOM = "S2024-UT97N", "T-R4NY"
_NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def school(sample: Workspace) -> Workspace:
    """The sample school under git."""
    (sample.root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(sample.root, "新建", date(2026, 11, 1))
    return sample


def _rename(school: Workspace, name: str) -> None:
    edit = Edit(_CHILD, (Set(("姓名",), name),))
    outcome = school.save(Request(_HOMEROOM, Reason.CORRECTION, (edit,), _NOW, is_confirmed=True))
    assert isinstance(outcome, Saved)


def _printed(school: Workspace, on: date) -> str:
    document, _ = school.press.make(paper_of("student-file"), _CHILD, school.edition(staff="", on=on), on)
    return str(document)


def test_a_paper_made_after_a_save_says_what_was_saved(school: Workspace, on: date) -> None:
    assert "改过名" not in _printed(school, on)
    _rename(school, "改过名")
    assert "改过名" in _printed(school, on)


def test_nothing_read_of_the_work_tree_outlives_a_save(school: Workspace) -> None:
    before = (school.snapshot, school.press, school.templates)
    _rename(school, "改过名")
    after = (school.snapshot, school.press, school.templates)
    assert not any(new is old for new, old in zip(after, before, strict=True))


def test_a_workspace_on_a_commit_stands_still_while_it_saves(school: Workspace, on: date) -> None:
    shared = make_shared(school.root)
    standing = Workspace.at_head(shared)
    before = _printed(standing, on)
    _rename(standing, "改过名")
    assert _printed(standing, on) == before
    assert "改过名" in _printed(Workspace.at_head(shared, before=standing), on)
