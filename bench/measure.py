"""Timing whole processes and calls; seconds are printed, only ratios inside one run decide."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds, the largest memory it held, in MB, and seconds of processors, its helpers' too."""

    seconds: float
    peak_mb: float
    worked: float


def process(command: Sequence[object], *, codes: Sequence[int] = (0,)) -> Run:
    """Run a command to its end, output thrown away."""
    # An installed program keeps its compiled modules; a machine that forbids it would time Python's compiler.
    setting = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    child = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=setting
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in codes:
        message = f"{command} ended with {child.returncode}"
        raise RuntimeError(message)
    return Run(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def call(work: Callable[[], object], times: int) -> float:
    """Return the median seconds of a call."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def row(name: str, ours: float, theirs: float, wanted: float) -> bool:
    """Print one comparison; tell whether the ratio is reached."""
    ratio = theirs / ours
    verdict = "ok" if ratio >= wanted else "BELOW"
    print(
        f"{name:<52} {ours * 1000:>10.1f} ms  peer {theirs * 1000:>10.1f} ms  {ratio:>8.1f} x  (wanted {wanted:g} x)  {verdict}"
    )
    return ratio >= wanted
