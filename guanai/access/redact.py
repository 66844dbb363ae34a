"""The only way from a record to any output: what a reader may not see is not there."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from guanai import identity
from guanai.access.spots import CONFIDENTIALITY, is_written_by
from guanai.model.base import ABSENT, HIDDEN
from guanai.schema import Field

#: What stands for a hidden field in plain data; a patch that brings it back leaves the field as it is.
HIDDEN_NOTICE: Final = "〔按权限不显示〕"


def redact(
    shape: Field, data: Mapping[str, Any], labels: frozenset[str], *, reader: str = ""
) -> dict[str, Any]:
    """Return a record as one reader may see it.

    A field of the schema that is out of reach becomes `HIDDEN`, filled or not; a list item out of reach is gone
    without a trace; a key that the schema does not know is left out. A list of which nothing is shown, and of which
    something might be hidden, is `HIDDEN` too, empty or not: “none” would be untrue, and “some” would tell.

    Args:
        shape: the record's fields.
        data: the whole record.
        labels: what the reader holds.
        reader: the reader's staff id; items written by that person are whole. "" for none.
    """
    known = _plans.get((id(shape), labels))
    if known is None:
        known = _plans[id(shape), labels] = (shape, _Plan(shape, labels))
    return known[1].mapping(data, reader)


def plain(value: Any, *, notice: str | None = None) -> Any:
    """Return a redacted value as plain data; what is hidden is left out, or says so with ``notice``."""
    if value is ABSENT or value is HIDDEN:
        return notice
    if isinstance(value, Mapping):
        return {
            key: plain(each, notice=notice)
            for key, each in value.items()
            if each is not HIDDEN or notice is not None
        }
    if isinstance(value, list):
        return [plain(each, notice=notice) for each in value]
    return value


#: Returns what a reader is shown of a value.
_Show = Callable[[Any, str], Any]


class _Plan:
    """What labels show of a shape and of all below it, worked out once for all records.

    Of the branches below only those are asked that a value has: who reads and what an item says of itself.
    """

    __slots__ = ("_field", "_item", "_keys", "_kinds", "_labels", "_unseen", "may_hide")

    def __init__(self, field: Field, labels: frozenset[str]) -> None:
        self._field = field
        self._labels = labels
        self._unseen = _unseen(field, labels)
        self._item = _Plan(field.item, labels) if field.item is not None else None
        self._keys = [_key(key, child, labels) for key, child in field.children.items()]
        kinds = [(key, _unseen(child, labels)) for key, child in field.children.items() if child.is_kind]
        self._kinds = [(key, unseen) for key, unseen in kinds if unseen]
        #: Whether an item of this list may be out of these labels' reach.
        self.may_hide = self._item is not None and self._item.is_selective

    @property
    def is_selective(self) -> bool:
        """Whether an item of this shape may be out of reach."""
        own = self._field.children.get(CONFIDENTIALITY)
        return bool(self._unseen or self._kinds) or (own is not None and not set(own.values) <= self._labels)

    def mapping(self, data: Mapping[str, Any], reader: str) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, is_open, is_plain, is_veiled, show in self._keys:
            if key in data:
                value = data[key]
                value = value if is_plain and type(value) is str else show(value, reader)
            elif is_open:
                if is_veiled:
                    shown[key] = HIDDEN
                continue
            else:
                value = show(None, reader)
            if is_open or value is not None:
                shown[key] = value
        return shown

    def value(self, value: Any, reader: str) -> Any:
        if isinstance(value, list) and self._item is not None:
            shown = self._item.items(value, reader)
            return HIDDEN if self.may_hide and not shown else shown
        if isinstance(value, dict):
            return dict(value) if self._field.is_open else self.mapping(value, reader)
        return value if self._sees_word(value) else HIDDEN

    def items(self, items: list[Any], reader: str) -> list[Any]:
        shown = []
        for item in items:
            if not isinstance(item, dict):
                if self._sees_word(item):
                    shown.append(item)
            elif reader and is_written_by(item, reader):
                shown.append(dict(item))
            elif self._sees_item(item):
                shown.append(self.mapping(item, reader))
        return shown

    def _sees_item(self, item: Mapping[str, Any]) -> bool:
        if CONFIDENTIALITY in item:
            label = item[CONFIDENTIALITY]
            if not isinstance(label, str) or label not in self._labels:
                return False
        return all(
            not isinstance(item.get(key), str) or item[key] not in unseen for key, unseen in self._kinds
        )

    def _sees_word(self, word: Any) -> bool:
        return not isinstance(word, str) or word not in self._unseen


#: Plans by shape and labels. The shape is kept with its plan, so that no other one can come to have its id.
_plans: dict[tuple[int, frozenset[str]], tuple[Field, _Plan]] = {}


def _key(key: str, field: Field, labels: frozenset[str]) -> tuple[str, bool, bool, bool, _Show]:
    """Return a key of a mapping: whether it is open, any word in it is, it may hide items, and what is shown of it."""
    if field.clearance <= labels:
        plan = _Plan(field, labels)
        return key, True, not _unseen(field, labels), plan.may_hide, plan.value
    return key, False, False, False, _beyond(field, labels)


def _unseen(field: Field, labels: frozenset[str]) -> frozenset[str]:
    """Return the words of a closed list that these labels do not show."""
    return frozenset(word for word, value in field.values.items() if not value.clearance <= labels)


def _beyond(field: Field, labels: frozenset[str]) -> _Show:
    """Return what shows a field without its labels: a masked number, own items, or the mark."""
    if field.mask and field.mask <= labels:
        return lambda value, _: identity.masked(value) if isinstance(value, str) else None

    def show(value: Any, reader: str) -> Any:
        if isinstance(value, list) and reader:
            own = [dict(item) for item in value if isinstance(item, dict) and is_written_by(item, reader)]
            if own:
                return own
        return HIDDEN

    return show
