from collections.abc import Callable
from pathlib import Path

import pytest

from guanai.store.git import DirtyFile, GitBusy, HeadMoved, NotARepository, Unfinished
from guanai.store.note import Note
from guanai.store.pair import TwoHomes
from guanai.store.places import OwnStore, SharedStore, Store, make_shared, open_store, recover
from guanai.store.sources import Revision, WorkTree


def test_put_commits_and_source_shows_it(store: Store, child: str, note: Callable[..., Note]) -> None:
    parent = store.head()
    commit = store.put({child: b"one\n"}, note("S2024-7K3QD"), parent=parent)
    assert store.head() == commit != parent
    assert store.source().read(child) == b"one\n"
    assert store.source(commit).read(child) == b"one\n"
    assert store.source(parent).read(child) not in {None, b"one\n"}
    last = next(store.pair.main.log(child))
    assert (last.author, last.staff, last.action, last.reason) == ("张某", "T-3XK9", "修改", "更正")
    assert last.subject == "修改 S2024-7K3QD"


def test_put_adds_and_deletes_files_in_new_folders(store: Store, note: Callable[..., Note]) -> None:
    path = "records/students/2031/S2031-AAAAA.yml"
    first = store.put({path: b"new\n"}, note(), parent=store.head())
    assert store.source().read(path) == b"new\n"
    store.put({path: None}, note(), parent=first)
    assert store.source().read(path) is None


def test_a_save_that_changes_nothing_makes_no_commit(
    store: Store, child: str, note: Callable[..., Note]
) -> None:
    content = store.source().read(child)
    assert store.put({child: content}, note(), parent=store.head()) == store.head()
    assert len(list(store.pair.main.log())) == 1


def test_a_stale_parent_is_refused(store: Store, child: str, note: Callable[..., Note]) -> None:
    parent = store.head()
    store.put({child: b"one\n"}, note(), parent=parent)
    with pytest.raises(HeadMoved, match="别人先保存了"):
        store.put({child: b"two\n"}, note(), parent=parent)
    assert store.source().read(child) == b"one\n"


def test_counselling_goes_to_its_own_repository(
    store: Store, child: str, psychology: str, note: Callable[..., Note]
) -> None:
    main, before = store.head(), store.head(psychology)
    commit = store.put({psychology: b"quiet\n"}, note("Y2026-AAAAA"), parent=before)
    assert store.head(psychology) == commit
    assert store.head() == main
    assert store.source().read(psychology) == b"quiet\n"
    assert psychology in store.source().versions()
    assert psychology not in store.pair.main.blobs("HEAD")
    with pytest.raises(TwoHomes):
        store.put({psychology: b"a\n", child: b"b\n"}, note(), parent=commit)


def test_a_moment_spans_both_repositories(
    store: Store, child: str, psychology: str, note: Callable[..., Note]
) -> None:
    begun = store.source().read(psychology)
    first = store.put({child: b"1\n"}, note(minutes=1), parent=store.head())
    quiet = store.put({psychology: b"2\n"}, note(minutes=2), parent=store.head(psychology))
    second = store.put({child: b"3\n"}, note(minutes=3), parent=first)
    assert store.source(first).read(psychology) == begun
    assert store.source(second).read(psychology) == b"2\n"
    assert store.source(quiet).read(child) == b"1\n"


def test_versions_are_gits_ids(store: Store, child: str) -> None:
    source = store.source()
    versions = source.versions()
    assert versions[child] == source.version(child) == store.pair.main.blob(store.head(), child)
    assert versions["records/school.yml"] == store.pair.main.blob(store.head(), "records/school.yml")
    assert set(versions) == set(Revision(store.pair, store.head()).versions())


def test_the_sample_without_a_second_repository_keeps_counselling_in_main(
    school: Path, psychology: str, note: Callable[..., Note], git: Callable[..., str]
) -> None:
    (school / "records/counseling/.git").rename(school / "elsewhere")
    (school / ".gitignore").write_text(".guanai/\nelsewhere/\n", encoding="utf-8")
    git(school, "add", "-A")
    git(school, "commit", "-qm", "counselling tracked")
    store = OwnStore(school)
    commit = store.put({psychology: b"1\n"}, note(), parent=store.head(psychology))
    assert store.head() == commit
    store.close()


class TestOwn:
    def test_status_is_clean_and_other_staged_work_stays(
        self, own: OwnStore, child: str, note: Callable[..., Note], git: Callable[..., str]
    ) -> None:
        (own.root / "records/school.yml").write_bytes(b"edited: 1\n")
        git(own.root, "add", "records/school.yml")
        own.put({child: b"one\n"}, note(), parent=own.head())
        assert git(own.root, "status", "--porcelain") == "M  records/school.yml\n"
        assert git(own.root, "show", "--name-only", "--format=", "HEAD") == f"{child}\n"

    @pytest.mark.parametrize("place", ["work tree", "index"])
    def test_a_dirty_file_is_refused_by_name(
        self, own: OwnStore, child: str, note: Callable[..., Note], git: Callable[..., str], place: str
    ) -> None:
        (own.root / child).write_bytes(b"typed: 1\n")
        if place == "index":
            git(own.root, "add", child)
        assert own.dirty(child, "records/staff.yml") == (child,)
        with pytest.raises(DirtyFile, match=f"{child} 该文件有未提交的修改"):
            own.put({child: b"one\n"}, note(), parent=own.head())
        assert (own.root / child).read_bytes() == b"typed: 1\n"

    def test_a_dirty_file_is_merged_into_and_stays_dirty(
        self, own: OwnStore, child: str, note: Callable[..., Note], git: Callable[..., str]
    ) -> None:
        (own.root / child).write_bytes(b"typed\n")
        own.put({child: b"saved\n"}, note(), parent=own.head(), beside={child: b"typed\nsaved\n"})
        assert git(own.root, "show", f"HEAD:{child}") == "saved\n"
        assert (own.root / child).read_bytes() == b"typed\nsaved\n"
        assert git(own.root, "status", "--porcelain") == f" M {child}\n"

    def test_a_held_index_is_waited_for_then_refused_by_name(
        self, own: OwnStore, child: str, note: Callable[..., Note], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("guanai.store.git.refs.PATIENCE_SECONDS", 0.1)
        before = (own.root / child).read_bytes()
        (own.root / ".git/index.lock").touch()
        with pytest.raises(GitBusy, match="index"):
            own.put({child: b"one\n"}, note(), parent=own.head())
        assert (own.root / child).read_bytes() == before
        (own.root / ".git/index.lock").unlink()
        own.put({child: b"one\n"}, note(), parent=own.head())

    def test_a_half_done_merge_is_refused(self, own: OwnStore, child: str, note: Callable[..., Note]) -> None:
        (own.root / ".git/MERGE_HEAD").write_text(own.head(), encoding="ascii")
        with pytest.raises(Unfinished, match="合并"):
            own.put({child: b"one\n"}, note(), parent=own.head())

    def test_source_is_the_work_tree(self, own: OwnStore) -> None:
        assert isinstance(own.source(), WorkTree)


def test_open_store_tells_the_kinds(school: Path, shared: SharedStore, tmp_path: Path) -> None:
    assert isinstance(open_store(school), OwnStore)
    opened = open_store(shared.pair.main.git_dir)
    assert isinstance(opened, SharedStore)
    assert opened.root == school
    with pytest.raises(NotARepository, match="不是 git 仓库"):
        open_store(tmp_path)


def test_editors_pull_from_and_push_to_the_shared_store(
    shared: SharedStore, school: Path, child: str, note: Callable[..., Note], git: Callable[..., str]
) -> None:
    commit = shared.put({child: b"one\n"}, note(), parent=shared.head())
    git(school, "pull", "-q", "--ff-only")
    assert (school / child).read_bytes() == b"one\n"
    (school / child).write_bytes(b"two\n")
    git(school, "commit", "-qam", "by hand")
    git(school, "push", "-q")
    assert shared.head() != commit
    assert shared.source().read(child) == b"two\n"
    assert make_shared(school).head() == shared.head()


def test_a_store_in_order_needs_no_repair(store: Store) -> None:
    assert recover(store) == ()
