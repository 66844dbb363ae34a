"""The internal site of 60 classes and 3,000 children: ours, all in one call, against a `mkdocs build` for each class.

The peer gets the same trees with the same theme and settings, search off for both, and the trees for nothing: they
are written before the clock starts. Ours reads the records, makes the trees and builds. A part of the peer's runs
is measured, spread over the classes, and scaled to all of them. A number of children may be given for a smaller
school: ``python bench/sites.py 600``.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from guanai.pages.audiences import Audience
from guanai.workspace.facade import Workspace
from guanai.workspace.founding import found_demo
from guanai.workspace.site_leaves import Leaves, written
from guanai.workspace.site_maker import SiteMaker
from guanai.workspace.sites import Holdings, build_sites, hold, tree_for

_ROOT = Path(__file__).resolve().parents[1]
_PLACE = _ROOT / "build" / "bench" / "sites"
_ON = date(2026, 11, 20)
_STUDENTS, _MEASURED = 3_000, 6
_WANTED = 4.0
_EDITION = frozenset({"教学", "关爱", "限制", "证件"})


def main() -> int:
    """Measure and print; 1 when the ratio is not reached."""
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir(parents=True)
    try:
        return 0 if _compared() else 1
    finally:
        shutil.rmtree(_PLACE, ignore_errors=True)


def _compared() -> bool:
    school = _PLACE / "school"
    students = int(sys.argv[1]) if len(sys.argv) > 1 else _STUDENTS
    for _ in found_demo(school, students=students, seed=2026, on=_ON):
        pass
    workspace = Workspace(school)
    begun = time.perf_counter()
    held = hold(workspace, on=_ON)
    classes = [
        each for each in held.audiences if each.unit in held.roll.classes and frozenset(each.sees) == _EDITION
    ]
    built = build_sites(workspace, None, classes, on=_ON, holdings=held)
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    build_sites(workspace, None, classes, on=_ON, holdings=held)
    again = time.perf_counter() - begun
    one = _one_save(workspace, held, classes)
    peer = _peer(held, classes)
    ratio = peer * len(classes) / ours
    pages = sum(each.pages for each in built)
    print(
        f"sites: {len(classes)} classes, {len(held.ids('student'))} children, {pages} pages: ours {ours:.1f} s; "
        f"mkdocs build {peer:.2f} s a class ({min(_MEASURED, len(classes))} measured), "
        f"{peer * len(classes):.0f} s for all: {ratio:.1f} x (at least {_WANTED:g} x)  "
        f"{'ok' if ratio >= _WANTED else 'MISSED'}"
    )
    print(
        f"sites: nothing changed {again:.2f} s; one child of one class changed {one * 1000:.0f} ms to the switch"
    )
    return ratio >= _WANTED


def _one_save(workspace: Workspace, held: Holdings, classes: Sequence[Audience]) -> float:
    """Return the median time from a changed child to its class's site."""
    maker = SiteMaker()
    taken = []
    for turn in range(7):
        audience = classes[turn]
        student = next(each.id for each in held.roll.children.values() if each.class_id == audience.unit)
        records = {**held.records["student"]}
        records[student] = {**records[student], "特长": f"特长{turn}"}
        changed = replace(held, records={**held.records, "student": records})
        build_sites(workspace, None, [audience], on=_ON, holdings=held, maker=maker, workers=1)
        begun = time.perf_counter()
        build_sites(workspace, None, [audience], on=_ON, holdings=changed, maker=maker, workers=1)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _peer(held: Holdings, classes: Sequence[Audience]) -> float:
    """Return the mean time of one class's `mkdocs build`."""
    step = max(1, len(classes) // _MEASURED)
    taken = []
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"}
    for number, audience in enumerate(classes[::step][:_MEASURED]):
        folder = _PLACE / f"peer{number}"
        list(written(Leaves.of(tree_for(held, audience)), folder))
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=folder, env=env, check=True)
        taken.append(time.perf_counter() - begun)
    return statistics.mean(taken)


if __name__ == "__main__":
    sys.exit(main())
