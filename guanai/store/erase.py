"""One file without the children who are erased: pure, from bytes to bytes.

What is about a child goes: the child's own file, a counselling file, a row or entry of the child's in a class's or
a meeting's record. Where others' records only speak of the child, the mention becomes `MARK` and a reference is
dropped. What remains keeps its comments, its layout and, where it had it, its validity.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from guanai.paths import kind_of
from guanai.schema import Field, Schemas
from guanai.store.traces import Traces
from guanai.yamlfile import (
    Change,
    Delete,
    EditFailed,
    NoSuchPlace,
    Path,
    Set,
    Unreadable,
    Unwritable,
    applied,
    edit,
    load,
)

#: Stands where a child was mentioned.
MARK = "〔已删除〕"

_CHILD, _ID = "学生", "编号"
#: Of an approval that concerned erased children alone these figures would still tell of them.
_FIGURES = ("金额", "起", "止")


class Eraser:
    """Takes children out of files."""

    def __init__(self, traces: Traces, schemas: Schemas) -> None:
        """``traces``: what to take out; ids and document numbers go everywhere, other words where it is said."""
        self._traces = traces
        self._schemas = schemas

    def owns(self, path: str, data: Any) -> bool:
        """Tell whether a file is the children's own, so that nothing of it stays."""
        if any(child in path for child in self._traces.ids):
            return True
        return kind_of(path) == "counseling" and _is_named(data, self._traces.ids)

    def cleaned(self, raw: bytes, path: str, chosen: Iterable[str] = ()) -> bytes | None:
        """Return a file without the children; the very same bytes where it holds nothing of them.

        Args:
            raw: the file, of whatever age; one that cannot be read as a record is cleaned as plain text.
            path: below the workspace; tells the kind.
            chosen: names and long strings that a person said to replace in this file.

        Returns:
            None where the whole file is the children's, or where it is no text and holds something of them.
        """
        words = self._traces.ids | self._traces.numbers | frozenset(chosen)
        is_theirs = any(child in path for child in self._traces.ids)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            is_theirs |= any(word.encode() in raw for word in words)
            return None if is_theirs else raw
        if not is_theirs and not any(word in text for word in words):
            return raw
        kind = kind_of(path)
        loaded = load(raw, path) if kind else None
        if self.owns(path, loaded.data if loaded else None):
            return None
        result = text
        if kind and loaded and isinstance(loaded.data, dict):
            result = self._record(loaded.text, loaded.data, kind, words)
        result = replaced(result, words)
        return raw if result == text else result.encode()

    def _record(self, text: str, data: dict[str, Any], kind: str, words: frozenset[str]) -> str:
        shape = self._schemas.record(kind)
        is_linked = any(child in text for child in self._traces.ids)
        try:
            removed = list(_Removal(self._traces.ids).changes(data, shape, ()))
            rest = applied(data, removed)
            if is_linked:
                words |= self._traces.sentences
            rewritten = [Set(path, new) for path, new in _rewritten(rest, (), words)]
            return edit(edit(text, removed, shape), rewritten, shape)
        except (NoSuchPlace, Unreadable, Unwritable, EditFailed):
            # An odd old version that cannot be edited by meaning: its words still go, below.
            return text


def replaced(text: str, words: Collection[str]) -> str:
    """Return a text with each of the words turned into `MARK`; the longest go first."""
    for word in sorted((word for word in words if word in text), key=len, reverse=True):
        text = text.replace(f"@{word}", MARK).replace(word, MARK)
    return text


def _rewritten(value: Any, path: Path, words: Collection[str]) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _rewritten(child, (*path, key), words)
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _rewritten(child, (*path, place), words)
    elif isinstance(value, str):
        new = replaced(value, words)
        if new != value:
            yield path, new


class _Removal:
    """Finds what has to go from others' records, so ordered that each change leaves the later paths as they are."""

    def __init__(self, ids: frozenset[str]) -> None:
        self._ids = ids

    def changes(self, value: Any, shape: Field | None, path: Path) -> Iterator[Change]:
        if isinstance(value, dict):
            yield from self._mapping(value, shape, path)
        elif isinstance(value, list):
            for place in range(len(value) - 1, -1, -1):
                if self._goes(value[place], shape.item if shape else None):
                    yield Delete((*path, place))
                else:
                    yield from self.changes(value[place], shape.item if shape else None, (*path, place))

    def _mapping(self, value: Mapping[str, Any], shape: Field | None, path: Path) -> Iterator[Change]:
        is_only_theirs = self._is_only_theirs(value)
        for key, child in value.items():
            field = shape.child(key) if shape else None
            instead = self._instead(key, child, field, blank=is_only_theirs)
            if instead is None:
                yield from self.changes(child, field, (*path, key))
            elif shape is not None and key in shape.required:
                yield Set((*path, key), instead)
            else:
                yield Delete((*path, key))

    def _instead(self, key: str, child: Any, field: Field | None, *, blank: bool) -> Any:
        """Return what a key holds once the children are gone, where it must hold something; None: it stays."""
        if isinstance(child, list):
            item = field.item if field else None
            return [] if child and all(self._goes(each, item) for each in child) else None
        if isinstance(child, dict):
            return {"姓名": MARK} if self._goes(child, field) else None
        is_reference = key != _ID and isinstance(child, str) and child in self._ids
        is_theirs = blank and (key in _FIGURES or (field is not None and field.definition == "note"))
        return MARK if is_reference or is_theirs else None

    def _goes(self, item: Any, shape: Field | None) -> bool:
        """Tell whether a list's item, or a person's mapping, is about an erased child as a whole."""
        if not isinstance(item, dict):
            return isinstance(item, str) and item in self._ids
        if _is_named(item, self._ids):
            return True
        # What somebody said (发言) goes with who said it; a post over one child (范围) goes with the child.
        needed = [item.get(key) for key in (shape.required if shape else ()) if key != _ID]
        return any(
            _is_named(each, self._ids) or (isinstance(each, str) and each in self._ids) for each in needed
        )

    def _is_only_theirs(self, value: Mapping[str, Any]) -> bool:
        """Tell whether a decision names children, and all of them are erased."""
        named = value.get(_CHILD)
        return isinstance(named, list) and bool(named) and all(each in self._ids for each in named)


def _is_named(data: Any, ids: Collection[str]) -> bool:
    named = data.get(_CHILD) if isinstance(data, dict) else None
    return isinstance(named, str) and named in ids
