"""Ourselves against our peers on the same work in one run: ``make bench``.

2,000 invented student files, checked by us and by check-jsonschema; 200 of them printed by us and by docxtpl.
"""

import gc
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from measure import call, process, row
from peers import Template

from guanai.check import check
from guanai.cli.main import OBJECTS_PER_SWEEP
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of

_ROOT = Path(__file__).resolve().parents[1]
_BIN = Path(sys.executable).parent
_SCHOOL = _ROOT / "build" / "bench" / "school"
_ON = date(2026, 11, 20)
_STUDENTS, _PRINTED, _ROUNDS = 2000, 200, 3
_MOST_MB = 150


def main() -> int:
    """Run every comparison; 1 when a ratio is not reached."""
    _invent()
    reached = [*_checking(), *_printing()]
    return 0 if all(reached) else 1


def _invent() -> None:
    shutil.rmtree(_SCHOOL, ignore_errors=True)
    process(
        [
            _BIN / "guanai",
            "demo",
            _SCHOOL,
            "--students",
            _STUDENTS,
            "--seed",
            1,
            "--on",
            _ON,
            "--only",
            "students",
        ]
    )
    files = list((_SCHOOL / "records" / "students").rglob("*.yml"))
    sizes = sorted(file.stat().st_size for file in files)
    print(
        f"{len(files)} student files, median {sizes[len(sizes) // 2]} bytes, {sum(sizes) / 1e6:.1f} MB in all"
    )


def _checking() -> list[bool]:
    ours = [_BIN / "guanai", "-C", _SCHOOL, "check", "--on", _ON]
    cold = []
    for _ in range(_ROUNDS):
        shutil.rmtree(_SCHOOL / ".guanai" / "cache", ignore_errors=True)
        cold.append(process(ours).seconds)
    warm = [process(ours).seconds for _ in range(5)]
    files = sorted((_SCHOOL / "records" / "students").rglob("*.yml"))
    peer = process([_BIN / "check-jsonschema", "--schemafile", _bundled(), *files]).seconds
    return [
        row("check, whole process, cold", statistics.median(cold), peer, 10),
        row("check, whole process, unchanged", statistics.median(warm), peer, 100),
        row("check, in process, unchanged", call(lambda: check(_SCHOOL, on=_ON), 15), peer, 1000),
    ]


def _bundled() -> Path:
    # The peer opens a second schema file again for every reference: one file in place of two makes it 20 times as fast.
    texts = {
        name: (_ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
        for name in ("student", "defs")
    }
    schema, defs = (json.loads(text.replace("defs.schema.json#/", "#/")) for text in texts.values())
    target = _SCHOOL.parent / "student.bundled.json"
    target.write_text(json.dumps({**schema, "$defs": defs["$defs"]}, ensure_ascii=False), encoding="utf-8")
    return target


def _printing() -> list[bool]:
    workspace = Workspace(_SCHOOL)
    ids = workspace.snapshot.ids("student")[:_PRINTED]
    files = [_SCHOOL / workspace.snapshot.path("student", each) for each in ids]
    with tempfile.TemporaryDirectory() as folder:
        ours = [_BIN / "guanai", "-C", _SCHOOL, "generate", "student-file", *ids, "-o", folder, "--on", _ON]
        runs = [process(ours) for _ in range(_ROUNDS)]
    with tempfile.TemporaryDirectory() as folder:
        theirs = process([sys.executable, Path(__file__).with_name("peers.py"), folder, *files])
    peak = max(run.peak_mb for run in runs)
    print(f"{_PRINTED} student files: peak {peak:.0f} MB (at most {_MOST_MB}), peer {theirs.peak_mb:.0f} MB")
    mine = statistics.median(run.seconds for run in runs)
    print(
        f"  whole processes, start included: {mine:.2f} s, peer {theirs.seconds:.2f} s, {theirs.seconds / mine:.1f} x"
    )
    return [_one_processor(workspace, ids), peak < _MOST_MB]


def _one_processor(workspace: Workspace, ids: Sequence[str]) -> bool:
    """Compare a document with a document, on one processor, once program, template and records are read."""
    gc.set_threshold(OBJECTS_PER_SWEEP)  # as in our program; the peer gains by it too
    paper, template = paper_of("student-file"), Template()
    edition = workspace.edition(staff="", on=_ON)
    records = [workspace.snapshot.mapping("student", each) for each in ids]

    def ours() -> None:
        for each in ids:
            workspace.press.render(*workspace.press.make(paper, each, edition, _ON), "docx")

    ours()
    pairs = [
        (call(ours, 1), call(lambda: [template.fill(record) for record in records[:20]], 1)) for _ in range(5)
    ]
    mine, peer = (statistics.median(taken) for taken in zip(*pairs, strict=True))
    return row("student file as DOCX, each", mine / len(ids), peer / 20, 20)


if __name__ == "__main__":
    sys.exit(main())
