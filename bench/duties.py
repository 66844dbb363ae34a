"""The duties of a day: cold, from a filled cache, and after one file changed, at 300, 3,000 and 30,000 children.

Run with the sizes as arguments, the first two by default: the largest takes minutes to read for the first time.
Seconds are printed; what decides are the ratio and the growth inside one run, and two seconds for 3,000 children.
"""

import gc
import math
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from measure import process

from guanai.ids import ALPHABET
from guanai.schema import load_schemas
from guanai.workspace.watch.gathering import Gathering
from guanai.workspace.watch.vigil import Vigil

_BIN = Path(sys.executable).parent
_HOME = Path(__file__).resolve().parents[1] / "build" / "bench"
#: A full term lies behind the school.
_ON = date(2027, 1, 20)
_SIZES = (300, 3000)
_ROUNDS = 5
#: The largest school that is invented child by child.
_INVENTED = 3000
_LEAST_RATIO, _MOST_SECONDS, _MEASURED = 10, 2.0, 3000


@dataclass(frozen=True)
class Taken:
    """Seconds of one size: in one process, and of a whole ``guanai due --json`` from a filled cache."""

    children: int
    cold: float
    filled: float
    changed: float
    command: float


def main(sizes: tuple[int, ...]) -> int:
    """Measure every size; 1 when a promise is not kept."""
    gc.set_threshold(50_000)  # as the program sets it for itself
    found = [_measure(size) for size in sizes]
    print("children    cold  filled  one file changed  ratio  whole command")
    for each in found:
        ratio = each.cold / each.changed
        print(
            f"{each.children:8} {each.cold:7.2f} {each.filled:7.2f} {each.changed:17.3f} {ratio:6.1f} {each.command:14.2f}"
        )
    for smaller, larger in pairwise(found):
        growth = larger.children / smaller.children
        exponents = ", ".join(
            f"{name} {math.log(getattr(larger, name) / getattr(smaller, name), growth):.2f}"
            for name in ("cold", "filled", "changed", "command")
        )
        print(f"exponent {smaller.children} → {larger.children}: {exponents}")
    kept = [
        each.cold / each.changed >= _LEAST_RATIO and each.filled <= _MOST_SECONDS
        for each in found
        if each.children == _MEASURED
    ]
    return 0 if all(kept) else 1


def _measure(size: int) -> Taken:
    root = _school(size)
    shutil.rmtree(root / ".guanai" / "cache", ignore_errors=True)
    cold = _timed(lambda: _fresh(root).look(on=_ON).duties(_ON))
    filled = statistics.median(_timed(lambda: _fresh(root).look(on=_ON).duties(_ON)) for _ in range(_ROUNDS))
    changed = statistics.median(_changes(root))
    command = process([_BIN / "guanai", "-C", root, "due", "--on", _ON, "--json"]).seconds
    return Taken(size, cold, filled, changed, command)


def _school(size: int) -> Path:
    """Return a school of a size; one larger than the largest invented has its children several times, under other ids."""
    root = _HOME / f"duties-{size}"
    if (root / "records").exists():
        return root
    if size <= _INVENTED:
        process([_BIN / "guanai", "demo", root, "--students", size, "--seed", 1, "--on", _ON])
        return root
    first = _school(_INVENTED)
    half = root.with_name(f"{root.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(first, half, ignore=shutil.ignore_patterns(".git", ".guanai"))
    files = sorted((first / "records" / "students").rglob("*.yml"))
    for number in range(len(files), size):
        source = files[number % len(files)]
        child = _other_id(source.stem, number // len(files))
        target = half / source.relative_to(first).with_name(f"{child}.yml")
        target.write_bytes(source.read_bytes().replace(source.stem.encode(), child.encode()))
    half.rename(root)
    return root


def _other_id(student: str, copy: int) -> str:
    """Return an id that next to no other child has: every sign of the code moved on."""
    year, _, code = student.partition("-")
    moved = (ALPHABET[(ALPHABET.index(sign) + copy) % len(ALPHABET)] for sign in code)
    return f"{year}-{''.join(moved)}"


def _changes(root: Path) -> list[float]:
    """Return what a vigil that stands, as in a server, takes after one child's file changed."""
    vigil = _fresh(root)
    vigil.look(on=_ON).duties(_ON)
    file = min((root / "records" / "students").rglob("*.yml"))
    before = file.read_bytes()
    taken = []
    try:
        for place in range(_ROUNDS):
            file.write_bytes(before + f"# {place}\n".encode())
            taken.append(_timed(lambda: vigil.look(on=_ON).duties(_ON)))
    finally:
        file.write_bytes(before)
    return taken


def _fresh(root: Path) -> Vigil:
    return Vigil(Gathering(root, load_schemas()))


def _timed(work: Callable[[], object]) -> float:
    # Seconds of this process: other people's work on the machine does not count.
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or _SIZES))
