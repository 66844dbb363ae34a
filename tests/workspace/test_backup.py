"""Copies are kept: mirrors that follow, sealed backups that two people open, restores that obey erasures."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guanai.calendar import SHANGHAI
from guanai.cli.main import run
from guanai.store import mirror
from guanai.store.bundle import NoRoom
from guanai.store.note import Action, Note, Reason
from guanai.store.places import open_store
from guanai.store.seal import CannotOpen, KeyPair, TooFewRecipients, new_key, unseal
from guanai.store.tombstones import tombstone, written
from guanai.workspace import keeping
from guanai.workspace.founding import FolderInUse, found_demo
from guanai.workspace.restoring import drill, restore
from guanai.workspace.secret import load_secret

_CANARY = "金丝雀只在心理档案里"
_NOW = datetime(2026, 11, 20, 16, 40, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class School:
    """A workspace with settled backups, and the keys to them."""

    root: Path
    main: KeyPair
    other: KeyPair
    psychology: KeyPair

    @property
    def backups(self) -> Path:
        return self.root.parent / "backup"

    def settle(self, **changed: str) -> None:
        """Write the settings."""
        lines = {
            "镜像": "../mirror.git",
            "心理镜像": "../psychology.git",
            "备份文件夹": "../backup",
            **changed,
        }
        text = "".join(f"{key}: {value}\n" for key, value in lines.items() if value)
        for title, keys in (
            ("收件人", (self.main, self.other)),
            ("心理收件人", (self.psychology, self.other)),
        ):
            text += f"{title}:\n" + "".join(
                f"  - 谁: 甲{place}\n    公钥: {key.public}\n" for place, key in enumerate(keys)
            )
        (self.root / ".guanai/backup.yml").write_text(text, encoding="utf-8")

    def save(self, minute: int = 0) -> str:
        """Commit a change of one child's file through the store."""
        path = min(self.root.glob("records/students/*/*.yml")).relative_to(self.root).as_posix()
        store = open_store(self.root)
        content = (self.root / path).read_bytes() + f"# {minute}\n".encode()
        note = Note(
            Action.CHANGE,
            (Path(path).stem,),
            "T-2222",
            "某人",
            Reason.CORRECTION,
            _NOW + timedelta(minutes=minute),
        )
        commit = store.put({path: content}, note, parent=store.head(path))
        store.close()
        return commit

    def back_up(self, when: datetime = _NOW) -> keeping.Kept:
        return keeping.back_up(self.root, to=None, hosts=(), when=when)


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("founded") / "school"
    for _ in found_demo(root, students=40, seed=4, on=_NOW.date()):
        pass
    file = min((root / "records/counseling").rglob("Y*.yml"))
    file.write_text(file.read_text(encoding="utf-8") + f"# {_CANARY}\n", encoding="utf-8")
    _git(root / "records/counseling", "commit", "--quiet", "-am", "修改")
    load_secret(root)
    return root


@pytest.fixture
def school(_founded: Path, tmp_path: Path) -> School:
    shutil.copytree(_founded, tmp_path / "school", symlinks=True)
    made = School(tmp_path / "school", new_key(), new_key(), new_key())
    made.settle()
    return made


def _git(at: Path, *arguments: str) -> str:
    person = ["-c", "user.name=某人", "-c", "user.email=x@guanai.invalid"]
    done = subprocess.run(["git", "-C", at, *person, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _objects(place: Path) -> bytes:
    """Return the content of every object of a repository."""
    command = ["git", "-C", str(place), "cat-file", "--batch", "--batch-all-objects"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def _bundled(sealed: Path, key: KeyPair, folder: Path) -> Path:
    """Unpack a sealed backup and return a repository of all that is in its bundle."""

    def take(name: str, content: object) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read())  # type: ignore[attr-defined]  # a file

    unseal(sealed, [key.secret], take)
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", *folder.glob("*.bundle"), folder / "x.git"], check=True
    )
    return folder / "x.git"


def test_a_clone_a_mirror_and_a_backup_of_the_main_repository_hold_no_psychology(
    school: School, tmp_path: Path
) -> None:
    kept = school.back_up()
    subprocess.run(["git", "clone", "--quiet", f"file://{school.root}", tmp_path / "clone"], check=True)
    bundled = _bundled(kept.sealed[0].file, school.main, tmp_path / "out")
    for place in (tmp_path / "clone", tmp_path / "mirror.git", bundled):
        assert _git(place, "ls-tree", "-r", "--name-only", "main")
        assert "records/counseling" not in _git(place, "log", "--all", "--name-only", "--format=")
        assert _CANARY.encode() not in _objects(place)
    assert _CANARY.encode() in _objects(tmp_path / "psychology.git")
    psychology = _bundled(kept.sealed[1].file, school.psychology, tmp_path / "other")
    assert _CANARY.encode() in _objects(psychology)
    assert [each.name for each in (tmp_path / "out/guanai").iterdir()] == ["backup.yml", "secret"]


def test_the_main_keys_do_not_open_the_counselling_backup(school: School, tmp_path: Path) -> None:
    kept = school.back_up()
    with pytest.raises(CannotOpen):
        _bundled(kept.sealed[1].file, school.main, tmp_path / "out")


def test_a_mirror_follows_a_save_by_itself(school: School, tmp_path: Path) -> None:
    school.back_up()
    commit = school.save()
    end = time.monotonic() + 30
    while time.monotonic() < end and _git(tmp_path / "mirror.git", "rev-parse", "main") != commit:
        time.sleep(0.1)
    assert _git(tmp_path / "mirror.git", "rev-parse", "main") == commit
    while keeping.status(school.root).lags[0].behind and time.monotonic() < end:
        time.sleep(0.1)  # the pusher writes down what it did after it has done it
    assert keeping.status(school.root).lags[0].behind == 0


def test_the_lag_is_shown_in_commits_and_age(school: School) -> None:
    school.back_up()
    school.settle(镜像="")
    school.save(1)
    school.save(7)
    school.settle()
    lag = keeping.status(school.root).lags[0]
    assert (lag.behind, lag.since) == (2, _NOW + timedelta(minutes=1))
    assert keeping.push_mirrors(school.root, when=lambda: _NOW) == ()
    assert keeping.status(school.root).lags[0].behind == 0


def test_an_address_outside_gets_nothing_unless_it_is_named(school: School) -> None:
    school.settle(镜像="ssh://git@backup.example.com/x.git")
    failures = school.back_up().failures
    assert len(failures) == 1
    assert "--allow-host backup.example.com" in failures[0]
    assert "不在学校的网络里" in keeping.status(school.root).lags[0].failure


def test_a_mirror_does_not_forget(school: School, tmp_path: Path) -> None:
    school.save()
    school.back_up()
    before = _git(tmp_path / "mirror.git", "rev-parse", "main")
    _git(school.root, "reset", "--quiet", "--hard", "HEAD^")
    assert len(school.back_up(_NOW + timedelta(seconds=1)).failures) == 1
    assert _git(tmp_path / "mirror.git", "rev-parse", "main") == before


def test_a_backup_waits_for_the_push_that_a_save_began(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, pushed = threading.Event(), list[bool]()

    def other() -> None:
        with mirror.pushing(school.root):
            begun.set()
            time.sleep(1)
            pushed.append(False)

    monkeypatch.setattr(mirror, "push", lambda *_, **__: pushed.append(True))
    at_it = threading.Thread(target=other)
    at_it.start()
    assert begun.wait(20)
    assert school.back_up().failures == ()
    at_it.join()
    assert pushed == [False, True, True]


def test_a_restore_brings_everything_back(school: School, tmp_path: Path) -> None:
    commit = school.save()
    (school.root / ".guanai/journal").mkdir(exist_ok=True)
    (school.root / ".guanai/journal/attendance.log").write_text("x\n", encoding="utf-8")
    kept = school.back_up()
    for keys in ((school.main, school.psychology), (school.other,)):
        root = tmp_path / f"restored-{len(keys)}"
        restored = restore(kept.sealed[0].file, root, secrets=[key.secret for key in keys], when=_NOW)
        assert restored.heads["main"] == commit
        assert restored.problems == ()
        assert restored.is_whole
        for path in ("records/school.yml", ".guanai/secret", ".guanai/journal/attendance.log"):
            assert (root / path).read_bytes() == (school.root / path).read_bytes()
        assert [path.name for path in (root / "records/counseling").rglob("Y*.yml")]
        assert _git(root, "status", "--porcelain") == ""
        assert (root / ".guanai").stat().st_mode & 0o077 == 0


def test_without_its_key_psychology_stays_closed_and_the_rest_comes_back(
    school: School, tmp_path: Path
) -> None:
    kept = school.back_up()
    restored = restore(kept.sealed[0].file, tmp_path / "r", secrets=[school.main.secret], when=_NOW)
    assert not restored.is_whole
    assert not list((tmp_path / "r/records").rglob("Y*.yml"))


def test_a_failed_restore_leaves_nothing_behind(school: School, tmp_path: Path) -> None:
    file = school.back_up().sealed[0].file
    with pytest.raises(CannotOpen):
        restore(file, tmp_path / "r", secrets=[new_key().secret], when=_NOW)
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(CannotOpen):
        restore(file, tmp_path / "r", secrets=[school.main.secret], when=_NOW)
    assert not (tmp_path / "r").exists()
    with pytest.raises(FolderInUse):
        restore(file, school.root, secrets=[school.main.secret], when=_NOW)


def test_a_restored_backup_obeys_the_tombstones_beside_it(school: School, tmp_path: Path) -> None:
    file = school.back_up().sealed[0].file
    child = min(school.root.glob("records/students/*/*.yml")).stem
    stone = tombstone(child, secret=load_secret(school.root), on=_NOW.date())
    (file.parent / "tombstones.jsonl").write_bytes(written([stone]))
    restored = restore(file, tmp_path / "r", secrets=[school.other.secret], when=_NOW)
    assert restored.erased == 1
    assert not list((tmp_path / "r").rglob(f"{child}.yml"))
    assert f"编号: {child}".encode() not in _objects(tmp_path / "r")


def test_a_drill_proves_a_restore_and_leaves_nothing(school: School) -> None:
    file = school.back_up().sealed[0].file
    proved = drill(file, school.root, secrets=[school.other.secret], when=_NOW)
    assert proved.restored.problems == ()
    assert proved.document[1]
    assert not list((school.root / ".guanai").glob("tmp-*"))


def test_a_drill_of_a_damaged_backup_fails(school: School) -> None:
    file = school.back_up().sealed[0].file
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    with pytest.raises(CannotOpen):
        drill(file, school.root, secrets=[school.other.secret], when=_NOW)
    assert not list((school.root / ".guanai").glob("tmp-*"))


def test_backups_older_than_settled_go_but_never_the_newest(school: School) -> None:
    school.back_up(_NOW - timedelta(days=100))
    assert school.back_up(_NOW - timedelta(days=36)).pruned
    kept = school.back_up(_NOW)
    assert len(kept.pruned) == 2
    assert len(list(school.backups.glob("*.age"))) == 2
    assert school.back_up(_NOW + timedelta(days=34)).pruned == ()


def test_one_key_is_too_few_and_a_backup_inside_the_workspace_is_none(school: School) -> None:
    with pytest.raises(NoRoom):
        keeping.back_up(school.root, to=school.root / "documents", hosts=(), when=_NOW)
    text = (school.root / ".guanai/backup.yml").read_text(encoding="utf-8")
    (school.root / ".guanai/backup.yml").write_text(
        text.replace(school.other.public, school.main.public), encoding="utf-8"
    )
    with pytest.raises(TooFewRecipients):
        school.back_up()
    assert not school.backups.exists()


def test_edits_that_no_commit_holds_are_told(school: School) -> None:
    with (school.root / "records/school.yml").open("a", encoding="utf-8") as file:
        file.write("# 注\n")
    assert school.back_up().uncommitted == ("records/school.yml",)


@pytest.fixture
def guanai(school: School, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["-C", str(school.root), *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_the_commands_go_from_keys_to_a_proved_restore(
    school: School, guanai: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (school.root / ".guanai/backup.yml").unlink()
    stick = tmp_path / "stick"
    stick.mkdir()
    for who in ("校长", "副校长"):
        assert guanai("backup", "keygen", who, "--paper", str(stick / who))[0] == 0
        assert guanai("backup", "keygen", who, "--paper", str(stick / f"心理{who}"), "--psychology")[0] == 0
    assert guanai("backup", "keygen", "校长", "--paper", str(school.root / "key"))[0] == 2
    assert guanai("backup", "keygen", "校长", "--paper", str(stick / "校长"))[0] == 2
    assert (stick / "校长").stat().st_mode & 0o077 == 0
    assert guanai("backup")[0] == 2
    code, out, _ = guanai("backup", "--to", str(tmp_path / "disk"), "--json")
    assert code == 0
    files = [each["file"] for each in json.loads(out)["sealed"]]
    keys = ["--key", str(stick / "副校长"), "--key", str(stick / "心理校长")]
    code, out, _ = guanai("backup", "drill", files[0], *keys)
    assert code == 0, out
    assert "能恢复" in out
    assert guanai("backup", "drill", files[0], "--key", str(stick / "副校长"))[0] == 1
    code, out, _ = guanai("backup", "--status", "--json")
    assert code == 0
    assert json.loads(out)["drilled"]
    assert guanai("restore", files[0], str(tmp_path / "r"), *keys)[0] == 0
    assert run(["-C", str(tmp_path / "r"), "check", "--on", "2026-11-20"]) == 0


def test_a_wrong_setting_is_told_with_its_line(
    school: School, guanai: Callable[..., tuple[int, str, str]]
) -> None:
    (school.root / ".guanai/backup.yml").write_text("镜像: /x\n收件: []\n", encoding="utf-8")
    code, _, err = guanai("backup", "--status")
    assert code == 1
    assert ".guanai/backup.yml:2：没有“收件”这一栏" in err


def test_no_git_variable_of_a_caller_leads_astray(
    school: School, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert school.back_up().failures == ()
    assert os.environ["GIT_DIR"]
