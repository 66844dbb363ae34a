"""What has become of a paper once it was printed: its number, whether it is signed, where it is kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from generators.issued import Line
from generators.letters import KINDS
from generators.papers import Paper
from guanai.access.spots import ID
from guanai.errors import GuanaiError
from guanai.web.visitor import Visitor
from guanai.workspace.register import Register
from guanai.yamlfile import Path

_FILED_AS = {each.kind: each.filed_as for each in KINDS if each.filed_as}
_SIGNED, _KEPT = "签字", "存放"


def marks_of(visitor: Visitor, paper: Paper, subject: str) -> tuple[str, ...]:
    """Return the marks of a paper in words, as far as the visitor may know them; none for one that has none.

    Args:
        visitor: whose view.
        paper: the kind.
        subject: what it is about; with an item's 编号 the sheet of that item.
    """
    if paper.view is not None:
        return ()
    whole, item = paper.parted(subject)
    lines = lines_about(visitor, paper, subject)
    if lines:
        return tuple(word for line in lines for word in line_words(line))
    try:
        record = visitor.edition.record(paper.subject, whole)
    except GuanaiError:
        return ()
    held = record if item is None else item_in(record, item)
    return tuple(marks_in(held)) if held is not None else ()


def lines_about(visitor: Visitor, paper: Paper, subject: str) -> tuple[Line, ...]:
    """Return the lines of the register of issued papers about one paper."""
    filed, (whole, _) = _FILED_AS.get(paper.kind, ""), paper.parted(subject)
    if not filed and paper.subject not in ("policy", "meeting", "decision"):
        return ()
    found = Register(visitor.workspace.snapshot, visitor.edition).lines()
    if filed:
        return tuple(each for each in found if each.paper == filed and each.about.startswith(whole))
    return tuple(each for each in found if not each.paper and each.record == whole)


def line_words(line: Line) -> Iterator[str]:
    """Yield a line of the register in words."""
    yield f"文号 {line.number}"
    if line.signature:
        yield line.signature
    if line.storage is not None:
        yield _place({"盒号": line.storage.box, "件号": line.storage.number})


def marks_in(held: Mapping[str, Any]) -> Iterator[str]:
    """Yield the marks that a record or an item of it has of itself."""
    if isinstance(signed := held.get(_SIGNED), str):
        yield signed
    kept = held.get(_KEPT)
    if isinstance(kept, Mapping) and (words := _place(kept)):
        yield words


def item_in(record: Mapping[str, Any], item: str) -> Mapping[str, Any] | None:
    """Return the item of a record's lists that has a 编号, None where there is none."""
    return next((held for _, held in _items(record, ()) if held.get(ID) == item), None)


def place_in(record: Mapping[str, Any], item: str) -> Path | None:
    """Return where the item that has a 编号 stands, the items that it lies in by theirs; None where there is none."""
    return next((path for path, held in _items(record, ()) if held.get(ID) == item), None)


def _items(held: Mapping[str, Any], at: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for key, value in held.items():
        if isinstance(value, Mapping):
            yield from _items(value, (*at, key))
        for number, each in enumerate(value if isinstance(value, list) else ()):
            if isinstance(each, Mapping):
                path = (*at, key, each.get(ID, number))
                yield path, each
                yield from _items(each, path)


def _place(kept: Mapping[str, Any]) -> str:
    words = [
        f"{key[0]}{value}" for key in ("盒号", "件号") if isinstance(value := kept.get(key), str) and value
    ]
    return f"存放 {' '.join(words)}" if words else ""
