"""Readings of a file that need not fit its schema: what is not of the expected shape is as if it were not there."""

from collections.abc import Mapping
from typing import Any


def items_of(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the mappings of a list under a key."""
    found = data.get(key, [])
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def words_of(data: Mapping[str, Any], key: str) -> frozenset[str]:
    """Return the words of a list under a key."""
    found = data.get(key)
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()
