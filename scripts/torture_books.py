"""What the writers of `torture.py` wrote down, held against the history of both repositories, field by field."""
# ruff: noqa: INP001 - scripts are no package

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from guanai.saving import Edit
from guanai.store.git import Repository
from guanai.store.pair import COUNSELING
from guanai.store.places import Store
from guanai.yamlfile import Add, Set, load

#: Values of a record by place, items told by their 编号.
Flat = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """One edit as its writer wrote it down before saving.

    Attributes:
        name: four signs that end every 编号 the edit gives.
        staff: who saves.
        fields: what it sets, by record and place.
        known: what the writer had read of a place that he set, for edits that claim a version.
    """

    name: str
    staff: str
    fields: Mapping[str, Flat]
    known: Mapping[str, Any] = field(default_factory=dict)

    def edits(self, base: str = "") -> tuple[Edit, ...]:
        """Return what is sent; ``base``: the version claimed."""
        return tuple(Edit(path, tuple(self._changes(flat)), base) for path, flat in self.fields.items())

    def _changes(self, flat: Flat) -> Iterator[Add | Set]:
        entries: dict[tuple[str, str], dict[str, Any]] = {}
        for place, value in flat.items():
            *above, key = place.split("/")
            if above:
                entries.setdefault((above[0], above[1]), {})[key] = value
            else:
                yield Set((key,), value)
        for (name, _), entry in entries.items():
            yield Add((name,), entry)


class Book:
    """What one writer wrote down."""

    def __init__(self, file: Path) -> None:
        """``file``: a JSON list on each line, the last one perhaps cut off."""
        self.typed: dict[str, Typed] = {}
        self.saved: list[str] = []
        self.refused: set[str] = set()
        self.checked: dict[tuple[str, ...], list[tuple[int, list[str]]]] = {}
        self.kept: dict[tuple[str, ...], int] = {}
        for line in file.read_text("utf-8").splitlines():
            with suppress(json.JSONDecodeError):
                self._read(*json.loads(line))

    def _read(self, what: str, *facts: Any) -> None:
        if what == "typed":
            self.typed[facts[0]] = Typed(facts[0], "", facts[1], facts[2])
        elif what == "saved":
            self.saved.append(facts[0])
        elif what == "refused":
            self.refused.add(facts[0])
        elif what == "checked":
            self.checked.setdefault(tuple(facts[0]), []).append((facts[1], facts[2]))
        else:
            self.kept[tuple(facts[0])] = facts[1]


class Order:
    """What the histories of both repositories tell, commit by commit."""

    def __init__(self, store: Store) -> None:
        """Begin with the store's state now."""
        self._heads = [repository.head() for repository in store.pair.all]
        self._places: dict[tuple[str, str], int] = {}
        self._known: dict[str, Typed] = {}
        self._commits = self._checks = 0

    @property
    def told(self) -> str:
        """How much there was to hold against the history, in words."""
        return f"{len({name for name, _ in self._places})} edits and {self._checks} checks in the history"

    def complaints(self, store: Store, books: list[Book]) -> Iterator[str]:
        """Follow what was committed since the last time; yield what the books do not explain."""
        for book in books:
            self._known |= book.typed
        for place, repository in enumerate(store.pair.all):
            prefix = COUNSELING if place else ""
            for commit in reversed(list(repository.log(since=self._heads[place]))):
                yield from self._follow(repository, prefix, commit.id)
            self._heads[place] = repository.head()
        self._checks = sum(len(book.kept) for book in books)
        for book in books:
            yield from self._wholeness(book)
            yield from self._attendance(store, book)

    def _follow(self, repository: Repository, prefix: str, commit: str) -> Iterator[str]:
        self._commits += 1
        changed = {prefix + path: sides for path, sides in repository.changed(commit).items()}
        if all(path.startswith("records/attendance/") for path in changed):
            return
        flats = {path: [_flat(repository, blob) for blob in sides if blob] for path, sides in changed.items()}
        fields = {path: _difference(*sides) for path, sides in flats.items()}
        found = {name for flat in fields.values() for name in map(_name_in, flat) if name}
        typed = self._known.get(next(iter(found), ""))
        if len(found) != 1 or typed is None:
            yield f"{commit} holds {len(found)} edits"
            return
        for path, flat in fields.items():
            if flat != typed.fields.get(path):
                yield f"{typed.name} is not what was typed: {flat} in {path}"
            if path in typed.known and flats[path][0].get("特长") != typed.known[path]:
                yield f"{typed.name} overwrote what its writer had not read"
            if (typed.name, path) in self._places:
                yield f"{typed.name} is twice in the history"
            self._places[typed.name, path] = self._commits

    def _wholeness(self, book: Book) -> Iterator[str]:
        for name, typed in book.typed.items():
            there = [(name, path) in self._places for path in typed.fields]
            if any(there) and not all(there):
                yield f"{name} is half"
            if any(there) and name in book.refused:
                yield f"{name} was refused and is there"
        for name in book.saved:
            if not all((name, path) in self._places for path in book.typed[name].fields):
                yield f"{name} was acknowledged and is lost"
        for home in (False, True):
            places = [
                place
                for name in book.saved
                for path in book.typed[name].fields
                if path.startswith(COUNSELING) is home
                and (place := self._places.get((name, path))) is not None
            ]
            if places != sorted(places):
                yield "a writer's edits are out of order"

    def _attendance(self, store: Store, book: Book) -> Iterator[str]:
        """Yield checks that were acknowledged and are not what the record holds, nor a later one."""
        head = store.head()
        for (path, day, slot), number in book.kept.items():
            blob = store.pair.main.blob(head, path)
            data = _data(store.pair.main, blob) if blob else {}
            checks = [each["应到"] for each in data.get("核查", []) if _is_of(each, day, slot)]
            missing = sorted(each["学生"] for each in data.get("异常", []) if _is_of(each, day, slot))
            allowed = [each for each in book.checked.get((path, day, slot), []) if each[0] >= number]
            if len(checks) != 1 or (checks[0], missing) not in allowed:
                yield f"check {number} of {slot} {day} in {path} is lost: there is {checks} {missing}"


def _name_in(place: str) -> str:
    words = place.split("/")
    return words[1][len("E202611") :] if words[0] in ("过程记录", "个案记录") else ""


def _difference(before: Flat, after: Flat) -> dict[str, Any]:
    return {
        place: after.get(place)
        for place in before.keys() | after.keys()
        if before.get(place) != after.get(place)
    }


def _flat(repository: Repository, blob: str) -> Flat:
    found: dict[str, Any] = {}
    for key, value in _data(repository, blob).items():
        items = value if isinstance(value, list) else []
        if items and all(isinstance(item, Mapping) and "编号" in item for item in items):
            for item in items:
                found |= {f"{key}/{item['编号']}/{inner}": each for inner, each in item.items()}
        else:  # words, or items that nobody names: one value
            found[key] = value
    return found


@lru_cache(maxsize=256)
def _data(repository: Repository, blob: str) -> dict[str, Any]:
    data: dict[str, Any] = load(repository.read(blob), blob).data
    return data


def _is_of(each: Mapping[str, Any], day: str, slot: str) -> bool:
    return bool(each["日期"] == day and each["节点"] == slot)
