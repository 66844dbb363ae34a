"""A small workspace in an own store and in a shared store, and ways to break off a save at a step on the disk."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from guanai.store import disk
from guanai.store.git import found
from guanai.store.note import Action, Note, Reason
from guanai.store.places import OwnStore, SharedStore, make_shared

_ROOT = Path(__file__).resolve().parents[2]
_HERE = timezone(timedelta(hours=8))
_IGNORED = ".guanai/\n/records/counseling/\n"
#: Steps of `guanai.store.disk` that a full or broken disk refuses; a process may die before these and before a removal.
_REFUSABLE = ("write", "fsync", "replace", "link")


@pytest.fixture
def when() -> datetime:
    """The instant the sample school lives at."""
    return datetime(2026, 11, 20, 16, 40, tzinfo=_HERE)


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


@pytest.fixture(scope="session")
def killed_at() -> Callable[[int, Callable[[], None]], bool]:
    """Run something in a child that is killed before the given step on the disk; tell whether it was."""

    def run(step: int, work: Callable[[], None]) -> bool:
        def kill(count: int) -> None:
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

        child = os.fork()
        if not child:
            try:
                with _counted(kill, (*_REFUSABLE, "remove")):
                    work()
                os._exit(0)
            finally:  # whatever was raised: the child never goes on as a second run of the tests
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)

    return run


@pytest.fixture(scope="session")
def refusing() -> Callable[..., AbstractContextManager[list[int]]]:
    """Let the disk refuse a step, or with ``for_good`` all from it on; what it yields grows by each step asked for."""

    @contextmanager
    def refuse(step: int, code: int, *, for_good: bool) -> Iterator[list[int]]:
        asked: list[int] = []

        def act(count: int) -> None:
            asked.append(count)
            if count == step or (for_good and count > step):
                raise OSError(code, os.strerror(code))

        with _counted(act, _REFUSABLE):
            yield asked

    return refuse


@contextmanager
def _counted(act: Callable[[int], None], steps: tuple[str, ...]) -> Iterator[None]:
    """Call ``act`` with a running number, from 1, before each of these steps."""
    count = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            act(count)
            return real(*arguments)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in steps:
            patch.setattr(disk, name, counted(getattr(disk, name)))
        yield
