"""A tombstone names nobody, and an old backup that comes back obeys it."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from guanai.store.tombstones import buried, read_tombstones
from guanai.workspace.erasing.erasure import Outcome
from guanai.workspace.erasing.obedience import obey
from guanai.workspace.facade import Workspace

CHILD = "S2024-AUGNS"
PEER = "S2024-UT97N"
WHEN = datetime.fromisoformat("2026-11-20T18:00:00+08:00")
_FILE = f"records/students/2024/{CHILD}.yml"

Git = Callable[..., str]
Erase = Callable[[Path], Outcome]


def test_the_tombstone_names_nobody_and_knows_the_child(school: Path, erase: Erase) -> None:
    erase(school)
    stones = read_tombstones((school / "tombstones.jsonl").read_bytes())
    assert CHILD.encode() not in (school / "tombstones.jsonl").read_bytes()
    secret = Workspace(school).secret
    assert buried([CHILD, PEER], stones, secret=secret) == (CHILD,)
    assert buried([CHILD], stones, secret=b"another") == ()


def test_a_restored_old_backup_obeys_the_tombstone(school: Path, git: Git, erase: Erase) -> None:
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
