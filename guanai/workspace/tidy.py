"""Canonical layout and missing ids: what `guanai fmt` does to one file."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from guanai.errors import Problem
from guanai.ids import new_id
from guanai.paths import kind_of
from guanai.schema import Field, Schemas
from guanai.yamlfile import Change, Path, Set, edit, fmt, load

_ID = "编号"


def tidy(
    raw: bytes, path: str, schemas: Schemas, rng: random.Random | None = None
) -> tuple[str | None, tuple[Problem, ...]]:
    """Return a file in canonical layout with every missing 编号 given.

    Args:
        raw: the file's bytes.
        path: where it lies below the workspace; tells its kind.
        schemas: those of the installed program.
        rng: repeatable ids for tests and demos.

    Returns:
        The new text, or None with the problems that stand in the way.
    """
    loaded = load(raw, path)
    if loaded.data is None:
        return None, loaded.problems
    kind = kind_of(path)
    shape = schemas.record(kind) if kind else None
    text = fmt(loaded.text, shape)
    changes = list(_missing(shape, loaded.data, rng)) if shape else []
    return (edit(text, changes, shape) if changes else text), ()


def _missing(shape: Field, data: Any, rng: random.Random | None) -> Iterator[Change]:
    lists = list(_keyed_lists(shape, data, ()))
    taken = {item[_ID] for _, _, items in lists for item in items if isinstance(item.get(_ID), str)}
    for path, field, items in lists:
        for place, item in enumerate(items):
            if _ID not in item and field.id_rule is not None:
                made = new_id(
                    field.id_rule.prefix, on=_day(item, field.id_rule.date_key), taken=taken, rng=rng
                )
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


def _day(item: dict[str, Any], key: str | None) -> date | None:
    try:
        return date.fromisoformat(str(item.get(key))[:10]) if key else None
    except ValueError:
        return None
