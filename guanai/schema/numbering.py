"""Items that still lack their 编号, and new ones for them."""

import random
from collections.abc import Iterator
from typing import Any

from guanai.ids import new_id
from guanai.schema.fields import Field
from guanai.yamlfile import Change, Path, Set

_ID = "编号"


def missing_numbers(shape: Field, data: Any, rng: random.Random | None = None) -> Iterator[Change]:
    """Yield the change that gives each item without a 编号 one that is free in its record.

    Args:
        shape: the record's fields.
        data: the whole record.
        rng: repeatable ids for tests and demos.
    """
    lists = list(_keyed_lists(shape, data, ()))
    taken = {item[_ID] for _, _, items in lists for item in items if isinstance(item.get(_ID), str)}
    for path, field, items in lists:
        for place, item in enumerate(items):
            if _ID not in item and field.id_rule is not None:
                made = new_id(field.id_rule.prefix, on=field.id_rule.day_of(item), taken=taken, rng=rng)
                taken.add(made)
                yield Set((*path, place, _ID), made)


def _keyed_lists(shape: Field, data: Any, path: Path) -> Iterator[tuple[Path, Field, list[dict[str, Any]]]]:
    if isinstance(data, dict):
        for key, value in data.items():
            inner = shape.child(key)
            if inner is not None:
                yield from _keyed_lists(inner, value, (*path, key))
    elif isinstance(data, list) and shape.item is not None:
        if shape.id_rule is not None and all(isinstance(item, dict) for item in data):
            yield path, shape, data
        for place, item in enumerate(data):
            yield from _keyed_lists(shape.item, item, (*path, place))
