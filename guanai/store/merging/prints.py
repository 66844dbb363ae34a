"""All that a part of a record says, comments included, as one comparable thing."""

from collections.abc import Hashable

from guanai.yamlfile.nodes import Entry, Kind, Node

#: Equal for parts that say the same in the same order with the same comments.
Print = tuple[Hashable, ...]


class Prints:
    """Remembers the print of each node it was asked for; the nodes must not change meanwhile."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Node, Print]] = {}

    def entry(self, entry: Entry | None) -> Print:
        """Return the print of a key with its value or of an item, () for none."""
        if entry is None:
            return ()
        above = tuple(line.strip() for line in entry.above)
        return (entry.key, above, entry.beside, self.node(entry.node))

    def node(self, node: Node) -> Print:
        """Return the print of a value."""
        known = self._made.get(id(node))
        if known is None:
            known = self._made[id(node)] = (node, self._make(node))
        return known[1]

    def _make(self, node: Node) -> Print:
        tail = tuple(line.strip() for line in node.tail)
        if node.kind is Kind.SCALAR:
            return (type(node.value).__name__, str(node.value), node.typed, tail)
        return (node.kind, tuple(map(self.entry, node.entries)), tail)
