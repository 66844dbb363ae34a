import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.store.git import (
    Author,
    GitBusy,
    GitFailed,
    HeadMoved,
    NotARepository,
    Repository,
    UnknownRevision,
    UnusablePath,
    found,
    found_bare,
    object_id,
)
from guanai.store.git.commits import trailers
from guanai.store.git.process import refusal
from guanai.store.git.trees import Entry, format_tree, parse_tree

_WHEN = datetime(2026, 11, 20, 8, 40, tzinfo=UTC)
_AUTHOR = Author("古丽·买买提", "T-3XK9")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository of one commit."""
    root = tmp_path / "one"
    (root / "records/students").mkdir(parents=True)
    for name in ("a", "a.b", "a-b"):
        (root / f"records/students/{name}.yml").write_text(f"{name}: 1\n", encoding="utf-8")
    (root / "README").write_text("read\n", encoding="utf-8")
    found(root, "first", _WHEN.date())
    return Repository(root)


def _save(repository: Repository, changes: dict[str, bytes | None], message: str = "修改") -> str:
    head = repository.head()
    commit = repository.write_tree_commit(changes, parent=head, author=_AUTHOR, message=message, when=_WHEN)
    repository.move(commit, head)
    return commit


def test_what_we_write_is_what_git_would_write(repository: Repository, git: Callable[..., str]) -> None:
    root = repository.root
    assert root is not None
    changes: dict[str, bytes | None] = {
        "records/students/a/b/档案.yml": "姓名: 某\n".encode(),
        "records/students/a.b.yml": None,
        "z": b"",
    }
    commit = _save(repository, changes)
    git(root, "reset", "-q", "--hard")
    git(root, "fsck", "--strict", "--full")
    git(root, "add", "-A")
    assert git(root, "write-tree").strip() == git(root, "rev-parse", f"{commit}^{{tree}}").strip()
    assert git(root, "log", "-1", "--format=%an %ae %aI %cn").strip() == (
        "古丽·买买提 T-3XK9@guanai.invalid 2026-11-20T16:40:00+08:00 古丽·买买提"
    )


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1), st.booleans()
    )
)
def test_a_tree_is_read_as_it_was_written(names: dict[str, bool]) -> None:
    entries = {
        name: Entry("40000" if is_folder else "100644", object_id("blob", name.encode()))
        for name, is_folder in names.items()
    }
    assert parse_tree(format_tree(entries)) == entries


def test_an_emptied_folder_is_gone(repository: Repository) -> None:
    gone: dict[str, bytes | None] = {f"records/students/{name}.yml": None for name in ("a", "a.b", "a-b")}
    _save(repository, gone)
    assert repository.blobs("HEAD", "") == {"README": object_id("blob", b"read\n")}
    _save(repository, {"README": None})
    assert repository.blobs("HEAD", "") == {}


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", ".git/config", "records/.GIT/x", "README/x", "records", "a\0b"]
)
def test_a_path_git_cannot_hold_is_refused(repository: Repository, path: str) -> None:
    with pytest.raises(UnusablePath):
        _save(repository, {path: b"x"})


def test_reading(repository: Repository) -> None:
    head, path = repository.head(), "records/students/a.yml"
    blob = repository.blob(head, path)
    assert blob == object_id("blob", b"a: 1\n")
    assert repository.read(blob) == repository.read_at(head, path) == b"a: 1\n"
    assert repository.blob(head, "records/none.yml") is None
    assert repository.blob(head, "records") is None
    assert repository.read_at(head, "README/x") is None
    assert set(repository.blobs(head)) == {f"records/students/{name}.yml" for name in ("a", "a.b", "a-b")}
    assert repository.resolve(head[:8]) == head
    for revision in ("HEAD~1", "--help", "main", "ffffffff", head + "0", f"{head}\n"):
        with pytest.raises(UnknownRevision):
            repository.resolve(revision)
    with pytest.raises(UnknownRevision):
        repository.read(head)


def test_links_are_no_files(repository: Repository, git: Callable[..., str]) -> None:
    root = repository.root
    assert root is not None
    (root / "records/link.yml").symlink_to("students/a.yml")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "link")
    assert "records/link.yml" not in repository.blobs("HEAD")
    assert repository.read_at(repository.head(), "records/link.yml") is None


def test_the_log_and_what_changed(repository: Repository) -> None:
    first = repository.head()
    second = _save(
        repository,
        {"records/students/a.yml": b"a: 2\n"},
        "修改 S2024-7K3QD\n\n动作: 修改\n操作人: T-3XK9\n理由: 更正",
    )
    third = _save(repository, {"README": None, "records/new.yml": b"n\n"})
    assert [each.id for each in repository.log()] == [third, second, first]
    assert [each.id for each in repository.log("records/students")] == [second, first]
    assert [each.id for each in repository.log(since=first, until=second)] == [second]
    assert [each.id for each in repository.log(limit=1)] == [third]
    found = next(repository.log("records/students/a.yml", limit=1))
    assert (found.author, found.staff, found.action, found.reason) == (
        "古丽·买买提",
        "T-3XK9",
        "修改",
        "更正",
    )
    assert (found.parents, found.subject, found.when) == ((first,), "修改 S2024-7K3QD", _WHEN)
    assert found.when.isoformat() == "2026-11-20T16:40:00+08:00"
    old, new = (object_id("blob", text) for text in (b"a: 1\n", b"a: 2\n"))
    assert repository.changed(second) == {"records/students/a.yml": (old, new)}
    assert repository.changed(third) == {
        "README": (object_id("blob", b"read\n"), None),
        "records/new.yml": (None, object_id("blob", b"n\n")),
    }
    assert set(repository.changed(first)) == set(repository.blobs(first, ""))


def test_a_log_left_early_ends_its_git(repository: Repository) -> None:
    for number in range(3):
        _save(repository, {"README": b"%d" % number})
    log = repository.log()
    assert next(log).subject == "修改"
    del log  # a process left running would warn


def test_a_hostile_message_stays_a_message(repository: Repository) -> None:
    _save(repository, {"README": b"x"}, "主题\n\n不是: 尾注\n\n操作人: T-AAAA\n随便\n动作:删除")
    commit = next(repository.log())
    assert (commit.subject, commit.staff, commit.action) == ("主题", "T-AAAA", "删除")
    assert trailers("操作人: T-AAAA") == {}


def test_main_moves_only_from_where_it_was(repository: Repository) -> None:
    head = repository.head()
    made = [
        repository.write_tree_commit({"README": text}, parent=head, author=_AUTHOR, message="m", when=_WHEN)
        for text in (b"1", b"2")
    ]
    repository.move(made[0], head)
    with pytest.raises(HeadMoved):
        repository.move(made[1], head)
    assert repository.head() == made[0]
    assert not repository.branch.lock.exists()
    assert not list(repository.workshop.iterdir())


def test_packed_branches_are_found_and_moved(repository: Repository, git: Callable[..., str]) -> None:
    head, root = repository.head(), repository.root
    assert root is not None
    git(root, "gc", "-q")
    git(root, "pack-refs", "--all", "--prune")
    assert repository.head() == head
    commit = _save(repository, {"README": b"x"})
    assert git(root, "rev-parse", "main").strip() == repository.head() == commit
    assert git(root, "reflog", "-1", "--format=%H").strip() == commit


def test_a_held_branch_is_waited_for_then_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guanai.store.git.refs.PATIENCE_SECONDS", 0.05)
    repository.branch.lock.touch()
    with pytest.raises(GitBusy, match="main"):
        _save(repository, {"README": b"x"})
    waiting = threading.Timer(0.3, repository.branch.lock.unlink)
    monkeypatch.setattr("guanai.store.git.refs.PATIENCE_SECONDS", 20)
    waiting.start()
    _save(repository, {"README": b"x"})
    waiting.join()


def test_the_first_commit_of_an_empty_repository(tmp_path: Path, git: Callable[..., str]) -> None:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "empty.git")
    repository = Repository(tmp_path / "empty.git")
    assert repository.head() == ""
    assert repository.blobs("") == {}
    assert list(repository.log()) == []
    commit = _save(repository, {"records/a.yml": b"1\n"})
    assert repository.changed(commit) == {"records/a.yml": (None, object_id("blob", b"1\n"))}


def test_many_threads_may_read_and_write_at_once(repository: Repository) -> None:
    head, wrong = repository.head(), []

    def work(number: int) -> None:
        for turn in range(15):
            path = f"records/{number}/{turn}.yml"
            commit = repository.write_tree_commit(
                {path: b"%d" % turn}, parent=head, author=_AUTHOR, message="m", when=_WHEN
            )
            if repository.read_at(commit, path) != b"%d" % turn:
                wrong.append(path)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_a_killed_reader_is_replaced(repository: Repository) -> None:
    head = repository.head()
    repository.read_at(head, "README")
    process = repository._reader._process
    assert process is not None
    process.kill()
    process.wait()
    repository._tree.cache_clear()
    assert repository.read_at(head, "README") == b"read\n"


def test_a_foreign_hooks_environment_leads_nowhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nothing"))
    assert repository.run("rev-parse", "HEAD").decode().strip() == repository.head()
    assert next(repository.log()).subject == "first"


def test_objects_that_wait_for_a_hook_are_seen(repository: Repository, tmp_path: Path) -> None:
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    hook = {
        "GIT_OBJECT_DIRECTORY": str(waiting),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(repository.git_dir / "objects"),
        "PATH": "ignored",
    }
    inside = Repository(tmp_path / "one", hook=hook)
    blob = inside.run("hash-object", "-w", "--stdin", stdin=b"new\n").decode().strip()
    assert inside.read(blob) == b"new\n"
    with pytest.raises(UnknownRevision):
        repository.read(blob)


def test_a_linked_work_tree_shares_objects_and_has_its_own_head(
    repository: Repository, tmp_path: Path, git: Callable[..., str]
) -> None:
    git(tmp_path / "one", "worktree", "add", "-q", "-b", "side", str(tmp_path / "two"))
    linked = Repository(tmp_path / "two")
    assert linked.head() == repository.head()
    commit = _save(linked, {"README": b"x"})
    assert git(tmp_path / "two", "rev-parse", "side").strip() == commit != repository.head()


def test_the_graph_is_kept_and_holds_changed_paths(repository: Repository) -> None:
    _save(repository, {"README": b"x"})
    repository.keep_graph()
    _save(repository, {"README": b"y"})
    repository.keep_graph()
    chain = repository.git_dir / "objects/info/commit-graphs"
    graphs = list(chain.glob("*.graph"))
    assert graphs
    assert all(b"BDAT" in graph.read_bytes() for graph in graphs)
    repository.run("commit-graph", "verify")


def test_bare_repositories_keep_what_they_are_told(repository: Repository, tmp_path: Path) -> None:
    found_bare(tmp_path / "bare.git", tmp_path / "one")
    bare = Repository(tmp_path / "bare.git")
    assert bare.bare
    assert bare.root is None
    assert bare.head() == repository.head()
    assert bare.run("config", "receive.denyNonFastForwards") == b"true\n"


def test_refusals_are_told_in_chinese(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="不是 git 仓库"):
        Repository(tmp_path)
    with pytest.raises(GitFailed, match="git 没有做成"):
        repository.run("no-such-command")
    busy = refusal("fatal: Unable to create '/a/.git/index.lock': File exists.\n\nAnother git process")
    assert isinstance(busy, GitBusy)
    assert "index" in str(busy)
    assert "磁盘已满" in str(refusal("error: write error: No space left on device\nfatal: x"))
    (repository.git_dir / "HEAD").write_text(repository.head(), encoding="ascii")
    with pytest.raises(GitFailed, match="git switch main"):
        _save(repository, {"README": b"x"})
