"""What a merge gives: a text, and the questions only a person can answer."""

from dataclasses import dataclass
from typing import Any

from guanai.yamlfile import Path


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both sides changed, each in its own way.

    Attributes:
        path: where; an entry by its 编号, an item without one by its place in the merged record.
        base: the value both began with, `ABSENT` where there was none.
        mine: what my side made of it, `ABSENT` where it was removed.
        theirs: what the other side made of it.
        names: for each step of the path that is a place, from the left, what a reader tells the item by: its keys or
            its first words. They are values of the record.
    """

    path: Path
    base: Any
    mine: Any
    theirs: Any
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge.

    Attributes:
        text: the merged record. Where sides clash it holds theirs, or the edited value where theirs was removed;
            whoever uses it has to ask first.
        clashes: in the order of the record; empty for a clean merge.
        renumbered: old and new 编号 of entries that two people had given the same one.
    """

    text: str
    clashes: tuple[Clash, ...] = ()
    renumbered: tuple[tuple[str, str], ...] = ()
