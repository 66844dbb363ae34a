"""What of the figures may leave the school: counts under five and their complements stay inside, and cannot be worked out.

A table of counts with its totals is a graph: rows and columns are its points, the hidden cells its lines. A hidden
cell can be worked out exactly when its line lies on no circle of hidden ones; circles are closed until none does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from guanai.rules.indicators import Indicator

#: The smallest count that is published.
LEAST: Final = 5

#: Name of the row and of the column of totals.
TOTAL: Final = "合计"


@dataclass(frozen=True, slots=True)
class Published:
    """An indicator as anybody may read it; a count or share that is kept back is None."""

    name: str
    formula: str
    scope: str
    count: int | None
    of: int | None
    value: float | None
    change: int | None
    note: str


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Counts by row and column with their totals; a cell that is kept back is None."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], int | None]
    note: str


#: A cell: row and column, totals among them.
_Cell = tuple[str, str]

_NOTE: Final = f"少于 {LEAST} 人的数字和可以推算出它的数字不公布。"


def published(indicator: Indicator) -> Published:
    """Return an indicator fit to be published."""
    count = len(indicator.numerator)
    of = None if indicator.denominator is None else len(indicator.denominator)
    before = None if indicator.before is None else len(indicator.before)
    if _is_small(count, of, is_sensitive=indicator.is_sensitive) or (of is not None and of < LEAST):
        is_shown = of is not None and of >= LEAST
        return Published(
            indicator.name,
            indicator.formula,
            indicator.scope,
            None,
            of if is_shown else None,
            None,
            None,
            _NOTE,
        )
    # Two counts that are both published may still differ by one child: the change tells of that one.
    is_plain = before is not None and not _is_small(before, None, is_sensitive=indicator.is_sensitive)
    moved = len(set(indicator.numerator) ^ set(indicator.before or ()))
    change = count - before if before is not None and is_plain and (moved == 0 or moved >= LEAST) else None
    return Published(
        indicator.name, indicator.formula, indicator.scope, count, of, indicator.value, change, ""
    )


def published_table(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[_Cell, int],
    sizes: Mapping[str, int] | None = None,
) -> PublishedTable:
    """Return a table of counts with totals of rows and columns, fit to be published.

    Publish one table of a kind: the same counts cut in two ways would tell more than each of them.

    Args:
        rows: such as the categories.
        columns: such as the classes.
        counts: for each cell; a missing one is 0.
        sizes: how many children a column has in all, where that is public; a cell close to it is kept back too.
    """
    values = _with_totals(rows, columns, counts)
    hidden = {cell for cell, value in values.items() if _must_hide(cell, value, sizes)}
    all_rows, all_columns = (*rows, TOTAL), (*columns, TOTAL)
    while True:
        more = _thin_line(all_rows, all_columns, values, hidden) or _open_line(
            all_rows, all_columns, values, hidden
        )
        if not more:
            break
        hidden |= more
    cells = {cell: None if cell in hidden else value for cell, value in values.items()}
    return PublishedTable(tuple(rows), tuple(columns), cells, _NOTE if hidden else "")


def _is_small(count: int, of: int | None, *, is_sensitive: bool) -> bool:
    """Tell whether a count or its complement is too small; where it tells nothing of a child, none and all are fine."""
    least = 0 if is_sensitive else 1
    rest = None if of is None else of - count
    return least <= count < LEAST or (rest is not None and least <= rest < LEAST)


def _must_hide(cell: _Cell, value: int, sizes: Mapping[str, int] | None) -> bool:
    size = (sizes or {}).get(cell[1]) if cell[0] != TOTAL else None
    return _is_small(value, size, is_sensitive=True)


def _with_totals(
    rows: Sequence[str], columns: Sequence[str], counts: Mapping[_Cell, int]
) -> dict[_Cell, int]:
    values = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        values[row, TOTAL] = sum(values[row, column] for column in columns)
    for column in (*columns, TOTAL):
        values[TOTAL, column] = sum(values[row, column] for row in rows)
    return values


def _lines(rows: Sequence[str], columns: Sequence[str]) -> Iterator[list[_Cell]]:
    """Yield each row and column with its total last."""
    for row in rows:
        yield [(row, column) for column in columns]
    for column in columns:
        yield [(row, column) for row in rows]


def _thin_line(
    rows: Sequence[str], columns: Sequence[str], values: Mapping[_Cell, int], hidden: set[_Cell]
) -> set[_Cell]:
    """Return a cell to hide in a line whose hidden cells add up to a small count that the line would tell."""
    for line in _lines(rows, columns):
        kept = [cell for cell in line if cell not in hidden]
        if not kept or len(kept) == len(line):
            continue
        *parts, total = line
        told = sum(values[cell] for cell in parts if cell in hidden)
        if total in hidden:
            told = values[total] - sum(values[cell] for cell in parts if cell not in hidden)
            if any(cell in hidden for cell in parts):
                continue
        if told < LEAST:
            return {min(kept, key=lambda cell: (values[cell], cell))}
    return set()


def _open_line(
    rows: Sequence[str], columns: Sequence[str], values: Mapping[_Cell, int], hidden: set[_Cell]
) -> set[_Cell]:
    """Return the cells that close the cheapest circle around a hidden cell which could be worked out."""
    for cell in sorted(hidden):
        path = _path(rows, columns, values, hidden, cell)
        if new := set(path) - hidden:
            return new
    return set()


def _path(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[_Cell, int],
    hidden: set[_Cell],
    cell: _Cell,
) -> list[_Cell]:
    """Return the cheapest way from a cell's row to its column that does not use the cell; hidden cells cost nothing."""
    start, goal = ("行", cell[0]), ("列", cell[1])
    queue: list[tuple[int, tuple[str, str], list[_Cell]]] = [(0, start, [])]
    seen: set[tuple[str, str]] = set()
    while queue:
        cost, point, path = heappop(queue)
        if point == goal:
            return path
        if point in seen:
            continue
        seen.add(point)
        side, name = point
        for other in columns if side == "行" else rows:
            step = (name, other) if side == "行" else (other, name)
            if step != cell:
                price = 0 if step in hidden else 1000 + values[step]
                heappush(queue, (cost + price, ("列" if side == "行" else "行", other), [*path, step]))
    return []
