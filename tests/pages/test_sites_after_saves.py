"""A save rebuilds the sites that it touches, and what was true before is served no more."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from guanai.pages.audiences import Audience
from guanai.saving import Edit, Request, save
from guanai.store.git import found
from guanai.store.note import Reason
from guanai.store.places import SharedStore, make_shared
from guanai.workspace import sites
from guanai.workspace.facade import Workspace
from guanai.workspace.sites import Holdings, build_sites, hold
from guanai.yamlfile import Set

_CHILD = "S2024-KBBD6"
_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))
Served = Callable[[Path, Audience, str], str]
Find = Callable[[Holdings, str], Audience]


@pytest.fixture
def store(sample: Workspace) -> Iterator[SharedStore]:
    """The sample in a shared store."""
    (sample.root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(sample.root, "新建", date(2026, 11, 1))
    made = make_shared(sample.root)
    yield made
    made.close()


def _save(sample: Workspace, store: SharedStore, *changes: Set) -> str:
    save(
        store,
        sample.schemas,
        Request("T-WSLF", Reason.CORRECTION, (Edit(_CHILD, changes, ""),), _NOON, is_confirmed=True),
    )
    return store.head()


def test_a_save_rebuilds_the_sites_it_touches_and_no_others(
    sample: Workspace, store: SharedStore, today: date, served: Served, audience_of: Find
) -> None:
    before = store.head()
    held = hold(sample, store, on=today)
    mine, other = audience_of(held, "J2024-02"), audience_of(held, "J2025-01")
    build_sites(sample, store, [mine, other], on=today, holdings=held)
    was = sites.pointer(sample.root, other.id)
    after = _save(sample, store, Set(("特长",), "围棋"))
    found = sites.rebuild(sample, store, before, after, on=today)
    units = {each.audience.unit for each in found if each.audience}
    assert units == {"J2024-02", "J2024", "全校"}
    assert "围棋" in served(sample.root, mine, f"students/{_CHILD}/")
    assert sites.pointer(sample.root, other.id) == was


def test_a_child_that_changes_its_class_leaves_the_old_site_at_once(
    sample: Workspace, store: SharedStore, today: date, served: Served, audience_of: Find
) -> None:
    before = store.head()
    held = hold(sample, store, on=today)
    old, new = audience_of(held, "J2024-02"), audience_of(held, "J2024-01")
    build_sites(sample, store, [old, new], on=today, holdings=held)
    name = str(held.mapping("student", _CHILD)["姓名"])
    after = _save(sample, store, Set(("学籍", "X-VU98", "班级"), "J2024-01"))
    found = sites.touched(held, hold(sample, store, on=today), [f"records/students/2024/{_CHILD}.yml"])
    assert {old, new} <= set(found)
    sites.rebuild(sample, store, before, after, on=today)
    assert not served(sample.root, old, f"students/{_CHILD}/")
    assert name in served(sample.root, new, f"students/{_CHILD}/")
    folder = sample.root / ".guanai/sites" / old.id
    now = sites.pointer(sample.root, old.id)
    assert now is not None
    pages = (folder / now.build).rglob("*.html")
    assert not [path for path in pages if name in path.read_text(encoding="utf-8")]


def test_memory_gives_the_same_records_as_reading_anew(
    sample: Workspace, store: SharedStore, today: date
) -> None:
    memory = sites.Memory()
    first = hold(sample, store, on=today, memory=memory)
    _save(sample, store, Set(("特长",), "围棋"))
    assert hold(sample, store, on=today, memory=memory).records == hold(sample, store, on=today).records
    assert first.mapping("student", _CHILD)["特长"] != "围棋"
