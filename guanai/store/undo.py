"""What takes a change back: the changes that lead from a record after it to the record before it; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guanai.access.spots import value_at
from guanai.model.base import ABSENT
from guanai.store.differences import Difference, Turn
from guanai.yamlfile import Add, Change, Delete, Path, Set


def inverse(
    before: Mapping[str, Any], after: Mapping[str, Any], seen: Sequence[Difference]
) -> tuple[Change, ...]:
    """Return the changes that undo what someone saw change; the rest of the commit stays.

    A list whose entries have no 编号 is put back as a whole.

    Args:
        before: the whole record before the commit.
        after: the whole record after it.
        seen: differences of the two, as the person sees them.
    """
    return tuple(_changes(before, after, seen))


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], seen: Sequence[Difference]
) -> Iterator[Change]:
    done: set[Path] = set()
    for difference in seen:
        place = next((at for at, step in enumerate(difference.path) if isinstance(step, int)), None)
        path = difference.path if place is None else difference.path[:place]
        if path in done:
            continue
        done.add(path)
        if place is None and difference.turn is Turn.ADDED:
            yield Delete(path)
        elif place is None and difference.turn is Turn.REMOVED:
            yield Add(path[:-1], value_at(before, path))
        else:
            former = value_at(before, path)
            if former is not ABSENT and former is not None:
                yield Set(path, former)
            elif value_at(after, path) is not ABSENT:
                yield Delete(path)
