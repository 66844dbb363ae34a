"""The three-way merge of records as trees: what one side changed is taken, what both changed is a question.

The result is built of the nodes of the three trees, which are used up by it; so each value keeps its comments and
the way it was typed.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, NamedTuple

from guanai.model.base import ABSENT
from guanai.schema import Field
from guanai.store.merging.clash import Clash
from guanai.store.merging.identity import Token, canonical, caption, rank, side_tokens, step_of, tokens
from guanai.store.merging.order import merged_order
from guanai.store.merging.prints import Prints
from guanai.store.merging.remarks import merged_beside, merged_lines
from guanai.yamlfile.comments import Document, tally_entry, tally_node
from guanai.yamlfile.nodes import Entry, Kind, Node, identical, tracked_data
from guanai.yamlfile.paths import ID_KEY, Path


class Keep(StrEnum):
    """What the merged record holds where sides clash."""

    THEIRS = "theirs"
    BASE = "base"


class Three(NamedTuple):
    """One key or item as it stands on the three sides, None where it does not."""

    base: Entry | None
    mine: Entry | None
    theirs: Entry | None


class _Nodes(NamedTuple):
    """Three mappings or three lists."""

    base: Node
    mine: Node
    theirs: Node


def weave(
    base: Document, mine: Document, theirs: Document, shape: Field | None, keep: Keep = Keep.THEIRS
) -> tuple[Document, tuple[Clash, ...]]:
    """Merge two later states of a record.

    Args:
        base: the last state that both sides know.
        mine: my side.
        theirs: the other side.
        shape: field of the record; without it keys have no order and items without 编号 no names.
        keep: what stands where sides clash.
    """
    weaver = _Weaver(keep)
    return weaver.document(base, mine, theirs, shape), tuple(weaver.clashes)


class _Weaver:
    def __init__(self, keep: Keep) -> None:
        self.clashes: list[Clash] = []
        self._keep = keep
        self._prints = Prints()
        self._homeless: list[str] = []  # new comments on what the other side removed

    def document(self, base: Document, mine: Document, theirs: Document, shape: Field | None) -> Document:
        for each in (base, mine, theirs):
            tracked_data(each.root)
        root = self._node(base.root, mine.root, theirs.root, shape, ())
        root.tail += sorted(self._homeless)
        return Document(root, merged_lines(base.head, mine.head, theirs.head))

    def _entry(self, three: Three, shape: Field | None, path: Path, *, is_item: bool = False) -> Entry | None:
        base, mine, theirs = three
        before, left, right = map(self._prints.entry, three)
        if left == before:
            return theirs
        if right in (before, left):
            return mine
        if mine is None or theirs is None:
            return self._half_removed(three, shape, path, is_item=is_item)
        theirs.node = self._node(base.node if base else None, mine.node, theirs.node, shape, path)
        theirs.above = merged_lines(base.above if base else (), mine.above, theirs.above)
        theirs.beside, more = merged_beside(base.beside if base else "", mine.beside, theirs.beside)
        theirs.above += more
        return theirs

    def _half_removed(self, three: Three, shape: Field | None, path: Path, *, is_item: bool) -> Entry | None:
        """Return what stays of something that one side removed and the other one changed."""
        base, mine, theirs = three
        left = mine or theirs
        if base is None or left is None:  # never: such prints were equal
            return left
        remarks = tally_entry(left) - tally_entry(base)
        if not identical(left.node.value, base.node.value):
            kind = left.node.kind
            if is_item or kind is Kind.SCALAR or base.node.kind is not kind:
                self._clash(path, base.node, mine.node if mine else None, theirs.node if theirs else None)
                return base if self._keep is Keep.BASE else left
            none, mark = Node(kind, value={} if kind is Kind.MAPPING else []), len(self._homeless)
            sides = (left.node, none) if mine else (none, left.node)
            node = self._collection(base.node, *sides, shape, path)
            if node.entries:
                left.node = node
                return left
            del self._homeless[mark:]
        self._homeless += remarks.elements()
        return None

    def _node(self, base: Node | None, mine: Node, theirs: Node, shape: Field | None, path: Path) -> Node:
        kind = _common_kind(base, mine, theirs)
        if kind is not None:
            before, left, right = (_as_kind(node, kind) for node in (base, mine, theirs))
            return self._collection(before, left, right, shape, path)
        if identical(mine.value, theirs.value):
            return theirs
        if base is not None and identical(mine.value, base.value):
            self._homeless += _news(mine, base)
            return theirs
        if base is not None and identical(theirs.value, base.value):
            self._homeless += _news(theirs, base)
            return mine
        if base is None and path[-1] == ID_KEY:  # `fmt` gave one entry two 编号 on two sides
            return min(mine, theirs, key=lambda node: str(node.value))
        self._clash(path, base, mine, theirs)
        return base if self._keep is Keep.BASE and base is not None else theirs

    def _collection(self, base: Node, mine: Node, theirs: Node, shape: Field | None, path: Path) -> Node:
        """Return the merge of three mappings or three lists."""
        mark = len(self._homeless)
        merge = self._mapping if theirs.kind is Kind.MAPPING else self._list
        entries = merge(_Nodes(base, mine, theirs), shape, path)
        node = Node(theirs.kind, style="" if entries else theirs.style, entries=entries)
        node.tail = merged_lines(base.tail, mine.tail, theirs.tail)
        if entries:
            node.tail += sorted(self._homeless[mark:])
            del self._homeless[mark:]
        return node

    def _mapping(self, nodes: _Nodes, shape: Field | None, path: Path) -> list[Entry]:
        base, mine, theirs = ({str(entry.key): entry for entry in node.entries} for node in nodes)
        found = {}
        for key in dict.fromkeys([*theirs, *mine]):
            three = Three(base.get(key), mine.get(key), theirs.get(key))
            entry = self._entry(three, shape.child(key) if shape else None, (*path, key))
            if entry is not None:
                found[key] = entry
        known = {key: f"{place:04}" for place, key in enumerate(shape.keys)} if shape else {}
        order = merged_order(
            list(base), list(mine), list(theirs), found, lambda key: (known.get(key, "~"), key)
        )
        return [found[key] for key in order]

    def _list(self, nodes: _Nodes, shape: Field | None, path: Path) -> list[Entry]:
        base, mine, theirs = map(_items, nodes)
        old = tokens(base, shape)
        left, right = (side_tokens(base, old, side, shape) for side in (mine, theirs))
        if _are_rivals(base, mine, theirs, shape):
            self._clash(path, *nodes)
            return (nodes.base if self._keep is Keep.BASE else nodes.theirs).entries
        inner = shape.item if shape else None
        found: dict[Token, Entry] = {}
        ranks: dict[Token, tuple[str, ...]] = {}
        asked: list[tuple[Token, range, str]] = []
        for token in dict.fromkeys([*right, *left]):
            items, place = (theirs, right.index(token)) if token in right else (mine, left.index(token))
            three = Three(
                *(_at(node, side, token) for node, side in zip(nodes, (old, left, right), strict=True))
            )
            # Before the entries are merged: a merged one holds the nodes of both sides, and no data yet.
            sides = (each.node.value for each in (three.mine, three.theirs) if each)
            ranks[token] = (*min(rank(value, shape) for value in sides), *map(str, token))
            mark = len(self.clashes)
            entry = self._entry(three, inner, (*path, step_of(items, place)), is_item=True)
            asked.append((token, range(mark, len(self.clashes)), caption(items[place], inner)))
            if entry is not None:
                found[token] = entry
        order = merged_order(old, left, right, found, ranks.__getitem__)
        for token, places, name in asked:
            self._settle(places, len(path), order.index(token) if token in found else 0, name)
        return [found[token] for token in order]

    def _settle(self, clashes: range, depth: int, place: int, name: str) -> None:
        """Put the place that an item has in the merged list into paths that name it by its place, and its name beside."""
        for number in clashes:
            clash = self.clashes[number]
            if isinstance(clash.path[depth], int):
                path = (*clash.path[:depth], place, *clash.path[depth + 1 :])
                self.clashes[number] = replace(clash, path=path, names=(name, *clash.names))

    def _clash(self, path: Path, base: Node | None, mine: Node | None, theirs: Node | None) -> None:
        before, left, right = (ABSENT if node is None else node.value for node in (base, mine, theirs))
        self.clashes.append(Clash(path, before, left, right))


def _items(node: Node) -> list[Any]:
    return [entry.node.value for entry in node.entries]


def _at(node: Node, names: Sequence[Token], token: Token) -> Entry | None:
    return node.entries[names.index(token)] if token in names else None


def _are_rivals(base: list[Any], mine: list[Any], theirs: list[Any], shape: Field | None) -> bool:
    """Whether two sides put different words in the place of the same word.

    Of open texts also whether one side removed what the other rewrote; a closed word is only put in or taken out.
    """
    if any(isinstance(item, dict | list) for item in (*base, *mine, *theirs)):
        return False
    item = shape.item if shape else None
    is_open = item is None or not (item.values or item.ref)
    left, right = (_replaced(base, side, is_open=is_open) for side in (mine, theirs))
    return any(
        start < stop and begin < end and left[start, end] != right[begin, stop]
        for start, end in left
        for begin, stop in right
    )


def _replaced(base: list[Any], side: list[Any], *, is_open: bool) -> dict[tuple[int, int], list[str]]:
    """Return what stands in the place of stretches of a list."""
    old, new = ([canonical(item) for item in items] for items in (base, side))
    tags = ("replace", "delete") if is_open else ("replace",)
    return {
        (start, end): new[new_start:new_end]
        for tag, start, end, new_start, new_end in SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes()
        if tag in tags
    }


def _common_kind(base: Node | None, mine: Node, theirs: Node) -> Kind | None:
    """Return mapping or list where both sides are one, an empty value taken for an empty one."""
    kinds = {node.kind for node in (mine, theirs) if not _is_null(node)}
    if len(kinds) != 1 or Kind.SCALAR in kinds:
        return None
    kind = kinds.pop()
    return kind if base is None or _is_null(base) or base.kind is kind else None


def _as_kind(node: Node | None, kind: Kind) -> Node:
    return (
        node
        if node is not None and node.kind is kind
        else Node(kind, value={} if kind is Kind.MAPPING else [])
    )


def _is_null(node: Node) -> bool:
    return node.kind is Kind.SCALAR and node.value is None


def _news(node: Node, base: Node) -> list[str]:
    return list((tally_node(node) - tally_node(base)).elements())
