"""From what was posted to a patch: only fields that are on the page, and of these only what was changed."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from guanai.ids import ALPHABET
from guanai.web.forms.model import MANY, Control, FormModel, Group, Item, Look, Node, Rows
from guanai.web.forms.widgets import Untypable, cleaned, unbroken, value_of
from guanai.yamlfile import Add, Change, Delete, Path, Set, pointer

_NEW_STEP: Final = re.compile(r"n[1-9][0-9]?")
_EMPTY: Final = "这一栏要填写。"
#: In front of a name: a group of boxes is on the page, even if none is ticked; an item is to go.
HERE, GONE = "?", "-"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a post means.

    Attributes:
        changes: on touched fields only.
        errors: what cannot be a value, by the name of the field.
        texts: everything posted to fields of the page, to be shown again.
        places: where a new item stands in the record → under which name it was posted.
        strays: names and texts of what was typed into fields that can no longer be filled in.
    """

    changes: tuple[Change, ...]
    errors: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]
    places: Mapping[str, str] = field(default_factory=dict)
    strays: tuple[tuple[str, str], ...] = ()


def parse(model: FormModel, pairs: Iterable[tuple[str, str]]) -> Parsed:
    """Return the patch of a post; what else was typed takes no part in it, and is told apart.

    Args:
        model: the form as it was at the version that was read.
        pairs: names and texts, as browsers send them.
    """
    reader = _Reader(model.token, pairs)
    reader.read(model.nodes)
    return reader.parsed()


def built(model: FormModel, pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], Parsed]:
    """Return what a post makes of a record that is not there yet, and what is wrong with it."""
    reader = _Reader(model.token, pairs)
    value = reader.whole(model.nodes)
    return value, reader.parsed()


def steps_in(names: Iterable[str], rows: Path) -> list[str]:
    """Return the steps of the new items of a list that names speak of, such as n1."""
    start = f"{pointer(rows)}/"
    bare = (name.removeprefix(HERE) for name in names)
    found = {name[len(start) :].split("/", 1)[0] for name in bare if name.startswith(start)}
    return sorted((step for step in found if _NEW_STEP.fullmatch(step)), key=lambda step: int(step[1:]))


def still_open(model: FormModel, strays: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return those strays that may be told from a draft of before: nothing of a field that is no longer seen.

    A draft holds what stood in the fields that were not touched, too; in a new item everything is the person's own.
    """
    seen = {control.name for control in model.controls()}
    return tuple(
        (name, text)
        for name, text in strays
        if name in seen or any(map(_NEW_STEP.fullmatch, name.split("/")))
    )


def signs(seed: str) -> str:
    """Return four signs of a 编号 that follow from a seed."""
    return "".join(ALPHABET[each % len(ALPHABET)] for each in hashlib.sha256(seed.encode()).digest()[:4])


class _Reader:
    def __init__(self, token: str, pairs: Iterable[tuple[str, str]]) -> None:
        self._token = token
        self._posted: dict[str, list[str]] = {}
        for name, text in pairs:
            self._posted.setdefault(name, []).append(text)
        self._sets: list[Change] = []
        self._deletes: list[Change] = []
        self._adds: list[Change] = []
        self._errors: dict[str, str] = {}
        self._texts: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, str] = {}
        self._taken: set[str] = set()

    def parsed(self) -> Parsed:
        # Deletions from the end: an item that goes moves those behind it, and one left empty goes too.
        changes = (*self._sets, *reversed(self._deletes), *self._adds)
        return Parsed(changes, self._errors, self._texts, self._places, tuple(self._strays()))

    def _strays(self) -> Iterator[tuple[str, str]]:
        going = tuple(f"{name.removeprefix(GONE)}/" for name in self._texts if name.startswith(GONE))
        for name, texts in self._posted.items():
            if name.startswith("/") and name not in self._taken and not name.startswith(going):
                yield from ((name, text) for text in texts if text.strip())

    def read(self, nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            if isinstance(node, Control):
                self._control(node)
            elif isinstance(node, Group):
                self.read(node.nodes)
            else:
                self._rows(node)

    def whole(self, nodes: tuple[Node, ...]) -> dict[str, Any]:
        return self._inside(nodes, (), ())[0]

    def _control(self, control: Control) -> None:
        found = self._answer(control, control.path)
        if not found:
            return
        value = found[0]
        if control.is_adding:
            self._adds += [Add(control.path, each) for each in value or ()]
        elif value is not None:
            self._sets.append(Set(control.path, value))
        elif control.is_required:
            self._errors[control.name] = _EMPTY
        else:
            self._deletes.append(Delete(control.path))

    def _rows(self, rows: Rows) -> None:
        for item in rows.items:
            if item.can_go and self._posted.get(GONE + item.name):
                self._texts[GONE + item.name] = ("1",)
                self._deletes.append(Delete(item.path))
            else:
                self.read(item.nodes)
        self._adds += [Add(rows.path, value) for value in self._new(rows, rows.path)]

    def _new(self, rows: Rows, actual: Path) -> Iterator[Any]:
        if rows.blank is None:
            return
        for step in steps_in(self._posted, actual):
            place = (*actual, step)
            value = self._built(rows.blank, place, is_plain=rows.is_plain)
            if value is None:
                continue
            if rows.prefix and isinstance(value, dict):
                value = {"编号": self._number(rows, value, place), **value}
                self._places[pointer((*actual, value["编号"]))] = pointer(place)
            yield value

    def _built(self, blank: Item, actual: Path, *, is_plain: bool) -> Any:
        """Return a new item; None where nothing was filled in."""
        before = len(self._errors)
        value, is_touched = self._inside(blank.nodes, blank.path, actual)
        if not is_touched:
            for name in list(self._errors)[before:]:
                del self._errors[name]
            return None
        return value.get("") if is_plain else value

    def _inside(self, nodes: tuple[Node, ...], base: Path, actual: Path) -> tuple[dict[str, Any], bool]:
        made: dict[str, Any] = {}
        is_touched = False
        for node in nodes:
            path = (*actual, *node.path[len(base) :])
            key = str(path[-1]) if node.path != base else ""
            if isinstance(node, Control):
                value, was_touched = self._given(node, path)
            elif isinstance(node, Group):
                value, was_touched = self._inside(node.nodes, node.path, path)
            else:
                value = list(self._new(_moved(node, path), path))
                was_touched = bool(value)
            is_touched = is_touched or was_touched
            if value not in (None, {}, []):
                made[key] = value
        return made, is_touched

    def _given(self, control: Control, path: Path) -> tuple[Any, bool]:
        """Return what a field of a new item holds, and whether the person gave it."""
        name = pointer(path)
        found = self._answer(control, path)
        value = found[0] if found else control.value
        if value is None and control.is_required and name not in self._errors:
            self._errors[name] = _EMPTY
        return value, bool(found) or (name in self._errors and self._errors[name] != _EMPTY)

    def _answer(self, control: Control, path: Path) -> tuple[Any] | None:
        """Return what was given instead of what stands there, None for nothing else; `(None,)` for emptied."""
        name = pointer(path)
        texts = self._posted.get(name, [])
        if control.look is Look.SHOWN:
            if {*map(unbroken, texts)} <= {control.text, str(control.value), *control.values}:
                self._taken.add(name)
            return None
        self._taken.add(name)
        if not texts and HERE + name not in self._posted:
            return None
        try:
            return (
                self._many(control, name, texts) if control.look in MANY else self._one(control, name, texts)
            )
        except Untypable as error:
            self._errors[name] = str(error)
            return None

    def _one(self, control: Control, name: str, texts: list[str]) -> tuple[Any] | None:
        if not texts:
            return None
        raw = unbroken(texts[-1])
        self._texts[name] = (raw,)
        if raw == control.text:
            return None
        text = cleaned(raw, control.look)
        if text == control.text:
            return None
        if not text:
            return (None,) if control.is_filled else None
        if control.look is Look.PICK and text not in {each.value for each in control.choices}:
            raise Untypable("不在可选的范围里，请从列表里选。")
        return (value_of(text, control.look, control.type),)

    def _many(self, control: Control, name: str, texts: list[str]) -> tuple[Any] | None:
        if control.look is Look.LINES:
            return self._lines(control, name, texts)
        given = list(dict.fromkeys(cleaned(each, Look.TEXT) for each in texts if each.strip()))
        self._texts[name] = tuple(given)
        known = {each.value for each in control.choices}
        if not known.issuperset(given):
            raise Untypable("有一项不在可选的范围里，请从列表里选。")
        if control.is_adding:
            fresh = [each for each in given if each not in control.locked]
            return (fresh,) if fresh else None
        if set(given) == set(control.values):
            return None
        kept = [each for each in control.values if each in given]
        return ([*kept, *(each for each in given if each not in kept)] or None,)

    def _lines(self, control: Control, name: str, texts: list[str]) -> tuple[Any] | None:
        raw = unbroken("\n".join(texts))
        self._texts[name] = (raw,)
        if raw == control.text:
            return None
        lines = [line.strip() for line in cleaned(raw, Look.LINES).split("\n") if line.strip()]
        return None if tuple(lines) == control.values else (lines or None,)

    def _number(self, rows: Rows, value: Mapping[str, Any], place: Path) -> str:
        """Return the 编号 of a new item: the same for the same page, so that what is sent twice stands once."""
        day = re.sub("[^0-9]", "", str(value.get(rows.day_key, ""))[:10]) if rows.day_key else ""
        return (
            f"{rows.prefix}{day if len(day) == len('20261120') else ''}-{signs(self._token + pointer(place))}"
        )


def _moved(rows: Rows, path: Path) -> Rows:
    return (
        rows
        if rows.path == path
        else Rows(path, rows.title, (), rows.blank, rows.prefix, rows.day_key, is_plain=rows.is_plain)
    )
