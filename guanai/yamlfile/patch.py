"""Writing a changed tree over its own text: what is untouched is copied line for line."""

from guanai.yamlfile.comments import Document
from guanai.yamlfile.layout import arrange, entry_lines, is_one_line, lift, render, written
from guanai.yamlfile.nodes import Entry, Kind, Node
from guanai.yamlfile.shape import Shape


class Patch:
    """Looks at a document before it is changed, and writes it afterwards."""

    def __init__(self, document: Document, text: str) -> None:
        """``text``: what the document was parsed from."""
        self._document = document
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._regular: set[int] = set()
        self._survey(document.root, len(document.head))
        end = len(self._lines) - (self._lines[-1] == "")
        if document.root.stop != end:  # something stands behind the record that is no comment
            self._regular.discard(id(document.root))

    def text(self, shape: Shape | None) -> str:
        """Return the text of the document as it is now."""
        root = self._document.root
        if id(root) not in self._regular:
            return render(self._document, shape)
        return "\n".join([*self._document.head, *self._collection(root, shape)]) + "\n"

    def _survey(self, node: Node, begin: int | None) -> None:
        """Find the collections whose entries stand on lines of their own, with nothing else between.

        Args:
            node: where to look, with all below it.
            begin: the line where its content must begin; None where it begins behind a dash.
        """
        line = begin
        is_regular = node.is_block
        for entry in node.entries:
            is_regular = is_regular and self._is_regular(node, entry, line)
            line = entry.node.stop
            self._survey(entry.node, entry.line + 1 if entry.key is not None else None)
        if is_regular and line is not None and node.stop == line + len(node.tail):
            self._regular.add(id(node))

    def _is_regular(self, node: Node, entry: Entry, line: int | None) -> bool:
        text = self._lines[entry.line]
        if node.kind is Kind.LIST:
            dash = text[node.column : entry.column]
            if not dash.startswith("-") or dash[1:].strip(" "):
                return False
        elif entry.column != node.column:
            return False
        if line is None:
            return not entry.above
        return not text[: node.column].strip(" ") and entry.line == line + len(entry.above)

    def _collection(self, node: Node, shape: Shape | None) -> list[str]:
        lines: list[str] = []
        for place, entry in enumerate(node.entries):
            inner = shape.child(place if entry.key is None else entry.key) if shape else None
            body = self._entry(entry, node.column, inner)  # may lift comments to above the entry
            lines += entry.above
            lines += body
        return lines + node.tail

    def _entry(self, entry: Entry, column: int, shape: Shape | None) -> list[str]:
        """Return an entry's lines, the first one indented with blanks even where it stands behind a dash."""
        pad = " " * column
        if entry.start < 0:
            return self._anew(entry, column, shape)
        here = self._lines[entry.line]
        if entry.former is not None:
            line = self._replaced(entry, entry.former)
            return self._anew(entry, column, shape) if line is None else [pad + line[column:]]
        node = entry.node
        if not node.is_touched:
            return [pad + here[column:], *self._lines[entry.line + 1 : node.stop]]
        if id(node) not in self._regular:
            return self._anew(entry, column, shape)
        inner = self._collection(node, shape)
        if entry.key is not None:
            return [pad + here[column:], *inner]
        above = len(node.entries[0].above)
        entry.above += [pad + line.strip() for line in inner[:above] if line.strip()]
        return [pad + here[column : entry.column] + inner[above][node.column :], *inner[above + 1 :]]

    def _anew(self, entry: Entry, column: int, shape: Shape | None) -> list[str]:
        arrange(entry.node, shape)
        before = len(entry.above)
        lift(entry)
        entry.above[before:] = [" " * column + line.strip() for line in entry.above[before:]]
        return entry_lines(entry, column)

    def _replaced(self, entry: Entry, former: Node) -> str | None:
        """Return the entry's line with the new value in place of the old, None where that does not do."""
        is_simple = former.line == former.last == entry.line and former.style not in ("|", ">")
        if not is_simple or former.is_block or not is_one_line(entry.node):
            return None
        line, start = self._lines[entry.line], self._starts[entry.line]
        left, right = line[: former.start - start], line[former.end - start :]
        value = written(entry.node)
        if not value:
            left = left.rstrip(" ")
        elif not left.endswith(" "):
            left += " "
        return left + value + right
