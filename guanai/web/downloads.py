"""How many files a person has taken of late: a stolen log-in must not carry off the whole school in an afternoon.

Counted in memory: a restart begins anew, which nobody who downloads can bring about.
"""

import contextlib
import math
import threading
from collections import defaultdict, deque
from datetime import datetime
from typing import Final

_HOUR_SECONDS: Final = 3600.0


class Downloads:
    """Counts files by person over the last hour; safe between threads."""

    def __init__(self, most: int) -> None:
        """``most``: files that one person may take within an hour."""
        self.most = most
        self._lock = threading.Lock()
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait_seconds(self, staff: str, *, when: datetime) -> int:
        """Count a file and return 0, or return how long to wait where there were too many."""
        with self._lock:
            taken, instant = self._of_late(staff, when), when.timestamp()
            if len(taken) >= self.most:
                return math.ceil(taken[len(taken) - self.most] + _HOUR_SECONDS - instant)
            taken.append(instant)
        return 0

    def count(self, staff: str, *, when: datetime) -> None:
        """Count a file, even where there were too many."""
        with self._lock:
            self._of_late(staff, when).append(when.timestamp())

    def give_back(self, staff: str, *, when: datetime) -> None:
        """Count a file no longer: none came of what was counted at that instant."""
        with self._lock, contextlib.suppress(ValueError):
            self._taken[staff].remove(when.timestamp())

    def _of_late(self, staff: str, when: datetime) -> deque[float]:
        taken, instant = self._taken[staff], when.timestamp()
        # What lies ahead was counted before the clock was put back.
        while taken and not instant - _HOUR_SECONDS < taken[0] <= instant:
            taken.popleft()
        return taken
