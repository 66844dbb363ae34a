"""A save over both repositories is there whole or not at all, whatever happens between its two commits."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from guanai.errors import GuanaiError
from guanai.store.git import DirtyFile, HeadMoved, found
from guanai.store.joint import HalfKept, Part, put_jointly
from guanai.store.note import Action, Note, Reason
from guanai.store.places import Store, make_shared, open_store, recover

_STRIDE = 1 if os.environ.get("GUANAI_EXHAUSTIVE") else 19
_MAIN, _APART = "records/students/2024/a.yml", "records/counseling/2026/b.yml"
_OLD, _NEW = b"first: 1\nlast: 1\n", b"first: 2\nlast: 1\n"
_NOTE = Note(
    Action.CHANGE, ("S2024-7K3QD",), "T-3XK9", "张某", Reason.CORRECTION, datetime(2026, 11, 20, tzinfo=UTC)
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")


@pytest.fixture(params=["own", "shared"])
def place(request: pytest.FixtureRequest, tmp_path: Path, when: datetime) -> Path:
    """A workspace of one record in each repository, to be copied for each step."""
    root = tmp_path / "origin" / "plain"
    for path in (_MAIN, _APART):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(_OLD)
    (root / ".gitignore").write_text(".guanai/\n/records/counseling/\n", encoding="utf-8")
    found(root / "records" / "counseling", "counseling", when.date())
    found(root, "plain", when.date())
    if request.param == "shared":
        make_shared(root).close()
        return root.with_name("plain.git")
    return root


@contextmanager
def _copied(place: Path, step: int) -> Iterator[Store]:
    target = place.parents[1] / f"step{step}"
    shutil.copytree(place.parent, target)
    store = open_store(target / place.name)
    yield store
    store.close()
    shutil.rmtree(target)


def _save(store: Store) -> None:
    parts = [Part({path: _NEW}, _NOTE, store.head(path)) for path in (_MAIN, _APART)]
    put_jointly(store, parts)


def _held(store: Store) -> list[bytes | None]:
    return [store.source(store.head(path)).read(path) for path in (_MAIN, _APART)]


def _assert_calm(store: Store) -> None:
    assert recover(store) == ()
    assert not list((store.root / ".guanai/journal/joint").glob("*"))
    for repository in store.pair.all:
        repository.run("fsck", "--strict")
        assert repository.bare or repository.run("status", "--porcelain") == b""


def test_a_kill_at_any_step_leaves_all_or_nothing_after_the_next_start(
    place: Path, killed_at: Callable[[int, Callable[[], None]], bool]
) -> None:
    outcomes = set()
    for step in range(1, 600, _STRIDE):
        with _copied(place, step) as store:
            was_killed = killed_at(step, partial(_save, store))
            told = recover(store)
            held = _held(store)
            assert held in ([_OLD, _OLD], [_NEW, _NEW]), (step, told)
            outcomes.add((held[0] == _NEW, any("已经补完" in sentence for sentence in told)))
            _assert_calm(store)
        if not was_killed:
            break
    assert not was_killed
    assert outcomes >= {(False, False), (True, True), (True, False)}


@pytest.mark.parametrize("lasting", ["once", "for good"])
def test_a_refusing_disk_never_leaves_half_for_longer_than_it_refuses(
    place: Path, refusing: Callable[..., AbstractContextManager[list[int]]], lasting: str
) -> None:
    for_good = lasting == "for good"
    raised: set[type[GuanaiError]] = set()
    for step in range(1, 600, _STRIDE):
        with _copied(place, step) as store:
            with refusing(step, errno.ENOSPC, for_good=for_good) as asked:
                try:
                    _save(store)
                except GuanaiError as error:
                    raised.add(type(error))
            recover(store)
            assert _held(store) in ([_OLD, _OLD], [_NEW, _NEW]), step
            _assert_calm(store)
        if len(asked) < step:
            break
    assert len(asked) < step
    assert (HalfKept in raised) is for_good


def test_a_push_between_the_two_commits_is_merged_into(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _copied(place, 0) as store:
        real = type(store).put
        pushed = b"first: 1\nlast: 9\n"

        def put(self: Store, changes: dict[str, bytes | None], note: Note, **more: Any) -> str:
            if _APART in changes and changes[_APART] == _NEW:
                monkeypatch.undo()
                real(self, {_APART: pushed}, note, parent=self.head(_APART))
            return real(self, changes, note, **more)

        monkeypatch.setattr(type(store), "put", put)
        _save(store)
        assert _held(store) == [_NEW, b"first: 2\nlast: 9\n"]
        _assert_calm(store)


def test_what_was_left_half_written_of_a_promise_goes_at_the_next_start(place: Path) -> None:
    with _copied(place, 0) as store:
        folder = store.root / ".guanai/journal/joint"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "29669-641cf9096e4ba9ff").write_bytes(b"[{")
        assert recover(store) == ()
        assert _held(store) == [_OLD, _OLD]
        _assert_calm(store)


def test_a_save_that_cannot_begin_leaves_no_promise(place: Path) -> None:
    with _copied(place, 0) as store:
        parts = [Part({path: _NEW}, _NOTE, store.head(path)) for path in (_MAIN, _APART)]
        store.put({_MAIN: b"by: others\n"}, _NOTE, parent=store.head())
        with pytest.raises(HeadMoved):
            put_jointly(store, parts)
        assert _held(store) == [b"by: others\n", _OLD]
        _assert_calm(store)


def test_an_open_edit_in_the_second_repository_stops_the_first_too(place: Path) -> None:
    if place.suffix:
        pytest.skip("a bare repository has no open edits")
    with _copied(place, 0) as store:
        (store.root / _APART).write_bytes(b"typed: 1\n")
        with pytest.raises(DirtyFile, match=_APART):
            _save(store)
        assert _held(store) == [_OLD, _OLD]
        assert (store.root / _APART).read_bytes() == b"typed: 1\n"
