"""What makes one state of a record into another, as changes; entries are told by 编号, not by place."""

from collections.abc import Iterator, Sequence
from typing import Any

from guanai.schema import Field
from guanai.store.merging.identity import Token, is_named, side_tokens, step_of, tokens
from guanai.yamlfile import Add, Change, Delete, Path, Set
from guanai.yamlfile.nodes import identical


def difference(
    base: Any, other: Any, shape: Field | None = None, *, is_ordered: bool = False
) -> tuple[Change, ...]:
    """Return the fewest changes that `guanai.yamlfile.applied` needs to make ``base`` mean what ``other`` means.

    A list whose entries changed places, or whose plain words did not just grow at the end, is set as a whole.

    Args:
        base: data of the older state.
        other: data of the newer one.
        shape: field of the record; tells the items apart that have no 编号.
        is_ordered: an entry that is new in the middle of a list must also stand there; without it, where an
            entry newly stands means nothing.

    >>> difference({"预警": [{"编号": "W-1", "等级": "黄"}]}, {"预警": [{"编号": "W-1", "等级": "红"}]})
    (Set(path=('预警', 'W-1', '等级'), value='红'),)
    """
    return tuple(_differing(base, other, shape, (), is_ordered=is_ordered))


def _differing(
    base: Any, other: Any, shape: Field | None, path: Path, *, is_ordered: bool
) -> Iterator[Change]:
    if identical(base, other):
        return
    if isinstance(base, dict) and isinstance(other, dict) and base and other:
        yield from _mapping(base, other, shape, path, is_ordered=is_ordered)
    elif isinstance(base, list) and isinstance(other, list) and base and other:
        yield from _list(base, other, shape, path, is_ordered=is_ordered)
    else:
        yield Set(path, other)


def _mapping(
    base: dict[str, Any], other: dict[str, Any], shape: Field | None, path: Path, *, is_ordered: bool
) -> Iterator[Change]:
    for key, value in other.items():
        if key in base:
            inner = shape.child(key) if shape else None
            yield from _differing(base[key], value, inner, (*path, key), is_ordered=is_ordered)
        else:
            yield Set((*path, key), value)
    # Last: a mapping that a removal leaves empty would go too.
    for key in base:
        if key not in other:
            yield Delete((*path, key))


def _list(
    base: list[Any], other: list[Any], shape: Field | None, path: Path, *, is_ordered: bool
) -> Iterator[Change]:
    old = tokens(base, shape)
    new = side_tokens(base, old, other, shape)
    if not _grows(old, new, is_ordered=is_ordered):
        yield Set(path, other)
        return
    for place, token in enumerate(new):
        if token in old:
            step = step_of(base, old.index(token))
            inner = shape.item if shape else None
            yield from _differing(
                base[old.index(token)], other[place], inner, (*path, step), is_ordered=is_ordered
            )
    added = [other[place] for place, token in enumerate(new) if token not in old]
    yield from (Add(path, item) for item in added)
    gone = [place for place, token in enumerate(old) if token not in new]
    yield from (Delete((*path, step_of(base, place))) for place in reversed(gone))


def _grows(old: Sequence[Token], new: Sequence[Token], *, is_ordered: bool) -> bool:
    """Whether removals and additions at the end make one list of another."""
    kept = [token for token in new if token in old]
    if kept != [token for token in old if token in new]:
        return False
    may_stand_anywhere = not is_ordered and all(is_named(token) for token in (*old, *new))
    return may_stand_anywhere or list(new[: len(kept)]) == kept
