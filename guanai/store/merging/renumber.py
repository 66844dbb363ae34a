"""Two different entries under one 编号: the later gets a new one, the same whoever merges."""

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from guanai.ids import new_id
from guanai.schema import Field
from guanai.schema.fields import IdRule
from guanai.store.merging.identity import canonical
from guanai.yamlfile.nodes import Entry, Kind, Node, child, identical, item_id, plain_data, walk
from guanai.yamlfile.paths import ID_KEY, Path


class Later(StrEnum):
    """Whose entry gives way when two have one 编号."""

    BY_CONTENT = "content"
    """That of the later day; both sides of a pull come to the same."""
    MINE = "mine"
    """Mine: theirs is saved already, and others may point to it."""


@dataclass(frozen=True, slots=True)
class _Twins:
    """Two entries that got one 编号."""

    path: Path
    rule: IdRule
    mine: Node
    theirs: Node


def renumber(
    base: Node, mine: Node, theirs: Node, shape: Field | None, later: Later = Later.BY_CONTENT
) -> tuple[tuple[str, str], ...]:
    """Give one of two new entries with the same 编号 a new one, in place; mentions on its side follow.

    Returns:
        Old and new 编号.
    """
    twins = sorted(
        _twins(base, mine, theirs, shape, ()), key=lambda found: [str(step) for step in found.path]
    )
    if not twins:
        return ()
    taken = {
        str(entry.node.value) for tree in (base, mine, theirs) for entry in walk(tree) if entry.key == ID_KEY
    }
    known = set(_texts(base))
    made = []
    for found in twins:
        is_mine = later is Later.MINE or _age(found.mine, found.rule) > _age(found.theirs, found.rule)
        old, new = _renamed(found, found.mine if is_mine else found.theirs, taken)
        taken.add(new)
        _follow(mine if is_mine else theirs, old, new, known)
        made.append((old, new))
    return tuple(made)


def _twins(base: Node | None, mine: Node, theirs: Node, shape: Field | None, path: Path) -> Iterator[_Twins]:
    if shape is None or mine.kind is not theirs.kind or mine.kind is Kind.SCALAR:
        return
    for entry, other in _pairs(mine, theirs):
        step = str(entry.key if entry.key is not None else item_id(entry.node))
        before = child(base, step) if base is not None else None
        here = (*path, step)
        is_item = mine.kind is Kind.LIST
        if is_item and before is None and shape.id_rule is not None:
            if not identical(plain_data(entry.node), plain_data(other.node)):
                yield _Twins(here, shape.id_rule, entry.node, other.node)
            continue
        inner = shape.item if is_item else shape.child(step)
        yield from _twins(before.node if before else None, entry.node, other.node, inner, here)


def _pairs(mine: Node, theirs: Node) -> Iterator[tuple[Entry, Entry]]:
    """Yield the keys, or the items with a 编号, that both sides have."""
    is_list = mine.kind is Kind.LIST
    names = (
        [item_id(entry.node) if is_list else entry.key for entry in node.entries] for node in (mine, theirs)
    )
    left, right = names
    for place, name in enumerate(left):
        if isinstance(name, str) and name in right and left.count(name) == right.count(name) == 1:
            yield mine.entries[place], theirs.entries[right.index(name)]


def _age(node: Node, rule: IdRule) -> tuple[str, str]:
    data = plain_data(node)
    return str(data.get(rule.date_key) or "") if rule.date_key else "", canonical(data)


def _renamed(found: _Twins, node: Node, taken: set[str]) -> tuple[str, str]:
    data = plain_data(node)
    seed = hashlib.sha256(canonical([*found.path, data]).encode()).digest()
    rng = random.Random(int.from_bytes(seed))  # noqa: S311 -- must come out the same on both sides
    new = new_id(found.rule.prefix, on=found.rule.day_of(data), taken=taken, rng=rng)
    name = next(entry.node for entry in node.entries if entry.key == ID_KEY)
    name.value = new
    return str(found.path[-1]), new


def _follow(tree: Node, old: str, new: str, known: set[str]) -> None:
    """Put the new 编号 where the side's own words mean the renamed entry; words of before mean no new entry."""
    mention = re.compile(rf"(?<![0-9A-Za-z-]){re.escape(old)}(?![0-9A-Za-z-])")
    for entry in walk(tree):
        value = entry.node.value
        if entry.key != ID_KEY and isinstance(value, str) and old in value and value not in known:
            entry.node.value = mention.sub(new, value)


def _texts(tree: Node) -> Iterator[str]:
    return (entry.node.value for entry in walk(tree) if isinstance(entry.node.value, str))
