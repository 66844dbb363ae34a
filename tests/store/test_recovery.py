"""A kill, or a refusal of the disk, at every single step of a save."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from guanai.errors import GuanaiError
from guanai.store.git import NotKept, found
from guanai.store.note import Action, Note, Reason
from guanai.store.places import OwnStore, SharedStore, Store, make_shared, recover

#: `make torture` tries every step of a save; other runs have time for each seventh.
_STRIDE = 1 if os.environ.get("GUANAI_EXHAUSTIVE") else 7
_ONE, _TWO, _OTHER = "records/students/2024/a.yml", "records/new/b.yml", "records/other.yml"
_SAVED: dict[str, bytes | None] = {_ONE: b"saved: 1\n", _TWO: b"saved: 2\n"}
_NOTE = Note(
    Action.CHANGE, ("S2024-7K3QD",), "T-3XK9", "张某", Reason.CORRECTION, datetime(2026, 11, 20, tzinfo=UTC)
)

Kill = Callable[[int, Callable[[], None]], bool]
Refuse = Callable[..., AbstractContextManager[list[int]]]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")


@pytest.fixture
def plain(tmp_path: Path, when: datetime) -> Path:
    """A workspace of three files, to be copied for each step."""
    root = tmp_path / "plain"
    for path in (_ONE, _OTHER):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"first: 1\n")
    (root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(root, "plain", when.date())
    return root


def _save(store: Store) -> None:
    store.put(_SAVED, _NOTE, parent=store.head())


def _is_whole(store: Store) -> bool:
    """Tell whether the save is there; half of it is an error."""
    held = [store.source(store.head()).read(path) for path in (_ONE, _TWO)]
    assert held in ([b"first: 1\n", None], [b"saved: 1\n", b"saved: 2\n"])
    return held[1] is not None


def _assert_in_order(root: Path, git: Callable[..., str]) -> None:
    git(root, "fsck", "--strict")
    assert not list(root.rglob("*.lock.*"))
    git_dir = root / ".git" if (root / ".git").exists() else root
    assert not list(git_dir.rglob("*.lock"))
    assert not list((git_dir / "guanai").iterdir())
    journal = root / ".guanai/journal/save"
    assert not (journal.is_dir() and list(journal.iterdir()))


class TestOwn:
    def test_a_kill_at_any_step_is_repaired(
        self, plain: Path, git: Callable[..., str], killed_at: Kill
    ) -> None:
        outcomes = set()
        for step in range(1, 500, _STRIDE):
            root = plain.with_name(f"own{step}")
            shutil.copytree(plain, root)
            store = OwnStore(root)
            was_killed = killed_at(step, partial(_save, store))
            told = recover(store)
            outcomes.add((_is_whole(store), bool(told)))
            assert git(root, "status", "--porcelain") == ""
            _assert_in_order(root, git)
            assert recover(store) == ()
            store.close()
            shutil.rmtree(root)
            if not was_killed:
                break
        assert not was_killed
        assert step > 40
        assert outcomes >= {(False, False), (True, True), (True, False)}

    def test_a_commit_of_a_persons_after_the_kill_reverts_nothing(
        self, plain: Path, git: Callable[..., str], killed_at: Kill
    ) -> None:
        for step in range(1, 500, _STRIDE):
            root = plain.with_name(f"person{step}")
            shutil.copytree(plain, root)
            store = OwnStore(root)
            was_killed = killed_at(step, partial(_save, store))
            before = store.source(store.head())
            (root / _OTHER).write_bytes(b"by: hand\n")
            # Git tells the person to remove a lock that nobody holds.
            for lock in (root / ".git").rglob("*.lock"):
                lock.unlink()
            git(root, "commit", "-qam", "by hand")
            after = store.source(store.head())
            assert after.read(_OTHER) == b"by: hand\n"
            for path, content in _SAVED.items():
                if before.read(path) == content:
                    assert after.read(path) == content
            recover(store)
            assert git(root, "status", "--porcelain") == ""
            assert store.source(store.head()).read(_OTHER) == b"by: hand\n"
            _is_whole(store)
            _assert_in_order(root, git)
            store.close()
            shutil.rmtree(root)
            if not was_killed:
                break
        assert not was_killed

    @pytest.mark.parametrize("refusal", [errno.ENOSPC, errno.EIO])
    @pytest.mark.parametrize("lasting", ["once", "for good"])
    def test_a_refusing_disk_leaves_all_as_it_was(
        self, plain: Path, git: Callable[..., str], refusing: Refuse, refusal: int, lasting: str
    ) -> None:
        refuse = partial(refusing, code=refusal, for_good=lasting == "for good")
        for step, store, error in _refused(plain, OwnStore, refuse):
            recover(store)
            assert git(store.root, "status", "--porcelain") == ""
            _assert_in_order(store.root, git)
            if isinstance(error, NotKept):
                assert not _is_whole(store), step
            recover(store)
            if not _is_whole(store):
                _save(store)
            assert _is_whole(store)

    def test_a_file_that_a_person_went_on_in_is_left_alone(self, plain: Path, killed_at: Kill) -> None:
        for step in range(1, 500):
            root = plain.with_name(f"went{step}")
            shutil.copytree(plain, root)
            store = OwnStore(root)
            killed_at(step, partial(_save, store))
            store.close()
            if (root / _TWO).exists():
                break
        (root / _ONE).write_bytes(b"saved: 1\ntyped: 2\n")
        told = recover(store)
        assert any("又被改过" in sentence for sentence in told)
        assert (root / _ONE).read_bytes() == b"saved: 1\ntyped: 2\n"
        assert store.source(store.head()).read(_ONE) == b"first: 1\n"
        store.close()


class TestShared:
    def test_a_kill_at_any_step_is_repaired(
        self, plain: Path, git: Callable[..., str], killed_at: Kill
    ) -> None:
        make_shared(plain).close()
        outcomes = set()
        for step in range(1, 500, _STRIDE):
            bare = plain.with_name(f"shared{step}.git")
            shutil.copytree(plain.with_name("plain.git"), bare)
            store = SharedStore(bare, bare)
            was_killed = killed_at(step, partial(_save, store))
            recover(store)
            outcomes.add(_is_whole(store))
            _assert_in_order(bare, git)
            store.close()
            shutil.rmtree(bare)
            if not was_killed:
                break
        assert not was_killed
        assert step > 30
        assert outcomes == {True, False}

    @pytest.mark.parametrize("refusal", [errno.ENOSPC, errno.EIO])
    @pytest.mark.parametrize("lasting", ["once", "for good"])
    def test_a_refusing_disk_leaves_all_as_it_was(
        self, plain: Path, git: Callable[..., str], refusing: Refuse, refusal: int, lasting: str
    ) -> None:
        refuse = partial(refusing, code=refusal, for_good=lasting == "for good")
        make_shared(plain).close()

        def opened(bare: Path) -> SharedStore:
            return SharedStore(bare, bare)

        bare = plain.with_name("plain.git")
        for step, store, error in _refused(bare, opened, refuse):
            assert _is_whole(store) is not isinstance(error, NotKept), step
            recover(store)
            _assert_in_order(store.root, git)
            if not _is_whole(store):
                _save(store)
            assert _is_whole(store)

    def test_an_emptied_branch_is_restored_from_gits_own_log(
        self, shared: SharedStore, child: str, note: Callable[..., Note]
    ) -> None:
        commit = shared.put({child: b"1\n"}, note(), parent=shared.head())
        shared.pair.main.branch.lock.with_suffix("").write_bytes(b"")
        assert any("已恢复" in sentence for sentence in recover(shared))
        assert shared.head() == commit

    def test_a_foreign_lock_is_removed_only_when_old(self, shared: SharedStore) -> None:
        lock = shared.pair.main.branch.lock
        lock.touch()
        assert recover(shared) == ()
        assert lock.exists()
        os.utime(lock, (1, 1))
        assert any("锁文件" in sentence for sentence in recover(shared))
        assert not lock.exists()


def _refused(
    origin: Path, opened: Callable[[Path], Store], refuse: Refuse
) -> Iterator[tuple[int, Store, GuanaiError | None]]:
    """Let the disk refuse at each step in turn; yield the store and what was raised."""
    for step in range(1, 500, _STRIDE):
        place = origin.with_name(f"refused{step}{origin.suffix}")
        shutil.copytree(origin, place)
        store, error = opened(place), None
        with refuse(step) as asked:
            try:
                _save(store)
            except GuanaiError as caught:
                error = caught
                assert "磁盘" in str(error)
        yield step, store, error
        store.close()
        shutil.rmtree(place)
        if len(asked) < step:
            return
    pytest.fail("no end of steps")
