"""The sample school in real stores of both kinds."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from guanai.saving import Edit, Outcome, Request, save
from guanai.schema import load_schemas
from guanai.store.git import found
from guanai.store.note import Reason
from guanai.store.places import OwnStore, SharedStore, Store, make_shared
from guanai.yamlfile import Change

_ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample school in a repository of its own, made once."""
    root = tmp_path_factory.mktemp("template") / "school"
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, root / name)
    (root / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(root, "新建", date(2026, 11, 1))
    return root


@pytest.fixture
def school(template: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(template, tmp_path / "school"))


@pytest.fixture
def own(school: Path) -> Iterator[OwnStore]:
    """The work tree as a store."""
    store = OwnStore(school)
    yield store
    store.close()


@pytest.fixture
def shared(school: Path) -> Iterator[SharedStore]:
    """The bare store beside it."""
    store = make_shared(school)
    yield store
    store.close()


@pytest.fixture(params=["own", "shared"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind in turn."""
    made: Store = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def save_as(store: Store) -> Callable[..., Outcome]:
    """Save changes of one record as someone."""

    def call(
        staff: str,
        record: str,
        *changes: Change,
        base: str = "",
        reason: Reason = Reason.ENTRY,
        yes: bool = False,
        is_new: bool = False,
        when: datetime = WHEN,
    ) -> Outcome:
        edit = Edit(record, changes, base, is_new)
        return save(store, load_schemas(), Request(staff, reason, (edit,), when, yes))

    return call
