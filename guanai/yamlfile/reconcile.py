"""Bringing a tree in line with data: what stays keeps its node, and with it its lines and comments."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from typing import Any

from guanai.yamlfile.comments import Document, count_lines, tally_entry, tally_node
from guanai.yamlfile.drafts import draft
from guanai.yamlfile.nodes import Entry, Kind, Node, identical, plain_data
from guanai.yamlfile.paths import ID_KEY
from guanai.yamlfile.shape import Shape

#: What tells list items apart: (True, 编号), or (False, content) of an item without one of its own.
_Token = tuple[bool, str]


def reconcile(document: Document, wanted: Any, shape: Shape | None) -> Counter[str]:
    """Change a document until it holds the wanted data.

    Every collection on the way to a change is marked as touched; a replaced value stays as its entry's
    ``former``; a new entry starts at -1.

    Returns:
        The comments that went with what was removed.
    """
    reconciler = _Reconciler()
    whole = Entry("", document.root)
    reconciler.settle(whole, wanted, shape)
    whole.node.tail = document.root.tail
    document.root = whole.node
    return reconciler.lost - count_lines(document.root.tail if whole.former else [])


class _Reconciler:
    def __init__(self) -> None:
        self.lost: Counter[str] = Counter()

    def settle(self, entry: Entry, wanted: Any, shape: Shape | None) -> None:
        node = entry.node
        if identical(plain_data(node), wanted):
            return
        if node.kind is Kind.MAPPING and isinstance(wanted, Mapping) and node.entries and wanted:
            self._mapping(node, wanted, shape)
        elif node.kind is Kind.LIST and isinstance(wanted, list) and node.entries and wanted:
            self._list(node, wanted, shape)
        else:
            self.lost += tally_node(node)
            entry.former, entry.node = (
                node,
                draft(wanted, ("",) if not isinstance(wanted, Mapping | list) else ()),
            )

    def _mapping(self, node: Node, wanted: Mapping[str, Any], shape: Shape | None) -> None:
        node.is_touched = True
        for entry in list(node.entries):
            if entry.key not in wanted:
                self._remove(node, entry)
        present = {entry.key: entry for entry in node.entries}
        for key, value in wanted.items():
            if key in present:
                self.settle(present[key], value, shape.child(key) if shape else None)
            else:
                node.entries.insert(_place(node, key, shape), Entry(key, draft(value, (key,))))

    def _list(self, node: Node, wanted: Sequence[Any], shape: Shape | None) -> None:
        node.is_touched = True
        partners = _partners(node.entries, wanted)
        kept = {id(partner) for partner in partners if partner}
        for entry in list(node.entries):
            if id(entry) not in kept:
                self._remove(node, entry)
        node.entries = [
            partner or Entry(None, draft(value, (0,)))
            for partner, value in zip(partners, wanted, strict=True)
        ]
        for place, (partner, value) in enumerate(zip(partners, wanted, strict=True)):
            if partner:
                self.settle(partner, value, shape.child(place) if shape else None)

    def _remove(self, node: Node, entry: Entry) -> None:
        """Take out an entry with the comments right above it; those further up stay."""
        place = next(place for place, each in enumerate(node.entries) if each is entry)
        cut = len(entry.above)
        while cut and entry.above[cut - 1].strip():
            cut -= 1
        kept = entry.above[:cut]
        self.lost += tally_entry(entry) - count_lines(kept)
        del node.entries[place]
        is_last = place == len(node.entries)
        below = node.tail if is_last else node.entries[place].above
        while kept and not kept[-1].strip() and (is_last or (below and not below[0].strip())):
            kept.pop()
        below[:0] = kept
        while place == 0 and not is_last and below and not below[0].strip():
            del below[0]


def _place(node: Node, key: str, shape: Shape | None) -> int:
    """Return where a new key belongs: behind its nearest predecessor in the schema, unknown keys at the end."""
    order = {known: place for place, known in enumerate(shape.keys)} if shape else {}
    if key not in order:
        return len(node.entries)
    places = [(order[entry.key], place) for place, entry in enumerate(node.entries) if entry.key in order]
    before = [(rank, place) for rank, place in places if rank < order[key]]
    if before:
        return max(before)[1] + 1
    return min(places)[1] if places else 0


def _partners(entries: Sequence[Entry], wanted: Sequence[Any]) -> list[Entry | None]:
    """Return for each wanted item the entry that becomes it.

    That is the one it was made from; for items from elsewhere the one with the same 编号, or the one in the
    same place.
    """
    origins = {id(entry.node.value): entry for entry in entries if entry.node.kind is not Kind.SCALAR}
    partners = [origins.get(id(item)) for item in wanted]
    taken = {id(entry) for entry in partners}
    old = [entry for entry in entries if id(entry) not in taken]
    new = [place for place, partner in enumerate(partners) if partner is None]
    for place, entry in _alike(old, [wanted[place] for place in new]):
        partners[new[place]] = entry
    return partners


def _alike(entries: Sequence[Entry], wanted: Sequence[Any]) -> Iterator[tuple[int, Entry]]:
    """Yield places of wanted items with their entries, for items that have no origin."""
    data = [plain_data(entry.node) for entry in entries]
    shared = _repeated(data) | _repeated(wanted)
    old, new = _tokens(data, shared), _tokens(wanted, shared)
    named = {token: entry for token, entry in zip(old, entries, strict=True) if token[0]}
    found = {place: named[token] for place, token in enumerate(new) if token in named}
    yield from found.items()
    taken = {id(entry) for entry in found.values()}
    for tag, start, end, new_start, new_end in _opcodes(old, new):
        if tag not in ("equal", "replace"):
            continue
        for place, rival in zip(range(new_start, new_end), range(start, end), strict=False):
            is_free = place not in found and id(entries[rival]) not in taken
            if is_free and _is_same(data[rival], wanted[place]):
                yield place, entries[rival]


def _opcodes(old: list[_Token], new: list[_Token]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield how one list becomes the other; of several equal items those at the ends keep their places."""
    shorter = min(len(old), len(new))
    head = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    rest = shorter - head
    tail = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    old_end, new_end = len(old) - tail, len(new) - tail
    yield "equal", 0, head, 0, head
    matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end], autojunk=False)
    for tag, *places in matcher.get_opcodes():
        start, end, new_start, new_stop = (place + head for place in places)
        yield tag, start, end, new_start, new_stop
    yield "equal", old_end, len(old), new_end, len(new)


def _tokens(items: Sequence[Any], shared: AbstractSet[str]) -> list[_Token]:
    names = [_name(item) for item in items]
    return [
        (False, repr(item)) if name is None or name in shared else (True, name)
        for name, item in zip(names, items, strict=True)
    ]


def _repeated(items: Sequence[Any]) -> set[str]:
    """Return the 编号 that several items have, which therefore tell nothing."""
    counts = Counter(name for name in map(_name, items) if name is not None)
    return {name for name, count in counts.items() if count > 1}


def _name(item: Any) -> str | None:
    name = item.get(ID_KEY) if isinstance(item, Mapping) else None
    return None if name is None else str(name)


def _is_same(item: Any, wanted: Any) -> bool:
    """Whether an item may become another: one with a 编号 may only lose it or get a new one."""
    return _name(item) is None or _nameless(item) == _nameless(wanted)


def _nameless(item: Any) -> Any:
    return {key: value for key, value in item.items() if key != ID_KEY} if isinstance(item, Mapping) else item
