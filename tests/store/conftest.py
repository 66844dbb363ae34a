"""A small workspace in an own store and in a shared store; shared by all tests of the store."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from guanai.store.git import found
from guanai.store.note import Action, Note, Reason
from guanai.store.places import OwnStore, SharedStore, make_shared

_ROOT = Path(__file__).resolve().parents[2]
_HERE = timezone(timedelta(hours=8))
_IGNORED = ".guanai/\n/records/counseling/\n"


@pytest.fixture
def when() -> datetime:
    """The instant the sample school lives at."""
    return datetime(2026, 11, 20, 16, 40, tzinfo=_HERE)


@pytest.fixture
def git() -> Callable[..., str]:
    """Run the git a person would, in a folder."""

    def run(at: Path, *arguments: str) -> str:
        identity = ["-c", "user.name=某人", "-c", "user.email=someone@guanai.invalid"]
        done = subprocess.run(
            ["git", *identity, "-C", at, *arguments], capture_output=True, check=True, text=True
        )
        return done.stdout

    return run


@pytest.fixture
def school(tmp_path: Path, when: datetime) -> Path:
    """The sample school as a workspace with its two repositories."""
    root = tmp_path / "school"
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, root / name)
    (root / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    (root / ".gitattributes").write_text("*.yml text eol=lf\n", encoding="utf-8")
    (root / ".guanai").mkdir(mode=0o700)
    found(root / "records" / "counseling", "counseling", when.date())
    found(root, "demo", when.date())
    return root


@pytest.fixture
def own(school: Path) -> Iterator[OwnStore]:
    """The sample school in an own store."""
    store = OwnStore(school)
    yield store
    store.close()


@pytest.fixture
def shared(school: Path) -> Iterator[SharedStore]:
    """The sample school in a shared store beside its workspace."""
    store = make_shared(school)
    yield store
    store.close()


@pytest.fixture(params=["own", "shared"])
def store(request: pytest.FixtureRequest) -> OwnStore | SharedStore:
    """Each kind of store in turn."""
    found_store: OwnStore | SharedStore = request.getfixturevalue(request.param)
    return found_store


@pytest.fixture
def note(when: datetime) -> Callable[..., Note]:
    """Make a note of a save."""

    def make(*ids: str, staff_id: str = "T-3XK9", author: str = "张某", minutes: int = 0) -> Note:
        at = when + timedelta(minutes=minutes)
        return Note(Action.CHANGE, ids, staff_id, author, Reason.CORRECTION, at)

    return make


@pytest.fixture
def child(school: Path) -> str:
    """Path of one child's record."""
    return min(school.glob("records/students/*/*.yml")).relative_to(school).as_posix()


@pytest.fixture
def psychology(school: Path) -> str:
    """Path of one counselling record."""
    return min(school.glob("records/counseling/**/Y*.yml")).relative_to(school).as_posix()
