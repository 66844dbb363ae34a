"""How the gateway is doing: counts and times of its answers, never what was asked for."""

import threading
from collections import Counter, deque
from dataclasses import dataclass
from statistics import quantiles

_KEPT = 2000
_PERCENTILES = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meters show.

    Attributes:
        answers: how many by first digit of their status: ``{"2": 1200, "4": 3}``.
        median_ms: half of the last answers took no longer.
        slow_ms: nineteen of twenty took no longer.
        faults: references of the last faults of the program, newest first.
    """

    answers: dict[str, int]
    median_ms: float
    slow_ms: float
    faults: tuple[str, ...]


class Meters:
    """Counts answers; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[str] = Counter()
        self._times: deque[float] = deque(maxlen=_KEPT)
        self._faults: deque[str] = deque(maxlen=10)

    def count(self, status: int, seconds: float) -> None:
        """Count an answer."""
        with self._lock:
            self._answers[str(status // 100)] += 1
            self._times.append(seconds * 1000)

    def fault(self, reference: str) -> None:
        """Remember the reference of a fault."""
        with self._lock:
            self._faults.appendleft(reference)

    def read(self) -> Reading:
        """Return what the meters show now."""
        with self._lock:
            times, answers, faults = list(self._times), dict(self._answers), tuple(self._faults)
        cuts = quantiles(times, n=_PERCENTILES) if len(times) > 1 else [*times, 0.0] * _PERCENTILES
        middle = cuts[_PERCENTILES // 2 - 1] if len(times) > 1 else cuts[0]
        return Reading(answers, middle, cuts[_PERCENTILES - 2] if len(times) > 1 else cuts[0], faults)
