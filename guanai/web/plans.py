"""Plans of imports, kept in memory while somebody looks at one: working one out takes long, and nothing may change in between."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date

from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Plan
from guanai.workspace.previews import Preview

#: What a plan was worked out from: the workbook with what was said of it, the records at a commit, and the day.
_Origin = tuple[Preview, Workspace, date]
_MOST = 4


class Plans:
    """The last few plans; one is worked out at a time, so that the pages keep a processor."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[_Origin, Plan]] = OrderedDict()

    def of(self, preview: Preview, workspace: Workspace, on: date, make: Callable[[], Plan]) -> Plan:
        """Return the plan of a workbook; it is worked out anew where the records or what was said have changed.

        Args:
            preview: the workbook.
            workspace: the records at the newest commit; another object is another commit.
            on: today.
            make: works it out; what it raises is not kept.
        """
        with self._lock:
            known = self._kept.get(preview.id)
            if known is not None and known[0] == (preview, workspace, on):
                return known[1]
            self._kept.pop(preview.id, None)
            made = make()
            self._kept[preview.id] = (preview, workspace, on), made
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return made

    def forget(self, but: Workspace) -> None:
        """Forget all plans but those made of the newest commit: after an erasure none speaks of who is gone."""
        with self._lock:
            for key in [key for key, ((_, then, _), _) in self._kept.items() if then is not but]:
                del self._kept[key]
