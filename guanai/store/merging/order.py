"""The order of a list that two sides changed, the same whichever side is called mine."""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from heapq import merge as interleaved
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)


def merged_order(
    base: Sequence[T],
    mine: Sequence[T],
    theirs: Sequence[T],
    kept: Collection[T],
    rank: Callable[[T], tuple[Any, ...]],
) -> list[T]:
    """Return what is kept in an order that keeps that of both sides.

    What only one side has stays behind what it stood behind; where both put something new at the same place, the
    lower rank comes first, in a list that runs backwards the higher one. Where both sides moved the same things
    about, one of the two orders is taken.

    Args:
        base: no item twice; so for all four.
        mine: as my side has it.
        theirs: as the other side has it.
        kept: what stays; each in ``mine`` or ``theirs``.
        rank: sorts what is new; comparable, and different for different items.
    """
    mine = [item for item in mine if item in kept]
    theirs = [item for item in theirs if item in kept]
    shared = set(mine) & set(theirs)
    spine = _spine(
        base, [item for item in mine if item in shared], [item for item in theirs if item in shared]
    )
    ranks = [rank(item)[:1] for item in spine]
    is_backwards = len(ranks) > 1 and ranks[0] > ranks[-1] and ranks == sorted(ranks, reverse=True)
    my_runs, their_runs = _runs(mine, shared), _runs(theirs, shared)
    made = []
    for anchor in (None, *spine):
        made += [] if anchor is None else [anchor]
        made += _together(
            my_runs.get(anchor, []), their_runs.get(anchor, []), rank, is_backwards=is_backwards
        )
    return made


def _spine(base: Sequence[T], mine: list[T], theirs: list[T]) -> list[T]:
    """Return the order of what both sides have: that of the side that moved something."""
    if mine == theirs:
        return mine
    old = set(base) & set(mine)
    before = [item for item in base if item in old]
    moved = [[item for item in side if item in old] != before for side in (mine, theirs)]
    if moved == [True, False]:
        return mine
    if moved == [False, True]:
        return theirs
    return min(mine, theirs, key=repr)


def _runs(side: Sequence[T], shared: Collection[T]) -> dict[T | None, list[T]]:
    """Return what only this side has, by the shared item it stands behind."""
    runs: dict[T | None, list[T]] = {}
    anchor: T | None = None
    for item in side:
        if item in shared:
            anchor = item
        else:
            runs.setdefault(anchor, []).append(item)
    return runs


def _together(
    mine: list[T], theirs: list[T], rank: Callable[[T], tuple[Any, ...]], *, is_backwards: bool
) -> Iterator[T]:
    """Return two runs as one: item by item where both are sorted, one behind the other where not."""
    if not mine or not theirs:
        return iter([*mine, *theirs])
    if all(run == sorted(run, key=rank, reverse=is_backwards) for run in (mine, theirs)):
        return interleaved(mine, theirs, key=rank, reverse=is_backwards)
    first, second = sorted((mine, theirs), key=lambda run: [rank(item) for item in run], reverse=is_backwards)
    return iter([*first, *second])
