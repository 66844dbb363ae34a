"""A term's papers: ourselves against docxtpl kind by kind, memory as the school grows, a second run after one change.

Run with the two sizes of school as arguments, 100 and 300 by default. Seconds are printed; what decides are ratios
inside one run: 20 times as fast for the kinds compared taken together and none of them slower, no more memory for
three times the children, and after one change no paper written anew that does not depend on it.
"""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from measure import Run, call, process, row
from peer_forms import FormTemplate
from peers import Template

from guanai.workspace.facade import Workspace
from guanai.workspace.papers import paper_of

_BIN = Path(sys.executable).parent
_HOME = Path(__file__).resolve().parents[1] / "build" / "bench"
_ON, _TERM = date(2026, 11, 20), "2026-2027-1"
_KINDS = ("student-file", "home-visit", "talk-record", "tracking-record")
_SIZES = (100, 300)
#: The peer takes so long that it fills a few of each kind.
_PEER_SHARE, _ROUNDS = 10, 5
_LEAST_RATIO, _LEAST_EACH, _MOST_GROWTH = 20, 1, 1.25


def main(small: int, large: int) -> int:
    """Run every comparison; 1 when a promise is not kept."""
    schools = [_school(size) for size in (small, large)]
    kept = [*_kinds(schools[1]), _memory(schools), _second_run(schools[1])]
    return 0 if all(kept) else 1


def _school(size: int) -> Path:
    root = _HOME / f"papers-{size}"
    if not (root / "records").exists():
        process([_BIN / "guanai", "demo", root, "--students", size, "--seed", 1, "--on", _ON])
    return root


def _kinds(root: Path) -> list[bool]:
    """Compare the kinds on one processor, programs, templates and records read; then all of them for the school."""
    workspace = Workspace(root)
    mine, theirs, kept = 0.0, 0.0, []
    for kind in _KINDS:
        fill = (Template() if kind == "student-file" else FormTemplate(kind)).fill
        number, ours, peer = _compared(workspace, kind, fill)
        kept.append(row(f"{kind} as DOCX, each of {number}", ours, peer, _LEAST_EACH))
        mine, theirs = mine + number * ours, theirs + number * peer
    kept.append(row("the four kinds for the whole school", mine, theirs, _LEAST_RATIO))
    return kept


def _compared(
    workspace: Workspace, kind: str, fill: Callable[[dict[str, object]], bytes]
) -> tuple[int, float, float]:
    """Return how many papers of a kind there are, and the median seconds of one, ours and the peer's in turn."""
    paper, edition = paper_of(kind), workspace.edition(staff="", on=_ON)
    ids = workspace.press.subjects(paper, edition, _ON, _TERM)
    few = ids[:: max(1, len(ids) // _PEER_SHARE)][:_PEER_SHARE]
    records = [dict(workspace.snapshot.mapping("student", each)) for each in few]

    def ours() -> None:
        # The very papers that the peer fills.
        for each in few:
            workspace.press.render(*workspace.press.make(paper, each, edition, _ON), "docx")

    def peer() -> None:
        for record in records:
            fill(record)

    ours()
    peer()
    pairs = [(call(ours, 3), call(peer, 1)) for _ in range(_ROUNDS)]
    mine, theirs = (statistics.median(taken) / len(few) for taken in zip(*pairs, strict=True))
    return len(ids), mine, theirs


def _memory(schools: list[Path]) -> bool:
    """Compare the most memory that a pack's largest process holds, of a small and a large school."""
    peaks = []
    for root in schools:
        shutil.rmtree(root / ".guanai" / "cache", ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "pack.zip"
            run = process([_BIN / "guanai", "-C", root, "pack", "--term", _TERM, "-o", target, "--on", _ON])
            size = target.stat().st_size / 1e6
        peaks.append(run.peak_mb)
        print(f"pack of {root.name}: {run.seconds:.1f} s, {size:.1f} MB, peak {run.peak_mb:.0f} MB")
    growth = peaks[1] / peaks[0]
    print(f"memory grows {growth:.2f} x (at most {_MOST_GROWTH} x)")
    return growth <= _MOST_GROWTH


def _second_run(root: Path) -> bool:
    """Tell how much of a term's papers is written anew after one child's file changed, and how fast."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            _BIN / "guanai",
            "-C",
            root,
            "generate",
            "--all",
            "--term",
            _TERM,
            "-o",
            folder,
            "--on",
            _ON,
        ]
        first = process(command)
        same = process(command)
        before = _stamps(Path(folder))
        changed, child = _with_one_change(root, lambda: process(command))
        after = _stamps(Path(folder))
    anew = {name for name in after if after[name] != before.get(name)}
    others = {name for name in anew if name.startswith("student-file/") and child not in name}
    print(
        f"{len(after)} papers, seconds of processors: {first.worked:.1f}; nothing changed {same.worked:.1f},"
        f" {first.worked / same.worked:.1f} x; one file changed {changed.worked:.1f},"
        f" {first.worked / changed.worked:.1f} x, {len(anew)} written anew, {len(others)} files of others"
    )
    return 0 < len(anew) < len(after) / 5 and not others


def _with_one_change(root: Path, work: Callable[[], Run]) -> tuple[Run, str]:
    """Do something while one child lives elsewhere; return what came of it and the child's id."""
    file = min(
        each
        for each in (root / "records" / "students").rglob("*.yml")
        if "过程记录" in each.read_text("utf-8")
    )
    before = file.read_text("utf-8")
    try:
        file.write_text(before.replace("住址: ", "住址: 搬到", 1), encoding="utf-8")
        return work(), file.stem
    finally:
        file.write_text(before, encoding="utf-8")


def _stamps(folder: Path) -> dict[str, int]:
    return {
        file.relative_to(folder).as_posix(): file.stat().st_mtime_ns
        for file in folder.rglob("*")
        if file.is_file()
    }


if __name__ == "__main__":
    sizes = [int(each) for each in sys.argv[1:]] or list(_SIZES)
    sys.exit(main(*sizes))
