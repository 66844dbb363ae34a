"""The sample school for trees and sites, and a planter of canaries: a string of its own in every free text."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from guanai.schema import Field, load_schemas
from guanai.workspace.facade import Workspace
from guanai.workspace.sites import Holdings, hold

_ROOT = Path(__file__).resolve().parents[2]
_WRITER = "T-9WRT"
_LABELS = ("教学", "关爱", "限制")


@pytest.fixture(scope="session")
def today() -> date:
    """The day the sample school lives on."""
    return date(2026, 11, 20)


@pytest.fixture
def sample(tmp_path: Path) -> Workspace:
    """A copy of the sample school that a test may change."""
    for name in ("records", "schemas"):
        shutil.copytree(_ROOT / name, tmp_path / "school" / name)
    return Workspace(tmp_path / "school")


@pytest.fixture(scope="session")
def held(today: date) -> Holdings:
    """The sample school as it stands in the checkout, read once."""
    return hold(Workspace(_ROOT), on=today)


@dataclass
class Planter:
    """Makes records whose every free text is a canary, and remembers the labels each one needs."""

    prefix: str
    ids: Mapping[str, str]
    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def record(self, kind: str, **given: Any) -> dict[str, Any]:
        """Return a record of a kind with some fields given."""
        shape = load_schemas().record(kind)
        return self._mapping(shape, frozenset(), given)

    def _value(self, shape: Field, held: frozenset[str]) -> Any:
        if shape.type == "object":
            return self._mapping(shape, held, {})
        if shape.type == "array":
            assert shape.item is not None
            return list(self._items(shape.item, held))
        if shape.type != "string":
            return {"integer": 3, "number": 3, "boolean": True}[shape.type]
        if shape.values:
            return next(word for word, value in shape.values.items() if not value.clearance)
        if shape.definition in self.ids:
            return self.ids[shape.definition]
        if shape.definition == "item_id":
            return f"X-{next(self._numbers)}".translate(str.maketrans("01IO", "2345"))
        if shape.definition in ("text", "note"):
            canary = f"{self.prefix}雀{next(self._numbers)}雀"
            self.needs[canary] = held
            return canary
        return None

    def _mapping(self, shape: Field, held: frozenset[str], given: Mapping[str, Any]) -> dict[str, Any]:
        made = dict(given)
        for key, each in shape.children.items():
            if key not in made and key != "密级":
                value = self._value(each, held | each.clearance)
                if value is not None:
                    made[key] = value
        return made

    def _items(self, item: Field, held: frozenset[str]) -> Iterator[Any]:
        if item.type != "object":
            yield self._value(item, held)
            return
        if item.definition == "person":  # someone from outside: of the staff only the name is told
            yield {key: self._value(item.children[key], held) for key in ("姓名", "单位职务", "关系")}
            return
        kinds = next((each for each in item.children.values() if each.is_kind), None)
        for word, value in kinds.values.items() if kinds else ():
            assert kinds is not None
            yield self._mapping(item, held | value.clearance, {kinds.key: word})
        if "密级" in item.children:
            word = next(iter(kinds.values)) if kinds else ""
            own = kinds.values[word].clearance if kinds else frozenset[str]()
            for label in _LABELS:  # an item's own label adds to its kind's, it takes nothing away
                kept = {kinds.key: word} if kinds else {}
                yield {**self._mapping(item, held | own | {label}, kept), "密级": label}
        elif kinds is None:
            yield self._mapping(item, held, {})


@pytest.fixture(scope="session")
def planter() -> Callable[[str, str, str], Planter]:
    """Return what makes a planter: for a prefix of the canaries, a child's id and its class."""

    def make(prefix: str, student: str, class_id: str) -> Planter:
        fixed = {
            "date": "2026-03-02",
            "instant": "2026-03-02T08:00+08:00",
            "phone": "13900009999",
            "staff_id": _WRITER,
            "class_id": class_id,
            "student_id": student,
            "term_id": "2026-2027-1",
            "meeting_id": "M20261023-M48A",
            "activity_id": "A20261023-M48A",
            "decision_id": "D20261023-M48A",
            "citation": "未成年人保护法-29",
        }
        return Planter(prefix, fixed)

    return make
