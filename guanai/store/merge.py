"""Merging by meaning: one engine for saves, for git and for uploads.

Entries are told by their 编号, fields by their keys. What one side changed is taken; what both changed differently,
or one removed and the other changed, is a `Clash` and never decided here.
"""

from collections.abc import Sequence
from typing import Any

from guanai.schema import Field
from guanai.store.merging.clash import Clash, Merged
from guanai.store.merging.differing import difference
from guanai.store.merging.renumber import Later, renumber
from guanai.store.merging.weave import Keep, weave
from guanai.yamlfile import Change, EditFailed, Unreadable, applied, edit
from guanai.yamlfile.comments import Document, parse, tally
from guanai.yamlfile.layout import readable, render
from guanai.yamlfile.nodes import Entry, Kind, Node, identical, plain_data
from guanai.yamlfile.reader import read

__all__ = ["Clash", "Keep", "Merged", "difference", "merge", "merge_changes"]

_Outcome = tuple[Any, tuple[Clash, ...], tuple[tuple[str, str], ...]]


def merge(base: str, mine: str, theirs: str, shape: Field | None, keep: Keep = Keep.THEIRS) -> Merged:
    """Merge two later texts of a record; comments of both sides stay.

    The result is one side's very text where the other changed nothing, in the canonical layout otherwise.

    Args:
        base: the last text both sides know, "" where there was none.
        mine: my side's text.
        theirs: the other side's text.
        shape: field of the record; None for a file of no known kind.
        keep: what the text holds where sides clash.

    Raises:
        Unreadable: a text has fatal problems.
        EditFailed: the result does not read back as meant.
    """
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    before, one, other = map(_document, (base, mine, theirs))
    renumbered = renumber(before.root, one.root, other.root, shape)
    woven, clashes = weave(before, one, other, shape, keep)
    return Merged(_written(woven, shape), clashes, renumbered)


def merge_changes(base_data: Any, changes: Sequence[Change], theirs_text: str, shape: Field | None) -> Merged:
    """Bring changes, made to an older state of a record, onto its newest text; untouched lines stay untouched.

    Args:
        base_data: what the record held when the changes were made.
        changes: applied to it in order.
        theirs_text: the record as it is now.
        shape: field of the record.

    Raises:
        NoSuchPlace: a change speaks of what the older state does not have.
        Unwritable: a value may stand in no record.
        Unreadable: the newest text has fatal problems.
        EditFailed: the result does not read back as meant.
    """
    theirs = readable(theirs_text).data
    if identical(base_data, theirs):
        return Merged(edit(theirs_text, changes, shape))
    mine = applied(base_data, changes)
    wanted, clashes, renumbered = _merged_data(base_data, mine, theirs, shape)
    return Merged(
        edit(theirs_text, difference(theirs, wanted, shape, is_ordered=True), shape), clashes, renumbered
    )


def _merged_data(base: Any, mine: Any, theirs: Any, shape: Field | None) -> _Outcome:
    """Return the merge of data; what only one side touched is not gone through."""
    if not all(isinstance(data, dict) for data in (base, mine, theirs)):
        return _woven_data(base, mine, theirs, shape)
    mine_changed, theirs_changed = (_touched(base, side) for side in (mine, theirs))
    both = mine_changed & theirs_changed
    before, one, other = (
        {key: value for key, value in data.items() if key in both} for data in (base, mine, theirs)
    )
    contested, clashes, renumbered = _woven_data(before, one, other, shape)
    if renumbered:  # mentions may stand anywhere
        return _woven_data(base, mine, theirs, shape)
    taken = {key: mine[key] for key in mine_changed - theirs_changed if key in mine}
    kept = {key: value for key, value in theirs.items() if key not in mine_changed}
    return {**kept, **taken, **contested}, clashes, renumbered


def _woven_data(base: Any, mine: Any, theirs: Any, shape: Field | None) -> _Outcome:
    before, one, other = map(_tree, (base, mine, theirs))
    renumbered = renumber(before, one, other, shape, Later.MINE)
    woven, clashes = weave(Document(before), Document(one), Document(other), shape)
    return plain_data(woven.root), clashes, renumbered


def _tree(data: Any) -> Node:
    """Return the nodes of data that a record held already, or that `applied` has looked at."""
    if isinstance(data, dict):
        return Node(Kind.MAPPING, entries=[Entry(key, _tree(value)) for key, value in data.items()])
    if isinstance(data, list):
        return Node(Kind.LIST, entries=[Entry(None, _tree(value)) for value in data])
    return Node(Kind.SCALAR, value=data)


def _touched(base: dict[str, Any], side: dict[str, Any]) -> set[str]:
    """Return the keys that a side added, removed or changed."""
    return {
        key
        for key in base.keys() | side.keys()
        if key not in base or key not in side or not identical(base[key], side[key])
    }


def _document(text: str) -> Document:
    return parse(readable(text).text) if text.strip() else Document(Node(Kind.MAPPING))


def _written(document: Document, shape: Field | None) -> str:
    """Return the canonical text of a merged tree, held against it once more."""
    wanted, comments = plain_data(document.root), tally(document)
    text = render(document, shape)
    back = read(text)
    if back.data is None:
        raise Unreadable(back.problems)
    if not identical(back.data, wanted):
        raise EditFailed("内容")
    if tally(parse(text)) != comments:
        raise EditFailed("注释")
    return text
