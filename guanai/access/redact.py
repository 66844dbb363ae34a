"""The only way from a record to any output: what a reader may not see is not there."""

from collections.abc import Mapping
from typing import Any

from guanai import identity
from guanai.model.base import HIDDEN
from guanai.schema import Field

_CONFIDENTIALITY = "密级"
#: Keys that name an item's writer; everyone sees what he wrote himself.
_WRITERS = ("记录人", "撰写人", "制定人")


def redact(
    shape: Field, data: Mapping[str, Any], labels: frozenset[str], *, reader: str = ""
) -> dict[str, Any]:
    """Return a record as one reader may see it.

    A field of the schema that is out of reach becomes `HIDDEN`, filled or not; a list item out of reach is gone
    without a trace; a key that the schema does not know is left out.

    Args:
        shape: the record's fields.
        data: the whole record.
        labels: what the reader holds.
        reader: the reader's staff id; items written by that person are whole. "" for none.
    """
    return _Redaction(labels, reader).mapping(shape, data)


class _Redaction:
    def __init__(self, labels: frozenset[str], reader: str) -> None:
        self._labels = labels
        self._reader = reader

    def mapping(self, shape: Field, data: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, field in shape.children.items():
            if field.clearance <= self._labels:
                if key in data:
                    shown[key] = self._value(field, data[key])
            else:
                value = self._beyond(field, data.get(key))
                if value is not None:
                    shown[key] = value
        return shown

    def _value(self, field: Field, value: Any) -> Any:
        if isinstance(value, list) and field.item is not None:
            return [self._item(field.item, each) for each in value if self._sees_item(field.item, each)]
        if isinstance(value, dict):
            return dict(value) if field.is_open else self.mapping(field, value)
        return value if self._sees_word(field, value) else HIDDEN

    def _item(self, shape: Field, item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        return dict(item) if self._wrote(item) else self.mapping(shape, item)

    def _sees_item(self, shape: Field, item: Any) -> bool:
        if not isinstance(item, dict):
            return self._sees_word(shape, item)
        if self._wrote(item):
            return True
        if _CONFIDENTIALITY in item:
            return item[_CONFIDENTIALITY] in self._labels
        return all(
            self._sees_word(field, item.get(key)) for key, field in shape.children.items() if field.is_kind
        )

    def _sees_word(self, field: Field, value: Any) -> bool:
        word = field.values.get(value) if isinstance(value, str) else None
        return word is None or word.clearance <= self._labels

    def _wrote(self, item: Mapping[str, Any]) -> bool:
        return bool(self._reader) and any(item.get(key) == self._reader for key in _WRITERS)

    def _beyond(self, field: Field, value: Any) -> Any:
        """Return what is shown of a field without its labels: a masked number, own items, or the mark."""
        if field.mask and field.mask <= self._labels:
            return identity.masked(value) if isinstance(value, str) else None
        if isinstance(value, list):
            own = [dict(item) for item in value if isinstance(item, dict) and self._wrote(item)]
            if own:
                return own
        return HIDDEN
