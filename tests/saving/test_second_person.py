"""Nobody alone lets anybody see more: such a change waits until a second person has confirmed it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from guanai.saving import Edit, Held, NotPermitted, Outcome, Request, Saved, Second, confirm, save
from guanai.saving.backing import OpensOther
from guanai.saving.held import UnknownHeld, held_changes, let_go, sweep_held
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.store.places import Store
from guanai.yamlfile import Add, Set, load

PRINCIPAL, DEPUTY, ADMIN, PHYSICS, HOMEROOM = "T-WSLF", "T-AU8V", "T-3K6D", "T-R4NY", "T-2HQG"
_POST = {"角色": "班主任", "范围": "J2024-02", "起": "2026-11-20"}
_WIDER = Add(("教职工", PHYSICS, "任职"), _POST)
_WHEN = datetime.fromisoformat("2026-11-20T09:30+08:00")
Save = Callable[..., Outcome]


def _posts(store: Store, staff: str = PHYSICS) -> list[dict[str, Any]]:
    raw = store.source(store.head()).read("records/staff.yml")
    people = load(raw or b"", "staff").data["教职工"]
    return next(list(each["任职"]) for each in people if each["编号"] == staff)


def _held(save_as: Save, staff: str = ADMIN, record: str = "staff", *changes: Any) -> Held:
    with pytest.raises(Held) as caught:
        save_as(staff, record, *(changes or (_WIDER,)))
    return caught.value


def _confirmed(store: Store, number: str, staff: str) -> Saved:
    outcome = confirm(store, load_schemas(), number, staff=staff, when=_WHEN)
    assert isinstance(outcome, Saved)
    return outcome


def test_a_wider_post_is_kept_and_not_saved(store: Store, save_as: Save) -> None:
    before = store.head()
    held = _held(save_as)
    assert f"编号 {held.number}" in str(held)
    assert "确认" in str(held)
    assert store.head() == before
    (waiting,) = held_changes(store.root)
    assert (waiting.staff, waiting.edits[0].changes) == (ADMIN, (_WIDER,))
    path = store.root / ".guanai" / "held" / f"{held.number}.json"
    assert path.stat().st_mode & 0o077 == 0


def test_the_second_persons_yes_saves_it_with_both_names(store: Store, save_as: Save) -> None:
    held = _held(save_as)
    _confirmed(store, held.number, PRINCIPAL)
    assert _POST in _posts(store)
    commit = next(iter(store.pair.main.log(limit=1)))
    assert commit.staff == ADMIN
    assert f"确认人: {PRINCIPAL}" in store.pair.main.run("log", "-1", "--format=%B", commit.id).decode()
    assert held_changes(store.root) == ()
    with pytest.raises(UnknownHeld):
        _confirmed(store, held.number, DEPUTY)


@pytest.mark.parametrize("staff", [ADMIN, PHYSICS, HOMEROOM], ids=["oneself", "who gains", "no leader"])
def test_who_is_no_second_person_confirms_nothing(store: Store, save_as: Save, staff: str) -> None:
    held, before = _held(save_as), store.head()
    with pytest.raises(NotPermitted):
        _confirmed(store, held.number, staff)
    assert store.head() == before
    assert len(held_changes(store.root)) == 1


def test_a_principal_alone_grants_nobody_an_exception(store: Store, save_as: Save) -> None:
    grant = {
        "教师": PHYSICS, "学生": "S2024-886RT", "看": ["教学", "关爱"], "起": "2026-11-20", "止": "2026-12-20",
        "批准人": PRINCIPAL,
    }  # fmt: skip
    held = _held(save_as, PRINCIPAL, "access", Add(("特许",), grant))
    _confirmed(store, held.number, DEPUTY)
    assert "T-R4NY" in (store.source(store.head()).read("records/access.yml") or b"").decode()


def test_who_asked_for_an_exception_stands_behind_that_exception_alone(shared: Store) -> None:
    grant = {
        "教师": PHYSICS, "学生": "S2024-886RT", "看": ["教学"], "起": "2026-11-20", "止": "2026-12-20",
        "批准人": PRINCIPAL,
    }  # fmt: skip

    def granted(second: str) -> Outcome:
        edit = Edit("access", (Add(("特许",), grant),))
        request = Request(PRINCIPAL, Reason.ENTRY, (edit,), _WHEN, is_confirmed=True, second=Second(second))
        return save(shared, load_schemas(), request)

    with pytest.raises(NotPermitted):
        granted(HOMEROOM)
    assert isinstance(granted(PHYSICS), Saved)


def test_the_floor_is_refused_whoever_confirms(store: Store, save_as: Save) -> None:
    raw = store.source(store.head()).read("records/access.yml") or b""
    roles = load(raw, "access").data["角色"]
    for role, labels in (("班主任", ["教学", "关爱", "心理"]), ("系统管理员", ["教学"])):
        place = next(index for index, each in enumerate(roles) if each["角色"] == role)
        with pytest.raises(NotPermitted, match="不能有") as caught:
            save_as(PRINCIPAL, "access", Set(("角色", place, "看"), labels))
        assert not isinstance(caught.value, Held)


def test_the_same_change_waits_once(store: Store, save_as: Save) -> None:
    assert _held(save_as).number == _held(save_as).number
    assert len(held_changes(store.root)) == 1


def test_what_was_confirmed_is_what_was_shown(store: Store, save_as: Save) -> None:
    """Had a post ended in between, the kept change would open it anew, which the second person was not told."""
    _held(save_as)
    (waiting,) = held_changes(store.root)
    told = Second(PRINCIPAL, frozenset({"别的"}))
    request = Request(ADMIN, Reason.ENTRY, waiting.edits, _WHEN, is_confirmed=True, second=told)
    with pytest.raises(OpensOther):
        save(store, load_schemas(), request)


def test_narrowing_needs_nobody_else(store: Store, save_as: Save) -> None:
    place = next(i for i, each in enumerate(_posts(store)) if not each.get("止"))
    outcome = save_as(ADMIN, "staff", Set(("教职工", PHYSICS, "任职", place, "止"), "2026-11-19"))
    assert isinstance(outcome, Saved)
    assert outcome.is_changed


def test_what_nobody_wants_is_forgotten(store: Store, save_as: Save) -> None:
    let_go(store.root, _held(save_as).number)
    assert held_changes(store.root) == ()
    _held(save_as)
    sweep_held(store.root, _WHEN + timedelta(days=31))
    assert held_changes(store.root) == ()
    for number in ("../../x", "", "7K3QD", "ZZZZZZ"):
        with pytest.raises(UnknownHeld):
            let_go(store.root, number)
