"""Whether a record is still right after a change, and still fits those around it; no other record is loaded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from generators import citations
from guanai.access import FULL, Label, Powers
from guanai.access.spots import spot_at
from guanai.check.examine import examine, flawless
from guanai.check.facts import Facts
from guanai.check.links import Whole, objections_around
from guanai.errors import GuanaiError, Problem
from guanai.paths import kind_of
from guanai.saving.places import find_path
from guanai.saving.roll import Roll
from guanai.schema import Field
from guanai.schema.wording import readable
from guanai.store.sources import Source
from guanai.yamlfile import Path, load, pointer
from guanai.yamlfile.paths import ID_KEY, steps

_CORE: Final = ("records/school.yml", "records/staff.yml")
#: Rules that quote one field in the objection to another.
_QUOTING: Final = ("identity.", "enrolment.", "disability.", "date.birth", "warning.")
#: Lists that other records point into: what stands there may end, but not go.
_POINTED_AT: Mapping[str, tuple[str, ...]] = {
    "school": ("年级", "班级"),
    "staff": ("教职工",),
    "calendar": ("学期",),
}


class Surroundings:
    """The records around those that are saved."""

    def __init__(self, source: Source, roll: Callable[[], Roll], on: date) -> None:
        """``source``: the records saved into; ``roll``: gives the roll of children when asked; ``on``: today."""
        self._source = source
        self._roll = roll
        self._on = on

    def problems(self, path: str, before: bytes | None, after: bytes) -> tuple[Problem, ...]:
        """Return what is wrong with a record after a change that was not wrong before it.

        Args:
            path: the record.
            before: its content so far, None for a new one.
            after: its content to be.
        """
        found = list(self._all(path, after))
        if found and before is not None:
            known = {(each.rule, each.message) for each in self._all(path, before)}
            found = [each for each in found if (each.rule, each.message) not in known]
        if before is not None:
            found += self._gone(path, before, after)
        return tuple(found)

    def is_flawless(self, path: str, data: Mapping[str, Any], *, mentions: bool) -> bool:
        """Tell whether `problems` would find nothing in a record, now or before; false where only it can tell.

        Args:
            path: the record.
            data: what it is to hold.
            mentions: whether its texts may hold an @id.
        """
        kind = kind_of(path) or ""
        facts = flawless(kind, data, mentions=mentions) if kind and kind not in _POINTED_AT else None
        return facts is not None and not any(self._between(path, facts))

    def _between(self, path: str, facts: Facts) -> Iterator[Problem]:
        """Yield what is wrong between a record and those around it."""
        whole = Whole(self._around(path, facts), frozenset(citations.load_citations()), self._on)
        for where, place, rule, message in objections_around(whole):
            if where == path:
                yield Problem(path, 1, place, rule, message)
        yield from self._twice(path, facts)

    def _all(self, path: str, raw: bytes) -> Iterator[Problem]:
        problems, facts = examine(raw, path)
        yield from problems
        if facts is not None and not problems:
            yield from self._between(path, facts)

    def _around(self, path: str, facts: Facts) -> dict[str, Facts | None]:
        """Return the facts of a record and of all that it points to; of those in files of their own, that they are there."""
        found: dict[str, Facts | None] = {}
        years = {each[: len("2026-2027")] for kind, each, _ in facts.references if kind == "term"}
        own = path.split("/")
        years |= {own[2][: len("2026-2027")]} if len(own) > len(("records", "kind", "file")) else set()
        for core in (*_CORE, *(f"records/calendar/{year}.yml" for year in sorted(years))):
            raw = self._source.read(core) if kind_of(core) else None
            if raw is not None:
                found[core] = _outside(raw, core)
        for each in dict.fromkeys(each for _, each, _ in facts.references):
            there = find_path(self._source, each)
            if there is not None and there not in found:
                found[there] = None
        found[path] = facts
        return found

    def _twice(self, path: str, facts: Facts) -> Iterator[Problem]:
        number = facts.extra.get("证件") if kind_of(path) == "student" else None
        if number and self._roll().others_with_number(number, path):
            words = "这个证件号码已在另一份档案里；同一名学生只建一份档案，请核对号码，或问学籍管理员。"
            yield Problem(path, 1, "/证件/号码", "identity.twice", words)

    def _gone(self, path: str, before: bytes, after: bytes) -> Iterator[Problem]:
        for key in _POINTED_AT.get(kind_of(path) or "", ()):
            for each in sorted(_ids(before, path, key) - _ids(after, path, key)):
                words = f"{key}里的 {each} 可能还有别的记录写着，不能删去；不再用的，写上“止”或留着不动。"
                yield Problem(path, 1, f"/{key}", "ref.gone", words)


# The core records are looked at in every save and seldom change.
@lru_cache(maxsize=16)
def _outside(raw: bytes, path: str) -> Facts | None:
    """Return what others may point to in a record; where it points itself is not asked here."""
    facts = examine(raw, path)[1]
    return replace(facts, references=()) if facts is not None else None


def _ids(raw: bytes, path: str, key: str) -> set[str]:
    data = load(raw, path).data
    items = data.get(key, []) if isinstance(data, dict) else []
    return {str(item[ID_KEY]) for item in items if isinstance(item, dict) and ID_KEY in item}


def worded(problem: Problem, shape: Field, data: Any, powers: Powers) -> Problem:
    """Return a problem as its saver may read it.

    Items are named by 编号, for their numbers tell how many others there are; what quotes a field that the person may
    not see is told without the quotation.
    """
    path = steps(problem.pointer)
    named = _named(data, path)
    message = problem.message.replace(readable(path), readable(named), 1) if path else problem.message
    sees = powers.sees or frozenset()
    is_all = sees >= FULL - {Label.PSYCHOLOGY}
    if not is_all and (problem.rule.startswith(_QUOTING) or not _is_shown(shape, data, named, powers)):
        message = "改动后的内容与这份记录的其他栏目不合；请核对，看不出来时请找班主任或学籍管理员。"
    return replace(problem, message=message, pointer=pointer(named))


def _named(data: Any, path: Path) -> Path:
    found: list[str | int] = []
    for step in path:
        item = data[step] if isinstance(data, list) and isinstance(step, int) and step < len(data) else None
        named = item.get(ID_KEY) if isinstance(item, dict) else None
        found.append(str(named) if named is not None else step)
        data = item if item is not None else data.get(step) if isinstance(data, dict) else None
    return tuple(found)


def _is_shown(shape: Field, data: Any, path: Path, powers: Powers) -> bool:
    try:
        return spot_at(shape, data, path, powers.staff, powers.sees or frozenset()).is_shown
    except GuanaiError:
        return False
