"""A child is erased: a canary planted in ten places is found nowhere, and the others' papers still verify."""

import io
import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from guanai.cli.main import run
from guanai.schema import load_schemas
from guanai.store.tombstones import buried, read_tombstones
from guanai.workspace.erasing.authority import NotEntitled, entitled
from guanai.workspace.erasing.erasure import BrokenOff, Erasure, NobodyThere, Outcome, SavedMeanwhile
from guanai.workspace.erasing.obedience import obey
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import found_sample
from guanai.workspace.papers import Failed, paper_of
from guanai.workspace.proof import Status

CHILD, PEER = "S2024-AUGNS", "S2024-UT97N"
CANARY = "CANARY-7QZX-93KD"
WHEN = datetime.fromisoformat("2026-11-20T18:00:00+08:00")
ON = date(2026, 11, 20)
_FILE = f"records/students/2024/{CHILD}.yml"
_PEER_FILE = f"records/students/2024/{PEER}.yml"


def git(place: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=甲", "-c", "user.email=t@guanai.invalid", *arguments],
        cwd=place,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def append(root: Path, path: str, text: str) -> None:
    with (root / path).open("a", encoding="utf-8", newline="\n") as file:
        file.write(text)


def change(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text, (path, old)
    (root / path).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample school with a history, a mirror, a shared store, backups, documents and a canary all over."""
    root = tmp_path_factory.mktemp("planted") / "school"
    found_sample(root, on=ON)
    shutil.rmtree(root / "site")
    plant(root)
    return root.parent


@pytest.fixture
def school(planted: Path, tmp_path: Path) -> Path:
    """A copy of the planted school that a test may change."""
    shutil.copytree(planted, tmp_path / "here", symlinks=True)
    return tmp_path / "here" / "school"


def plant(root: Path) -> None:
    counseling = root / "records" / "counseling"
    mirror, shared = root.parent / "mirror.git", root.parent / "school.git"
    # The child's own file: now, and in an old version.
    change(root, _FILE, "课堂安全提示: ", f"课堂安全提示: 请留意{CANARY}，")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", f"修改 {CHILD}")
    change(root, _FILE, f"请留意{CANARY}", f"平时靠窗坐，{CANARY}")
    change(root, "records/attendance/2026-2027-1/J2024-02/2026-11.yml", "异常:\n", _EXCEPTION)
    change(
        root,
        "records/screenings/2026-2027-1/J2024-02.yml",
        "说明: 暑假每周训练",
        f"说明: {CANARY}暑假每周训练",
    )
    meeting = "records/meetings/2026-2027-1/M20261023-M48A.yml"
    change(root, meeting, "晚归两次", f"晚归两次（{CANARY}）")
    change(root, "records/activities/2026-2027-1/A20261014-C23H.yml", "过程: ", f"过程: {CANARY}在场。")
    append(root, "records/decisions/2026/D20261016-77WJ.yml", "")
    change(
        root,
        "records/decisions/2026/D20261016-77WJ.yml",
        "  - S2024-Z9L8D\n",
        f"  - S2024-Z9L8D\n  - {CHILD}\n",
    )
    change(root, "records/decisions/2026/D20261016-77WJ.yml", "理由: ", f"理由: {CANARY}，")
    change(root, _PEER_FILE, "内容: ", f"内容: 和@{CHILD}同桌，{CANARY}。")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", f"修改 {CHILD} {PEER}")
    # The counselling file, in its own repository.
    file = next(counseling.rglob("Y*.yml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("S2024-886RT", CHILD) + f"# {CANARY}\n", encoding="utf-8")
    git(counseling, "add", "-A")
    git(counseling, "commit", "-q", "-m", f"修改 {file.stem}")
    # A side branch, a tag, a deleted file, a packed and a loose copy.
    git(root, "branch", "older", "HEAD~1")
    git(root, "tag", "-a", "term", "-m", f"学期末 {CHILD}")
    git(root, "gc", "-q")
    append(root, "records/school.yml", "# 末尾\n")
    git(root, "commit", "-q", "-a", "-m", "修改")
    # Mirrors and the shared store.
    for source, target, how in (
        (root, mirror, "--mirror"), (counseling, root.parent / "mind.git", "--mirror"), (root, shared, "--bare"),
    ):  # fmt: skip
        git(root.parent, "clone", "-q", how, str(source), str(target))
        git(target, "remote", "remove", "origin")
    (root / ".guanai" / "backup.yml").write_text(
        "镜像: ../mirror.git\n心理镜像: ../mind.git\n备份文件夹: ../backups\n", encoding="utf-8"
    )
    # Outside git.
    backups = root.parent / "backups"
    backups.mkdir()
    (backups / "guanai-20261119-020000.tar.age").write_bytes(b"sealed")
    git(root, "bundle", "create", "-q", str(backups / "all.bundle"), "--all")
    cache = root / ".guanai" / "cache"
    cache.mkdir(exist_ok=True)
    (cache / "pages.json").write_text(f'{{"{CHILD}": "{CANARY}"}}', encoding="utf-8")
    plant_drafts(root / ".guanai" / "app.sqlite")
    site = root / "build" / "site"
    (site / "search").mkdir(parents=True)
    (site / "search" / "search_index.json").write_text(f'["{CANARY}"]', encoding="utf-8")
    (site / "index.html").write_text("首页", encoding="utf-8")
    made = Workspace(root)
    edition = made.edition(staff="", on=ON)
    for child in (CHILD, PEER, "S2024-4QC34"):
        paper = paper_of("student-file")
        for each in made.press.batch([(paper, child)], edition, ON, root / "documents", "docx"):
            assert not isinstance(each, Failed), each


def plant_drafts(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute(
            "CREATE TABLE drafts (record TEXT, body TEXT, PRIMARY KEY (record, body)) WITHOUT ROWID"
        )
        database.execute("INSERT INTO drafts VALUES (?, ?)", (CHILD, CANARY))
        database.execute("INSERT INTO drafts VALUES (?, ?)", (PEER, quote(f"@{CHILD} {CANARY}")))
        database.execute("CREATE TABLE sessions (flashes TEXT)")
        database.execute("INSERT INTO sessions VALUES (?)", (json.dumps([f"{CHILD} {CANARY}"]),))
        database.execute("INSERT INTO drafts VALUES (?, ?)", (PEER, "留着"))
    database.close()


_EXCEPTION = f"""异常:
  - 编号: K20261103-7Q2M
    学生: {CHILD}
    日期: "2026-11-03"
    节点: 晨读
    类型: 病假
    原因: {CANARY}
"""


def erase(root: Path, *, chosen: str = "sure", with_backups: bool = True) -> Outcome:
    workspace = Workspace(root)
    erasure = Erasure(root, [CHILD], schemas=load_schemas(), secret=workspace.secret, when=WHEN)
    mentions = erasure.prospect().mentions
    wanted = {(each.path, each.word) for each in mentions if not each.doubt} if chosen == "sure" else set()
    return erasure.carry_out(wanted, with_backups=with_backups)


def everything_under(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each file, each member of an archive, and each object of each repository, by an independent way."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            raw = file.read_bytes()
            yield str(file), str(file.name).encode() + raw
            if zipfile.is_zipfile(io.BytesIO(raw)):
                archive = zipfile.ZipFile(io.BytesIO(raw))
                yield from ((f"{file}:{name}", archive.read(name)) for name in archive.namelist())
    for head in sorted(folder.rglob("HEAD")):
        if (head.parent / "objects").is_dir():
            listed = git(
                head.parent, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"
            )
            for line in listed.splitlines():
                name, kind = line.split()
                yield (
                    f"{head.parent} {line}",
                    subprocess.run(
                        ["git", "cat-file", kind, name], cwd=head.parent, check=True, capture_output=True
                    ).stdout,
                )


def test_a_canary_in_ten_places_is_found_in_none(school: Path) -> None:
    workspace = Workspace(school)
    before = {problem.rule for problem in workspace.check(on=ON)}
    needles = [CANARY.encode(), CHILD.encode(), b"990101201112111779", "冯嘉豪".encode()]
    held = [name for name, raw in everything_under(school.parent) if needles[0] in raw]
    assert len(held) > 20
    outcome = erase(school)
    assert outcome.evidence.remains == ()
    left = [
        (name, needle) for name, raw in everything_under(school.parent) for needle in needles if needle in raw
    ]
    assert left == []
    assert not list((school.parent / "backups").iterdir())
    assert {problem.rule for problem in Workspace(school).check(on=ON)} <= before
    for place in [school, school / "records" / "counseling", *school.parent.glob("*.git")]:
        git(place, "fsck", "--strict")
    assert git(school, "status", "--porcelain") == ""


def test_other_childrens_papers_still_verify(school: Path) -> None:
    erase(school)
    workspace = Workspace(school)
    folder = school / "documents" / "student-file"
    assert not (folder / f"{CHILD}.docx").exists()
    assert workspace.verify(folder / "S2024-4QC34.docx").status is Status.MATCH


def test_a_paper_that_mentions_the_child_goes(school: Path) -> None:
    assert (school / "documents" / "student-file" / f"{PEER}.docx").exists()
    erase(school)
    assert not (school / "documents" / "student-file" / f"{PEER}.docx").exists()


def test_mirrors_and_shared_store_have_the_same_new_history(school: Path) -> None:
    erase(school)
    head = git(school, "rev-parse", "main").strip()
    for place in ("mirror.git", "school.git"):
        assert git(school.parent / place, "rev-parse", "refs/heads/main").strip() == head
    assert git(school.parent / "mind.git", "rev-parse", "main") == git(
        school / "records" / "counseling", "rev-parse", "main"
    )


def test_commits_before_the_child_keep_their_ids(tmp_path: Path) -> None:
    root = tmp_path / "school"
    found_sample(root, on=ON)
    (root / _FILE).rename(tmp_path / "aside.yml")
    workspace = Workspace(root)
    for path in (root / "records").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        if CHILD in text and "counseling" not in str(path):
            path.unlink()
    git(root, "add", "-A")
    git(root, "commit", "-q", "--amend", "--no-edit", "--date=2026-11-01T08:00:00")
    git(root, "reflog", "expire", "--expire=now", "--all")
    first = git(root, "rev-parse", "HEAD").strip()
    shutil.move(tmp_path / "aside.yml", root / _FILE)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", f"新增 {CHILD}")
    erasure = Erasure(root, [CHILD], schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    outcome = erasure.carry_out(set())
    assert first in git(root, "log", "--format=%H").split()
    assert outcome.evidence.remains == ()


def test_the_peers_comments_and_the_rest_of_the_minutes_stay(school: Path) -> None:
    change(school, _PEER_FILE, "学籍:\n", "# 同桌的事问班主任\n学籍:\n")
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    erase(school)
    assert "# 同桌的事问班主任" in (school / _PEER_FILE).read_text(encoding="utf-8")
    minutes = (school / "records/meetings/2026-2027-1/M20261023-M48A.yml").read_text(encoding="utf-8")
    assert '"@S2024-Z9L8D返校一周全勤；〔已删除〕晚归两次' in minutes
    assert "制订数学衔接辅导计划。" in minutes


def test_drafts_of_others_stay(school: Path) -> None:
    erase(school)
    with sqlite3.connect(school / ".guanai" / "app.sqlite") as database:
        assert database.execute("SELECT * FROM drafts").fetchall() == [(PEER, "留着")]
    database.close()


def test_names_in_plain_text_are_put_before_a_person_with_file_and_line(school: Path) -> None:
    path = "records/activities/2026-2027-1/A20261014-C23H.yml"
    change(school, path, "过程: ", "过程: 冯嘉豪发言，")
    git(school, "commit", "-q", "-a", "-m", "修改")
    workspace = Workspace(school)
    erasure = Erasure(school, [CHILD], schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    found = [each for each in erasure.prospect().mentions if each.word == "冯嘉豪" and each.path == path]
    line = (school / path).read_text(encoding="utf-8").split("冯嘉豪")[0].count("\n") + 1
    assert [(each.line, each.doubt) for each in found] == [(line, "")]
    outcome = erasure.carry_out(set())
    assert "冯嘉豪发言" in (school / path).read_text(encoding="utf-8")
    assert outcome.evidence.remains == ()


def test_what_brothers_and_sisters_share_stays_in_their_own_files(school: Path) -> None:
    text = (school / _FILE).read_text(encoding="utf-8")
    phone = next(line for line in text.splitlines() if "电话" in line).split('"')[1]
    change(school, _PEER_FILE, "家庭:\n", f'家庭:\n  电话: "{phone}"\n')
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    outcome = erase(school)
    assert phone in (school / _PEER_FILE).read_text(encoding="utf-8")
    assert outcome.evidence.remains == ()


def test_a_namesake_is_doubtful_and_keeps_the_name(school: Path) -> None:
    change(school, _PEER_FILE, "姓名: ", "姓名: 冯嘉豪 # ")
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    outcome = erase(school)
    assert "姓名: 冯嘉豪" in (school / _PEER_FILE).read_text(encoding="utf-8")
    assert outcome.evidence.remains == ()


def test_uncommitted_edits_stand_in_the_way(school: Path) -> None:
    append(school, _PEER_FILE, "# 没有提交\n")
    with pytest.raises(Exception, match="未提交的修改"):
        erase(school)
    assert (school / _FILE).exists()


def test_a_save_between_looking_and_erasing_stops_it(school: Path) -> None:
    workspace = Workspace(school)
    erasure = Erasure(school, [CHILD], schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    erasure.prospect()
    append(school, _PEER_FILE, f"# 刚刚又写到 {CHILD}\n")
    git(school, "commit", "-q", "-a", "-m", f"修改 {PEER}")
    with pytest.raises(SavedMeanwhile):
        erasure.carry_out(set())
    assert (school / _FILE).exists()


def test_a_file_outside_git_is_told_and_goes_only_when_a_person_says_so(school: Path) -> None:
    note, unseen = school / "notes.txt", school / "documents" / "scan.pdf"
    note.write_text(f"{CHILD} 的电话要换", encoding="utf-8")
    unseen.write_bytes(b"%PDF-1.7 packed")
    outcome = erase(school)
    assert [each.place for each in outcome.evidence.remains] == [note]
    assert note.exists()
    workspace = Workspace(school)
    again = Erasure(school, [CHILD], schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    assert {each.path for each in again.prospect().leftovers} == {note, unseen}
    assert again.carry_out(set(), files=[note]).evidence.remains == ()
    assert unseen.exists()


def test_a_child_nobody_knows_is_refused(school: Path) -> None:
    workspace = Workspace(school)
    for wrong in ("S2024-ZZZZZ", "冯嘉豪"):
        with pytest.raises(NobodyThere):
            Erasure(school, [wrong], schemas=workspace.schemas, secret=workspace.secret, when=WHEN).prospect()


def test_an_erasure_that_was_broken_off_is_ended_first(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("guanai.workspace.erasing.erasure.forget", fail)
        with pytest.raises(OSError, match="space"):
            erase(school)
    workspace = Workspace(school)
    with pytest.raises(BrokenOff):
        Erasure(school, [PEER], schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    again = Erasure(school, [], schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    assert again.carry_out(set()).evidence.remains == ()
    assert not [name for name, raw in everything_under(school.parent) if CANARY.encode() in raw]
    assert git(school, "status", "--porcelain") == ""


def test_the_tombstone_names_nobody_and_knows_the_child(school: Path) -> None:
    erase(school)
    stones = read_tombstones((school / "tombstones.jsonl").read_bytes())
    assert CHILD.encode() not in (school / "tombstones.jsonl").read_bytes()
    secret = Workspace(school).secret
    assert buried([CHILD, PEER], stones, secret=secret) == (CHILD,)
    assert buried([CHILD], stones, secret=b"another") == ()


def test_a_restored_old_backup_obeys_the_tombstone(school: Path) -> None:
    old = school.parent / "old.git"
    git(school.parent, "clone", "-q", "--bare", str(school), str(old))
    erase(school)
    # The old history comes back, while the private folder stays.
    git(school, "remote", "add", "old", str(old))
    git(school, "fetch", "-q", "old", "+refs/heads/main:refs/heads/back")
    git(school, "reset", "-q", "--hard", "back")
    git(school, "remote", "remove", "old")
    shutil.rmtree(old)
    assert (school / _FILE).exists()
    workspace = Workspace(school)
    outcome = obey(school, schemas=workspace.schemas, secret=workspace.secret, when=WHEN)
    assert outcome is not None
    assert outcome.children == (CHILD,)
    assert outcome.evidence.remains == ()
    assert not (school / _FILE).exists()
    assert obey(school, schemas=workspace.schemas, secret=workspace.secret, when=WHEN) is None


def test_only_the_head_may_erase(school: Path) -> None:
    snapshot = Workspace(school).snapshot
    head = next(
        each for each in snapshot.staff.values() if any(post.role == "校长" for post in each.assignments)
    )
    author = entitled(snapshot, head.id, ON)
    assert author is not None
    assert author.staff_id == head.id
    other = next(
        each for each in snapshot.staff.values() if all(post.role == "科任教师" for post in each.assignments)
    )
    with pytest.raises(NotEntitled):
        entitled(snapshot, other.id, ON)


def test_the_command_asks_nobody_and_erases_nothing_without_a_terminal(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(school), "erase", CHILD, "--on", "2026-11-20"]) == 1
    assert "什么都没有删" in capsys.readouterr().err
    assert run(["-C", str(school), "erase", CHILD, "--dry-run", "--on", "2026-11-20"]) == 0
    assert _FILE in capsys.readouterr().out
    assert (school / _FILE).exists()


def test_the_command_erases_and_proves_it(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(school), "erase", CHILD, "--yes", "--on", "2026-11-20"]) == 0
    out = capsys.readouterr().out
    assert "找到 0 处" in out
    assert not (school / _FILE).exists()


def test_a_mirror_elsewhere_is_emptied_by_the_same_command(school: Path) -> None:
    mirror = school.parent / "mirror.git"
    assert run(["erase", "--mirror", str(mirror), "--yes"]) == 0
    assert git(mirror, "cat-file", "--batch-all-objects", "--batch-check") == ""
    git(school, "push", "-q", str(mirror), "main:main")
