"""The records at the newest commit, read once and shared by all requests until the next save."""

import threading
from datetime import date
from pathlib import Path

from guanai.errors import Conflict
from guanai.store.git import Repository, UnknownRevision
from guanai.store.places import recover
from guanai.store.shared import SharedStore, shared_places
from guanai.workspace.facade import Workspace
from guanai.workspace.gate.guarding import guard_shared


class ForeignStore(Conflict):
    """Beside the workspace lies the shared store of another one."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place} 不是这个文件夹的共享仓库（两边的历史不相干，可能是以前留下的）。"
            "请把它移到别处，再启动；启动时会新建一个。"
        )


def open_shared(root: Path, *, on: date) -> SharedStore:
    """Open the shared store beside a workspace; the first time, make it and write its hooks.

    Raises:
        ForeignStore: what lies there belongs to another workspace.
        NotARepository, GitFailed, NotKept: it cannot be made.
    """
    root = root.absolute()
    place = shared_places(root)[0]
    if not (place / "HEAD").is_file():
        guard_shared(root, on=on)
    store = SharedStore(place, root)
    if (root / ".git").exists() and not _are_related(Repository(root), store.pair.main):
        raise ForeignStore(place)
    recover(store)
    return store


def _are_related(own: Repository, shared: Repository) -> bool:
    try:
        ours, theirs = own.head(), shared.head()
        return not ours or not theirs or _has(own, theirs) or _has(shared, ours)
    finally:
        own.close()


def _has(repository: Repository, commit: str) -> bool:
    try:
        repository.resolve(commit)
    except UnknownRevision:
        return False
    return True


class Moments:
    """Hands out the workspace as it stands at the newest commit."""

    def __init__(self, store: SharedStore) -> None:
        """``store``: where saves go."""
        self.store = store
        self._lock = threading.Lock()
        # Together in one place: who looks while another renews them gets both of before or both of after.
        self._held: tuple[tuple[str, str], Workspace] | None = None

    def now(self) -> Workspace:
        """Return the workspace at the newest commits of both repositories; the same object while nobody saves."""
        heads = self.store.pair.heads()
        held = self._held
        if held is not None and held[0] == heads:
            return held[1]
        with self._lock:
            held = self._held
            if held is None or held[0] != heads:
                held = heads, Workspace.at_head(self.store, before=held[1] if held else None)
                self._held = held
            return held[1]
