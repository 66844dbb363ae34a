"""Deeds and resolutions as rows: what was done or decided, in plain texts, so that thousands are read back at once."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

#: Joins the lists inside a row.
JOINT: Final = "/"
#: Until when a deed counts that stands from its day on.
ALWAYS: Final = "9999"

#: A deed as it is read back: the fields of `Deed` in their order; of one told to a child, the id of its record after them.
Row = Sequence[Any]


class Deed(NamedTuple):
    """Something that was done.

    Attributes:
        evidence: the word under which a duty asks for it (佐证).
        at: ISO day or instant.
        until: ISO day up to which it stands.
        item: its 编号, "" for the record itself.
        by: staff who did it, joined.
        filled: keys that hold something, joined.
        note: 学科, 学期 or 等级, where it has one.
        needs: labels that a reader needs, joined.
    """

    evidence: str
    at: str
    until: str
    item: str
    by: str
    filled: str
    note: str
    needs: str


class ResolutionRow(NamedTuple):
    """What a meeting decided (会议 决定), as a row beside the meeting's deed.

    Attributes:
        item: its 编号.
        matter: what is to be done; "" in a row that is veiled.
        owners: staff who see to it, joined.
        due: ISO day, "" where the minutes name none.
        students: the children it is about, joined.
        done: ISO day, "" as long as it is not done.
        outcome: what came of it.
        labels: what a reader needs, joined.
    """

    item: str
    matter: str
    owners: str
    due: str
    students: str
    done: str
    outcome: str
    labels: str


def _column(name: str) -> Callable[[Row], str]:
    return itemgetter(Deed._fields.index(name))


# Rows stay the lists they were read as: a million of them are not made into anything else to look at one field.
evidence_of: Final = _column("evidence")
at_of: Final = _column("at")
until_of: Final = _column("until")
by_of: Final = _column("by")
needs_of: Final = _column("needs")
