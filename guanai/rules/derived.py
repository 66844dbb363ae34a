"""What is worked out from records carries the labels of all it was worked out from; who lacks one sees nothing of it."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Protocol, TypeVar

from guanai.schema import load_schemas

#: The labels a reader holds for each child, as `guanai.access.decide` opened them; a child left out is closed.
#: Under ``""`` stands what the reader holds over the whole school, for values that speak of no single child.
Opened = Mapping[str, frozenset[str]]

_NOTHING: frozenset[str] = frozenset()


class Derived(Protocol):
    """A value that was worked out from records."""

    @property
    def students(self) -> Collection[str]:
        """Ids of the children it speaks of; empty for a value about a class, a grade or the school."""

    @property
    def labels(self) -> frozenset[str]:
        """Every label of every field that was looked at, found or not."""


_Value = TypeVar("_Value", bound=Derived)


def visible(value: Derived, opened: Opened) -> bool:
    """Tell whether a reader may know that this value exists.

    Args:
        value: anything derived.
        opened: what the reader holds.
    """
    if not value.students:
        return value.labels <= opened.get("", _NOTHING)
    return all(value.labels <= opened.get(student, _NOTHING) for student in value.students)


def shown(values: Iterable[_Value], opened: Opened) -> tuple[_Value, ...]:
    """Return what a reader may see, in order; the rest leaves no trace."""
    return tuple(value for value in values if visible(value, opened))


def labels_of(kind: str, *keys: str) -> frozenset[str]:
    """Return the labels that a field needs: its own and those of its ancestors.

    Args:
        kind: kind of record, such as ``student``.
        keys: Chinese keys down to the field; lists are passed through.

    >>> sorted(labels_of("attendance", "异常", "联系结果"))
    ['关爱', '教学']
    """
    return _labels(kind, keys)


@cache
def word_labels(kind: str, keys: tuple[str, ...], word: str) -> frozenset[str]:
    """Return the labels of one value of a closed list, with those of its field.

    >>> "限制" in word_labels("student", ("特殊情形", "情形"), "监护人服刑")
    True
    """
    field = load_schemas().record(kind).at(_path(keys))
    own = field.values[word].clearance if field is not None and word in field.values else _NOTHING
    return _labels(kind, keys) | own


def _path(keys: tuple[str, ...]) -> tuple[str | int, ...]:
    # A list stands between two keys; `Field.at` wants a step for its item.
    return tuple(step for key in keys[:-1] for step in (key, 0)) + keys[-1:]


@cache
def _labels(kind: str, keys: tuple[str, ...]) -> frozenset[str]:
    found = _NOTHING
    field = load_schemas().record(kind)
    for key in keys:
        inner = field.item if field.item is not None and field.type == "array" else field
        field = inner.children[key]
        found |= field.clearance
    return found
