"""The part of a check that reads: one file by itself, and all of them together."""

import os
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from generators import citations
from guanai.check import links, sense
from guanai.check.facts import Facts, gather, walk
from guanai.check.files import FAULTY, blob_id
from guanai.check.names import NameFinder
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
    return {f"{path}:{blob}": _examine(root, path, blob) for path, blob in wanted}


def _examine(root: Path, path: str, blob: str) -> dict[str, Any]:
    if blob.startswith(FAULTY):
        fault = blob.removeprefix(FAULTY)
        return _result([Problem(path, 1, "", f"file.{fault}", _FAULTS[fault])], None)
    raw = _read(root / path)
    result = _result(*examine(raw, path))
    if blob_id(raw) != blob:
        result[CHANGED] = True
    return result


#: Marks the result of a file that someone changed while it was examined: not to be kept.
CHANGED = "changed"
_FAULTS = {
    "link": "这是一个链接（快捷方式），程序不读；请换成文件本身。",
    "folder": "这是一个文件夹，名字却像一份记录；请移走或改名。",
    "special": "这不是普通文件，程序不读；请移走。",
    "name": "名字里有乱码或看不见的字符；请改成规定的名字。",
    "closed": "读不出来：没有权限，或磁盘有错。请让管理电脑的人打开这里的读取权限。",
}


def results_of(read: Callable[[str], bytes], wanted: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the result of each file by ``path:blob``, wherever the files come from."""
    return {f"{path}:{blob}": _result(*examine(read(path), path)) for path, blob in wanted}


def _result(problems: Sequence[Problem], facts: Facts | None) -> dict[str, Any]:
    return {
        "problems": [list(problem.as_json().values()) for problem in problems],
        "facts": facts.as_json() if facts else None,
    }


def _read(file: Path) -> bytes:
    # A file may go, or be closed to us, between being found and being read.
    try:
        return file.read_bytes()
    except OSError:
        return b""


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


def flawless(kind: str, data: Mapping[str, Any], *, mentions: bool) -> Facts | None:
    """Return the facts of a record in which `examine` would find nothing wrong, None for any other; no text is needed.

    Args:
        kind: the record's kind.
        data: what it holds.
        mentions: whether its texts may hold an @id.
    """
    if not load_schemas().is_valid(kind, data):
        return None
    found = survey(kind, data, mentions=mentions)
    return None if sense.has_objections(kind, data, found) else gather(kind, data, found)


def _whatever(kind: str, loaded: Loaded) -> Facts | None:
    # A record with faults still says who it is; the rest is looked at when it fits its schema.
    data = loaded.data
    if kind in ("school", "staff", "calendar") or not isinstance(data, dict):
        return None
    record_id, name = (data.get(key) for key in ("编号", "姓名"))
    return Facts(
        id=record_id if isinstance(record_id, str) else "", name=name if isinstance(name, str) else ""
    )


def hold_together(
    root: Path, ids: Mapping[str, str], results: Mapping[str, Any], on: date
) -> tuple[Problem, ...]:
    """Return the problems of all files and those between them, by path and line."""
    return hold(lambda path: _read(root / path), ids, results, on)


def hold(
    read: Callable[[str], bytes],
    ids: Mapping[str, str],
    results: Mapping[str, Any],
    on: date,
    *,
    named_in: Collection[str] | None = None,
) -> tuple[Problem, ...]:
    """Return the problems of all files and those between them, wherever the files come from.

    Args:
        read: gives the bytes of a path, none for a file that is not there.
        ids: blob id of each path.
        results: what `results_of` or `examine_all` found, by ``path:blob``.
        on: today.
        named_in: the only files whose text is searched for other children's names; None for all.
    """
    problems: list[Problem] = []
    facts: dict[str, Facts | None] = {}
    for path, blob in ids.items():
        result = results[f"{path}:{blob}"]
        problems += (Problem(*each) for each in result["problems"])
        facts[path] = Facts.from_json(result["facts"]) if result["facts"] else None
    whole = links.Whole(facts, frozenset(citations.load_citations()), on)
    places = _Places(read, ids)
    problems += (places.problem(*each) for each in links.objections(whole))
    problems += _named(read, whole, places, named_in)
    return tuple(sorted(set(problems)))


class _Places:
    """Finds the line of a pointer, reading a file only when something is wrong in it."""

    def __init__(self, read: Callable[[str], bytes], ids: Container[str]) -> None:
        self._read = read
        self._ids = ids
        self._loaded: dict[str, Loaded] = {}

    def loaded(self, path: str) -> Loaded:
        if path not in self._loaded:
            self._loaded[path] = load(self._read(path), path)
        return self._loaded[path]

    def problem(self, path: str, pointer: str, rule: str, message: str) -> Problem:
        line = self.loaded(path).line(pointer) if pointer or path in self._ids else 1
        return Problem(path, line, pointer, rule, message)


def finder_of(facts: Iterable[Facts]) -> NameFinder:
    """Return what finds the names of these children in a text."""
    names: dict[str, set[str]] = {}
    for each in facts:
        if each.name:
            names.setdefault(each.name, set()).add(each.id)
    return NameFinder(names)


def _named(
    read: Callable[[str], bytes], whole: links.Whole, places: _Places, only: Collection[str] | None
) -> Iterator[Problem]:
    finder = finder_of(facts for _, facts in whole.of("student"))
    for path, told in whole.facts.items():
        if told is None or kind_of(path) not in _TELLING or (only is not None and path not in only):
            continue
        text = read(path).decode("utf-8", "replace")
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
