"""Comments and blank lines: found in the text, hung on the entry they speak of.

A line of its own belongs to the entry that follows; behind the last entry of a collection it stays with that
collection when it is indented like it. A comment behind a value stays on that line. The comments at the head
of the file, down to the first blank line or the editor's modeline, belong to the file.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from guanai.yamlfile.builder import MAX_DEPTH
from guanai.yamlfile.nodes import Entry, Kind, Node, compose, walk

_MODELINE = re.compile(r"\s*# *(?:yaml-language-server|-\*-|vim?):")
_BLANK = re.compile(r"\n[ \t]*\n")


@dataclass(slots=True)
class Document:
    """A record's tree with its comments.

    Attributes:
        root: the tree; its tail holds what stands at the file's end.
        head: lines of comments and blanks that belong to the file.
    """

    root: Node
    head: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Trivia:
    """A comment, or a blank line (text ""); ``raw`` is the line, or the comment alone behind other things."""

    line: int
    index: int
    column: int
    raw: str
    is_own_line: bool


def parse(text: str) -> Document:
    """Return the tree of a readable text with its comments attached."""
    document = Document(compose(text))
    if not _has_only_head(document, text):
        _Attacher(document).attach(_trivia(text, document.root))
    _settle(document.root)
    _take_head(document)
    return document


def _has_only_head(document: Document, text: str) -> bool:
    """Hang up the comments above the first entry and tell whether there are no others; nothing is done where there are.

    So it is with nearly every record, and what the others take grows with all that stands in it.
    """
    first = document.root.entries[0] if document.root.entries else None
    if first is None or document.root.style == "flow" or "#" in text[first.start :]:
        return False
    lines = text[: first.start].split("\n")
    if lines.pop() or _BLANK.search(text, first.start):
        return False
    if any(line.strip(" \t") and not line.lstrip(" \t").startswith("#") for line in lines):
        return False
    first.above.extend(lines)
    return True


def tally(document: Document) -> Counter[str]:
    """Count the comments of a document, blanks around them not counted."""
    return count_lines([*document.head, *_inside(document.root)])


def tally_entry(entry: Entry) -> Counter[str]:
    """Count the comments on and inside an entry."""
    return count_lines([*entry.above, entry.beside, *_inside(entry.node)])


def tally_node(node: Node) -> Counter[str]:
    """Count the comments inside a value."""
    return count_lines(_inside(node))


def count_lines(lines: Iterable[str]) -> Counter[str]:
    """Count the comments among lines."""
    return Counter(line.strip() for line in lines if line.strip())


def _inside(node: Node) -> Iterator[str]:
    yield from node.tail
    for entry in walk(node):
        yield from entry.above
        yield entry.beside
        yield from entry.node.tail


def _trivia(text: str, root: Node) -> Iterator[_Trivia]:
    ends, hidden = _spans(root)
    start = 0
    for place, raw in enumerate(text.split("\n")):
        if place not in hidden:
            sign = raw.find("#", ends.get(place, start) - start)
            own = place not in ends and not raw[: sign if sign >= 0 else None].strip(" \t")
            if own and (sign >= 0 or start + len(raw) < len(text)):
                yield _Trivia(place, start + max(sign, 0), max(sign, 0), raw, is_own_line=True)
            elif sign >= 0:
                yield _Trivia(place, start + sign, sign, raw[sign:], is_own_line=False)
        start += len(raw) + 1


def _spans(root: Node) -> tuple[dict[int, int], set[int]]:
    """Return where the last scalar of each line ends, and the lines that lie wholly inside a scalar."""
    ends: dict[int, int] = {}
    hidden: set[int] = set()
    for entry in walk(root):
        node = entry.node
        if entry.key is not None:
            ends[entry.line] = entry.key_end
        if node.kind is not Kind.SCALAR:
            continue
        if node.style in ("|", ">"):
            ends[node.line] = node.start + 1
            hidden.update(range(node.line + 1, node.last + 1))
        else:
            ends[node.last] = node.end
            hidden.update(range(node.line, node.last))
    return ends, hidden


class _Attacher:
    """Hangs comments on the entries of one tree."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._entries: list[Entry] = []
        self._chains: list[list[Node]] = []
        self._anchors: dict[int, tuple[int, Entry]] = {}
        self._list(document.root, [document.root])
        self._starts = [entry.start for entry in self._entries]

    def attach(self, trivia: Iterator[_Trivia]) -> None:
        blanks: list[_Trivia] = []
        gap, depth = -1, 0
        for found in trivia:
            if not found.is_own_line and self._beside(found):
                continue
            following = bisect_right(self._starts, found.index)
            if following != gap:
                self._flush(blanks, gap)
                gap, depth = following, MAX_DEPTH + 1
            if not found.raw.strip():
                blanks.append(found)
                continue
            depth = min(depth, self._depth(found, following))
            self._hang([*blanks, found], following, depth)
            blanks.clear()
        self._flush(blanks, gap)

    def _list(self, node: Node, chain: list[Node]) -> None:
        for entry in node.entries:
            self._entries.append(entry)
            self._chains.append(chain)
            inner = entry.node
            if entry.key is not None:
                self._anchor(entry.line, entry.key_end, entry)
            if inner.style in ("|", ">"):
                self._anchor(inner.line, inner.start, entry)
            elif not inner.is_block:
                self._anchor(inner.last, inner.end, entry)
            self._list(inner, [*chain, inner])

    def _anchor(self, line: int, index: int, entry: Entry) -> None:
        if index >= self._anchors.get(line, (-1, entry))[0]:
            self._anchors[line] = (index, entry)

    def _beside(self, found: _Trivia) -> bool:
        anchor = self._anchors.get(found.line)
        if anchor is None:
            return False
        entry = anchor[1]
        if entry.beside:
            entry.above.append(found.raw)
        else:
            entry.beside = found.raw.rstrip()
        return True

    def _depth(self, found: _Trivia, following: int) -> int:
        """Return how many collections of the entry before stay open behind a comment; 0 for the next entry."""
        if not following or not found.is_own_line:
            return 0
        chain = self._chains[following - 1]
        last = self._entries[following - 1].node
        after = self._chains[following] if following < len(self._chains) else []
        flows = [
            place
            for place, node in enumerate([*chain, last], 1)
            if node.style == "flow" and found.index < node.end
        ]
        if flows:
            return 0 if len(after) >= flows[-1] else flows[-1]
        if after and found.column <= after[-1].column:
            return 0
        for depth in range(len(chain), len(after), -1):
            node = chain[depth - 1]
            # A list may stand in the column of its key; what stands there too is not the list's.
            parent = chain[depth - 2].column if depth > 1 else -1
            if node.is_block and node.column <= found.column and parent < found.column:
                return depth
        return 0 if after else 1

    def _hang(self, lines: list[_Trivia], following: int, depth: int) -> None:
        raw = [line.raw for line in lines]
        if depth == 0 and following < len(self._entries):
            self._entries[following].above.extend(raw)
        elif lines[-1].index < self._document.root.start:
            self._document.head.extend(raw)  # of an empty record
        else:
            before = following - 1
            chain = (
                [*self._chains[before], self._entries[before].node] if following else [self._document.root]
            )
            node = chain[max(depth, 1) - 1]
            node.tail.extend(raw)
            node.stop = lines[-1].line + 1

    def _flush(self, blanks: list[_Trivia], gap: int) -> None:
        if blanks:
            self._hang(blanks, gap, 0)
            blanks.clear()


def _settle(node: Node) -> int:
    """Set the line behind each node, its comments included."""
    node.stop = max([node.stop, node.last + 1, *(_settle(entry.node) for entry in node.entries)])
    return node.stop


def _take_head(document: Document) -> None:
    """Split what stands above the first entry into the file's and the entry's own."""
    if document.root.entries:
        first = document.root.entries[0]
        ends = [
            place for place, line in enumerate(first.above, 1) if not line.strip() or _MODELINE.match(line)
        ]
        cut = ends[-1] if ends else 0
        document.head, first.above = first.above[:cut], first.above[cut:]
