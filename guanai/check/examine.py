"""The part of a check that reads: one file by itself, and all of them together."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from generators import citations
from guanai.check import links, sense
from guanai.check.facts import Facts, gather, walk
from guanai.check.survey import survey
from guanai.errors import Problem
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.schema.wording import readable
from guanai.yamlfile import Loaded, load, pointer

#: Below this number of new files a second process costs more than it brings.
_WORTH_A_POOL = 400
#: Kinds of record whose free text may tell of children.
_TELLING = frozenset({"student", "meeting", "activity", "screening", "decision", "counseling"})


def examine_all(root: Path, wanted: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the result of each file by ``path:blob``; large numbers are spread over the processors."""
    workers = os.cpu_count() or 1
    if len(wanted) < _WORTH_A_POOL or workers < 2:
        return _examine_some(root, wanted)
    parts = [wanted[start::workers] for start in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        results = pool.map(_examine_some, [root] * workers, parts)
        return {key: result for part in results for key, result in part.items()}


def _examine_some(root: Path, wanted: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {f"{path}:{blob}": _examine(root, path) for path, blob in wanted}


def _examine(root: Path, path: str) -> dict[str, Any]:
    problems, facts = examine((root / path).read_bytes(), path)
    return {
        "problems": [list(problem.as_json().values()) for problem in problems],
        "facts": facts.as_json() if facts else None,
    }


def examine(raw: bytes, path: str) -> tuple[list[Problem], Facts | None]:
    """Return what is wrong with one file by itself, and its facts; None when it cannot be read as its kind."""
    kind = kind_of(path)
    if kind is None:
        return [
            Problem(path, 1, "", "place.unknown", "这里不放这样的文件；请移走，或改成规定的文件名。")
        ], None
    loaded = load(raw, path)
    problems = list(loaded.problems)
    if not isinstance(loaded.data, dict):
        if not problems:
            problems.append(
                Problem(
                    path, 1, "", "yaml.record", "整个文件应是一组“栏目: 内容”，现在不是；请对照别的记录改正。"
                )
            )
        return problems, None
    schemas = load_schemas()
    objections = schemas.problems(kind, loaded)
    if objections:
        return problems + objections, _whatever(kind, loaded)
    found = survey(kind, loaded.data, mentions="@S" in loaded.text)
    return problems + sense.objections(kind, loaded, found), gather(kind, loaded.data, found)


def _whatever(kind: str, loaded: Loaded) -> Facts | None:
    # A record with faults still says who it is; the rest is looked at when it fits its schema.
    data = loaded.data
    if kind in ("school", "staff", "calendar") or not isinstance(data, dict):
        return None
    return Facts(id=str(data.get("编号", "")), name=str(data.get("姓名", "")))


def hold_together(
    root: Path, ids: Mapping[str, str], results: Mapping[str, Any], on: date
) -> tuple[Problem, ...]:
    """Return the problems of all files and those between them, by path and line."""
    problems: list[Problem] = []
    facts: dict[str, Facts | None] = {}
    for path, blob in ids.items():
        result = results[f"{path}:{blob}"]
        problems += (Problem(*each) for each in result["problems"])
        facts[path] = Facts.from_json(result["facts"]) if result["facts"] else None
    whole = links.Whole(facts, frozenset(citations.load_citations()), on)
    places = _Places(root)
    problems += (places.problem(*each) for each in links.objections(whole))
    problems += _named(root, whole, places)
    return tuple(sorted(set(problems)))


class _Places:
    """Finds the line of a pointer, reading a file only when something is wrong in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._loaded: dict[str, Loaded] = {}

    def loaded(self, path: str) -> Loaded:
        if path not in self._loaded:
            self._loaded[path] = load((self._root / path).read_bytes(), path)
        return self._loaded[path]

    def problem(self, path: str, pointer: str, rule: str, message: str) -> Problem:
        line = self.loaded(path).line(pointer) if pointer or (self._root / path).exists() else 1
        return Problem(path, line, pointer, rule, message)


def _named(root: Path, whole: links.Whole, places: _Places) -> Iterator[Problem]:
    names: dict[str, set[str]] = {}
    for _, facts in whole.of("student"):
        if facts.name:
            names.setdefault(facts.name, set()).add(facts.id)
    finder = links.NameFinder(names)
    for path, told in whole.facts.items():
        if told is None or kind_of(path) not in _TELLING:
            continue
        text = (root / path).read_text(encoding="utf-8")
        for name in sorted(finder.find(text, told.id)):
            yield from _mentions(places.loaded(path), name, finder.ids(name))


def _mentions(loaded: Loaded, name: str, ids: str) -> Iterator[Problem]:
    # A name may stand where names belong (a brother in the family list); free text is the place for @.
    shape = load_schemas().record(kind_of(loaded.path) or "student")
    for path, field, value in walk(shape, loaded.data):
        if field.definition == "note" and isinstance(value, str) and name in value:
            message = (
                f"{readable(path)}：写到了另一名学生的姓名；请改写成 @{ids}，打印时只对可以看的人显示姓名。"
            )
            yield Problem(loaded.path, loaded.line(path), pointer(path), "text.name", message)
