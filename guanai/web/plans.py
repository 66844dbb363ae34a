"""Plans of imports, worked out beside the pages and kept in memory while somebody looks at one."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan, Watch
from guanai.workspace.previews import Preview

#: What a plan was worked out from: the workbook with what was said of it, the records at a commit, and the day.
_Origin = tuple[Preview, Workspace, date]
_MOST = 4
#: So many rows are worked out while a page waits; of more it is told how far they are.
_AT_ONCE = 300
_PATIENCE_SECONDS = 1.0
_LOOK_EVERY_SECONDS = 0.1
#: Works a plan out and tells how far it is.
Make = Callable[[Watch], Plan]


@dataclass(slots=True)
class Progress:
    """How far a plan is.

    Attributes:
        done: so many rows were looked at.
        total: so many there are, 0 while that is not known.
    """

    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int:
        """How far, of a hundred."""
        return 100 * self.done // self.total if self.total else 0

    def tell(self, done: int, total: int) -> None:
        """Note how far it is."""
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class _Work:
    origin: _Origin
    progress: Progress
    future: "Future[Plan]"


class Plans:
    """The last few plans; one is worked out at a time, so that the pages keep a processor."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[_Origin, Plan]] = OrderedDict()
        self._works: dict[str, _Work] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="guanai-plans")

    def of(self, preview: Preview, workspace: Workspace, on: date, make: Make) -> Plan:
        """Return the plan of a workbook; it is worked out anew where the records or what was said have changed.

        Args:
            preview: the workbook.
            workspace: the records at the newest commit; another object is another commit.
            on: today.
            make: works it out; what it raises is not kept.
        """
        found = self._found((preview, workspace, on), make)
        return self._result(found) if isinstance(found, _Work) else found

    def look(self, preview: Preview, workspace: Workspace, on: date, make: Make) -> Plan | Progress:
        """Return the plan as `of` does; of a long sheet whose plan is not ready, how far it is."""
        found = self._found((preview, workspace, on), make)
        if not isinstance(found, _Work):
            return found
        begun_at, told = time.monotonic(), found.progress
        while not found.future.done():
            if told.total > _AT_ONCE and time.monotonic() - begun_at > _PATIENCE_SECONDS:
                return told
            time.sleep(_LOOK_EVERY_SECONDS)
        return self._result(found)

    def forget(self, but: Workspace) -> None:
        """Forget all plans but those made of the newest commit: after an erasure none speaks of who is gone."""
        with self._lock:
            for key in [key for key, ((_, then, _), _) in self._kept.items() if then is not but]:
                del self._kept[key]
            for key in [key for key, work in self._works.items() if work.origin[1] is not but]:
                del self._works[key]

    def close(self) -> None:
        """Begin nothing more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _found(self, origin: _Origin, make: Make) -> "Plan | _Work":
        """Return a plan that is there, or the work on it, begun here where nobody has."""
        key = origin[0].id
        with self._lock:
            known, work = self._kept.get(key), self._works.get(key)
            if known is not None and known[0] == origin:
                return known[1]
            if work is None or work.origin != origin:
                self._kept.pop(key, None)
                told = Progress()
                work = _Work(origin, told, self._worker.submit(make, told.tell))
                self._works[key] = work
                for left in [key for key, each in self._works.items() if each.future.done()][:-_MOST]:
                    del self._works[left]  # nobody came back to it
        return work

    def _result(self, work: _Work) -> Plan:
        """Return what came of some work and keep it; raises what stood in its way, once."""
        key = work.origin[0].id
        try:
            made = work.future.result()
        finally:
            with self._lock:
                if self._works.get(key) is work:
                    del self._works[key]
        with self._lock:
            self._kept[key] = work.origin, made
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made
