"""What git may take in, looked at before it does: places, modes, layout, schema, cross checks, names."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from guanai.check.examine import examine
from guanai.check.moment import Examiner, Moment
from guanai.check.names import NameFinder
from guanai.errors import Problem
from guanai.paths import kind_of
from guanai.schema import Schemas, load_schemas, load_taxonomies
from guanai.store import entries
from guanai.store.entries import Entry, Home
from guanai.workspace.tidy import tidy

_LEVEL = re.compile(r"[红黄绿](?:色|级|标)|预警等级")
_ID_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9Xx])")
#: Settings of the site through which a file would run as a program or be read from elsewhere.
_ACTIVE = re.compile(r"^(?P<key>hooks|INHERIT)\s*:|!!python|!ENV|!relative", re.MULTILINE)
_SITE_SETTINGS = "mkdocs.yml"
_LAYOUT = "版面或编号不合规定：{what}。请运行 guanai fmt {path}，再提交一次。"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that a commit brings.

    Attributes:
        entry: where it lies, with mode and size.
        read: gives its bytes.
    """

    entry: Entry
    read: Callable[[], bytes]


def faults(changes: Iterable[Change], finder: NameFinder, home: Home) -> Iterator[Problem]:
    """Yield what is wrong with single files: place, mode, size, name, layout, schema.

    A file that has no place here, or is none, is not opened.
    """
    for change in changes:
        entry = change.entry
        objections = list(entries.objections(entry, home))
        if entries.is_free_name(entry.path) and finder.is_named(entry.path):
            objections.append(Problem(entry.path, 1, "", "place.named", _NAMED))
        if objections:
            yield from (_discreet(problem) for problem in objections)
        elif kind_of(entry.path):
            raw = change.read()
            yield from examine(raw, entry.path)[0]
            yield from layout(raw, entry.path, load_schemas())
        elif entry.path == _SITE_SETTINGS:
            yield from _settings(change.read(), entry.path)


_NAMED = "文件名里有学生的姓名；请改用编号作文件名。"


def layout(raw: bytes, path: str, schemas: Schemas) -> Iterator[Problem]:
    """Yield one problem where a record is not as `guanai fmt` would leave it; none for one that cannot be read."""
    text, _ = tidy(raw, path, schemas)
    if text is None or text.encode() == raw:
        return
    old, new = raw.decode("utf-8", "replace").split("\n"), text.split("\n")
    line = next(
        (place for place, pair in enumerate(zip(old, new, strict=False), 1) if pair[0] != pair[1]), len(new)
    )
    what = "行尾是 Windows 的换行" if b"\r" in raw else f"从第 {line} 行起和规定的样子不同"
    yield Problem(path, line, "", "layout.canonical", _LAYOUT.format(what=what, path=path))


def joint_faults(examiner: Examiner, before: Moment, after: Moment, on: date) -> Iterator[Problem]:
    """Yield what a step makes wrong between records; problems of single files are left to `faults`."""
    touched = after.changed_from(before)
    own = {tuple(problem) for key in touched for problem in _own(examiner, after, key)}
    for problem in examiner.new_problems(before, after, on):
        if tuple(problem.as_json().values()) not in own:
            yield problem


def _own(examiner: Examiner, moment: Moment, path: str) -> Sequence[Sequence[object]]:
    found: Sequence[Sequence[object]] = examiner.results(moment)[f"{path}:{moment.ids[path]}"]["problems"]
    return found


def message_faults(message: str, finder: NameFinder) -> Iterator[str]:
    """Yield, in Chinese, what a commit's message says of a child that it must not; the words are not repeated."""
    if finder.is_named(message):
        yield "写有学生的姓名；请改用编号（如 S2024-7K3QD）"
    if _LEVEL.search(message):
        yield "写有预警等级；等级写在档案里，说明只写编号和做了什么"
    if any(word in message for word in _circumstances()):
        yield "写有特殊情形的类别；类别写在档案里，说明只写编号和做了什么"
    if _ID_NUMBER.search(message):
        yield "写有身份证号码；请删去"


def _circumstances() -> frozenset[str]:
    words = (
        word for groups in load_taxonomies().values() for group in groups for word in group.circumstances
    )
    # 其他 and the like say nothing of anyone.
    return frozenset(word for word in words if word not in ("其他", "残疾") and len(word) > 1) | {
        "残疾",
        "离异",
        "单亲",
    }


def _settings(raw: bytes, path: str) -> Iterator[Problem]:
    text = raw.decode("utf-8", "replace")
    if found := _ACTIVE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Problem(
            path, line, "", "site.active", "网站的设置里不能带程序，也不能引别处的文件；请删去这一行。"
        )


def _discreet(problem: Problem) -> Problem:
    return Problem(entries.shown(problem.path), problem.line, problem.pointer, problem.rule, problem.message)
