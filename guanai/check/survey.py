"""One pass over a record that picks up what the checks need; what no check needs is not even looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from guanai.ids import STUDENT_ID
from guanai.rules.enrolment import LEAVE
from guanai.schema import Field, IdRule, load_schemas
from guanai.yamlfile import Path

#: Keys of which the second may not be earlier than the first.
ORDERED = (
    ("起", "止"),
    ("时间", "结束时间"),
    ("时间", "散会时间"),
    ("开学", "放假"),
    ("触发日期", "复学日期"),
    ("复学日期", "稳定日期"),
)
#: Keys that say when something happened, as opposed to plans, due days and birthdays.
_HAPPENED = ("时间", "触发日期", "认定日期", "完成日期", "联系时间", "报备时间", "返校时间")
#: Of a roll call (节点) its day, too, but for absences that are asked for before they come.
_DAY, _ROLL_CALL, _WHAT = "日期", "节点", "类型"
_ID = "编号"


@dataclass(slots=True)
class Survey:
    """What one record holds, each with its path.

    Attributes:
        references: (path, kind of record it points to, id); mentions in free text too.
        lists: lists whose items carry 编号, with their rule.
        dated: mappings that hold a pair of `ORDERED` keys.
        latest: the latest day of something that happened, with its path; ("", ()) for none.
        unreal: (path, instant) of each instant on a day that no calendar has.
    """

    references: list[tuple[Path, str, str]] = field(default_factory=list)
    lists: list[tuple[Path, IdRule, list[Any]]] = field(default_factory=list)
    dated: list[tuple[Path, Mapping[str, Any]]] = field(default_factory=list)
    latest: tuple[str, Path] = ("", ())
    unreal: list[tuple[Path, str]] = field(default_factory=list)


def survey(kind: str, data: Mapping[str, Any], *, mentions: bool = True) -> Survey:
    """Return the survey of a record that fits its schema.

    Args:
        kind: the record's kind.
        data: the record.
        mentions: look for @ids in free text; False where the file is known to hold none.
    """
    found = Survey()
    _Walk(found, looks_for_mentions=mentions).mapping(_plan_of(kind), data, ())
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """The keys of a mapping that matter."""

    references: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    happened: tuple[str, ...]
    instants: tuple[str, ...]
    is_dated: bool
    mappings: tuple[tuple[str, "_Plan"], ...]
    lists: tuple[tuple[str, "_ListPlan"], ...]

    @property
    def is_empty(self) -> bool:
        return not any(
            (
                self.references, self.notes, self.happened, self.instants, self.is_dated, self.mappings, self.lists,
            )
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _ListPlan:
    """What matters of a list: the rule of its 编号, its items' plan, or what its plain items are."""

    rule: IdRule | None
    item: _Plan | None
    reference: str
    is_note: bool


@cache
def _plan_of(kind: str) -> _Plan:
    return _plan(load_schemas().record(kind), is_record=True)


def _plan(shape: Field, *, is_record: bool = False) -> _Plan:
    children = shape.children
    mappings = [
        (key, _plan(child)) for key, child in children.items() if child.type == "object" and not child.is_open
    ]
    lists = [(key, _list_plan(child)) for key, child in children.items() if child.type == "array"]
    return _Plan(
        references=tuple(
            (key, child.ref)
            for key, child in children.items()
            if child.ref and child.type == "string" and not (is_record and key == _ID)
        ),
        notes=tuple(key for key, child in children.items() if child.definition == "note"),
        happened=tuple(
            key for key in (*_HAPPENED, *((_DAY,) if _ROLL_CALL in children else ())) if key in children
        ),
        instants=tuple(key for key, child in children.items() if child.definition == "instant"),
        is_dated=any(first in children and last in children for first, last in ORDERED),
        mappings=tuple((key, plan) for key, plan in mappings if not plan.is_empty),
        lists=tuple((key, plan) for key, plan in lists if plan != _ListPlan(None, None, "", is_note=False)),
    )


def _list_plan(shape: Field) -> _ListPlan:
    item = shape.item or Field()
    plan = _plan(item) if item.type == "object" else None
    return _ListPlan(
        shape.id_rule, None if plan is None or plan.is_empty else plan, item.ref, item.definition == "note"
    )


@cache
def _is_real(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


class _Walk:
    """Fills a survey."""

    def __init__(self, found: Survey, *, looks_for_mentions: bool) -> None:
        self._found = found
        self._mentions = looks_for_mentions

    def mapping(self, plan: _Plan, data: Mapping[str, Any], path: Path) -> None:
        self._values(plan, data, path)
        if plan.is_dated:
            self._found.dated.append((path, data))
        for key, inner in plan.mappings:
            if key in data:
                self.mapping(inner, data[key], (*path, key))
        for key, items in plan.lists:
            if key in data:
                self._list(items, data[key], (*path, key))

    def _values(self, plan: _Plan, data: Mapping[str, Any], path: Path) -> None:
        for key, kind in plan.references:
            if key in data:
                self._found.references.append(((*path, key), kind, data[key]))
        for key in plan.notes if self._mentions else ():
            if key in data:
                self._text((*path, key), data[key])
        for key in plan.happened:
            # A time of day (21:30) is no day.
            if key in data and data[key][4:5] == "-" and data[key][:10] > self._found.latest[0]:
                if key == _DAY and data.get(_WHAT) in LEAVE:
                    continue
                self._found.latest = (data[key][:10], (*path, key))

        for key in plan.instants:
            # The pattern of an instant knows no short months.
            if key in data and not _is_real(data[key][:10]):
                self._found.unreal.append(((*path, key), data[key]))

    def _list(self, plan: _ListPlan, items: list[Any], path: Path) -> None:
        if plan.rule is not None:
            self._found.lists.append((path, plan.rule, items))
        for place, item in enumerate(items):
            if plan.item is not None:
                self.mapping(plan.item, item, (*path, place))
            elif plan.reference:
                self._found.references.append(((*path, place), plan.reference, item))
            elif plan.is_note and self._mentions:
                self._text((*path, place), item)

    def _text(self, path: Path, text: str) -> None:
        if "@S" in text:
            ids = (part[: len("S2024-7K3QD")] for part in text.split("@")[1:])
            self._found.references += [(path, "student", each) for each in ids if STUDENT_ID.fullmatch(each)]
