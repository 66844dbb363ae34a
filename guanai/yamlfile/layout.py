"""The canonical layout: one way to write a record, so that a change of one field is one changed line.

Block style, two blanks a level, lists indented under their key, keys in schema order with unknown keys behind
them, one scalar a line, texts of several lines as literal blocks, double quotes only where a text needs them,
at most one blank line between entries and none where a collection opens. Numbers, truth values and nulls stay
as they were typed.
"""

from collections.abc import Sequence
from typing import Any

from guanai.yamlfile import scalars
from guanai.yamlfile.comments import Document, parse, tally
from guanai.yamlfile.drafts import draft
from guanai.yamlfile.nodes import Entry, Kind, Node, identical, plain_data
from guanai.yamlfile.reader import Loaded, read
from guanai.yamlfile.refusals import EditFailed, Unreadable, Unwritable
from guanai.yamlfile.shape import Shape
from guanai.yamlfile.slips import key_slip

_STEP = 2


def dump(data: Any, shape: Shape | None = None, *, head: str = "") -> str:
    """Return the canonical text of a new record.

    Args:
        data: a mapping or list of mappings, lists, texts, numbers, truth values and nulls.
        shape: gives the order of keys; without it they keep their own.
        head: comment lines before the record, such as the editor's modeline.

    Raises:
        Unwritable: the data hold what no record may.
    """
    document = Document(draft(data), [line for line in head.split("\n") if line.strip()])
    text = render(document, shape)
    back = read(text)
    if back.problems or not identical(back.data, plain_data(document.root)):
        raise Unwritable((), back.problems[0].message if back.problems else "写出后读不回来")
    return text


def fmt(text: str, shape: Shape | None) -> str:
    """Return the canonical layout of a text, its comments kept.

    What core reads as a number in a text field is quoted as it was typed; nothing else changes in the data.

    Raises:
        Unreadable: the text has fatal problems; they come with it.
        EditFailed: the layout would lose data or a comment, which is a fault of ours; nothing is given back.
    """
    document = parse(readable(text).text)
    _quote_texts(document.root, shape)
    wanted, comments = plain_data(document.root), tally(document)
    result = render(document, shape)
    back = read(result)
    if not identical(back.data, wanted):
        raise EditFailed("内容")
    if tally(parse(result)) != comments:
        raise EditFailed("注释")
    return result


def readable(text: str) -> Loaded:
    """Return a text as read.

    Raises:
        Unreadable: it has fatal problems.
    """
    loaded = read(text)
    if loaded.data is None:
        raise Unreadable(loaded.problems)
    return loaded


def render(document: Document, shape: Shape | None) -> str:
    """Return the canonical text of a tree, which is put in order on the way."""
    root = document.root
    arrange(root, shape)
    opening = _tidy(document.head, 0, is_opening=True)
    body = collection_lines(root, 0) if root.entries else [written(root), *_closing(root, 0)]
    return "\n".join([*opening, *body]) + "\n"


def arrange(node: Node, shape: Shape | None) -> None:
    """Put keys in schema order, and comments where the canonical layout has a place for them."""
    if node.kind is Kind.MAPPING and shape is not None:
        order = {key: place for place, key in enumerate(shape.keys)}
        node.entries.sort(key=lambda entry: order.get(entry.key or "", len(order)))
    for place, entry in enumerate(node.entries):
        step = place if entry.key is None else entry.key
        arrange(entry.node, None if shape is None else shape.child(step))
        lift(entry)


def lift(entry: Entry) -> None:
    """Move comments above an entry that its canonical form has no line for."""
    node = entry.node
    if not node.entries:
        entry.above += node.tail
        node.tail = []
    elif entry.key is None:
        first = node.entries[0]
        entry.above += [line for line in [*first.above, entry.beside] if line.strip()]
        first.above, entry.beside = [], ""


def collection_lines(node: Node, column: int) -> list[str]:
    """Return the canonical lines of an arranged collection that has entries, all indented."""
    lines: list[str] = []
    for place, entry in enumerate(node.entries):
        lines += _tidy(entry.above, column, is_opening=not place)
        lines += entry_lines(entry, column)
    return lines + _closing(node, column)


def entry_lines(entry: Entry, column: int) -> list[str]:
    """Return the canonical lines of an arranged entry without what stands above it."""
    pad = " " * column
    lead = f"{pad}-" if entry.key is None else f"{pad}{_key(entry.key)}:"
    beside = f"  {entry.beside}" if entry.beside else ""
    if entry.node.entries:
        inner = collection_lines(entry.node, column + _STEP)
        if entry.key is None:
            return [f"{lead} {inner[0].lstrip(' ')}", *inner[1:]]
        return [lead + beside, *inner]
    text, more = _written(entry.node)
    first = f"{lead} {text}{beside}" if text else lead + beside
    return [first, *(f"{pad}{' ' * _STEP}{line}" if line else "" for line in more)]


def _key(key: str) -> str:
    # The reader takes some plain keys for slips (a full-width colon in them) that would be fine as values.
    return scalars.quoted(key) if key_slip(key) else scalars.inline(key)


def is_one_line(node: Node) -> bool:
    """Whether a value is written on its key's line."""
    return not node.entries and not _written(node)[1]


def written(node: Node) -> str:
    """Return a value that is written on one line."""
    return _written(node)[0]


def _written(node: Node) -> tuple[str, list[str]]:
    """Return what stands on the key's line, and the lines below it without indentation."""
    if node.kind is not Kind.SCALAR:
        return ("{}" if node.kind is Kind.MAPPING else "[]"), []
    if node.typed or not isinstance(node.value, str):
        return node.typed, []
    return scalars.block(node.value) or (scalars.inline(node.value), [])


def _closing(node: Node, column: int) -> list[str]:
    lines = _tidy(node.tail, column, is_opening=False)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _tidy(lines: Sequence[str], column: int, *, is_opening: bool) -> list[str]:
    """Indent comments, and leave one of several blank lines, none where a collection opens."""
    tidy: list[str] = []
    for line in map(str.strip, lines):
        if line:
            tidy.append(" " * column + line)
        elif tidy[-1:] != [""] and (tidy or not is_opening):
            tidy.append("")
    return tidy


def _quote_texts(node: Node, shape: Shape | None) -> None:
    """Make texts of the numbers and truth values that stand in text fields."""
    if shape is None:
        return
    if node.typed and node.value is not None and shape.is_text:
        node.value, node.typed = node.typed, ""
    for place, entry in enumerate(node.entries):
        _quote_texts(entry.node, shape.child(place if entry.key is None else entry.key))
