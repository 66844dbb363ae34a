"""Comments that two sides wrote: none is lost, and one that a side removed stays removed."""

from collections import Counter
from collections.abc import Sequence

from guanai.store.merging.order import merged_order


def merged_lines(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return the lines of comments and blanks after what both sides did to them, without indentation."""
    before, one, other = ([line.strip() for line in lines] for lines in (base, mine, theirs))
    if one in (before, other):
        return other
    if other == before:
        return one
    old, left, right = (_numbered(lines) for lines in (before, one, other))
    kept = {line for line in (*left, *right) if line not in old or (line in left and line in right)}
    made = [line for line, _ in merged_order(old, left, right, kept, lambda line: line)]
    opening = [""] if "" in (*one[:1], *other[:1]) else []
    closing = [""] if made and "" in (*one[-1:], *other[-1:]) else []
    return [*opening, *made, *closing]


def merged_beside(base: str, mine: str, theirs: str) -> tuple[str, list[str]]:
    """Return the comment at the end of a line, and what found no room there."""
    if mine in (base, theirs):
        return theirs, []
    if theirs == base:
        return mine, []
    first, *rest = sorted(filter(None, (mine, theirs)))
    return first, rest


def _numbered(lines: Sequence[str]) -> list[tuple[str, int]]:
    """Tell equal lines apart; blanks are left out."""
    seen: Counter[str] = Counter()
    made = []
    for line in filter(None, lines):
        made.append((line, seen[line]))
        seen[line] += 1
    return made
