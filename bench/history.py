"""One child's history among 20,000 commits, with the table of changed paths and without: ``python bench/history.py``.

Two thousand invented children; each commit changes one of them. The seconds are those of a whole history in words'
raw form: git's walk, reading, redacting and comparing every revision of the one child.
"""

import random
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

from measure import call, row

from guanai.calendar import SHANGHAI
from guanai.demo.past import Save, stream
from guanai.ids import new_student_id
from guanai.paths import path_of
from guanai.schema import load_schemas
from guanai.store.git import Repository, found
from guanai.store.history import Asker, History
from guanai.store.note import Action, Note, Reason
from guanai.store.pair import COUNSELING, Pair

_PLACE = Path(__file__).resolve().parents[1] / "build" / "bench" / "history"
_COMMITS, _CHILDREN, _AT_ONCE, _ROUNDS = 20_000, 2_000, 4_000, 5
_WANTED = 5.0
_BEGAN = datetime(2024, 9, 1, 8, tzinfo=SHANGHAI)


def main() -> int:
    """Compare the two; 1 when the ratio is not reached."""
    child = _invent()
    repository = Repository(_PLACE)
    repository.keep_graph()
    quick = call(lambda: _told(child), _ROUNDS)
    walk = call(lambda: list(repository.log(path_of("student", child))), _ROUNDS)
    shutil.rmtree(_PLACE / ".git" / "objects" / "info" / "commit-graphs")
    steps = _told(child)
    slow = call(lambda: _told(child), _ROUNDS)
    slow_walk = call(lambda: list(repository.log(path_of("student", child))), _ROUNDS)
    repository.close()
    print(f"{_COMMITS} commits, {_CHILDREN} children, {steps} changes of this one")
    row("git's walk alone, with changed paths", walk, slow_walk, _WANTED)
    return 0 if row("history of one child, with changed paths", quick, slow, _WANTED) else 1


def _told(child: str) -> int:
    """Return how many steps a fresh history finds: nothing is kept from the last round."""
    pair = Pair(_PLACE, _PLACE / COUNSELING)
    count = sum(1 for _ in History(pair, load_schemas()).steps(path_of("student", child), Asker()))
    pair.close()
    return count


def _invent() -> str:
    """Make the repository and return the id of the child that changed as often as one does."""
    chance = random.Random(1)  # noqa: S311 -- repeatable chance is the point
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir(parents=True)
    (_PLACE / ".gitignore").write_text(".guanai/\n", encoding="utf-8")
    found(_PLACE, "bench", _BEGAN.date())
    children = [new_student_id(2020 + place % 6, rng=chance) for place in range(_CHILDREN)]
    counts = dict.fromkeys(children, 0)
    saves: list[Save] = []
    for place in range(_COMMITS):
        child = children[place] if place < _CHILDREN else chance.choice(children)
        counts[child] += 1
        when = _BEGAN + timedelta(minutes=place)
        note = Note(Action.CHANGE, (child,), "T-3XK9", "某人", Reason.ENTRY, when)
        saves.append(Save(note, {path_of("student", child): _record(child, counts[child])}))
    repository = Repository(_PLACE)
    for begin in range(0, _COMMITS, _AT_ONCE):
        repository.run("fast-import", "--quiet", stdin=stream(saves[begin : begin + _AT_ONCE]))
    repository.close()
    return sorted(children, key=lambda each: counts[each])[_CHILDREN // 2]


def _record(child: str, entries: int) -> bytes:
    told = "".join(
        f"  - 编号: E2024{place:04d}-AAAA\n    类型: 跟踪\n    时间: 2024-09-01T10:00+08:00\n    记录人: T-3XK9\n"
        f"    内容: 第{place}次跟踪，出勤好，课堂能做笔记，愿意请教，家里也常来电话。\n"
        for place in range(entries)
    )
    return f"编号: {child}\n姓名: 某某\n过程记录:\n{told}".encode()


if __name__ == "__main__":
    sys.exit(main())
