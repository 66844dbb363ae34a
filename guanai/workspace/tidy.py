"""Canonical layout and missing ids: what `guanai fmt` does to one file."""

import random

from guanai.errors import Problem
from guanai.paths import kind_of
from guanai.schema import Schemas
from guanai.schema.numbering import missing_numbers
from guanai.yamlfile import edit, fmt, load


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
    changes = list(missing_numbers(shape, loaded.data, rng)) if shape else []
    return (edit(text, changes, shape) if changes else text), ()
