"""A record's text as a tree: what each value means, how it was typed, and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yaml._yaml import CParser
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from guanai.yamlfile.paths import ID_KEY, Path, item_place
from guanai.yamlfile.scalars import is_text, meaning


class Kind(StrEnum):
    """What a node is."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    LIST = "list"


@dataclass(slots=True)
class Node:
    """A scalar, mapping or list. Places count characters and lines of the text from 0.

    Attributes:
        kind: what it is.
        value: meaning of a scalar; of a collection the object that `tracked_data` made of it.
        typed: a scalar that core does not read as text, as it was typed; "" for text.
        style: ``|``, ``>``, ``"``, ``'`` or "" of a scalar; ``flow`` or "" of the others.
        start: index of the first character.
        end: index behind the last; of a block collection meaningless.
        line: line of the first character.
        column: column of the first character; of a block collection that of its keys or dashes.
        last: line of the last character that is not blank, comments not counted.
        entries: keys or items in order.
        tail: lines of comments and blanks behind the last entry that belong to this collection.
        stop: line behind the tail.
        is_touched: an edit changed something in this collection.
    """

    kind: Kind
    value: object = None
    typed: str = ""
    style: str = ""
    start: int = -1
    end: int = -1
    line: int = -1
    column: int = -1
    last: int = -1
    entries: "list[Entry]" = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    stop: int = -1
    is_touched: bool = False

    @property
    def is_block(self) -> bool:
        """Whether it is a collection laid out on lines of its own."""
        return self.kind is not Kind.SCALAR and self.style != "flow"


@dataclass(slots=True)
class Entry:
    """A key with its value, or a list item.

    Attributes:
        key: the key, None for an item.
        node: the value.
        start: index of the key or of the item's content; -1 for an entry the text does not have yet.
        key_end: index behind the key; of an item its start.
        line: line of the start.
        column: column of the start.
        above: lines of comments and blanks above it, as they stand.
        beside: comment at the end of its line, "" for none.
        former: the node that stood here before an edit, None where nothing was replaced.
    """

    key: str | None
    node: Node
    start: int = -1
    key_end: int = -1
    line: int = -1
    column: int = -1
    above: list[str] = field(default_factory=list)
    beside: str = ""
    former: Node | None = None


def compose(text: str) -> Node:
    """Return the tree of a text that `builder.build` has let pass, comments not yet attached."""
    following: Callable[[], Any] = CParser(text).get_event
    following()
    following()
    return _node(text, following, following())


def plain_data(node: Node) -> Any:
    """Return the data of a tree."""
    if node.kind is Kind.MAPPING:
        return {entry.key: plain_data(entry.node) for entry in node.entries}
    if node.kind is Kind.LIST:
        return [plain_data(entry.node) for entry in node.entries]
    return node.value


def tracked_data(node: Node) -> Any:
    """Return the data of a tree as `plain_data` does; each mapping and list is kept as its node's value."""
    if node.kind is Kind.MAPPING:
        node.value = {entry.key: tracked_data(entry.node) for entry in node.entries}
    elif node.kind is Kind.LIST:
        node.value = [tracked_data(entry.node) for entry in node.entries]
    return node.value


def identical(one: object, other: object) -> bool:
    """Whether two data are the same, types included (``1`` is not ``1.0`` or ``True``); key order is free."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(identical, one, other))
    return type(one) is type(other) and one == other


def walk(node: Node) -> Iterator[Entry]:
    """Yield all entries in the order of the text."""
    for entry in node.entries:
        yield entry
        yield from walk(entry.node)


def find(root: Node, path: Path) -> tuple[Entry | None, bool]:
    """Return the entry nearest to a path and whether it is the one that was asked for; None is the root."""
    node, found = root, None
    for step in path:
        entry = child(node, step)
        if entry is None:
            return found, False
        node, found = entry.node, entry
    return found, True


def child(node: Node, step: str | int) -> Entry | None:
    """Return the entry one step below a node, None where there is none."""
    if node.kind is Kind.MAPPING:
        return next((entry for entry in node.entries if entry.key == str(step)), None)
    if node.kind is Kind.SCALAR:
        return None
    place = item_place([item_id(entry.node) for entry in node.entries], step)
    return None if place is None else node.entries[place]


def item_id(node: Node) -> object:
    """Return the 编号 of a list item, None for one without."""
    return next((entry.node.value for entry in node.entries if entry.key == ID_KEY), None)


def _node(text: str, following: Callable[[], Any], event: Any) -> Node:
    kind: object = event.__class__
    if kind is ScalarEvent:
        return _scalar(text, event)
    is_mapping = kind is MappingStartEvent
    start = event.start_mark
    node = Node(
        Kind.MAPPING if is_mapping else Kind.LIST,
        style="flow" if event.flow_style else "",
        start=start.index,
        line=start.line,
        column=start.column,
    )
    ending: object = MappingEndEvent if is_mapping else SequenceEndEvent
    inner: Any = following()
    while inner.__class__ is not ending:
        node.entries.append(_pair(text, following, inner) if is_mapping else _item(text, following, inner))
        inner = following()
    node.end = inner.end_mark.index
    is_flow = node.style == "flow" or not node.entries
    node.last = inner.end_mark.line if is_flow else node.entries[-1].node.last
    return node


def _pair(text: str, following: Callable[[], Any], event: Any) -> Entry:
    mark = event.start_mark
    node = _node(text, following, following())
    return Entry(event.value, node, mark.index, event.end_mark.index, mark.line, mark.column)


def _item(text: str, following: Callable[[], Any], event: Any) -> Entry:
    node = _node(text, following, event)
    return Entry(None, node, node.start, node.start, node.line, node.column)


def _scalar(text: str, event: Any) -> Node:
    start, end, value = event.start_mark, event.end_mark, event.value
    is_typed = not event.style and not is_text(value)
    node = Node(
        Kind.SCALAR,
        value=meaning(value) if is_typed else value,
        typed=text[start.index : end.index] if is_typed else "",
        style=event.style or "",
        start=start.index,
        end=end.index,
        line=start.line,
        column=start.column,
        last=end.line,
    )
    if node.style in ("|", ">"):
        node.last = _last_block_line(text, node, value)
    return node


def _last_block_line(text: str, node: Node, value: str) -> int:
    """Find a block text's last line; the parser's end mark swallows the blank lines behind it."""
    if node.style == "|":
        return node.line + value.count("\n") + (not value.endswith("\n") and value != "")
    lines = text[node.start : node.end].split("\n")
    kept = len(lines) - 1
    while kept > 1 and not lines[kept - 1].strip() and "+" not in lines[0]:
        kept -= 1
    return node.line + kept - 1
