"""Editing a record's text: only the lines of touched values change.

The changes are applied to the data; the tree of the text is then brought in line with them, and each entry is
written from the cheapest source that is right: an untouched entry is copied line for line, a one-line value is
replaced inside its line, a touched block collection is gone through entry by entry, and whatever else is
touched (flow style, a value of another kind, a block text) is written anew in the canonical layout. The result
is read again: data and comments must be as meant.

A deleted entry takes along its own lines, the comments inside it and those directly above it. A replaced value
takes along the comments inside it. A text with CRLF line ends or a byte order mark loses these with its first
change.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from guanai.yamlfile.changes import Change, apply
from guanai.yamlfile.comments import count_lines, parse, tally
from guanai.yamlfile.layout import readable, render
from guanai.yamlfile.nodes import identical, tracked_data
from guanai.yamlfile.patch import Patch
from guanai.yamlfile.reader import read
from guanai.yamlfile.reconcile import reconcile
from guanai.yamlfile.refusals import EditFailed
from guanai.yamlfile.shape import Shape


def edit(text: str, changes: Sequence[Change], shape: Shape | None = None) -> str:
    """Return a record's text after the changes; the very same text when they change nothing.

    Args:
        text: the file's text.
        changes: applied in order.
        shape: gives the place of a key that was missing; without it new keys go to the end.

    Raises:
        Unreadable: the text has fatal problems.
        NoSuchPlace: a path leads nowhere.
        Unwritable: a value may stand in no record.
        EditFailed: the result does not read back as meant.
    """
    loaded = readable(text)
    document = parse(loaded.text)
    wanted = apply(tracked_data(document.root), changes)
    if identical(loaded.data, wanted):
        return text
    comments = tally(document)
    patch = Patch(document, loaded.text)
    comments -= reconcile(document, wanted, shape)
    result = patch.text(shape)
    fault = _fault(result, wanted, comments)
    if fault:
        # An odd layout, such as a comment indented so deep that a new block text swallows it.
        result = render(document, shape)
        fault = _fault(result, wanted, comments)
    if fault:
        raise EditFailed(fault)
    return result


def _fault(result: str, wanted: Any, comments: Counter[str]) -> str:
    """Return what did not come back as meant, "" when all did."""
    back = read(result)
    if back.data is None:
        return back.problems[0].message
    if not identical(back.data, wanted):
        return "内容"
    return "" if _comments(result) == comments else "注释"


def _comments(text: str) -> Counter[str]:
    """Count the comments of a text; the usual record has only its first line, for which no tree is needed."""
    head, _, rest = text.partition("\n")
    if head.startswith("#") and "#" not in rest:
        return count_lines([head])
    return tally(parse(text))
