"""A Markdown table."""

from collections.abc import Iterable


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are Markdown already; an empty cell keeps its place.

    >>> print(table(("甲", "乙"), [("1", "")]))
    | 甲 | 乙 |
    | --- | --- |
    | 1 | &#32; |
    """
    titles = tuple(head)
    lines = (titles, ("---",) * len(titles), *rows)
    return "\n".join(_line(cells) for cells in lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell or '&#32;' for cell in cells)} |"
